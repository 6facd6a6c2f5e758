"""Days and instants as they cross a process border, and back. Pure: the time itself is `chassis.runtime.clock`'s business."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)
_EPOCH_ORDINAL = EPOCH.toordinal()
EPOCH_INSTANT: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_A_DAY: Final = 86_400_000_000

Day = int
"""Days since 1970-01-01: how a day crosses a process border."""

FIRST_DAY: Final[Day] = -719_162
"""0001-01-01: as the day from which on something holds, since ever."""

Microseconds = int
"""Microseconds since 1970-01-01T00:00Z: how an instant stands in a recorded event."""


def day_of(value: date | datetime) -> Day:
    """The day of a date, or of an instant in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.toordinal() - _EPOCH_ORDINAL


@lru_cache(maxsize=1_000)
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)


def day_in(time_zone: str, instant: datetime) -> Day:
    """The day that it is in a time zone, an IANA name, at an instant.

    Raises ZoneInfoNotFoundError when there is no such zone.
    """
    return instant.astimezone(_zone(time_zone)).toordinal() - _EPOCH_ORDINAL


def day_at(instant: Microseconds) -> Day:
    """The day, in UTC, of an instant of a recorded event."""
    return instant // MICROSECONDS_A_DAY


def date_of(day: Day) -> date:
    """The date that a day number stands for.

    Raises OverflowError outside the years 1 to 9999.
    """
    return EPOCH + timedelta(days=day)


def day_text(day: Day) -> str:
    """The day as people write it: "2026-11-22"; of a number outside the years 1 to 9999, the number."""
    try:
        return date_of(day).isoformat()
    except OverflowError:
        return f"day {day}"


def microseconds_of(instant: datetime) -> Microseconds:
    """Microseconds since 1970 of an instant that knows its zone, exactly."""
    return (instant - EPOCH_INSTANT) // _MICROSECOND


def instant_of(microseconds: Microseconds) -> datetime:
    """The instant, in UTC, that a number of microseconds since 1970 stands for."""
    return EPOCH_INSTANT + timedelta(microseconds=microseconds)
