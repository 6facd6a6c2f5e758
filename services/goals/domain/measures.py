"""What a key result may be measured by, and that progress can be computed from it."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final, Literal, assert_never

from cairn.goals.v1.events_pb2 import (
    MAINTAIN_MODE_LATEST,
    Binary,
    Bound,
    Graded,
    KeyResultDefined,
    KeyResultRevised,
    Maintain,
    MaintainMode,
    Metric,
    Milestones,
    TemplateKeyResult,
)
from cairn.goals.v1.service_pb2 import DefineKeyResultRequest, DescribeKeyResultResponse
from chassis.errors import invalid
from goals.domain.values import require_measurable, require_title, require_weight
from shared.holding import require_day
from shared.limits import MOST_MILESTONES
from shared.texts import require_text

Measure = Metric | Binary | Milestones | Graded | Maintain

LONGEST_UNIT: Final = 50

SHORTEST_WAY: Final = 1e-18
"""From start to target: what is shorter is no way, and progress on it could not be computed."""


def measure_of(definition: KeyResultDefined | DefineKeyResultRequest | TemplateKeyResult) -> Measure:
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
        case None:
            raise invalid("measure", "one of metric, binary, milestones, graded, maintain")


def set_measure(
    message: KeyResultDefined | DefineKeyResultRequest | DescribeKeyResultResponse | TemplateKeyResult, measure: Measure
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
        case _:
            assert_never(measure)


def require_measure(measure: Measure) -> None:
    """Raises Refused (INVALID) unless progress can be computed from the measure."""
    match measure:
        case Metric():
            require_text("metric.unit", measure.unit, LONGEST_UNIT)
        case Maintain():
            require_text("maintain.unit", measure.unit, LONGEST_UNIT)
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
FIGURES: Final = ("start", "target", "unit", *BOUNDS, "mode")
"""What a revision may say of how a key result is measured."""


def require_figures_of(measure: Measure, fields: Collection[str]) -> None:
    """Raises Refused (NOT_A_METRIC, NOT_MAINTAINED) unless a measure has all these figures."""
    match measure:
        case Metric():
            its = {"start", "target", "unit"}
        case Maintain():
            its = {*BOUNDS, "mode", "unit"}
        case Binary() | Milestones() | Graded():
            its = set()
        case _:
            assert_never(measure)
    if others := [field for field in fields if field not in its]:
        if others[0] in (*BOUNDS, "mode"):
            raise invalid(others[0], "only what is maintained has bounds and a mode", "NOT_MAINTAINED")
        raise invalid(others[0], "only a metric has a start and a target, and only it and what is maintained a unit", "NOT_A_METRIC")


def revised_measure(measure: Measure, change: KeyResultRevised, fields: Collection[str]) -> Measure:
    """The measure after these fields of a change."""
    match measure:
        case Metric():
            return Metric(
                start=change.start if "start" in fields else measure.start,
                target=change.target if "target" in fields else measure.target,
                unit=change.unit if "unit" in fields else measure.unit,
            )
        case Maintain():
            return _maintain_after(measure, change, fields)
        case Binary() | Milestones() | Graded():
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
