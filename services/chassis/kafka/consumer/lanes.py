"""Work side by side, in order within a lane, and gathered while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable
from contextlib import suppress
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Lanes(Generic[K, T]):
    """Calls `work` with a key and what has gathered under it, at most `most` at once; one call at a time in a lane.

    A lane has room for so much, by number and by what each of them `weighs`; whoever brings more waits. `work` raises nothing: it tells
    by itself.
    """

    def __init__(
        self,
        lanes: int,
        work: Callable[[K, list[T]], Awaitable[None]],
        *,
        most: int,
        room: int,
        weighs: Callable[[T], int] = lambda _: 0,
        weight: int = 1,
    ) -> None:
        self._lanes: Final[list[_Lane[K, T]]] = [_Lane(work, most, room, weighs, weight) for _ in range(lanes)]

    @property
    def busy(self) -> bool:
        """Whether anything is under way or waits."""
        return any(lane.busy for lane in self._lanes)

    def has_room(self, lane: int) -> bool:
        """Whether `put` would not wait."""
        return self._lanes[lane].has_room

    def open(self) -> None:
        """Begins to work."""
        for lane in self._lanes:
            lane.open()

    async def put(self, lane: int, key: K, things: Iterable[T]) -> None:
        """More under a key; comes back when the lane has room for it."""
        await self._lanes[lane].put(key, things)

    async def close(self, timeout: float) -> None:
        """Drops what waits; lets what is under way end, for so many seconds."""
        await asyncio.gather(*(lane.close(timeout) for lane in self._lanes))


class _Lane(Generic[K, T]):
    def __init__(
        self, work: Callable[[K, list[T]], Awaitable[None]], most: int, room: int, weighs: Callable[[T], int], weight: int
    ) -> None:
        self._work: Final = work
        self._most: Final = most
        self._room: Final = room
        self._weighs: Final = weighs
        self._most_weight: Final = weight
        self._weight = 0  # of what waits
        self._waiting: Final[dict[K, list[T]]] = {}  # in the order in which they came
        self._changed: Final = asyncio.Condition()
        self._at_work = False
        self._worker: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        return self._at_work or bool(self._waiting)

    @property
    def has_room(self) -> bool:
        return self._weight < self._most_weight and sum(map(len, self._waiting.values())) < self._room

    def open(self) -> None:
        self._worker = asyncio.create_task(self._go_on())

    async def put(self, key: K, things: Iterable[T]) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.has_room)
            self._waiting.setdefault(key, []).extend(things := list(things))
            self._weight += sum(map(self._weighs, things))
            self._changed.notify_all()

    async def close(self, timeout: float) -> None:
        async with self._changed:
            self._waiting.clear()
            self._weight = 0
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._changed.wait_for(lambda: not self._at_work)
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
            self._worker = None

    async def _go_on(self) -> None:
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._waiting)
                key, things = next(iter(self._waiting.items()))
                if len(things) > self._most:
                    self._waiting[key] = things[self._most :]
                else:
                    del self._waiting[key]
                things = things[: self._most]
                self._weight -= sum(map(self._weighs, things))
                self._at_work = True
                self._changed.notify_all()
            try:
                await self._work(key, things)
            finally:
                self._at_work = False
            async with self._changed:
                self._changed.notify_all()
