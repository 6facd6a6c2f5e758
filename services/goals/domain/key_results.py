"""What a key result may be: its measure, its owners, its weight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from cairn.goals.v1.events_pb2 import Binary, Graded, KeyResultDefined, KeyResultRevised, Metric, Milestones, Owner
from cairn.goals.v1.service_pb2 import DefineKeyResultRequest, DescribeKeyResultResponse, ReviseKeyResultRequest
from chassis.errors import invalid
from chassis.ids import Id
from goals.domain.values import (
    LARGEST_WEIGHT,
    Day,
    require_day,
    require_id,
    require_measurable,
    require_text,
    require_title,
    require_weight,
)

Measure = Metric | Binary | Milestones | Graded

MAX_MILESTONES: Final = 50
"""A check-in names those that are done in the bits of one number."""

SHORTEST_WAY: Final = 1e-18
"""From start to target: what is shorter is no way, and progress on it could not be computed."""


@dataclass(frozen=True, slots=True)
class KeyResult:
    """One key result of an objective, as it stands."""

    key_result_id: Id
    reference: str
    title: str
    owners: tuple[Owner, ...]
    weight: float
    due_day: Day
    measure: Measure
    counts_for: frozenset[Id]  # other objectives that its check-ins move
    cancelled: bool = False


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
            require_text("metric.unit", measure.unit, 50)
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
    if not 1 <= len(listed) <= MAX_MILESTONES:
        raise invalid("milestones", f"1 to {MAX_MILESTONES} milestones; these are {len(listed)}")
    for number, milestone in enumerate(listed, start=1):
        require_title(f"milestones[{number}].title", milestone.title)
        require_weight(f"milestones[{number}].weight", milestone.weight)
        require_day(f"milestones[{number}].due_day", milestone.due_day)
    total = math.fsum(milestone.weight for milestone in listed)
    if not (total > 0 and math.isfinite(total)):
        raise invalid("milestones", "the weights of the milestones must add up to more than zero")


def require_owners(owners: Sequence[Owner]) -> None:
    """Raises Refused (INVALID) unless each owner is named once, and all of them or none have a share."""
    for owner in owners:
        require_id("owners.person_id", owner.person_id)
        if owner.HasField("share") and not 0 < owner.share <= LARGEST_WEIGHT:
            raise invalid("owners.share", f"a share is a number above 0, to {LARGEST_WEIGHT:g}; this is {owner.share}")
    if len(owners) > 20:
        raise invalid("owners", f"at most 20 owners; these are {len(owners)}")
    if len({owner.person_id for owner in owners}) < len(owners):
        raise invalid("owners", "each owner is named once")
    if len({owner.HasField("share") for owner in owners}) > 1:
        raise invalid("owners.share", "give every owner a share, or none of them: then the parts are equal")


def changes(key_result: KeyResult, wanted: ReviseKeyResultRequest) -> KeyResultRevised:
    """What of `wanted` would change the key result, checked.

    Raises Refused: INVALID, START_IS_TARGET, NOT_A_METRIC.
    """
    change = KeyResultRevised()
    if wanted.HasField("title") and wanted.title != key_result.title:
        require_title("title", wanted.title)
        change.title = wanted.title
    if wanted.HasField("owners") and tuple(wanted.owners.owners) != key_result.owners:
        if not wanted.owners.owners:
            raise invalid("owners", "a key result has one owner or more")
        require_owners(wanted.owners.owners)
        change.owners.CopyFrom(wanted.owners)
    if wanted.HasField("weight") and wanted.weight != key_result.weight:
        require_weight("weight", wanted.weight)
        change.weight = wanted.weight
    if wanted.HasField("due_day") and wanted.due_day != key_result.due_day:
        require_day("due_day", wanted.due_day)
        change.due_day = wanted.due_day
    _change_metric(key_result, wanted, change)
    return change


def _change_metric(key_result: KeyResult, wanted: ReviseKeyResultRequest, change: KeyResultRevised) -> None:
    asked = [field for field in ("start", "target", "unit") if wanted.HasField(field)]
    if not asked:
        return
    metric = key_result.measure
    if not isinstance(metric, Metric):
        raise invalid(asked[0], "only a metric has a start, a target and a unit", "NOT_A_METRIC")
    start = wanted.start if wanted.HasField("start") else metric.start
    target = wanted.target if wanted.HasField("target") else metric.target
    require_way(start, target)
    if start != metric.start:
        change.start = start
    if target != metric.target:
        change.target = target
    if wanted.HasField("unit") and wanted.unit != metric.unit:
        require_text("unit", wanted.unit, 50)
        change.unit = wanted.unit


def moves_goalpost(change: KeyResultRevised) -> bool:
    """Whether a change of an active objective's key result is one that progress must be read against."""
    return any(change.HasField(field) for field in ("start", "target", "weight", "due_day"))


def revised_measure(measure: Measure, change: KeyResultRevised) -> Measure:
    """The measure after a change."""
    match measure:
        case Metric():
            return Metric(
                start=change.start if change.HasField("start") else measure.start,
                target=change.target if change.HasField("target") else measure.target,
                unit=change.unit if change.HasField("unit") else measure.unit,
            )
        case Binary() | Milestones() | Graded():
            return measure
        case _:
            assert_never(measure)
