"""Work side by side, in order within a lane."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

Work = Coroutine[Any, Any, None]


class Lanes:
    """Each lane does one piece of work after another, and up to `depth` wait for their turn. Work raises nothing: it tells by itself."""

    def __init__(self, lanes: int, depth: int) -> None:
        self._waiting: Final[list[asyncio.Queue[Work]]] = [asyncio.Queue(depth) for _ in range(lanes)]
        self._workers: list[asyncio.Task[None]] = []
        self._at_work = 0
        self._idle: Final = asyncio.Event()
        self._idle.set()

    @property
    def busy(self) -> bool:
        """Whether anything is under way or waits."""
        return self._at_work > 0 or any(queue.qsize() for queue in self._waiting)

    def open(self) -> None:
        """Begins to work."""
        self._workers = [asyncio.create_task(self._work(queue)) for queue in self._waiting]

    async def put(self, lane: int, work: Work) -> None:
        """Work for a lane; comes back when there is room for it."""
        try:
            await self._waiting[lane].put(work)
        except asyncio.CancelledError:
            work.close()
            raise

    async def close(self, timeout: float) -> None:
        """Drops what waits; lets what is under way end, for so many seconds."""
        for queue in self._waiting:
            while not queue.empty():
                queue.get_nowait().close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), timeout)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers = []

    async def _work(self, queue: asyncio.Queue[Work]) -> None:
        while True:
            work = await queue.get()
            self._at_work += 1
            self._idle.clear()
            try:
                await work
            finally:
                self._at_work -= 1
                if not self._at_work:
                    self._idle.set()
