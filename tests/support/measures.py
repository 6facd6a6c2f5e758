"""What each measure of the protos is defined with, what is reported of it and what that comes to, from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cairn.goals.v1.events_pb2 import KeyResultDefined
from tests.support.company import Json

MEASURES: Final = tuple(branch.name for branch in KeyResultDefined.DESCRIPTOR.oneofs_by_name["measure"].fields)
"""Every measure that a key result can be defined with."""

REPORTED: Final = tuple(measure for measure in MEASURES if measure != "sum")
"""Those that are checked in on: a sum is added up (tests/e2e/test_sums.py)."""


@dataclass(frozen=True)
class Example:
    """A key result of one measure, as it is typed in, and its progress after a check-in and after a correction of that."""

    reported: Json
    progress: float | None
    corrected: Json
    progress_corrected: float | None
    on_the_command_line: tuple[str, ...]  # what says the same as `reported`
    definition: Json = field(default_factory=dict)  # beside the measure's name
    in_a_table: Mapping[str, str] | None = None  # cells of key_results.csv that define it; None: tables cannot say it


EXAMPLES: Final = {
    "metric": Example(
        definition={"start": 20, "target": 10, "unit": "days"},
        reported={"value": 15},
        progress=0.5,
        corrected={"value": 12},
        progress_corrected=0.8,
        on_the_command_line=("15",),
        in_a_table={"kind": "number", "start": "20", "target": "10", "unit": "days"},
    ),
    "binary": Example(
        reported={"value": 1},
        progress=1,
        corrected={"value": 0},
        progress_corrected=0,
        on_the_command_line=("1",),
        in_a_table={"kind": "binary"},
    ),
    "milestones": Example(
        definition={"milestones": [{"title": "half", "weight": 2}, {"title": "a quarter"}, {"title": "another", "due_day": "2026-03-01"}]},
        reported={"milestones_done": [1]},
        progress=0.5,
        corrected={"milestones_done": [1, 3]},
        progress_corrected=0.75,
        on_the_command_line=("--done", "1"),
    ),
    "graded": Example(
        reported={"value": 0.7},
        progress=0.7,
        corrected={"value": 0.6},
        progress_corrected=0.6,
        on_the_command_line=("0.7",),
        in_a_table={"kind": "score"},
    ),
    "maintain": Example(
        definition={"low": 95, "high": 100, "unit": "points", "mode": "latest"},
        reported={"value": 95},
        progress=1,
        corrected={"value": 94.9},
        progress_corrected=0,
        on_the_command_line=("95",),
        in_a_table={"kind": "maintain", "low": "95", "high": "100", "unit": "points", "mode": "latest"},
    ),
    "baseline": Example(
        definition={"unit": "hours"},
        reported={"value": 30},
        progress=None,
        corrected={"value": 28},
        progress_corrected=None,
        on_the_command_line=("30",),
        in_a_table={"kind": "baseline", "unit": "hours"},
    ),
}
