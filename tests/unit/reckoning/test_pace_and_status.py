"""Formulas.md, Pace and status."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.reckoning.shown import six_digits
from tests.reckoning.status import months_after
from tests.unit.reckoning.company import FIRST_DAY, Company, day

# --- pace ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "pace"), [(-5, 0), (0, 0), (1, 0.01), (50, 0.5), (99, 0.99), (100, 1), (120, 1)])
def test_the_pace_is_0_on_the_first_day_and_before_and_1_on_the_last_and_after(company: Company, on: int, pace: float) -> None:
    company.objective("O")
    assert company.objective_on(on)["pace"] == pace


def test_the_pace_is_1_where_the_last_day_is_the_first(company: Company) -> None:
    company.objective("O", first=10, last=10)
    assert [company.objective_on(number)["pace"] for number in (9, 10)] == [0, 1]


def test_a_key_results_pace_runs_to_its_own_due_day_wherever_it_is_shown(company: Company) -> None:
    company.objective("O")
    company.objective("P", first=20, last=40)
    company.key_result("O/1", "binary", due=day(50))
    company.change("O/1", 0, "counts_for+", "P")
    assert company.key_result_on(25)["pace"] == 0.5
    assert company.key_result_on(25, seen_from="P")["pace"] == 0.5
    company.change("O/1", 25, "due", "")
    assert company.key_result_on(25)["pace"] == 0.25  # the home's due day


def test_a_due_day_of_an_objective_that_was_taken_away_is_the_cycles_last_day(company: Company) -> None:
    company.row("cycles.csv", cycle="Q", kind="custom", first_day=day(0), last_day=day(200))
    company.objective("O")
    company.change("O", 50, "due", day(80))
    company.change("O", 60, "due", "")
    assert company.objective_on(40)["pace"] == 0.4
    assert company.objective_on(50)["pace"] == 0.625  # 50 / 80
    assert company.objective_on(60)["pace"] == 0.3  # 60 / 200


def test_a_plan_by_dates_is_straight_lines_through_its_points(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "binary", plan=f"{day(20)}:0.6;{day(60)}:0.7")
    seen = [company.key_result_on(number)["pace"] for number in (0, 10, 20, 40, 80, 100)]
    assert seen == [0, 0.3, 0.6, 0.65, 0.85, 1]
    assert company.objective_on(10)["pace"] == 0.1  # an objective's is its own span's


def test_the_default_pace_may_be_a_curve_for_all(company: Company) -> None:
    company.setting("default_pace", "0;0.8;1")
    company.setting("default_pace", "straight", day=day(80))
    company.objective("O")
    company.key_result("O/1", "binary", due=day(50))
    assert company.objective_on(25)["pace"] == 0.4  # half of the way to 0.8 at the middle
    assert company.key_result_on(25)["pace"] == 0.8
    assert company.objective_on(75)["pace"] == 0.9
    assert company.objective_on(80)["pace"] == 0.8  # straight since then


# --- status ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "status"),
    [(20, "on track"), (30, "on track"), (31, "behind"), (45, "behind"), (46, "at risk")],
)
def test_the_status_is_by_the_distance_to_the_pace_bounds_included(company: Company, on: int, status: str) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.check_in("O/1", 0, score=0.2)
    assert company.key_result_on(on)["status"] == status  # d = 0, 0.10, 0.11, 0.25, 0.26
    assert company.objective_on(on)["status"] == status


def test_the_bounds_are_the_tenants_of_that_day(company: Company) -> None:
    company.setting("bounds", "0.05;0.1")
    company.setting("bounds", "0.5;0.6", day=day(50))
    company.objective("O")
    company.key_result("O/1", "score")
    company.check_in("O/1", 0, score=0.2)
    assert company.objective_on(49)["status"] == "at risk"
    assert company.objective_on(50)["status"] == "on track"


def test_achieved_is_exact_and_of_the_raw_progress(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "number", start=0, target=10_000_000)
    company.check_in("O/1", 10, value="9999999.9")
    seen = company.key_result_on(10)
    assert (seen["status"], seen["progress"]) == ("on track", 0.999999)
    company.check_in("O/1", 11, value=10_000_000)
    assert company.key_result_on(11)["status"] == "achieved"


def test_a_key_result_is_behind_by_its_raw_progress_and_an_objective_by_its_clamped_one(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "number")
    company.check_in("O/1", 5, value=-3)
    assert company.key_result_on(5)["status"] == "at risk"  # d = 0.05 + 0.3
    assert company.objective_on(5)["status"] == "on track"  # d = 0.05 - 0


def test_a_status_said_by_hand_stands_until_the_next_check_in_by_the_day_it_is_true_of(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "score")
    company.check_in("O/1", 20, score=0.5, status="at_risk")
    company.check_in("O/1", 10, score=0.5)  # recorded later, true earlier
    assert company.key_result_on(30)["status"] == "at risk"
    assert company.objective_on(30)["status"] == "on track"  # an objective's is never said by hand
    company.check_in("O/1", 31, score=0.5)
    assert company.key_result_on(31)["status"] == "on track"


# --- stale -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cadence", "last_fresh"), [("weekly", 14), ("two-weekly", 28), ("monthly", 59), ("quarterly", 181)])
def test_stale_is_more_than_two_cadences_without_a_check_in(company: Company, cadence: str, last_fresh: int) -> None:
    company.setting("cadence", cadence)
    company.objective("O", last=300)
    company.key_result("O/1", "binary")
    # From the first of January: the first of March is 59 days on, the first of July 181.
    assert [company.objective_on(number)["stale"] for number in (last_fresh, last_fresh + 1)] == [False, True]


def test_the_cadence_of_the_homes_cycle_goes_before_the_tenants_and_none_is_never_stale(company: Company) -> None:
    company.row("cycles.csv", cycle="Q", kind="custom", first_day=day(0), last_day=day(100), cadence="none")
    company.objective("O")
    company.key_result("O/1", "binary")
    assert company.key_result_on(100)["stale"] is False


def test_the_same_day_some_months_on_is_the_last_of_a_shorter_month() -> None:
    assert months_after(FIRST_DAY.replace(month=12, day=31), 2).isoformat() == "2026-02-28"


def test_an_objective_is_stale_if_any_key_result_that_counts_is(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "binary")
    company.key_result("O/2", "baseline", unit="EUR")
    company.check_in("O/1", 20, score=1)
    seen = company.objective_on(34)
    assert (seen["stale"], [one["stale"] for one in seen["key_results"]]) == (False, [False, True])
    assert company.objective_on(35)["stale"] is True


def test_staleness_begins_on_the_first_day_of_a_key_result_that_was_added(company: Company) -> None:
    company.objective("O")
    company.key_result("O/1", "binary", from_=day(30))
    assert [company.objective_on(number)["stale"] for number in (44, 45)] == [False, True]


def test_nothing_seen_in_what_has_ended_is_stale(company: Company) -> None:
    company.objective("O", state="closed", ended_on=day(50))
    company.objective("P")
    company.key_result("O/1", "binary")
    company.key_result("P/1", "binary")
    company.change("P/1", 0, "counts_for+", "O")
    assert company.objective_on(49)["stale"] is True
    seen = company.on(60)
    assert (seen["O"]["stale"], [one["stale"] for one in seen["O"]["key_results"]]) == (False, [False, False])
    assert seen["P"]["key_results"][0]["stale"] is True


# --- shown -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (Fraction(1, 3), 0.333333), (Fraction("0.0000005"), 0.000001), (Fraction("0.00000001"), 0.000001), (Fraction(0), 0),
        (Fraction("0.9999999"), 0.999999), (Fraction(1), 1), (Fraction("1.0000001"), 1), (Fraction("-0.9999999"), -0.999999),
        (Fraction("-0.0000005"), -0.000001), (Fraction("0.1234565"), 0.123457), (None, None),
    ],
)  # fmt: skip
def test_json_has_six_digits_half_up_by_magnitude_and_crosses_neither_1_nor_0(figure: Fraction | None, shown: float | None) -> None:
    assert six_digits(figure) == shown
