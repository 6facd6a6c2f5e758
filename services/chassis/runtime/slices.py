"""Long work on the event loop, in time slices."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeVar

T = TypeVar("T")

_SLICE_SECONDS: Final = 0.001


async def time_sliced(items: Iterable[T]) -> AsyncIterator[T]:
    """The items, one after the other; whenever work on them has held the event loop for a millisecond, all others have a turn first."""
    ends = time.monotonic() + _SLICE_SECONDS
    for item in items:
        if time.monotonic() >= ends:
            await asyncio.sleep(0)
            ends = time.monotonic() + _SLICE_SECONDS
        yield item
