"""Whether nothing was heard for too long. Source: formulas, Pace and status: Stale."""

from __future__ import annotations

from typing import Final

from chassis.days import Day
from progress.domain.cadences import days_after, longest

_CADENCES: Final = 2


def goes_stale_after(heard_on: Day, cadence: str) -> Day | None:
    """The last day on which what was heard on a day is fresh: two cadences later. None: it never goes stale.

    Two months and half a year end on the same day of their month, or on that month's last.
    """
    return days_after(heard_on, cadence, _CADENCES)


def oldest_fresh(today: Day, cadence: str) -> Day | None:
    """The earliest day of which what was heard on it is fresh today. None: any is."""
    if (most_days := longest(cadence)) is None:
        return None
    day = today - most_days * _CADENCES
    while (fresh_until := goes_stale_after(day, cadence)) is not None and fresh_until < today:
        day += 1  # the days rise with those that they are two cadences before
    return day
