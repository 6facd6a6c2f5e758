"""Who did what, when, on whose behalf, to which thing; and the whole log to take away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import Field
from starlette.responses import Response

from cairn.audit.v1 import service_pb2
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_LOG_EXPORTED, SECURITY_EVENT_KIND_LOG_READ, SecurityEventNoted
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.calls import Identity
from chassis.days import day_of
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.rpc import Metadata, streamed
from gateway.backends import NOTHING, LogName, ReferenceKind
from gateway.http import LINES, Answer
from gateway.routes.limits import EXPORTS, LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import line_response, page_response, page_token, with_positions
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.fields import EVENT_TYPE, DayOrInstantField, IdText, InstantText, Reference
from gateway.schemas.mapping import Json, JsonMapping, person, pillar, read
from gateway.schemas.names import (
    KEY_RESULT_NAME,
    OBJECTIVE_NAME,
    CycleName,
    KeyResultName,
    ObjectiveName,
    PersonName,
    PillarName,
    TeamName,
    cycle_name,
    team_with_id,
)
from gateway.schemas.values import instant_text, optional_id, optional_text, position_texts
from shared.roles import ADMIN, AUDITOR

audit: Final = Resource("Audit", "Who did what, when, on whose behalf, to which thing. Nothing is ever taken out of it.")

_NOTED: Final = SecurityEventNoted.DESCRIPTOR.full_name
_EXPORT_DEADLINE: Final = 3600.0
_EXPORT_EXAMPLE: Final = '{"log":"goals","position":1,"event_type":"cairn.goals.v1.CycleDefined","…":"…"}\n'


class ActionsQuery(Changes):
    """Which actions."""

    actor: Reference | None = None
    """Who did it: a person."""
    on_behalf_of: Reference | None = None
    """For whom: a person."""
    thing: Reference | None = None
    """To what: an objective, a key result, a cycle, a person, a team or a pillar."""
    type: Annotated[str, Field(max_length=200, pattern=EVENT_TYPE, examples=["CheckInRecorded"])] = ""
    """An event type, or its last part."""
    from_: Annotated[DayOrInstantField | None, Field(alias="from")] = None
    """Recorded on this day, in the tenant's time zone, or at this instant, or later."""
    to: DayOrInstantField | None = None
    """Recorded on this day, in the tenant's time zone, or earlier; before this instant."""
    log: LogName | None = None
    """In which log, by the service that keeps it."""
    sort: Literal["recorded_at", "-recorded_at"] = "-recorded_at"
    """Downwards with -: newest first."""


def _content(event_json: str) -> Json:
    content: Json = orjson.loads(event_json) if event_json else {}
    return content


class Action(Answer):
    """Something that was done."""

    event_id: Annotated[IdText, read("event_id", write=id_text)]
    event: Annotated[str, read("event_type")]
    """Its type."""
    log: str
    position: int
    recorded_at: Annotated[InstantText, read("recorded_at", write=instant_text)]
    actor: Annotated[PersonName | None, person("actor_id")]
    on_behalf_of: Annotated[PersonName | None, person("on_behalf_of")]
    aggregate_id: Annotated[IdText, read("aggregate_id", write=id_text)]
    aggregate_version: int
    objective: ObjectiveName | None
    """That it is about, as it is called now; null: none, or one that you may not know of, or that is not there yet."""
    key_result: KeyResultName | None
    cycle: CycleName | None
    person: Annotated[PersonName | None, person("person_id")]
    """Of whom it tells: who joined, left, was given roles, came into a team."""
    team: TeamName | None
    """That it is about, as it is called now."""
    pillar: Annotated[PillarName | None, pillar("pillar_id")]
    """That it is about, as it is called now."""
    reason: Annotated[str | None, read("reason", write=optional_text)]
    """Why, as whoever did it has said."""
    correlation_id: Annotated[IdText | None, read("correlation_id", write=optional_id)]
    causation_id: Annotated[IdText | None, read("causation_id", write=optional_id)]
    content: Annotated[dict[str, Any], read("event_json", write=_content)]
    """The event itself."""


class ActionsPage(ChangesPageOf[Action]):
    """A page of actions. None is ever gone."""


_ACTION: Final = JsonMapping(Action, service_pb2.Action, added={"objective", "key_result", "cycle", "team"})


