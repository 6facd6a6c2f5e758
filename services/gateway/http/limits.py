"""How much one request may hold, and how many requests one caller may make."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from typing import Final, NamedTuple

from starlette.types import Receive

from gateway.http.problems import Problem, malformed

BODY_LIMIT: Final = 1 << 20
"""Bytes that a body may have unless its operation says otherwise."""

UNKNOWN_BODY_LIMIT: Final = 4 << 10
"""Bytes that a body may have whose sender nobody knows yet, whatever its operation says."""

BODY_SECONDS: Final = 30.0
"""That a body may take from its first byte to its last."""
BODIES_TOTAL: Final = 96 << 20
"""Bytes that the bodies of all requests under way hold at most."""
BODIES_OF_ONE: Final = 48 << 20
"""Bytes of these that are one tenant's at most."""
UNKNOWN_BODIES_TOTAL: Final = 40 << 20
"""Bytes that the bodies of senders whom nobody knows yet hold beside them: as many as there may be connections of."""
UNKNOWN_BODIES_OF_ONE: Final = 20 << 20
"""Bytes of these that come from one address at most."""

_DRAIN_LIMIT: Final = 64 << 20
"""Of a body that is too large, so many bytes are read and thrown away, so that its sender gets to hear why."""
_REMEMBERED_CALLERS: Final = 20_000


async def read_body(headers: Mapping[bytes, bytes], receive: Receive, limit: int, room: BodyRoom, *, drained: bool = True) -> bytes:
    """The whole body. One that is too large is read to its end, so that its sender gets to hear why, unless it shall not be `drained`.

    Raises Problem: 413 when it has more than `limit` bytes, 408 when it takes too long, 503 when there is no room for it now, 400 when the
    connection ended before it did.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(headers, receive, limit, room, _DRAIN_LIMIT if drained else 0)
    except TimeoutError:
        message = f"a body is sent within {BODY_SECONDS:.0f} seconds; send less, or in several requests"
        raise Problem(408, "BODY_TOO_SLOW", message) from None


async def _read(headers: Mapping[bytes, bytes], receive: Receive, limit: int, room: BodyRoom, drain_limit: int) -> bytes:
    announced = headers.get(b"content-length", b"0")
    too_large = announced.isdigit() and int(announced) > limit
    body = bytearray()  # and no list of parts: a byte that comes by itself would cost forty
    size = 0
    while not too_large or size < drain_limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise malformed("BODY_CUT_OFF", "the connection ended before the body did", "body")
        chunk = message.get("body", b"")
        size += len(chunk)
        too_large = too_large or size > limit
        if not too_large:
            room.take(len(chunk))
            body += chunk
        if not message.get("more_body", False):
            break
    if too_large:
        raise Problem(413, "BODY_TOO_LARGE", f"a body here has at most {limit} bytes; send less, or in several requests")
    return bytes(body)


class BodyRoom:
    """What one request's body holds of a budget, until it is answered."""

    __slots__ = ("_budget", "_held", "_holder")

    def __init__(self, budget: BodyBudget, holder: Hashable) -> None:
        self._budget = budget
        self._holder = holder
        self._held = 0

    def take(self, size: int) -> None:
        """So many bytes more. Raises Problem (503) when there is no room for them."""
        self._budget.take(self._holder, size)
        self._held += size

    def give_back(self) -> None:
        """The request is answered."""
        self._budget.give_back(self._holder, self._held)
        self._held = 0


class BodyBudget:
    """How many bytes the bodies of all requests under way may hold together: in all, and those of one holder, which is a tenant."""

    def __init__(self, total: int = BODIES_TOTAL, of_one: int = BODIES_OF_ONE) -> None:
        self._total: Final = total
        self._of_one: Final = of_one
        self._held: Final[dict[Hashable, int]] = {}
        self._sum = 0

    def take(self, holder: Hashable, size: int) -> None:
        """Counts so many bytes more. Raises Problem (503) when there is no room for them."""
        of_holder = self._held.get(holder, 0) + size
        if of_holder > self._of_one or self._sum + size > self._total:
            message = "too many large requests are under way; send it again in a moment, or in parts"
            raise Problem(503, "BODIES_BUSY", message, headers={"Retry-After": "1"})
        self._held[holder] = of_holder
        self._sum += size

    def give_back(self, holder: Hashable, size: int) -> None:
        """Counts so many bytes less."""
        left = self._held.get(holder, 0) - size
        self._sum -= size
        if left > 0:
            self._held[holder] = left
        else:
            self._held.pop(holder, None)


