"""Trees that somebody reads page after page: each is made once, whatever the number of its pages."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from progress.queries import CycleTree

_SECONDS: Final = 5.0
_MOST: Final = 3
"""Trees; one of 10,000 objectives with 30,000 key results is some 50 MB."""


class TreesRead:
    """By what a tree rests on, which names it: for as long as its pages are asked for, and a few seconds more."""

    def __init__(self, seconds: float = _SECONDS, most: int = _MOST) -> None:
        self._seconds: Final = seconds
        self._most: Final = most
        self._trees: Final[OrderedDict[bytes, tuple[CycleTree, asyncio.TimerHandle]]] = OrderedDict()

    def get(self, resting_on: bytes) -> CycleTree | None:
        """The tree, if it is there still."""
        kept = self._trees.get(resting_on)
        return kept[0] if kept is not None else None

    def read(self, resting_on: bytes, tree: CycleTree, *, ended: bool) -> None:
        """A page of it was read. Where that was the last one nobody needs it any more."""
        self._let_go(resting_on)
        if ended:
            return
        later = asyncio.get_running_loop().call_later(self._seconds, self._let_go, resting_on)
        self._trees[resting_on] = tree, later
        while len(self._trees) > self._most:
            self._let_go(next(iter(self._trees)))

    def _let_go(self, resting_on: bytes) -> None:
        if (kept := self._trees.pop(resting_on, None)) is not None:
            kept[1].cancel()
