"""What every operation may need: the services, who is signed in, what things are called."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.auth import Issuer, Sessions
from gateway.backends import Backends, Cursors, Rebuilds, References
from gateway.coalescing import Coalesced
from gateway.forwarding import Forwarder
from gateway.security import SecurityEvents


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The gateway's own parts, wired in `main`."""

    backends: Backends
    forwarder: Forwarder
    sessions: Sessions
    issuer: Issuer | None
    """None: people sign in elsewhere."""
    references: References
    cursors: Cursors
    rebuilds: Rebuilds
    security: SecurityEvents
    partitions: int
    """Of the topic of each log."""
    catch_ups: Coalesced = field(default_factory=Coalesced)
    statuses: Coalesced = field(default_factory=Coalesced)
