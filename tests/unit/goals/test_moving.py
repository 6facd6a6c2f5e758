"""Rules of a key result that is moved to another objective."""

from __future__ import annotations

from typing import Any, Final

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Refused
from goals.aggregates import ALIGNMENT
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import alignment, key_results, moving, objectives
from goals.domain.objectives import KeyResult, Objective
from tests.support.events import (
    ANN,
    BOB,
    CYCLE,
    JAN_1,
    KEY_RESULT,
    MAR_31,
    MEASURES,
    OBJECTIVE,
    OTHER,
    activated,
    an_id,
    cancelled,
    key_result_cancelled,
    key_result_defined,
    key_result_revised,
    objective_defined,
)
from tests.unit.domain_dsl import folded, given
from tests.unit.goals.examples import NOW, TODAY, holding, on
from tests.unit.goals.test_key_results import A_MEASURE, ACTIVE

HOME: Final = (objective_defined(), key_result_defined(), activated())
TARGET: Final = (objective_defined(objective_id=OTHER, title="Elsewhere", owner_id=BOB), goals.ObjectiveActivated(objective_id=OTHER))
TARGETED: Final = folded(OBJECTIVES, *TARGET)
CHILD: Final = an_id("a child")


def home(*events: Any) -> Objective:
    return folded(OBJECTIVES, *HOME, *events)


def as_read(*events: Any) -> KeyResult:
    return home(*events).key_results[KEY_RESULT]


def moved_to(objective_id: bytes, *events: Any, source: Objective | None = None, day: int = TODAY) -> KeyResult:
    source = source or home()
    moved = moving.move_in(folded(OBJECTIVES, *TARGET), source.key_results[KEY_RESULT], source, day)
    return folded(OBJECTIVES, *TARGET, moved, *events).key_results[KEY_RESULT]


def test_a_key_result_that_is_moved_belongs_to_the_other_objective_as_it_stands() -> None:
    said = (key_result_revised(target=5, holds_from=JAN_1 + 3), key_result_revised(title="Three more", holds_from=JAN_1 + 4))
    before, after = as_read(*said), moved_to(OTHER, source=home(*said))
    for name in (
        "reference",
        "title",
        "owners",
        "weight",
        "measure",
        "plan",
        "commit",
        "stretch",
        "counts_for",
        "changed_from",
        "holds_from",
    ):
        assert getattr(before, name) == getattr(after, name), name
    assert (after.home_from, after.defined_of) == (TODAY, OBJECTIVE)


def test_whatever_measures_it_it_is_measured_so_where_it_was_moved_to() -> None:
    for measure, figures in A_MEASURE.items():
        assert measure in MEASURES
        source = folded(OBJECTIVES, objective_defined(), key_result_defined(**{measure: figures}))
        moved = moving.move_in(folded(OBJECTIVES, *TARGET), source.key_results[KEY_RESULT], source, TODAY)
        assert folded(OBJECTIVES, *TARGET, moved).key_results[KEY_RESULT].measure == source.key_results[KEY_RESULT].measure


def test_the_objective_that_it_leaves_has_it_no_longer() -> None:
    gone = goals.KeyResultMovedAway(
        objective_id=OBJECTIVE, key_result_id=KEY_RESULT, to_objective_id=OTHER, holds_from=TODAY, cycle_id=CYCLE, to_cycle_id=CYCLE
    )
    ACTIVE.when(moving.move_away, as_read(), TARGETED, TODAY, NOW).then(gone)
    left = given(OBJECTIVES, *HOME, gone)
    left.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=9), NOW).then_refused("KEY_RESULT_UNKNOWN")


def test_it_is_moved_from_today_on_or_from_the_day_named_but_not_before_it_was_there_or_came_to_where_it_is() -> None:
    late = as_read()
    assert moving.day_of_move(late, home(), TARGETED, NOW) == TODAY
    assert moving.day_of_move(late, home(), TARGETED, on(JAN_1 + 1)) == JAN_1 + 1
    again = moved_to(OTHER, day=JAN_1 + 10)
    assert moving.day_of_move(again, TARGETED, home(), on(JAN_1 + 10)) == JAN_1 + 10  # of two moves on one day the later holds
    for day, reason in ((JAN_1 + 9, "HOLDS_FROM_TOO_EARLY"), (TODAY + 1, "HOLDS_FROM_AHEAD")):
        with pytest.raises(Refused) as refused:
            moving.day_of_move(again, TARGETED, home(), on(day))
        assert refused.value.reason == reason


def test_between_drafts_it_is_moved_since_ever() -> None:
    draft = folded(OBJECTIVES, objective_defined(), key_result_defined())
    assert moving.day_of_move(draft.key_results[KEY_RESULT], draft, Objective(state=goals.OBJECTIVE_STATE_DRAFT), NOW) < JAN_1


def test_what_ended_neither_gives_a_key_result_away_nor_takes_one_over() -> None:
    given(OBJECTIVES, *HOME, cancelled()).when(moving.move_away, as_read(), TARGETED, TODAY, NOW).then_refused("OBJECTIVE_CLOSED")
    ended = given(OBJECTIVES, *TARGET, goals.ObjectiveClosed(objective_id=OTHER))
    ended.when(moving.move_in, as_read(), home(), TODAY).then_refused("OBJECTIVE_CLOSED", "to_objective_id")


def test_a_key_result_that_was_given_up_stays_where_it_is() -> None:
    given_up = given(OBJECTIVES, *HOME, key_result_cancelled())
    given_up.when(moving.move_away, as_read(), TARGETED, TODAY, NOW).then_refused("KEY_RESULT_CANCELLED")


