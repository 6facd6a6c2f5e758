"""One question for all who ask it: what costs every service something is asked once, however many wait for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Coalesced:
    """Asks one question at a time. Whoever comes while it is asked waits for the next time, with all others who do: an answer that was
    begun before they came might not have seen what they know of. Where that goes on, it rests between: asked without end it would keep
    every service busy, and more come along the next time.
    """

    def __init__(self, rest_seconds: float = 0.0) -> None:
        self._rest_seconds = rest_seconds
        self._asking: asyncio.Task[Any] | None = None
        self._next: asyncio.Task[Any] | None = None

    async def answer(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to a question that is put after now; to that of the first who waits for it. Raises what that raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._ask(self._asking, ask))
        answer: T = await asyncio.shield(self._next)  # who gives up does not take it from the others
        return answer

    async def _ask(self, before: asyncio.Task[Any] | None, ask: Callable[[], Awaitable[T]]) -> T:
        if before is not None and not before.done():
            await asyncio.wait((before,))
            await asyncio.sleep(self._rest_seconds)
        self._asking, self._next = self._next, None
        return await ask()
