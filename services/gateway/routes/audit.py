"""Who did what, when, on whose behalf, to which thing; and the whole log to take away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import Field
from starlette.responses import Response

from cairn.audit.v1 import service_pb2
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.rpc import DEADLINE, asked, streamed
from gateway.answers import instant_text, json_answer, lines, optional_id
from gateway.api import LINES, Routes, Visit
from gateway.fields import EVENT_TYPE, Answer, IdText, InstantField, Page, Reference
from gateway.references import Thing, unknown

audit: Final = Routes("Audit", "Who did what, when, on whose behalf, to which thing. Nothing is ever taken out of it.")

_EXPORT_DEADLINE: Final = 3600.0


class ActionsQuery(Page):
    """Which actions."""

    actor: Reference | None = None
    """Who did it: a person."""
    on_behalf_of: Reference | None = None
    """For whom: a person."""
    thing: Reference | None = None
    """To what: an objective, a key result, a cycle or a person."""
    type: Annotated[str, Field(max_length=200, pattern=EVENT_TYPE, examples=["CheckInRecorded"])] = ""
    """An event type, or its last part."""
    from_: Annotated[InstantField | None, Field(alias="from")] = None
    """At or after."""
    to: InstantField | None = None
    """Before."""
    log: Literal["directory", "goals", "checkins", "progress"] | None = None


class Action(Answer):
    """Something that was done."""

    event_id: IdText
    event: str
    """Its type."""
    log: str
    position: int
    recorded_at: str
    actor: IdText | None
    on_behalf_of: IdText | None
    aggregate_id: IdText
    aggregate_version: int
    objective_id: IdText | None
    """The objective that it is about, else the aggregate."""
    correlation_id: IdText | None
    causation_id: IdText | None
    content: dict[str, Any]
    """The event itself."""


class Actions(Answer):
    """A page of actions, newest first."""

    actions: list[Action]
    next_cursor: str | None


@audit.get("/v1/audit/actions", query=ActionsQuery, answer=Actions)
async def list_actions(visit: Visit) -> Response:
    """List what was done, newest first.

    Admins and auditors see what everyone did, others what they did themselves.
    """
    question = visit.query(ActionsQuery)
    listing = f"actions {question.model_dump_json(exclude={'limit', 'cursor'})}"
    request = service_pb2.ListActionsRequest(
        actor_id=await _person(visit, question.actor, "actor"),
        on_behalf_of=await _person(visit, question.on_behalf_of, "on_behalf_of"),
        thing_id=await _thing(visit, question.thing),
        event_type=question.type,
        log=question.log or "",
        page_size=question.limit,
        page_token=visit.edge.cursors.opened(listing, question.cursor),
    )
    _set(request.from_time, question.from_)
    _set(request.to_time, question.to)
    answer = await asked(visit.edge.services.audit.ListActions(request, metadata=visit.metadata(), timeout=DEADLINE))
    actions = [_shown(action) for action in answer.actions]
    return json_answer(Actions(actions=actions, next_cursor=visit.edge.cursors.sealed(listing, answer.next_page_token)))


@audit.get("/v1/audit/export", media_type=LINES)
async def export_log(visit: Visit) -> Response:
    """Export the tenant's whole log, an event a line. For admins and auditors.

    `cairn replay` computes the same digest from it, with no server running.
    """
    export = visit.edge.services.audit.ExportLog(service_pb2.ExportLogRequest(), metadata=visit.metadata(), timeout=_EXPORT_DEADLINE)

    async def pages() -> AsyncIterator[bytes]:
        async for answer in streamed(aiter(export)):
            yield answer.lines

    return await lines(pages())


async def _person(visit: Visit, reference: str | None, field: str) -> Id:
    if reference is None:
        return b""
    return await visit.edge.references.id_of(visit.identity.tenant_id, Thing.PERSON, reference, visit.metadata(), field)


async def _thing(visit: Visit, reference: str | None) -> Id:
    if reference is None:
        return b""
    for thing in (Thing.OBJECTIVE, Thing.KEY_RESULT, Thing.CYCLE, Thing.PERSON):
        found = (await visit.edge.references.ids_of(visit.identity.tenant_id, thing, [reference], visit.metadata()))[0]
        if found is not None:
            return found
    refusal = unknown(Thing.OBJECTIVE, reference, "thing")
    raise Refused(
        "THING_UNKNOWN", refusal.message.replace("objective", "objective, key result, cycle or person", 1), kind=Kind.INVALID, field="thing"
    )


def _set(timestamp: Any, instant: datetime | None) -> None:
    if instant is not None:
        timestamp.FromDatetime(instant.replace(tzinfo=None))


def _shown(action: service_pb2.Action) -> Action:
    return Action(
        event_id=id_text(action.event_id),
        event=action.event_type,
        log=action.log,
        position=action.position,
        recorded_at=instant_text(action.recorded_at),
        actor=optional_id(action.actor_id),
        on_behalf_of=optional_id(action.on_behalf_of),
        aggregate_id=id_text(action.aggregate_id),
        aggregate_version=action.aggregate_version,
        objective_id=optional_id(action.partition_key),
        correlation_id=optional_id(action.correlation_id),
        causation_id=optional_id(action.causation_id),
        content=orjson.loads(action.event_json) if action.event_json else {},
    )
