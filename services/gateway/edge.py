"""What every operation needs: the services, who is signed in, what things are called."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.allowance import Allowance
from gateway.cursors import Cursors
from gateway.forwarding import Forwarder
from gateway.identity import Issuer, Sessions
from gateway.references import References
from gateway.services import Services


@dataclass(frozen=True, slots=True)
class Edge:
    """The gateway's own parts, wired in `main`."""

    services: Services
    forwarder: Forwarder
    sessions: Sessions
    issuer: Issuer | None  # None: people sign in elsewhere
    references: References
    cursors: Cursors
    allowance: Allowance
