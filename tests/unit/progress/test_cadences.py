"""Cadence periods of a cycle (formulas, Others: Participation)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.days import day_of
from progress.domain.cadences import MOST_PERIODS, Period, period_of, periods
from shared.settings import CADENCES

CADENCE = st.sampled_from([cadence for cadence in CADENCES if cadence != "none"])
DAYS = st.integers(15_000, 25_000)
SPANS = st.integers(0, 1_000)


def on(text: str) -> int:
    return day_of(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("cadence", "first_days"),
    [
        ("weekly", ["2026-01-31", "2026-02-07", "2026-02-14"]),
        ("two-weekly", ["2026-01-31", "2026-02-14", "2026-02-28"]),
        ("monthly", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("quarterly", ["2026-01-31", "2026-04-30", "2026-07-31"]),
    ],
)
def test_periods_are_counted_from_the_first_day_of_the_cycle(cadence: str, first_days: list[str]) -> None:
    found = periods(on("2026-01-31"), on("2026-12-31"), cadence, on("2026-12-31"))
    assert [period.first_day for period in found[:3]] == [on(text) for text in first_days]


def test_where_no_check_in_is_ever_due_there_are_no_periods() -> None:
    assert periods(20_000, 20_090, "none", 20_090) == []
    assert period_of(20_001, 20_000, 20_090, "none") is None


@given(DAYS, SPANS, CADENCE, st.integers(-100, 1_100))
def test_the_periods_that_have_begun_follow_each_other_from_the_first_day_to_today_or_the_last(
    first_day: int, span: int, cadence: str, later: int
) -> None:
    last_day, today = first_day + span, first_day + later
    found = periods(first_day, last_day, cadence, today)
    days = [day for period in found for day in range(period.first_day, period.last_day + 1)]
    assert days == list(range(first_day, found[-1].last_day + 1) if found else ())
    assert bool(found) == (today >= first_day)
    if found:
        assert found[-1].last_day <= last_day
        assert found[-1].first_day <= min(today, last_day) <= found[-1].last_day


@given(DAYS, SPANS, CADENCE, st.integers(0, 1_000))
def test_a_day_of_the_cycle_lies_in_the_newest_period_of_that_day(first_day: int, span: int, cadence: str, later: int) -> None:
    day, last_day = first_day + later, first_day + span
    found = period_of(day, first_day, last_day, cadence)
    assert (found is None) == (day > last_day)
    if found is not None:
        assert found.first_day <= day <= found.last_day
        assert found == periods(first_day, last_day, cadence, last_day)[len(periods(first_day, last_day, cadence, day)) - 1]


def test_of_a_cycle_of_centuries_the_newest_periods_are_told() -> None:
    first_day, last_day = on("0001-01-01"), on("9999-12-31")
    for cadence in ("weekly", "monthly", "quarterly"):
        found = periods(first_day, last_day, cadence, last_day)
        assert (len(found), found[-1].last_day) == (MOST_PERIODS, last_day)
    assert periods(first_day, last_day, "weekly", first_day + 8) == [
        Period(first_day, first_day + 6),
        Period(first_day + 7, first_day + 13),
    ]
