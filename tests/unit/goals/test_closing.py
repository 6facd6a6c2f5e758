"""What the closing and the reopening of a cycle, and its other days, do to its objectives; and what goes on in another cycle."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import copying, cycle_days, objectives
from tests.support.events import (
    ANN,
    BOB,
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
    key_result_cancelled,
    key_result_defined,
    objective_defined,
)
from tests.unit.domain_dsl import folded, given
from tests.unit.goals.examples import NOW, TODAY, ever, holding, on, today

ACTIVE = (objective_defined(), holding(JAN_1, activated()))
BOBS = Identity(an_id("tenant"), BOB, frozenset())
SAID = api.LookBack(objective_id=OBJECTIVE, outcome="three hired", well="the network", learnt="begin earlier", carried_over=True)
LOOKED_BACK = goals.ObjectiveLookedBackOn(
    objective_id=OBJECTIVE, outcome="three hired", well="the network", learnt="begin earlier", carried_over=True
)


def with_cycle(day: int, outcome: str = "") -> goals.ObjectiveClosed:
    return goals.ObjectiveClosed(objective_id=OBJECTIVE, outcome=outcome, holds_from=day, with_cycle_id=CYCLE)


def test_what_is_active_is_closed_with_its_cycle_and_what_was_said_of_it_is_kept() -> None:
    given(OBJECTIVES, *ACTIVE).when(objectives.close_with_cycle, api.LookBack(), CYCLE, NOW).then(with_cycle(TODAY))
    closing = given(OBJECTIVES, *ACTIVE).when(objectives.close_with_cycle, SAID, CYCLE, NOW)
    closing.then(LOOKED_BACK, with_cycle(TODAY, "three hired"))


def test_what_became_active_after_the_day_of_the_closing_ends_on_its_own_first_day() -> None:
    late = (objective_defined(), holding(TODAY - 1, activated()))
    given(OBJECTIVES, *late).when(objectives.close_with_cycle, api.LookBack(), CYCLE, on(TODAY - 9)).then(with_cycle(TODAY - 1))


def test_a_draft_stays_one_when_its_cycle_is_closed_and_there_is_nothing_to_say_of_it() -> None:
    given(OBJECTIVES, objective_defined()).when(objectives.close_with_cycle, api.LookBack(), CYCLE, NOW).then_nothing()
    given(OBJECTIVES, objective_defined()).when(objectives.close_with_cycle, SAID, CYCLE, NOW).then_refused("OBJECTIVE_NOT_ACTIVE")


def test_what_was_closed_before_is_looked_back_on_at_the_closing_of_its_cycle_and_what_was_cancelled_is_not() -> None:
    given(OBJECTIVES, *ACTIVE, closed()).when(objectives.close_with_cycle, SAID, CYCLE, NOW).then(LOOKED_BACK)
    given(OBJECTIVES, *ACTIVE, cancelled()).when(objectives.close_with_cycle, SAID, CYCLE, NOW).then_refused("OBJECTIVE_CANCELLED")


def test_nothing_is_said_of_an_objective_of_another_cycle() -> None:
    given(OBJECTIVES, *ACTIVE).when(objectives.close_with_cycle, SAID, OTHER, NOW).then_refused("OBJECTIVE_NOT_IN_CYCLE", "objective_id")


def test_what_is_reopened_goes_on_as_what_it_was_and_its_end_is_taken_back_from_its_own_day_on() -> None:
    reopened = goals.ObjectiveReopened(objective_id=OBJECTIVE, reason="too early", state=goals.OBJECTIVE_STATE_ACTIVE, holds_from=TODAY)
    given(OBJECTIVES, *ACTIVE, today(closed())).when(objectives.reopen, "too early").then(reopened)
    as_draft = goals.ObjectiveReopened(objective_id=OBJECTIVE, reason="too early", state=goals.OBJECTIVE_STATE_DRAFT, holds_from=TODAY)
    given(OBJECTIVES, objective_defined(), today(cancelled())).when(objectives.reopen, "too early").then(as_draft)
    given(OBJECTIVES, *ACTIVE, today(closed()), reopened).when(objectives.close, "done", NOW).then(today(closed()))


def test_only_what_has_ended_is_reopened_and_only_with_a_reason() -> None:
    given(OBJECTIVES, *ACTIVE).when(objectives.reopen, "too early").then_refused("OBJECTIVE_NOT_ENDED")
    given(OBJECTIVES, *ACTIVE, closed()).when(objectives.reopen, "").then_refused("INVALID_ARGUMENT", "reason")


def test_with_its_cycle_is_reopened_what_was_closed_with_it_and_that_alone() -> None:
    reopening = given(OBJECTIVES, *ACTIVE, with_cycle(TODAY)).when(objectives.reopen_with_cycle, "too early", CYCLE)
    reopening.then(
        goals.ObjectiveReopened(
            objective_id=OBJECTIVE, reason="too early", state=goals.OBJECTIVE_STATE_ACTIVE, holds_from=TODAY, with_cycle_id=CYCLE
        )
    )
    given(OBJECTIVES, *ACTIVE, today(closed())).when(objectives.reopen_with_cycle, "too early", CYCLE).then_nothing()
    given(OBJECTIVES, *ACTIVE, cancelled()).when(objectives.reopen_with_cycle, "too early", CYCLE).then_nothing()


SHORTER = (JAN_1, MAR_31 - 10)


def test_what_lay_within_its_cycle_and_would_not_any_more_is_cut_to_it_with_its_key_results() -> None:
    cutting = given(OBJECTIVES, *ACTIVE, key_result_defined(due_day=MAR_31)).when(cycle_days.cut_to, *SHORTER, NOW)
    cutting.then(
        goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 - 10, goalpost_moved=True, holds_from=TODAY),
        goals.KeyResultRevised(
            objective_id=OBJECTIVE, key_result_id=KEY_RESULT, due_day=MAR_31 - 10, goalpost_moved=True, holds_from=TODAY
        ),
    )


def test_a_plan_by_dates_that_would_reach_beyond_the_shorter_cycle_is_named_and_refused() -> None:
    def planned(share_on: int) -> goals.KeyResultDefined:
        defined = key_result_defined()
        defined.plan.points.append(goals.PlannedShare(day=share_on, share=0.5))
        return defined

    beyond = given(OBJECTIVES, *ACTIVE, planned(MAR_31 - 10)).when(cycle_days.cut_to, *SHORTER, NOW)
    assert "Add three developers" in beyond.then_refused("PLAN_OUTSIDE", field="objectives", kind=Kind.INVALID).message
    given(OBJECTIVES, *ACTIVE, planned(MAR_31 - 11)).when(cycle_days.cut_to, *SHORTER, NOW).then(
        goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 - 10, goalpost_moved=True, holds_from=TODAY)
    )


@pytest.mark.parametrize("end", [closed(), cancelled()])
def test_what_has_ended_keeps_its_days_when_its_cycle_is_shortened(end: Any) -> None:
    ended = folded(OBJECTIVES, *ACTIVE, end)
    assert not cycle_days.comes_to_lie_outside(ended, (JAN_1, MAR_31), SHORTER)
    given(OBJECTIVES, *ACTIVE, end).when(cycle_days.cut_to, *SHORTER, NOW).then_nothing()


def test_what_lay_outside_its_cycle_already_is_none_that_comes_to_lie_outside() -> None:
    outside = folded(OBJECTIVES, objective_defined(due_day=MAR_31 + 1))
    assert not cycle_days.comes_to_lie_outside(outside, (JAN_1, MAR_31), SHORTER)
    assert cycle_days.comes_to_lie_outside(folded(OBJECTIVES, objective_defined()), (JAN_1, MAR_31), SHORTER)


def test_objectives_that_would_lie_outside_are_named_but_for_those_that_may_not_be_seen() -> None:
    seen = folded(OBJECTIVES, objective_defined())
    assert "'Expand the team', some that you may not see" in cycle_days.outside([seen], 2, SHORTER).message
    assert "may not see" not in cycle_days.outside([seen], 1, SHORTER).message


# -- what goes on ----------------------------------------------------------------------------------------------------------------------


def carrying(*reached: api.Reached, **more: Any) -> api.CopyObjectiveRequest:
    return api.CopyObjectiveRequest(objective_id=OBJECTIVE, cycle_id=OTHER, carry_over=True, reached=reached, **more)


def again(wanted: api.CopyObjectiveRequest, **measure: Any) -> list[api.DefineKeyResultRequest]:
    return copying.key_results_again(folded(OBJECTIVES, *ACTIVE, key_result_defined(**measure)), wanted)


def test_what_is_carried_over_says_the_same_and_has_the_days_of_its_new_cycle() -> None:
    source = folded(OBJECTIVES, objective_defined(why="We are too few", labels=["growth"], visibility=goals.VISIBILITY_PRIVATE))
    wanted = copying.objective_again(source, carrying(), BOBS)
    assert (wanted.title, wanted.why, list(wanted.labels), wanted.owner_id) == ("Expand the team", "We are too few", ["growth"], ANN)
    assert (wanted.cycle_id, wanted.visibility, wanted.HasField("due_day")) == (OTHER, goals.VISIBILITY_PRIVATE, False)


def test_a_copy_is_of_whoever_makes_it_and_has_the_same_days_in_the_same_cycle() -> None:
    wanted = copying.objective_again(folded(OBJECTIVES, objective_defined()), api.CopyObjectiveRequest(objective_id=OBJECTIVE), BOBS)
    assert (wanted.owner_id, wanted.cycle_id, wanted.start_day, wanted.due_day) == (BOB, CYCLE, JAN_1, MAR_31)


def test_the_new_start_of_a_metric_is_its_last_value() -> None:
    (key_result,) = again(carrying(api.Reached(key_result_id=KEY_RESULT, value=2)))
    assert key_result.metric == goals.Metric(start=2, target=3, unit="people")


def test_a_metric_that_got_to_its_target_is_asked_for_a_new_one() -> None:
    with pytest.raises(Refused, match="give it a new target") as refused:
        again(carrying(api.Reached(key_result_id=KEY_RESULT, value=4)))
    assert (refused.value.reason, refused.value.field) == ("TARGET_MET", "targets")
    (key_result,) = again(carrying(api.Reached(key_result_id=KEY_RESULT, value=4, target=6)))
    assert key_result.metric == goals.Metric(start=4, target=6, unit="people")


def test_of_milestones_those_go_on_that_are_not_done_and_none_where_all_are() -> None:
    of_three = goals.Milestones(milestones=[goals.Milestone(title=title, weight=1) for title in "abc"])
    (key_result,) = again(carrying(api.Reached(key_result_id=KEY_RESULT, milestones_done=0b101)), milestones=of_three)
    assert [milestone.title for milestone in key_result.milestones.milestones] == ["b"]
    assert not again(carrying(api.Reached(key_result_id=KEY_RESULT, milestones_done=0b111)), milestones=of_three)


def test_what_is_maintained_binary_or_graded_goes_on_as_it_was() -> None:
    for measure in (
        {"binary": goals.Binary()},
        {"graded": goals.Graded()},
        {"maintain": goals.Maintain(high=3, mode=goals.MAINTAIN_MODE_SHARE)},
    ):
        (key_result,) = again(carrying(api.Reached(key_result_id=KEY_RESULT, value=1)), **measure)
        assert {key_result.WhichOneof("measure"): getattr(key_result, name) for name in measure} == measure


def test_what_was_cancelled_does_not_go_on() -> None:
    source = folded(OBJECTIVES, *ACTIVE, key_result_defined(), key_result_cancelled())
    assert not copying.key_results_again(source, carrying())


def test_what_was_a_baseline_and_has_a_target_goes_on_as_a_metric() -> None:
    defined = key_result_defined(baseline=goals.Baseline(unit="people"))
    revised = goals.KeyResultRevised(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, target=9)
    source = folded(OBJECTIVES, *ACTIVE, defined, revised)
    (copied,) = copying.key_results_again(source, api.CopyObjectiveRequest(objective_id=OBJECTIVE))
    assert copied.baseline == goals.Baseline(unit="people"), "what it began at was its value on the day of its target"
    (carried,) = copying.key_results_again(source, carrying(api.Reached(key_result_id=KEY_RESULT, value=4)))
    assert carried.metric == goals.Metric(start=4, target=9, unit="people")


def test_a_new_objective_points_back_to_the_one_that_it_carries_on() -> None:
    defined = given(OBJECTIVES).when(
        objectives.define, OBJECTIVE, BOB, api.DefineObjectiveRequest(cycle_id=CYCLE, title="Expand the team", owner_id=ANN), JAN_1, MAR_31,
        origin=objectives.Origin(carried_from=OTHER),
    )  # fmt: skip
    defined.then(ever(objective_defined(carried_from=OTHER)))


def test_what_is_carried_over_knows_its_key_results() -> None:
    with pytest.raises(Refused, match="has no key result"):
        again(carrying(api.Reached(key_result_id=an_id("another"), value=1)))


def test_whoever_has_left_comes_to_own_nothing_of_a_copy() -> None:
    gone = goals.Owner(person_id=ANN, share=1)
    source = folded(OBJECTIVES, *ACTIVE, key_result_defined(owners=[gone, goals.Owner(person_id=BOB, share=0)]))
    copy = api.CopyObjectiveRequest(objective_id=OBJECTIVE, left_person_ids=[ANN])
    (copied,) = copying.key_results_again(source, copy)
    assert list(copied.owners) == [goals.Owner(person_id=BOB)], "nobody but they had a share"
    source.contributor_ids = (ANN, BOB)
    assert list(copying.objective_again(source, copy, BOBS).contributor_ids) == [BOB]
