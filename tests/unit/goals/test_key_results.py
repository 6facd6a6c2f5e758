"""Key results: a measure that progress can be computed from, owners, a weight, and what they count for."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Kind
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import key_results
from goals.domain.objectives import Objective
from shared.holding import SINCE_EVER
from tests.support.events import (
    ANN,
    BOB,
    CYD,
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
from tests.unit.domain_dsl import Given, given
from tests.unit.goals.examples import NOW, TODAY, ever, holding, on, today, wanted_key_result

REVISE = api.ReviseKeyResultRequest.DESCRIPTOR
DRAFT = given(OBJECTIVES, objective_defined())
WITH_KEY_RESULT = given(OBJECTIVES, objective_defined(), key_result_defined())
ACTIVE = given(OBJECTIVES, objective_defined(), key_result_defined(), activated())


def milestones(*weights: float) -> goals.Milestones:
    return goals.Milestones(milestones=[goals.Milestone(title=f"step {n}", weight=weight) for n, weight in enumerate(weights)])


def test_a_key_result_is_due_with_its_objective_and_owned_by_its_owner_unless_it_says_otherwise() -> None:
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(), NOW, {}).then(ever(key_result_defined()))
    other: dict[str, Any] = {"owners": [goals.Owner(person_id=BOB)], "due_day": JAN_1 + 5, "reference": "J1/3"}
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(**other), NOW, {}).then(ever(key_result_defined(**other)))


A_MEASURE: dict[str, Any] = {
    "metric": goals.Metric(start=100, target=20, unit="EUR"),
    "binary": goals.Binary(),
    "milestones": milestones(1, 0, 2.5),
    "graded": goals.Graded(),
    "maintain": goals.Maintain(low=2, high=5, unit="percent", mode=goals.MAINTAIN_MODE_SHARE),
    "baseline": goals.Baseline(unit="hours"),
    "sum": goals.Sum(start=0, target=20, unit="EUR", feeds=[an_id("fed")]),
}


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_can_be_chosen(name: str) -> None:
    measure = {name: A_MEASURE[name]}
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(**measure), NOW, {}).then(ever(key_result_defined(**measure)))


def test_a_metric_needs_a_way_from_start_to_target() -> None:
    same = wanted_key_result(metric=goals.Metric(start=3, target=3))
    refusal = DRAFT.when(key_results.define, KEY_RESULT, same, NOW, {}).then_refused("START_IS_TARGET", "target", Kind.INVALID)
    assert "3.0" in refusal.message


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_what_is_no_number_is_no_start_target_weight_or_share(number: float) -> None:
    for field, wanted in (
        ("start", wanted_key_result(metric=goals.Metric(start=number, target=3))),
        ("target", wanted_key_result(metric=goals.Metric(start=0, target=number))),
        ("weight", wanted_key_result(weight=number)),
        ("owners.share", wanted_key_result(owners=[goals.Owner(person_id=ANN, share=number)])),
        ("milestones[1].weight", wanted_key_result(milestones=milestones(number))),
    ):
        DRAFT.when(key_results.define, KEY_RESULT, wanted, NOW, {}).then_refused("INVALID_ARGUMENT", field, Kind.INVALID)


@pytest.mark.parametrize(("start", "target", "reason"), [(0, 1.7e308, "INVALID_ARGUMENT"), (0, 5e-324, "START_IS_TARGET")])
def test_a_way_that_progress_cannot_be_computed_on_is_refused(start: float, target: float, reason: str) -> None:
    endless = wanted_key_result(metric=goals.Metric(start=start, target=target))
    DRAFT.when(key_results.define, KEY_RESULT, endless, NOW, {}).then_refused(reason, "target")


def test_a_weight_below_zero_is_refused_and_zero_is_not() -> None:
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(weight=-0.5), NOW, {}).then_refused("INVALID_ARGUMENT", "weight")
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(weight=0), NOW, {}).then(ever(key_result_defined(weight=0)))


@pytest.mark.parametrize("weights", [(), (0, 0), (1,) * 51, (-1, 2), (1.7e308, 1.7e308)])
def test_milestones_are_1_to_50_with_weights_that_add_up(weights: tuple[float, ...]) -> None:
    refused = DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(milestones=milestones(*weights)), NOW, {})
    refused.then_refused("INVALID_ARGUMENT", kind=Kind.INVALID)


def test_some_owner_has_a_share_above_0_and_who_has_none_counts_as_1() -> None:
    mixed = [goals.Owner(person_id=ANN, share=0), goals.Owner(person_id=BOB)]
    wanted = wanted_key_result(owners=mixed)
    DRAFT.when(key_results.define, KEY_RESULT, wanted, NOW, {}).then(ever(key_result_defined(owners=mixed)))
    nothing = wanted_key_result(owners=[goals.Owner(person_id=ANN, share=0)])
    DRAFT.when(key_results.define, KEY_RESULT, nothing, NOW, {}).then_refused("INVALID_ARGUMENT", "owners.share")
    less = wanted_key_result(owners=[goals.Owner(person_id=ANN, share=-1), goals.Owner(person_id=BOB)])
    DRAFT.when(key_results.define, KEY_RESULT, less, NOW, {}).then_refused("INVALID_ARGUMENT", "owners.share")


def test_an_owner_is_named_once() -> None:
    twice = [goals.Owner(person_id=ANN), goals.Owner(person_id=ANN)]
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(owners=twice), NOW, {}).then_refused("INVALID_ARGUMENT", "owners")


def test_a_key_result_is_not_due_before_its_objective_starts() -> None:
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(due_day=JAN_1 - 1), NOW, {}).then_refused("END_BEFORE_START", "due_day")
    earlier = api.ReviseKeyResultRequest(due_day=JAN_1 - 1)
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, earlier, NOW).then_refused("END_BEFORE_START", "due_day")
    on_it = wanted_key_result(due_day=JAN_1)
    DRAFT.when(key_results.define, KEY_RESULT, on_it, NOW, {}).then(ever(key_result_defined(due_day=JAN_1)))


def test_a_key_result_does_not_count_for_its_own_objective_twice() -> None:
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(counts_for=[OBJECTIVE]), NOW, {}).then_refused("COUNTS_FOR_ITSELF")
    WITH_KEY_RESULT.when(key_results.share, KEY_RESULT, OBJECTIVE, NOW, draft=False).then_refused("COUNTS_FOR_ITSELF", "counts_for")


def test_an_objective_has_at_most_100_key_results() -> None:
    full = given(OBJECTIVES, objective_defined(), *(key_result_defined(key_result_id=an_id(str(n))) for n in range(100)))
    full.when(key_results.define, KEY_RESULT, wanted_key_result(), NOW, {}).then_refused("TOO_MANY_KEY_RESULTS")


def test_only_what_is_set_and_differs_is_changed() -> None:
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(weight=1.0, target=5), NOW).then(
        ever(key_result_revised(target=5))
    )
    same = api.ReviseKeyResultRequest(title="Add three developers", start=0, unit="people")
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, same, NOW).then_nothing()


@pytest.mark.parametrize("change", [{"start": 1.0}, {"target": 4.0}, {"weight": 2.0}, {"due_day": MAR_31 + 7}])
def test_a_start_target_weight_or_due_day_changed_while_active_is_a_moved_goalpost(change: dict[str, Any]) -> None:
    wanted = api.ReviseKeyResultRequest(**change)
    ACTIVE.when(key_results.revise, KEY_RESULT, wanted, NOW).then(today(key_result_revised(**change, goalpost_moved=True)))
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, wanted, NOW).then(ever(key_result_revised(**change)))


@pytest.mark.parametrize("change", [{"title": "Hire"}, {"unit": "heads"}, {"owners": goals.Owners(owners=[goals.Owner(person_id=BOB)])}])
def test_a_title_unit_or_owner_changed_while_active_is_no_moved_goalpost(change: dict[str, Any]) -> None:
    ACTIVE.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(**change), NOW).then(today(key_result_revised(**change)))


A_CHANGE: dict[str, Any] = {
    "title": "Hire",
    "owners": goals.Owners(owners=[goals.Owner(person_id=BOB)]),
    "weight": 2.0,
    "due_day": MAR_31 + 7,
    "start": 1.0,
    "target": 4.0,
    "unit": "heads",
    "plan": goals.Plan(points=[goals.PlannedShare(day=MAR_31 - 30, share=0.5)]),
    "commit": goals.Bound(value=2),
    "stretch": goals.Bound(value=5),
}
OF_THE_REQUEST = {"key_result_id", "expected_version", "holds_from"}
A_CHANGE_OF_BOUNDS: dict[str, Any] = {
    "low": goals.Bound(value=0),
    "high": goals.Bound(),
    "mode": goals.MAINTAIN_MODE_SHARE,
}
KEPT = goals.Maintain(low=2, high=5, mode=goals.MAINTAIN_MODE_LATEST)
A_CHANGE_OF_ITS_OWN: dict[str, tuple[dict[str, Any], Any]] = {
    "milestones": ({"milestones": milestones(1, 2)}, milestones(3)),
    "feeds": ({"sum": goals.Sum(start=0, target=9, feeds=[an_id("a")])}, goals.Feeds(key_result_ids=[an_id("b")])),
}


@pytest.mark.parametrize("field", sorted(A_CHANGE))
def test_whatever_a_revision_may_ask_for_is_changed_and_asked_again_is_nothing(field: str) -> None:
    wanted, changed = api.ReviseKeyResultRequest(**{field: A_CHANGE[field]}), ever(key_result_revised(**{field: A_CHANGE[field]}))
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, wanted, NOW).then(changed)
    given(OBJECTIVES, objective_defined(), key_result_defined(), changed).when(key_results.revise, KEY_RESULT, wanted, NOW).then_nothing()


@pytest.mark.parametrize("field", sorted(A_CHANGE_OF_ITS_OWN))
def test_milestones_and_feeds_are_said_anew_as_a_goalpost_and_asked_again_is_nothing(field: str) -> None:
    measure, said = A_CHANGE_OF_ITS_OWN[field]
    past, wanted = (objective_defined(), key_result_defined(**measure), activated()), api.ReviseKeyResultRequest(**{field: said})
    moved = today(key_result_revised(goalpost_moved=True, **{field: said}))
    given(OBJECTIVES, *past).when(key_results.revise, KEY_RESULT, wanted, NOW).then(moved)
    given(OBJECTIVES, *past, moved).when(key_results.revise, KEY_RESULT, wanted, NOW).then_nothing()
    reason = {"milestones": "NOT_MILESTONES", "feeds": "NOT_A_SUM"}[field]
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, wanted, NOW).then_refused(reason, field)


def test_a_baseline_that_is_given_a_target_needs_a_way_from_the_start_that_it_was_given() -> None:
    baseline = given(OBJECTIVES, objective_defined(), key_result_defined(baseline=goals.Baseline(start=3)))
    baseline.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=3), NOW).then_refused("START_IS_TARGET")
    baseline.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=4), NOW).then(ever(key_result_revised(target=4)))
    wanted = wanted_key_result(baseline=goals.Baseline(target=4))
    DRAFT.when(key_results.define, KEY_RESULT, wanted, NOW, {}).then_refused("BASELINE_WITH_TARGET")


def test_a_revision_cannot_bring_start_and_target_together() -> None:
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=0), NOW).then_refused("START_IS_TARGET")


def test_only_a_metric_has_a_target() -> None:
    binary = given(OBJECTIVES, objective_defined(), key_result_defined(binary=goals.Binary()))
    binary.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=2), NOW).then_refused("NOT_A_METRIC", "target")


@pytest.mark.parametrize("field", sorted(A_CHANGE_OF_BOUNDS))
def test_a_bound_or_a_mode_is_moved_or_taken_away_as_a_goalpost_and_asked_again_is_nothing(field: str) -> None:
    change = {field: A_CHANGE_OF_BOUNDS[field]}
    past = (objective_defined(), key_result_defined(maintain=KEPT), activated())
    moved = today(key_result_revised(goalpost_moved=True, **change))
    wanted = api.ReviseKeyResultRequest(**change)
    given(OBJECTIVES, *past).when(key_results.revise, KEY_RESULT, wanted, NOW).then(moved)
    given(OBJECTIVES, *past, moved).when(key_results.revise, KEY_RESULT, wanted, NOW).then_nothing()


@pytest.mark.parametrize(
    ("maintain", "reason", "field"),
    [
        (goals.Maintain(), "NO_BOUND", "low"),
        (goals.Maintain(low=5, high=2), "BOUNDS_SWAPPED", "high"),
        (goals.Maintain(low=nan), "INVALID_ARGUMENT", "low"),
        (goals.Maintain(high=inf), "INVALID_ARGUMENT", "high"),
        (goals.Maintain(low=1, unit="x" * 51), "INVALID_ARGUMENT", "maintain.unit"),
    ],
)
def test_what_is_maintained_has_bounds_that_a_value_can_meet(maintain: goals.Maintain, reason: str, field: str) -> None:
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(maintain=maintain), NOW, {}).then_refused(reason, field, Kind.INVALID)


def test_what_is_maintained_between_equal_bounds_is_maintained_exactly_there() -> None:
    exactly = goals.Maintain(low=3, high=3, mode=goals.MAINTAIN_MODE_LATEST)
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(maintain=exactly), NOW, {}).then(
        ever(key_result_defined(maintain=exactly))
    )


def test_what_is_maintained_by_no_mode_is_maintained_by_its_latest_value() -> None:
    defined = ever(key_result_defined(maintain=goals.Maintain(low=3, mode=goals.MAINTAIN_MODE_LATEST)))
    DRAFT.when(key_results.define, KEY_RESULT, wanted_key_result(maintain=goals.Maintain(low=3)), NOW, {}).then(defined)


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"low": goals.Bound(value=6)}, "BOUNDS_SWAPPED", "high"),
        ({"low": goals.Bound(), "high": goals.Bound()}, "NO_BOUND", "low"),
        ({"target": 3.0}, "NOT_A_METRIC", "target"),
    ],
)
def test_a_revision_leaves_bounds_that_a_value_can_meet(change: dict[str, Any], reason: str, field: str) -> None:
    kept = given(OBJECTIVES, objective_defined(), key_result_defined(maintain=KEPT))
    kept.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(**change), NOW).then_refused(reason, field)


@pytest.mark.parametrize("field", sorted(A_CHANGE_OF_BOUNDS))
def test_only_what_is_maintained_has_bounds_and_a_mode(field: str) -> None:
    wanted = api.ReviseKeyResultRequest(**{field: A_CHANGE_OF_BOUNDS[field]})
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, wanted, NOW).then_refused("NOT_MAINTAINED", field)


def test_a_key_result_keeps_an_owner() -> None:
    none = api.ReviseKeyResultRequest(owners=goals.Owners())
    WITH_KEY_RESULT.when(key_results.revise, KEY_RESULT, none, NOW).then_refused("INVALID_ARGUMENT", "owners")


def test_a_key_result_is_shared_once_and_can_be_unshared() -> None:
    shared = today(goals.KeyResultShared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=OTHER))
    unshared = today(goals.KeyResultUnshared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=OTHER))
    past = (objective_defined(), key_result_defined())
    given(OBJECTIVES, *past).when(key_results.share, KEY_RESULT, OTHER, NOW, draft=False).then(shared)
    given(OBJECTIVES, *past, shared).when(key_results.share, KEY_RESULT, OTHER, NOW, draft=False).then_nothing()
    given(OBJECTIVES, *past, shared).when(key_results.unshare, KEY_RESULT, OTHER, NOW, draft=False).then(unshared)
    given(OBJECTIVES, *past, shared, unshared).when(key_results.unshare, KEY_RESULT, OTHER, NOW, draft=False).then_refused("NOT_SHARED")


def test_a_cancelled_key_result_no_longer_changes() -> None:
    WITH_KEY_RESULT.when(key_results.cancel, KEY_RESULT, "overtaken", NOW).then(ever(key_result_cancelled()))
    _no_longer_changes(given(OBJECTIVES, objective_defined(), key_result_defined(), key_result_cancelled()), "KEY_RESULT_CANCELLED")


def test_a_key_result_of_an_ended_objective_no_longer_changes() -> None:
    _no_longer_changes(given(OBJECTIVES, objective_defined(), key_result_defined(), cancelled()), "OBJECTIVE_CLOSED")


def test_an_unknown_key_result_is_unknown() -> None:
    DRAFT.when(key_results.cancel, KEY_RESULT, "", NOW).then_refused("KEY_RESULT_UNKNOWN", kind=Kind.UNKNOWN)


def _no_longer_changes(ended: Given[Objective], reason: str) -> None:
    ended.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(weight=2), NOW).then_refused(reason)
    ended.when(key_results.share, KEY_RESULT, OTHER, NOW, draft=False).then_refused(reason)
    ended.when(key_results.cancel, KEY_RESULT, "again", NOW).then_refused(reason)


def test_what_is_added_to_an_active_objective_holds_from_today_or_from_the_day_named() -> None:
    ACTIVE.when(key_results.define, OTHER, wanted_key_result(), NOW, {}).then(today(key_result_defined(key_result_id=OTHER)))
    ACTIVE.when(key_results.define, OTHER, wanted_key_result(), on(JAN_1), {}).then(holding(JAN_1, key_result_defined(key_result_id=OTHER)))
    ACTIVE.when(key_results.define, OTHER, wanted_key_result(), on(SINCE_EVER), {}).then(ever(key_result_defined(key_result_id=OTHER)))
    ACTIVE.when(key_results.define, OTHER, wanted_key_result(), on(TODAY + 1), {}).then_refused("HOLDS_FROM_AHEAD", "holds_from")
    ACTIVE.when(key_results.define, OTHER, wanted_key_result(), on(SINCE_EVER - 1), {}).then_refused("INVALID_ARGUMENT", "holds_from")


def test_a_contribution_holds_from_where_the_objective_that_counts_it_says() -> None:
    wanted = wanted_key_result(counts_for=[OTHER, CYD])
    drafted = ever(key_result_defined(counts_for=[OTHER]))
    later = today(goals.KeyResultShared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=CYD))
    DRAFT.when(key_results.define, KEY_RESULT, wanted, NOW, {OTHER: True, CYD: False}).then(drafted, later)
    shared = goals.KeyResultShared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=OTHER)
    ACTIVE.when(key_results.share, KEY_RESULT, OTHER, NOW, draft=True).then(ever(shared))


def test_what_a_contribution_is_changed_to_holds_from_no_day_before_it_was_last() -> None:
    shared = holding(TODAY - 3, goals.KeyResultShared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=OTHER))
    past = given(OBJECTIVES, objective_defined(), key_result_defined(), activated(), shared)
    past.when(key_results.unshare, KEY_RESULT, OTHER, on(TODAY - 4), draft=False).then_refused("HOLDS_FROM_TOO_EARLY", "holds_from")
    past.when(key_results.unshare, KEY_RESULT, OTHER, NOW, draft=True).then(
        holding(TODAY - 3, goals.KeyResultUnshared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=OTHER))
    )


def test_a_key_result_does_not_change_on_a_day_before_it_was_one() -> None:
    late = given(OBJECTIVES, objective_defined(), activated(), holding(TODAY - 5, key_result_defined()))
    wanted = api.ReviseKeyResultRequest(target=9)
    late.when(key_results.revise, KEY_RESULT, wanted, on(TODAY - 6)).then_refused("HOLDS_FROM_TOO_EARLY", "holds_from")
    late.when(key_results.cancel, KEY_RESULT, "", on(TODAY - 6)).then_refused("HOLDS_FROM_TOO_EARLY", "holds_from")


def test_of_two_targets_the_one_from_the_later_day_on_is_the_present_one_whichever_was_said_last() -> None:
    moved = holding(TODAY - 2, key_result_revised(target=9, goalpost_moved=True))
    past = given(OBJECTIVES, objective_defined(), activated(), key_result_defined(), moved)
    earlier = holding(TODAY - 8, key_result_revised(target=5, goalpost_moved=True))
    past.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=5), on(TODAY - 8)).then(earlier)
    both = given(OBJECTIVES, objective_defined(), activated(), key_result_defined(), moved, earlier)
    both.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=9), NOW).then_nothing()
    again = holding(TODAY - 9, key_result_revised(target=9, goalpost_moved=True))
    both.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=9), on(TODAY - 9)).then(again)


def test_a_draft_that_names_no_day_is_changed_from_where_it_was_changed_before() -> None:
    dated = given(OBJECTIVES, objective_defined(), ever(key_result_defined()), holding(TODAY - 2, key_result_revised(target=9)))
    dated.when(key_results.revise, KEY_RESULT, api.ReviseKeyResultRequest(target=5), NOW).then(
        holding(TODAY - 2, key_result_revised(target=5))
    )
