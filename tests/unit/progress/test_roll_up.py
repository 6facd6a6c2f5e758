"""From key results to objectives, and from children to parents."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from progress.domain.formulas import formula_of
from progress.domain.hiding import Hidden, counted_in, hidden_from
from progress.domain.roll_up import RollUp, abstained
from progress.domain.status import AT_RISK, BEHIND, NOT_STARTED, ON_TRACK, Paces, key_result_status, objective_status
from tests.support.events import an_id
from tests.support.told import DAY, DUE, START, Told

BINARY: dict[str, Any] = {"binary": goals.Binary()}


@pytest.fixture
def given() -> Told:
    return Told()


def test_three_equal_binary_key_results_one_done_is_a_third(given: Told) -> None:
    given.objective("O")
    for name in "abc":
        given.key_result("O", name, **BINARY)
    given.check_in("a", 1.0)
    assert given.numbers("O").progress == pytest.approx(1 / 3)
    assert given.numbers("O").not_started_share == pytest.approx(2 / 3)


def test_key_results_count_by_their_weight(given: Told) -> None:
    given.objective("O").key_result("O", "a", weight=3.0).key_result("O", "b", weight=1.0).check_in("a", 0.5).check_in("b", 0.9)
    assert given.numbers("O").progress == pytest.approx((3 * 0.5 + 0.9) / 4)


def test_progress_is_clamped_before_it_is_rolled_up_and_kept_raw_beside(given: Told) -> None:
    metric: dict[str, Any] = {"metric": goals.Metric(start=0, target=10)}
    given.objective("O").key_result("O", "over", **metric).key_result("O", "wrong way", **metric)
    given.check_in("over", 20.0).check_in("wrong way", -5.0)
    assert given.numbers("O")[:2] == (0.5, 0.75)


@pytest.mark.parametrize(("version", "share"), [(1, 1.0), (2, None)])
def test_of_no_key_results_there_is_no_share_that_is_not_started(given: Told, version: int, share: float | None) -> None:
    given.objective("O").key_result("O", "a")
    given.event(goals.KeyResultCancelled(objective_id=an_id("O"), key_result_id=an_id("a")))
    evaluated = given.evaluated(formula=formula_of(version))
    numbers = evaluated.numbers[an_id("O")]
    assert (numbers.progress, numbers.not_started_share) == (None, share)
    assert objective_status(evaluated.tree.objectives[an_id("O")], numbers, Paces(START + 50)) == NOT_STARTED


def test_a_child_without_a_number_has_no_part_in_the_share_that_is_not_started(given: Told) -> None:
    given.objective("P", roll_up=2)
    for child in "ab":
        given.objective(child, parent="P")
    given.key_result("a", "a1").check_in("a1", 0.4)
    assert given.numbers("P").not_started_share == 0.0


def test_weights_that_come_to_nothing_count_for_nothing(given: Told) -> None:
    given.objective("O").key_result("O", "a", weight=0.0).check_in("a", 1.0).grade("a", 0.5)
    assert (given.numbers("O").progress, given.numbers("O").grade) == (None, None)


def test_a_cancelled_key_result_does_not_count(given: Told) -> None:
    given.objective("O").key_result("O", "a").key_result("O", "b").check_in("a", 1.0)
    given.event(goals.KeyResultCancelled(objective_id=an_id("O"), key_result_id=an_id("b")))
    assert given.numbers("O").progress == 1.0


def test_a_cancelled_key_result_counts_until_the_day_before_and_then_nowhere(given: Told) -> None:
    given.objective("O").objective("P").key_result("O", "a", counts_for=("P",)).key_result("O", "b").check_in("a", 1.0).check_in("b", 0.0)
    given.event(goals.KeyResultCancelled(objective_id=an_id("O"), key_result_id=an_id("a"), holds_from=START + 10), START + 10)
    assert [given.numbers("O", START + n).progress for n in (9, 10)] == [0.5, 0.0]
    assert [given.numbers("P", START + n).progress for n in (9, 10)] == [1.0, None]


def test_a_key_result_weighs_the_same_wherever_it_counts(given: Told) -> None:
    given.objective("O").objective("P").key_result("O", "a", weight=3.0, counts_for=("P",)).check_in("a", 1.0)
    for home, other in (("O", "o"), ("P", "p")):
        given.key_result(home, other).check_in(other, 0.0)
    assert [given.numbers(name).progress for name in "OP"] == [0.75, 0.75]


def test_a_shared_key_result_moves_every_objective_that_it_counts_for_until_it_no_longer_does(given: Told) -> None:
    given.objective("O").objective("P").key_result("O", "a", counts_for=("P",)).check_in("a", 0.6)
    assert given.numbers("P").progress == 0.6
    given.event(goals.KeyResultUnshared(objective_id=an_id("O"), key_result_id=an_id("a"), counts_for=an_id("P")), START + 9)
    assert given.numbers("P").progress is None
    assert given.numbers("P", true_on=START + 8).progress == 0.6


@pytest.mark.parametrize(("mode", "progress"), [(1, 0.2), (2, 0.7), (3, (0.2 + 0.5 + 0.9) / 3)])
def test_an_objective_rolls_up_from_its_key_results_its_children_or_both_as_equals(given: Told, mode: int, progress: float) -> None:
    given.objective("P", roll_up=mode).key_result("P", "own").check_in("own", 0.2)
    for child, value in (("b", 0.5), ("c", 0.9)):
        given.objective(child, parent="P").key_result(child, child + "1").check_in(child + "1", value)
    assert given.numbers("P").progress == pytest.approx(progress)


def test_a_cancelled_child_and_one_without_a_number_are_left_out(given: Told) -> None:
    given.objective("P", roll_up=2)
    for child in "abc":
        given.objective(child, parent="P")
    given.key_result("a", "a1").check_in("a1", 0.4).key_result("b", "b1").check_in("b1", 1.0)
    given.event(goals.ObjectiveCancelled(objective_id=an_id("b")))
    assert given.numbers("P").progress == 0.4


def weighed(given: Told, roll_up: int, **weights: float) -> Told:
    """A parent with a key result at 0.8, and a child by each name, with its weight: the first at 0.2, the second at 0.6."""
    given.objective("P", roll_up=roll_up).key_result("P", "p").check_in("p", 0.8)
    for (child, weight), figure in zip(weights.items(), (0.2, 0.6), strict=True):
        given.objective(child, parent="P", child_weight=weight).key_result(child, f"{child}1").check_in(f"{child}1", figure)
    return given


def test_children_count_by_their_weight_and_with_key_results_these_by_1(given: Told) -> None:
    assert weighed(given, RollUp.CHILDREN, a=1, b=3).numbers("P").progress == pytest.approx((0.2 + 3 * 0.6) / 4)
    assert weighed(Told(), RollUp.BOTH, a=1, b=3).numbers("P").progress == pytest.approx((0.2 + 3 * 0.6 + 0.8) / 5)


def test_coverage_is_the_mean_of_the_childrens_by_their_weight(given: Told) -> None:
    weighed(given, RollUp.CHILDREN, a=1, b=3).key_result("a", "a2")
    assert given.numbers("P").not_started_share == pytest.approx(0.5 / 4)


def test_a_child_of_weight_0_does_not_count_and_where_all_weigh_0_there_is_no_number(given: Told) -> None:
    assert weighed(given, RollUp.CHILDREN, a=0, b=2).numbers("P").progress == pytest.approx(0.6)
    assert weighed(Told(), RollUp.CHILDREN, a=0, b=0).numbers("P").progress is None
    assert weighed(Told(), RollUp.BOTH, a=0, b=0).numbers("P").progress == pytest.approx(0.8)


def test_without_a_child_that_counts_its_own_key_results_speak(given: Told) -> None:
    given.objective("P", roll_up=RollUp.CHILDREN).key_result("P", "p").check_in("p", 0.8)
    given.objective("empty", parent="P").objective("draft", parent="P", draft=True).key_result("draft", "d").check_in("d", 0.1)
    assert given.numbers("P").progress == 0.8


def test_with_children_raw_progress_is_the_mean_of_theirs(given: Told) -> None:
    given.objective("P", roll_up=RollUp.CHILDREN)
    for child, value in (("a", 30.0), ("b", -10.0)):
        given.objective(child, parent="P").key_result(child, f"{child}1", metric=goals.Metric(start=0, target=10))
        given.check_in(f"{child}1", value)
    assert given.numbers("P")[:2] == (0.5, 1.0)


def test_in_both_the_coverage_of_its_own_key_results_is_one_more_of_weight_1(given: Told) -> None:
    weighed(given, RollUp.BOTH, a=1, b=3).key_result("P", "silent").key_result("a", "also silent")
    assert given.numbers("P").not_started_share == pytest.approx((0.5 + 3 * 0 + 0.5) / 5)


def test_where_its_own_number_does_not_count_their_coverage_does_not_either(given: Told) -> None:
    given.objective("P", roll_up=RollUp.BOTH).key_result("P", "silent", weight=0.0)
    given.objective("a", parent="P").key_result("a", "a1").check_in("a1", 0.5)
    assert given.numbers("P")[::3] == (0.5, 0.0)


def test_coverage_is_by_count_whatever_the_weights(given: Told) -> None:
    given.objective("O").key_result("O", "a", weight=5.0).key_result("O", "b").check_in("a", 0.5)
    assert given.numbers("O").not_started_share == 0.5


def test_a_grade_counts_by_the_weight_of_its_key_result(given: Told) -> None:
    given.objective("O").key_result("O", "a", weight=3.0).key_result("O", "b").key_result("O", "not graded", weight=9.0)
    given.grade("a", 0.9).grade("b", 0.1)
    assert given.numbers("O").grade == pytest.approx((3 * 0.9 + 0.1) / 4)


def test_confidence_and_grade_are_those_of_its_own_key_results_whatever_it_rolls_up_from(given: Told) -> None:
    given.objective("P", roll_up=RollUp.CHILDREN).key_result("P", "p").check_in("p", 0.1, confidence=8).grade("p", 0.3)
    given.objective("a", parent="P").key_result("a", "a1").check_in("a1", 0.5, confidence=2).grade("a1", 0.9)
    assert (given.numbers("P").progress, given.numbers("P").confidence, given.numbers("P").grade) == (0.5, 8, 0.3)


def test_a_child_of_a_key_result_counts_for_the_home_of_that_one_alone_and_goes_on_when_it_is_cancelled(given: Told) -> None:
    for name in ("home", "other"):
        given.objective(name, roll_up=RollUp.CHILDREN)
    given.key_result("home", "k", counts_for=("other",)).objective("child").key_result("child", "c").check_in("c", 0.4)
    under_k: dict[str, Any] = {"parent_key_result_id": an_id("k"), "parent_key_results_objective_id": an_id("home")}
    given.event(goals.ObjectiveAligned(objective_id=an_id("child"), **under_k))
    assert [given.numbers(name).progress for name in ("home", "other")] == [0.4, 0.0]
    given.event(goals.KeyResultCancelled(objective_id=an_id("home"), key_result_id=an_id("k"), holds_from=START + 5), START + 5)
    assert [given.numbers("home", START + n).progress for n in (4, 5)] == [0.4, 0.4]


def test_a_child_counts_before_its_own_first_day(given: Told) -> None:
    given.objective("P", roll_up=RollUp.CHILDREN).objective("a", parent="P", start_day=START + 50)
    given.key_result("a", "a1").check_in("a1", 0.4, START + 5)
    assert given.numbers("P", START + 5).progress == 0.4


def test_a_closed_child_goes_on_counting_with_the_number_that_it_ended_with(given: Told) -> None:
    given.objective("P", roll_up=RollUp.CHILDREN).objective("a", parent="P").key_result("a", "a1").check_in("a1", 0.4)
    given.event(goals.ObjectiveClosed(objective_id=an_id("a"), holds_from=START + 10), START + 10)
    given.check_in("a1", 0.9, START + 5, day=START + 11)
    assert [given.numbers("P", START + n).progress for n in (9, 10, 40)] == [0.4, 0.4, 0.4]


def test_a_key_result_that_is_shared_counts_from_the_later_of_the_day_it_is_shared_and_its_own_first_day(given: Told) -> None:
    given.objective("O").objective("P").key_result("P", "p").check_in("p", 1.0)
    for name, first, shared in (("early", START + 2, START + 6), ("late", START + 6, START + 2)):
        ids: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id(name)}
        given.key_result("O", name, holds_from=first).check_in(name, 0.0)
        given.event(goals.KeyResultShared(counts_for=an_id("P"), holds_from=shared, **ids))
    assert [given.numbers("P", START + n).progress for n in (5, 6)] == pytest.approx([1.0, 1 / 3])


def test_a_childs_weight_holds_from_its_day_on(given: Told) -> None:
    weighed(given, RollUp.CHILDREN, a=1, b=1)
    given.event(goals.ObjectiveRevised(objective_id=an_id("a"), child_weight=3.0, holds_from=START + 10), START + 10)
    assert [given.numbers("P", START + n).progress for n in (9, 10)] == pytest.approx([0.4, (3 * 0.2 + 0.6) / 4])


def test_exactly_one_hidden_child_that_weighs_anything_is_hidden_with_its_parents_number(given: Told) -> None:
    evaluated = weighed(given, RollUp.CHILDREN, a=0, b=2).evaluated()
    counted = counted_in(evaluated)
    assert hidden_from({an_id("P")}, counted) == Hidden({an_id("P")}, {an_id("P"): an_id("b")})
    assert hidden_from({an_id("P"), an_id("b")}, counted) == Hidden(set(), {})


def test_a_parent_of_a_thousand_levels_does_not_overflow(given: Told) -> None:
    given.objective("0", roll_up=2)
    for level in range(1, 1_500):
        given.objective(str(level), parent=str(level - 1), roll_up=2)
    given.key_result("1499", "k").check_in("k", 0.5)
    assert given.numbers("0").progress == 0.5


def test_the_check_in_that_is_true_on_the_latest_day_is_the_current_one(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.8, as_of=START + 5).check_in("a", 0.3, as_of=START + 2)
    assert given.standing("a").value == 0.8
    assert given.standing("a", true_on=START + 4).value == 0.3


def test_of_one_day_the_check_in_that_was_recorded_last_is_the_current_one(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.3, name="first").check_in("a", 0.8, name="second")
    assert given.standing("a").value == 0.8


def test_a_check_in_before_the_first_day_or_after_the_last_counts_like_any_other(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.1, START - 3).check_in("a", 0.9, DUE + 3)
    assert [given.numbers("O", day).progress for day in (START - 3, DUE, DUE + 3)] == [0.1, 0.1, 0.9]


def test_a_check_in_of_before_a_key_result_was_added_counts_from_its_first_day(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 1.0).key_result(
        "O", "b", graded=goals.Graded(), holds_from=START + 10
    ).check_in("b", 0.5, START + 2)
    assert [given.numbers("O", START + n).progress for n in (9, 10)] == [1.0, 0.75]


def test_the_grade_that_speaks_of_the_latest_day_stands_and_of_one_day_the_one_given_last(given: Told) -> None:
    given.objective("O").key_result("O", "a").grade("a", 0.7, DUE).grade("a", 0.8, DUE).grade("a", 0.2, DUE - 5)
    assert [given.numbers("O", day).grade for day in (DUE - 6, DUE - 5, DUE)] == [None, 0.2, 0.8]


def test_a_correction_keeps_the_place_of_what_it_corrects(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.1, name="first").check_in("a", 0.2, name="second")
    given.correct("a", "first", 0.9)
    assert given.standing("a").value == 0.2


def test_a_retracted_check_in_gives_the_value_before_it(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.1, START).check_in("a", 0.2, START + 1, name="second")
    given.retract("a", "second", START + 1)
    assert given.standing("a").value == 0.1


def test_what_was_known_before_a_correction_stays_known_at_that_time(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.1, name="x", day=START + 1).correct("a", "x", 0.7, day=START + 4)
    assert given.standing("a", known_at=(START + 3) * DAY).value == 0.1
    assert given.standing("a").value == 0.7


def test_an_abstention_is_a_check_in_but_not_a_value(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.4).abstain("a", START + 1)
    standing = given.standing("a")
    assert (standing.value, abstained(standing), standing.newest_abstained) == (0.4, True, True)


def test_a_grade_decides_about_abstention_once_there_is_one(given: Told) -> None:
    given.objective("O").key_result("O", "a").abstain("a").grade("a", 0.5)
    assert not abstained(given.standing("a"))
    given.grade("a", None, DUE + 1)
    assert abstained(given.standing("a"))


def test_a_status_said_by_hand_stands_until_the_next_check_in(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.9, START + 1, said_status=checkins.SAID_STATUS_AT_RISK)
    home = given.tree().objectives[an_id("O")]
    assert key_result_status(given.standing("a"), 0.9, home, Paces(START + 1)) == (AT_RISK, True)
    given.check_in("a", 0.9, START + 2)
    assert key_result_status(given.standing("a"), 0.9, home, Paces(START + 2)) == (ON_TRACK, False)


def test_an_abstention_clears_a_status_said_by_hand_and_a_correction_does_not(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.9, name="said", said_status=checkins.SAID_STATUS_AT_RISK)
    given.correct("a", "said", 0.8)
    home = given.tree().objectives[an_id("O")]
    assert key_result_status(given.standing("a"), 0.8, home, Paces(START)) == (AT_RISK, True)
    given.abstain("a", START + 1)
    assert key_result_status(given.standing("a"), 0.8, home, Paces(START + 1)) == (ON_TRACK, False)


def test_a_key_result_is_measured_by_its_raw_progress_and_an_objective_by_its_clamped_number(given: Told) -> None:
    given.objective("O").key_result("O", "a", metric=goals.Metric(start=0, target=10)).check_in("a", -5.0)
    evaluated = given.evaluated(START)
    objective, paces = evaluated.tree.objectives[an_id("O")], Paces(START)
    raw = evaluated.raw[an_id("a")]
    assert key_result_status(evaluated.tree.key_results[an_id("a")], raw, objective, paces) == (AT_RISK, False)
    assert objective_status(objective, evaluated.numbers[an_id("O")], paces) == ON_TRACK


def test_a_key_result_that_is_due_earlier_has_a_pace_of_its_own(given: Told) -> None:
    given.objective("O").key_result("O", "a", due_day=START + 50)
    objective, paces = given.tree().objectives[an_id("O")], Paces(START + 25)
    assert (paces.of_key_result(given.standing("a"), objective), paces.of_objective(objective)) == (0.5, 0.25)


def test_the_status_as_of_a_day_uses_that_days_pace(given: Told) -> None:
    given.objective("O").key_result("O", "a").check_in("a", 0.5, START + 10)
    objective = given.tree().objectives[an_id("O")]
    said = [objective_status(objective, given.numbers("O"), Paces(START + days)) for days in (50, 70, 99)]
    assert said == [ON_TRACK, BEHIND, AT_RISK]
    assert objective_status(objective, given.numbers("O", START + 9), Paces(START + 9)) == NOT_STARTED


def test_an_objective_activated_late_was_active_from_its_first_day(given: Told) -> None:
    given.objective("O", draft=True).event(goals.ObjectiveActivated(objective_id=an_id("O")), DUE + 500)
    states = [given.tree(true_on=day).objectives[an_id("O")].state for day in (START - 1, START)]
    assert states == [goals.OBJECTIVE_STATE_DRAFT, goals.OBJECTIVE_STATE_ACTIVE]


# The grades of Joystream's own OKRs of 2019 (examples/joystream-2019); None was abstained from.
JOYSTREAM: dict[str, list[float | None]] = {
    "J1": [0.33, 1, 1, 0.36, 0.39],
    "J2": [1, 0.4, 0.24, 0.37],
    "J3": [1, 0.7],
    "J4": [0, 0, 0, 0.5, 1],
    "J5": [0.24, 0.4, 0.05, 0.95, None],
    "J6": [1, 0.75, 0.5],
    "J7": [1, 0.66, 1, 0.14, 0.5],
}
TOTALS = {"J1": 0.616, "J2": 0.5025, "J3": 0.85, "J4": 0.3, "J5": 0.41, "J6": 0.75, "J7": 0.66}
"""As published, but for J2, whose publishers miscounted 0.55."""


def test_joystreams_grades_come_to_their_published_totals_with_the_abstained_one_left_out(given: Told) -> None:
    for objective, grades in JOYSTREAM.items():
        given.objective(objective)
        for n, grade in enumerate(grades):
            given.key_result(objective, f"{objective}/{n}").grade(f"{objective}/{n}", grade)
    assert {objective: given.numbers(objective).grade for objective in JOYSTREAM} == pytest.approx(TOTALS)
