"""uvicorn, as every ASGI application of this installation is served."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

_GRACE: Final = 3
"""Seconds that requests under way have to be answered when the server ends."""
_BACKLOG: Final = 2048


class Server(uvicorn.Server):
    """A uvicorn that leaves the signals to whoever runs the process (`chassis.runtime.service`)."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def listener(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0: at whichever is free. Raises OSError."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(_BACKLOG)
    return listening


@asynccontextmanager
async def serving(application: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Answers HTTP at a socket while the context lasts."""
    server = Server(
        uvicorn.Config(
            application,
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,  # nothing here depends on the caller's address
            timeout_graceful_shutdown=_GRACE,
            backlog=_BACKLOG,
        )
    )
    serve = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serve
