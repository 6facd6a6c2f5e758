"""What stands at the ends of a topic's partitions, read backwards; and that a topic has become shorter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis.events import RecordedEvent
from chassis.eventstore import LogIdentity
from chassis.ids import id_text
from chassis.kafka.clients import read_between
from chassis.kafka.envelope import EnvelopeReader, GenerationBegan, MalformedEnvelope
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of

MOST_GENERATIONS: Final = 2**31 - 1
_WINDOW: Final = 250  # messages that are looked at first; four times as many each time that none of them is in the log
_LARGEST_WINDOW: Final = 16_000
_LOOK_SECONDS: Final = 5.0


class TopicIsShorter(Exception):  # noqa: N818 - it is what happened
    """The topic has lost messages: it is compared with the log again."""


class Message(NamedTuple):
    """A message at the end of a partition: an event, or that a generation began, or neither, and then with a fault."""

    record: ConsumerRecord
    event: RecordedEvent | None = None
    began: GenerationBegan | None = None
    fault: str | None = None  # why it is no event of the log, whatever it says


class TopicEnds:
    """The ends of the partitions of a log's topic."""

    def __init__(self, log: str, partitions: int, kafka: AIOKafkaConsumer, identity: LogIdentity | None) -> None:
        """`identity` of the log; None: it never had an event, and may be any log that the topic has, its database made anew."""
        self._reader: Final = EnvelopeReader(log)
        self._topic: Final = events_topic(log)
        self._partitions: Final = partitions
        self._kafka: Final = kafka
        self._identity: Final = identity

    async def backwards(self, partition: int) -> AsyncGenerator[list[Message], None]:
        """The messages of a partition in their order, ever more at once, those at its end first. Raises KafkaError."""
        place = TopicPartition(self._topic, partition)
        self._kafka.assign([place])
        try:
            begin = (await self._kafka.beginning_offsets([place]))[place]
            end = (await self._kafka.end_offsets([place]))[place]
            window = _WINDOW
            while begin < end:
                start = max(begin, end - window)
                yield [self._read(record) async for records in read_between(self._kafka, place, start, end) for record in records]
                end, window = start, min(window * 4, _LARGEST_WINDOW)
        finally:
            self._kafka.unsubscribe()  # or it would fetch the partition that was looked at for ever

    def _read(self, record: ConsumerRecord) -> Message:
        try:
            event = self._reader.read_message(record)
        except MalformedEnvelope as malformed:
            return Message(record, fault=f"it cannot be read: {malformed}")
        if isinstance(event, GenerationBegan):
            log_id = dict(record.headers).get("ce_logid")
            of_this_log = self._identity is None or log_id == id_text(self._identity.log_id).encode()
            if of_this_log and event.generation <= MOST_GENERATIONS:
                return Message(record, began=event)
            return Message(record, fault="it tells that a generation began that this log cannot have")
        if self._identity is not None and event.log_id not in (None, self._identity.log_id):
            return Message(record, event, fault="it is an event of another log, or of this one before it was made anew")
        if partition_of(event.partition_key, self._partitions) != record.partition:
            return Message(record, event, fault="its key belongs to another partition")
        if event.generation > MOST_GENERATIONS:
            return Message(record, event, fault="there is no such generation")
        return Message(record, event)


async def notice_a_shorter_topic(log: str, partitions: int, kafka: AIOKafkaConsumer) -> None:
    """Watches for ever. Raises TopicIsShorter when a partition ends before where it ended, as of a Kafka that has lost its volume."""
    topic = events_topic(log)
    places = [TopicPartition(topic, number) for number in range(partitions)]
    before: dict[TopicPartition, int] = await kafka.end_offsets(places)
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if topic not in await kafka.topics():
            raise TopicIsShorter(f"there is no topic {topic} any more")
        ends: dict[TopicPartition, int] = await kafka.end_offsets(places)
        for place in places:
            if ends[place] < before[place]:
                raise TopicIsShorter(f"partition {place.partition} ended at {before[place]}, and ends at {ends[place]}")
        before = ends
