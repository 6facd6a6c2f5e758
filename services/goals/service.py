"""What goals' commands and queries work with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.calls import Call
from chassis.days import Day
from chassis.eventstore import Aggregates, Appended, Decision
from chassis.runtime import Clock, MachineClock
from goals.index import Index


@dataclass(frozen=True, slots=True)
class Goals:
    """The service: its aggregates to decide on, its log to find things in, its clock."""

    aggregates: Aggregates
    index: Index
    clock: Clock = field(default_factory=MachineClock)
    confirmed_for: float = 0.2
    """Seconds that another service may act on what it was confirmed, counted from when it asked."""

    def day_of(self, call: Call) -> Day:
        """The day that it is where the caller's tenant is."""
        return call.identity.day_at(self.clock.now())

    async def take_away(self, call: Call, decisions: Sequence[Decision]) -> Appended:
        """Carries out, together, what takes a permission away; comes back once nobody acts on what was before it.

        By then whatever was confirmed before is no longer good, and whoever acts on a copy of goals asks again (`ConfirmDefinitions`),
        whether Kafka has told them or not. Raises Refused as `Aggregates.decide_together` does.
        """
        appended = await self.aggregates.decide_together(call, decisions)
        if appended.event_ids:
            await asyncio.sleep(self.confirmed_for)
        return appended
