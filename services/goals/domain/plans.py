"""A key result's plan by dates: by when how much of the way is to be reached; and the marks beside its target."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from cairn.goals.v1.events_pb2 import Plan
from chassis.days import Day, day_text
from chassis.errors import Refused, invalid
from shared.holding import require_day
from shared.limits import MOST_PLANNED

MARKS: Final = ("commit", "stretch")
"""What is promised, and what is hoped for: annotations, progress is to the target."""


def require_plan(plan: Plan, first_day: Day, due_day: Day) -> None:
    """Raises Refused (PLAN_OUTSIDE, PLAN_BACKWARDS, INVALID) unless the days rise within a span and the shares do not fall.

    `first_day` is that of the objective. Source: formulas, Pace and status.
    """
    points = plan.points
    if len(points) > MOST_PLANNED:
        raise invalid("plan", f"at most {MOST_PLANNED} days; these are {len(points)}")
    for number, point in enumerate(points):
        require_day(f"plan[{number}].day", point.day)
        if not 0.0 <= point.share <= 1.0:
            raise invalid(f"plan[{number}].share", f"a share lies from 0 to 1; this is {point.share}")
        if not first_day < point.day < due_day:
            span = f"after {day_text(first_day)}, the first day, and before {day_text(due_day)}, the due day"
            raise invalid(f"plan[{number}].day", f"{day_text(point.day)} is outside of the plan: a day of it lies {span}", "PLAN_OUTSIDE")
    for number, (before, after) in enumerate(pairwise(points), start=1):
        if after.day <= before.day:
            told = f"{day_text(after.day)} does not come after {day_text(before.day)}; the days of a plan rise"
            raise invalid(f"plan[{number}].day", told, "PLAN_BACKWARDS")
        if after.share < before.share:
            told = f"{after.share:g} is less than {before.share:g} before it; the shares of a plan do not fall"
            raise invalid(f"plan[{number}].share", told, "PLAN_BACKWARDS")


def require_due_after(plan: Plan, due_day: Day) -> None:
    """Raises Refused (PLAN_OUTSIDE) for a due day on or before the last day of the plan."""
    if plan.points and due_day <= plan.points[-1].day:
        raise due_within_plan(plan.points[-1].day, due_day)


def due_within_plan(last_planned: Day, due_day: Day) -> Refused:
    """The refusal of a due day that a plan goes beyond."""
    told = f"{day_text(due_day)} does not come after {day_text(last_planned)}, the last day of the plan; move that first, or in one with it"
    return invalid("due_day", told, "PLAN_OUTSIDE")
