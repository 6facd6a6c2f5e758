"""What directory's commands and queries work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from chassis.calls import Call
from chassis.days import Day
from chassis.eventstore import Aggregates, EventLog
from chassis.runtime import Clock, MachineClock
from directory.roster import Roster
from directory.session_store import SessionStore
from directory.vault import Vault


@dataclass(frozen=True, slots=True)
class Directory:
    """The service: its log and the aggregates to decide on, who there is, and what is sealed, who is signed in."""

    log: EventLog
    aggregates: Aggregates
    roster: Roster
    vault: Vault
    sessions: SessionStore
    clock: Clock = field(default_factory=MachineClock)

    def day_of(self, call: Call) -> Day:
        """The day that it is where the caller's tenant is."""
        return call.identity.day_at(self.clock.now())
