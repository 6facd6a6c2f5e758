"""What a key result may be measured by, and that progress can be computed from it."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final, assert_never

from cairn.goals.v1.events_pb2 import Binary, Graded, KeyResultDefined, KeyResultRevised, Metric, Milestones
from cairn.goals.v1.service_pb2 import DefineKeyResultRequest, DescribeKeyResultResponse
from chassis.errors import invalid
from goals.domain.values import require_day, require_measurable, require_text, require_title, require_weight
from shared.limits import MOST_MILESTONES

Measure = Metric | Binary | Milestones | Graded

"""A check-in names those that are done in the bits of one number."""

LONGEST_UNIT: Final = 50

SHORTEST_WAY: Final = 1e-18
"""From start to target: what is shorter is no way, and progress on it could not be computed."""


def measure_of(definition: KeyResultDefined | DefineKeyResultRequest) -> Measure:
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
        case None:
            raise invalid("measure", "one of metric, binary, milestones, graded")


def set_measure(message: KeyResultDefined | DescribeKeyResultResponse, measure: Measure) -> None:
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
        case _:
            assert_never(measure)


def require_measure(measure: Measure) -> None:
    """Raises Refused (INVALID) unless progress can be computed from the measure."""
    match measure:
        case Metric():
            require_text("metric.unit", measure.unit, LONGEST_UNIT)
            require_way(measure.start, measure.target)
        case Milestones():
            _require_milestones(measure)
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


def revised_measure(measure: Measure, change: KeyResultRevised, fields: Collection[str]) -> Measure:
    """The measure after these fields of a change."""
    match measure:
        case Metric():
            return Metric(
                start=change.start if "start" in fields else measure.start,
                target=change.target if "target" in fields else measure.target,
                unit=change.unit if "unit" in fields else measure.unit,
            )
        case Binary() | Milestones() | Graded():
            return measure
        case _:
            assert_never(measure)
