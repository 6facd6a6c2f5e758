"""Formulas.md, Objectives: a test for each row of the table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.reckoning.company import Company, day


def with_progress(company: Company, ref: str, progress: float, **cells: Any) -> None:
    """An objective with one graded key result."""
    company.objective(ref, **cells)
    company.key_result(f"{ref}/1", "score")
    company.check_in(f"{ref}/1", 0, score=progress)


# --- roll-up ---------------------------------------------------------------------------------------------------------


def test_three_equal_binary_key_results_one_done_are_33_3_percent(company: Company) -> None:
    company.objective("O")
    for number in (1, 2, 3):
        company.key_result(f"O/{number}", "binary")
    company.check_in("O/2", 10, score=1)
    assert company.objective_on(10)["progress"] == 0.333333


def test_progress_is_clamped_in_the_roll_up_and_raw_is_not(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "number", weight=1)
    company.key_result("O/2", "number", weight=3)
    company.check_in("O/1", 10, value=30)  # p = 3
    company.check_in("O/2", 10, value=-2)  # p = -0.2
    seen = company.objective_on(10)
    assert (seen["progress"], seen["progress_raw"]) == (0.25, 0.6)  # 1 / 4; (3 - 0.6) / 4


def test_a_shared_key_result_counts_for_both_with_the_same_weight(company: Company) -> None:
    company.objective("O")
    company.objective("P")
    company.key_result("O/1", "binary", weight=3)
    company.key_result("P/1", "binary")
    company.check_in("O/1", 10, score=1)
    company.change("O/1", 20, "counts_for+", "P")
    company.change("O/1", 30, "counts_for-", "P")
    assert [company.objective_on(number, "P")["progress"] for number in (19, 20, 30)] == [0, 0.75, 0]


def test_from_children_by_their_child_weight_and_by_own_key_results_where_there_are_none(company: Company) -> None:
    company.objective("O", roll_up="children")
    company.key_result("O/1", "score")
    company.check_in("O/1", 0, score=0.1)
    assert company.objective_on(10)["progress"] == 0.1
    with_progress(company, "A", 0.5, parent="O", child_weight=3)
    with_progress(company, "B", 0.9, parent="O")
    company.objective("C", parent="O")  # no number
    assert company.objective_on(10)["progress"] == 0.6  # (3 * 0.5 + 0.9) / 4


def test_from_both_its_own_number_is_one_more_child_with_weight_1(company: Company) -> None:
    company.objective("O", roll_up="both")
    company.key_result("O/1", "number")
    company.key_result("O/2", "number")
    company.check_in("O/1", 10, value=20)  # p = 2, of two: 0.5, raw 1
    with_progress(company, "A", 0.8, parent="O", child_weight=2)
    seen = company.objective_on(10)
    assert (seen["progress"], seen["progress_raw"]) == (0.7, 0.866667)  # (2 * 0.8 + 0.5) / 3; (2 * 0.8 + 1) / 3


def test_children_whose_weights_sum_to_0_make_no_number_and_nothing_is_fallen_back_to(company: Company) -> None:
    company.objective("O", roll_up="children")
    company.key_result("O/1", "score")
    company.check_in("O/1", 0, score=0.1)
    with_progress(company, "A", 0.5, parent="O", child_weight=0)
    seen = company.objective_on(10)
    assert (seen["progress"], seen["coverage"], seen["status"]) == (None, None, "not started")


def test_a_child_of_a_key_result_counts_for_its_home_alone_and_goes_on_when_it_is_cancelled(company: Company) -> None:
    company.objective("O", roll_up="children")
    company.objective("P", roll_up="children")
    company.key_result("O/1", "binary", cancelled_on=day(20))
    company.change("O/1", 0, "counts_for+", "P")
    with_progress(company, "A", 0.5, parent="O/1")
    assert [company.objective_on(number)["progress"] for number in (10, 20)] == [0.5, 0.5]
    assert company.objective_on(10, "P")["progress"] == 0  # its shared key result, not started


def test_a_child_counts_from_the_day_that_it_was_hung_there(company: Company) -> None:
    company.objective("O", roll_up="children")
    with_progress(company, "A", 0.5)
    company.change("A", 20, "parent", "O")
    company.change("A", 30, "parent", "")
    assert [company.objective_on(number)["progress"] for number in (19, 20, 30)] == [None, 0.5, None]


# --- drafts, cancelled -----------------------------------------------------------------------------------------------


def test_a_draft_counts_nowhere_nor_do_its_key_results_and_its_own_number_is_computed(company: Company) -> None:
    company.objective("O", roll_up="children")
    company.objective("P")
    with_progress(company, "D", 0.5, parent="O", state="draft")
    company.change("D/1", 0, "counts_for+", "P")
    seen = company.on(10)
    assert (seen["D"]["state"], seen["D"]["progress"], seen["D"]["stale"]) == ("draft", 0.5, False)
    assert (seen["O"]["progress"], seen["P"]["progress"], seen["P"]["key_results"]) == (None, None, [])


def test_a_cancelled_child_counts_until_the_day_before_and_keeps_its_own_number(company: Company) -> None:
    company.objective("O", roll_up="children")
    with_progress(company, "A", 0.5, parent="O", state="cancelled", ended_on=day(20))
    assert [company.objective_on(number)["progress"] for number in (19, 20)] == [0.5, None]
    seen = company.objective_on(40, "A")
    assert (seen["progress"], seen["state"], seen["ended_on"]) == (0.5, "cancelled", day(20))


def test_a_closed_child_goes_on_counting_with_its_end_value(company: Company) -> None:
    company.objective("O", roll_up="children")
    with_progress(company, "A", 0.5, parent="O", state="closed", ended_on=day(20))
    assert [company.objective_on(number)["progress"] for number in (19, 20, 40)] == [0.5, 0.5, 0.5]


def test_a_cancelled_key_result_counts_nowhere_from_its_day_its_home_included(company: Company) -> None:
    company.objective("O")
    company.objective("P")
    company.key_result("O/1", "binary", cancelled_on=day(20))
    company.key_result("O/2", "binary")
    company.change("O/1", 0, "counts_for+", "P")
    company.check_in("O/1", 5, score=1)
    assert [company.objective_on(number)["progress"] for number in (19, 20)] == [0.5, 0]
    assert [company.objective_on(number, "P")["progress"] for number in (19, 20)] == [1, None]
    assert company.key_result_on(20, seen_from="P")["cancelled"] is True  # listed all the same


def test_a_key_result_of_a_cancelled_home_counts_nowhere_else_and_is_not_listed_there(company: Company) -> None:
    company.objective("O")
    with_progress(company, "X", 0.5, state="cancelled", ended_on=day(20))
    company.change("X/1", 0, "counts_for+", "O")
    assert [company.objective_on(number)["progress"] for number in (19, 20)] == [0.5, None]
    assert [company.refs_on(number, "O") for number in (19, 20)] == [["X/1"], []]
    assert company.objective_on(30, "X")["progress"] == 0.5


# --- grade -----------------------------------------------------------------------------------------------------------


def test_the_grade_is_the_weighted_mean_of_those_graded_without_the_abstained_ones(company: Company) -> None:
    company.objective("J5")
    for number, grade in enumerate((0.24, 0.40, 0.05, 0.95, None), start=1):
        company.key_result(f"J5/{number}", "score")
        company.grade(f"J5/{number}", 90, grade)
    assert company.objective_on(89, "J5")["grade"] is None
    assert company.objective_on(90, "J5")["grade"] == 0.41  # (0.24 + 0.40 + 0.05 + 0.95) / 4


@pytest.mark.parametrize(("grade", "band"), [(0.3999, "red"), (0.4, "yellow"), (0.6999, "yellow"), (0.7, "green")])
def test_the_bands_begin_at_their_bounds(company: Company, grade: float, band: str) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.grade("O/1", 90, grade)
    assert company.objective_on(90)["band"] == band


def test_the_bands_are_the_tenants(company: Company) -> None:
    company.setting("bands", "0.2;0.3")
    company.objective("O")
    company.key_result("O/1", "score")
    company.grade("O/1", 90, 0.35)
    assert company.objective_on(90)["band"] == "green"


@pytest.mark.parametrize(("kind", "grade", "met"), [("committed", 0.99, False), ("committed", 1, True), ("aspirational", 0.7, True)])
def test_committed_is_met_at_1_and_aspirational_at_0_7(company: Company, kind: str, grade: float, met: bool) -> None:
    company.objective("O", kind=kind)
    company.key_result("O/1", "score")
    company.grade("O/1", 90, grade)
    assert company.objective_on(90)["met"] is met


# --- nothing that counts, coverage, confidence -----------------------------------------------------------------------


def test_without_a_key_result_that_counts_there_is_no_number(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "baseline", unit="EUR")
    company.check_in("O/1", 5, value=3)
    seen = company.objective_on(10)
    assert (seen["progress"], seen["progress_raw"], seen["coverage"], seen["status"]) == (None, None, None, "not started")


def test_an_objective_with_coverage_0_is_not_started(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "binary")
    seen = company.objective_on(0)  # on its first day, when nothing could be behind
    assert (seen["progress"], seen["coverage"], seen["status"]) == (0, 0, "not started")


def test_coverage_is_by_count_whatever_the_weights(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "binary", weight=5)
    company.key_result("O/2", "binary")
    company.check_in("O/1", 5, score=0)
    assert company.objective_on(10)["coverage"] == 0.5


def test_coverage_with_children_is_the_weighted_mean_of_theirs_and_in_both_its_own_with_1(company: Company) -> None:
    company.objective("O", roll_up="both")
    company.key_result("O/1", "binary")  # 0
    company.objective("A", parent="O", child_weight=3)
    company.key_result("A/1", "binary")
    company.key_result("A/2", "binary")
    company.check_in("A/1", 5, score=1)  # 0.5
    assert company.objective_on(10)["coverage"] == 0.375  # (3 * 0.5 + 0) / 4


def test_where_a_number_does_not_count_its_coverage_does_not_either(company: Company) -> None:
    company.objective("O", roll_up="both")
    company.key_result("O/1", "binary", weight=0)  # its own number is null
    with_progress(company, "A", 0.5, parent="O")
    seen = company.objective_on(10)
    assert (seen["progress"], seen["coverage"]) == (0.5, 1)


def test_confidence_is_the_weighted_mean_of_the_newest_said_whatever_the_roll_up(company: Company) -> None:
    company.objective("O", roll_up="children")
    with_progress(company, "A", 0.5, parent="O")
    company.key_result("O/1", "binary", weight=3)
    company.key_result("O/2", "binary")
    company.key_result("O/3", "binary")
    assert company.objective_on(4)["confidence"] is None
    company.check_in("O/1", 5, score=0, confidence=8)
    company.check_in("O/1", 6, score=0)  # says none: 8 is the newest said
    company.check_in("O/2", 6, score=0, confidence=4)
    assert company.objective_on(10)["confidence"] == 7  # (3 * 8 + 4) / 4