@audit.get("/v1/audit/actions", at_once=LISTS, query=ActionsQuery, answer=ActionsPage, gone_on=True)
async def list_actions(request: Request) -> Response:
    """List what was done, newest first unless sorted otherwise.

    Admins and auditors see what everyone did, others what they did themselves, without the objectives that ended, or went on, because
    they closed or reopened a cycle. With `changed_since`: what was recorded since then, of each log after the lowest of its positions.
    """
    question = request.query(ActionsQuery)
    message = service_pb2.ListActionsRequest(
        actor_id=await _optional_person(request, question.actor, "actor"),
        on_behalf_of=await _optional_person(request, question.on_behalf_of, "on_behalf_of"),
        thing_id=await _optional_thing(request, question.thing),
        event_type=question.type,
        log=question.log or "",
        page_size=question.limit,
        page_token=page_token(request, question),
        oldest_first=question.sort == "recorded_at",
        changed_since=await request.changed_since(question.changed_since),
    )
    if question.from_ is not None:
        message.from_time.FromDatetime(_beginning(question.from_, request.identity))
    if question.to is not None:
        message.to_time.FromDatetime(_end(question.to, request.identity))
    answer = await request.ask(request.backends.audit.ListActions, message)
    told_more_than_notes = any(action.event_type != _NOTED for action in answer.actions)
    if told_more_than_notes and message.actor_id != request.identity.person_id and request.identity.has(ADMIN, AUDITOR):
        request.note(SECURITY_EVENT_KIND_LOG_READ)  # a note of who read notes alone would be what the next page tells, for ever
    items = await _named(request, answer.actions)
    response = page_response(request, question, answer.next_page_token, items=items, gone=[])
    return with_positions(response, position_texts(answer.positions))


@audit.get("/v1/audit/export", at_once=EXPORTS, media_type=LINES, answer_example=_EXPORT_EXAMPLE)
async def export_log(request: Request) -> Response:
    """Export the tenant's whole log, an event a line. For admins and auditors.

    `cairn replay` computes the same digest from it, with no server running.
    """

    async def pages(sent: Metadata) -> AsyncIterator[bytes]:
        export = request.backends.audit.ExportLog(service_pb2.ExportLogRequest(), metadata=sent, timeout=_EXPORT_DEADLINE)
        async for answer in streamed(aiter(export)):
            yield answer.lines

    response = await request.in_time(lambda sent: line_response(request, pages(sent)))
    request.note(SECURITY_EVENT_KIND_LOG_EXPORTED)
    return response


async def _named(request: Request, actions: Sequence[service_pb2.Action]) -> list[Json]:
    """Actions with what they are about by name, under the caller's rule of what they may know of."""
    message = progress_pb2.NameThingsRequest(
        objective_ids={action.partition_key for action in actions if action.partition_key},  # or of what is no objective
        key_result_ids={action.key_result_id for action in actions if action.key_result_id},
        cycle_ids={action.cycle_id for action in actions if action.cycle_id},
    )
    named = await request.ask(request.backends.progress.NameThings, message) if message.ByteSize() else progress_pb2.NameThingsResponse()
    objectives = {name.id: OBJECTIVE_NAME.json(name) for name in named.objectives}
    key_results = {name.id: KEY_RESULT_NAME.json(name) for name in named.key_results}
    cycles = {name.id: cycle_name(name.id, name.title) for name in named.cycles}
    teams = await _teams(request, {action.team_id for action in actions if action.team_id})
    people = await request.people(person_id for action in actions for person_id in _ACTION.people_of(action))
    return [
        _ACTION.json(
            action,
            people,
            objective=objectives.get(action.partition_key),
            key_result=key_results.get(action.key_result_id),
            cycle=cycles.get(action.cycle_id),
            team=teams.get(action.team_id),
        )
        for action in actions
    ]


async def _teams(request: Request, team_ids: Collection[Id]) -> dict[Id, Json]:
    """Teams by name, as they are called now."""
    directory = request.backends.directory
    asked = (request.ask(directory.GetTeam, directory_pb2.GetTeamRequest(team=id_text(team_id))) for team_id in team_ids)
    return {answer.team.team_id: team_with_id(answer.team) for answer in await asyncio.gather(*asked)}


async def _optional_person(request: Request, reference: str | None, field: str) -> Id:
    return b"" if reference is None else await request.person_id(reference, field)


_FOUND: Final = (
    ReferenceKind.OBJECTIVE,
    ReferenceKind.KEY_RESULT,
    ReferenceKind.CYCLE,
    ReferenceKind.PERSON,
    ReferenceKind.TEAM,
    ReferenceKind.PILLAR,
)
"""The kinds of things whose actions are asked for by what they are called, in the order in which they are looked for."""
_KINDS: Final = ", ".join(kind.value for kind in _FOUND)


async def _optional_thing(request: Request, reference: str | None) -> Id:
    if reference is None:
        return b""
    for thing in _FOUND:
        found = (await request.ids_of(thing, [reference]))[0]
        if found is not None:
            return found
    if not request.identity.has(ADMIN, AUDITOR):
        return NOTHING  # shown what they did themselves, they are not told of a thing that they may not know of: nor that there is none
    message = f"there is nothing {reference[:100]!r} in this tenant: no {_KINDS}; give its id or its reference"
    raise Refused("THING_UNKNOWN", message, kind=Kind.INVALID, field="thing")


def _beginning(of: date, identity: Identity) -> datetime:
    """An instant itself; of a day its first, where the caller's tenant is."""
    return of if isinstance(of, datetime) else identity.beginning_of(day_of(of))


def _end(of: date, identity: Identity) -> datetime:
    """An instant itself; of a day the first of the next, where the caller's tenant is."""
    return of if isinstance(of, datetime) else identity.beginning_of(day_of(of) + 1)
