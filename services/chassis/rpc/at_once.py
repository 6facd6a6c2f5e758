"""How many calls a server has under way at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.errors import Kind, Refused


class CallsAtOnce:
    """Counts calls from when they are read until they are answered."""

    def __init__(self, most: float = math.inf) -> None:
        self._most = most
        self._under_way = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """One more call is under way while the context lasts. Raises Refused (BUSY) where there are as many as may be."""
        if self._under_way >= self._most:
            raise Refused("BUSY", f"this service answers {self._most} calls at once, and no more; ask again", kind=Kind.UNAVAILABLE)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
