"""Days and instants: a day is somewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from chassis.calls import Identity
from chassis.days import EPOCH, beginning_in, date_of, day_in, day_of, is_zone, may_lie_ahead, microseconds_of
from chassis.ids import new_id

NOON = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time_zone", "instant", "day"),
    [
        ("UTC", NOON, date(2026, 3, 31)),
        ("Pacific/Kiritimati", NOON, date(2026, 4, 1)),
        ("Pacific/Honolulu", NOON.replace(hour=9), date(2026, 3, 30)),
        ("Europe/Zurich", datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),  # winter time, until the next night
        ("Europe/Zurich", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),  # summer time
        ("Asia/Kolkata", datetime(1969, 12, 31, 18, 30, tzinfo=UTC), date(1970, 1, 1)),
    ],
)
def test_the_day_of_an_instant_is_that_of_the_zone(time_zone: str, instant: datetime, day: date) -> None:
    assert day_in(time_zone, instant) == day_of(day)
    assert Identity(new_id(), new_id(), frozenset(), time_zone=time_zone).day_at(instant) == day_of(day)


@pytest.mark.parametrize("time_zone", ["Nowhere/At_All", "America", "../zone", "", "\x00"])
def test_days_of_a_zone_that_is_not_known_here_are_those_of_utc_and_that_is_said(time_zone: str) -> None:
    with capture_logs() as said:
        assert day_in(time_zone, NOON) == day_in("UTC", NOON)
        assert beginning_in(time_zone, day_of(NOON.date())) == beginning_in("UTC", day_of(NOON.date()))
    assert not is_zone(time_zone)
    assert [(line["event"], line["time_zone"]) for line in said] == [("days.time_zone_unknown", time_zone)]


def test_an_instant_is_no_day() -> None:
    with pytest.raises(TypeError, match="is an instant"):
        day_of(NOON)


BEGINNINGS = [
    ("UTC", "2026-03-31", "2026-03-31T00:00Z"),
    ("Pacific/Kiritimati", "2026-03-31", "2026-03-30T10:00Z"),
    ("Pacific/Pago_Pago", "2026-03-31", "2026-03-31T11:00Z"),
    ("Europe/Zurich", "2026-03-29", "2026-03-28T23:00Z"),  # clocks are put forward on this day
    ("Europe/Zurich", "2026-03-30", "2026-03-29T22:00Z"),
    ("America/Santiago", "2019-09-08", "2019-09-08T04:00Z"),  # put forward at midnight: the day begins at one
    ("America/Havana", "2018-11-04", "2018-11-04T04:00Z"),  # put back at one: midnight comes twice
    ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z"),  # a day that was left out begins and ends when the next one begins
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z"),
    ("Asia/Tokyo", "0001-01-01", "0001-01-01T00:00Z"),  # it began in the year 0
]


@pytest.mark.parametrize(("time_zone", "day", "begins"), BEGINNINGS)
def test_a_day_begins_with_its_first_instant_in_the_zone(time_zone: str, day: str, begins: str) -> None:
    caller = Identity(new_id(), new_id(), frozenset(), time_zone=time_zone)
    beginning = caller.beginning_of(day_of(date.fromisoformat(day)))
    assert (beginning, beginning.tzinfo) == (datetime.fromisoformat(begins), UTC)


def test_the_last_day_ends_with_the_last_instant() -> None:
    assert beginning_in("UTC", day_of(date.max) + 1) == datetime.max.replace(tzinfo=UTC)


ZONES = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Zurich", "America/Santiago", "America/Havana", "Asia/Kathmandu"]


@given(st.sampled_from(ZONES), st.dates(date(1971, 1, 1), date(2037, 12, 31)))
def test_it_is_that_day_from_its_beginning_on_and_not_before(time_zone: str, day: date) -> None:
    number = day_of(day)
    beginning = beginning_in(time_zone, number)
    assert day_in(time_zone, beginning) == number
    assert day_in(time_zone, beginning - timedelta(microseconds=1)) == number - 1
    assert date_of(number) == day
    assert may_lie_ahead(number, microseconds_of(beginning) - 1)


def test_a_day_that_has_begun_everywhere_lies_ahead_nowhere() -> None:
    noon = microseconds_of(NOON.replace(minute=0))
    today = (NOON.date() - EPOCH).days
    assert may_lie_ahead(today, noon - 1)
    assert not may_lie_ahead(today, noon)
