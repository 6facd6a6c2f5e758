"""Rules of an objective that is moved to another cycle."""

from __future__ import annotations

from typing import Any, Final

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.days import Day
from goals.aggregates import CYCLE as CYCLES
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import cycles, moving, moving_to_cycle, objectives
from goals.domain.cycles import Cycle
from goals.domain.objectives import Objective
from shared.holding import SINCE_EVER
from tests.support.events import (
    CYCLE,
    JAN_1,
    KEY_RESULT,
    MAR_31,
    OBJECTIVE,
    OTHER,
    activated,
    an_id,
    cancelled,
    closed,
    cycle_defined,
    key_result_cancelled,
    key_result_defined,
    key_result_revised,
    objective_defined,
)
from tests.unit.domain_dsl import Given, When, folded, given
from tests.unit.goals.examples import NOW, TODAY, on

NEXT: Final = an_id("the next cycle")
APR_1, JUN_30 = MAR_31 + 1, MAR_31 + 91
FIRST: Final = folded(CYCLES, cycle_defined())
SECOND: Final = folded(CYCLES, cycle_defined(cycle_id=NEXT, name="2019-Q2", first_day=APR_1, last_day=JUN_30))
QUARTER: Final = objective_defined(start_day=JAN_1, due_day=MAR_31)
ACTIVE: Final = (QUARTER, key_result_defined(), activated())
CLOSED: Final = tuple(event(cycle_id=NEXT) for event in (goals.CycleStarted, goals.CycleReviewStarted, goals.CycleClosed))


def moved(past: Given[Objective], asked: Any = NOW, target: Cycle = SECOND, **wanted: Any) -> When:
    request = api.MoveObjectiveRequest(objective_id=OBJECTIVE, cycle_id=NEXT, **wanted)
    return past.when(moving_to_cycle.move_to_cycle, FIRST, target, request, asked, frozenset())


def along(**changed: Any) -> goals.KeyResultMovedToCycle:
    said: dict[str, Any] = {
        "objective_id": OBJECTIVE,
        "key_result_id": KEY_RESULT,
        "from_cycle_id": CYCLE,
        "cycle_id": NEXT,
        "holds_from": TODAY,
    }
    return goals.KeyResultMovedToCycle(**said | changed)


def it_moved(**changed: Any) -> goals.ObjectiveMovedToCycle:
    said: dict[str, Any] = {"objective_id": OBJECTIVE, "from_cycle_id": CYCLE, "cycle_id": NEXT, "holds_from": TODAY}
    said |= {"start_day": APR_1, "due_day": JUN_30, "goalpost_moved": True}
    return goals.ObjectiveMovedToCycle(**said | changed)


def test_an_objective_with_the_days_of_its_cycle_has_those_of_the_one_that_it_is_moved_to() -> None:
    moved(given(OBJECTIVES, *ACTIVE)).then(it_moved(), along())
    after = folded(OBJECTIVES, *ACTIVE, it_moved(), along())
    assert (after.cycle_id, after.cycle_from, after.start_day, after.due_day) == (NEXT, TODAY, APR_1, JUN_30)


def test_a_draft_is_moved_since_ever_and_loses_its_approval() -> None:
    approved = goals.ObjectiveApproved(objective_id=OBJECTIVE)
    lapsed = goals.ObjectiveApprovalLapsed(objective_id=OBJECTIVE, holds_from=TODAY)
    moved(given(OBJECTIVES, QUARTER, approved)).then(it_moved(holds_from=SINCE_EVER, goalpost_moved=False), lapsed)


def test_what_is_due_with_the_cycle_is_due_with_the_new_one_and_what_is_due_with_its_objective_still_is() -> None:
    due_with_cycle = (objective_defined(start_day=JAN_1, due_day=MAR_31 - 5), key_result_defined(due_day=MAR_31), activated())
    said = moved(given(OBJECTIVES, *due_with_cycle), due_day=JUN_30 - 5)
    said.then(it_moved(due_day=JUN_30 - 5), along(due_day=JUN_30, goalpost_moved=True))
    its_days = (QUARTER, key_result_defined(due_day=MAR_31), activated())
    moved(given(OBJECTIVES, *its_days)).then(it_moved(), along(due_day=0, goalpost_moved=True))


