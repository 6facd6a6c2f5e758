"""What goals' commands and queries work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from chassis.calls import Call
from chassis.days import Day
from chassis.eventstore import Aggregates
from chassis.runtime import Clock, MachineClock
from goals.index import Index


@dataclass(frozen=True, slots=True)
class Goals:
    """The service: its aggregates to decide on, its log to find things in, its clock."""

    aggregates: Aggregates
    index: Index
    clock: Clock = field(default_factory=MachineClock)

    def day_of(self, call: Call) -> Day:
        """The day that it is where the caller's tenant is."""
        return call.identity.day_at(self.clock.now())
