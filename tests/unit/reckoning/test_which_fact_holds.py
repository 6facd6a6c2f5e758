"""Formulas.md, Which fact holds, and Small print, for tables."""

from __future__ import annotations

from tests.unit.reckoning.company import Company, day

# --- check-ins and grades --------------------------------------------------------------------------------------------


def test_the_check_in_of_the_latest_day_holds_and_of_one_day_the_later_row(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.check_in("O/1", 20, score=0.2)
    company.check_in("O/1", 20, score=0.3)
    company.check_in("O/1", 10, score=0.1)
    assert [company.key_result_on(number)["value"] for number in (9, 10, 20, 90)] == [None, 0.1, 0.3, 0.3]


def test_a_retracted_check_in_does_not_stand(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.check_in("O/1", 10, score=0.1)
    company.check_in("O/1", 20, score=0.9, retracted="a slip")
    assert company.key_result_on(20)["value"] == 0.1


def test_a_check_in_before_the_first_day_or_after_the_last_counts_like_any_other(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.check_in("O/1", -3, score=0.1)
    company.check_in("O/1", 130, score=0.9)
    assert [company.key_result_on(number)["value"] for number in (-3, 130)] == [0.1, 0.9]


def test_the_latest_grade_by_the_day_that_it_speaks_of_holds_and_of_one_day_the_later_row(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.grade("O/1", 90, 0.7)
    company.grade("O/1", 90, 0.8)
    company.grade("O/1", 80, 0.2)
    assert [company.objective_on(number)["grade"] for number in (79, 80, 90)] == [None, 0.2, 0.8]


def test_a_grade_without_as_of_speaks_of_the_day_it_was_given_or_of_the_end_before_it(company: Company) -> None:
    company.objective("O", state="closed", ended_on=day(50))
    company.key_result("O/1", "score")
    company.row("grades.csv", objective="O", key_result=1, graded_on=day(70), grade=0.5)
    assert [company.objective_on(number)["grade"] for number in (49, 50)] == [None, 0.5]


# --- definitions -----------------------------------------------------------------------------------------------------


def test_of_a_definition_the_latest_day_holds_and_on_one_day_the_later_row(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "number", target=10)
    company.check_in("O/1", 0, value=6)
    for on, target in ((40, 60), (20, 30), (20, 20)):
        company.change("O/1", on, "target", target)
    assert [company.key_result_on(number)["progress"] for number in (19, 20, 40)] == [0.6, 0.3, 0.1]


def test_a_key_result_counts_from_its_first_day_and_a_check_in_before_it_from_then_on(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.key_result("O/2", "score", from_=day(20))
    company.check_in("O/1", 5, score=1)
    company.check_in("O/2", 5, score=0.5)
    assert [company.objective_on(number)["progress"] for number in (19, 20)] == [1, 0.75]
    assert [company.refs_on(number, "O") for number in (19, 20)] == [["O/1"], ["O/1", "O/2"]]


def test_a_child_of_a_key_result_counts_also_before_the_first_day_of_that_one(company: Company) -> None:
    company.objective("O", roll_up="children")
    company.key_result("O/1", "score", from_=day(50))
    company.objective("A", parent="O/1")
    company.key_result("A/1", "score")
    company.check_in("A/1", 5, score=0.5)
    assert company.objective_on(10)["progress"] == 0.5


def test_a_child_counts_before_its_own_first_day(company: Company) -> None:
    company.objective("O", roll_up="children")
    company.objective("A", first=50, parent="O")
    company.key_result("A/1", "score")
    company.check_in("A/1", 5, score=0.5)
    assert company.objective_on(5)["progress"] == 0.5


def test_a_contribution_counts_from_the_later_of_the_two_days(company: Company) -> None:
    company.objective("O")
    company.objective("P")
    for ref, since, shared_since in (("K1", 20, 30), ("K2", 40, 30)):
        company.row("key_results.csv", key_result=ref, title=ref, kind="binary", from_=day(since))
        company.row("contributions.csv", objective="O", key_result=ref, from_="")
        company.row("contributions.csv", objective="P", key_result=ref, from_=day(shared_since))
    assert [company.refs_on(number, "P") for number in (29, 30, 40)] == [[], ["K1"], ["K1", "K2"]]
    assert [company.refs_on(number, "O") for number in (19, 20, 40)] == [[], ["K1"], ["K1", "K2"]]


def test_active_from_is_the_end_of_the_draft_unless_the_first_day_is_earlier(company: Company) -> None:
    company.objective("O", first=20, active_from=day(10))
    company.objective("P", first=20, active_from=day(30))
    assert [company.objective_on(number)["state"] for number in (9, 10)] == ["draft", "active"]
    assert [company.objective_on(number, "P")["state"] for number in (19, 20)] == ["draft", "active"]


def test_a_draft_is_activated_in_changes_and_what_was_dated_before_counts(company: Company) -> None:
    company.objective("O", roll_up="children")
    company.objective("D", first=30, parent="O", state="draft")
    company.change("D", 20, "state", "active")
    company.key_result("D/1", "score")
    company.check_in("D/1", 5, score=0.5)
    assert [company.objective_on(number)["progress"] for number in (19, 20)] == [None, 0.5]


def test_a_key_result_with_a_new_home_takes_pace_and_staleness_from_it_and_counts_no_longer_for_the_old_one(company: Company) -> None:
    company.objective("O")
    company.objective("P", first=40, last=60)
    company.key_result("O/1", "score")
    company.check_in("O/1", 5, score=0.5)
    company.change("O/1", 45, "home", "P")
    assert [company.refs_on(number, "O") for number in (44, 45)] == [["O/1"], []]
    assert company.key_result_on(44)["pace"] == 0.44
    assert company.key_result_on(45, seen_from="P")["pace"] == 0.25  # 5 / 20


# --- ended -----------------------------------------------------------------------------------------------------------


def test_an_objective_that_ended_stays_as_it_was_on_its_last_day(company: Company) -> None:
    company.objective("O", state="closed", ended_on=day(30))
    company.objective("P")
    company.key_result("P/1", "score")
    company.change("P/1", 0, "counts_for+", "O")
    company.check_in("P/1", 30, score=0.1)
    company.check_in("P/1", 31, score=0.9)
    seen = company.on(60)
    assert (seen["O"]["progress"], seen["O"]["pace"], seen["O"]["status"], seen["O"]["ended_on"]) == (0.1, 0.3, "behind", day(30))
    assert seen["P"]["progress"] == 0.9
    assert company.objective_on(29)["ended_on"] is None


def test_an_end_inside_it_that_came_earlier_cuts_earlier(company: Company) -> None:
    company.objective("O", roll_up="children", state="closed", ended_on=day(50))
    company.objective("A", parent="O", state="closed", ended_on=day(20))
    company.objective("P")
    company.key_result("P/1", "score")
    company.change("P/1", 0, "counts_for+", "A")
    for on, score in ((10, 0.1), (30, 0.3), (60, 0.6)):
        company.check_in("P/1", on, score=score)
    assert [company.objective_on(number)["progress"] for number in (15, 40, 70)] == [0.1, 0.1, 0.1]
    assert [company.objective_on(number, "P")["progress"] for number in (15, 40, 70)] == [0.1, 0.3, 0.6]


def test_a_key_result_of_a_closed_home_counts_elsewhere_with_its_end_value_until_it_is_let_go(company: Company) -> None:
    company.objective("H", state="closed", ended_on=day(20))
    company.objective("O")
    company.key_result("H/1", "number")
    company.key_result("O/1", "binary")
    company.check_in("H/1", 10, value=5)
    company.change("H/1", 0, "counts_for+", "O")
    company.change("H/1", 50, "counts_for-", "O")
    assert [company.objective_on(number)["progress"] for number in (20, 49, 50)] == [0.25, 0.25, 0]
    assert company.key_result_on(49, "H/1", seen_from="O")["pace"] == 0.2  # of the home's last day


def test_a_key_result_that_was_cancelled_is_looked_at_on_that_day(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "number", cancelled_on=day(30))
    company.check_in("O/1", 30, value=5)
    seen = company.key_result_on(80)
    assert (seen["cancelled"], seen["value"], seen["pace"], seen["status"], seen["stale"]) == (True, 5, 0.3, "on track", False)


def test_ends_of_one_day_hold_for_each_other(company: Company) -> None:
    company.objective("O", roll_up="children", state="closed", ended_on=day(20))
    company.objective("A", parent="O", state="cancelled", ended_on=day(20))
    company.key_result("A/1", "score")
    company.check_in("A/1", 10, score=0.5)
    company.key_result("O/1", "score", cancelled_on=day(20))
    seen = company.objective_on(20)
    assert (seen["progress"], seen["coverage"]) == (None, None)
    assert company.objective_on(19)["progress"] == 0.5


def test_a_later_end_is_not_known_to_what_ended_before(company: Company) -> None:
    company.objective("O", roll_up="children", state="closed", ended_on=day(20))
    company.objective("A", parent="O", state="cancelled", ended_on=day(30))
    company.key_result("A/1", "score")
    company.check_in("A/1", 10, score=0.5)
    assert company.objective_on(40)["progress"] == 0.5


def test_once_reopened_an_end_is_none_on_any_day(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.check_in("O/1", 10, score=0.1)
    company.change("O", 20, "state", "closed")
    company.change("O", 30, "state", "active")
    company.check_in("O/1", 25, score=0.2)
    seen = [company.objective_on(number) for number in (19, 22, 26)]
    assert [(one["state"], one["ended_on"], one["progress"]) for one in seen] == [
        ("active", None, 0.1),
        ("active", None, 0.1),
        ("active", None, 0.2),
    ]


def test_what_was_reopened_may_end_again(company: Company) -> None:
    company.objective("O", ended_on=day(20))
    company.change("O", 30, "state", "active")
    company.change("O", 40, "state", "cancelled")
    assert [company.objective_on(number)["state"] for number in (25, 39, 40)] == ["active", "active", "cancelled"]


def test_what_ended_before_a_reopening_inside_it_still_sees_the_end(company: Company) -> None:
    company.objective("O", roll_up="children", state="closed", ended_on=day(25))
    company.objective("A", parent="O")
    company.key_result("A/1", "score")
    company.check_in("A/1", 10, score=0.1)
    company.change("A", 20, "state", "cancelled")
    company.change("A", 30, "state", "active")
    assert company.objective_on(40)["progress"] is None
    assert company.objective_on(40, "A")["progress"] == 0.1


def test_a_sum_of_a_cancelled_objective_keeps_the_feeds_that_were_its_own(company: Company) -> None:
    company.objective("O", state="cancelled", ended_on=day(20))
    company.key_result("O/1", "number", unit="EUR")
    company.key_result("O/2", "sum", unit="EUR", target=10, feeds="O/1")
    company.check_in("O/1", 10, value=5)
    assert company.objective_on(30)["progress"] == 0.5  # as it was at its end


def test_fields_of_another_measure_are_null(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "binary")
    seen = company.key_result_on(10)
    assert [seen[name] for name in ("low", "high", "mode", "feeds", "milestones", "parts")] == [None] * 6
