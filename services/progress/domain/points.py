"""Points of both time axes, and what ends cut off them. Source: docs/domain.md, "What ended"."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Final, NamedTuple

from chassis.days import Day, Microseconds
from chassis.ids import Id

BEFORE_ALL_DAYS: Final[Day] = -(2**31)
"""Since ever: a first version holds from here on, or an imported check-in of 2019 has nothing to belong to."""

AFTER_ALL_DAYS: Final[Day] = 2**31 - 1
LAST_INSTANT: Final[Microseconds] = 2**63 - 2
"""Beyond any day, and any instant."""


class Point(NamedTuple):
    """What is true on a day, as far as it is known at an instant."""

    true_on: Day
    known_at: Microseconds


NOW: Final = Point(AFTER_ALL_DAYS, LAST_INSTANT)
"""Without limit: as it stands."""


class End(NamedTuple):
    """That something ended on a day, or, reopened, does so no longer; known from an instant on."""

    on: Day
    at: Microseconds
    ends: bool


class Ends:
    """The ends of objectives and key results, each thing's in the order of the log."""

    def __init__(self, ends: Iterable[tuple[Id, End]] = ()) -> None:
        self._by_id: dict[Id, list[End]] = {}
        for ended_id, end in ends:
            self._by_id.setdefault(ended_id, []).append(end)

    def include(self, others: Ends) -> None:
        """What else is known to have ended."""
        self._by_id |= others._by_id

    def __bool__(self) -> bool:
        return bool(self._by_id)

    @property
    def things(self) -> Set[Id]:
        """What ended at any time, or was reopened."""
        return self._by_id.keys()

    def cut(self, point: Point, *things: Id) -> Point:
        """Where something is looked at from a point that is seen through things which may have ended: at the earliest of all.

        What ended on day d, which is known since e, is as it was on d, as far as it was known at e; also on the days before d. The things
        come from the outermost to the innermost: what ended within, and was not known yet when that around it did, cuts nothing.
        """
        true_on, known_at = point
        for thing in things:
            last = next((end for end in reversed(self._by_id.get(thing, ())) if end.at <= known_at), None)
            if last is not None and last.ends:
                true_on, known_at = min(true_on, last.on), last.at
        return point if (true_on, known_at) == point else Point(true_on, known_at)


At = tuple[Id, Point]
"""Something at a point."""
