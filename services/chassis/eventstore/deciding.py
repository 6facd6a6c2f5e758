"""A decision on its way into the log: from the state that it is made on to the events that say so, and to its answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from google.protobuf.message import Message

from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent, event_type_of
from chassis.eventstore.appends import KeyName, NewEvent, Written
from chassis.eventstore.decisions import Appended, Decision
from chassis.eventstore.log import EventLog
from chassis.eventstore.state_cache import Draft, Name
from chassis.ids import Id, id_text, new_id
from chassis.positions import Position

ATTEMPTS: Final = 16
"""How often a request is decided again after conflicts, before it is refused (CONTENTION)."""

_LONGEST_PAUSE: Final = 0.05  # seconds between two attempts


class RequestKey(NamedTuple):
    """An idempotency key as it is kept with an event."""

    name: KeyName
    fingerprint: bytes  # of what it came with
    earlier_fingerprint: bytes = b""  # as an earlier release would have taken it; empty: the same

    def require_same(self, fingerprint: bytes) -> None:
        """Raises Refused (IDEMPOTENCY_KEY_REUSED) unless the key came with the request of this fingerprint before."""
        if fingerprint not in (self.fingerprint, self.earlier_fingerprint or self.fingerprint):
            message = f"the idempotency key {self.name.text!r} was used for another request; a new request needs a new key"
            raise Refused("IDEMPOTENCY_KEY_REUSED", message, field="idempotency_key")

    def kept_with(self, event: NewEvent, unit_size: int) -> NewEvent:
        """The first event of `unit_size` that came of the request, with the key."""
        return event._replace(
            idempotency_key=self.name.text, operation=self.name.operation, fingerprint=self.fingerprint, unit_size=unit_size
        )


@dataclass(slots=True)
class Pending:
    """A decision of a request that is not answered yet."""

    number: int  # in the request, from 0
    name: Name  # of its aggregate
    decision: Decision
    tenant_id: Id
    key: RequestKey | None
    events: list[NewEvent] = field(default_factory=list)
    version: int = 0  # of the aggregate, after them


def pending_decision(number: int, decision: Decision, call: Call, key: RequestKey | None = None) -> Pending:
    """A decision as the `number`th of a request."""
    about = decision.about
    return Pending(number, (about.type.name, about.id), decision, about.tenant_id or call.identity.tenant_id, key)


def events_of(decisions: list[Pending]) -> list[NewEvent]:
    """What they came to, in order."""
    return decisions[0].events if len(decisions) == 1 else [event for pending in decisions for event in pending.events]


class Decider:
    """Decides on drafts of aggregates, and words the answers, for one log."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._type_names: dict[type[Message], str] = {}

    def decide(self, call: Call, pending: Pending, draft: Draft) -> None:
        """Decides, for a caller who was admitted, on a draft of the aggregate, and writes down the events that say so. Raises Refused."""
        about = pending.decision.about
        pending.events = events = []
        version = draft.version
        decided = draft.decide(pending.decision)
        pending.version = draft.version
        for number, event in enumerate(decided):
            events.append(
                NewEvent(
                    (about.event_id if number == 0 else b"") or new_id(),
                    pending.tenant_id,
                    about.id,
                    version + number + 1,
                    call.identity.person_id,
                    about.on_behalf_of or None,
                    call.correlation_id,
                    about.causation_id or call.causation_id,
                    about.partition_key or about.id,
                    None,
                    self._type_name(event),
                    None,
                    None,
                    None,
                    event.SerializeToString(),
                )
            )
        if pending.key is not None and events:
            events[0] = pending.key.kept_with(events[0], len(events))

    def _type_name(self, event: Message) -> str:
        name = self._type_names.get(type(event))
        if name is None:
            name = self._type_names[type(event)] = event_type_of(event)
        return name

    def appended(self, written: Written, events: Sequence[NewEvent] | Sequence[RecordedEvent], version: int) -> Appended:
        """The answer to what came to these events."""
        first, recorded_at, generation = written
        if len(events) == 1:  # as most are
            event = events[0]
            position = Position(self._log.name, self._log.partition(event.partition_key), first, generation)
            return Appended((position,), version, recorded_at, (event.event_id,), (event.aggregate_id,), first)
        last: dict[int, int] = {}
        for offset in range(len(events)):
            last[self._log.partition(events[offset].partition_key)] = first + offset
        name = self._log.name
        return Appended(
            tuple([Position(name, partition, position, generation) for partition, position in last.items()]),
            version,
            recorded_at,
            tuple([event.event_id for event in events]),
            tuple([event.aggregate_id for event in events]),
            first,
        )


def nothing_appended(version: int) -> Appended:
    """The answer to what came to no event."""
    return Appended((), version, 0, (), (), 0)


def of_row(refused: Refused, number: int) -> Refused:
    """The refusal, as that of the `number`th decision of its request."""
    refused.row = number
    return refused


def contention(decision: Decision) -> Refused:
    """The refusal of what met a conflict at every attempt."""
    about = decision.about
    message = f"{about.type.name} {id_text(about.id)} is being changed by too many at once; send the request again"
    return Refused("CONTENTION", message, kind=Kind.BUSY)


async def pause(attempt: int) -> None:
    """Between two attempts: longer each time, and never in step with the others."""
    await asyncio.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.001 * 2**attempt)))  # noqa: S311 - not a secret
