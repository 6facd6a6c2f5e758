"""The database side of a consumer: effects, positions and dead letters, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from chassis.checksums import Checksum, as_bigint, from_bigint
from chassis.events import EventTypes, RecordedEvent
from chassis.kafka.consumer import dead_letters, unknown_types
from chassis.kafka.consumer.dead_letters import DeadLetter
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effects import Effect, EffectAsStatements, Statement
from chassis.kafka.consumer.failures import is_transient, reason_of
from chassis.kafka.consumer.partition_state import Batch, PartitionState, Stop, sort_deliveries, sort_nothing
from chassis.kafka.consumer.schema import CHANNEL
from chassis.kafka.envelope import EnvelopeReader, MalformedEnvelope
from chassis.postgres import PLAN_ONCE, Connection, connection_pool
from chassis.postgres.binary import take_arrays
from chassis.runtime import Backoff, telemetry, tracing

LANES: Final = 3
"""Partitions that are taken forward side by side."""

_ADVANCE: Final = f"""
WITH moved AS (
  UPDATE consumed SET position = %s, kafka_offset = %s, seen = %s, events = %s, checksum = %s, generation = %s,
    refused = refused + %s,
    recorded_at = greatest(recorded_at, %s),
    waits_for = NULL, waits_since = NULL
  WHERE log = %s AND partition = %s AND position = %s AND kafka_offset = %s AND settled = %s AND (checksum IS NULL) = %s RETURNING 1
) SELECT pg_notify('{CHANNEL}', ''), 1 / count(*) FROM moved""".encode()  # noqa: S608 - of constants
"""The fence: fails, with DivisionByZero, where the row has moved meanwhile; so whatever was sent behind it is not carried out."""

_WHERE_IT_STANDS: Final = b"""
SELECT position, kafka_offset, seen, events, checksum, generation, refused, settled, coalesce(agreed_position, 0), waits_for, topic_began,
    stop_reason, stop_message, stop_position
FROM consumed LEFT JOIN reconciliation USING (log, partition) WHERE log = %s AND partition = %s
"""
_STOP: Final = b"""
UPDATE consumed SET stop_reason = %s, stop_message = %s, stop_position = %s, stopped_at = clock_timestamp(),
    waits_for = NULL, waits_since = NULL