def test_days_that_would_lie_outside_are_named_and_refused_unless_they_are_said_or_shall_be_cut() -> None:
    own_days = given(
        OBJECTIVES, objective_defined(start_day=JAN_1 + 9, due_day=MAR_31), key_result_defined(due_day=JAN_1 + 40), activated()
    )
    refused = moved(own_days).then_refused("DAYS_OUTSIDE", "fit_days")
    assert "its first day, 2019-01-10; key result 'Add three developers', due 2019-02-10" in refused.message
    early = given(OBJECTIVES, objective_defined(start_day=JAN_1, due_day=MAR_31 - 3), activated())
    assert "its last day, 2019-03-28" in moved(early).then_refused("DAYS_OUTSIDE").message  # not that it ends before it starts
    moved(own_days, fit_days=True).then(it_moved(), along(due_day=APR_1, goalpost_moved=True))
    moved(own_days, start_day=JAN_1 + 9).then(it_moved(start_day=None), along())  # said to stay, its day does, and what lies behind it
    moved(own_days, start_day=JUN_30 + 9).then_refused("END_BEFORE_START", "due_day")


def test_a_key_result_that_was_given_up_goes_along_whenever_it_was_due() -> None:
    given_up = (QUARTER, key_result_defined(due_day=JAN_1 + 40), activated(), key_result_cancelled())
    moved(given(OBJECTIVES, *given_up)).then(it_moved(), along())


def test_a_plan_by_dates_that_would_reach_beyond_its_span_is_refused_even_where_days_are_cut() -> None:
    planned = key_result_defined(plan=goals.Plan(points=[goals.PlannedShare(day=JAN_1 + 20, share=0.5)]))
    past = given(OBJECTIVES, QUARTER, planned, activated())
    assert "'Add three developers'" in moved(past, fit_days=True).then_refused("PLAN_OUTSIDE").message
    moved(past, start_day=JAN_1).then(it_moved(start_day=None), along())


def test_what_has_ended_is_not_moved_nor_anything_into_or_out_of_a_closed_cycle() -> None:
    for end in (closed(), cancelled()):
        moved(given(OBJECTIVES, *ACTIVE, end)).then_refused("OBJECTIVE_CLOSED")
    second = cycle_defined(cycle_id=NEXT, first_day=APR_1, last_day=JUN_30)
    moved(given(OBJECTIVES, *ACTIVE), target=folded(CYCLES, second, *CLOSED)).then_refused("CYCLE_CLOSED", "cycle_id")
    moved(given(OBJECTIVES, *ACTIVE), target=Cycle()).then_refused("CYCLE_UNKNOWN", "cycle_id")
    left = api.MoveObjectiveRequest(objective_id=OBJECTIVE, cycle_id=NEXT)
    over = folded(CYCLES, cycle_defined(), *(type(event)(cycle_id=CYCLE) for event in CLOSED))
    past = given(OBJECTIVES, *ACTIVE)
    past.when(moving_to_cycle.move_to_cycle, over, SECOND, left, NOW, frozenset()).then_refused("CYCLE_CLOSED")


def test_where_it_is_already_nothing_is_done_and_no_other_days_are_said() -> None:
    there = given(OBJECTIVES, *ACTIVE, it_moved(), along())
    moved(there).then_nothing()
    moved(there, due_day=JUN_30).then_nothing()
    moved(there, due_day=JUN_30 - 1).then_refused("INVALID_ARGUMENT", "due_day")


