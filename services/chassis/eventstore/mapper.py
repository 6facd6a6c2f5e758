"""Protobuf events for the `eventsourcing` library: MAPPER_TOPIC=chassis.eventstore.mapper:ProtobufMapper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from google.protobuf import symbol_database
from google.protobuf.message import Message

from chassis.events import UnknownEventType, event_type_of
from chassis.eventstore.eventsourcing import EnvelopedEvent
from chassis.ids import NIL, Id


@dataclass(frozen=True)
class ProtobufEvent:
    """A domain event of the library whose body is one of our messages."""

    originator_id: UUID
    originator_version: int
    message: Message
    tenant_id: Id = NIL
    actor_id: Id = NIL
    partition_key: Id = b""  # empty: the aggregate's id


class ProtobufMapper(Mapper[UUID]):
    """Stable event types outside, protobuf inside; every generated module that has been imported is known."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Takes what the library hands to a mapper, and needs none of it."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return EnvelopedEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=event_type_of(domain_event.message),
            state=domain_event.message.SerializeToString(),
            tenant_id=domain_event.tenant_id,
            actor_id=domain_event.actor_id,
            partition_key=domain_event.partition_key,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The event with its message. Raises UnknownEventType when no imported module has it."""
        try:
            message_class = symbol_database.Default().GetSymbol(stored_event.topic)
        except KeyError:
            raise UnknownEventType(stored_event.topic) from None
        message = message_class.FromString(stored_event.state)
        originator_id = stored_event.originator_id if isinstance(stored_event.originator_id, UUID) else UUID(stored_event.originator_id)
        if isinstance(stored_event, EnvelopedEvent):
            envelope = (stored_event.tenant_id, stored_event.actor_id, stored_event.partition_key)
            return ProtobufEvent(originator_id, stored_event.originator_version, message, *envelope)
        return ProtobufEvent(originator_id, stored_event.originator_version, message)
