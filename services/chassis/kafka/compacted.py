"""A compacted topic: of the messages with one key the last one counts. One process writes it at a time.

What stands in the topic is compared with what is known to have been written. A topic that ends before that has lost messages, as with a
Kafka that lost its volume; what stands behind it was written by nobody, or by a process that died before it could remember it, or by
one that had lost its right to write and did not know. Either is told to a `Witness`, who has it written again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple, Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from chassis.ids import Id
from chassis.kafka.clients import producing, read_between, topic_reader
from chassis.kafka.topics import COMPACTED, create_topics
from chassis.partitions import partition_of
from chassis.runtime import Backoff, Settings, attempt, telemetry

_BATCH_BYTES: Final = 1 << 20
_TOGETHER: Final = 500
"""Messages that are handed over at once: they fit into one batch a partition, whatever they say."""
_PATIENCE: Final = 2.0
"""Seconds that Kafka has to acknowledge what is handed to it, before it counts as away."""
_LOOK_SECONDS: Final = 5.0
_KEY_BYTES: Final = 16

Ends = Mapping[int, int]
"""By partition, the offset up to which all messages are known to be ours."""


class KeyedMessage(NamedTuple):
    """What is the last that is to be said under a key; without a value: that there is nothing under it any more."""

    key: Id
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Witness(Protocol):
    """Who remembers what was written, and has written again what is not there as it should be."""

    async def remembered(self) -> Ends:
        """Up to where the topic is known to be ours."""
        ...

    async def topic_lost(self) -> None:
        """The topic has lost messages: everything is to be written again."""
        ...

    async def topic_has(self, keys: Sequence[Id]) -> None:
        """Messages that nobody remembers have these keys: what there is to say under each is to be written again."""
        ...

    async def remember(self, ends: Ends) -> None:
        """That the topic is ours up to there."""
        ...


class CompactedTopic:
    """Writes the topic while Kafka is there; while it is not, says so at once, so that nobody waits."""

    def __init__(self, name: str, settings: Settings, witness: Witness) -> None:
        self._name: Final = name
        self._settings: Final = settings
        self._witness: Final = witness
        self._places: Final = [TopicPartition(name, number) for number in range(settings.topic_partitions)]
        self._ends: dict[int, int] = {}
        self._producer: AIOKafkaProducer | None = None
        self._alone: Final = asyncio.Lock()  # writing, and comparing
        self._failed: Final = asyncio.Event()
        self._log: Final = telemetry.logger(topic=name)

    @property
    def ends(self) -> Ends:
        """Up to where the topic is known to be ours now."""
        return self._ends

    @property
    def takes(self) -> bool:
        """Whether Kafka takes messages now, as far as is known."""
        return self._producer is not None and not self._alone.locked()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """For as long as this process is the one that writes."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def write(self, messages: Sequence[KeyedMessage]) -> bool:
        """Whether all in-sync replicas have all of them, in this order for each key; if not, some of them may be there all the same."""
        producer = self._producer
        if producer is None or self._alone.locked():
            return False
        async with self._alone:
            try:
                async with asyncio.timeout(_PATIENCE):
                    for start in range(0, len(messages), _TOGETHER):
                        await self._hand_over(producer, messages[start : start + _TOGETHER])
            except (KafkaError, TimeoutError) as failure:
                self._log.warning("compacted_topic.not_taken", reason=f"{type(failure).__name__}: {failure}")
                self._producer = None
                self._failed.set()
                return False
        return True

    async def _hand_over(self, producer: AIOKafkaProducer, messages: Sequence[KeyedMessage]) -> None:
        batches: dict[int, Any] = {}
        for key, value, headers in messages:
            number = partition_of(key, len(self._places))
            if (batch := batches.get(number)) is None:
                batch = batches[number] = producer.create_batch()
            batch.append(key=key, value=value, timestamp=None, headers=headers)
        counts = {number: batch.record_count() for number, batch in batches.items()}
        handed = [await producer.send_batch(batch, self._name, partition=number) for number, batch in batches.items()]
        for number, taken in zip(counts, await asyncio.gather(*handed), strict=True):
            if taken.offset == self._ends.get(number, 0):  # else something stands between, which the next comparison finds
                self._ends[number] = taken.offset + counts[number]

    async def _keep(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await attempt(self._connected(backoff))
            except Exception as failure:  # noqa: BLE001 - whatever it is: it is told, and tried again
                self._log.warning("compacted_topic.interrupted", reason=f"{type(failure).__name__}: {failure}")
            await backoff.sleep()

    async def _connected(self, backoff: Backoff) -> None:
        """Takes messages until something fails; looks now and then whether the topic is still what was written."""
        self._failed.clear()
        try:
            await create_topics(self._settings, [self._name], COMPACTED)
            async with topic_reader(self._settings) as reader, producing(self._settings, _BATCH_BYTES, self._log) as producer:
                self._ends = dict(await self._witness.remembered())
                while not self._failed.is_set():
                    async with self._alone:
                        await self._compare(reader)
                    self._producer = producer
                    backoff.reset()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._failed.wait(), _LOOK_SECONDS)
        finally:
            self._producer = None

    async def _compare(self, reader: AIOKafkaConsumer) -> None:
        """Tells the witness what is lost, and what nobody remembers. Raises KafkaError where there is no such topic any more."""
        if self._name not in await reader.topics():
            raise KafkaError(f"there is no topic {self._name} any more")
        begins: Mapping[TopicPartition, int] = await reader.beginning_offsets(self._places)
        ends: Mapping[TopicPartition, int] = await reader.end_offsets(self._places)
        if any(ends[place] < self._ends.get(place.partition, 0) for place in self._places):
            self._log.warning("compacted_topic.lost_messages", known=self._ends)
            await self._witness.topic_lost()
            self._ends = {}
        for place in self._places:
            ours = max(self._ends.get(place.partition, 0), begins[place])
            if ours < ends[place]:
                async for keys in _keys(reader, place, ours, ends[place]):
                    await self._witness.topic_has(keys)
                self._ends[place.partition] = ends[place]
                await self._witness.remember(self._ends)


async def _keys(reader: AIOKafkaConsumer, place: TopicPartition, begin: int, end: int) -> AsyncIterator[list[Id]]:
    """The keys of the messages from one offset up to another; what is no key of ours is left out. Raises KafkaError."""
    reader.assign([place])
    try:
        async for records in read_between(reader, place, begin, end):
            yield list({record.key for record in records if record.key is not None and len(record.key) == _KEY_BYTES})
    finally:
        reader.unsubscribe()  # or it would fetch on for ever
