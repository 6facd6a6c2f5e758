"""What a value must be to be reported of a key result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from cairn.checkins.v1.events_pb2 import SOURCE_IMPORT
from cairn.checkins.v1.service_pb2 import CheckIn, CorrectCheckInRequest
from chassis.errors import Refused, invalid
from checkins.domain.key_results import KeyResult, Measure
from shared.limits import LARGEST_NUMBER

FARTHEST_PLAUSIBLE: Final = 50
"""How many times as far from its start as its target a value may lie before whoever reports it is asked whether it is a slip."""


def require_value(key_result: KeyResult, value: float) -> None:
    """Raises Refused (INVALID, MILESTONES_EXPECTED, IS_A_SUM) unless the measure can take `value`."""
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # NaN neither
        raise invalid("value", f"{value} cannot be measured; a number lies between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}")
    match key_result.measure:
        case Measure.METRIC | Measure.MAINTAIN | Measure.BASELINE:
            return
        case Measure.BINARY:
            if value not in (0.0, 1.0):
                raise invalid("value", f"a binary key result is 0 or 1; this is {value}")
        case Measure.GRADED:
            if not 0.0 <= value <= 1.0:
                raise invalid("value", f"a graded key result takes a figure from 0 to 1; this is {value}")
        case Measure.SUM:
            raise _is_a_sum()
        case Measure.MILESTONES:
            raise invalid("milestones_done", "this key result is measured by milestones; name those that are done", "MILESTONES_EXPECTED")
        case _:
            assert_never(key_result.measure)


def require_reported(key_result: KeyResult) -> None:
    """Raises Refused (IS_A_SUM) where a key result's value is added up from others: nobody reports it, nor abstains from it."""
    if key_result.measure is Measure.SUM:
        raise _is_a_sum()


def _is_a_sum() -> Refused:
    return Refused("IS_A_SUM", "this key result is the sum of those that feed it; check in on them")


def require_part(key_result: KeyResult, report: CheckIn) -> None:
    """Raises Refused (PART_IMPOSSIBLE, NOT_AN_OWNER, INVALID) unless what is reported can be the part of one of its owners.

    A table tells of the past as well, when the owners may have been others: a part of whoever is none does not count.
    """
    if not report.part:
        return
    if len(report.part) != 16:
        raise invalid("part", f"an id has 16 bytes; this has {len(report.part)}")
    match key_result.measure:
        case Measure.METRIC | Measure.MAINTAIN | Measure.BASELINE | Measure.GRADED:
            pass
        case Measure.BINARY | Measure.MILESTONES | Measure.SUM:
            raise invalid("part", "what is done or not, milestones and sums have no parts", "PART_IMPOSSIBLE")
        case _:
            assert_never(key_result.measure)
    if report.source != SOURCE_IMPORT and report.part not in key_result.owners:
        raise invalid("part", "a part is that of one of the key result's owners", "NOT_AN_OWNER")


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
    require_reported(key_result)
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


def require_confidence(confidence: int) -> None:
    """Raises Refused (INVALID) unless `confidence` is 0 to 10."""
    if confidence > 10:
        raise invalid("confidence", f"confidence is 0 to 10; this is {confidence}")
