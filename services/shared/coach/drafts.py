"""What the coach looks at: objectives with their key results, as far as somebody has written them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["company", "team", "individual"]
Measured = Literal["metric", "maintain", "binary", "milestones", "graded", "baseline", "sum"]


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A key result, perhaps a draft."""

    ref: str
    title: str
    measured: Measured = "graded"
    has_owner: bool = True  # one of its own, or its objective's
    has_due_day: bool = True  # as of the owner
    start: float | None = None  # of a metric
    target: float | None = None
    reached_early: bool = False  # it was achieved in the first tenth of its span


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective, perhaps a draft, with the key results whose home it is."""

    ref: str
    title: str
    key_results: tuple[KeyResult, ...] = ()
    counts: int = 0  # key results of other homes that count for it as well
    level: Level = "company"
    team: str = ""
    cycle: str = ""
    has_owner: bool = True
    has_due_day: bool = True
    has_parent: bool = True
