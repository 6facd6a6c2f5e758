"""A log's topic beside the log, before anything is sent: where it ends short of the log, and what stands there that is not in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer

from chassis.checksums import EVENT_CHECKSUM, checksum_of, from_bigint
from chassis.days import instant_of
from chassis.eventstore import GENERATION_BEGAN, Generation, LogIdentity, compare, end_of_log
from chassis.ids import Id
from chassis.kafka.relay.ends import MOST_GENERATIONS, Message, TopicEnds
from chassis.kafka.relay.position import RelayPosition
from chassis.positions import FIRST_GENERATION, Position
from chassis.postgres import Connection

_FAULTY_KEPT: Final = 100  # of what is read at once: whoever writes a million of them is seen by a hundred
_PAGE: Final = 2_000

_AT_POSITIONS: Final = f"SELECT position, uuid_send(event_id), {EVENT_CHECKSUM} FROM event WHERE position = ANY(%s)"  # noqa: S608 - constants
_KEYS_BACKWARDS: Final = "SELECT position, uuid_send(partition_key) FROM event WHERE position < %s ORDER BY position DESC LIMIT %s"

_COLUMNS: Final = (
    "partition", "kafka_offset", "fault", "log_id", "generation", "position", "recorded_at", "event_id", "tenant_id", "aggregate_id",
    "aggregate_version", "actor_id", "on_behalf_of", "correlation_id", "causation_id", "partition_key", "event_type", "payload",
    "acknowledged",
)  # fmt: skip
_INSERT: Final = f"INSERT INTO not_in_log ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608 - constants

# The relay tells a generation on every partition, behind all that it sent of the generation before and before all else: what is told on a
# few, or followed by what it would have ended, nobody began.
_DOUBT_BEGINNINGS: Final = f"""
UPDATE not_in_log began SET fault = %(fault)s
WHERE fault IS NULL AND event_type = '{GENERATION_BEGAN}' AND (
  (SELECT count(DISTINCT o.partition) FROM not_in_log o WHERE o.fault IS NULL
   AND (o.event_type, o.generation, o.position) = (began.event_type, began.generation, began.position)) < %(partitions)s
  OR EXISTS (SELECT FROM not_in_log o WHERE o.fault IS NULL AND o.event_type <> '{GENERATION_BEGAN}'
             AND o.partition = began.partition AND o.kafka_offset > began.kafka_offset
             AND o.position > began.position AND coalesce(o.generation, {FIRST_GENERATION}) < began.generation))
