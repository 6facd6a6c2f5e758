"""How a key result goes through its cycle: how far it comes, by what way, and what is measured of it on that way.

A status is told by how far behind the calendar something is (docs/domain.md, 7), so what a course is like decides what the demo looks
like: most go as planned or nearly so, some begin late, some remain half done, and a few hardly move.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from demo.company import Measured


@dataclass(frozen=True)
class Course:
    """A way that key results go: the share of the way that is gone in the end, and how the way there bends."""

    chance: float
    comes_to: float
    spread: float
    bends: tuple[float, ...]
    """Above 1: quick at first, and the last part drags; below 1: hardly anything at first."""


COURSES = (
    Course(0.57, 0.84, 0.05, (1.7, 1.9, 2.1)),  # as planned, until the last part
    Course(0.07, 1.02, 0.06, (1.2, 1.4)),  # sooner than planned
    Course(0.16, 0.68, 0.06, (1.1, 1.3)),  # behind from the middle on
    Course(0.09, 0.7, 0.08, (0.6, 0.7)),  # begun late
    Course(0.11, 0.34, 0.12, (1.0, 1.3)),  # hardly moves
)
_GOES_ITS_OWN_WAY = 0.3
"""How often a key result goes otherwise than its objective."""
_FALLS_SILENT = 0.05
_NEVER = 1000
_MOST, _LEAST = 1.15, 0.03
_SOBER = 0.05
"""By how much leads judge lower than the number says: what came by luck does not count."""
_DONE_FROM = 0.6
"""The share from which what is either done or not is done."""


def course(dice: random.Random) -> Course:
    """One of them, by their chances."""
    return dice.choices(COURSES, [each.chance for each in COURSES])[0]


@dataclass
class KeyResult:
    """One of a cycle, and what will come of it."""

    ref: str
    planned: Measured
    start: float
    target: float
    comes_to: float
    """The share of the way that will be gone at the end."""
    bend: float
    weeks: int
    """In which it shall get there."""
    silent_from: int
    """The week of the cycle after which nobody reports any more."""

    @classmethod
    def of_course(cls, ref: str, planned: Measured, cycle: int, usual: Course, weeks: int, dice: random.Random) -> KeyResult:
        """Of a cycle, counted from 0; by the course of its objective, or by one of its own."""
        own = course(dice) if dice.random() < _GOES_ITS_OWN_WAY else usual
        comes_to = min(_MOST, max(_LEAST, dice.gauss(own.comes_to, own.spread)))
        due = weeks - 2 if planned.measure in ("binary", "milestones") else weeks
        silent_from = dice.randrange(4, 14) if dice.random() < _FALLS_SILENT else _NEVER
        return cls(ref, planned, *_of_cycle(planned, cycle), comes_to, dice.choice(own.bends), due, silent_from)

    def going(self, told: Course) -> KeyResult:
        """Exactly as a story says, without dice."""
        return replace(self, comes_to=told.comes_to, bend=told.bends[0], silent_from=_NEVER)

    @property
    def fell_silent(self) -> bool:
        """Whether nobody could say in the end what came of it."""
        return self.silent_from < self.weeks

    def share_after(self, weeks: int) -> float:
        """Of the way, that is gone by the end of so many weeks."""
        left = max(0.0, 1 - weeks / self.weeks)
        return self.comes_to * (1 - float(left**self.bend))

    def move_target(self, target: float) -> None:
        """What was reached stays what it was: it is another share of another way."""
        self.comes_to *= (self.target - self.start) / (target - self.start)
        self.target = target

    @property
    def grade(self) -> float | None:
        """How it is judged at the closing; None: nobody can tell."""
        if self.fell_silent:
            return None
        if self.planned.measure == "binary":
            return float(self.comes_to >= _DONE_FROM)
        if self.planned.measure == "milestones":
            return round(len(self._done(self.comes_to)) / len(self.planned.steps), 1)
        return round(max(0.0, min(1.0, self.comes_to) - _SOBER), 1)

    def value(self, share: float, dice: random.Random) -> float:
        """What a number's value is by then, as finely as it is counted."""
        way = self.target - self.start
        return max(0, rounded(self.planned, self.start + way * share + dice.gauss(0, abs(way) * 0.015)))

    def measured(self, share: float, dice: random.Random) -> dict[str, Any]:
        """What is reported of it when this share is gone."""
        match self.planned.measure:
            case "metric":
                return {"value": self.value(share, dice)}
            case "maintain" if self.target:
                return {"value": max(0, round(dice.gauss(self.target * (1.25 - 0.5 * self.comes_to), 0.1 * self.target), 1))}
            case "maintain":
                return {"value": int(dice.random() < 0.02 + 0.3 * max(0, 0.7 - self.comes_to))}
            case "binary":
                return {"value": int(share >= _DONE_FROM)}
            case "milestones":
                return {"milestones_done": self._done(share)}
            case "graded":
                return {"value": min(1, max(0, round(share, 1)))}
            case "baseline":
                return {"value": round(20 + 30 * share + dice.gauss(0, 2), 1)}
            case other:
                raise ValueError(other)

    def _done(self, share: float) -> list[int]:
        return list(range(1, int(min(1, share) * len(self.planned.steps) + 0.6) + 1))

    def plan(self, begins: date) -> list[dict[str, Any]]:
        """By when how much of it shall be gone, where that is no straight line: what is done or not is so shortly before its due day."""
        if self.planned.measure != "binary":
            return []
        return [{"day": (begins + timedelta(days=self.weeks * 7 * 4 // 5)).isoformat(), "share": 0}]

    def marks(self, dice: random.Random) -> dict[str, float]:
        """What is promised beside the target, and what is hoped for: of a few."""
        way = self.target - self.start
        if self.planned.measure != "metric" or abs(way) < 10 or dice.random() > 0.2:
            return {}
        return {"commit": rounded(self.planned, self.start + way * 0.7), "stretch": max(0, rounded(self.planned, self.start + way * 1.15))}


def rounded(planned: Measured, value: float) -> float:
    """As finely as something is counted: nobody reports a third of a person, and ratings have decimals."""
    way = abs(planned.target - planned.start)
    if float(planned.start).is_integer() and float(planned.target).is_integer() and (planned.start == 0 or way > 6):
        return round(value)
    return round(value, 1 if way >= 2 else 2)


def _of_cycle(planned: Measured, cycle: int) -> tuple[float, float]:
    """Start and target in a cycle: what is counted from nothing begins anew, the rest goes on from where the last one should have ended."""
    way = planned.target - planned.start
    if planned.measure != "metric":
        return planned.start, planned.target
    if planned.start == 0:
        return 0, round(planned.target * (1 + 0.15 * cycle))
    return rounded(planned, planned.start + way * 0.3 * cycle), rounded(planned, planned.start + way * (0.4 + 0.3 * cycle))
