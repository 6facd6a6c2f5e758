"""How much one request may hold, and how many requests one caller may make."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Final, NamedTuple

from starlette.types import Receive

from gateway.http.problems import Problem, malformed

BODY_LIMIT: Final = 1 << 20
"""Bytes that a body may have unless its operation says otherwise."""

_DRAIN_LIMIT: Final = 64 << 20
"""Of a body that is too large, so many bytes are read and thrown away, so that its sender gets to hear why."""
_REMEMBERED_CALLERS: Final = 20_000


async def read_body(headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """The whole body. Raises Problem: 413 when it has more than `limit` bytes, 400 when the connection ended before it did."""
    announced = headers.get(b"content-length", b"0")
    too_large = announced.isdigit() and int(announced) > limit
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise malformed("BODY_CUT_OFF", "the connection ended before the body did", "body")
        chunk = message.get("body", b"")
        size += len(chunk)
        too_large = too_large or size > limit
        if not too_large:
            chunks.append(chunk)
        if not message.get("more_body", False) or size > _DRAIN_LIMIT:
            break
    if too_large:
        raise Problem(413, "BODY_TOO_LARGE", f"a body here has at most {limit} bytes; send less, or in several requests")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


class Quota(NamedTuple):
    """What one caller has left once a request is counted."""

    granted: bool
    """Whether there was anything left for this request."""
    remaining: int
    """Requests that the caller may make at once now."""
    full_after: int
    """Seconds until the whole burst is there again."""
    retry_after: int
    """Seconds until there is one more request; 0: there is one now."""


class RateLimiter:
    """A token bucket a caller: `per_second` requests a second on average, `burst` at once. `per_second` 0: no limit.

    The callers that asked last are remembered; one that is forgotten begins with a full bucket again.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self.per_second: Final = per_second
        self._burst: Final = burst
        self._buckets: Final[OrderedDict[Hashable, tuple[float, float]]] = OrderedDict()
        """By caller: requests left, and the instant (monotonic, in seconds) at which so many were left."""
        self._policy: Final = b'"person";q=%d;w=%d' % (burst, math.ceil(burst / per_second)) if per_second else b""

    def take(self, caller: Hashable) -> Quota | None:
        """Counts one request of a caller; None where nothing is limited."""
        if not self.per_second:
            return None
        now = time.monotonic()
        left, at = self._buckets.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - at) * self.per_second)
        granted = left >= 1
        if granted:
            left -= 1
        self._buckets[caller] = (left, now)
        if len(self._buckets) > _REMEMBERED_CALLERS:
            self._buckets.popitem(last=False)
        return Quota(granted, int(left), self._seconds_to(self._burst - left), self._seconds_to(max(0.0, 1 - left)))

    def headers(self, quota: Quota) -> tuple[tuple[bytes, bytes], ...]:
        """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers), as ASGI has them."""
        return ((b"ratelimit-policy", self._policy), (b"ratelimit", b'"person";r=%d;t=%d' % (quota.remaining, quota.full_after)))

    def exceeded(self, quota: Quota) -> Problem:
        """The problem of a caller who has nothing left."""
        detail = f"one person may make {self.per_second:g} requests a second here; ask again in {quota.retry_after} s"
        return Problem(429, "TOO_MANY_REQUESTS", detail, headers={"Retry-After": str(quota.retry_after)})

    def _seconds_to(self, requests: float) -> int:
        return math.ceil(requests / self.per_second)
