"""How long the events that are waiting wait for company before they are written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final


class Linger:
    """Under load a fuller group costs less than two: a wait for company while it keeps coming, left out for a while when nobody comes.

    A group of 8 costs PostgreSQL 50 µs an event, one of 32 costs 20. One wait in vain proves little: at 1,000 commands a second every
    seventh would be. Two in a row mean that all who could are waiting.
    """

    _STEP: Final = 0.002  # seconds: whoever comes within one is waited for
    _STEPS: Final = 5  # at most, one after the other
    _FULL: Final = 64  # events: enough company
    _IN_VAIN: Final = 2  # waits in a row
    _REST: Final = 32  # groups without a wait after that

    def __init__(self) -> None:
        self._rest = 0
        self._in_vain = 0
        self._had_company = False

    async def wait(self, waiting: Callable[[], int]) -> None:
        """Returns when the events that are waiting by then shall be written; `waiting` answers how many those are."""
        await asyncio.sleep(0)  # one turn of the loop: callers that are ready may join
        at_first = waiting()
        if self._rest:
            self._rest -= 1
        elif (self._had_company or at_first > 1) and at_first < self._FULL:
            await self._while_they_come(waiting)
            self._in_vain = self._in_vain + 1 if waiting() == at_first else 0
            if self._in_vain == self._IN_VAIN:
                self._rest, self._in_vain = self._REST, 0
        self._had_company = waiting() > 1

    async def _while_they_come(self, waiting: Callable[[], int]) -> None:
        for _ in range(self._STEPS):
            before = waiting()
            await asyncio.sleep(self._STEP)
            if waiting() == before or waiting() >= self._FULL:
                return