class RateLimit(NamedTuple):
    """How many requests one caller of a kind may make: `per_second` on average, those of `burst_seconds` at once. 0: any number."""

    kind: str
    """What is limited: "person"."""
    per_second: float
    burst_seconds: float = 2.0

    @property
    def burst(self) -> float:
        """Requests that may be made at once."""
        return max(1.0, self.burst_seconds * self.per_second)


class Quota(NamedTuple):
    """What one caller has left of a limit once a request is counted."""

    limit: RateLimit
    granted: bool
    """Whether there was anything left for this request."""
    remaining: int
    """Requests that the caller may make at once now."""
    full_after: int
    """Seconds until the whole burst is there again."""
    retry_after: int
    """Seconds until there is one more request; 0: there is one now."""


class RateLimiter:
    """A token bucket for each limit and caller: whoever asks is counted as each kind of caller that they are.

    The callers that asked last are remembered; one that is forgotten begins with a full bucket again.
    """

    def __init__(self, *limits: RateLimit) -> None:
        self._buckets: Final = [(number, _Buckets(limit)) for number, limit in enumerate(limits) if limit.per_second]
        policies = [b'"%s";q=%d;w=%d' % (b.limit.kind.encode(), b.limit.burst, b.seconds_to(b.limit.burst)) for _, b in self._buckets]
        self._policy: Final = b", ".join(policies)

    def take(self, callers: Sequence[Hashable]) -> tuple[Quota, ...]:
        """Counts one request of whoever is `callers`, one for each limit; a refused one counts nowhere. Empty where nothing is limited."""
        quotas: list[Quota] = []
        for number, buckets in self._buckets:
            quotas.append(buckets.take(callers[number]))
            if not quotas[-1].granted:
                for (before, taken), _ in zip(self._buckets, quotas[:-1], strict=False):
                    taken.give_back(callers[before])
                break
        return tuple(quotas)

    def headers(self, quotas: Sequence[Quota]) -> tuple[tuple[bytes, bytes], ...]:
        """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers), as ASGI has them."""
        left = b", ".join(b'"%s";r=%d;t=%d' % (quota.limit.kind.encode(), quota.remaining, quota.full_after) for quota in quotas)
        return ((b"ratelimit-policy", self._policy), (b"ratelimit", left))

    def exceeded(self, quota: Quota) -> Problem:
        """The problem of a caller who has nothing left."""
        limit = quota.limit
        detail = f"one {limit.kind} may make {limit.per_second:g} requests a second here; ask again in {quota.retry_after} s"
        return Problem(429, "TOO_MANY_REQUESTS", detail, headers={"Retry-After": str(quota.retry_after)})


class _Buckets:
    """The callers of one limit: the requests left, and the instant (monotonic, in seconds) at which so many were left."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit: Final = limit
        self._left: Final[OrderedDict[Hashable, tuple[float, float]]] = OrderedDict()

    def take(self, caller: Hashable) -> Quota:
        now = time.monotonic()
        burst = self.limit.burst
        left, at = self._left.pop(caller, (burst, now))
        left = min(burst, left + (now - at) * self.limit.per_second)
        granted = left >= 1
        if granted:
            left -= 1
        self._left[caller] = (left, now)
        if len(self._left) > _REMEMBERED_CALLERS:
            self._left.popitem(last=False)
        return Quota(self.limit, granted, int(left), self.seconds_to(burst - left), self.seconds_to(max(0.0, 1 - left)))

    def give_back(self, caller: Hashable) -> None:
        left, at = self._left[caller]
        self._left[caller] = (left + 1, at)

    def seconds_to(self, requests: float) -> int:
        return math.ceil(requests / self.limit.per_second)
