"""Status and staleness (formulas.md, Pace and status)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from fractions import Fraction

from tests.reckoning import pace
from tests.reckoning.checkins import newest, status_said_on
from tests.reckoning.measures import Measured
from tests.reckoning.organisation import Cadence, KeyResult, Organisation
from tests.reckoning.shown import EPSILON


def by_distance(organisation: Organisation, behind_by: Fraction, day: date) -> str:
    """d ≤ bound 1 on track, ≤ bound 2 behind, else at risk; the bounds are decimal, compared with an epsilon of 1e-9."""
    on_track, behind = organisation.settings.bounds.on(day)
    if behind_by <= on_track + EPSILON:
        return "on track"
    return "behind" if behind_by <= behind + EPSILON else "at risk"


def of_progress(organisation: Organisation, progress: Fraction, expected: Fraction, day: date) -> str:
    """p ≥ 1: achieved, exactly; else by d = E − p."""
    return "achieved" if progress >= 1 else by_distance(organisation, expected - progress, day)


def of_key_result(organisation: Organisation, key_result: KeyResult, measured: Measured, day: date) -> str:
    """What was said by hand stands; no check-in: not started; a baseline is on track without a number; d uses raw p.

    It stands also where its check-in gives no value, being the part of somebody who is no owner any more.
    """
    said = status_said_on(key_result, day)
    if said is not None:
        return said
    if not measured.is_started:
        return "not started"
    if measured.progress is None:
        return "on track"
    if measured.measure == "maintain":
        return _of_maintained(organisation, key_result, measured.progress, day)
    return of_progress(organisation, measured.progress, pace.of_key_result(organisation, key_result, day), day)


def _of_maintained(organisation: Organisation, key_result: KeyResult, progress: Fraction, day: date) -> str:
    """Row maintain, status: no calendar; met is on track before its due day, achieved from that day on; not met: d = 1 − p."""
    if progress < 1:
        return by_distance(organisation, 1 - progress, day)
    return "achieved" if day >= pace.due_day(organisation, key_result, day) else "on track"


def of_objective(organisation: Organisation, progress: Fraction | None, coverage: Fraction | None, expected: Fraction, day: date) -> str:
    """By its clamped number; without a number, or with coverage 0 or `null`: not started (row no key result that counts)."""
    if progress is None or not coverage:
        return "not started"
    return of_progress(organisation, progress, expected, day)


def is_stale(organisation: Organisation, key_result: KeyResult, today: date) -> bool:
    """Today − the newest standing `as_of` (none: the home's first day) > two cadences of the home's cycle, else the tenant's.

    A sum never is. It begins at a key result's `from` (Small print), where there is one.
    """
    home = organisation.objectives[key_result.home.on(today)]
    cadence = organisation.cycles[home.cycle].cadence or organisation.settings.cadence.on(today)
    last = newest(key_result, today)
    heard_on = max(last.as_of if last else home.first_day, key_result.first_day)
    still_fresh = two_cadences_after(heard_on, cadence)
    return key_result.defined_as != "sum" and still_fresh is not None and today > still_fresh


def two_cadences_after(day: date, cadence: Cadence) -> date | None:
    """Weekly 7, two-weekly 14 days; monthly, quarterly: the same day two, six months on, or that month's last; none: never."""
    match cadence:
        case "weekly":
            return day + timedelta(days=14)
        case "two-weekly":
            return day + timedelta(days=28)
        case "monthly":
            return months_after(day, 2)
        case "quarterly":
            return months_after(day, 6)
        case "none":
            return None


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
