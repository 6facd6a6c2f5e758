"""What directory's commands and queries work with."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.eventstore import Aggregates, EventLog
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
