"""How often something is heard: cadences, counted from a day. Source: formulas, Pace and status; Others."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Final, NamedTuple

from chassis.days import Day, date_of, day_of

_DAYS: Final = {"weekly": 7, "two-weekly": 14}
_MONTHS: Final = {"monthly": 1, "quarterly": 3}

MOST_PERIODS: Final = 600
"""Of a cycle that are told: eleven years of weeks."""


class Period(NamedTuple):
    """The days in which a check-in is due, both included."""

    first_day: Day
    last_day: Day


def days_after(day: Day, cadence: str, number: int) -> Day | None:
    """The day so many cadences later; of months the same day, or that month's last. None: there is none, or no cadence."""
    if (days := _DAYS.get(cadence)) is not None:
        return day + days * number
    if (months := _MONTHS.get(cadence)) is not None:
        return _months_after(day, months * number)
    return None


def longest(cadence: str) -> int | None:
    """The most days that a cadence has; None: it is none."""
    months = _MONTHS.get(cadence)
    return _DAYS.get(cadence) if months is None else 31 * months


def periods(first_day: Day, last_day: Day, cadence: str, today: Day) -> list[Period]:
    """The cadence periods of a cycle that have begun by today: counted from its first day, the last one cut at its last.

    Of very many the newest. None where no check-in is ever due.
    """
    most_days, until = longest(cadence), min(today, last_day)
    if most_days is None:
        return []
    found: list[Period] = []
    number = max(0, (until - first_day) // most_days - MOST_PERIODS)  # at least so many are over
    first = days_after(first_day, cadence, number)
    while first is not None and first <= until:
        number += 1
        following = days_after(first_day, cadence, number)
        found.append(Period(first, last_day if following is None else min(following - 1, last_day)))
        first = following
    return found[-MOST_PERIODS:]


def period_of(day: Day, first_day: Day, last_day: Day, cadence: str) -> Period | None:
    """The period of a cycle in which a day lies; None: it lies in none."""
    begun = periods(first_day, last_day, cadence, day) if first_day <= day <= last_day else ()
    return begun[-1] if begun else None


def _months_after(day: Day, months: int) -> Day | None:
    on = date_of(day)
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    if year > date.max.year:
        return None
    return day_of(date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1])))