"""  # noqa: S608 - of constants alone
_NOBODY_BEGAN: Final = "it tells of a generation that not every partition tells of, or that what stands behind it does not know of"

_SAYS_OTHERWISE: Final = "its position and id are those of an event of the log, and what it says is not what the log has there"


class Resumption(NamedTuple):
    """From where a log is carried on."""

    relayed: int  # up to here the topic has every event of the log
    log_id: Id
    untold: deque[Generation]  # generations of whose beginnings, behind there, the topic was not told
    foreign: set[int]  # partitions at whose ends stand messages that are not in the log


class Comparison:
    """Compares a topic with its log on one connection; what is not in the log is noted in `not_in_log`, for the log's service."""

    def __init__(
        self,
        name: str,
        partitions: Mapping[Id, int],
        count: int,  # of partitions
        kafka: AIOKafkaConsumer,
        connection: Connection,
        log: structlog.stdlib.BoundLogger,
    ) -> None:
        self._name: Final = name
        self._partitions: Final = partitions
        self._count: Final = count
        self._kafka: Final = kafka
        self._connection: Final = connection
        self._position: Final = RelayPosition(name, connection)
        self._log: Final = log

    async def made(self) -> Resumption | None:
        """Compares; answers from where to send, or None while the log is behind its topic, and nothing may be sent.

        Kafka is asked outside of transactions: one that does not answer must not hold anything up in the database.
        Raises KafkaError, psycopg.OperationalError, LogHasGap.
        """
        acknowledged = await self._begin()
        end = await end_of_log(self._connection)
        identity = end.identity
        before = await self._position.relayed()
        ends = TopicEnds(self._name, self._count, self._kafka, None if end.is_empty else identity)
        newest = {number: await self._newest_of(ends, number, identity, acknowledged) for number in range(self._count)}
        async with self._connection.transaction():
            await self._doubt_beginnings()
            found = await compare(self._connection)
            relayed = await _known_to_be_relayed(self._connection, before, newest, self._partitions)
            told = await self._position.compared(relayed, behind=found.behind)
        if found.foreign:
            first = found.foreign[0]
            self._log.error("relay.foreign_messages", count=len(found.foreign), partition=first.partition, offset=first.offset)
        if found.behind:
            self._log.error("relay.log_is_behind", log_ends_with_topic_at=found.parting, ahead=len(found.events) + len(found.lost))
            return None
        if relayed < before:
            self._log.error("relay.topic_is_shorter", relayed=before, again_from=relayed)
        untold = [g for g in identity.generations[1:] if g.generation > told or g.first_position > relayed]
        begin = min([relayed, *(generation.first_position - 1 for generation in untold)])
        return Resumption(begin, identity.log_id, deque(untold), {claim.partition for claim in found.foreign})

    async def _begin(self) -> set[tuple[int, int]]:
        """Forgets what the last comparison found; answers where the messages stand that somebody has taken note of."""
        async with self._connection.transaction():
            await self._position.begin_to_compare()
            cursor = await self._connection.execute("DELETE FROM not_in_log RETURNING partition, kafka_offset, acknowledged")
            return {(partition, offset) for partition, offset, acknowledged in await cursor.fetchall() if acknowledged}

    async def _newest_of(self, ends: TopicEnds, number: int, identity: LogIdentity, acknowledged: set[tuple[int, int]]) -> int:
        """The position of the newest message of a partition that is an event of the log, 0 where none is; notes those behind it."""
        async with aclosing(ends.backwards(number)) as windows:
            async for window in windows:
                messages, newest = await self._held_to_log(window)
                behind = messages if newest is None else messages[newest + 1 :]
                await self._note([message for message in behind if not self._is_settled(identity, message)], acknowledged)
                if newest is not None and (event := messages[newest].event) is not None:
                    return event.position
        return 0

    async def _held_to_log(self, messages: Sequence[Message]) -> tuple[list[Message], int | None]:
        """The messages, those that contradict an event of the log with that fault; and which of them is the last event of the log."""
        positions = [message.event.position for message in messages if message.event is not None]
        rows = await (await self._connection.cursor(binary=True).execute(_AT_POSITIONS.encode(), (positions,))).fetchall()
        in_log = {position: (event_id, from_bigint(checksum)) for position, event_id, checksum in rows}
        held, newest = list(messages), None
        for number, message in enumerate(messages):
            if message.event is None or (there := in_log.get(message.event.position)) is None:
                continue
            if there == (message.event.event_id, checksum_of(message.event)):
                newest = number
            elif there[0] == message.event.event_id:
                held[number] = message._replace(fault=_SAYS_OTHERWISE)
        return held, newest

    def _is_settled(self, identity: LogIdentity, message: Message) -> bool:
        """Whether the log knows that it goes on without this message: it began a generation before it."""
        if message.began is not None:
            return message.began.generation <= identity.generation
        event = message.event
        if event is None or message.fault is not None:
            return False
        return identity.has_lost(Position(self._name, message.record.partition, event.position, event.generation))

    async def _doubt_beginnings(self) -> None:
        """Takes note of generations that nobody began; of one that is told in part, what is left is doubted, too."""
        doubted = 1
        while doubted:
            told = {"fault": _NOBODY_BEGAN, "partitions": self._count}
            doubted = (await self._connection.execute(_DOUBT_BEGINNINGS.encode(), told)).rowcount

    async def _note(self, messages: Sequence[Message], acknowledged: set[tuple[int, int]]) -> None:
        faulty = [message for message in messages if message.fault is not None][-_FAULTY_KEPT:]
        rows = [
            (*_row(message), (message.record.partition, message.record.offset) in acknowledged)
            for message in messages
            if message.fault is None or message in faulty
        ]
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            await cursor.executemany(_INSERT, rows)


def _row(message: Message) -> tuple[Any, ...]:
    record, event = message.record, message.event
    row = (record.partition, record.offset, message.fault)
    if message.began is not None:
        generation, after = message.began
        return (*row, None, generation, after, *[None] * 10, GENERATION_BEGAN, None)
    if event is None:
        return (*row, *[None] * 15)
    ids = (event.event_id, event.tenant_id, event.aggregate_id)
    others = (event.actor_id, event.on_behalf_of, event.correlation_id, event.causation_id, event.partition_key)
    return (
        *row, _uuid(event.log_id), min(event.generation, MOST_GENERATIONS), event.position, instant_of(event.recorded_at),
        *map(_uuid, ids), event.aggregate_version, *map(_uuid, others), event.event_type, event.payload if message.fault is None else None,
    )  # fmt: skip


def _uuid(value: Id | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


async def _known_to_be_relayed(connection: Connection, relayed: int, newest: dict[int, int], partitions: Mapping[Id, int]) -> int:
    """The position up to which a topic has every event of the log: `relayed`, unless a partition ends before its events up to there do.

    `newest` tells, by partition, the position of its newest event.
    """
    unseen, short, before = set(newest), list[int](), relayed + 1
    while unseen and before - 1 > min(newest[number] for number in unseen):
        rows = await (await connection.cursor(binary=True).execute(_KEYS_BACKWARDS, (before, _PAGE))).fetchall()
        if not rows:
            break
        for position, key in rows:
            number = partitions[key]
            if number in unseen:
                unseen.discard(number)
                if position > newest[number]:
                    short.append(newest[number])
        before = rows[-1][0]
    return min(short, default=relayed)
