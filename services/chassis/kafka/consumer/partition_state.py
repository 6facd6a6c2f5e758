"""Where a partition stands, and what its next messages are: events that take effect, dead letters, or repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from chassis.checksums import NOTHING, Checksum
from chassis.events import RecordedEvent
from chassis.ids import Id
from chassis.kafka.consumer.dead_letters import BLOCKED
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.recent import RecentEvents
from chassis.positions import FIRST_GENERATION

REFUSED_KEPT: Final = 100
"""Refused messages of a partition that are kept as dead letters: whoever writes a million of them is seen by a hundred."""


class Stop(NamedTuple):
    """Why a partition is not consumed any further, until its service is rebuilt."""

    reason: str
    message: str
    position: int  # of the event at which it stopped


@dataclass(slots=True)
class PartitionState:
    """What this process knows of a partition that it consumes; true as long as nobody else consumes it."""

    log: str
    partition: int
    position: int  # of the last event whose effect is committed
    next_offset: int  # of the next message to be read
    seen: int = 0  # of the last event that took effect or became a dead letter: up to here the partition is counted
    checksum: Checksum | None = NOTHING  # of everything up to `seen`; None: of a release that did not count, and not adopted yet
    generation: int = FIRST_GENERATION  # of the log, at `seen`
    settled: int = 0  # how often it was settled after a rebuild
    refused: int = 0  # messages that are no events of the log
    stop: Stop | None = None
    agreed: int = 0  # up to here what was seen was found to be what the log says; 0: it was never compared, or not since a rebuild
    waits_for: str | None = None  # why nothing more is taken for now
    topic_began: int | None = None  # when the first message of its topic was written; None: not known
    blocked: set[Id] = field(default_factory=set)  # aggregates that have a dead letter: what follows waits behind it
    unsure: bool = False  # whether messages may be missing in front of the next one
    recent: RecentEvents = field(default_factory=RecentEvents)

    def moved(self, batch: Batch) -> None:
        """Follows the commit of a batch."""
        self.position, self.next_offset, self.seen, self.checksum = batch.position, batch.next_offset, batch.seen, batch.checksum
        self.generation, self.refused, self.waits_for = batch.generation, batch.refused, None
        self.recent.add(batch.positions, batch.checksums)
        for (_, event, *_), _ in batch.letters:
            if event is not None:
                self.blocked.add(event.aggregate_id)


class Batch(NamedTuple):
    """What comes of some messages of a partition, and where the partition stands after them."""

    events: list[RecordedEvent]  # that are to take effect now
    letters: list[tuple[Delivery, str]]  # that become dead letters, each with its reason
    positions: list[int]  # of the events and of those letters that are events
    checksums: list[int]  # what each of these counts
    position: int
    next_offset: int
    seen: int
    checksum: Checksum | None
    generation: int
    refused: int


def sort_deliveries(state: PartitionState, deliveries: Sequence[Delivery]) -> Batch:
    """What comes of the next messages of a partition. What was seen before (the relay sends at least once) is dropped.

    A dead letter counts as soon as it is one: what is compared with the log is what was taken note of, not what became of it.
    """
    events: list[RecordedEvent] = []
    letters: list[tuple[Delivery, str]] = []
    positions: list[int] = []
    checksums: list[int] = []
    position, seen, generation, refused = state.position, state.seen, state.generation, state.refused
    newly_blocked: set[Id] = set()
    for delivery in deliveries:
        _, event, fault, checksum, began = delivery
        if event is None:
            if fault:
                refused += 1
                if refused <= REFUSED_KEPT:
                    letters.append((delivery, fault))
            elif began is not None:
                generation = max(generation, began.generation)
            continue
        if event.position <= seen:
            continue
        seen = event.position
        positions.append(seen)
        checksums.append(checksum)
        if fault or event.aggregate_id in state.blocked or event.aggregate_id in newly_blocked:
            letters.append((delivery, fault or BLOCKED))
            newly_blocked.add(event.aggregate_id)
        else:
            events.append(event)
            position = seen
    counted = None if state.checksum is None else state.checksum.plus(checksums)
    return Batch(events, letters, positions, checksums, position, deliveries[-1].message.offset + 1, seen, counted, generation, refused)


def sort_nothing(state: PartitionState, next_offset: int) -> Batch:
    """No messages, and a partition that is read on from another offset."""
    return Batch([], [], [], [], state.position, next_offset, state.seen, state.checksum, state.generation, state.refused)
