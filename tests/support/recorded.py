"""Events as a log would hold them, for tests that stand behind the log; and their delivery to an effect, as a consumer does it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord
from google.protobuf.message import Message

from chassis.days import Microseconds
from chassis.events import RecordedEvent, event_type_of
from chassis.eventstore import EventChecksums, Generation, LogChecksums, LogIdentity, PartitionPlace
from chassis.ids import Id, new_id
from chassis.kafka.consumer import Effect, LogOwner, schema
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effect_store import EffectStore

JANUARY: Microseconds = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z


@dataclass
class Log:
    """A log in memory: numbers its events, and stamps each a second after the one before."""

    name: str
    tenant_id: Id = field(default_factory=new_id)
    actor_id: Id = field(default_factory=new_id)
    events: list[RecordedEvent] = field(default_factory=list)

    def append(
        self,
        event: Message,
        *,
        aggregate_id: Id | None = None,
        partition_key: Id | None = None,
        tenant_id: Id | None = None,
        actor_id: Id | None = None,
        on_behalf_of: Id | None = None,
        correlation_id: Id | None = None,
    ) -> RecordedEvent:
        """The event, recorded."""
        aggregate_id = aggregate_id or new_id()
        position = len(self.events) + 1
        recorded = RecordedEvent(
            log=self.name,
            position=position,
            event_id=new_id(),
            tenant_id=tenant_id or self.tenant_id,
            aggregate_id=aggregate_id,
            aggregate_version=1 + sum(e.aggregate_id == aggregate_id for e in self.events),
            recorded_at=JANUARY + 1_000_000 * position + 7,
            actor_id=actor_id or self.actor_id,
            on_behalf_of=on_behalf_of,
            correlation_id=correlation_id or new_id(),
            causation_id=None,
            partition_key=partition_key or aggregate_id,
            event_type=event_type_of(event),
            payload=event.SerializeToString(deterministic=True),
        )
        self.events.append(recorded)
        return recorded


class OwnerOfLog:
    """A log's owner, as far as it says which log it is."""

    def __init__(self, *first_positions: int) -> None:
        generations = enumerate(first_positions or (1,), 1)
        self.identity = LogIdentity(new_id(), tuple(Generation(number, first, JANUARY, "a test") for number, first in generations))

    async def checksums(self, _places: Sequence[PartitionPlace]) -> LogChecksums:
        return LogChecksums(0, self.identity, [])

    async def event_checksums(self, _positions: Collection[int]) -> EventChecksums:
        return EventChecksums(0, {})


def owners_of_logs() -> dict[str, LogOwner]:
    """Of every log, each in its first generation."""
    return {name: OwnerOfLog() for name in ("directory", "goals", "checkins", "progress", "notifications")}


async def deliver(dsn: str, effect: Effect, events: Sequence[RecordedEvent], *, partition: int = 0) -> list[RecordedEvent]:
    """Hands events of one log to an effect as a process does that has just started; answers those that took effect now."""
    await schema.create_schema(dsn)
    store = EffectStore(dsn, "test", effect, None)
    await store.open()
    try:
        state = await store.load(events[0].log, partition)
        return await store.take(state, [Delivery(message_of(event, offset), event) for offset, event in enumerate(events)])
    finally:
        await store.close()


def message_of(event: RecordedEvent, offset: int) -> ConsumerRecord:
    """The message that a relay makes of an event, without its headers."""
    return ConsumerRecord(
        f"cairn.{event.log}.events.v1", 0, offset, 0, 0, event.partition_key, event.payload, None, 16, len(event.payload), ()
    )
