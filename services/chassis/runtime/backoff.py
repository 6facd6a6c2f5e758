"""The one retry policy of what runs for ever: the relay and the consumers."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any, Final

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


class CutOff(Exception):  # noqa: N818 - it is what happened
    """An attempt was cancelled from within, by a library that it uses; nobody asked it to end."""


async def attempt(work: Coroutine[Any, Any, None]) -> None:
    """One try, in a task of its own: no cancellation that a library leaves behind ends whoever tries again, or spoils its time limits.

    An aiokafka consumer that is stopped while a fetch of its fails raises CancelledError. A TaskGroup of Python 3.11 that fails while it
    only waits for its tasks leaves its own task half cancelled: the next `asyncio.timeout` there raises it. Raises what `work` raises, and
    CutOff when it was cancelled by nobody outside.
    """
    own = asyncio.current_task()
    assert own is not None
    try:
        await asyncio.create_task(work)
    except asyncio.CancelledError:
        if own.cancelling():
            raise
        raise CutOff("cancelled from within") from None
    except BaseException:
        if own.cancelling():  # a TaskGroup that failed already puts its failures in the place of the cancellation that it is told
            raise asyncio.CancelledError from None
        raise
