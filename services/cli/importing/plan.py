"""What an import is going to say: cycles, people, objectives, key results, check-ins, grades; and which rows cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cli.importing.tables import Refusal, Row

Measure = Literal["metric", "binary", "graded"]
"""Those that a folder can name."""
Level = Literal["company", "team", "individual"]


@dataclass(frozen=True, slots=True)
class Cycle:
    """A span of time that objectives of the folder belong to."""

    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective of the folder."""

    row: Row
    reference: str
    title: str
    cycle: str
    level: Level
    owner: str | None
    contributors: tuple[str, ...]
    team: str
    start_day: date
    due_day: date


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A key result of the folder."""

    row: Row
    reference: str
    home: str  # an objective's reference
    counts_for: tuple[str, ...]  # others
    title: str
    measure: Measure
    start: float | None
    target: float | None
    unit: str
    weight: float


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A row of checkins.csv: a value, or an abstention with its reason."""

    row: Row
    key_result: str
    as_of: date
    value: float | None
    abstention: str | None
    comment: str
    by: str | None
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A row of grades.csv; without a grade it was abstained from."""

    row: Row
    key_result: str
    grade: float | None
    as_of: date
    graded_on: date
    reason: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """What the source itself says that an objective came to."""

    objective: str
    total: float
    digits: int  # behind the point, as published


@dataclass(slots=True)
class ImportPlan:
    """All that an import is going to say, in the order in which it can be said."""

    cycles: list[Cycle] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    key_results: list[KeyResult] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    grades: list[Grade] = field(default_factory=list)
    totals: list[PublishedTotal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
