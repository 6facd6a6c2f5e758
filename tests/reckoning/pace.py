"""The expected pace E (formulas.md, Pace and status, first point)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tests.reckoning.moments import home_of
from tests.reckoning.organisation import KeyResult, Objective, Organisation

Point = tuple[Fraction, Fraction]


def share_of_the_span(first: date, last: date, day: date) -> Fraction:
    """Days since the start / (last − first): 0 on the first day and before, 1 on the last (also where it is the first) and after."""
    if day >= last:
        return Fraction(1)
    if day <= first:
        return Fraction(0)
    return Fraction((day - first).days, (last - first).days)


def on_lines_through(points: Sequence[Point], at: Fraction) -> Fraction:
    """The height of straight lines through points, the first of which is not right of `at`, and the last not left of it."""
    for (left, low), (right, high) in pairwise(points):
        if left <= at <= right:
            return low + (high - low) * (at - left) / (right - left)
    raise AssertionError(f"{at} lies outside of {points}")


def by_default(curve: Sequence[Fraction], first: date, last: date, day: date) -> Fraction:
    """The tenant's default pace: straight, or one curve for all, a list of shares at equal steps of the span, both ends included."""
    share = share_of_the_span(first, last, day)
    if share in {0, 1}:
        return share
    steps = len(curve) - 1
    return on_lines_through([(Fraction(step, steps), height) for step, height in enumerate(curve)], share)


def by_plan(plan: Sequence[tuple[date, Fraction]], first: date, due: date, day: date) -> Fraction:
    """A plan by dates replaces it: straight lines through (start, 0), its points, (due, 1)."""
    if share_of_the_span(first, due, day) in {0, 1}:
        return share_of_the_span(first, due, day)
    points = [(first, Fraction(0)), *plan, (due, Fraction(1))]
    return on_lines_through([(Fraction(point.toordinal()), share) for point, share in points], Fraction(day.toordinal()))


def of_objective(organisation: Organisation, objective: Objective, day: date) -> Fraction:
    """An objective's pace is its own span's."""
    return by_default(organisation.settings.default_pace.on(day), objective.first_day, objective.due.on(day), day)


def due_day(organisation: Organisation, key_result: KeyResult, day: date) -> date:
    """A key result's own due day, else its home's."""
    return key_result.due.on(day) or home_of(organisation, key_result, day).due.on(day)


def of_key_result(organisation: Organisation, key_result: KeyResult, day: date) -> Fraction:
    """From its home's first day to its own due day (else the home's), wherever it is shown."""
    first, due = home_of(organisation, key_result, day).first_day, due_day(organisation, key_result, day)
    plan = key_result.plan.on(day)
    if plan:
        return by_plan(plan, first, due, day)
    return by_default(organisation.settings.default_pace.on(day), first, due, day)
