"""Where a partition stands, and what its next messages are: events that take effect, dead letters, or repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chassis.events import RecordedEvent
from chassis.ids import Id
from chassis.kafka.consumer.dead_letters import BLOCKED
from chassis.kafka.consumer.deliveries import Delivery


@dataclass(slots=True)
class PartitionState:
    """What this process knows of a partition that it consumes; true as long as nobody else consumes it."""

    log: str
    partition: int
    position: int  # of the last event whose effect is committed
    next_offset: int  # of the next message to be read
    blocked: set[Id] = field(default_factory=set)  # aggregates that have a dead letter: what follows waits behind it
    dead_lettered: set[int] = field(default_factory=set)  # positions of dead letters above `position`

    def moved(self, batch: Batch) -> None:
        """Follows the commit of a batch."""
        self.position, self.next_offset = batch.position, batch.next_offset
        for (_, event, _), _ in batch.letters:
            if event is not None:
                self.blocked.add(event.aggregate_id)
                self.dead_lettered.add(event.position)
        if self.dead_lettered:
            self.dead_lettered = {position for position in self.dead_lettered if position > batch.position}


class Batch(NamedTuple):
    """What comes of some messages of a partition, and where the partition stands after them."""

    events: list[RecordedEvent]  # that are to take effect now
    letters: list[tuple[Delivery, str]]  # that become dead letters, each with its reason
    position: int
    next_offset: int


def sort_deliveries(state: PartitionState, deliveries: Sequence[Delivery]) -> Batch:
    """What comes of the next messages of a partition. What was seen before (the relay sends at least once) is dropped."""
    events: list[RecordedEvent] = []
    letters: list[tuple[Delivery, str]] = []
    position, dead_lettered = state.position, set(state.dead_lettered)
    newly_blocked: set[Id] = set()
    for delivery in deliveries:
        _, event, fault = delivery
        if event is None:
            letters.append((delivery, fault))
        elif event.position <= position or event.position in dead_lettered:
            continue
        elif fault or event.aggregate_id in state.blocked or event.aggregate_id in newly_blocked:
            letters.append((delivery, fault or BLOCKED))
            newly_blocked.add(event.aggregate_id)
            dead_lettered.add(event.position)
        else:
            events.append(event)
            position = event.position
    return Batch(events, letters, position, deliveries[-1].message.offset + 1)
