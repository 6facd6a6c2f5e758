"""Days and instants: a day is somewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfoNotFoundError

import pytest

from chassis.calls import Identity
from chassis.days import day_in, day_of
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


def test_there_is_no_day_in_a_zone_that_does_not_exist() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        day_in("Mars/Olympus", NOON)
