"""The ends of a log's topic beside the log: where the topic ends short of it, and what stands there that is not in the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis.days import instant_of
from chassis.events import RecordedEvent
from chassis.eventstore import GENERATION_BEGAN, LogIdentity
from chassis.ids import Id, id_text
from chassis.kafka.envelope import EnvelopeReader, GenerationBegan, MalformedEnvelope
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of
from chassis.positions import Position
from chassis.postgres import Connection

_WINDOW: Final = 250  # messages that are looked at first; four times as many each time that none of them is in the log
_LARGEST_WINDOW: Final = 16_000
_POLL_MILLISECONDS: Final = 500
_FAULTY_KEPT: Final = 100  # of a partition: whoever writes a million of them is seen by a hundred
_MOST: Final = 2**31 - 1  # generations
_PAGE: Final = 2_000

_COLUMNS: Final = (
    "partition", "kafka_offset", "fault", "log_id", "generation", "position", "recorded_at", "event_id", "tenant_id", "aggregate_id",
    "aggregate_version", "actor_id", "on_behalf_of", "correlation_id", "causation_id", "partition_key", "event_type", "payload",
)  # fmt: skip
_INSERT: Final = f"INSERT INTO not_in_log ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608 - constants


class _Message(NamedTuple):
    """A message at the end of a partition: an event, or that a generation began, or neither, and then with a fault."""

    record: ConsumerRecord
    event: RecordedEvent | None = None
    began: GenerationBegan | None = None
    fault: str | None = None  # why it is no event of the log, whatever it says


class TopicEnds:
    """Compares the ends of the partitions of a log's topic with the log; notes what is not in it in `not_in_log`."""

    def __init__(self, log: str, partitions: int, kafka: AIOKafkaConsumer, connection: Connection, identity: LogIdentity) -> None:
        self._reader: Final = EnvelopeReader(log)
        self._log: Final = log
        self._topic: Final = events_topic(log)
        self._partitions: Final = partitions
        self._kafka: Final = kafka
        self._connection: Final = connection
        self._identity: Final = identity

    async def newest_in_log(self) -> dict[int, int]:
        """By partition: the position of the newest message that is an event of the log; 0 where none is.

        Raises KafkaError, and psycopg.OperationalError.
        """
        await self._connection.execute("DELETE FROM not_in_log")
        return {number: await self._newest_of(TopicPartition(self._topic, number)) for number in range(self._partitions)}

    async def _newest_of(self, partition: TopicPartition) -> int:
        """Looks from the partition's end backwards until a message is in the log; notes those behind it."""
        self._kafka.assign([partition])
        begin = (await self._kafka.beginning_offsets([partition]))[partition]
        end = (await self._kafka.end_offsets([partition]))[partition]
        window = _WINDOW
        while begin < end:
            start = max(begin, end - window)
            messages = [self._read(record) for record in await self._records(partition, start, end)]
            known = await self._known([m.event for m in messages if m.event is not None])
            newest, behind = 0, messages
            for number, (_, event, *_) in enumerate(messages):
                if event is not None and known.get(event.position) == event.event_id:
                    newest, behind = event.position, messages[number + 1 :]
            await self._note([message for message in behind if not self._is_settled(message)])
            if newest:
                return newest
            end, window = start, min(window * 4, _LARGEST_WINDOW)
        return 0

    async def _records(self, partition: TopicPartition, start: int, end: int) -> list[ConsumerRecord]:
        self._kafka.seek(partition, start)
        records: list[ConsumerRecord] = []
        while await self._kafka.position(partition) < end:
            for found in (await self._kafka.getmany(partition, timeout_ms=_POLL_MILLISECONDS)).values():
                records += [record for record in found if record.offset < end]
        return records

    def _read(self, record: ConsumerRecord) -> _Message:
        try:
            event = self._reader.read_message(record)
        except MalformedEnvelope as malformed:
            return _Message(record, fault=f"it cannot be read: {malformed}")
        if isinstance(event, GenerationBegan):
            of_this_log = dict(record.headers).get("ce_logid") == id_text(self._identity.log_id).encode()
            if of_this_log and event.generation <= _MOST:
                return _Message(record, began=event)
            return _Message(record, fault="it tells that a generation began that this log cannot have")
        if event.log_id not in (None, self._identity.log_id):
            return _Message(record, event, fault="it is an event of another log, or of this one before it was made anew")
        if partition_of(event.partition_key, self._partitions) != record.partition:
            return _Message(record, event, fault="its key belongs to another partition")
        if event.generation > _MOST:
            return _Message(record, event, fault="there is no such generation")
        return _Message(record, event)

    def _is_settled(self, message: _Message) -> bool:
        """Whether the log knows that it goes on without this message: it began a generation before it."""
        if message.began is not None:
            return message.began.generation <= self._identity.generation
        event = message.event
        return (
            event is not None
            and message.fault is None
            and self._identity.has_lost(Position(self._log, message.record.partition, event.position, event.generation))
        )

    async def _known(self, events: Sequence[RecordedEvent]) -> dict[int, Id]:
        """The events of the log at these events' positions."""
        query = "SELECT position, uuid_send(event_id) FROM event WHERE position = ANY(%s)"
        cursor = self._connection.cursor(binary=True)
        return dict(await (await cursor.execute(query, ([event.position for event in events],))).fetchall())

    async def _note(self, messages: Sequence[_Message]) -> None:
        faulty = [message for message in messages if message.fault is not None]
        rows = [_row(message) for message in messages if message.fault is None or message in faulty[-_FAULTY_KEPT:]]
        async with self._connection.cursor() as cursor:
            await cursor.executemany(_INSERT, rows)


def _row(message: _Message) -> tuple[Any, ...]:
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
        *row, _uuid(event.log_id), min(event.generation, _MOST), event.position, instant_of(event.recorded_at), *map(_uuid, ids),
        event.aggregate_version, *map(_uuid, others), event.event_type, event.payload if message.fault is None else None,
    )  # fmt: skip


def _uuid(value: Id | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


async def known_to_be_relayed(connection: Connection, relayed: int, newest: dict[int, int], partition: Callable[[Id], int]) -> int:
    """The position up to which a topic has every event of the log: `relayed`, unless a partition ends before its events up to there do.

    `newest` tells, by partition, the position of its newest event.
    """
    unseen, short, before = set(newest), [], relayed + 1
    while unseen and before - 1 > min(newest[number] for number in unseen):
        query = "SELECT position, uuid_send(partition_key) FROM event WHERE position < %s ORDER BY position DESC LIMIT %s"
        rows = await (await connection.cursor(binary=True).execute(query, (before, _PAGE))).fetchall()
        if not rows:
            break
        for position, key in rows:
            number = partition(key)
            if number in unseen:
                unseen.discard(number)
                if position > newest[number]:
                    short.append(newest[number])
        before = rows[-1][0]
    return min(short, default=relayed)
