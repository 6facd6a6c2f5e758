"""How answers are written: commands with their version and positions, lists by pages, streams by lines."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Final, Literal, Protocol

import grpc
import orjson
from starlette.responses import Response, StreamingResponse

from cairn.common.v1 import common_pb2
from chassis.days import Day
from chassis.errors import Refused
from chassis.ids import Id, id_text
from chassis.runtime import telemetry
from gateway.backends import problem_of_refusal
from gateway.http import JSON, LINES
from gateway.routes.request import CAIRN_POSITION, Request
from gateway.schemas.mapping import Json
from gateway.schemas.values import day_text, instant_text, position_texts

DIRECTORY: Final = "directory"
"""Whose log tells who people are."""

_RAW_POSITION: Final = CAIRN_POSITION.name.lower().encode()

_log = telemetry.logger()


class DatedAnswer(Protocol):
    """The response of a command that says from which day on it holds."""

    @property
    def appended(self) -> common_pb2.Appended: ...

    holds_from: Day

    def HasField(self, field_name: Literal["holds_from"], /) -> bool: ...  # noqa: N802 - protobuf's own name


def dated_response(request: Request, subject: Id, answer: DatedAnswer) -> Response:
    """The answer to a command of goals about `subject` (`DatedResult`)."""
    day = day_text(answer.holds_from) if answer.HasField("holds_from") else None
    return command_response(request, subject, answer.appended, holds_from=day)


def command_response(request: Request, subject: Id, appended: common_pb2.Appended, **more: object) -> Response:
    """The answer to a command about `subject` (`CommandResult`), and what more there is to say."""
    for position in appended.positions:
        if position.log == DIRECTORY:
            request.dependencies.sessions.standings.must_reach(position.position)
    positions = position_texts(appended.positions)
    body = {
        "id": id_text(subject),
        "version": appended.version,
        "positions": positions,
        "recorded_at": instant_text(appended.recorded_at) if positions else None,
        "repeated": appended.repeated_request,
        **more,
    }
    response = with_positions(Response(orjson.dumps(body), request.operation.status, media_type=JSON), positions)
    response.raw_headers.append((b"etag", b'"%d"' % appended.version))
    return response


def with_positions(response: Response, positions: Sequence[str]) -> Response:
    """The response, with where its events stand."""
    response.raw_headers.append((_RAW_POSITION, ",".join(positions).encode()))
    return response


def page_token(request: Request, listing: str, cursor: str) -> str:
    """The service's page token in a cursor that was given out for `listing`. Raises Problem (400)."""
    return request.dependencies.cursors.page_token_of(listing, cursor)


def page_json(request: Request, listing: str, next_page_token: str, **entries: object) -> Json:
    """A page of the list that `listing` names, and the cursor of the next one."""
    return {**entries, "next_cursor": request.dependencies.cursors.cursor_of(listing, next_page_token)}


async def line_response(pages: AsyncIterator[bytes]) -> Response:
    """Lines of JSON, as they come. What is refused before the first one is a problem like any other."""
    first = await anext(pages, b"")
    return StreamingResponse(_then(first, pages), media_type=LINES)


async def _then(first: bytes, pages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for page in pages:
            yield page
    except (Refused, grpc.aio.AioRpcError) as error:
        # The status is sent already; the last line says that the stream is not whole.
        _log.warning("stream.cut_off", error=repr(error))
        reason = problem_of_refusal(error).reason if isinstance(error, Refused) else "INTERNAL"
        yield orjson.dumps({"error": reason, "detail": "the stream ends here, before its end; ask again"}) + b"\n"
    finally:
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()
