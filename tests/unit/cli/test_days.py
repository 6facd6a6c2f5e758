"""Days and instants as people say them, in their own time zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from cli import days

EVENING = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)  # a Wednesday; in Zurich it is Thursday


@pytest.fixture(params=["UTC", "Europe/Zurich"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    monkeypatch.setattr(days, "now", lambda: EVENING.astimezone())
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("said", "in_utc", "in_zurich"),
    [
        ("today", "2026-03-18", "2026-03-19"),
        ("Yesterday", "2026-03-17", "2026-03-18"),
        ("tomorrow", "2026-03-19", "2026-03-20"),
        ("7d", "2026-03-11", "2026-03-12"),
        ("2w", "2026-03-04", "2026-03-05"),
        ("monday", "2026-03-16", "2026-03-16"),
        ("wednesday", "2026-03-18", "2026-03-18"),
        ("thursday", "2026-03-12", "2026-03-19"),
        ("2026-02-28", "2026-02-28", "2026-02-28"),
    ],
)
def test_a_day_is_the_readers(zone: str, said: str, in_utc: str, in_zurich: str) -> None:
    assert days.day_said(said) == date.fromisoformat(in_utc if zone == "UTC" else in_zurich)


@pytest.mark.parametrize("said", ["", "soon", "2026-02-30", "7", "-1d", "12h", "20260318", "99999d", "2026-3-1"])
def test_what_is_no_day(said: str) -> None:
    assert days.day_said(said) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("2026-02-30", "2026-02-30 is not in the calendar"),
        ("01.07.2026", "a day is said from the year on: 2026-07-01 instead of 01.07.2026"),
        ("31.02.2026", "31.02.2026 is not in the calendar"),
        ("soon", f"'soon' is not a day; say {days.DAYS_SAID}"),
    ],
)
def test_of_what_is_no_day_is_said_what_would_be_one(said: str, told: str) -> None:
    assert days.no_day(said) == told


@pytest.mark.parametrize(
    ("said", "instant"),
    [("now", "2026-03-18T23:30:00Z"), ("12h", "2026-03-18T11:30:00Z"), ("2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00Z")],
)
@pytest.mark.usefixtures("zone")
def test_an_instant(said: str, instant: str) -> None:
    assert days.instant_said(said) == datetime.fromisoformat(instant)


def test_an_instant_without_a_zone_is_the_readers(zone: str) -> None:
    hour = 10 if zone == "UTC" else 9
    assert days.instant_said("2026-03-01T10:00:00") == datetime(2026, 3, 1, hour, tzinfo=UTC)


def test_an_instant_is_shown_as_the_readers_clock_showed_it(zone: str) -> None:
    there = "2026-01-01 00:00:03+00:00" if zone == "UTC" else "2026-01-01 01:00:03+01:00"
    assert days.shown("2026-01-01T00:00:03.123456Z") == there
    assert days.shown(None) == ""
