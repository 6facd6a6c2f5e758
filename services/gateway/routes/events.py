"""What happened in a tenant, as events that somebody follows: the lines of an export, a page at a time."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, WithJsonSchema
from starlette.responses import Response

from cairn.audit.v1 import service_pb2
from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_LOG_EXPORTED
from chassis.positions import parse_positions
from chassis.rpc import position_messages
from gateway.http import JSON, Answer, Query
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import add_link_to_next, with_positions
from gateway.routes.service_names import LogWord
from gateway.schemas.fields import POSITIONS, IdText
from gateway.schemas.mapping import Json
from gateway.schemas.pages import Limit
from gateway.schemas.values import position_texts

events: Final = Resource("Events", "What happened, event by event, for programs that follow along.")

_LONGEST_AFTER: Final = 4000
_Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T11:58:02.123456Z"]})]
_Positions = Annotated[str, Field(max_length=_LONGEST_AFTER, pattern=POSITIONS, examples=["checkins:3:1234,goals:1:90"])]


class EventsQuery(Query):
    """Which events."""

    limit: Limit = 50
    """How many to answer at most."""
    after: _Positions = ""
    """What comes after these positions: `next` or `Cairn-Position` as an answer gave it. Of a log that it does not name, everything."""


class RecordedEvent(Answer):
    """An event with its envelope: the line that an export has of it (docs/export.md)."""

    log: LogWord
    position: int
    """In the log, from 1."""
    generation: int
    """Of the log, at this position."""
    event_id: IdText
    tenant_id: IdText
    aggregate_id: IdText
    aggregate_version: int
    recorded_at: _Instant
    actor_id: IdText
    on_behalf_of: IdText | None
    correlation_id: IdText
    causation_id: IdText | None
    partition_key: IdText
    """The objective that it is about, else the aggregate."""
    type: str
    """The full name of its protobuf message."""
    payload: Annotated[str, WithJsonSchema({"type": "string", "contentEncoding": "base64"})]
    """The message as it was stored."""
    event: Json | None
    """The same for a reader. null: of a type that only a newer version knows."""


class Events(Answer):
    """Events in the order in which they were recorded."""

    items: list[RecordedEvent]
    next: str | None
    """Hand it in as `after` for the events that follow; null: there are none yet, go on later from `Cairn-Position`."""


@events.get("/v1/events", at_once=LISTS, query=EventsQuery, answer=Events, gone_on=True)
async def list_events(request: Request) -> Response:
    """List the tenant's events after a place, in the order in which they were recorded. For admins and auditors.

    Each is the line that `GET /v1/audit/export` has of it. `Cairn-Position` says how far the answer goes: handed in as `after` later, it
    brings what came since, each event once. A page has 4 MiB at most.
    """
    question = request.query(EventsQuery)
    after = parse_positions(question.after)
    await request.dependencies.known_positions.require(after, "after")
    message = service_pb2.ListEventsRequest(after=position_messages(after), page_size=question.limit)
    answer = await request.ask(request.backends.audit.ListEvents, message)
    if not answer.notes_alone:
        request.note(SECURITY_EVENT_KIND_LOG_EXPORTED)  # who follows along is not told again of being told
    reached = position_texts(answer.reached)
    following = b'"%s"' % ",".join(reached).encode() if answer.more else b"null"
    body = b'{"items":[%s],"next":%s}' % (b",".join(answer.lines), following)
    response = with_positions(Response(body, media_type=JSON), reached)
    if answer.more:
        add_link_to_next(response, request, "after", ",".join(reached))
    return response
