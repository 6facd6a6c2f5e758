"""The database side of a consumer: effects and positions in one transaction, dead letters, replay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from chassis.events import EventTypes, RecordedEvent
from chassis.ids import Id
from chassis.kafka.consumer import dead_letters
from chassis.kafka.consumer.dead_letters import DeadLetter
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effects import Effect
from chassis.kafka.consumer.envelope import EnvelopeReader, MalformedEnvelope
from chassis.kafka.consumer.failures import is_transient, reason_of
from chassis.kafka.consumer.schema import CHANNEL
from chassis.postgres import PLAN_ONCE, Connection, connection_pool
from chassis.runtime import Backoff, telemetry

_ADVANCE: Final = f"""
WITH moved AS (
  UPDATE consumed SET position = %s, kafka_offset = %s
  WHERE log = %s AND partition = %s AND position = %s AND kafka_offset = %s RETURNING 1
) SELECT pg_notify('{CHANNEL}', '') FROM moved""".encode()  # noqa: S608 - of constants

LANES: Final = 3
"""Partitions that are taken forward side by side."""

T = TypeVar("T")


def lane_of(partition: int) -> int:
    """Which of the lanes a partition goes on, whatever its log: lanes go on side by side, what is in one of them one after another.

    So PostgreSQL writes one partition while this process reads the next, and what meets in a partition number never waits for itself.
    """
    return partition % LANES


class Fenced(Exception):  # noqa: N818 - it is what happened
    """Another process has moved the partition on: what this one was about to do is not its business any more."""


@dataclass(slots=True)
class PartitionState:
    """What this process knows of a partition that it consumes; true as long as nobody else consumes it."""

    log: str
    partition: int
    position: int  # of the last event whose effect is committed
    next_offset: int  # of the next message to be read
    parked: set[Id] = field(default_factory=set)  # aggregates that have a dead letter
    buried: set[int] = field(default_factory=set)  # positions of dead letters above `position`


def sort_deliveries(state: PartitionState, deliveries: Iterable[Delivery]) -> tuple[list[RecordedEvent], list[tuple[Delivery, str]]]:
    """The events that are to take effect now, and the messages that become dead letters, each with its reason.

    What was seen before (the relay sends at least once) is in neither.
    """
    fresh: list[RecordedEvent] = []
    letters: list[tuple[Delivery, str]] = []
    position, parked, buried = state.position, state.parked, set(state.buried)
    newly_parked: set[Id] = set()
    for delivery in deliveries:
        _, event, fault = delivery
        if event is None:
            letters.append((delivery, fault))
        elif event.position <= position or event.position in buried:
            continue
        elif fault or event.aggregate_id in parked or event.aggregate_id in newly_parked:
            letters.append((delivery, fault or dead_letters.PARKED))
            newly_parked.add(event.aggregate_id)
            buried.add(event.position)
        else:
            fresh.append(event)
            position = event.position
    return fresh, letters


class _Batch(NamedTuple):
    """Deliveries, sorted, and where their partition is after them."""

    known: list[RecordedEvent]  # what is to take effect
    letters: list[tuple[Delivery, str]]
    position: int
    next_offset: int


class Ledger:
    """Commits effects, each event's once. One task a lane takes partitions forward; replay and look-ups may go on beside it."""

    def __init__(self, dsn: str, consumer: str, effect: Effect, types: EventTypes | None) -> None:
        self._dsn: Final = dsn
        self._consumer: Final = consumer
        self._effect: Final = effect
        self._types: Final = types
        self._log: Final = telemetry.logger(consumer=consumer)
        self._live: dict[int, Connection] = {}  # by lane
        self.pool: Final = connection_pool(dsn)

    async def open(self) -> None:
        """Connects what is used beside the effects."""
        await self.pool.open()

    async def close(self) -> None:
        """Ends all connections."""
        await self.pool.close(timeout=2.0)
        for connection in self._live.values():
            await connection.close()
        self._live.clear()

    async def load(self, log: str, partition: int) -> PartitionState:
        """How far a partition is consumed, from the database; waits while the database does not answer."""
        return await self.persistently(lambda: self._load(log, partition))

    async def _load(self, log: str, partition: int) -> PartitionState:
        async with self.pool.connection() as connection:  # on the live one a batch may be under way
            await connection.execute("INSERT INTO consumed (log, partition) VALUES (%s, %s) ON CONFLICT DO NOTHING", (log, partition))
            query = "SELECT position, kafka_offset FROM consumed WHERE log = %s AND partition = %s"
            position, next_offset = await (await connection.execute(query, (log, partition))).fetchone() or (0, 0)
            parked = await dead_letters.parked_aggregates(connection, log, partition)
            buried = await dead_letters.buried_positions(connection, log, partition, position) if parked else set()
        return PartitionState(log, partition, position, next_offset, parked, buried)

    async def rewind(self, state: PartitionState, offset: int) -> None:
        """Reads a partition again from `offset`: its topic was made anew. Repeats are dropped by position.

        Raises Fenced.
        """
        await self.persistently(lambda: self._advance_alone(state, offset))
        state.next_offset = offset

    async def _advance_alone(self, state: PartitionState, offset: int) -> None:
        async with self.pool.connection() as connection:
            await self._advance(connection, state, state.position, offset)

    async def take(self, state: PartitionState, deliveries: Sequence[Delivery]) -> list[RecordedEvent]:
        """Carries out the effects of some messages of a partition and moves the partition on; returns the events that took effect.

        Waits while the world does not let it. A poison event is found by halving, and becomes a dead letter.
        Raises Fenced when another process consumes this partition.
        """
        try:
            return await self.persistently(lambda: self._commit(state, deliveries))
        except Fenced:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever an effect raises, the partition goes on
            if len(deliveries) > 1:
                middle = len(deliveries) // 2
                return [*await self.take(state, deliveries[:middle]), *await self.take(state, deliveries[middle:])]
            reason = reason_of(failure)
        poison = deliveries[0]._replace(fault=reason)
        self._log.error("consumer.event_buried", log=state.log, partition=state.partition, offset=poison.message.offset, reason=reason)
        return await self.persistently(lambda: self._commit(state, [poison]))

    async def _commit(self, state: PartitionState, deliveries: Sequence[Delivery]) -> list[RecordedEvent]:
        connection = await self._connected(lane_of(state.partition))
        async with connection.transaction():
            if state.parked:  # somebody may have replayed dead letters since
                await _lock(connection, state.log, state.partition)
                state.parked = await dead_letters.parked_aggregates(connection, state.log, state.partition)
            batch = self._sorted(state, deliveries)
            # Before the tables of the effect are looked up: a rebuild holds this row while it puts other tables in their place.
            await self._advance(connection, state, batch.position, batch.next_offset)
            if batch.known:
                await self._effect(connection, batch.known)
            if batch.letters:
                await dead_letters.bury(connection, state.log, batch.letters)
        state.position, state.next_offset = batch.position, batch.next_offset
        if batch.letters:
            buried = [event for (_, event, _), _ in batch.letters if event is not None]
            state.parked.update(event.aggregate_id for event in buried)
            state.buried.update(event.position for event in buried)
        if state.buried:
            state.buried = {p for p in state.buried if p > batch.position}
        return batch.known

    def _sorted(self, state: PartitionState, deliveries: Sequence[Delivery]) -> _Batch:
        fresh, letters = sort_deliveries(state, deliveries)
        position = fresh[-1].position if fresh else state.position
        return _Batch(self._known(fresh), letters, position, deliveries[-1].message.offset + 1)

    async def _advance(self, connection: Connection, state: PartitionState, position: int, next_offset: int) -> None:
        """The fence: the row moves only from where this process saw it, and whoever else tries waits for our commit and then fails."""
        parameters = (position, next_offset, state.log, state.partition, state.position, state.next_offset)
        moved = await connection.execute(_ADVANCE, parameters)
        if moved.rowcount != 1:
            raise Fenced

    def _known(self, events: list[RecordedEvent]) -> list[RecordedEvent]:
        if (types := self._types) is None:
            return events
        known = [event for event in events if event.event_type in types]
        if len(known) != len(events):
            for event in events:
                if event.event_type not in types:
                    telemetry.UNKNOWN_EVENTS.labels(self._consumer, event.event_type).inc()
        return known

    async def replay(self, letter: DeadLetter, reader: EnvelopeReader) -> RecordedEvent | None:
        """Carries out the effect of a dead letter and takes it away; None where it failed again and stays, its reason noted."""
        try:
            return await self.persistently(lambda: self._replay(letter, reader))
        except Exception as failure:  # noqa: BLE001 - it stays a dead letter, with its new reason
            reason = f"MalformedEnvelope: {failure}" if isinstance(failure, MalformedEnvelope) else reason_of(failure)
        async with self.pool.connection() as connection:
            await dead_letters.keep(connection, letter, reason)
        return None

    async def _replay(self, letter: DeadLetter, reader: EnvelopeReader) -> RecordedEvent:
        event = reader.read(letter.message())
        async with self.pool.connection() as connection, connection.transaction():
            await _lock(connection, letter.log, letter.partition)  # the consumer of this partition waits, and then sees what we did
            if await dead_letters.settle(connection, letter):
                if self._known([event]):
                    await self._effect(connection, [event])
                await connection.execute(
                    "UPDATE consumed SET position = greatest(position, %s) WHERE log = %s AND partition = %s",
                    (event.position, letter.log, letter.partition),
                )
                await connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
        return event

    async def persistently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Tries again, ever more slowly, while the failure is the world's; raises any other, and Fenced."""
        backoff = Backoff()
        while True:
            try:
                return await attempt()
            except Exception as failure:
                if not is_transient(failure):
                    raise
                self._log.warning("consumer.effect_retried", reason=reason_of(failure))
                await backoff.sleep()

    async def _connected(self, lane: int) -> Connection:
        """The connection that a lane's effects are committed on, one task's alone. One left in the middle of something is given up."""
        connection = self._live.get(lane)
        if connection is not None and connection.info.transaction_status is not TransactionStatus.IDLE:
            await connection.close()
            connection = None
        if connection is None:
            connection = self._live[lane] = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
            await connection.execute(PLAN_ONCE)
        return connection


async def _lock(connection: Connection, log: str, partition: int) -> None:
    await connection.execute("SELECT FROM consumed WHERE log = %s AND partition = %s FOR UPDATE", (log, partition))
