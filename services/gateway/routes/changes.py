"""What changes while somebody looks, as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response, StreamingResponse

from chassis.errors import Refused
from chassis.positions import Position, parse_positions
from gateway.http import EVENT_STREAM, Header, Query, malformed
from gateway.live import Reader, event
from gateway.routes.limits import CHANGES
from gateway.routes.request import Request, Resource
from gateway.schemas.fields import POSITIONS
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER

changes: Final = Resource("Changes", "What changes while somebody looks, for whoever shows it.")

HEARTBEAT_SECONDS: Final = 15.0
"""Between two lines, while nothing changes: what stands between knows that the stream lives."""
_RETRY_MILLISECONDS: Final = 1000
_LONGEST_ID: Final = 4000
_EXAMPLE: Final = (
    "retry: 1000\nid: goals:3:90,checkins:3:1234\nevent: here\ndata: {}\n\n"
    'id: goals:3:90,checkins:3:1240\nevent: changes\ndata: {"changes":[{"kind":"key_result","id":"01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10",'
    '"objective_id":"01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a11","what":["check_ins"]}]}\n\n'
)
LAST_EVENT_ID: Final = Header(
    "Last-Event-ID",
    "The id of the last event that came: what follows on it is told first. Browsers send it by themselves.",
    {"type": "string", "maxLength": _LONGEST_ID},
)


class ChangesQuery(Query):
    """From where, and how long."""

    after: Annotated[str, Field(max_length=_LONGEST_ID, pattern=POSITIONS, examples=["goals:3:90,checkins:3:1234"])] = ""
    """The id of the last event that came, for who cannot send Last-Event-ID, which counts before it."""
    once: bool = False
    """True: what came since is told, and the answer ends."""


@changes.get(
    "/v1/changes",
    at_once=CHANGES,
    query=ChangesQuery,
    media_type=EVENT_STREAM,
    answer_example=_EXAMPLE,
    heeds=(LAST_EVENT_ID,),
    unattended=True,
)
async def stream_changes(request: Request) -> Response:
    """Stream what changes, as server-sent events.

    `changes` names things that have changed and that you may know of, `gone` what you could see and may no longer, `anew` says that
    whatever you show is to be asked for again, `end` that your session has ended. Each says what to ask for, and not what it says. An
    event's `id` is the place from which to go on, for a day. docs/live.md tells of each.
    """
    request.identity.require(ADMIN, CHAMPION, MEMBER, VIEWER, AUDITOR, SERVICE)
    question = request.query(ChangesQuery)
    stream = _stream(request, _place(request, question), once=question.once)
    first = await anext(stream)  # what is refused is refused before the answer begins
    headers = {"Content-Type": EVENT_STREAM, "X-Accel-Buffering": "no"}
    return StreamingResponse(_with_first(first, stream), headers=headers)


def _place(request: Request, question: ChangesQuery) -> tuple[Position, ...] | None:
    """Where the reader goes on from; None: from now on. Raises Problem (400)."""
    text = request.header(b"last-event-id")
    try:
        place = parse_positions(text or question.after)
        request.dependencies.known_positions.require_log(place, LAST_EVENT_ID.name)
    except Refused as refused:
        raise malformed(refused.reason, refused.message, LAST_EVENT_ID.name) from None
    return place or None


async def _is_there(request: Request, place: tuple[Position, ...]) -> bool:
    """Whether the logs have come to a place; one that they had not come to yet was lost with what a log was restored without."""
    try:
        await request.dependencies.known_positions.require(place, LAST_EVENT_ID.name)
    except Refused as refused:
        if refused.reason != "POSITION_UNKNOWN":
            raise
        return False
    return True


async def _with_first(first: bytes, stream: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for events in stream:
            yield events
    finally:
        await stream.aclose()


async def _stream(request: Request, after: tuple[Position, ...] | None, *, once: bool) -> AsyncGenerator[bytes]:
    reader, is_lost = Reader(request.session), after is not None and not await _is_there(request, after)
    async with request.dependencies.live.listening(reader, None if is_lost else after):
        if is_lost:
            reader.read_anew("LOG_WENT_BACK")
        yield f"retry: {_RETRY_MILLISECONDS}\n".encode() + event("here", {}, reader.reached if after is None else "")
        if once:
            yield reader.take()
            return
        while not reader.has_ended:
            yield reader.take() if await reader.wait(HEARTBEAT_SECONDS) else b":\n\n"
        yield reader.take()
