"""What a value must be, before anyone asks what it means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from chassis.days import Day, day_text
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from shared.limits import LARGEST_NUMBER, LARGEST_WEIGHT
from shared.texts import require_text


def require_reason(reason: str) -> None:
    """Raises Refused (INVALID) unless `reason` says something."""
    require_text("reason", reason, 1000)
    if not reason.strip():
        raise invalid("reason", "say why; it stands in the history")


def changed_meanwhile(what_is_done: str) -> Refused:
    """The refusal (CONTENTION) of a decision that rests on what somebody changes at the same moment."""
    return Refused("CONTENTION", f"{what_is_done} at the same moment; send the request again", kind=Kind.BUSY)


_NAMED_AT_MOST: Final = 20


def named_at_most(things: Sequence[str]) -> list[str]:
    """The first of what stands in the way of a command, and how many more there are."""
    more = len(things) - _NAMED_AT_MOST
    return [*things[:_NAMED_AT_MOST], *([f"{more} more"] if more > 0 else [])]


def within(day: Day, first_day: Day, last_day: Day) -> Day:
    """The day of a span that is nearest to a day."""
    return min(max(day, first_day), last_day)


LONGEST_TITLE: Final = 500


def require_title(field: str, title: str) -> None:
    """Raises Refused (INVALID) unless `title` says something."""
    require_text(field, title, LONGEST_TITLE)
    if not title.strip():
        raise invalid(field, "must not be blank")


def require_measurable(field: str, number: float) -> None:
    """Raises Refused (INVALID) for NaN, the infinities, and what is so large that progress could not be computed from it."""
    if not (math.isfinite(number) and abs(number) <= LARGEST_NUMBER):
        raise invalid(field, f"{number} cannot be measured; a number lies between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}")


def require_weight(field: str, weight: float) -> None:
    """Raises Refused (INVALID) unless `weight` is a number from 0, and small enough to be added up."""
    if not 0 <= weight <= LARGEST_WEIGHT:
        raise invalid(field, f"a weight is a number from 0 to {LARGEST_WEIGHT:g}; this is {weight}")


def distinct_people(field: str, person_ids: Iterable[Id], at_most: int = 100) -> list[Id]:
    """The people, each once, in their order. Raises Refused (INVALID) for what is no id, or for too many."""
    people = list(dict.fromkeys(person_ids))
    for person_id in people:
        require_id(field, person_id)
    if len(people) > at_most:
        raise invalid(field, f"at most {at_most} people; these are {len(people)}")
    return people


def distinct_labels(field: str, labels: Sequence[str]) -> list[str]:
    """The labels, each once, in their order. Raises Refused (INVALID) for a blank or overlong one, or for more than 50."""
    once = list(dict.fromkeys(labels))
    for label in once:
        require_text(field, label, 50)
        if not label.strip():
            raise invalid(field, "a label must not be blank")
    if len(once) > 50:
        raise invalid(field, f"at most 50 labels; these are {len(once)}")
    return once


def require_id(field: str, value: Id) -> None:
    """Raises Refused (INVALID) unless `value` is the 16 bytes of an id."""
    if len(value) != 16:
        raise invalid(field, f"an id has 16 bytes; this has {len(value)}")


def end_before_start(field: str, start: Day, end: Day) -> Refused:
    """The refusal of a span that ends before it starts."""
    return invalid(field, f"the end, {day_text(end)}, lies before the start, {day_text(start)}", "END_BEFORE_START")
