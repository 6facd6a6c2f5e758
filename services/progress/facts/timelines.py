"""The versions of one thing along the days: which definition holds from which day on, as far as is known by now."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from progress.facts.declared import Bits, Day

D = TypeVar("D", bound=tuple[Any, ...])

_TRUE_FROM = attrgetter("true_from")


class Segment(NamedTuple, Generic[D]):
    """A definition from a day on, until the next one."""

    true_from: Day
    definition: D
    says: Bits  # bit n: its n-th field was given its value on this very day


@dataclass(slots=True)
class Timeline(Generic[D]):
    """What holds from which day on, in the order of days.

    Of two values of a field the one from the later day on holds, and of one day the one said last.
    Each change answers the segments that it makes or makes anew: all from its day on, since a row holds by its place in the log first.
    """

    segments: list[Segment[D]] = field(default_factory=list)

    @property
    def newest(self) -> D:
        """What holds in the end. Raises IndexError when nothing was defined."""
        return self.segments[-1].definition

    def told(self, segments: Iterable[Segment[D]]) -> None:
        """Takes in what one event has said, as it was answered then."""
        made = list(segments)
        self.segments = [s for s in self.segments if s.true_from < made[0].true_from] + made

    def overridden(self, day: Day, changes: Mapping[str, Any]) -> list[Segment[D]]:
        """From this day on it is as it was last defined, with these changes, whatever was true later: what an event without a day says."""
        made = [Segment(day, self.newest._replace(**changes), 0)]  # type: ignore[attr-defined]
        self.told(made)
        return made

    def holding(self, day: Day) -> D:
        """What holds on a day; before its first day, what holds first. Raises IndexError when nothing was defined."""
        return self.segments[max(bisect_right(self.segments, day, key=_TRUE_FROM) - 1, 0)].definition

    def changed(self, day: Day, changes: Mapping[str, Any]) -> list[Segment[D]]:
        """From this day on the fields have these values, each until a later day gives it another; before its first day there is nothing."""
        day = max(day, self.segments[0].true_from)
        place = bisect_right(self.segments, day, key=_TRUE_FROM) - 1
        holding, later = self.segments[place], self.segments[place + 1 :]
        said_before = holding.says if holding.true_from == day else 0
        made = [Segment(day, holding.definition._replace(**changes), said_before | _bits(holding.definition, changes))]  # type: ignore[attr-defined]
        left = dict(changes)
        for segment in later:
            left = {name: value for name, value in left.items() if not segment.says & _bits(segment.definition, (name,))}
            made.append(segment._replace(definition=segment.definition._replace(**left)))  # type: ignore[attr-defined]
        self.told(made)
        return made


def _bits(definition: Any, fields: Iterable[str]) -> Bits:
    return sum(1 << definition._fields.index(name) for name in fields)
