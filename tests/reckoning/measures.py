"""The seven measures: from what was said of a key result to its value and its raw progress p (formulas.md, Key results).

A key result is looked at here on its own day, which every end has cut already (`moments.of_key_result`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import assert_never

from tests.reckoning import moments
from tests.reckoning.checkins import WITHOUT_PARTS, Value, milestones_done, value_on, with_a_figure
from tests.reckoning.kpis import measured_on
from tests.reckoning.moments import Moment, has_ended, home_of, state_of
from tests.reckoning.organisation import KeyResult, Measure, Objective, Organisation
from tests.reckoning.shown import mean


@dataclass(frozen=True)
class Measured:
    """What a key result comes to: `progress` is raw, and None of a baseline; `coverage` 0: not started; a sum's may lie between."""

    measure: Measure
    value: Value | None
    progress: Fraction | None
    coverage: Fraction

    @property
    def is_started(self) -> bool:
        return self.coverage > 0


def measure_on(key_result: KeyResult, day: date) -> Measure:
    """A baseline is a metric from the day on from which it has a target (row baseline)."""
    if key_result.defined_as == "baseline" and key_result.target.on(day) is not None:
        return "metric"
    return key_result.defined_as


def measured(organisation: Organisation, key_result: KeyResult, at: Moment) -> Measured:
    """Value, raw progress and coverage. Without a value p is 0 and the key result is not started."""
    measure = measure_on(key_result, at.day)
    if measure == "sum":
        return _sum(organisation, key_result, at)
    if measure == "milestones":
        return _milestones(key_result, at.day)
    value = _value(key_result, at.day)
    progress = Fraction(0) if value is None else _progress(measure, key_result, value.figure, at.day)
    return Measured(measure, value, None if measure == "baseline" else progress, Fraction(value is not None))


def _value(key_result: KeyResult, day: date) -> Value | None:
    value = value_on(key_result, day)
    return Value(value.figure) if value and key_result.defined_as in WITHOUT_PARTS else value


def _progress(measure: Measure, key_result: KeyResult, value: Fraction, day: date) -> Fraction | None:
    match measure:
        case "metric":
            return share_of_the_way(key_result, value, day)
        case "maintain":
            return _maintained(key_result, value, day)
        case "binary" | "graded":
            return value
        case "baseline":
            return None
        case "milestones" | "sum":
            raise AssertionError(f"{measure} has no value of its own")
    assert_never(measure)


def share_of_the_way(key_result: KeyResult, value: Fraction, day: date) -> Fraction:
    """Row metric: p = (v − start) / (target − start), raw."""
    start, target = start_on(key_result, day), key_result.target.on(day)
    if start is None or target is None or start == target:
        raise ValueError(f"{key_result.ref} on {day}: start {start} and target {target} make no way to go")
    return (value - start) / (target - start)


def start_on(key_result: KeyResult, day: date) -> Fraction | None:
    """The start that holds: of a sum 0 unless given; of a baseline, unless given, its value at the end of the day of its first target."""
    given = key_result.start.on(day)
    if given is not None:
        return given
    if key_result.defined_as == "sum":
        return Fraction(0)
    if key_result.defined_as == "baseline":
        value = value_on(key_result, _day_of_the_first_target(key_result))
        return value.figure if value else None
    return None


def _day_of_the_first_target(key_result: KeyResult) -> date:
    """Later targets do not move the start (row baseline)."""
    return min(day for day, target in key_result.target.changes if target is not None)


def is_within_bounds(key_result: KeyResult, value: Fraction, day: date) -> bool:
    """Row maintain: low ≤ v ≤ high, each bound if given, by the bounds of the day."""
    low, high = key_result.low.on(day), key_result.high.on(day)
    return (low is None or low <= value) and (high is None or value <= high)


def _maintained(key_result: KeyResult, value: Fraction, day: date) -> Fraction:
    """Rows maintain: the latest value by the bounds of T; or the check-ins that met the bounds of their own day, as a share."""
    if key_result.mode.on(day) == "latest":
        return Fraction(is_within_bounds(key_result, value, day))
    met = [is_within_bounds(key_result, figure, one.as_of) for one, figure in with_a_figure(key_result, day)]
    return Fraction(sum(met), len(met))


def _milestones(key_result: KeyResult, day: date) -> Measured:
    """Row milestones: Σ weight of those done / Σ weight, by the list that holds on T; numbers beyond it are passed over."""
    done = milestones_done(key_result, day)
    milestones = key_result.milestones.on(day)
    share = mean((milestone.weight, Fraction(number in (done or ()))) for number, milestone in enumerate(milestones, start=1))
    return Measured("milestones", None, share, Fraction(done is not None))


def _sum(organisation: Organisation, key_result: KeyResult, at: Moment) -> Measured:
    """Row sum: v = Σ of the feeds' values; its coverage is the mean of theirs; without any of them, or all without a value: not started."""
    home = home_of(organisation, key_result, at.day)
    feeds = [fed for ref in key_result.feeds.on(at.day) if (fed := _fed(organisation, ref, home, at)) is not None]
    coverage = mean((Fraction(1), coverage) for _, coverage in feeds)
    if not coverage:
        return Measured("sum", None, Fraction(0), Fraction(0))
    value = sum((figure for figure, _ in feeds), Fraction(0))
    return Measured("sum", Value(value), share_of_the_way(key_result, value, at.day), coverage)


def _fed(organisation: Organisation, ref: str, home: Objective, at: Moment) -> tuple[Fraction, Fraction] | None:
    """A feed's value and coverage (with a value 1, without 0, a sum its own); None: it is left out. Without a value it adds 0."""
    if ref in organisation.kpis:
        newest = measured_on(organisation.kpis[ref], at.day)
        return (newest[1], Fraction(1)) if newest else (Fraction(0), Fraction(0))
    feed = organisation.key_results[ref]
    if not counts_within(organisation, feed, home, at):
        return None
    own = measured(organisation, feed, moments.of_key_result(organisation, feed, at))
    return (own.value.figure if own.value else Fraction(0)), own.coverage


def counts_within(organisation: Organisation, key_result: KeyResult, viewer: Objective, at: Moment) -> bool:
    """Whether a key result may count for an objective, or feed a sum of that objective.

    Not before its `from`; not from the day on which it was cancelled. Elsewhere than at home not while its home is a draft, and not
    from the day on which its home was cancelled (formulas.md: Ended; drafts, cancelled; row sum; Small print: from).
    """
    if at.day < key_result.first_day or has_ended(key_result, at):
        return False
    home = home_of(organisation, key_result, at.day)
    return home is viewer or state_of(home, at) in {"active", "closed"}
