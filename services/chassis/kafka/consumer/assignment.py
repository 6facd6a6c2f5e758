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
from chassis.kafka.consumer.verification import OwnerAway, Verification
from chassis.kafka.envelope import EnvelopeReader
from chassis.runtime import telemetry

AfterCommit = Callable[[Sequence[RecordedEvent]], Awaitable[None]]
"""Called after a commit with the events that took effect. A crash between the two loses the call: nothing durable may hang on it alone."""

_BATCH: Final = 1_000  # messages a poll, and a transaction
_WAITING: Final = 1_000  # messages that wait in a lane before no more are asked for of its partitions
_WAITING_BYTES: Final = 8 << 20  # of them
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
        verifications: Mapping[str, Verification],  # by log
        after_commit: AfterCommit | None,
    ) -> None:
        self._name: Final = name
        self._readers: Final = readers
        self._store: Final = store
        self._reached: Final = reached
        self._ends: Final = ends
        self._verifications: Final = verifications
        self._after_commit: Final = after_commit
        self._log: Final = telemetry.logger(consumer=name)
        self._kafka: AIOKafkaConsumer | None = None  # once it has joined its group
        self._states: Final[dict[TopicPartition, PartitionState]] = {}
        self._before: Final[dict[TopicPartition, PartitionState]] = {}  # how partitions stood that are not ours any more, or begin anew
        self._seeks: Final = Counter[TopicPartition]()
        self._gaps: Final[dict[TopicPartition, int]] = {}  # offsets that have been asked for once more
        self._unsure: Final[set[TopicPartition]] = set()  # in front of whose next messages some may be missing
        self._resting: Final[dict[TopicPartition, float]] = {}  # until when nothing is read of them
        self._lanes: Final = Lanes(
            LANES, self._take, most=_BATCH, room=_WAITING, weighs=lambda delivery: delivery.size, weight=_WAITING_BYTES
        )
        self._messages_came_at = time.monotonic()
        self.joined: Final = asyncio.Event()
        """Set once Kafka has handed this process its partitions for the first time."""

    @property
    def states(self) -> dict[TopicPartition, PartitionState]:
        """Where each partition of this process stands."""
        return dict(self._states)

    @property
    def resting(self) -> set[TopicPartition]:
        """Those of which nothing is read for now: they stopped, or wait for their log's owner."""
        return set(self._resting)

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
        self.joined.set()

    def revoked(self) -> None:
        """No partition is ours any more."""
        self._kafka = None
        self._before.update(self._states)
        self._states.clear()
        self._resting.clear()
        self._reached.consumed_here(())

    async def _begin(self, kafka: AIOKafkaConsumer, partition: TopicPartition) -> PartitionState:
        """Loads how far a partition is, and reads on from there."""
        state = await self._store.load(self._readers[partition.topic].log, partition.partition)
        for before in (self._states.get(partition), self._before.get(partition)):
            if before is not None and (before.seen, before.settled) == (state.seen, state.settled):
                state.recent = before.recent  # what it remembers is what was taken, whoever holds the partition
        end, began = (await self._ends.of([partition]))[partition], (await self._ends.began([partition]))[partition]
        if state.next_offset > end or (state.next_offset and state.topic_began not in (None, began)):
            self._log.error(
                "consumer.topic_made_anew", topic=partition.topic, partition=partition.partition, end=end, was=state.next_offset
            )
            await self._store.rewind(state, 0)
            self._unsure.add(partition)
        if state.topic_began != began:
            await self._store.note_topic(state, began)
        state.unsure = partition in self._unsure
        if partition not in kafka.assignment():  # it was taken from us in the meantime
            return state
        self._states[partition] = state
        self._reached.consumed_here((s.log, s.partition) for s in self._states.values())
        self._reached.advanced((state.log, state.partition), state.position, state.next_offset)
        self._reached.stopped((state.log, state.partition), state.stop)
        self._verifications[state.log].began(state)
        if state.stop is not None:
            self._rest(partition)
        self._seek(kafka, partition, state.next_offset)
        return state

    async def compare_topics(self, began: Mapping[TopicPartition, int | None]) -> None:
        """Begins anew in each partition of which the topic is another than the one that was read so far."""
        for partition, first_written in began.items():
            state, kafka = self._states.get(partition), self._kafka
            if state is None or kafka is None or state.topic_began == first_written:
                continue
            if state.topic_began is None:
                await self._store.note_topic(state, first_written)
            else:
                self._states.pop(partition)
                self._before[partition] = state
                await self._begin(kafka, partition)

    def _rest(self, partition: TopicPartition) -> None:
        """Nothing is read of a partition for a while; then it begins anew where it stands."""
        self._resting[partition] = time.monotonic() + _AGAIN_SECONDS

    async def _begin_rested(self, kafka: AIOKafkaConsumer) -> None:
        now = time.monotonic()
        for partition in [partition for partition, until in self._resting.items() if until <= now]:
            del self._resting[partition]
            if partition in kafka.assignment():
                await self._begin(kafka, partition)

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
            read = {partition: read_deliveries(group, self._readers[partition.topic]) for partition, group in messages.items()}
            for topic, reader in self._readers.items():
                self._verifications[reader.log].arrived([d for partition, group in read.items() if partition.topic == topic for d in group])
            for partition, deliveries in read.items():
                await self._lanes.put(lane_of(partition.partition), _Fetched(partition, seeks[partition]), deliveries)

    async def _next_messages(self, kafka: AIOKafkaConsumer) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What there is for lanes with room, as soon as there is anything; nothing after a while."""
        await self._begin_rested(kafka)
        assigned = [partition for partition in kafka.assignment() if partition not in self._resting]
        partitions = [partition for partition in assigned if self._lanes.has_room(lane_of(partition.partition))]
        if (assigned or self._resting) and not partitions:
            await asyncio.sleep((_FULL_MILLISECONDS if assigned else _POLL_MILLISECONDS) / 1_000)
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
                if self._goes_back(fetched, state, deliveries):
                    await self._begin(kafka, partition)
                    return
                if partition in self._resting or not self._follows(kafka, fetched, state, deliveries[0].message.offset):
                    return
                begin = state.next_offset
                fresh = deliveries if deliveries[0].message.offset == begin else [d for d in deliveries if d.message.offset >= begin]
                events = await self._take_what_is_right(partition, state, fresh) if fresh else []
            except OwnerAway as away:
                self._log.warning("consumer.owner_away", topic=partition.topic, partition=partition.partition, reason=str(away))
                await self._store.wait(state, str(away))
                self._rest(partition)
                return
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

    async def _take_what_is_right(self, partition: TopicPartition, state: PartitionState, fresh: list[Delivery]) -> list[RecordedEvent]:
        """Takes what is the log's, and stops the partition where that contradicts what was taken before. Raises Fenced, OwnerAway."""
        right, stop = await self._verifications[state.log].judge(state, fresh)
        if not state.unsure:
            self._unsure.discard(partition)
        events = await self._store.take(state, right) if right else []
        if stop is not None:
            await self._store.stop(state, stop)
            self._reached.stopped((state.log, state.partition), stop)
            self._rest(partition)
        return events

    def _goes_back(self, fetched: _Fetched, state: PartitionState, deliveries: Sequence[Delivery]) -> bool:
        """Whether Kafka has begun again at an earlier offset by itself: it does where ours is beyond the end of a topic made anew."""
        first, last = deliveries[0].message.offset, deliveries[-1].message.offset
        back = first < state.next_offset or last - first < len(deliveries) - 1
        return back and fetched.seeks == self._seeks[fetched.partition]

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
            self._unsure.add(partition)
            state.unsure = True
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
