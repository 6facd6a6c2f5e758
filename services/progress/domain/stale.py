"""Whether nothing was heard for too long. Source: formulas, Pace and status: Stale."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Final

from chassis.days import Day, date_of, day_of

_DAYS: Final = {"weekly": 14, "two-weekly": 28}
_MONTHS: Final = {"monthly": 2, "quarterly": 6}


def goes_stale_after(heard_on: Day, cadence: str) -> Day | None:
    """The last day on which what was heard on a day is fresh: two cadences later. None: it never goes stale.

    Two months and half a year end on the same day of their month, or on that month's last.
    """
    if (days := _DAYS.get(cadence)) is not None:
        return heard_on + days
    if (months := _MONTHS.get(cadence)) is not None:
        return _months_after(heard_on, months)
    return None


def oldest_fresh(today: Day, cadence: str) -> Day | None:
    """The earliest day of which what was heard on it is fresh today. None: any is."""
    if (days := _DAYS.get(cadence)) is not None:
        return today - days
    if (months := _MONTHS.get(cadence)) is not None:
        day = today - 31 * months - 3  # no two months are longer; the days rise with those that they are two cadences before
        while (fresh_until := goes_stale_after(day, cadence)) is not None and fresh_until < today:
            day += 1
        return day
    return None


def _months_after(day: Day, months: int) -> Day | None:
    on = date_of(day)
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    if year > date.max.year:
        return None
    return day_of(date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1])))
