"""What a benchmark answers: one line of the table that `make bench` prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, beside its peer of the same run where it has one, and what it has to reach."""

    name: str
    value: float
    unit: str  # "events/s", "ms", "MB", "×"
    peer: float | None = None  # what the ratio is of, in the same unit
    ratio: float | None = None  # value / peer
    floor: float | None = None  # of the ratio where there is one, else of the value
    ceiling: float | None = None  # the same, where less is better
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether what is asked of it was reached."""
        measured = self.value if self.ratio is None else self.ratio
        return (self.floor is None or measured >= self.floor) and (self.ceiling is None or measured <= self.ceiling)

    def as_json(self) -> dict[str, Any]:
        """The figure for programs."""
        return {**asdict(self), "passed": self.passed}
