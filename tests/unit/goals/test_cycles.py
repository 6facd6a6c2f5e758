"""Cycles: planning → active → review → closed, one step at a time, under a name of their own."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Kind
from goals.aggregates import CYCLE as CYCLES
from goals.aggregates import REFERENCE
from goals.domain import cycles, references
from tests.support.events import ANN, BOB, CYCLE, JAN_1, MAR_31, cycle_defined
from tests.unit.domain_dsl import folded, given
from tests.unit.goals.examples import NOW, TODAY, holding, on, today

STARTED, IN_REVIEW = goals.CycleStarted(cycle_id=CYCLE), goals.CycleReviewStarted(cycle_id=CYCLE)
CLOSED = goals.CycleClosed(cycle_id=CYCLE)
TACTICAL = goals.CYCLE_KIND_TACTICAL


def test_a_cycle_is_defined_once() -> None:
    given(CYCLES).when(cycles.define, CYCLE, "2019-Q1", TACTICAL, JAN_1, MAR_31).then(cycle_defined())
    again = given(CYCLES, cycle_defined()).when(cycles.define, CYCLE, "2019-Q1", TACTICAL, JAN_1, MAR_31)
    again.then_refused("CYCLE_DEFINED", kind=Kind.TAKEN)


def test_a_cycle_may_be_enclosed_by_another() -> None:
    given(CYCLES).when(cycles.define, CYCLE, "2019-Q1", TACTICAL, JAN_1, MAR_31, ANN).then(cycle_defined(enclosing_cycle_id=ANN))


def test_a_cycle_has_a_cadence_and_a_weekday_of_its_own_or_none() -> None:
    defining = given(CYCLES).when(cycles.define, CYCLE, "2019-Q1", TACTICAL, JAN_1, MAR_31, b"", "two-weekly", "FRI")
    defining.then(cycle_defined(cadence="two-weekly", weekday="fri"))
    own = folded(CYCLES, cycle_defined(cadence="two-weekly", weekday="fri"))
    none = folded(CYCLES, cycle_defined())
    assert [(cycle.cadence, cycle.weekday) for cycle in (own, none)] == [("two-weekly", "fri"), ("", "")]


def test_a_cycle_begins_in_planning_and_goes_on_step_by_step() -> None:
    given(CYCLES, cycle_defined()).when(cycles.move, goals.CYCLE_STATE_ACTIVE).then(STARTED)
    given(CYCLES, cycle_defined(), STARTED).when(cycles.move, goals.CYCLE_STATE_REVIEW).then(IN_REVIEW)
    given(CYCLES, cycle_defined(), STARTED, IN_REVIEW).when(cycles.move, goals.CYCLE_STATE_CLOSED).then(CLOSED)


@pytest.mark.parametrize("to", [goals.CYCLE_STATE_PLANNING, goals.CYCLE_STATE_REVIEW, goals.CYCLE_STATE_CLOSED])
def test_a_step_cannot_be_left_out_or_taken_back(to: goals.CycleState.ValueType) -> None:
    refusal = given(CYCLES, cycle_defined()).when(cycles.move, to).then_refused("CYCLE_STEP", field="to")
    assert "its next state is active" in refusal.message


def test_a_closed_cycle_is_left_by_no_step() -> None:
    closed = given(CYCLES, cycle_defined(), STARTED, IN_REVIEW, CLOSED)
    closed.when(cycles.move, goals.CYCLE_STATE_ACTIVE).then_refused("CYCLE_STEP")


def test_an_unknown_cycle_cannot_be_moved() -> None:
    given(CYCLES).when(cycles.move, goals.CYCLE_STATE_ACTIVE).then_refused("CYCLE_UNKNOWN", kind=Kind.UNKNOWN)


def test_a_cycle_cannot_end_before_it_starts() -> None:
    given(CYCLES).when(cycles.define, CYCLE, "2019-Q1", TACTICAL, MAR_31, JAN_1).then_refused(
        "END_BEFORE_START", field="last_day", kind=Kind.INVALID
    )


@pytest.mark.parametrize("day", [-(2**31), 2**31 - 1, 2_932_897])
def test_a_day_without_a_date_is_refused(day: int) -> None:
    given(CYCLES).when(cycles.define, CYCLE, "2019-Q1", TACTICAL, JAN_1, day).then_refused("INVALID_ARGUMENT", field="last_day")


@pytest.mark.parametrize(
    "name", ["", " Q1", "Q1 ", "Q\x001", "Q\n1", "6f0c2a3e-6d0b-5a53-9c1f-0d4a3c1e7b11", ".", "..", "Q1/", "/Q1", "Q//1", "Q/../1"]
)
def test_a_name_must_be_one_that_people_can_type_put_in_a_path_and_tell_from_an_id(name: str) -> None:
    reserving = given(REFERENCE).when(references.reserve, "cycle", name, CYCLE)
    if name:
        reserving.then_refused("INVALID_ARGUMENT", field="name")


def test_a_name_can_be_taken_only_once() -> None:
    taken = goals.ReferenceReserved(kind="cycle", reference="2019-Q1", holder_id=ANN)
    given(REFERENCE).when(references.reserve, "cycle", "2019-Q1", ANN).then(taken)
    given(REFERENCE, taken).when(references.reserve, "cycle", "2019-Q1", BOB).then_refused("REFERENCE_TAKEN", "name", Kind.TAKEN)


def test_the_same_name_is_another_aggregate_in_another_tenant_and_of_another_kind() -> None:
    names = {references.reservation_id(tenant, kind, "J1") for tenant in (ANN, BOB) for kind in references.FIELDS}
    assert len(names) == 2 * len(references.FIELDS)


def test_no_objective_is_set_for_a_closed_cycle() -> None:
    given(CYCLES, cycle_defined(), STARTED, IN_REVIEW, CLOSED).when(cycles.require_open).then_refused("CYCLE_CLOSED")
    given(CYCLES, cycle_defined(), STARTED, IN_REVIEW).when(cycles.require_open).then_nothing()


IS_CLOSED = (cycle_defined(), STARTED, IN_REVIEW, CLOSED)
CLOSED_WITH_ITS_DAYS = goals.CycleClosed(cycle_id=CYCLE, first_day=JAN_1, last_day=MAR_31)


def test_a_cycle_is_closed_out_of_its_review_on_the_day_of_the_command_or_the_one_named() -> None:
    in_review = given(CYCLES, cycle_defined(), STARTED, IN_REVIEW)
    in_review.when(cycles.close, NOW).then(today(CLOSED_WITH_ITS_DAYS))
    in_review.when(cycles.close, on(TODAY - 5)).then(holding(TODAY - 5, CLOSED_WITH_ITS_DAYS))
    in_review.when(cycles.close, on(JAN_1 - 1)).then_refused("HOLDS_FROM_TOO_EARLY", "holds_from", Kind.INVALID)
    given(CYCLES, cycle_defined(), STARTED).when(cycles.close, NOW).then_refused("CYCLE_STEP")


def test_a_closed_cycle_is_reopened_into_its_review_with_a_reason_and_closed_again() -> None:
    reopened = goals.CycleReopened(cycle_id=CYCLE, reason="too early")
    given(CYCLES, *IS_CLOSED).when(cycles.reopen, "too early").then(reopened)
    given(CYCLES, *IS_CLOSED).when(cycles.reopen, " ").then_refused("INVALID_ARGUMENT", "reason", Kind.INVALID)
    given(CYCLES, cycle_defined(), STARTED).when(cycles.reopen, "too early").then_refused("CYCLE_NOT_CLOSED")
    given(CYCLES, *IS_CLOSED, reopened).when(cycles.close, NOW).then(today(CLOSED_WITH_ITS_DAYS))


def test_a_cycle_is_called_otherwise_or_has_other_days_as_long_as_it_is_not_closed() -> None:
    wanted = api.ReviseCycleRequest(name="2019-S1", last_day=MAR_31 + 90)
    revised = goals.CycleRevised(cycle_id=CYCLE, name="2019-S1", first_day=JAN_1, last_day=MAR_31 + 90)
    given(CYCLES, cycle_defined()).when(cycles.revise, wanted).then(revised)
    given(CYCLES, cycle_defined(), revised).when(cycles.revise, wanted).then_nothing()
    given(CYCLES, *IS_CLOSED).when(cycles.revise, wanted).then_refused("CYCLE_CLOSED")
    given(CYCLES, cycle_defined()).when(cycles.revise, api.ReviseCycleRequest(last_day=JAN_1 - 1)).then_refused(
        "END_BEFORE_START", "last_day", Kind.INVALID
    )


def test_a_cycle_becomes_another_in_its_kind_its_cadence_its_weekday_and_what_encloses_it_and_says_what_became_another_alone() -> None:
    wanted = api.ReviseCycleRequest(kind=goals.CYCLE_KIND_CUSTOM, enclosing_cycle_id=ANN, cadence="two-weekly", weekday="wed")
    days: dict[str, Any] = {"cycle_id": CYCLE, "name": "2019-Q1", "first_day": JAN_1, "last_day": MAR_31}
    revised = goals.CycleRevised(kind=goals.CYCLE_KIND_CUSTOM, enclosing_cycle_id=ANN, cadence="two-weekly", weekday="wed", **days)
    given(CYCLES, cycle_defined()).when(cycles.revise, wanted).then(revised)
    now = given(CYCLES, cycle_defined(), revised)
    now.when(cycles.revise, wanted).then_nothing()
    taken_away = api.ReviseCycleRequest(enclosing_cycle_id=b"", cadence="", kind=goals.CYCLE_KIND_CUSTOM)
    now.when(cycles.revise, taken_away).then(goals.CycleRevised(enclosing_cycle_id=b"", cadence="", **days))
    now.when(cycles.revise, api.ReviseCycleRequest(cadence="fortnightly")).then_refused("INVALID_ARGUMENT", "cadence", Kind.INVALID)
    given(CYCLES, *IS_CLOSED).when(cycles.revise, wanted).then_refused("CYCLE_CLOSED")


def test_what_encloses_a_cycle_does_not_lie_in_it() -> None:
    around = given(CYCLES, cycle_defined(enclosing_cycle_id=BOB))
    as_read = cycles.Cycle(enclosing_cycle_id=BOB)
    around.when(cycles.require_not_enclosed_by, as_read, ANN).then_nothing()
    around.when(cycles.require_not_enclosed_by, as_read, BOB).then_refused("ENCLOSING_LOOP", "enclosing_cycle_id")
    around.when(cycles.require_not_enclosed_by, cycles.Cycle(), ANN).then_refused("CONTENTION")
    around.when(cycles.revise, api.ReviseCycleRequest(enclosing_cycle_id=CYCLE)).then_refused("ENCLOSING_LOOP", "enclosing_cycle_id")


def test_a_name_that_a_cycle_had_stays_its_own() -> None:
    taken = goals.ReferenceReserved(kind="cycle", reference="2019-Q1", holder_id=ANN)
    given(REFERENCE, taken).when(references.reserve_again, "cycle", "2019-Q1", ANN).then_nothing()
    given(REFERENCE, taken).when(references.reserve_again, "cycle", "2019-Q1", BOB).then_refused("REFERENCE_TAKEN", "name", Kind.TAKEN)
