"""Pace and status."""

from __future__ import annotations

import pytest

from progress.domain.status import ACHIEVED, AT_RISK, BEHIND, NOT_STARTED, ON_TRACK, expected_pace, maintained_status, status_of


@pytest.mark.parametrize(("day", "pace"), [(90, 0.0), (100, 0.0), (125, 0.25), (200, 1.0), (300, 1.0)])
def test_pace_is_zero_on_the_first_day_and_one_on_the_last(day: int, pace: float) -> None:
    assert expected_pace(100, 200, day) == pace


def test_a_span_of_one_day_is_over_on_it() -> None:
    assert [expected_pace(100, 100, day) for day in (99, 100)] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("p", "pace", "status"),
    [
        (0.7, 0.8, ON_TRACK),  # 0.8 − 0.7 is a little more than 0.1 in binary
        (0.69, 0.8, BEHIND),
        (0.55, 0.8, BEHIND),
        (0.54, 0.8, AT_RISK),
        (1.0, 1.0, ACHIEVED),
        (1.4, 0.2, ACHIEVED),
        (0.0, 0.0, ON_TRACK),
        (-0.5, 0.0, AT_RISK),  # the wrong way is no progress, from the first day
    ],
)
def test_status_follows_from_the_distance_to_the_pace(p: float, pace: float, status: int) -> None:
    assert status_of(p, pace, started=True) == status


def test_what_lacks_a_hair_is_not_achieved() -> None:
    assert status_of(1.0 - 1e-12, 0.5, started=True) == ON_TRACK


def test_without_a_check_in_nothing_has_started() -> None:
    assert status_of(0.0, 0.9, started=False) == NOT_STARTED
    assert status_of(None, 0.9, started=True) == NOT_STARTED


@pytest.mark.parametrize(
    ("p", "due", "status"),
    [
        (1.0, False, ON_TRACK),
        (1.0, True, ACHIEVED),
        (0.9, False, ON_TRACK),
        (0.9, True, ON_TRACK),
        (0.89, False, BEHIND),
        (0.75, True, BEHIND),
        (0.74, False, AT_RISK),
        (0.0, False, AT_RISK),
    ],
)
def test_what_is_maintained_is_measured_against_no_calendar_but_its_due_day(p: float, due: bool, status: int) -> None:
    assert maintained_status(p, due=due, started=True) == status


@pytest.mark.parametrize("due", [False, True])
def test_what_is_maintained_has_not_started_without_a_value(due: bool) -> None:
    assert maintained_status(0.0, due=due, started=False) == NOT_STARTED
