"""What a key result may be measured by, and that progress can be computed from it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Final, Literal, assert_never

from cairn.goals.v1.events_pb2 import (
    MAINTAIN_MODE_LATEST,
    Baseline,
    Binary,
    Bound,
    Graded,
    KeyResultAsItStands,
    KeyResultDefined,
    KeyResultRevised,
    Maintain,
    MaintainMode,
    Metric,
    Milestones,
    Sum,
    TemplateKeyResult,
)
from cairn.goals.v1.service_pb2 import DefineKeyResultRequest, DescribeKeyResultResponse
from chassis.errors import Refused, invalid
from chassis.ids import Id
from goals.domain.values import require_id, require_measurable, require_title, require_weight
from shared.holding import require_day
from shared.limits import MOST_FEEDS, MOST_MILESTONES
from shared.texts import require_text

Measure = Metric | Binary | Milestones | Graded | Maintain | Baseline | Sum

LONGEST_UNIT: Final = 50

SHORTEST_WAY: Final = 1e-18
"""From start to target: what is shorter is no way, and progress on it could not be computed."""


def measure_of(definition: KeyResultDefined | KeyResultAsItStands | DefineKeyResultRequest | TemplateKeyResult) -> Measure:
    """The measure that a definition sets.

    Raises Refused (INVALID) when it sets none.
    """
    match definition.WhichOneof("measure"):
        case "metric":
            return definition.metric
        case "binary":
            return definition.binary
        case "milestones":
            return definition.milestones
        case "graded":
            return definition.graded
        case "maintain":
            return definition.maintain
        case "baseline":
            return definition.baseline
        case "sum":
            return definition.sum
        case None:
            raise invalid("measure", "one of metric, binary, milestones, graded, maintain, baseline, sum")


def set_measure(
    message: KeyResultDefined | KeyResultAsItStands | DefineKeyResultRequest | DescribeKeyResultResponse | TemplateKeyResult,
    measure: Measure,
) -> None:
    """Writes a measure into a message that says how a key result is measured."""
    match measure:
        case Metric():
            message.metric.CopyFrom(measure)
        case Binary():
            message.binary.CopyFrom(measure)
            message.binary.SetInParent()  # it has no field that would say that it is there
        case Milestones():
            message.milestones.CopyFrom(measure)
        case Graded():
            message.graded.CopyFrom(measure)
            message.graded.SetInParent()
        case Maintain():
            message.maintain.CopyFrom(measure)
            message.maintain.mode = measure.mode or MAINTAIN_MODE_LATEST
        case Baseline():
            message.baseline.CopyFrom(measure)
            message.baseline.SetInParent()  # it may have no unit
        case Sum():
            message.sum.CopyFrom(measure)
            if not measure.HasField("start"):
                message.sum.start = 0.0
        case _:
            assert_never(measure)


def require_measure(measure: Measure) -> None:
    """Raises Refused (INVALID) unless progress can be computed from the measure."""
    match measure:
        case Metric():
            require_text("metric.unit", measure.unit, LONGEST_UNIT)
        case Maintain():
            require_text("maintain.unit", measure.unit, LONGEST_UNIT)
        case Baseline():
            require_text("baseline.unit", measure.unit, LONGEST_UNIT)
            if measure.HasField("target"):
                raise invalid("baseline.target", "a baseline has no target yet; what has one is a metric", "BASELINE_WITH_TARGET")
        case Sum():
            require_text("sum.unit", measure.unit, LONGEST_UNIT)
            require_feeds(measure.feeds)
        case Milestones() | Binary() | Graded():
            pass  # without a unit
        case _:
            assert_never(measure)
    require_progress_on(measure)


def require_progress_on(measure: Measure) -> None:
    """Raises Refused unless there is a way to go, bounds to keep, milestones to reach.

    START_IS_TARGET, NO_BOUND, BOUNDS_SWAPPED, INVALID.
    """
    match measure:
        case Metric():
            require_way(measure.start, measure.target)
        case Milestones():
            _require_milestones(measure)
        case Maintain():
            _require_bounds(measure)
        case Sum():
            require_way(measure.start, measure.target)
        case Baseline():
            _require_baseline(measure)
        case Binary() | Graded():
            pass  # 0 to 1 as they are
        case _:
            assert_never(measure)


def require_way(start: float, target: float) -> None:
    """Raises Refused (START_IS_TARGET, INVALID) unless there is a way from start to target that can be divided."""
    require_measurable("start", start)
    require_measurable("target", target)
    if abs(target - start) < SHORTEST_WAY:
        raise invalid("target", f"start {start} and target {target} are the same; a metric needs a way to go", "START_IS_TARGET")


def _given(baseline: Baseline, field: Literal["start", "target"]) -> float | None:
    return getattr(baseline, field) if baseline.HasField(field) else None


def _require_baseline(baseline: Baseline) -> None:
    start, target = _given(baseline, "start"), _given(baseline, "target")
    if start is not None and target is not None:
        require_way(start, target)
    elif start is not None:
        require_measurable("start", start)
    elif target is not None:
        require_measurable("target", target)


def require_feeds(feeds: Sequence[Id]) -> None:
    """Raises Refused (INVALID) unless each key result and KPI that feeds a sum is named once, and there are not too many."""
    for feed in feeds:
        require_id("feeds", feed)
    if len(set(feeds)) < len(feeds):
        raise invalid("feeds", "each of them is named once")
    if len(feeds) > MOST_FEEDS:
        raise invalid("feeds", f"at most {MOST_FEEDS} key results and KPIs feed a sum; these are {len(feeds)}")


def unit_of(measure: Measure) -> str | None:
    """What a value is counted in; None: its measure has no unit."""
    match measure:
        case Metric() | Maintain() | Baseline() | Sum():
            return measure.unit
        case Binary() | Milestones() | Graded():
            return None
        case _:
            assert_never(measure)


def may_feed(measure: Measure) -> bool:
    """Whether its value can be added to others. Source: formulas, row sum."""
    match measure:
        case Metric() | Baseline() | Sum():
            return True
        case Binary() | Milestones() | Graded() | Maintain():
            return False
        case _:
            assert_never(measure)


def _require_bounds(maintain: Maintain) -> None:
    if maintain.mode not in MaintainMode.values():
        raise invalid("mode", f"{maintain.mode} is no mode; it is latest or share")
    given = [field for field in ("low", "high") if maintain.HasField(field)]
    if not given:
        raise invalid("low", "give the lowest value that is kept, or the highest, or both", "NO_BOUND")
    for field in given:
        require_measurable(field, getattr(maintain, field))
    if len(given) > 1 and maintain.low > maintain.high:
        raise invalid("high", f"low {maintain.low} lies above high {maintain.high}; no value lies between them", "BOUNDS_SWAPPED")


def _require_milestones(milestones: Milestones) -> None:
    listed = milestones.milestones
    if not 1 <= len(listed) <= MOST_MILESTONES:
        raise invalid("milestones", f"1 to {MOST_MILESTONES} milestones; these are {len(listed)}")
    for number, milestone in enumerate(listed, start=1):
        require_title(f"milestones[{number}].title", milestone.title)
        require_weight(f"milestones[{number}].weight", milestone.weight)
        require_day(f"milestones[{number}].due_day", milestone.due_day)
    total = math.fsum(milestone.weight for milestone in listed)
    if not (total > 0 and math.isfinite(total)):
        raise invalid("milestones", "the weights of the milestones must add up to more than zero")


BOUNDS: Final = ("low", "high")
FIGURES: Final = ("start", "target", "unit", *BOUNDS, "mode", "milestones", "feeds")
"""What a revision may say of how a key result is measured."""


def require_figures_of(measure: Measure, fields: Collection[str]) -> None:
    """Raises Refused (NOT_A_METRIC, NOT_MAINTAINED, NOT_MILESTONES, NOT_A_SUM) unless a measure has all these figures."""
    if others := [field for field in fields if field not in _figures_of(measure)]:
        raise _has_none(others[0])


def _figures_of(measure: Measure) -> set[str]:
    match measure:
        case Metric() | Baseline():  # a baseline that is given a target is a metric
            return {"start", "target", "unit"}
        case Maintain():
            return {*BOUNDS, "mode", "unit"}
        case Milestones():
            return {"milestones"}
        case Sum():
            return {"start", "target", "unit", "feeds"}
        case Binary() | Graded():
            return set()
        case _:
            assert_never(measure)


def _has_none(field: str) -> Refused:
    match field:
        case "low" | "high" | "mode":
            return invalid(field, "only what is maintained has bounds and a mode", "NOT_MAINTAINED")
        case "milestones":
            return invalid(field, "only what is measured by milestones has some", "NOT_MILESTONES")
        case "feeds":
            return invalid(field, "only a sum is fed by key results and KPIs", "NOT_A_SUM")
        case _:
            says = "only a metric and a sum have a start and a target, and only they and what is maintained a unit"
            return invalid(field, says, "NOT_A_METRIC")


def revised_measure(measure: Measure, change: KeyResultRevised, fields: Collection[str]) -> Measure:
    """The measure after these fields of a change: a baseline that is given a target is a metric."""
    match measure:
        case Metric():
            return Metric(
                start=change.start if "start" in fields else measure.start,
                target=change.target if "target" in fields else measure.target,
                unit=change.unit if "unit" in fields else measure.unit,
            )
        case Baseline():
            return Baseline(
                unit=change.unit if "unit" in fields else measure.unit,
                start=change.start if "start" in fields else _given(measure, "start"),
                target=change.target if "target" in fields else _given(measure, "target"),
            )
        case Maintain():
            return _maintain_after(measure, change, fields)
        case Milestones():
            return change.milestones if "milestones" in fields else measure
        case Sum():
            return Sum(
                start=change.start if "start" in fields else measure.start,
                target=change.target if "target" in fields else measure.target,
                unit=change.unit if "unit" in fields else measure.unit,
                feeds=change.feeds.key_result_ids if "feeds" in fields else measure.feeds,
            )
        case Binary() | Graded():
            return measure
        case _:
            assert_never(measure)


def _maintain_after(measure: Maintain, change: KeyResultRevised, fields: Collection[str]) -> Maintain:
    after = Maintain()
    after.CopyFrom(measure)
    if "low" in fields:
        _move_bound(after, "low", change.low)
    if "high" in fields:
        _move_bound(after, "high", change.high)
    if "mode" in fields:
        after.mode = change.mode
    if "unit" in fields:
        after.unit = change.unit
    return after


def _move_bound(maintain: Maintain, field: Literal["low", "high"], bound: Bound) -> None:
    """Without a value there is no such bound any more."""
    if bound.HasField("value"):
        setattr(maintain, field, bound.value)
    else:
        maintain.ClearField(field)
