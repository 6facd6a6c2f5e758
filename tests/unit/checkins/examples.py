"""Events of checkins as tests tell them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cairn.checkins.v1.events_pb2 import (
    SOURCE_PERSON,
    CheckInAbstained,
    CheckInCorrected,
    CheckInRecorded,
    CheckInRetracted,
    KeyResultGraded,
)
from cairn.checkins.v1.service_pb2 import CheckIn, CorrectCheckInRequest, MilestonesDone
from cairn.goals.v1.events_pb2 import OBJECTIVE_STATE_ACTIVE, OBJECTIVE_STATE_CLOSED, VISIBILITY_COMPANY
from chassis.ids import Id, id_of_name
from checkins.domain.key_results import KeyResult, Measure

MONDAY, TUESDAY, WEDNESDAY = 17896, 17897, 17898
TODAY = WEDNESDAY


def an_id(name: str) -> Id:
    """The id of what a test calls so."""
    return id_of_name("test", name)


KEY_RESULT, OBJECTIVE, TENANT = an_id("key result"), an_id("objective"), an_id("tenant")
ANN, BOB, CYD = an_id("Ann"), an_id("Bob"), an_id("Cyd")

METRIC = KeyResult(
    key_result_id=KEY_RESULT,
    objective_id=OBJECTIVE,
    tenant_id=TENANT,
    version=3,
    measure=Measure.METRIC,
    milestones=0,
    cancelled=False,
    objective_state=OBJECTIVE_STATE_ACTIVE,
    visibility=VISIBILITY_COMPANY,
    team="Talent",
    reporters=frozenset({ANN, BOB}),
    readers=frozenset({CYD}),
)
CLOSED = replace(METRIC, objective_state=OBJECTIVE_STATE_CLOSED)
BINARY = replace(METRIC, measure=Measure.BINARY)
GRADED = replace(METRIC, measure=Measure.GRADED)
MILESTONES = replace(METRIC, measure=Measure.MILESTONES, milestones=3)


def a_report(value: float | None = 1.0, as_of: int | None = MONDAY, **more: Any) -> CheckIn:
    """A check-in as it is sent."""
    fields: dict[str, Any] = {"key_result_id": KEY_RESULT, "value": value, "as_of": as_of}
    return CheckIn(**fields | more)


def a_correction(of: str, value: float | None = 2.0, **more: Any) -> CorrectCheckInRequest:
    """A correction as it is sent."""
    fields: dict[str, Any] = {"key_result_id": KEY_RESULT, "check_in_id": an_id(of), "value": value, "reason": "mistyped"}
    return CorrectCheckInRequest(**fields | more)


def done(*numbers: int) -> MilestonesDone:
    return MilestonesDone(numbers=numbers)


def recorded(name: str, value: float | None = 1.0, as_of: int = MONDAY, **more: Any) -> CheckInRecorded:
    return CheckInRecorded(
        check_in_id=an_id(name),
        key_result_id=KEY_RESULT,
        objective_id=OBJECTIVE,
        value=value,
        as_of=as_of,
        **{"source": SOURCE_PERSON} | more,
    )


def abstained(name: str, reason: str = "nobody to ask", as_of: int = MONDAY) -> CheckInAbstained:
    return CheckInAbstained(
        check_in_id=an_id(name), key_result_id=KEY_RESULT, objective_id=OBJECTIVE, as_of=as_of, reason=reason, source=SOURCE_PERSON
    )


def corrected(name: str, by: str, value: float | None = 2.0, as_of: int = MONDAY, **more: Any) -> CheckInCorrected:
    return CheckInCorrected(
        check_in_id=an_id(name),
        correction_id=an_id(by),
        key_result_id=KEY_RESULT,
        objective_id=OBJECTIVE,
        value=value,
        as_of=as_of,
        reason="mistyped",
        **more,
    )


def retracted(name: str, as_of: int = MONDAY) -> CheckInRetracted:
    return CheckInRetracted(
        check_in_id=an_id(name), key_result_id=KEY_RESULT, objective_id=OBJECTIVE, as_of=as_of, reason="typed into the wrong row"
    )


def graded(grade: float | None, as_of: int = MONDAY, graded_on: int = TUESDAY) -> KeyResultGraded:
    return KeyResultGraded(key_result_id=KEY_RESULT, objective_id=OBJECTIVE, grade=grade, as_of=as_of, graded_on=graded_on)
