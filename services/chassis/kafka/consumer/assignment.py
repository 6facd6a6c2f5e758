"""The partitions that Kafka has handed to this process, and how each goes forward."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError

from chassis.events import RecordedEvent
from chassis.kafka.consumer.deliveries import Delivery, read_deliveries
from chassis.kafka.consumer.effect_store import LANES, EffectStore, Fenced, lane_of
from chassis.kafka.consumer.ends import TopicEnds
from chassis.kafka.consumer.lanes import Lanes
from chassis.kafka.consumer.partition_state import PartitionState
from chassis.kafka.consumer.reached import ReachedPositions
from chassis.kafka.envelope import EnvelopeReader
from chassis.runtime import telemetry

AfterCommit = Callable[[Sequence[RecordedEvent]], Awaitable[None]]
"""Called after a commit with the events that took effect. A crash between the two loses the call: nothing durable may hang on it alone."""

_BATCH: Final = 1_000  # messages a poll, and a transaction
_WAITING: Final = 1_000  # messages that wait in a lane before no more are asked for of its partitions
_FULL_MILLISECONDS: Final = 5
_POLL_MILLISECONDS: Final = 250
_AGAIN_SECONDS: Final = 1.0
_STOP_SECONDS: Final = 5.0


class _Fetched(NamedTuple):
    """Where messages come from: those of one kind follow one another without a gap, unless Kafka left one."""

    partition: TopicPartition
    seeks: int  # how often reading had been told to go on elsewhere before they were asked for


class Assignment:
    """The partitions of this process. Messages are read into lanes; each lane commits what has gathered, a partition a transaction."""

    def __init__(
        self,
        name: str,
        readers: Mapping[str, EnvelopeReader],  # by topic
        store: EffectStore,
        reached: ReachedPositions,
        ends: TopicEnds,
        after_commit: AfterCommit | None,
    ) -> None:
        self._name: Final = name
        self._readers: Final = readers
        self._store: Final = store
        self._reached: Final = reached
        self._ends: Final = ends
        self._after_commit: Final = after_commit
        self._log: Final = telemetry.logger(consumer=name)
        self._kafka: AIOKafkaConsumer | None = None  # once it has joined its group
        self._states: Final[dict[TopicPartition, PartitionState]] = {}
        self._seeks: Final = Counter[TopicPartition]()
        self._gaps: Final[dict[TopicPartition, int]] = {}  # offsets that have been asked for once more
        self._lanes: Final = Lanes(LANES, self._take, most=_BATCH, room=_WAITING)
        self._messages_came_at = time.monotonic()

    @property
    def states(self) -> dict[TopicPartition, PartitionState]:
        """Where each partition of this process stands."""
        return dict(self._states)

    def idle_seconds(self) -> float:
        """For how long nothing has come, and nothing is at work."""
        return 0.0 if self._lanes.busy else time.monotonic() - self._messages_came_at

    # -- what Kafka hands to this process ------------------------------------------------------------------------------------------

    async def assigned(self, kafka: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> None:
        """Kafka has handed us these partitions and no others: go on in each where its effects end."""
        self.revoked()
        self._kafka = kafka
        for partition in sorted(partitions):
            await self._begin(kafka, partition)
        self._log.info("consumer.assigned", partitions=len(self._states))

    def revoked(self) -> None:
        """No partition is ours any more."""
        self._kafka = None
        self._states.clear()
        self._reached.consumed_here(())

    async def _begin(self, kafka: AIOKafkaConsumer, partition: TopicPartition) -> PartitionState:
        """Loads how far a partition is, and reads on from there."""
        state = await self._store.load(self._readers[partition.topic].log, partition.partition)
        end = (await self._ends.of([partition]))[partition]
        if state.next_offset > end:
            self._log.error(
                "consumer.topic_made_anew", topic=partition.topic, partition=partition.partition, end=end, was=state.next_offset
            )
            await self._store.rewind(state, 0)
        if partition not in kafka.assignment():  # it was taken from us in the meantime
            return state
        self._states[partition] = state
        self._reached.consumed_here((s.log, s.partition) for s in self._states.values())
        self._reached.advanced((state.log, state.partition), state.position, state.next_offset)
        self._seek(kafka, partition, state.next_offset)
        return state

    def _seek(self, kafka: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
        self._seeks[partition] += 1
        with suppress(IllegalStateError):  # it was taken from us in the meantime
            kafka.seek(partition, offset)

    # -- from Kafka into the lanes -------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Lets the lanes work; what is under way may end, what waits is dropped: it will be asked for again."""
        self._messages_came_at = time.monotonic()
        self._lanes.open()
        try:
            yield
        finally:
            await self._lanes.close(_STOP_SECONDS)

    async def read(self, kafka: AIOKafkaConsumer) -> None:
        """Reads for ever: PostgreSQL is at work on some batches while this process reads the next. Raises KafkaError."""
        while True:
            messages = await self._next_messages(kafka)
            if not messages:
                continue
            self._messages_came_at = time.monotonic()
            seeks = self._seeks.copy()
            for partition, group in messages.items():
                deliveries = read_deliveries(group, self._readers[partition.topic])
                await self._lanes.put(lane_of(partition.partition), _Fetched(partition, seeks[partition]), deliveries)

    async def _next_messages(self, kafka: AIOKafkaConsumer) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What there is for lanes with room, as soon as there is anything; nothing after a while."""
        assigned = kafka.assignment()
        partitions = [partition for partition in assigned if self._lanes.has_room(lane_of(partition.partition))]
        if assigned and not partitions:
            await asyncio.sleep(_FULL_MILLISECONDS / 1_000)
            return {}
        wait = _POLL_MILLISECONDS if len(partitions) == len(assigned) else _FULL_MILLISECONDS
        messages: dict[TopicPartition, list[ConsumerRecord]] = await kafka.getmany(*partitions, timeout_ms=wait, max_records=_BATCH)
        return messages

    # -- a lane's work -------------------------------------------------------------------------------------------------------------

    async def _take(self, fetched: _Fetched, deliveries: list[Delivery]) -> None:
        """Takes what came of a partition; again and again while it fails, as long as the partition is ours."""
        partition = fetched.partition
        while (kafka := self._kafka) is not None and partition in kafka.assignment():
            try:
                state = self._states.get(partition) or await self._begin(kafka, partition)
                if not self._follows(kafka, fetched, state, deliveries[0].message.offset):
                    return
                begin = state.next_offset
                fresh = deliveries if deliveries[0].message.offset == begin else [d for d in deliveries if d.message.offset >= begin]
                events = await self._store.take(state, fresh) if fresh else []
            except Fenced:
                self._log.warning("consumer.fenced", topic=partition.topic, partition=partition.partition)
                self._states.pop(partition, None)
            except Exception:  # noqa: BLE001 - whatever it is, it is told, and tried again
                self._log.error("consumer.failed", topic=partition.topic, partition=partition.partition, exc_info=True)
                self._states.pop(partition, None)
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                self._reached.advanced((state.log, state.partition), state.position, state.next_offset)
                telemetry.CONSUMED.labels(self._name, state.log).inc(len(events))
                await self.tell(events)
                return

    def _follows(self, kafka: AIOKafkaConsumer, fetched: _Fetched, state: PartitionState, first_offset: int) -> bool:
        """Whether nothing is missing between what was consumed and what came. If something is, it is asked for once more, and waited for;
        what Kafka then still does not give is not there.
        """
        partition = fetched.partition
        if first_offset <= state.next_offset:
            return True
        if fetched.seeks < self._seeks[partition]:  # it came before what was asked for
            return False
        if self._gaps.pop(partition, None) == state.next_offset:
            self._log.error(
                "consumer.messages_missing",
                topic=partition.topic,
                partition=partition.partition,
                expected=state.next_offset,
                got=first_offset,
            )
            return True
        self._gaps[partition] = state.next_offset
        self._seek(kafka, partition, state.next_offset)
        return False

    async def tell(self, events: Sequence[RecordedEvent]) -> None:
        """Lets the service know what took effect."""
        if self._after_commit is None or not events:
            return
        try:
            await self._after_commit(events)
        except Exception:  # noqa: BLE001 - the effects are committed; the partition goes on
            self._log.error("consumer.after_commit_failed", events=len(events), exc_info=True)
