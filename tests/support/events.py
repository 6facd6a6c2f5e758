"""Events as tests tell them: the one vocabulary, whatever service is told. What a test says nothing of is as it mostly is."""

from __future__ import annotations

from typing import Any

from cairn.checkins.v1.events_pb2 import (
    SOURCE_PERSON,
    CheckInAbstained,
    CheckInCorrected,
    CheckInRecorded,
    CheckInRestored,
    CheckInRetracted,
    KeyResultGraded,
)
from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id

JAN_1, MAR_31 = 17897, 17986  # 2019
MONDAY, TUESDAY, WEDNESDAY = 17896, 17897, 17898
MEASURES = {field.name for field in goals.KeyResultDefined.DESCRIPTOR.oneofs_by_name["measure"].fields}


def an_id(name: str) -> Id:
    """The id of what a test calls so; it reads as its name in a failure. Up to 16 letters."""
    assert len(name.encode()) <= 16, name
    return name.encode().ljust(16, b".")


ANN, BOB, CYD = an_id("Ann"), an_id("Bob"), an_id("Cyd")
TEMPLATE = an_id("template")
OBJECTIVE, OTHER, KEY_RESULT, CYCLE, KPI = (an_id(name) for name in ("objective", "other", "key result", "cycle", "KPI"))


def cycle_defined(**changed: Any) -> goals.CycleDefined:
    fields: dict[str, Any] = {
        "cycle_id": CYCLE,
        "name": "2019-Q1",
        "kind": goals.CYCLE_KIND_TACTICAL,
        "first_day": JAN_1,
        "last_day": MAR_31,
    }
    return goals.CycleDefined(**fields | changed)


def objective_defined(**changed: Any) -> goals.ObjectiveDefined:
    fields: dict[str, Any] = {
        "objective_id": OBJECTIVE,
        "cycle_id": CYCLE,
        "title": "Expand the team",
        "level": goals.LEVEL_COMPANY,
        "owner_id": ANN,
        "creator_id": BOB,
        "start_day": JAN_1,
        "due_day": MAR_31,
        "kind": goals.OBJECTIVE_KIND_COMMITTED,
        "visibility": goals.VISIBILITY_COMPANY,
        "roll_up": goals.ROLL_UP_KEY_RESULTS,
    }
    return goals.ObjectiveDefined(**fields | changed)


def activated() -> goals.ObjectiveActivated:
    return goals.ObjectiveActivated(objective_id=OBJECTIVE)


def closed() -> goals.ObjectiveClosed:
    return goals.ObjectiveClosed(objective_id=OBJECTIVE, outcome="done")


def cancelled() -> goals.ObjectiveCancelled:
    return goals.ObjectiveCancelled(objective_id=OBJECTIVE, reason="no longer wanted")


def key_result_defined(**changed: Any) -> goals.KeyResultDefined:
    fields: dict[str, Any] = {
        "objective_id": OBJECTIVE,
        "key_result_id": KEY_RESULT,
        "title": "Add three developers",
        "owners": [goals.Owner(person_id=ANN)],
        "weight": 1.0,
    }
    if not changed.keys() & MEASURES:
        fields["metric"] = goals.Metric(start=0, target=3, unit="people")
    return goals.KeyResultDefined(**fields | changed)


def key_result_revised(**changed: Any) -> goals.KeyResultRevised:
    return goals.KeyResultRevised(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, **changed)


def key_result_cancelled() -> goals.KeyResultCancelled:
    return goals.KeyResultCancelled(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, reason="overtaken")


def kpi_defined(**changed: Any) -> goals.KpiDefined:
    fields: dict[str, Any] = {"kpi_id": KPI, "title": "Churn", "unit": "percent", "high": 3.0, "owner_id": ANN, "creator_id": BOB}
    return goals.KpiDefined(**fields | changed)


def template_saved(**changed: Any) -> goals.TemplateSaved:
    fields: dict[str, Any] = {
        "template_id": TEMPLATE,
        "name": "A launch",
        "title": "Whoever starts is glad of it",
        "level": goals.LEVEL_TEAM,
        "kind": goals.OBJECTIVE_KIND_COMMITTED,
        "key_results": [goals.TemplateKeyResult(title="New customers who come back", weight=1, metric=goals.Metric(start=34, target=50))],
        "creator_id": ANN,
    }
    return goals.TemplateSaved(**fields | changed)


def template_removed() -> goals.TemplateRemoved:
    return goals.TemplateRemoved(template_id=TEMPLATE)


def kpi_measured(name: str, value: float = 2.0, as_of: int = MONDAY, **more: Any) -> goals.KpiMeasured:
    return goals.KpiMeasured(kpi_id=KPI, measurement_id=an_id(name), as_of=as_of, value=value, **more)


def kpi_retracted(name: str, as_of: int = MONDAY) -> goals.KpiMeasurementRetracted:
    return goals.KpiMeasurementRetracted(kpi_id=KPI, measurement_id=an_id(name), as_of=as_of, reason="mistyped")


def recorded(name: str, value: float | None = 1.0, as_of: int = MONDAY, **more: Any) -> CheckInRecorded:
    fields: dict[str, Any] = {"check_in_id": an_id(name), "key_result_id": KEY_RESULT, "objective_id": OBJECTIVE}
    return CheckInRecorded(value=value, as_of=as_of, **{"source": SOURCE_PERSON} | fields | more)


def abstained(name: str, reason: str = "nobody to ask", as_of: int = MONDAY, **more: Any) -> CheckInAbstained:
    fields: dict[str, Any] = {"check_in_id": an_id(name), "key_result_id": KEY_RESULT, "objective_id": OBJECTIVE, "source": SOURCE_PERSON}
    return CheckInAbstained(as_of=as_of, reason=reason, **fields | more)


def corrected(name: str, by: str, value: float | None = 2.0, as_of: int = MONDAY, **more: Any) -> CheckInCorrected:
    ids = {"check_in_id": an_id(name), "correction_id": an_id(by), "key_result_id": KEY_RESULT, "objective_id": OBJECTIVE} | more
    return CheckInCorrected(value=value, as_of=as_of, reason="mistyped", **ids)


def retracted(name: str, as_of: int = MONDAY, **more: Any) -> CheckInRetracted:
    ids = {"check_in_id": an_id(name), "key_result_id": KEY_RESULT, "objective_id": OBJECTIVE} | more
    return CheckInRetracted(as_of=as_of, reason="typed into the wrong row", **ids)


def restored(name: str, value: float | None = 1.0, as_of: int = MONDAY, **more: Any) -> CheckInRestored:
    ids = {"check_in_id": an_id(name), "key_result_id": KEY_RESULT, "objective_id": OBJECTIVE}
    return CheckInRestored(value=value, as_of=as_of, **ids | more)


def graded(grade: float | None, as_of: int = MONDAY, graded_on: int = TUESDAY, **more: Any) -> KeyResultGraded:
    fields: dict[str, Any] = {"key_result_id": KEY_RESULT, "objective_id": OBJECTIVE, "source": SOURCE_PERSON}
    return KeyResultGraded(grade=grade, as_of=as_of, graded_on=graded_on, **fields | more)
