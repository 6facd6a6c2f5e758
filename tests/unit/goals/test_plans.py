"""The rules of plans by dates and of marks: days rise within the span, shares do not fall, a due day comes after the plan."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Kind
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import key_results, objectives
from goals.domain.objectives import Rules
from shared.holding import SINCE_EVER, Asked
from tests.support.events import JAN_1, KEY_RESULT, MAR_31, OBJECTIVE, key_result_defined, key_result_revised, objective_defined
from tests.unit.domain_dsl import given

NOW = Asked(None, MAR_31)
SPAN = MAR_31 - JAN_1


def plan(*points: tuple[int, float]) -> goals.Plan:
    return goals.Plan(points=[goals.PlannedShare(day=JAN_1 + day, share=share) for day, share in points])


def defining(**more: Any) -> api.DefineKeyResultRequest:
    return api.DefineKeyResultRequest(objective_id=OBJECTIVE, title="Hire", metric=goals.Metric(start=0, target=3), **more)


@pytest.mark.parametrize(
    ("points", "reason", "field"),
    [
        ([(0, 0.1)], "PLAN_OUTSIDE", "plan[0].day"),
        ([(SPAN, 0.1)], "PLAN_OUTSIDE", "plan[0].day"),
        ([(-3, 0.1)], "PLAN_OUTSIDE", "plan[0].day"),
        ([(20, 0.1), (10, 0.2)], "PLAN_BACKWARDS", "plan[1].day"),
        ([(20, 0.1), (20, 0.2)], "PLAN_BACKWARDS", "plan[1].day"),
        ([(20, 0.3), (30, 0.2)], "PLAN_BACKWARDS", "plan[1].share"),
        ([(20, 1.1)], "INVALID_ARGUMENT", "plan[0].share"),
        ([(20, float("nan"))], "INVALID_ARGUMENT", "plan[0].share"),
        ([(1, 0.0)] * 101, "INVALID_ARGUMENT", "plan"),
    ],
)
def test_a_plan_that_runs_backwards_or_outside_of_the_span_is_refused(points: list[tuple[int, float]], reason: str, field: str) -> None:
    wanted = defining(plan=plan(*points))
    given(OBJECTIVES, objective_defined()).when(key_results.define, KEY_RESULT, wanted, NOW, {}).then_refused(reason, field, Kind.INVALID)


def test_a_due_day_on_or_before_the_last_day_of_the_plan_is_refused() -> None:
    planned = given(OBJECTIVES, objective_defined(), key_result_defined(plan=plan((10, 0.1), (40, 0.8))))
    for day in (39, 40):
        wanted = api.ReviseKeyResultRequest(due_day=JAN_1 + day)
        planned.when(key_results.revise, KEY_RESULT, wanted, NOW).then_refused("PLAN_OUTSIDE", "due_day", Kind.INVALID)


def test_a_plan_and_marks_stand_in_the_definition_and_are_changed_by_a_revision() -> None:
    planned = key_result_defined(plan=plan((10, 0.1), (40, 0.1)), commit=2, stretch=5)
    wanted = api.ReviseKeyResultRequest(plan=goals.Plan(), commit=goals.Bound(), stretch=goals.Bound(value=5))
    without = key_result_revised(plan=goals.Plan(), commit=goals.Bound(), holds_from=SINCE_EVER)
    given(OBJECTIVES, objective_defined(), planned).when(key_results.revise, KEY_RESULT, wanted, NOW).then(without)
    given(OBJECTIVES, objective_defined(), planned, without).when(key_results.revise, KEY_RESULT, wanted, NOW).then_nothing()


def test_a_mark_is_a_number_that_can_be_measured() -> None:
    wanted = defining(commit=float("inf"))
    given(OBJECTIVES, objective_defined()).when(key_results.define, KEY_RESULT, wanted, NOW, {}).then_refused("INVALID_ARGUMENT", "commit")


def test_where_it_is_a_rule_an_objective_needs_two_to_five_key_results_to_become_active() -> None:
    rule = Rules(two_to_five=True)
    for number in (0, 1, 6):
        ids = [bytes([n]) * 16 for n in range(number)]
        past = (objective_defined(), *(key_result_defined(key_result_id=i, reference="") for i in ids))
        given(OBJECTIVES, *past).when(objectives.activate, NOW, rule).then_refused("NOT_TWO_TO_FIVE")
