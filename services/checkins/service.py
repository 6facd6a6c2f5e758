"""What checkins' commands work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from chassis.days import Day, day_of
from chassis.eventstore.aggregates import Aggregates
from chassis.positions import Position
from chassis.runtime import Clock, SystemClock
from checkins.catalogue import Catalogue

WaitFor = Callable[[Iterable[Position], float], Awaitable[None]]
"""Returns once the catalogue has taken in the positions; raises Refused (NOT_YET_CONSUMED) after so many seconds."""


@dataclass(frozen=True, slots=True)
class CheckInsService:
    """The service: its aggregates to decide on, what it knows of key results, its clock."""

    aggregates: Aggregates
    catalogue: Catalogue
    wait_for: WaitFor
    clock: Clock = field(default_factory=SystemClock)

    def today(self) -> Day:
        """Today, in UTC."""
        return day_of(self.clock.now())
