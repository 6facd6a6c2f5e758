"""How answers are written: commands with their version and positions, lists by pages, streams by lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from typing import Final, Literal, Protocol
from urllib.parse import parse_qsl, quote, urlencode

import grpc
import orjson
from starlette.responses import Response, StreamingResponse

from cairn.common.v1 import common_pb2
from chassis.days import Day
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.rpc import positions_of
from chassis.runtime import telemetry
from gateway.backends import problem_of_refusal
from gateway.http import CONTENT_LOCATION, JSON, LINES, LOCATION, JsonResponse, json_response
from gateway.routes.request import CAIRN_POSITION, Request
from gateway.schemas.mapping import Json
from gateway.schemas.pages import Page
from gateway.schemas.values import day_text, id_texts, instant_text, position_texts

DIRECTORY: Final = "directory"
"""Whose log tells who people are."""

_PRESENT_SECONDS: Final = 0.5
"""After which it is asked anew whether whoever reads a stream still may; a second more is what the copy of directory may be old."""
_UNKNOWN_SECONDS: Final = 30.0
"""That a stream stands still at most while directory does not say who somebody is."""
_RAW_POSITION: Final = CAIRN_POSITION.name.lower().encode()

_log = telemetry.logger()


class ListOfChanges(Protocol):
    """A page of a list that can be followed, as a service answers it."""

    next_page_token: str

    @property
    def gone_ids(self) -> Iterable[Id]: ...
    @property
    def positions(self) -> Iterable[common_pb2.LogPosition]: ...


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


def note_appended(request: Request, appended: common_pb2.Appended) -> None:
    """What was appended through this gateway is known here: of directory's log, no copy of before is asked any more."""
    for position in positions_of(appended.positions):
        request.dependencies.known_positions.answered(position)
        if position.log == DIRECTORY:
            request.dependencies.sessions.standings.must_reach(position.position)


def command_response(request: Request, subject: Id, appended: common_pb2.Appended, shown_at: Id = b"", **more: object) -> Response:
    """The answer to a command about `subject` (`CommandResult`), and what more there is to say.

    `shown_at` is what GET shows it as a part of, where it is found nowhere by itself.
    """
    note_appended(request, appended)
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
    return with_place(request, response, shown_at or subject, subject)


def with_place(request: Request, response: Response, subject: Id, made: Id = b"") -> Response:
    """The response, with where what the command made is found, or what it changed; `made` is a part of the subject, where one was."""
    if request.operation.resource:
        name = LOCATION if request.operation.status == 201 else CONTENT_LOCATION
        named = {name: quote(value, safe="") for name, value in request.path_params.items()}
        response.headers[name] = request.operation.resource.format(id=id_text(subject), made=id_text(made or subject), **named)
    return response


def with_positions(response: Response, positions: Sequence[str]) -> Response:
    """The response, with where its events stand."""
    response.raw_headers.append((_RAW_POSITION, ",".join(positions).encode()))
    return response


def page_token(request: Request, question: Page) -> str:
    """The service's page token in the cursor of a question. Raises Problem (400) when it was given out for another one."""
    return request.dependencies.cursors.page_token_of(_listing(request, question), question.cursor)


def page_response(request: Request, question: Page, next_page_token: str, **entries: object) -> JsonResponse:
    """A page of a list (`items`, and what more there is to say), with where the next one begins: `next`, and `Link: rel="next"`.

    Its fields come in the order in which the document has them.
    """
    cursor = request.dependencies.cursors.cursor_of(_listing(request, question), next_page_token)
    answer = request.operation.answer
    assert answer is not None, "a page has a schema"
    page = {**entries, "next": cursor}
    response = json_response({name: page[name] for name in answer.model_fields})
    if cursor is not None:
        add_link_to_next(response, request, "cursor", cursor)
    return response


def add_link_to_next(response: Response, request: Request, parameter: str, value: str) -> None:
    """Adds the address of the next page: that of the request with another value of one parameter."""
    path = request.operation.path.format_map({name: quote(value, safe="") for name, value in request.path_params.items()})
    asked = [(name, given) for name, given in parse_qsl(request.query_string.decode(), keep_blank_values=True) if name != parameter]
    address = f"{path}?{urlencode([*asked, (parameter, value)], quote_via=quote)}"
    response.raw_headers.append((b"link", f'<{address}>; rel="next"'.encode()))


def changes_response(request: Request, question: Page, answer: ListOfChanges, items: Sequence[Json], **more: object) -> Response:
    """A page of a list that can be followed: what is gone, what more there is to say, and the positions that are handed in next time."""
    response = page_response(request, question, answer.next_page_token, items=items, gone=id_texts(answer.gone_ids), **more)
    return with_positions(response, position_texts(answer.positions))


def _listing(request: Request, question: Page) -> str:
    """What a cursor belongs to: the list, what it is asked of it, and who asks."""
    who = request.identity
    asked = question.model_dump_json(exclude={"limit", "cursor"})
    return f"{request.operation.name} {who.tenant_id.hex()} {who.person_id.hex()} {dict(request.path_params)} {asked}"


async def line_response(request: Request, pages: AsyncIterator[bytes]) -> Response:
    """Lines of JSON, as they come, to somebody who is still who they were when they asked.

    What is refused before the first line is a problem like any other; behind it, the last line says so.
    """
    told = _while_present(request, pages)
    first = await anext(told, b"")
    return StreamingResponse(_then(request, first, told), media_type=LINES)


async def _then(request: Request, first: bytes, pages: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for page in pages:
            yield page
    except (Refused, grpc.aio.AioRpcError) as error:
        # The status is sent already; the last line says that the stream is not whole.
        _log.warning("stream.cut_off", error=repr(error))
        reason, why = "INTERNAL", "ask again"
        if isinstance(error, Refused):
            problem = problem_of_refusal(error)
            request.was_refused(problem)
            reason, why = problem.reason, problem.detail
        yield orjson.dumps({"error": reason, "detail": f"the stream ends here, before its end; {why}"}) + b"\n"
    finally:
        await pages.aclose()


async def _while_present(request: Request, pages: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """The pages, while whoever asked for them is who they were: asked before each is handed out, and while the next one is waited for.

    Raises what the pages raise, and Refused as `Request.require_present` does. While nobody can tell, none is handed out.
    """
    try:
        while True:
            page = asyncio.ensure_future(anext(pages, None))
            try:
                while not page.done():
                    await asyncio.wait((page,), timeout=_PRESENT_SECONDS)
                    await _known_to_be_present(request)
            except BaseException:
                page.cancel()
                await asyncio.wait((page,))
                raise
            if (lines := page.result()) is None:
                return
            yield lines
    finally:
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()


async def _known_to_be_present(request: Request) -> None:
    """Raises Refused as `Request.require_present` does; UNAVAILABLE only after a while: directory may be starting anew."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _UNKNOWN_SECONDS
    while True:
        try:
            return await request.require_present()
        except Refused as refused:
            if refused.kind is not Kind.UNAVAILABLE or loop.time() > deadline:
                raise
        await asyncio.sleep(_PRESENT_SECONDS)
