"""Days and instants as they cross a process border, and back. Pure: the time itself is `chassis.runtime.clock`'s business."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH = date(1970, 1, 1)
_EPOCH_ORDINAL = EPOCH.toordinal()
EPOCH_INSTANT: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_A_DAY: Final = 86_400_000_000

Day = int
"""Days since 1970-01-01: how a day crosses a process border."""

FIRST_DAY: Final[Day] = -719_162
"""0001-01-01: as the day from which on something holds, since ever."""

Microseconds = int
"""Microseconds since 1970-01-01T00:00Z: how an instant stands in a recorded event."""

LATEST_BEGINNING: Final[Microseconds] = MICROSECONDS_A_DAY // 2
"""After midnight in UTC: when the last place on earth, twelve hours behind it, begins a day."""


def day_of(value: date) -> Day:
    """The number of a day.

    Raises TypeError for an instant: which day that is, depends on where (`day_in`).
    """
    if isinstance(value, datetime):
        raise TypeError(f"{value} is an instant; its day is that of a time zone")
    return value.toordinal() - _EPOCH_ORDINAL


@lru_cache(maxsize=1_000)
def is_zone(time_zone: str) -> bool:
    """Whether a name is that of a time zone that this machine knows, an IANA name."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last two: what is no name of a file, or the name of a folder
        return False
    return True


@lru_cache(maxsize=1_000)
def _zone(time_zone: str) -> ZoneInfo:
    if is_zone(time_zone):
        return ZoneInfo(time_zone)
    from structlog import get_logger  # noqa: PLC0415 - a fifth of the start of the command line, which never comes here

    get_logger().error("days.time_zone_unknown", time_zone=time_zone, days_of="UTC")  # once a process: it is remembered
    return ZoneInfo("UTC")


def day_in(time_zone: str, instant: datetime) -> Day:
    """The day that it is in a time zone, an IANA name, at an instant.

    In a zone that this machine does not know, as it may be where another one had newer tables of them, days are those of UTC, and the
    process's log says so: whoever sets a zone asks `is_zone`.
    """
    return instant.astimezone(_zone(time_zone)).toordinal() - _EPOCH_ORDINAL


def beginning_in(time_zone: str, day: Day) -> datetime:
    """The instant, in UTC, at which a day begins in a time zone, an IANA name: where its midnight is left out, when clocks are put forward;
    where it comes twice, the first time.

    A zone that this machine does not know is UTC, as for `day_in`. What lies outside the years 1 to 9999 is the first or the last instant
    in them.
    """
    try:
        return datetime.combine(date_of(day), time(tzinfo=_zone(time_zone))).astimezone(UTC)
    except OverflowError:
        return FIRST_INSTANT if day < 0 else LAST_INSTANT


def may_lie_ahead(day: Day, instant: Microseconds) -> bool:
    """Whether there may be a place where a day has not begun yet at an instant."""
    return day * MICROSECONDS_A_DAY + LATEST_BEGINNING > instant


def utc_day_of_old_event(recorded_at: Microseconds) -> Day:
    """The day, in UTC, on which an event was recorded: from it on that holds which names no day, as events did not before `holds_from`.

    For those alone: they keep the meaning that they had, when there were no days but UTC's.
    """
    return recorded_at // MICROSECONDS_A_DAY


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
