"""What the server promises whoever speaks HTTP to it: bounds before anyone is known, answers to what it has taken, and a prompt end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from embedded.ports import LOOPBACK, free_ports
from gateway.http import Problem, require_free, server, serving
from gateway.http.gone import while_asked

TOO_LONG = 3 * server.HEADER_BYTES  # the server's own bound; what is just above it passes, and is left to the application
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n"


class Connection:
    """A connection on which somebody writes what they like."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def status(self, request: bytes) -> int:
        """Sends bytes; the status of what is answered."""
        self.writer.write(request)
        return int((await self.reader.readuntil(b"\r\n")).split()[1])

    async def closed(self) -> bool:
        """Waits until the other side has closed."""
        return not await self.reader.read()


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    yield Connection(reader, writer)
    writer.close()


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


async def test_it_answers_while_the_context_lasts_and_takes_no_signal_for_itself(port: int) -> None:
    url = f"http://{LOOPBACK}:{port}"
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    async with serving(PlainTextResponse("here"), LOOPBACK, port), httpx.AsyncClient() as client:
        assert (await client.get(url)).text == "here"
        assert {number: signal.getsignal(number) for number in handlers} == handlers
        with pytest.raises(OSError, match="in use"):
            require_free(LOOPBACK, port)
    require_free(LOOPBACK, port)


@pytest.mark.parametrize(
    "too_much",
    [
        b"GET /" + b"a" * TOO_LONG + b" HTTP/1.1\r\n\r\n",
        REQUEST + b"x: " + b"a" * TOO_LONG + b"\r\n\r\n",
        REQUEST + b"x: " + b"a" * TOO_LONG,  # one that never ends
        REQUEST + b"".join(b"x%d: a\r\n" % number for number in range(200)) + b"\r\n",
    ],
    ids=["line", "header", "endless header", "headers"],
)
async def test_a_line_and_headers_that_are_too_long_are_answered_431(port: int, too_much: bytes) -> None:
    async with serving(PlainTextResponse("here"), LOOPBACK, port), connected(port) as connection:
        assert await connection.status(too_much) == 431


@pytest.mark.parametrize("said", [b"", REQUEST, REQUEST + b"\r\n"], ids=["nothing", "half a request", "a request, and no next one"])
async def test_a_connection_that_says_no_more_is_closed(port: int, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.3)
    async with serving(PlainTextResponse("here"), LOOPBACK, port), connected(port) as connection, asyncio.timeout(10):
        connection.writer.write(said)
        assert await connection.reader.read() == b"" or said.endswith(b"\r\n\r\n")


async def test_half_requests_by_the_thousand_keep_nobody_from_being_answered(port: int) -> None:
    async with serving(PlainTextResponse("here"), LOOPBACK, port), AsyncExitStack() as stack:
        for _ in range(2_000):
            half = await stack.enter_async_context(connected(port))
            half.writer.write(REQUEST)
        async with connected(port) as connection, asyncio.timeout(5):
            assert await connection.status(REQUEST + b"\r\n") == 200


async def test_what_was_taken_is_answered_when_the_server_ends(port: int) -> None:
    taken, may_answer = asyncio.Event(), asyncio.Event()

    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        taken.set()
        await may_answer.wait()
        await PlainTextResponse("late")(scope, receive, send)

    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(connected_to(stack, slowly, port))
        answer = asyncio.create_task(connection.status(REQUEST + b"\r\n"))
        await taken.wait()
        asyncio.get_running_loop().call_later(0.2, may_answer.set)
    assert await answer == 200


@pytest.mark.parametrize("waits", [True, False])
async def test_an_answer_is_worked_on_while_somebody_waits_for_it(port: int, waits: bool) -> None:
    taken, ended = asyncio.Event(), asyncio.Event()

    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        taken.set()
        try:
            async with while_asked(receive):
                await asyncio.sleep(0.5 if waits else 60)
        except Problem:
            ended.set()
        else:
            await PlainTextResponse("late")(scope, receive, send)

    async with serving(slowly, LOOPBACK, port), asyncio.timeout(20):
        async with connected(port) as connection:
            answer = asyncio.create_task(connection.status(REQUEST + b"\r\n"))
            await taken.wait()
            if waits:
                assert await answer == 200
            answer.cancel()
        if not waits:
            await ended.wait()
    assert ended.is_set() is not waits


@asynccontextmanager
async def connected_to(stack: AsyncExitStack, application: object, port: int) -> AsyncIterator[Connection]:
    """A connection that outlives its server."""
    reader_writer = None
    async with serving(application, LOOPBACK, port):  # type: ignore[arg-type]
        reader_writer = await asyncio.open_connection(LOOPBACK, port)
        yield Connection(*reader_writer)


async def test_open_streams_do_not_keep_the_server_from_ending(port: int) -> None:
    ended = 0

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal ended
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
                await asyncio.sleep(1)
        finally:
            ended += 1

    async with AsyncExitStack() as streams, asyncio.timeout(20), serving(stream, LOOPBACK, port):
        for _ in range(500):
            connection = await streams.enter_async_context(connected(port))
            assert await connection.status(REQUEST + b"\r\n") == 200
    assert ended == 500


async def test_a_stream_is_whole_where_a_question_for_its_reader_was_given_up_just_as_it_began(port: int) -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.02)  # what is answered at once has no such question
        asked = asyncio.ensure_future(_heard(receive))
        await asyncio.sleep(0)
        asked.cancel()
        await StreamingResponse(_parts())(scope, receive, send)

    async def _heard(receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _parts() -> AsyncIterator[bytes]:
        for _ in range(8):
            yield b"part\n"
            await asyncio.sleep(0.01)

    async with serving(application, LOOPBACK, port), httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}") as client:
        for _ in range(12):  # by itself the server cut off every second one
            assert (await client.get("/")).content == b"part\n" * 8
