"""The newest events that a consumer has taken of a partition: what each of them counts."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from chassis.checksums import Checksum

_KEPT = 4_000
"""Events, 64 KB: more than a relay sends again after a failure, and what 260 events a second come to between two comparisons."""


class RecentEvents:
    """Positions, ascending, with what each event counts; bounded."""

    def __init__(self) -> None:
        self._positions = array("q")
        self._checksums = array("Q")

    def add(self, positions: Iterable[int], checksums: Iterable[int]) -> None:
        """Further events, behind all others."""
        self._positions.extend(positions)
        self._checksums.extend(checksums)
        if len(self._positions) > 2 * _KEPT:
            del self._positions[:-_KEPT], self._checksums[:-_KEPT]

    def checksum(self, position: int) -> int | None:
        """What the event at a position counts; None where it is not remembered."""
        at = bisect_left(self._positions, position)
        return self._checksums[at] if at < len(self._positions) and self._positions[at] == position else None

    def up_to(self, position: int, checksum: Checksum) -> Sequence[tuple[int, Checksum]]:
        """At each position that is remembered, up to this one: what the partition came to there, given what it comes to at this one.

        Before all of them what it came to before the first, under the position before that.
        """
        found: list[tuple[int, Checksum]] = []
        before = checksum
        for at in range(bisect_right(self._positions, position) - 1, -1, -1):
            found.append((self._positions[at], before))
            before = before.minus(Checksum(1, self._checksums[at]))
        found.append((found[-1][0] - 1 if found else position, before))
        return found[::-1]
