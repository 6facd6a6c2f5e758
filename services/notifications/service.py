"""What notifications works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from chassis.eventstore import Aggregates
from chassis.positions import Position
from chassis.postgres import TenantConnections
from notifications.names import Names

WaitFor = Callable[[Iterable[Position], float], Awaitable[None]]
"""Returns once the inboxes have taken in the positions; raises Refused (NOT_YET_CONSUMED) after so many seconds."""


@dataclass(frozen=True, slots=True)
class Notifications:
    """The service: the inboxes that it reads, the log of what was read, and who knows what objectives are called."""

    connections: TenantConnections
    aggregates: Aggregates
    wait_for: WaitFor
    names: Names