def test_what_is_changed_at_the_same_moment_is_not_moved_as_it_was() -> None:
    given(OBJECTIVES, *HOME, key_result_revised(target=9)).when(moving.move_away, as_read(), TARGETED, TODAY, NOW).then_refused(
        "CONTENTION"
    )


def test_a_move_to_where_it_is_is_nothing() -> None:
    ACTIVE.when(moving.stay, KEY_RESULT).then_nothing()
    ACTIVE.when(moving.stay, an_id("nobody's")).then_refused("KEY_RESULT_UNKNOWN")


def test_a_due_day_that_is_the_objectives_is_that_of_the_new_one_and_its_own_day_stays() -> None:
    assert moved_to(OTHER).due_day == 0
    assert moved_to(OTHER, source=home(key_result_revised(due_day=MAR_31))).due_day == 0  # as those say it that stored the objective's
    assert moved_to(OTHER, source=home(key_result_revised(due_day=JAN_1 + 40))).due_day == JAN_1 + 40


def test_a_plan_that_goes_beyond_the_new_objectives_days_is_refused() -> None:
    planned = home(key_result_revised(plan=goals.Plan(points=[goals.PlannedShare(day=JAN_1 + 20, share=0.5)])))
    shorter = given(OBJECTIVES, objective_defined(objective_id=OTHER, due_day=JAN_1 + 15))
    shorter.when(moving.move_in, planned.key_results[KEY_RESULT], planned, TODAY).then_refused("PLAN_OUTSIDE")


def test_a_draft_that_was_approved_is_not_as_it_was_approved_once_it_gives_a_key_result_away() -> None:
    approved = goals.ObjectiveApproved(objective_id=OBJECTIVE)
    events = given(OBJECTIVES, objective_defined(), key_result_defined(), approved)
    *_, lapsed = events.when(moving.move_away, as_read(), TARGETED, TODAY, NOW).events()
    assert lapsed == goals.ObjectiveApprovalLapsed(objective_id=OBJECTIVE, holds_from=TODAY)


def test_an_objective_has_no_more_key_results_by_a_move_than_it_may_have() -> None:
    many = [key_result_defined(objective_id=OTHER, key_result_id=an_id(f"k{n}")) for n in range(100)]
    given(OBJECTIVES, *TARGET, *many).when(moving.move_in, as_read(), home(), TODAY).then_refused("TOO_MANY_KEY_RESULTS")


def test_what_was_moved_is_shared_revised_and_given_up_where_it_is() -> None:
    shared = goals.KeyResultShared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=OTHER, holds_from=JAN_1 + 2)
    after = moved_to(OTHER, source=home(shared))
    assert after.counts_for == {OTHER}  # where it is now it counts anyway, and once; it still does once it is moved on
    assert after.shared_from == {OTHER: JAN_1 + 2}
    revised = goals.KeyResultRevised(objective_id=OTHER, key_result_id=KEY_RESULT, target=8, holds_from=TODAY)
    measure = moved_to(OTHER, revised).measure
    assert isinstance(measure, goals.Metric)
    assert measure.target == 8


def aligned(child: bytes, under: bytes = KEY_RESULT, at: bytes = OBJECTIVE, day: int = JAN_1) -> goals.ObjectiveAligned:
    return goals.ObjectiveAligned(objective_id=child, parent_key_result_id=under, parent_key_results_objective_id=at, holds_from=day)


def test_what_is_aligned_to_it_goes_along_from_that_day_or_from_when_it_was_aligned() -> None:
    tree = given(ALIGNMENT, aligned(CHILD))
    tree.when(alignment.go_along, CHILD, KEY_RESULT, OTHER, TODAY).then(aligned(CHILD, at=OTHER, day=TODAY))
    late = given(ALIGNMENT, aligned(CHILD, day=TODAY - 1))
    late.when(alignment.go_along, CHILD, KEY_RESULT, OTHER, JAN_1 + 2).then(aligned(CHILD, at=OTHER, day=TODAY - 1))


def test_a_key_result_is_not_moved_to_what_serves_it() -> None:
    for served in (CHILD, OTHER):
        below = (
            [aligned(CHILD)] if served == CHILD else [aligned(CHILD), goals.ObjectiveAligned(objective_id=OTHER, parent_objective_id=CHILD)]
        )
        given(ALIGNMENT, *below).when(alignment.go_along, CHILD, KEY_RESULT, served, TODAY).then_refused("PARENT_LOOP", "to_objective_id")


def test_a_move_knows_all_that_is_aligned_to_the_key_result() -> None:
    tree = given(ALIGNMENT, aligned(CHILD), aligned(an_id("elsewhere"), under=an_id("another")))
    tree.when(alignment.require_aligned_under, KEY_RESULT, [CHILD]).then_nothing()
    tree.when(alignment.require_aligned_under, KEY_RESULT, []).then_refused("CONTENTION")


def test_a_key_result_that_is_due_with_its_objective_keeps_its_plan_within_that_ones_days() -> None:
    plan = key_result_revised(plan=goals.Plan(points=[goals.PlannedShare(day=JAN_1 + 20, share=0.5)]))
    earlier = api.ReviseObjectiveRequest(due_day=JAN_1 + 20)
    given(OBJECTIVES, *HOME, plan).when(objectives.revise, ANN, earlier, NOW).then_refused("PLAN_OUTSIDE")


def test_a_due_day_that_is_taken_away_is_the_objectives_again() -> None:
    own = given(OBJECTIVES, *HOME, key_result_revised(due_day=JAN_1 + 40))
    again = holding(TODAY, key_result_revised(due_day=0, goalpost_moved=True))
    own.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(due_day=0), NOW).then(again)
