"""What goes into a log, and how that can end."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from chassis.days import Microseconds
from chassis.ids import Id


class KeyName(NamedTuple):
    """What an idempotency key is unique by: whoever chose it, and what for. The same text of another person is another key."""

    tenant_id: Id
    person_id: Id
    operation: str
    text: str


class NewEvent(NamedTuple):
    """An event that is to be appended. Its position and `recorded_at` are the log's to give."""

    event_id: Id
    tenant_id: Id
    aggregate_id: Id
    aggregate_version: int  # from 1
    actor_id: Id
    on_behalf_of: Id | None
    correlation_id: Id
    causation_id: Id | None
    partition_key: Id
    unit_size: int | None  # beside a key: how many events, from this one on, the keyed command appends
    event_type: str
    idempotency_key: str | None
    operation: str | None  # beside a key: what it was sent for
    fingerprint: bytes | None  # beside a key: of the request that it came with
    payload: bytes

    @property
    def key_name(self) -> KeyName | None:
        """The idempotency key that it is kept with, if it is."""
        if self.idempotency_key is None:
            return None
        return KeyName(self.tenant_id, self.actor_id, self.operation or "", self.idempotency_key)


class Written(NamedTuple):
    """Events that are durable: their positions follow on from `first_position`."""

    first_position: int
    recorded_at: Microseconds
    generation: int  # of the log


Guard = tuple[Id, int]
"""An aggregate that something was decided on without an event of its own, and the version (0: none) that it must still have."""


class Basis(Protocol):
    """A state, ahead of the log, that events were decided on. When the append of some of them fails it is invalidated: what was decided
    on it afterwards fails, too."""

    invalidated: bool


class AppendConflict(Exception):  # noqa: N818 - it is what happened, not a fault
    """Nothing was appended: another event has the version or the idempotency key, or what this was decided on has moved, or did not get
    into the log."""


class UniqueViolation(Exception):  # noqa: N818 - it is what happened, not a fault
    """Of one event in a group of many; nothing of the group was written."""


class GuardFailed(Exception):  # noqa: N818 - it is what happened, not a fault
    """What one unit in a group of many was decided on has moved; nothing of the group was written."""


class ConnectionLost(Exception):  # noqa: N818 - it is what happened, not a fault
    """The connection went away while a group was under way: whether it was written is not known."""


class ClockAhead(Exception):  # noqa: N818 - it is what happened, not a fault
    """The database's clock is further ahead than can be believed; nothing of a group was written."""


class WriteRefused(Exception):  # noqa: N818 - it is what happened, not a fault
    """PostgreSQL would not write a group, and said why; nothing of it was written."""

    def __init__(self, sqlstate: str, message: str) -> None:
        super().__init__(f"{message.strip()} (SQLSTATE {sqlstate})")
        self.sqlstate = sqlstate

    @property
    def may_pass(self) -> bool:
        """Whether the same group may be written later: rolled back, out of resources, intervention, system error."""
        return self.sqlstate[:2] in {"40", "53", "55", "57", "58"}
