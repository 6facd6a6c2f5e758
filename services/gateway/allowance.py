"""How much one person may ask for: a token bucket each, bounded in number."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Final

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id

_REMEMBERED: Final = 20_000


class Allowance:
    """Lets each person make `per_second` requests a second on average, `burst` at once. `per_second` 0: as many as they like."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second: Final = per_second
        self._burst: Final = burst
        self._left: Final[OrderedDict[tuple[Id, Id], tuple[float, float]]] = OrderedDict()  # (requests left, at this instant)

    def take(self, identity: Identity) -> None:
        """Counts one request. Raises Refused (BUSY) when the person has none left."""
        if not self._per_second:
            return
        key = (identity.tenant_id, identity.person_id)
        now = time.monotonic()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        self._left[key] = (max(left - 1, 0), now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        if left < 1:
            raise Refused(
                "TOO_MANY_REQUESTS",
                f"one person may make {self._per_second:g} requests a second here; wait a second, and see Retry-After",
                kind=Kind.BUSY,
            )
