"""Carries one log to its topic."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis.eventstore import CHANNEL, SERVER_RUN, Generation, compare, is_current, read_identity
from chassis.ids import Id
from chassis.kafka.headers import generation_headers, headers_sql, read_headers
from chassis.kafka.relay.comparison import TopicEnds, known_to_be_relayed
from chassis.kafka.relay.records import RecordBatch
from chassis.kafka.security import client_security
from chassis.kafka.topics import MAX_MESSAGE_BYTES, create_topics, events_topic
from chassis.partitions import partition_of
from chassis.positions import FIRST_GENERATION
from chassis.runtime import Backoff, Settings, attempt, telemetry, tracing

Row = tuple[int, bytes, bytes, bytes]
"""Position, partition key, payload, header section."""

_PAGE: Final = 2_000
_BATCH_BYTES: Final = 900_000  # a batch that is that full is sent before the page is through
_POLL_SECONDS: Final = 1.0  # a lost NOTIFY costs a second, not an event
_STANDBY_SECONDS: Final = 0.5
_CHECKPOINT_SECONDS: Final = 0.1
_STOP_SECONDS: Final = 3.0
_MAX_KEYS: Final = 200_000
_LOOK_SECONDS: Final = 5.0
_POSITION_NAME: Final = "kafka"  # of our row in relay_position
_COMPARED: Final = f"""
INSERT INTO relay_position (name, position, behind, compared_in) VALUES (%s, %s, %s, {SERVER_RUN})
ON CONFLICT (name) DO UPDATE SET position = excluded.position, behind = excluded.behind, compared_in = excluded.compared_in
RETURNING generation
"""  # noqa: S608 - of constants alone

# A holder whose machine is gone is noticed by PostgreSQL within some 11 s, and its lock is free; when only the process died, at once.
_KEEPALIVE: Final = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
}


class TopicIsShorter(Exception):  # noqa: N818 - it is what happened
    """The topic has lost messages: it is compared with the log again."""


class LogHasGap(Exception):  # noqa: N818 - it is what happened
    """A page of the log leaves a position out, or the log ends before what was relayed: it must not be relayed as it is."""


def _page_size(position: int, untold: Sequence[Generation]) -> int:
    """How many events are read behind a position: none of an untold generation."""
    return min(_PAGE, untold[0].first_position - 1 - position) if untold else _PAGE


async def relay_progress(dsn: str) -> tuple[int, int]:
    """The position of a log's newest event, and the one up to which Kafka is known to have it.

    Raises psycopg.OperationalError when the log's database does not answer.
    """
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        rows = await connection.execute(
            "SELECT log_head.position, coalesce(relay_position.position, 0) FROM log_head LEFT JOIN relay_position ON name = %s",
            (_POSITION_NAME,),
        )
        head, relayed = await rows.fetchone() or (0, 0)
    return head, relayed


@dataclass(slots=True)
class Publication:
    """What is handed to Kafka at once: at most one batch a partition."""

    batches: dict[int, RecordBatch]
    last_position: int
    traceparents: list[str]  # of its events, where they are traced


class Relay:
    """Carries one log to its topic, for ever. Of several for one log one is active, and the others stand by.

    Per partition the topic holds the events in the log's order; some of them twice after a failure, but never one before all that are
    older: a publication is handed to Kafka only when all of the one before is acknowledged, and after any failure the log is read again
    from the last acknowledged position. So a consumer may drop what is not above the last position it has seen.
    """

    def __init__(self, log: str, dsn: str, settings: Settings) -> None:
        self._name: Final = log
        self._topic: Final = events_topic(log)
        self._dsn: Final = dsn
        self._settings: Final = settings
        self._log: Final = telemetry.logger(log=log)
        self._select: Final = (
            f"SELECT position, uuid_send(partition_key), payload, {headers_sql(log, traced=tracing.is_on())}"  # noqa: S608 - constants and a checked name
            " FROM event WHERE position > %s ORDER BY position LIMIT %s"
        )
        self._partitions: Final[dict[Id, int]] = {}
        self._bell: Final = asyncio.Event()
        self._on_its_way: asyncio.Task[int] | None = None
        self.relayed = 0
        """The position up to which Kafka has acknowledged everything, as far as this process knows."""

    async def run(self) -> None:
        """Relays until it is cancelled. When PostgreSQL or Kafka goes away it comes back with them, and goes on where it was."""
        backoff = Backoff()
        while True:
            try:
                await attempt(self._relay(backoff))
            except BaseExceptionGroup as failures:
                self._log.error("relay.interrupted", reasons=[f"{type(f).__name__}: {f}" for f in failures.exceptions], at=self.relayed)
            except Exception as failure:  # noqa: BLE001 - whatever it is: it is told, and the log is read again from where Kafka has it
                self._log.error("relay.interrupted", reasons=[f"{type(failure).__name__}: {failure}"], at=self.relayed)
            await backoff.sleep()

    async def _relay(self, backoff: Backoff) -> None:
        """Relays until something fails."""
        async with self._only_active_relay() as holder:
            backoff.reset()
            await self._relay_while_holding(holder)

    # -- one active relay a log ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _only_active_relay(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection that holds the log's lock. Asks again and again: to wait inside PostgreSQL would keep it from vacuuming."""
        async with await self._connect() as connection:
            standing_by = False
            while True:
                row = await (await connection.execute("SELECT pg_try_advisory_lock(hashtextextended('cairn relay', 0))")).fetchone()
                if row is not None and row[0]:
                    break
                if not standing_by:
                    self._log.info("relay.standing_by")
                    standing_by = True
                await asyncio.sleep(_STANDBY_SECONDS)
            self._log.info("relay.active")
            yield connection

    async def _relay_while_holding(self, holder: psycopg.AsyncConnection[Any]) -> None:
        """Relays until something fails; the loss of the lock's connection is such a failure."""
        await self._log_is_there(holder)
        await create_topics(self._settings, [self._topic])
        await holder.execute(f"LISTEN {CHANNEL}")
        async with await self._connect() as reader, await self._connect() as checkpoints, self._topic_reader() as topic:
            while (untold := await self._compare(checkpoints, topic)) is None:
                await self._until_recovered(holder)
            await checkpoints.execute("SET synchronous_commit = off")  # a lost checkpoint means sending again, never losing
            async with self._producer() as producer:
                try:
                    async with asyncio.TaskGroup() as tasks:
                        tasks.create_task(self._ring(holder))
                        tasks.create_task(self._notice_a_shorter_topic(topic))
                        # Here: a group that fails while it only waits for its tasks leaves this one half cancelled.
                        await self._carry(reader, checkpoints, producer, untold)
                except Exception:
                    if self._on_its_way is not None:  # what Kafka may still take is settled before anything is sent again
                        await asyncio.wait([self._on_its_way])
                    raise

    async def _log_is_there(self, holder: psycopg.AsyncConnection[Any]) -> None:
        """Waits for the log's tables: at a first start, and after an upgrade, the service that makes them may come up after its relay.

        Raises NewerSchema when a newer release made them.
        """
        told = False
        while not await is_current(holder):
            if not told:
                self._log.info("relay.waiting_for_log")
                told = True
            await asyncio.sleep(_STANDBY_SECONDS)

    # -- the topic beside the log --------------------------------------------------------------------------------------------------

    async def _compare(self, checkpoints: psycopg.AsyncConnection[Any], topic: AIOKafkaConsumer) -> deque[Generation] | None:
        """Compares the topic with the log, and notes what it found for the log's service; finds from where to send.

        The generations whose beginnings are to be told behind there; None while the log is behind its topic, and nothing may be sent.
        """
        async with checkpoints.transaction():
            identity = await read_identity(checkpoints)
            relayed = await self._checkpointed(checkpoints)
            ends = TopicEnds(self._name, self._settings.topic_partitions, topic, checkpoints, identity)
            newest = await ends.newest_in_log()
            topic.unsubscribe()  # or it would fetch the last partition that was looked at for ever
            found = await compare(checkpoints)
            self.relayed = await known_to_be_relayed(checkpoints, relayed, newest, self._partition)
            row = await (await checkpoints.execute(_COMPARED, (_POSITION_NAME, self.relayed, found.behind))).fetchone()
        told = int(row[0]) if row else FIRST_GENERATION
        if found.foreign:
            first = found.foreign[0]
            self._log.error("relay.foreign_messages", count=len(found.foreign), partition=first.partition, offset=first.offset)
        if found.behind:
            self._log.error("relay.log_is_behind", log_ends_with_topic_at=found.parting, ahead=len(found.events) + len(found.lost))
            return None
        if self.relayed < relayed:
            self._log.error("relay.topic_is_shorter", relayed=relayed, again_from=self.relayed)
        untold = [g for g in identity.generations[1:] if g.generation > told or g.first_position > self.relayed]
        self.relayed = min([self.relayed, *(generation.first_position - 1 for generation in untold)])
        return deque(untold)

    async def _until_recovered(self, holder: psycopg.AsyncConnection[Any]) -> None:
        while True:
            row = await (await holder.execute("SELECT behind FROM relay_position WHERE name = %s", (_POSITION_NAME,))).fetchone()
            if row is None or not row[0]:
                return
            await asyncio.sleep(_STANDBY_SECONDS)

    async def _notice_a_shorter_topic(self, topic: AIOKafkaConsumer) -> None:
        """Raises TopicIsShorter when a partition ends before where it ended, as of a Kafka that has lost its volume."""
        partitions = [TopicPartition(self._topic, number) for number in range(self._settings.topic_partitions)]
        before: dict[TopicPartition, int] = await topic.end_offsets(partitions)
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._topic not in await topic.topics():
                raise TopicIsShorter(f"there is no topic {self._topic} any more")
            ends: dict[TopicPartition, int] = await topic.end_offsets(partitions)
            for partition in partitions:
                if ends[partition] < before[partition]:
                    raise TopicIsShorter(f"partition {partition.partition} ended at {before[partition]}, and ends at {ends[partition]}")
            before = ends

    async def _ring(self, holder: psycopg.AsyncConnection[Any]) -> None:
        async for _ in holder.notifies():
            self._bell.set()
        raise ConnectionError("the connection that holds the lock was closed")

    # -- reading, packing, sending -------------------------------------------------------------------------------------------------

    async def _carry(
        self,
        reader: psycopg.AsyncConnection[Any],
        checkpoints: psycopg.AsyncConnection[Any],
        producer: AIOKafkaProducer,
        untold: deque[Generation],
    ) -> None:
        """The next page is read while this one is packed, and this one packed while the one before is on its way.

        A page ends where a generation begins that is `untold`: its beginning is told before its events are.
        """
        position = saved = self.relayed
        saved_at = time.monotonic()
        self._on_its_way = None
        next_page: asyncio.Task[Sequence[Row]] | None = None
        try:
            while True:
                while untold and untold[0].first_position == position + 1:
                    await self._acknowledged()
                    await self._tell_beginning(untold.popleft(), producer, checkpoints)
                size = _page_size(position, untold)
                rows = await (next_page or self._page(reader, position, size))
                next_page, more = None, len(rows) == size
                if rows:
                    if rows[-1][0] - position != len(rows):
                        raise LogHasGap(f"{len(rows)} events after position {position} end at {rows[-1][0]}")
                    position = rows[-1][0]
                    if more and (next_size := _page_size(position, untold)):
                        next_page = asyncio.create_task(self._page(reader, position, next_size))
                        await asyncio.sleep(0)  # so that PostgreSQL is asked before we are busy
                    for publication in self._pack(rows):
                        await self._acknowledged()
                        self._on_its_way = asyncio.create_task(self._send(producer, publication))
                        await asyncio.sleep(0)
                if not more:  # what was appended since the bell was cleared has rung it
                    await self._acknowledged()
                if saved < self.relayed and time.monotonic() - saved_at > _CHECKPOINT_SECONDS:
                    await self._checkpoint(checkpoints)
                    saved, saved_at = self.relayed, time.monotonic()
                if not more:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_POLL_SECONDS if saved == self.relayed else _CHECKPOINT_SECONDS):
                            await self._bell.wait()
        finally:
            if next_page is not None:
                next_page.cancel()

    async def _page(self, reader: psycopg.AsyncConnection[Any], after: int, size: int) -> Sequence[Row]:
        """The next page. The bell is cleared before it is asked for: whatever is appended too late for it rings."""
        self._bell.clear()
        return await self._read(reader, after, size)

    async def _read(self, reader: psycopg.AsyncConnection[Any], after: int, size: int) -> Sequence[Row]:
        cursor = reader.cursor(binary=True)
        await cursor.execute(self._select.encode(), (after, size), prepare=True)
        return await cursor.fetchall()

    def _pack(self, rows: Sequence[Row]) -> Iterator[Publication]:
        """The rows as batches, one a partition; more than one publication where a batch is full before the page is through."""
        batches: dict[int, RecordBatch] = {}
        known = self._partitions
        traceparents: list[str] = []
        traced = tracing.is_on()
        position = 0
        for position, key, payload, headers in rows:
            number = known.get(key)
            if number is None:
                number = self._partition(key)
            batch = batches.get(number)
            if batch is None:
                batch = batches[number] = RecordBatch()
            elif batch.size() + len(payload) > _BATCH_BYTES:
                yield Publication(batches, position - 1, traceparents)
                batches, traceparents = {number: (batch := RecordBatch())}, []
            batch.add(key, payload, headers)
            if traced:
                traceparents.append(dict(read_headers(headers))[tracing.HEADER].decode())
        yield Publication(batches, position, traceparents)

    def _partition(self, key: Id) -> int:
        if len(self._partitions) >= _MAX_KEYS:
            self._partitions.clear()
        number = self._partitions[key] = partition_of(key, self._settings.topic_partitions)
        return number

    async def _send(self, producer: AIOKafkaProducer, publication: Publication) -> int:
        """Hands a publication to Kafka; returns its last position once all of it is acknowledged by all in-sync replicas.

        Raises KafkaError when a part of it was not taken; then every other part is settled, too.
        """
        began = tracing.now()
        acknowledgements = [
            await producer.send_batch(batch, self._topic, partition=partition) for partition, batch in publication.batches.items()
        ]
        outcomes = await asyncio.gather(*acknowledgements, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        tracing.relayed(self._name, publication.traceparents, began)
        return publication.last_position

    async def _tell_beginning(self, generation: Generation, producer: AIOKafkaProducer, checkpoints: psycopg.AsyncConnection[Any]) -> None:
        """Tells every partition that a generation begins; once all have it, that is remembered."""
        headers = generation_headers(self._name, (await read_identity(checkpoints)).log_id, generation)
        for partition in range(self._settings.topic_partitions):
            await producer.send_and_wait(self._topic, b"", partition=partition, headers=headers)
        await checkpoints.execute(
            "UPDATE relay_position SET generation = greatest(generation, %s) WHERE name = %s", (generation.generation, _POSITION_NAME)
        )
        self._log.warning("relay.generation_began", generation=generation.generation, first_position=generation.first_position)

    async def _acknowledged(self) -> None:
        """Waits for what is on its way, if anything is."""
        if self._on_its_way is not None:
            self.relayed = await asyncio.shield(self._on_its_way)
            self._on_its_way = None
            telemetry.RELAYED.labels(self._name).set(self.relayed)

    # -- where we are --------------------------------------------------------------------------------------------------------------

    async def _checkpointed(self, checkpoints: psycopg.AsyncConnection[Any]) -> int:
        row = await (await checkpoints.execute("SELECT position FROM relay_position WHERE name = %s", (_POSITION_NAME,))).fetchone()
        position = int(row[0]) if row else 0
        head = await self._head(checkpoints)
        if position > head:
            raise LogHasGap(f"relayed up to {position}, but the log ends at {head}: it was restored from an older state")
        return position

    async def _checkpoint(self, checkpoints: psycopg.AsyncConnection[Any]) -> None:
        """Remembers how far Kafka has the log, only ever forward."""
        await checkpoints.execute(
            "INSERT INTO relay_position (name, position) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET position = excluded.position"
            " WHERE relay_position.position < excluded.position",
            (_POSITION_NAME, self.relayed),
        )
        telemetry.LOG_HEAD.labels(self._name).set(await self._head(checkpoints))

    async def _head(self, checkpoints: psycopg.AsyncConnection[Any]) -> int:
        row = await (await checkpoints.execute("SELECT position FROM log_head")).fetchone()
        return int(row[0]) if row else 0

    # -- connections ---------------------------------------------------------------------------------------------------------------

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        name = f"cairn relay {os.getpid()}"  # so that pg_stat_activity tells which process holds the lock
        return await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, application_name=name, **_KEEPALIVE)  # type: ignore[arg-type]

    @asynccontextmanager
    async def _topic_reader(self) -> AsyncIterator[AIOKafkaConsumer]:
        """Of no group: it reads what it is told to."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka_bootstrap,
            **client_security(self._settings),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=10_000,
            fetch_max_wait_ms=10,  # a fetch at the end of one partition would hold up what is asked of the next
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES + (1 << 20),  # a larger message than this would be skipped without a word
            fetch_max_bytes=2 * MAX_MESSAGE_BYTES,
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[AIOKafkaProducer]:
        """A producer that neither reorders nor repeats within its life, and calls acknowledged what all in-sync replicas have."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka_bootstrap,
            **client_security(self._settings),
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=MAX_MESSAGE_BYTES,
            max_request_size=MAX_MESSAGE_BYTES + _BATCH_BYTES,
            request_timeout_ms=10_000,
            metadata_max_age_ms=10_000,  # a killed broker's partitions find their new leader within seconds
        )
        try:
            await producer.start()
            yield producer
        finally:
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await producer.stop()
            except TimeoutError:
                self._log.warning("relay.left_untidily")
                await producer.client.close()
