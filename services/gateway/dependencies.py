"""What every operation may need: the services, who is signed in, what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from chassis.rpc import DEADLINE, Metadata, asked
from gateway.auth import BrowserSessions, Issuer, OpenIdProvider, PeopleNames, Sessions
from gateway.backends import Backends, Cursors, KnownPositions, Method, Rebuilds, References, in_time
from gateway.coalescing import Coalesced
from gateway.forwarding import Forwarder
from gateway.http import AtOnce, Cookies, RateLimit, RateLimiter
from gateway.live import LiveChanges
from gateway.security import SecurityEvents
from gateway.standing_answers import StandingAnswers

M = TypeVar("M")
A = TypeVar("A")

_REST_BETWEEN_CATCH_UPS: Final = 0.05
"""Seconds, where they are asked without end: each asks every service, twice."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The gateway's own parts, wired in `main`."""

    backends: Backends
    forwarder: Forwarder
    sessions: Sessions
    browser_sessions: BrowserSessions
    cookies: Cookies
    live: LiveChanges
    people: PeopleNames
    issuer: Issuer | None
    """None: people sign in elsewhere."""
    openid: OpenIdProvider | None
    """Where people sign in, if not here. None: nowhere else, or its keys are in a file and browsers are not signed in there."""
    references: References
    cursors: Cursors
    rebuilds: Rebuilds
    security: SecurityEvents
    standing_answers: StandingAnswers
    sign_ins: RateLimiter
    """How often one may sign in: from an address, and to an account from there."""
    rates: tuple[RateLimit, ...]
    """How often a person and a tenant may ask."""
    at_once: Mapping[str, AtOnce]
    """How much may be under way at once, by what is limited, in the place of what operations declare."""
    known_positions: KnownPositions
    catch_ups: Coalesced = field(default_factory=lambda: Coalesced(_REST_BETWEEN_CATCH_UPS))
    statuses: Coalesced = field(default_factory=Coalesced)

    async def ask(self, method: Method[M, A], message: M, *, timeout: float = DEADLINE) -> A:
        """Asks a service in the gateway's own name: what is asked for many at once must not rest on what one of them may.

        Raises the Refused that it says.
        """
        return await in_time(self._own_metadata, lambda sent: asked(method(message, metadata=sent, timeout=timeout)))

    async def _own_metadata(self) -> Metadata:
        return self.sessions.standings.own_metadata()
