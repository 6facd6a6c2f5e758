"""How many requests of a kind may be under way at once: what is long or dear is bounded, however seldom it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

from gateway.http.problems import Problem


class AtOnce(NamedTuple):
    """A limit: of one person, of all people of a tenant, and of everybody."""

    what: str
    """In the plural: "exports"."""
    person: int
    tenant: int
    all: int
    retry_after: int = 1
    """Seconds after which it is worth asking again."""


REQUESTS: Final = AtOnce("requests", 256, 512, 2_048)
"""Of whatever kind, by people who are signed in."""


class UnderWay:
    """Counts requests from when it is known who asks until their answer is sent."""

    def __init__(self) -> None:
        self._counts: Final[Counter[Hashable]] = Counter()

    def begin(self, limit: AtOnce, callers: Sequence[Hashable]) -> None:
        """Counts one more of `callers`: a person, and their tenant.

        Raises Problem, and counts nothing: 429 where they have as many as they may, 503 where everybody together has.
        """
        person, tenant, everybody = keys = _keys(limit, callers)
        if self._counts[person] >= limit.person:
            raise _too_many(limit, 429, f"one person may have {limit.person}")
        if self._counts[tenant] >= limit.tenant:
            raise _too_many(limit, 429, f"one tenant may have {limit.tenant}")
        if self._counts[everybody] >= limit.all:
            raise _too_many(limit, 503, f"there may be {limit.all}")
        for key in keys:
            self._counts[key] += 1

    def end(self, limit: AtOnce, callers: Sequence[Hashable]) -> None:
        """Counts one less."""
        for key in _keys(limit, callers):
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]


def _keys(limit: AtOnce, callers: Sequence[Hashable]) -> tuple[Hashable, Hashable, Hashable]:
    person, tenant = callers
    return (limit.what, "person", person), (limit.what, "tenant", tenant), limit.what


def _too_many(limit: AtOnce, status: int, may: str) -> Problem:
    reason = "TOO_MANY_AT_ONCE" if status == 429 else "BUSY"
    detail = f"{may} {limit.what} under way at once; ask again when one is done"
    return Problem(status, reason, detail, headers={"Retry-After": str(limit.retry_after)})
