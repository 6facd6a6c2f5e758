"""What checkins' commands work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from chassis.calls import Call
from chassis.days import Day
from chassis.eventstore import Aggregates
from chassis.runtime import Clock, MachineClock
from checkins.key_results import KeyResults
from checkins.said import SaidOfKeyResults
from checkins.talked_about import TalkedAbout


@dataclass(frozen=True, slots=True)
class CheckInsService:
    """The service: its aggregates to decide on, the key results that are reported of, what is talked about, its clock."""

    aggregates: Aggregates
    key_results: KeyResults
    talked_about: TalkedAbout
    clock: Clock = field(default_factory=MachineClock)
    said: SaidOfKeyResults = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", SaidOfKeyResults(self.aggregates))

    def today(self, call: Call) -> Day:
        """The day that it is where the caller's tenant is."""
        return call.identity.day_at(self.clock.now())
