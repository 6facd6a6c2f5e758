"""Key results as checkins knows them, and requests as tests send them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cairn.checkins.v1.service_pb2 import CheckIn, CorrectCheckInRequest, MilestonesDone
from cairn.goals.v1.events_pb2 import OBJECTIVE_STATE_ACTIVE, OBJECTIVE_STATE_CLOSED, VISIBILITY_COMPANY
from checkins.domain.key_results import KeyResult, Measure, Way
from tests.support.events import (
    ANN,
    BOB,
    CYD,
    KEY_RESULT,
    MONDAY,
    OBJECTIVE,
    WEDNESDAY,
    an_id,
)

TENANT = an_id("tenant")
TODAY = WEDNESDAY


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
    team_id=an_id("Talent"),
    reporters=frozenset({ANN, BOB}),
    readers=frozenset({CYD}),
    way=Way(start=0.0, target=10.0),
)
CLOSED = replace(METRIC, objective_state=OBJECTIVE_STATE_CLOSED)
BINARY = replace(METRIC, measure=Measure.BINARY, way=None)
GRADED = replace(METRIC, measure=Measure.GRADED, way=None)
MILESTONES = replace(METRIC, measure=Measure.MILESTONES, milestones=3, way=None)


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
