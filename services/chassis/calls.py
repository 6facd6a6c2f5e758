"""Who calls, and in what context: what travels with every request, and into the envelope of every event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.days import Day, beginning_in, day_in
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.positions import Position


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified caller."""

    tenant_id: Id
    person_id: Id
    roles: frozenset[str]
    team_ids: frozenset[Id] = frozenset()  # whose objectives the caller sees as one of their people, or as who leads them
    time_zone: str = "UTC"  # of the tenant, an IANA name: where its days begin
    expires_at: float = 0.0  # seconds since 1970
    settings: tuple[tuple[str, str], ...] = ()  # of the tenant, as far as commands need them: names, and what is not as it is by default

    def setting(self, name: str, default: str) -> str:
        """What a setting of the caller's tenant says."""
        return next((value for of, value in self.settings if of == name), default)

    def has(self, *roles: str) -> bool:
        """Whether the caller has at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    def day_at(self, instant: datetime) -> Day:
        """The day that it is at an instant where the caller's tenant is."""
        return day_in(self.time_zone, instant)

    def beginning_of(self, day: Day) -> datetime:
        """The instant, in UTC, at which a day begins where the caller's tenant is."""
        return beginning_in(self.time_zone, day)

    def require(self, *roles: str) -> None:
        """Raises Refused (FORBIDDEN) unless the caller has at least one of `roles`."""
        if self.roles.isdisjoint(roles):
            raise Refused(
                "ROLE_REQUIRED",
                f"this needs the role {' or '.join(roles)}; you have {', '.join(sorted(self.roles)) or 'none'}",
                kind=Kind.FORBIDDEN,
            )


Violations = tuple[tuple[str, str], ...]
"""What is wrong with a message by the rules in its proto: (field, message) each."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, from its edge to its events."""

    identity: Identity
    correlation_id: Id
    causation_id: Id | None = None  # the event that led to this call, if one did
    operation: str = ""  # what is asked for: the name of the method
    idempotency_key: str = ""  # the caller's name for this very request, among those of the operation
    fingerprint: bytes = b""  # of the request: the same key with another one is refused
    after: tuple[Position, ...] = ()  # decide only on what is at least as new as these
    wrong_rows: Mapping[int, Violations] | None = None  # of a request of many rows: those that break a rule of their own, if any
    token: str = ""  # the caller's identity token, to be handed on when this call needs another service
