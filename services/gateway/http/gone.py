"""A question whose asker has gone is answered to nobody: what works on the answer ends, here and in the services that were asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.types import Receive

from gateway.http.problems import Problem

LOOK_AFTER_SECONDS: Final = 0.1
"""From when on it is looked whether somebody waits still: what is answered sooner is not worth a look."""


@asynccontextmanager
async def while_asked(receive: Receive) -> AsyncIterator[None]:
    """Ends what is done in the context once the connection on which it was asked is closed.

    For what changes nothing, and reads no body: a command is carried out whoever waits for its answer. Raises Problem (499), which nobody
    hears and the metrics count.
    """
    asking = asyncio.current_task()
    assert asking is not None, "a request is answered in a task"
    watch: asyncio.Task[None] | None = None
    has_gone = False

    async def end_when_gone() -> None:
        nonlocal has_gone
        while (await receive())["type"] != "http.disconnect":
            pass
        has_gone = True
        asking.cancel()

    def look() -> None:
        nonlocal watch
        watch = asyncio.create_task(end_when_gone(), name="gone")

    timer = asyncio.get_running_loop().call_later(LOOK_AFTER_SECONDS, look)
    try:
        yield
    except asyncio.CancelledError:
        if not has_gone or asking.uncancel() > 0:  # it is ended by somebody else, too
            raise
        raise Problem(499, "CLIENT_GONE", "the connection was closed before the answer was there") from None
    finally:
        timer.cancel()
        if watch is not None:
            watch.cancel()