def test_it_is_moved_from_the_day_named_but_not_before_anything_of_it_came_to_be_so() -> None:
    def not_before(day: Day, *events: Any) -> None:
        past = given(OBJECTIVES, *ACTIVE, *events)
        assert moved(past, on(day)).events()[0].holds_from == day
        moved(past, on(day - 1)).then_refused("HOLDS_FROM_TOO_EARLY")

    moved(given(OBJECTIVES, *ACTIVE), on(TODAY + 1)).then_refused("HOLDS_FROM_AHEAD")
    assert moved(given(OBJECTIVES, *ACTIVE), on(JAN_1 + 2)).events()[0].holds_from == JAN_1 + 2
    not_before(JAN_1 + 8, goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31, holds_from=JAN_1 + 8))
    not_before(JAN_1 + 7, key_result_revised(due_day=MAR_31, holds_from=JAN_1 + 7))
    gone: dict[str, Any] = {"objective_id": OBJECTIVE, "key_result_id": KEY_RESULT, "to_objective_id": OTHER, "holds_from": JAN_1 + 6}
    not_before(JAN_1 + 6, goals.KeyResultMovedAway(**gone))
    came = it_moved(from_cycle_id=an_id("before"), cycle_id=CYCLE, start_day=JAN_1, due_day=MAR_31, holds_from=JAN_1 + 5)
    not_before(JAN_1 + 5, came)


def test_a_key_result_is_not_moved_before_either_objective_came_to_its_cycle() -> None:
    there = folded(OBJECTIVES, *ACTIVE, it_moved(holds_from=JAN_1 + 5), along(holds_from=JAN_1 + 5))
    here = folded(OBJECTIVES, objective_defined(objective_id=OTHER), goals.ObjectiveActivated(objective_id=OTHER))
    for source, target in ((there, here), (here, there)):
        assert moving.day_of_move(there.key_results[KEY_RESULT], source, target, on(JAN_1 + 5)) == JAN_1 + 5
    source = folded(OBJECTIVES, *ACTIVE)
    assert moving.day_of_move(source.key_results[KEY_RESULT], source, here, on(JAN_1 + 2)) == JAN_1 + 2
    assert moving.day_of_move(there.key_results[KEY_RESULT], there, here, NOW) == TODAY


def test_a_key_result_of_elsewhere_goes_along_by_an_event_of_its_own() -> None:
    source = folded(OBJECTIVES, objective_defined(objective_id=OTHER), key_result_defined(objective_id=OTHER))
    came = moving.move_in(folded(OBJECTIVES, QUARTER), source.key_results[KEY_RESULT], source, JAN_1 + 3)
    events = (QUARTER, activated(), came)
    as_read, request = folded(OBJECTIVES, *events), api.MoveObjectiveRequest(objective_id=OBJECTIVE, cycle_id=NEXT)
    assert moving_to_cycle.guests_of(as_read) == {KEY_RESULT}
    moved(given(OBJECTIVES, *events)).then_refused("CONTENTION")  # it came at the same moment
    past = given(OBJECTIVES, *events)
    past.when(moving_to_cycle.move_to_cycle, FIRST, SECOND, request, NOW, frozenset({KEY_RESULT})).then(it_moved())
    travelling = given(OBJECTIVES, *events, it_moved())
    travelling.when(moving_to_cycle.go_along, KEY_RESULT, as_read, FIRST, SECOND, request, NOW).then(along())


def test_the_closing_of_a_cycle_passes_over_what_was_moved_out_of_it_at_the_same_moment() -> None:
    past = given(OBJECTIVES, *ACTIVE, it_moved(), along())
    past.when(objectives.close_with_cycle, api.LookBack(), CYCLE, NOW).then_nothing()
    named = api.LookBack(objective_id=OBJECTIVE, well="All of it.")
    past.when(objectives.close_with_cycle, named, CYCLE, NOW).then_refused("OBJECTIVE_NOT_IN_CYCLE")


def test_a_cycle_whose_days_are_changed_at_the_same_moment_takes_nothing_over_by_its_old_ones() -> None:
    second = cycle_defined(cycle_id=NEXT, first_day=APR_1, last_day=JUN_30)
    given(CYCLES, second).when(cycles.require_as_read, SECOND).then_nothing()
    shorter = goals.CycleRevised(cycle_id=NEXT, name="2019-Q2", first_day=APR_1, last_day=JUN_30 - 1)
    given(CYCLES, second, shorter).when(cycles.require_as_read, SECOND).then_refused("CONTENTION")
