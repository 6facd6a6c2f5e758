"""Granian, as every ASGI application of this installation is served: HTTP is read by hyper, on a thread beside the event loop.

What nobody has asked for yet is bounded here: how long a request line and its headers may be, how long they may take, how many
connections there may be. A connection that says nothing costs this process a few kilobytes, and its event loop nothing.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER_BYTES: Final = 32 << 10
"""A request line and its headers; more is answered 431, as more than a hundred headers are."""
HEADER_SECONDS: Final = 10.0
"""Until a connection's next request has said its headers; then it is closed."""
CONNECTIONS: Final = 10_000
"""That are served at once; one more waits for another to end."""

_EVENT_STREAM: Final = (b"content-type", b"text/event-stream")
_BACKLOG: Final = 2_048
_FILES_BESIDE: Final = 500
"""Files and sockets that a process has beside its connections."""
_GRACE_SECONDS: Final = 10.0
"""That requests under way have to be answered when the server ends; streams are ended at once."""
_LOOK_AGAIN_SECONDS: Final = 0.01


class Tls(NamedTuple):
    """What HTTPS is served with: PEM files."""

    certificate: Path
    key: Path


@asynccontextmanager
async def serving(application: ASGIApp, host: str, port: int, tls: Tls | None = None) -> AsyncIterator[None]:
    """Answers HTTP/1.1 at an address while the context lasts; then answers what it has taken, and ends.

    The address must be free (`require_free`).
    """
    under_way = _UnderWay(application)
    server = Server(
        under_way,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=round(HEADER_SECONDS * 1_000), max_buffer_size=HEADER_BYTES),
        log_enabled=False,
        **_certificate(tls),
    )
    serve = asyncio.create_task(server.serve(), name="http")
    try:
        await _until_it_listens(host, port, serve)
        yield
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        under_way.end_streams()
        await asyncio.wait([serve], timeout=_GRACE_SECONDS)
        under_way.end_all()
        await serve


class _UnderWay:
    """The requests that are being answered: Granian ends when the last of them is."""

    def __init__(self, application: ASGIApp) -> None:
        self._application: Final = application
        self._requests: Final[set[asyncio.Task[Any]]] = set()
        self._streams: Final[set[asyncio.Task[Any]]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None, "an ASGI server calls in a task"

        def sent(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start" and _EVENT_STREAM in message["headers"]:
                self._streams.add(task)
            return send(message)

        self._requests.add(task)
        listening = _Listening(receive)
        try:
            await self._application(scope, listening, sent)
        finally:
            listening.end()
            self._requests.discard(task)
            self._streams.discard(task)

    def end_streams(self) -> None:
        """Ends what would never end."""
        for task in list(self._streams):
            task.cancel()

    def end_all(self) -> None:
        """Ends whatever is left."""
        for task in list(self._requests):
            task.cancel()


def require_free(host: str, port: int) -> None:
    """Raises OSError unless one can listen there. Granian would share a port with another Granian, and take turns with it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _connections() -> int:
    """As many as there may be, and the system gives files for."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(CONNECTIONS, hard - _FILES_BESIDE) if hard != resource.RLIM_INFINITY else CONNECTIONS


def _certificate(tls: Tls | None) -> dict[str, Any]:
    return {} if tls is None else {"ssl_cert": tls.certificate, "ssl_key": tls.key}


async def _until_it_listens(host: str, port: int, serve: asyncio.Task[None]) -> None:
    """Returns once it takes connections. Raises what it failed with."""
    while not serve.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        else:
            writer.close()
            return
    await serve


class _Listening:
    """What a client sends: a question for it outlives whoever asked, and answers who asks next.

    Granian takes a question that is given up just as it begins for the end of the connection: a stream that began then was cut off.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive: Final = receive
        self._asked: asyncio.Future[Message] | None = None

    async def __call__(self) -> Message:
        if self._asked is None:
            self._asked = asyncio.ensure_future(self._receive())
        message = await asyncio.shield(self._asked)
        self._asked = None
        return message

    def end(self) -> None:
        """Nobody asks any more."""
        if self._asked is not None:
            self._asked.cancel()
