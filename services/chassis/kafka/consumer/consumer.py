"""The Kafka side of a consumer, and what a service sees of it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from chassis.errors import Kind, Refused
from chassis.events import EventTypes, RecordedEvent
from chassis.ids import Id
from chassis.kafka.consumer import dead_letters, schema
from chassis.kafka.consumer.dead_letters import DeadLetter, Replayed
from chassis.kafka.consumer.deliveries import Delivery, read_deliveries
from chassis.kafka.consumer.effects import Effect
from chassis.kafka.consumer.ends import TopicEnds
from chassis.kafka.consumer.envelope import EnvelopeReader
from chassis.kafka.consumer.lanes import Lanes
from chassis.kafka.consumer.ledger import LANES, Fenced, Ledger, PartitionState, lane_of
from chassis.kafka.consumer.progress import PartitionKey, Progress
from chassis.kafka.security import broker_security
from chassis.kafka.topics import MAX_MESSAGE_BYTES, create_topics, dead_letters_topic, events_topic
from chassis.positions import Position, positions_text
from chassis.runtime import Backoff, Settings, telemetry

AfterCommit = Callable[[Sequence[RecordedEvent]], Awaitable[None]]
"""Called after a commit with the events that took effect. A crash between the two loses the call: nothing durable may hang on it alone."""

_BATCH: Final = 1_000  # messages a poll, and a transaction
_WAITING: Final = 1_000  # messages that wait in a lane before no more are asked for of its partitions
_FULL_MILLISECONDS: Final = 5
_FETCH_MILLISECONDS: Final = 100
_FETCH_MILLISECONDS_AT_LEISURE: Final = 250
_FETCH_BYTES_AT_LEISURE: Final = 256 << 10
_POLL_MILLISECONDS: Final = 250
_WATCH_SECONDS: Final = 1.0
_REPORT_SECONDS: Final = 5.0
_STUCK_SECONDS: Final = 30.0  # with lag and without a batch for so long, the connection to Kafka is made anew
_STOP_SECONDS: Final = 5.0
_KAFKA_SECONDS: Final = 10.0
_COPIES: Final = 500


@dataclass(frozen=True, slots=True)
class Consumption:
    """How far one partition of one log is consumed."""

    log: str
    partition: int
    position: int  # of the last event whose effect is committed
    lag: int  # messages on the topic that are not consumed yet


class _NotAlive(Exception):  # noqa: N818 - it is what happened
    """The Kafka side has stopped without being told to."""


class Consumer:
    """Consumes logs from Kafka: effect and position in one transaction, poison set aside, for ever.

    Several processes of one service share the partitions among them (`name` is the group). Without `types` the effect gets events of
    every type; with them, those of other types are skipped and counted. `instance` names this process among those of its group, the same
    after a restart, so that a restart takes its partitions over at once; host and port where it is not given. A consumer `at_leisure` lets
    events wait up to a quarter of a second for company: at 200 events a second that is a twentieth of the transactions and of the fetches.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        logs: Iterable[str],
        effect: Effect,
        after_commit: AfterCommit | None = None,
        *,
        types: EventTypes | None = None,
        instance: str | None = None,
        at_leisure: bool = False,
    ) -> None:
        self._settings: Final = settings
        self._name: Final = name
        self._fetch_wait, self._fetch_bytes = (
            (_FETCH_MILLISECONDS_AT_LEISURE, _FETCH_BYTES_AT_LEISURE) if at_leisure else (_FETCH_MILLISECONDS, 1)
        )
        self._instance: Final = instance or f"{name}-{socket.gethostname()}-{settings.port}"
        self._logs: Final = {events_topic(log): log for log in logs}
        self._after_commit: Final = after_commit
        self._readers: Final = {log: EnvelopeReader(log) for log in self._logs.values()}
        self._ledger: Final = Ledger(settings.database_url, name, effect, types)
        self._progress: Final = Progress(settings.database_url, self._ledger.pool)
        self._security: Final = broker_security(settings)
        self._topic_ends: Final = TopicEnds(settings)
        self._log: Final = telemetry.logger(consumer=name)
        self._partitions: Final[dict[TopicPartition, PartitionState]] = {}
        self._holes: Final[dict[TopicPartition, int]] = {}
        self._kafka: AIOKafkaConsumer | None = None  # once it has joined its group
        self._last_batch = 0.0
        self._seeks: Final = Counter[TopicPartition]()
        self._polled_after = self._seeks
        self._lanes: Final = Lanes(LANES, self._take, most=_BATCH, room=_WAITING)
        self._tasks: list[asyncio.Task[None]] = []

    # -- what a service calls ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Makes the tables and begins to consume; comes back at once, also while Kafka does not answer.

        Raises psycopg.OperationalError when the database does not answer.
        """
        await schema.create_schema(self._settings.database_url)
        await self._ledger.open()
        self._tasks = [asyncio.create_task(self._consume_for_ever()), asyncio.create_task(self._progress.listen())]

    async def stop(self) -> None:
        """Ends the batch that is under way, and leaves."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._topic_ends.close()
        await self._ledger.close()

    async def wait_for(self, positions: Iterable[Position], timeout: float) -> None:
        """Waits until the effects up to these positions are committed, by whichever process: so that one reads one's own writes.

        Positions of logs that this service does not consume are passed over. Raises Refused (NOT_YET_CONSUMED) after `timeout` seconds.
        """
        consumed = set(self._logs.values())
        wanted: dict[PartitionKey, int] = {}
        for log, partition, position in positions:
            if log in consumed:
                wanted[log, partition] = max(position, wanted.get((log, partition), 0))
        if not await self._progress.until(wanted, timeout):
            names = positions_text(Position(log, partition, position) for (log, partition), position in wanted.items())
            raise Refused(
                "NOT_YET_CONSUMED", f"{self._name} has not come to {names} within {timeout:g} s; ask again", kind=Kind.UNAVAILABLE
            )

    async def catch_up(self) -> None:
        """Returns once everything that the topics hold now is consumed. Raises Refused (KAFKA_UNAVAILABLE)."""
        await self._progress.until_read(await self._ends())

    async def consumption(self) -> list[Consumption]:
        """How far each partition is, as all processes of this service have brought it. Raises Refused (KAFKA_UNAVAILABLE)."""
        ends = await self._ends()
        reached = await self._progress.read()
        return [
            Consumption(log, partition, *_position_and_lag(reached.get((log, partition), (0, 0)), end))
            for (log, partition), end in sorted(ends.items())
        ]

    async def count_dead_letters(self) -> int:
        """How many dead letters there are."""
        async with self._ledger.pool.connection() as connection:
            return await dead_letters.count_dead_letters(connection)

    async def list_dead_letters(self, after: int = 0, limit: int = 100, tenant_id: Id | None = None) -> list[DeadLetter]:
        """Dead letters with an id above `after`, oldest first, at most `limit`; of one tenant (and of nobody known), or of all."""
        async with self._ledger.pool.connection() as connection:
            return await dead_letters.list_dead_letters(connection, after, limit, tenant_id)

    async def replay_dead_letters(self, ids: Iterable[int] = (), tenant_id: Id | None = None) -> Replayed:
        """Carries out the effects of dead letters once more, oldest first: of these, each after the older ones of its aggregate, or of all.

        With `tenant_id` only those of that tenant, and of nobody known. One that fails again stays, with its new
        reason, and the later ones of its aggregate with it.
        """
        async with self._ledger.pool.connection() as connection:
            letters = await dead_letters.letters_to_replay(connection, ids, tenant_id)
        replayed: list[RecordedEvent] = []
        stuck = set()
        for letter in letters:
            if letter.aggregate_id in stuck:
                continue
            event = await self._ledger.replay(letter, self._readers[letter.log])
            if event is not None:
                replayed.append(event)
                await self._tell([event])
            elif letter.aggregate_id is not None:
                stuck.add(letter.aggregate_id)
        remaining = await self.count_dead_letters()
        self._log.info("consumer.dead_letters_replayed", replayed=len(replayed), remaining=remaining)
        return Replayed(len(replayed), remaining)

    # -- Kafka ---------------------------------------------------------------------------------------------------------------------

    async def _consume_for_ever(self) -> None:
        backoff = Backoff()
        while True:
            servers = self._settings.kafka_bootstrap.split(",")  # FastStream would take "a:1,b:2" for the name of one server
            broker = KafkaBroker(servers, security=self._security, logger=None, apply_types=False, graceful_timeout=_STOP_SECONDS)
            starting = asyncio.create_task(self._join(broker))
            try:
                subscriber = await asyncio.shield(starting)  # cut off in the middle, it would leave connections open
                self._last_batch = time.monotonic()
                backoff.reset()
                self._log.info("consumer.started", instance=self._instance, topics=list(self._logs))
                while True:
                    await self._watch(broker, subscriber)
            except Exception as failure:  # noqa: BLE001 - whatever it is: it is told, and consuming goes on
                self._log.error("consumer.interrupted", reason=f"{type(failure).__name__}: {failure}")
            finally:
                await self._leave(broker, starting)
            await backoff.sleep()

    async def _join(self, broker: KafkaBroker) -> Any:
        await create_topics(self._settings, [*self._logs, dead_letters_topic(self._name)])
        subscriber = self._subscribe(broker)
        self._lanes.open()
        await broker.start()
        return subscriber

    def _subscribe(self, broker: KafkaBroker) -> Any:
        subscriber: Any = broker.subscriber(
            *self._logs,
            batch=True,
            group_id=f"cairn.{self._name}",
            group_instance_id=self._instance,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            # A fetch waits for the partitions that it asks for; what arrives in another one, whose last messages have just been
            # taken, waits for that fetch to end. At 20 ms this cost 6 % of a core in each consumer that had nothing to do, and in Kafka.
            fetch_max_wait_ms=self._fetch_wait,
            fetch_min_bytes=self._fetch_bytes,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES + (1 << 20),  # a larger message than this would be skipped without a word
            fetch_max_bytes=2 * MAX_MESSAGE_BYTES,
            heartbeat_interval_ms=1_000,
            partition_assignment_strategy=(RangePartitionAssignor,),  # the same partitions of all logs meet in one process
            listener=_Rebalance(lambda assigned: self._assigned(subscriber.consumer, assigned), self._revoked),
            parser=_as_they_are,
            decoder=_raw_messages,
        )
        subscriber(self._on_messages)
        # FastStream's own way sleeps as long again after every poll that came to nothing.
        subscriber.get_msg = self._next_messages
        return subscriber

    async def _leave(self, broker: KafkaBroker, starting: asyncio.Task[Any]) -> None:
        self._kafka = None
        try:
            async with asyncio.timeout(2 * _STOP_SECONDS):
                await asyncio.wait([starting])
                await broker.stop()
        except Exception as failure:  # noqa: BLE001 - it is given up anyway
            self._log.warning("consumer.left_untidily", reason=f"{type(failure).__name__}: {failure}")
            starting.cancel()
        await self._lanes.close(_STOP_SECONDS)
        self._revoked()

    def _revoked(self) -> None:
        self._partitions.clear()
        self._progress.consumed_here(())

    async def _assigned(self, kafka: AIOKafkaConsumer, assigned: Iterable[TopicPartition]) -> None:
        """Kafka has handed us these partitions and no others: go on in each where its effects end."""
        self._kafka = kafka
        self._revoked()
        for partition in sorted(assigned):
            await self._assume(kafka, partition)
        self._log.info("consumer.assigned", partitions=len(self._partitions))

    async def _assume(self, kafka: AIOKafkaConsumer, partition: TopicPartition) -> PartitionState:
        """Loads how far a partition is, and reads on from there."""
        state = await self._ledger.load(self._logs[partition.topic], partition.partition)
        end = (await self._topic_ends.of([partition]))[partition]
        if state.next_offset > end:
            self._log.error(
                "consumer.topic_made_anew", topic=partition.topic, partition=partition.partition, end=end, was=state.next_offset
            )
            await self._ledger.rewind(state, 0)
        if partition not in kafka.assignment():  # it was taken from us in the meantime
            return state
        self._partitions[partition] = state
        self._progress.consumed_here((s.log, s.partition) for s in self._partitions.values())
        self._progress.advanced((state.log, state.partition), state.position, state.next_offset)
        self._seek(kafka, partition, state.next_offset)
        return state

    async def _next_messages(self, kafka: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
        """What there is for lanes with room, as soon as there is anything; nothing after a while."""
        assigned = kafka.assignment()
        partitions = [partition for partition in assigned if self._lanes.has_room(lane_of(partition.partition))]
        if assigned and not partitions:
            await asyncio.sleep(_FULL_MILLISECONDS / 1_000)
            return ()
        wait = _POLL_MILLISECONDS if len(partitions) == len(assigned) else _FULL_MILLISECONDS
        messages = await kafka.getmany(*partitions, timeout_ms=wait, max_records=_BATCH)
        self._polled_after = self._seeks.copy()
        return tuple(chain.from_iterable(messages.values()))

    async def _on_messages(self, messages: Sequence[ConsumerRecord]) -> None:
        """Reads what came, and hands it to the lanes: PostgreSQL is at work on other batches while this process reads the next."""
        seeks = self._polled_after
        for (topic, number), group in groupby(messages, key=attrgetter("topic", "partition")):
            partition = TopicPartition(topic, number)
            deliveries = read_deliveries(group, self._readers[self._logs[topic]])
            await self._lanes.put(lane_of(number), (partition, seeks[partition]), deliveries)
        self._last_batch = time.monotonic()

    async def _take(self, came: tuple[TopicPartition, int], deliveries: list[Delivery]) -> None:
        """Takes what came of a partition after so many seeks; again and again while it fails, as long as the partition is ours."""
        partition, seek = came
        while (kafka := self._kafka) is not None and partition in kafka.assignment():
            try:
                state = self._partitions.get(partition) or await self._assume(kafka, partition)
                if not self._goes_on(kafka, partition, state, deliveries[0].message.offset, seek):
                    return
                begin = state.next_offset
                fresh = deliveries if deliveries[0].message.offset == begin else [d for d in deliveries if d.message.offset >= begin]
                events = await self._ledger.take(state, fresh) if fresh else []
            except Fenced:
                self._log.warning("consumer.fenced", topic=partition.topic, partition=partition.partition)
                self._partitions.pop(partition, None)
            except Exception:  # noqa: BLE001 - whatever it is, it is told, and tried again
                self._log.error("consumer.failed", topic=partition.topic, partition=partition.partition, exc_info=True)
                self._partitions.pop(partition, None)
                await asyncio.sleep(_WATCH_SECONDS)
            else:
                self._progress.advanced((state.log, state.partition), state.position, state.next_offset)
                telemetry.CONSUMED.labels(self._name, state.log).inc(len(events))
                if events:
                    await self._tell(events)
                return

    def _goes_on(self, kafka: AIOKafkaConsumer, partition: TopicPartition, state: PartitionState, first_offset: int, seek: int) -> bool:
        """Whether nothing is missing between what was consumed and what came. If something is, it is asked for once more, and waited for;
        what Kafka then still does not give is not there.
        """
        if first_offset <= state.next_offset:
            return True
        if seek < self._seeks[partition]:  # it came before what was asked for
            return False
        if self._holes.pop(partition, None) == state.next_offset:
            self._log.error(
                "consumer.messages_missing",
                topic=partition.topic,
                partition=partition.partition,
                expected=state.next_offset,
                got=first_offset,
            )
            return True
        self._holes[partition] = state.next_offset
        self._seek(kafka, partition, state.next_offset)
        return False

    def _seek(self, kafka: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
        self._seeks[partition] += 1
        with suppress(IllegalStateError):  # it was taken from us in the meantime
            kafka.seek(partition, offset)

    async def _tell(self, events: Sequence[RecordedEvent]) -> None:
        if self._after_commit is None:
            return
        try:
            await self._after_commit(events)
        except Exception:  # noqa: BLE001 - the effects are committed; the partition goes on
            self._log.error("consumer.after_commit_failed", events=len(events), exc_info=True)

    # -- what goes on beside -------------------------------------------------------------------------------------------------------

    async def _watch(self, broker: KafkaBroker, subscriber: Any) -> None:
        """For some seconds sees to it that the consumer is alive, then reports: lag, a checkpoint for Kafka's own tools, dead letters.

        Raises _NotAlive, KafkaError.
        """
        until = time.monotonic() + _REPORT_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(_WATCH_SECONDS)
            if all(task.done() for task in subscriber.tasks):
                raise _NotAlive("the consuming task has ended")
        lag = await self._report()
        if lag and not self._lanes.busy and time.monotonic() - self._last_batch > _STUCK_SECONDS:
            raise _NotAlive(f"{lag} messages wait, and none has come for {_STUCK_SECONDS:.0f} s")
        await self._publish_dead_letters(broker)

    async def _report(self) -> int:
        kafka, partitions = self._kafka, dict(self._partitions)
        if kafka is None or not partitions:
            return 0
        try:
            async with asyncio.timeout(_KAFKA_SECONDS):
                ends = await self._topic_ends.of(partitions)
                if consumed := {p: state.next_offset for p, state in partitions.items() if state.next_offset}:
                    await kafka.commit(consumed)  # a checkpoint for tools that show lag; what counts is in the database
        except (KafkaError, IllegalStateError, TimeoutError) as failure:  # Kafka is away, or is handing partitions about: aiokafka goes on
            self._log.warning("consumer.not_reported", reason=f"{type(failure).__name__}: {failure}")
            return 0
        lag = 0
        for partition, state in partitions.items():
            behind = max(0, ends[partition] - state.next_offset)
            telemetry.CONSUMER_LAG.labels(self._name, state.log, str(state.partition)).set(behind)
            lag += behind
        return lag

    async def _publish_dead_letters(self, broker: KafkaBroker) -> None:
        """Copies new dead letters to their topic, for whoever watches it; the table is what counts. At least once."""
        telemetry.DEAD_LETTERS.labels(self._name).set(await self.count_dead_letters())
        async with self._ledger.pool.connection() as connection:
            letters = await dead_letters.unpublished(connection, _COPIES)
            for letter in letters:
                headers = {name: value.decode("utf-8", "replace") for name, value in letter.message().headers}
                headers |= {
                    "cairn_reason": letter.reason,
                    "cairn_source": f"{letter.kafka_topic}:{letter.partition}:{letter.kafka_offset}",
                }
                await broker.publish(letter.payload or b"", dead_letters_topic(self._name), key=letter.message_key, headers=headers)
            if letters:
                await dead_letters.mark_published(connection, letters)

    async def _ends(self) -> dict[PartitionKey, int]:
        """Where each partition of each log's topic ends now."""
        partitions = [TopicPartition(topic, number) for topic in self._logs for number in range(self._settings.topic_partitions)]
        try:
            async with asyncio.timeout(_KAFKA_SECONDS):
                ends = await self._topic_ends.of(partitions)
        except (KafkaError, TimeoutError) as failure:
            raise Refused(
                "KAFKA_UNAVAILABLE", f"Kafka at {self._settings.kafka_bootstrap} does not answer: {failure}", kind=Kind.UNAVAILABLE
            ) from None
        return {(self._logs[p.topic], p.partition): end for p, end in ends.items()}


def _position_and_lag(reached: tuple[int, int], end: int) -> tuple[int, int]:
    position, next_offset = reached
    return position, max(0, end - next_offset)


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    """Hands aiokafka's calls on."""

    def __init__(self, assigned: Callable[[Iterable[TopicPartition]], Awaitable[None]], revoked: Callable[[], None]) -> None:
        self._assigned = assigned
        self._revoked = revoked

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._assigned(assigned)

    def on_partitions_revoked(self, _revoked: Iterable[TopicPartition]) -> None:
        self._revoked()


async def _as_they_are(messages: tuple[ConsumerRecord, ...]) -> KafkaAckableMessage:
    """FastStream's own parser decodes every header of every message into text: 12 µs a message."""
    return KafkaAckableMessage(
        body=b"",
        headers={},
        batch_headers=[],
        reply_to="",
        content_type=None,
        message_id="",
        correlation_id="",
        raw_message=messages,
        path={},
        consumer=None,
    )


async def _raw_messages(message: KafkaAckableMessage) -> tuple[ConsumerRecord, ...]:
    return message.raw_message
