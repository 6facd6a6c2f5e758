"""What the tables say of an organisation: plain values, each definition with the days from which it holds.

Numbers are fractions, so that nothing is lost before it is shown: `achieved` is exact (formulas.md, Pace and status).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Generic, Literal, TypeVar

Said = TypeVar("Said")

SINCE_EVER: Final = date.min
NEVER: Final = date.max

Measure = Literal["metric", "maintain", "binary", "milestones", "graded", "baseline", "sum"]
Cadence = Literal["weekly", "two-weekly", "monthly", "quarterly", "none"]
RollUp = Literal["key_results", "children", "both"]
State = Literal["draft", "active", "closed", "cancelled"]


@dataclass(frozen=True)
class Timeline(Generic[Said]):
    """A definition and what became of it (issue 11: the row with the latest day ≤ T holds, on one day the later row)."""

    first: Said
    changes: tuple[tuple[date, Said], ...] = ()

    def on(self, day: date) -> Said:
        """What holds on a day."""
        said, since = self.first, SINCE_EVER
        for from_day, value in self.changes:
            if since <= from_day <= day:
                said, since = value, from_day
        return said


@dataclass(frozen=True, order=True)
class Instant:
    """When an end or a reopening was recorded, as far as one import can tell them apart.

    An end happens on its day, and ends of one day hold for each other (formulas.md, Ended); a reopening comes after the ends of its day.
    """

    day: date
    after_the_ends_of_the_day: bool = False


NOW: Final = Instant(NEVER, after_the_ends_of_the_day=True)


@dataclass(frozen=True)
class Turn:
    """An objective ends, or is reopened."""

    day: date
    state: State  # closed, cancelled; active: reopened

    @property
    def at(self) -> Instant:
        return Instant(self.day, after_the_ends_of_the_day=self.state == "active")


@dataclass(frozen=True)
class Cycle:
    """A cycle; without a row of its own it has no cadence and spans its objectives."""

    name: str
    first_day: date
    last_day: date
    cadence: Cadence | None = None
    kind: str = "custom"
    weekday: str | None = None


@dataclass(frozen=True)
class Settings:
    """A tenant's settings, each with its default (issue 11, settings.csv)."""

    bounds: Timeline[tuple[Fraction, Fraction]] = field(default_factory=lambda: Timeline((Fraction("0.10"), Fraction("0.25"))))
    bands: Timeline[tuple[Fraction, Fraction]] = field(default_factory=lambda: Timeline((Fraction("0.4"), Fraction("0.7"))))
    cadence: Timeline[Cadence] = field(default_factory=lambda: Timeline[Cadence]("weekly"))
    default_pace: Timeline[tuple[Fraction, ...]] = field(default_factory=lambda: Timeline((Fraction(0), Fraction(1))))


@dataclass(frozen=True)
class Person:
    """A person and the teams that they are in."""

    name: str
    teams: tuple[str, ...] = ()
    first_day: date = SINCE_EVER
    last_day: date = NEVER


@dataclass(frozen=True)
class Team:
    """A team of the tree of teams."""

    team: str
    name: str
    parent: str | None = None
    lead: str | None = None


@dataclass(frozen=True)
class Objective:
    """An objective; `active_from` is the day on which it stops being a draft."""

    ref: str
    cycle: str
    first_day: date
    due: Timeline[date]
    level: str
    kind: Literal["committed", "aspirational"]
    team: str | None
    title: Timeline[str]
    owner: Timeline[str | None]
    parent: Timeline[str | None]
    roll_up: Timeline[RollUp]
    child_weight: Timeline[Fraction]
    active_from: date = SINCE_EVER
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Owner:
    """Who owns a key result, and which part; no share: equal parts."""

    person: str
    share: Fraction | None = None


@dataclass(frozen=True)
class Milestone:
    """One of a key result's milestones."""

    title: str
    weight: Fraction = Fraction(1)
    due: date | None = None


@dataclass(frozen=True)
class CheckIn:
    """A row of checkins.csv that stands; `place` is its place in the log."""

    place: int
    as_of: date
    by: str | None = None
    value: Fraction | None = None
    share_of_the_way: Fraction | None = None  # a score on a metric
    done: frozenset[int] | None = None
    abstained: bool = False
    confidence: Fraction | None = None
    status: str | None = None
    part: str | None = None

    @property
    def order(self) -> tuple[date, int]:
        """The latest day is the newest, on one day the higher place (formulas.md, Which fact holds)."""
        return self.as_of, self.place


@dataclass(frozen=True)
class Grade:
    """A row of grades.csv; no figure: abstained."""

    place: int
    as_of: date
    figure: Fraction | None

    @property
    def order(self) -> tuple[date, int]:
        return self.as_of, self.place


@dataclass(frozen=True)
class KeyResult:
    """A key result; what is not of its measure is empty."""

    ref: str
    defined_as: Measure
    home: Timeline[str]
    owners: Timeline[tuple[Owner, ...]]
    title: Timeline[str]
    unit: str | None = None
    start: Timeline[Fraction | None] = Timeline(None)
    target: Timeline[Fraction | None] = Timeline(None)
    low: Timeline[Fraction | None] = Timeline(None)
    high: Timeline[Fraction | None] = Timeline(None)
    mode: Timeline[str] = Timeline("latest")
    weight: Timeline[Fraction] = Timeline(Fraction(1))
    due: Timeline[date | None] = Timeline(None)
    milestones: Timeline[tuple[Milestone, ...]] = Timeline(())
    feeds: Timeline[tuple[str, ...]] = Timeline(())
    plan: Timeline[tuple[tuple[date, Fraction], ...]] = Timeline(())
    counts_for: Mapping[str, Timeline[bool]] = field(default_factory=dict)
    commit: Fraction | None = None
    stretch: Fraction | None = None
    first_day: date = SINCE_EVER
    cancelled_on: date | None = None
    check_ins: tuple[CheckIn, ...] = ()
    grades: tuple[Grade, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        return () if self.cancelled_on is None else (Turn(self.cancelled_on, "cancelled"),)


@dataclass(frozen=True)
class Kpi:
    """A health measure and what was measured, in the order of the table."""

    ref: str
    title: str
    unit: str | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    owner: str | None = None
    team: str | None = None
    values: tuple[tuple[date, Fraction], ...] = ()


@dataclass(frozen=True)
class Organisation:
    """All that the tables of a folder say and that numbers come from."""

    objectives: Mapping[str, Objective] = field(default_factory=dict)
    key_results: Mapping[str, KeyResult] = field(default_factory=dict)
    cycles: Mapping[str, Cycle] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
