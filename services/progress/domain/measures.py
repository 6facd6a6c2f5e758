"""How a key result is measured. To add a measure: write its formula here and add it to MEASURES; docs/adding-a-measure.md tells the rest.

Every formula gives the raw progress p: 0 at the start, 1 at the target, unclamped; below 0 when the value went the wrong way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import fsum
from typing import Final, Protocol


class Mode(IntEnum):
    """By what it shows that a value was maintained; as cairn.goals.v1.MaintainMode."""

    LATEST = 1  # by the newest value
    SHARE = 2  # by every value, each against the bounds of its own day


class Measured(Protocol):
    """What a formula may look at: how a key result is defined, and what was reported of it."""

    @property
    def start(self) -> float | None: ...  # None: of what was a baseline, and had no value when it was given its target
    @property
    def target(self) -> float: ...
    @property
    def milestone_weights(self) -> Sequence[float] | None: ...
    @property
    def value(self) -> float | None: ...  # None: nothing with a value was reported
    @property
    def milestones_done(self) -> int | None: ...  # bit n - 1: milestone n
    @property
    def low(self) -> float | None: ...  # of what is maintained; None: no such bound
    @property
    def high(self) -> float | None: ...
    @property
    def mode(self) -> int | None: ...
    @property
    def met_share(self) -> float | None: ...  # of the check-ins with a value, those that met the bounds of their own day; by share alone


RawProgress = Callable[[Measured], float | None]
"""None: there is no progress, and it does not count."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to measure."""

    name: str
    number: int  # as in cairn.progress.v1.Measure, for ever
    raw_progress: RawProgress


def metric(k: Measured) -> float:
    """(v − start) / (target − start), in either direction; 0 without a value. Source: domain 4."""
    if k.value is None or k.start is None or k.target == k.start:
        return 0.0
    return (k.value - k.start) / (k.target - k.start)


def binary(k: Measured) -> float:
    """0 or 1, as reported; 0 without a value. Source: domain 4."""
    return 0.0 if k.value is None else k.value


def milestones(k: Measured) -> float:
    """Σ weight of those done / Σ weight; by count where no milestone weighs anything. Source: domain 4."""
    weights, done = k.milestone_weights, k.milestones_done
    if not weights or not done:
        return 0.0
    total = fsum(weights)
    if total == 0.0:
        return (done & ((1 << len(weights)) - 1)).bit_count() / len(weights)
    return fsum(weight for n, weight in enumerate(weights) if done >> n & 1) / total


def graded(k: Measured) -> float:
    """The figure from 0.0 to 1.0 that its owners give; 0 without one. Source: domain 4."""
    return 0.0 if k.value is None else k.value


def lies_between(low: float | None, value: float, high: float | None) -> bool:
    """Whether a value meets bounds, themselves included; None is no bound. Source: domain 4."""
    return (low is None or low <= value) and (high is None or value <= high)


def maintain(k: Measured) -> float:
    """1 where the newest value meets the bounds, else 0; by share: the check-ins that met them / check-ins. 0 without a value.

    Source: domain 4; formulas, Key results.
    """
    if k.value is None:
        return 0.0
    if k.mode == Mode.SHARE:
        return k.met_share or 0.0
    return 1.0 if lies_between(k.low, k.value, k.high) else 0.0


def baseline(_k: Measured) -> None:
    """There is no target yet. Source: formulas, Key results."""


METRIC: Final = Measure("metric", 1, metric)
BINARY: Final = Measure("binary", 2, binary)
MILESTONES: Final = Measure("milestones", 3, milestones)
GRADED: Final = Measure("graded", 4, graded)
MAINTAIN: Final = Measure("maintain", 5, maintain)

BASELINE: Final = Measure("baseline", 6, baseline)
SUM: Final = Measure("sum", 7, metric)  # its value is that of what feeds it

MEASURES: Final = (METRIC, BINARY, MILESTONES, GRADED, MAINTAIN, BASELINE, SUM)
