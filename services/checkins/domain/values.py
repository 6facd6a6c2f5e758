"""What a value must be to be reported of a key result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from cairn.checkins.v1.service_pb2 import CheckIn, CorrectCheckInRequest
from chassis.days import Day, day_text
from chassis.errors import invalid
from checkins.domain.key_results import KeyResult, Measure
from shared.limits import LARGEST_NUMBER

FIRST_DAY: Final[Day] = -719_162  # 0001-01-01

FARTHEST_PLAUSIBLE: Final = 50
"""How many times as far from its start as its target a value may lie before whoever reports it is asked whether it is a slip."""


def require_value(key_result: KeyResult, value: float) -> None:
    """Raises Refused (INVALID, MILESTONES_EXPECTED) unless the measure can take `value`."""
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # NaN neither
        raise invalid("value", f"{value} cannot be measured; a number lies between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}")
    match key_result.measure:
        case Measure.METRIC | Measure.MAINTAIN:
            return
        case Measure.BINARY:
            if value not in (0.0, 1.0):
                raise invalid("value", f"a binary key result is 0 or 1; this is {value}")
        case Measure.GRADED:
            if not 0.0 <= value <= 1.0:
                raise invalid("value", f"a graded key result takes a figure from 0 to 1; this is {value}")
        case Measure.MILESTONES:
            raise invalid("milestones_done", "this key result is measured by milestones; name those that are done", "MILESTONES_EXPECTED")
        case _:
            assert_never(key_result.measure)


def is_plausible(key_result: KeyResult, report: CheckIn | CorrectCheckInRequest) -> bool | None:
    """Whether a value lies at most `FARTHEST_PLAUSIBLE` times as far from the start as the target does, on either side of it.

    In other words, whether the progress that it makes lies within -5,000 % to 5,000 %. None: there is no value, or no start and target to
    tell it by.
    """
    if key_result.way is None or report.WhichOneof("what") != "value":
        return None
    start, target = key_result.way
    return abs(report.value - start) <= FARTHEST_PLAUSIBLE * abs(target - start)


def milestones_as_bits(key_result: KeyResult, numbers: Iterable[int]) -> int:
    """The milestones that are done, bit n−1 for milestone n.

    Raises Refused (VALUE_EXPECTED, MILESTONE_UNKNOWN) when the key result has no milestones, or none of such a number.
    """
    if key_result.measure is not Measure.MILESTONES:
        raise invalid("value", "this key result has no milestones; give a value", "VALUE_EXPECTED")
    bits = 0
    for number in numbers:
        if not 1 <= number <= key_result.milestones:
            raise invalid(
                "milestones_done", f"milestones are numbered 1 to {key_result.milestones}; there is no {number}", "MILESTONE_UNKNOWN"
            )
        bits |= 1 << (number - 1)
    return bits


def require_past(field: str, day: Day, today: Day) -> None:
    """Raises Refused (DAY_IN_FUTURE, INVALID) unless `day` has come, or is tomorrow: then it counts from tomorrow on.

    `today` is the tenant's.
    """
    if day > today + 1:
        raise invalid(field, f"{day_text(day)} lies in the future; today is {day_text(today)}", "DAY_IN_FUTURE")
    if day < FIRST_DAY:
        raise invalid(field, f"day {day} is no date; days are counted from 1970-01-01 and lie in the years 1 to 9999")


def require_confidence(confidence: int) -> None:
    """Raises Refused (INVALID) unless `confidence` is 0 to 10."""
    if confidence > 10:
        raise invalid("confidence", f"confidence is 0 to 10; this is {confidence}")
