"""What there is to look up of the whole API: every reason for a no, every type of event, every limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import ConfigDict, WithJsonSchema
from starlette.responses import Response

from gateway.catalogues import EVENT_TYPES, REASONS
from gateway.http import Answer, json_response
from gateway.routes.limit_catalogue import limits_of
from gateway.routes.request import Request, Resource
from gateway.routes.service_names import LogWord

catalogues: Final = Resource("Catalogues", "What there is to look up: why the API says no, what is recorded, how much there may be.")

T = TypeVar("T", bound=Answer)


class CatalogueOf(Answer, Generic[T]):
    """A catalogue: all of it, on one page."""

    items: list[T]
    next: Annotated[None, WithJsonSchema({"type": "null"})]


class ReasonTold(Answer):
    """Why the API says no."""

    model_config = ConfigDict(title="Reason")

    reason: str
    """As in a problem. It keeps its meaning; new ones are added."""
    statuses: list[int]
    """That it comes with: 404 where it is about the path, 422 where it is about a field, and so on."""
    meaning: str
    what_to_do: str


class Reasons(CatalogueOf[ReasonTold]):
    """All of them: a catalogue has one page."""


class EventField(Answer):
    """A field of an event; with a dot, of a message in it."""

    name: str
    type: str
    """As protobuf calls it, or what it is written as: a day, an id."""
    meaning: str


class EventType(Answer):
    """Something that is recorded when it happens."""

    type: str
    """The full name of its protobuf message, as in an export and in `ce_type` on the stream."""
    name: str
    log: LogWord
    topic: str
    meaning: str
    fields: list[EventField]


class EventTypes(CatalogueOf[EventType]):
    """All of them: a catalogue has one page."""


class LimitTold(Answer):
    """How much of something there may be."""

    model_config = ConfigDict(title="Limit")

    name: str
    value: float
    unit: str
    meaning: str
    reason: str | None
    """Of the problem beyond it; null: none is answered."""
    setting: str | None
    """The setting of the gateway that says otherwise; null: none does."""


class Limits(CatalogueOf[LimitTold]):
    """All of them: a catalogue has one page."""


@catalogues.get("/v1/reasons", answer=Reasons, signed_in=False, local=True)
async def list_reasons(_: Request) -> Response:
    """List the reasons for which the API says no, with what each means and what to do.

    A reason keeps its meaning, and new ones are added: for one that you do not know, act by the status.
    """
    return _catalogue([{"reason": reason, **told._asdict()} for reason, told in REASONS.items()])


@catalogues.get("/v1/event-types", answer=EventTypes, signed_in=False, local=True)
async def list_event_types(_: Request) -> Response:
    """List the types of events: what each tells of, on which topic it stands, what its fields mean.

    A type keeps its meaning and its fields; fields and types are added.
    """
    return _catalogue(EVENT_TYPES)


@catalogues.get("/v1/limits", answer=Limits, signed_in=False, local=True)
async def list_limits(request: Request) -> Response:
    """List how much of something there may be, as it is set here.

    How long a text may be, and how many entries a list of a body has, stands in this document, with each field.
    """
    limits = limits_of(request.api, request.dependencies.rates, request.dependencies.at_once)
    return _catalogue([{**limit._asdict(), "reason": limit.reason or None, "setting": limit.setting or None} for limit in limits])


def _catalogue(items: Sequence[Mapping[str, Any]]) -> Response:
    return json_response({"items": items, "next": None})
