"""What a grade says: its band, and whether what was graded is met. Source: domain 7, and docs/domain.md, "Grades"."""

from __future__ import annotations

from typing import Final, TypeAlias

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from progress.domain.settings import HAIR, Settings

Band: TypeAlias = "pb.Band.ValueType"

MET_AT: Final = {goals.OBJECTIVE_KIND_COMMITTED: 1.0, goals.OBJECTIVE_KIND_ASPIRATIONAL: 0.7}
"""By kind of objective: the grade from which on it is met, 0 to 1."""


def band_of(grade: float | None, settings: Settings) -> Band:
    """The band of an unrounded grade, 0 to 1, by the bounds of its day: below the first red, below the second yellow, else green.

    Of none it is none.
    """
    if grade is None:
        return pb.BAND_UNSPECIFIED
    yellow_from, green_from = settings.bands
    if grade < yellow_from - HAIR:
        return pb.BAND_RED
    return pb.BAND_YELLOW if grade < green_from - HAIR else pb.BAND_GREEN


def is_met(grade: float | None, kind: int) -> bool:
    """Whether an unrounded grade, 0 to 1, is what an objective of this kind was to reach. Of no grade: no."""
    return grade is not None and grade >= MET_AT[kind or goals.OBJECTIVE_KIND_COMMITTED] - HAIR  # type: ignore[index]  # rows have plain numbers
