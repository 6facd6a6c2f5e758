"""How much one person may ask for: a token bucket each, bounded in number."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import Final, NamedTuple

from chassis.calls import Identity
from chassis.ids import Id

_REMEMBERED: Final = 20_000


class Left(NamedTuple):
    """What is left to a person once a request is counted."""

    granted: bool
    """Whether there was anything left for this request."""
    requests: int
    full_after: int
    """Seconds until all of the allowance is there again."""
    retry_after: int
    """Seconds until there is one more request; 0: there is one now."""


class Allowance:
    """Lets each person make `per_second` requests a second on average, `burst` at once. `per_second` 0: as many as they like."""

    def __init__(self, per_second: float, burst: float) -> None:
        self.per_second: Final = per_second
        self._burst: Final = burst
        self._left: Final[OrderedDict[tuple[Id, Id], tuple[float, float]]] = OrderedDict()  # (requests left, at this instant)
        self._policy: Final = b'"person";q=%d;w=%d' % (burst, math.ceil(burst / per_second)) if per_second else b""

    def take(self, identity: Identity) -> Left | None:
        """Counts one request; None where nothing is limited."""
        if not self.per_second:
            return None
        key = (identity.tenant_id, identity.person_id)
        now = time.monotonic()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self.per_second)
        granted = left >= 1
        if granted:
            left -= 1
        self._left[key] = (left, now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return Left(granted, int(left), self._seconds_to(self._burst - left), self._seconds_to(max(0.0, 1 - left)))

    def headers(self, left: Left) -> tuple[tuple[bytes, bytes], ...]:
        """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers), as ASGI has them."""
        return ((b"ratelimit-policy", self._policy), (b"ratelimit", b'"person";r=%d;t=%d' % (left.requests, left.full_after)))

    def _seconds_to(self, requests: float) -> int:
        return math.ceil(requests / self.per_second)
