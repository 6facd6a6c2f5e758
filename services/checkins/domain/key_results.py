"""What check-ins must know of a key result: how it is measured, whether it is open, who works on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, assert_never

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1.service_pb2 import DescribeKeyResultResponse
from chassis.days import Day, day_text
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.positions import Position


class Measure(IntEnum):
    """What a key result is measured by."""

    METRIC = 1
    BINARY = 2
    MILESTONES = 3
    GRADED = 4
    MAINTAIN = 5
    BASELINE = 6
    SUM = 7


class Way(NamedTuple):
    """From where to where a metric is to go, as both are now."""

    start: float
    target: float


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A key result and its objective, as goals defined them up to `version`."""

    key_result_id: Id
    objective_id: Id
    tenant_id: Id
    version: int  # of the objective
    measure: Measure
    milestones: int  # how many at most, at any time; 0 for every other measure
    cancelled: bool
    objective_state: goals.ObjectiveState.ValueType
    visibility: goals.Visibility.ValueType
    team_id: Id  # of the objective; empty: none
    reporters: frozenset[Id]  # the objective's owner and contributors, and the key result's owners
    readers: frozenset[Id]  # who else is named by the objective: its creator, its named people, the owners of all its key results
    cycle_id: Id = b""  # of the objective; empty: not known here
    cycle_version: int = 0
    cycle_state: goals.CycleState.ValueType = goals.CYCLE_STATE_UNSPECIFIED
    ended_on: Day | None = None  # the objective's last day; None: it has not ended, or its end says no day
    way: Way | None = None  # None: the measure has no start and target, or they are not known here
    owners: frozenset[Id] = frozenset()  # whose parts are reported
    defined_of: Id = b""  # the objective that it was defined of, with whose events its own travel; empty: the objective
    learnt_at: tuple[Position, ...] = field(default=(), compare=False)  # of its newest event; none where it came over Kafka

    @property
    def rests_on(self) -> tuple[tuple[Id, int], ...]:
        """The aggregates of goals that it is made from, and the version of each."""
        return (self.objective_id, self.version), (self.cycle_id, self.cycle_version)

    @property
    def lacks_way(self) -> bool:
        """Whether its start and target are not known here, though it has them."""
        return self.measure is Measure.METRIC and self.way is None

    @property
    def awaits_activation(self) -> bool:
        """Whether it is not open yet, and will be once its objective is activated.

        What was closed or cancelled may be reopened: that is answered only once nobody acts on what was before.
        """
        return not self.cancelled and self.objective_state == goals.OBJECTIVE_STATE_DRAFT


def measure_of(definition: goals.KeyResultDefined | DescribeKeyResultResponse) -> Measure:
    """What a key result is measured by, as goals says it. Raises ValueError for a measure of a later version of goals."""
    measure = definition.WhichOneof("measure")
    match measure:
        case "metric":
            return Measure.METRIC
        case "binary":
            return Measure.BINARY
        case "milestones":
            return Measure.MILESTONES
        case "graded":
            return Measure.GRADED
        case "maintain":
            return Measure.MAINTAIN
        case "baseline":
            return Measure.BASELINE
        case "sum":
            return Measure.SUM
        case None:
            raise ValueError(f"key result {definition.key_result_id.hex()} has no measure that is known here")
        case _:
            assert_never(measure)


def way_of(definition: goals.KeyResultDefined | DescribeKeyResultResponse) -> Way | None:
    """From where to where a key result is to go, as goals says it; None for a measure without start and target."""
    return Way(definition.metric.start, definition.metric.target) if definition.HasField("metric") else None


def require_open(key_result: KeyResult) -> None:
    """Raises Refused (OBJECTIVE_CLOSED, OBJECTIVE_NOT_ACTIVE, KEY_RESULT_CANCELLED, CYCLE_CLOSED) unless it can be checked in on."""
    _require_standing(key_result)
    match key_result.objective_state:
        case goals.OBJECTIVE_STATE_ACTIVE:
            if key_result.cycle_state == goals.CYCLE_STATE_CLOSED:
                raise Refused("CYCLE_CLOSED", "the cycle of this key result's objective is closed; it takes no more check-ins")
            return
        case goals.OBJECTIVE_STATE_DRAFT:
            raise _not_active("checked in on")
        case goals.OBJECTIVE_STATE_CLOSED | goals.OBJECTIVE_STATE_CANCELLED:
            raise Refused("OBJECTIVE_CLOSED", "the objective of this key result is closed or cancelled; it takes no more check-ins")
        case state:
            raise ValueError(f"whether an objective in state {state} is checked in on is not decided")


def require_gradable(key_result: KeyResult, as_of: Day) -> None:
    """Raises Refused unless it can be graded, active or closed, of that day.

    OBJECTIVE_CLOSED, OBJECTIVE_NOT_ACTIVE, KEY_RESULT_CANCELLED, GRADE_AFTER_END.
    """
    _require_standing(key_result)
    match key_result.objective_state:
        case goals.OBJECTIVE_STATE_ACTIVE:
            return
        case goals.OBJECTIVE_STATE_CLOSED:
            if key_result.ended_on is not None and as_of > key_result.ended_on:
                raise _after_end(key_result.ended_on, as_of)
        case goals.OBJECTIVE_STATE_DRAFT:
            raise _not_active("graded")
        case goals.OBJECTIVE_STATE_CANCELLED:
            raise Refused("OBJECTIVE_CLOSED", "the objective of this key result is cancelled; it is not graded")
        case state:
            raise ValueError(f"whether an objective in state {state} is graded is not decided")


def unknown_key_result() -> Refused:
    """There is no such key result, or none that the caller may know of."""
    return Refused("KEY_RESULT_UNKNOWN", "there is no such key result", kind=Kind.UNKNOWN, field="key_result_id")


def _require_standing(key_result: KeyResult) -> None:
    if key_result.cancelled:
        raise Refused("KEY_RESULT_CANCELLED", "the key result is cancelled")


def _after_end(ended_on: Day, as_of: Day) -> Refused:
    end = day_text(ended_on)
    message = f"the objective of this key result ended on {end}; a grade is as of that day or one before, not of {day_text(as_of)}"
    return Refused("GRADE_AFTER_END", message, field="as_of")


def _not_active(done: str) -> Refused:
    return Refused("OBJECTIVE_NOT_ACTIVE", f"the objective of this key result is a draft; activate it before it is {done}")
