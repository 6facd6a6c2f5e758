"""An event as it was recorded, and the names that events go by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Final, NamedTuple

from google.protobuf.message import Message

from chassis.days import Microseconds
from chassis.ids import Id
from chassis.positions import FIRST_GENERATION


class RecordedEvent(NamedTuple):
    """One event of a log with its whole envelope: what a reader, a consumer and an auditor get."""

    log: str  # the service that owns the log
    position: int  # in the log: gap-free, from 1, in commit order
    event_id: Id
    tenant_id: Id
    aggregate_id: Id
    aggregate_version: int  # from 1
    recorded_at: Microseconds
    actor_id: Id
    on_behalf_of: Id | None
    correlation_id: Id
    causation_id: Id | None
    partition_key: Id  # the objective that the event is about, else the aggregate
    event_type: str  # "cairn.goals.v1.ObjectiveDefined": the protobuf full name, stable for ever
    payload: bytes  # the protobuf message
    generation: int = FIRST_GENERATION  # of the log, at this position
    log_id: Id | None = None  # as its message names the log; None: read from the log, or published before a log had an id


Upcaster = Callable[[bytes], tuple[str, bytes]]
"""From an old version's payload to (the next version's event type, its payload). Pure."""


class UnknownEventType(LookupError):  # noqa: N818 - says what, as LookupError does
    """No message class is registered under this event type."""


class EventTypes:
    """The events that somebody knows how to read: from stable names to protobuf classes, through upcasters by old event type."""

    def __init__(self, *modules: ModuleType, upcasters: Mapping[str, Upcaster]) -> None:
        self._classes: Final[dict[str, type[Message]]] = {}
        self._upcasters: Final = upcasters
        for module in modules:
            for descriptor in module.DESCRIPTOR.message_types_by_name.values():
                self._classes[descriptor.full_name] = getattr(module, descriptor.name)

    def __contains__(self, event_type: str) -> bool:
        return event_type in self._classes or event_type in self._upcasters

    def __iter__(self) -> Iterator[str]:
        """Every event type that can be read, of old versions, too."""
        return iter(self._classes.keys() | self._upcasters.keys())

    def names(self) -> Iterable[str]:
        """Every event type that can be read as it stands."""
        return self._classes.keys()

    def decode(self, event_type: str, payload: bytes) -> Message:
        """The event that `payload` holds, in its newest version.

        Raises UnknownEventType, and google.protobuf.message.DecodeError when the payload is not such a message.
        """
        while (upcast := self._upcasters.get(event_type)) is not None:
            event_type, payload = upcast(payload)
        try:
            message_class = self._classes[event_type]
        except KeyError:
            raise UnknownEventType(event_type) from None
        return message_class.FromString(payload)


def event_type_of(event: Message) -> str:
    """The stable name that an event is recorded under."""
    return event.DESCRIPTOR.full_name