WHERE log = %s AND partition = %s AND position = %s AND kafka_offset = %s AND settled = %s AND (checksum IS NULL) = %s
"""
_WAITS: Final = b"""
UPDATE consumed SET waits_for = %s, waits_since = coalesce(waits_since, clock_timestamp())
WHERE log = %s AND partition = %s AND position = %s AND kafka_offset = %s AND settled = %s AND (checksum IS NULL) = %s
"""
_FEWER_REFUSED: Final = b"""
UPDATE consumed SET refused = greatest(refused - 1, 0) WHERE log = %s AND partition = %s AND seen >= %s
"""
_LOCK: Final = "SELECT FROM consumed WHERE log = %s AND partition = %s FOR UPDATE"

T = TypeVar("T")


def lane_of(partition: int) -> int:
    """Which of the lanes a partition goes on, whatever its log: lanes go on side by side, what is in one of them one after another.

    So PostgreSQL writes one partition while this process reads the next, and what meets in a partition number never waits for itself.
    """
    return partition % LANES


class Fenced(Exception):  # noqa: N818 - it is what happened
    """Another process has moved the partition on: what this one was about to do is not its business any more."""


class EffectStore:
    """Commits effects, each event's once. One task a lane takes partitions forward; replay and look-ups may go on beside it."""

    def __init__(
        self, dsn: str, consumer: str, effect: Effect, types: EventTypes | None, as_statements: EffectAsStatements | None = None
    ) -> None:
        self._dsn: Final = dsn
        self._consumer: Final = consumer
        self._effect: Final = effect
        self._types: Final = types
        self._as_statements: Final = as_statements
        self._log: Final = telemetry.logger(consumer=consumer)
        self._connections: dict[int, Connection] = {}  # by lane
        self.pool: Final = connection_pool(dsn)
        """For what goes on beside the effects."""

    async def open(self) -> None:
        """Connects what is used beside the effects."""
        await self.pool.open()

    async def close(self) -> None:
        """Ends all connections."""
        await self.pool.close(timeout=2.0)
        for connection in self._connections.values():
            await connection.close()
        self._connections.clear()

    # -- where a partition stands --------------------------------------------------------------------------------------------------

    async def load(self, log: str, partition: int) -> PartitionState:
        """How far a partition is consumed, from the database; waits while the database does not answer."""
        return await self._persistently(lambda: self._load(log, partition))

    async def _load(self, log: str, partition: int) -> PartitionState:
        async with self.pool.connection() as connection:  # on its lane's connection a batch may be under way
            await connection.execute(
                "INSERT INTO consumed (log, partition, events, checksum) VALUES (%s, %s, 0, 0) ON CONFLICT DO NOTHING", (log, partition)
            )
            row = await (await connection.execute(_WHERE_IT_STANDS, (log, partition))).fetchone()
            blocked = await dead_letters.blocked_aggregates(connection, log, partition)
        assert row is not None
        position, next_offset, seen, events, checksum, generation, refused, settled, agreed, waits_for, topic_began, *stop = row
        return PartitionState(
            log,
            partition,
            position,
            next_offset,
            seen,
            None if checksum is None else Checksum(events, from_bigint(checksum)),
            generation,
            settled,
            refused,
            None if stop[0] is None else Stop(*stop),
            agreed,
            waits_for,
            topic_began,
            blocked,
        )

    async def note_topic(self, state: PartitionState, began: int | None) -> None:
        """Remembers when the first message of a partition's topic was written."""
        await self._persistently(lambda: self._note_topic(state, began))
        state.topic_began = began

    async def _note_topic(self, state: PartitionState, began: int | None) -> None:
        async with self.pool.connection() as connection:
            await connection.execute(
                "UPDATE consumed SET topic_began = %s WHERE log = %s AND partition = %s", (began, state.log, state.partition)
            )

    async def rewind(self, state: PartitionState, offset: int) -> None:
        """Reads a partition again from `offset`: its topic was made anew. Repeats are dropped by position.

        Raises Fenced.
        """
        await self._persistently(lambda: self._rewind(state, offset))
        state.next_offset = offset

    async def _rewind(self, state: PartitionState, offset: int) -> None:
        async with self.pool.connection() as connection:
            await _advance(connection, state, sort_nothing(state, offset))

    async def stop(self, state: PartitionState, stop: Stop) -> None:
        """A partition goes no further, until its service is rebuilt. Raises Fenced."""
        await self._persistently(lambda: self._stop(state, stop))
        state.stop = stop

    async def _stop(self, state: PartitionState, stop: Stop) -> None:
        async with self.pool.connection() as connection, connection.transaction():
            if (await connection.execute(_STOP, (*stop, *_place(state)))).rowcount != 1:
                raise Fenced
            await connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))  # whoever waits for a position

    async def wait(self, state: PartitionState, why: str) -> None:
        """Notes, once, why nothing more is taken of a partition for now; it is forgotten when the partition goes on."""
        if state.waits_for == why:
            return
        await self._persistently(lambda: self._wait(state, why))
        state.waits_for = why

    async def _wait(self, state: PartitionState, why: str) -> None:
        async with self.pool.connection() as connection:
            await connection.execute(_WAITS, (why, *_place(state)))

    # -- taking a partition forward ------------------------------------------------------------------------------------------------

    async def take(self, state: PartitionState, deliveries: Sequence[Delivery]) -> list[RecordedEvent]:
        """Carries out the effects of some messages of a partition and moves the partition on; returns the events that took effect.

        Waits while the world does not let it. A poison event is found by halving, and becomes a dead letter.
        Raises Fenced when another process consumes this partition.
        """
        try:
            return await self._persistently(lambda: self._commit(state, deliveries))
        except Fenced:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever an effect raises, the partition goes on
            if len(deliveries) > 1:
                middle = len(deliveries) // 2
                return [*await self.take(state, deliveries[:middle]), *await self.take(state, deliveries[middle:])]
            reason = reason_of(failure)
        poison = deliveries[0]._replace(fault=reason)
        self._log.error(
            "consumer.event_dead_lettered", log=state.log, partition=state.partition, offset=poison.message.offset, reason=reason
        )
        return await self._persistently(lambda: self._commit(state, [poison]))

    async def _commit(self, state: PartitionState, deliveries: Sequence[Delivery]) -> list[RecordedEvent]:
        """One transaction: the position moves on, effects and dead letters are written."""
        began = tracing.now()
        batch = None if state.blocked else sort_deliveries(state, deliveries)
        if batch is not None and await self._commit_in_one_go(state, batch):
            known = batch.events
        else:
            batch, known = await self._commit_step_by_step(state, batch, deliveries)
        state.moved(batch)
        tracing.consumed(self._consumer, known, began)
        return known

    async def _commit_in_one_go(self, state: PartitionState, batch: Batch) -> bool:
        """Sends the transaction as a whole where its effect can be told as statements, and answers whether it is committed.

        PostgreSQL skips what was sent behind something that failed, COMMIT too: behind the fence, when another process has moved the
        partition on, or behind a statement of the effect. Which of them, and whose fault it is, is found step by step.
        """
        statements = self._statements_for(batch)
        if statements is None:
            return False
        connection = await self._connection(lane_of(state.partition))
        take_arrays(connection)
        try:
            async with connection.pipeline():
                await connection.execute(b"BEGIN", prepare=True)
                await connection.execute(_ADVANCE, _from_to(state, batch), prepare=True)
                for statement, parameters in statements:
                    await connection.execute(statement.encode(), parameters, prepare=True)
                await connection.execute(b"COMMIT", prepare=True)
        except (psycopg.DataError, psycopg.IntegrityError):
            return False
        return True

    def _statements_for(self, batch: Batch) -> Sequence[Statement] | None:
        if self._as_statements is None or not batch.events or batch.letters:
            return None
        if self._types is not None and not all(event.event_type in self._types for event in batch.events):
            return None
        return self._as_statements(batch.events)

    async def _commit_step_by_step(
        self, state: PartitionState, batch: Batch | None, deliveries: Sequence[Delivery]
    ) -> tuple[Batch, list[RecordedEvent]]:
        """Commits any batch; answers what came of the messages, and the events that took effect."""
        connection = await self._connection(lane_of(state.partition))
        async with connection.transaction():
            if batch is None:  # somebody may have replayed dead letters since
                await connection.execute(_LOCK, (state.log, state.partition))
                state.blocked = await dead_letters.blocked_aggregates(connection, state.log, state.partition)
                batch = sort_deliveries(state, deliveries)
            # Before the effect looks its tables up: a rebuild holds this row while it puts other tables in their place.
            await _advance(connection, state, batch)
            known = await self._carry_out(connection, batch.events)
            if batch.letters:
                await dead_letters.store(connection, state.log, batch.letters)
        return batch, known

    async def _carry_out(self, connection: Connection, events: list[RecordedEvent]) -> list[RecordedEvent]:
        """The effect of those events whose type is known; returns them. The types of the others are remembered."""
        known = events
        if (types := self._types) is not None:
            known = [event for event in events if event.event_type in types]
            if len(known) != len(events):
                await self._pass_over(connection, [event for event in events if event.event_type not in types])
        if known:
            await self._effect(connection, known)
        return known

    async def _pass_over(self, connection: Connection, events: Sequence[RecordedEvent]) -> None:
        await unknown_types.remember(connection, events)
        for event in events:
            telemetry.UNKNOWN_EVENTS.labels(self._consumer, event.event_type).inc()

    async def _connection(self, lane: int) -> Connection:
        """The connection that a lane's effects are committed on, one task's alone. One left in the middle of something is given up."""
        connection = self._connections.get(lane)
        if connection is not None and connection.info.transaction_status is not TransactionStatus.IDLE:
            await connection.close()
            connection = None
        if connection is None:
            connection = self._connections[lane] = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
            await connection.execute(PLAN_ONCE)
        return connection

    # -- dead letters, once more ---------------------------------------------------------------------------------------------------

    async def replay(self, letter: DeadLetter, reader: EnvelopeReader) -> RecordedEvent | None:
        """Carries out the effect of a dead letter and takes it away; None where it failed again and stays, its reason noted."""
        try:
            return await self._persistently(lambda: self._replay(letter, reader))
        except Exception as failure:  # noqa: BLE001 - it stays a dead letter, with its new reason
            reason = f"MalformedEnvelope: {failure}" if isinstance(failure, MalformedEnvelope) else reason_of(failure)
        async with self.pool.connection() as connection:
            await dead_letters.note_failure(connection, letter, reason)
        return None

    async def _replay(self, letter: DeadLetter, reader: EnvelopeReader) -> RecordedEvent:
        event = reader.read(letter.message())
        async with self.pool.connection() as connection, connection.transaction():
            # The consumer of this partition waits, and then sees what we did.
            await connection.execute(_LOCK, (letter.log, letter.partition))
            if await dead_letters.remove(connection, letter):
                await self._carry_out(connection, [event])
                await connection.execute(
                    "UPDATE consumed SET position = greatest(position, %s) WHERE log = %s AND partition = %s",
                    (event.position, letter.log, letter.partition),
                )
                await connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
        return event

    async def settle_refused(self, letter: DeadLetter, position: int) -> bool:
        """Takes away a refused message whose event, at `position`, was taken since; False where it was not, or somebody else did so."""
        async with self.pool.connection() as connection, connection.transaction():
            taken = await connection.execute(_FEWER_REFUSED, (letter.log, letter.partition, position))
            return bool(taken.rowcount) and await dead_letters.remove(connection, letter)

    # ------------------------------------------------------------------------------------------------------------------------------

    async def _persistently(self, attempt: Callable[[], Awaitable[T]]) -> T:
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


async def _advance(connection: Connection, state: PartitionState, batch: Batch) -> None:
    """Moves the row from where this process saw it; whoever else tries waits for our commit and then fails. Raises Fenced."""
    try:
        await connection.execute(_ADVANCE, _from_to(state, batch))
    except psycopg.errors.DivisionByZero:
        raise Fenced from None


def _from_to(state: PartitionState, batch: Batch) -> tuple[object, ...]:
    events, checksum = (None, None) if batch.checksum is None else (batch.checksum.events, as_bigint(batch.checksum.sum))
    moved = (
        batch.position,
        batch.next_offset,
        batch.seen,
        events,
        checksum,
        batch.generation,
        batch.refused - state.refused,
        batch.events[-1].recorded_at if batch.events else 0,
    )
    return *moved, *_place(state)


def _place(state: PartitionState) -> tuple[object, ...]:
    """What finds the row of `consumed` as this process saw it; one whose checksum was adopted meanwhile is to be read again."""
    return state.log, state.partition, state.position, state.next_offset, state.settled, state.checksum is None
