"""From which day on what a command says is true; formulas.md, "Which fact holds", and docs/domain.md tell the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, Protocol

from google.protobuf.descriptor import FieldDescriptor

from chassis.days import FIRST_DAY, Day, day_text
from chassis.errors import Refused, invalid

SINCE_EVER: Final = FIRST_DAY
"""The day from which on holds what holds since ever."""

LAST_DAY: Final[Day] = 2_932_896  # 9999-12-31


def require_day(field: str, day: Day) -> None:
    """Raises Refused (INVALID) unless `day` has a date: the years 1 to 9999."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise invalid(field, f"day {day} is no date; days are counted from 1970-01-01 and lie in the years 1 to 9999")


def require_not_ahead(field: str, day: Day, today: Day) -> None:
    """Raises Refused unless `day` has a date (INVALID), and lies at most one day ahead (DAY_IN_FUTURE): it counts from its day on.

    `today` is the tenant's: it may be tomorrow already where somebody is.
    """
    if day > today + 1:
        message = f"{day_text(day)} lies more than a day ahead; today is {day_text(today)}, and tomorrow is the last day that can be named"
        raise invalid(field, message, "DAY_IN_FUTURE")
    require_day(field, day)


class Holding(Protocol):
    """An event, or a request, that may say from which day on what it says holds."""

    holds_from: Day

    def HasField(self, field_name: Literal["holds_from"], /) -> bool: ...  # noqa: N802 - protobuf's own name


class Revision(Holding, Protocol):
    """An event that changes what is set in it, from a day on."""

    def ListFields(self) -> Sequence[tuple[FieldDescriptor, Any]]: ...  # noqa: N802 - protobuf's own name


class Asked(NamedTuple):
    """The day that a command names, and the day of the command."""

    named: Day | None
    today: Day

    def day(self, *, draft: bool, not_before: Day = SINCE_EVER) -> Day:
        """From which day on it holds: the day named; else today, or since ever of a draft, but not before what it comes after.

        Raises Refused: INVALID for what is no day, HOLDS_FROM_AHEAD after today, HOLDS_FROM_TOO_EARLY before `not_before`.
        """
        if self.named is None:
            return max(SINCE_EVER if draft else self.today, not_before)
        require_day("holds_from", self.named)
        if self.named > self.today:
            message = (
                f"{day_text(self.named)} lies ahead; what is changed holds from {day_text(self.today)}, today, or from a day before it"
            )
            raise invalid("holds_from", message, "HOLDS_FROM_AHEAD")
        if self.named < not_before:
            raise _too_early(self.named, not_before)
        return self.named

    def held_later(self, changed_from: Mapping[str, Day]) -> set[str]:
        """The fields that have their value from a later day on than the one named: to say it again moves it to that day."""
        return set() if self.named is None else {name for name, day in changed_from.items() if self.named < day}

    def day_of_change(self, draft: bool, held_from: Day, not_before: Day = SINCE_EVER) -> Day:
        """From which day on a revision holds: one that names no day not before what it revises, so that it holds now.

        Raises Refused as `day` does.
        """
        return max(self.day(draft=draft, not_before=not_before), held_from if self.named is None else SINCE_EVER)


def _too_early(named: Day, not_before: Day) -> Refused:
    what_holds = f"what this changes holds from {day_text(not_before)}"
    return invalid("holds_from", f"{day_text(named)} is too early: {what_holds}; name that day or a later one", "HOLDS_FROM_TOO_EARLY")


def day_of(event: Holding) -> Day:
    """From which day on an event holds, as far as it says so; one of before events said it holds since ever, for what comes after it."""
    return event.holds_from if event.HasField("holds_from") else SINCE_EVER
