"""Whose request is begun next: fair queueing (RFC 970), by who sends them."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Hashable
from typing import Final

_OF_A_TURN: Final = 16
"""Requests of one sender that are begun in a turn of the event loop; each takes it a tenth of a millisecond, also where it is refused."""


class FairQueue:
    """Lets requests begin, of each sender some in every turn of the event loop.

    Many at a time would all be begun before whatever comes next, whoever sends that: six hundred keep everybody waiting for 50 ms.
    """

    def __init__(self) -> None:
        self._begun: Final[Counter[Hashable]] = Counter()  # in this turn
        self._waiting: Final[dict[Hashable, deque[asyncio.Future[None]]]] = {}

    async def turn(self, sender: Hashable) -> None:
        """Returns when a request of this sender may begin: at once, unless many of theirs do."""
        loop = asyncio.get_running_loop()
        if not self._begun:
            loop.call_soon(self._next_turn)
        if sender not in self._waiting and self._begun[sender] < _OF_A_TURN:
            self._begun[sender] += 1
            return
        begins = loop.create_future()
        self._waiting.setdefault(sender, deque()).append(begins)
        await begins

    def _next_turn(self) -> None:
        self._begun.clear()
        for sender, waiting in list(self._waiting.items()):
            while waiting and self._begun[sender] < _OF_A_TURN:
                begins = waiting.popleft()
                if not begins.done():  # else it is given up
                    begins.set_result(None)
                    self._begun[sender] += 1
            if not waiting:
                del self._waiting[sender]
        if self._begun:
            asyncio.get_running_loop().call_soon(self._next_turn)
