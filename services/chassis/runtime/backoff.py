"""The one retry policy of what runs for ever: the relay and the consumers."""

from __future__ import annotations

import asyncio
import random
from typing import Final

_FIRST_SECONDS: Final = 0.05
_MOST_SECONDS: Final = 5.0


class Backoff:
    """How long to wait before the next try: doubling from 50 ms to 5 s, each shortened by chance so that many do not come at once."""

    def __init__(self) -> None:
        self._next = _FIRST_SECONDS

    async def sleep(self) -> None:
        """Waits before the next try."""
        wait = self._next * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
        self._next = min(_MOST_SECONDS, self._next * 2)
        await asyncio.sleep(wait)

    def reset(self) -> None:
        """After a success."""
        self._next = _FIRST_SECONDS
