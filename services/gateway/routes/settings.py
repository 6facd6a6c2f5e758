"""A tenant's settings: what each says, since when, and what it says where nothing was said."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from gateway.http import Answer, Body, Query, json_response
from gateway.routes.catalogues import CatalogueOf
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response
from gateway.schemas.fields import DayField, DayText, FromDay, optional_day
from gateway.schemas.mapping import JsonMapping, read
from gateway.schemas.results import CommandResult
from gateway.schemas.values import day_text

settings: Final = Resource(
    "Settings", "What a tenant has settled for all its objectives; each setting holds from a day on, and any day can be asked about."
)

Value = Annotated[str, Field(min_length=1, max_length=4000, examples=["0.10;0.25"])]


class SettingChange(Body):
    """What a setting shall say."""

    value: Value
    """As `form` of the setting says; numbers of a list are parted by semicolons."""
    holds_from: FromDay | None = None


class Setting(Answer):
    """A setting."""

    name: str
    value: str
    default: Annotated[str, read("default_value", write=str)]
    """What it says where nothing was said."""
    since: Annotated[DayText | None, read("since", write=day_text)]
    """From which day on it says so; null: since ever."""
    form: str
    """How a value is written."""
    meaning: str


class SettingsList(CatalogueOf[Setting]):
    """All of them, on one page."""


class SettingsQuery(Query):
    """Of which day."""

    as_of: DayField | None = None
    """As they were on this day; none: as they are now."""


_SETTING: Final = JsonMapping(Setting, service_pb2.Setting)


@settings.get("/v1/settings", query=SettingsQuery, answer=SettingsList)
async def list_settings(request: Request) -> Response:
    """List the settings of the tenant, as they are now or were on a day.

    Everybody of the tenant may.
    """
    message = service_pb2.ListSettingsRequest(as_of=optional_day(request.query(SettingsQuery).as_of))
    answer = await request.ask(request.backends.directory.ListSettings, message)
    return json_response({"items": await request.all_written(_SETTING, answer.settings), "next": None})


@settings.get("/v1/settings/{setting}", query=SettingsQuery, answer=Setting, versioned=True)
async def get_setting(request: Request) -> Response:
    """Get a setting of the tenant, as it is now or was on a day.

    Its `ETag` is that of all settings of the tenant.
    """
    as_of = optional_day(request.query(SettingsQuery).as_of)
    message = service_pb2.ListSettingsRequest(as_of=as_of, name=request.path_params["setting"])
    answer = await request.ask(request.backends.directory.ListSettings, message)
    return json_response(await request.written(_SETTING, answer.settings[0]), version=answer.version)


@settings.put(
    "/v1/settings/{setting}",
    body=SettingChange,
    example={"value": "0.05;0.2"},
    answer=CommandResult,
    resource="/v1/settings/{setting}",
    command=True,
    versioned=True,
)
async def change_setting(request: Request, body: SettingChange) -> Response:
    """Let a setting say something else, from a day on. For admins.

    What was true before that day stays as it was, and every number of a day is computed by what held on it.
    """
    message = service_pb2.ChangeSettingRequest(
        setting=request.path_params["setting"],
        value=body.value,
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.directory.ChangeSetting, message)
    return command_response(request, request.identity.tenant_id, answer.appended)
