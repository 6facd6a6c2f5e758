"""What is handed to Kafka at once, and handing it over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaProducer

from chassis.eventstore import Generation
from chassis.ids import Id
from chassis.kafka.headers import generation_headers, read_headers
from chassis.kafka.relay.pages import Row
from chassis.kafka.relay.records import RecordBatch
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of
from chassis.runtime import tracing

BATCH_BYTES: Final = 900_000
"""A batch that is that full is sent before the page is through."""

_MAX_KEYS: Final = 200_000


class PartitionsOfKeys(dict[Id, int]):
    """The partition of each key. Bounded: it forgets everything at once."""

    def __init__(self, partitions: int) -> None:
        super().__init__()
        self._partitions: Final = partitions

    def __missing__(self, key: Id) -> int:
        if len(self) >= _MAX_KEYS:
            self.clear()
        number = self[key] = partition_of(key, self._partitions)
        return number


@dataclass(slots=True)
class Publication:
    """What is handed to Kafka at once: at most one batch a partition."""

    batches: dict[int, RecordBatch]
    last_position: int
    traceparents: list[str]  # of its events, where they are traced


def packed(rows: Sequence[Row], partitions: PartitionsOfKeys) -> Iterator[Publication]:
    """The rows as batches, one a partition; more than one publication where a batch is full before the page is through."""
    batches: dict[int, RecordBatch] = {}
    traceparents: list[str] = []
    traced = tracing.is_on()
    position = 0
    for position, key, payload, headers in rows:
        number = partitions[key]
        batch = batches.get(number)
        if batch is None:
            batch = batches[number] = RecordBatch()
        elif batch.size() + len(payload) > BATCH_BYTES:
            yield Publication(batches, position - 1, traceparents)
            batches, traceparents = {number: (batch := RecordBatch())}, []
        batch.add(key, payload, headers)
        if traced:
            traceparents.append(dict(read_headers(headers))[tracing.HEADER].decode())
    yield Publication(batches, position, traceparents)


class Publisher:
    """Hands a log's publications to its topic."""

    def __init__(self, log: str, partitions: int, producer: AIOKafkaProducer) -> None:
        self._name: Final = log
        self._topic: Final = events_topic(log)
        self._partitions: Final = partitions
        self._producer: Final = producer

    async def send(self, publication: Publication) -> Publication:
        """Hands a publication to Kafka; returns it once all of it is acknowledged by all in-sync replicas.

        Raises KafkaError when a part of it was not taken; then every other part is settled, too.
        """
        began = tracing.now()
        acknowledgements = [
            await self._producer.send_batch(batch, self._topic, partition=partition) for partition, batch in publication.batches.items()
        ]
        outcomes = await asyncio.gather(*acknowledgements, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        tracing.relayed(self._name, publication.traceparents, began)
        return publication

    async def tell_beginning(self, log_id: Id, generation: Generation) -> None:
        """Tells every partition that a generation of the log begins. Raises KafkaError."""
        headers = generation_headers(self._name, log_id, generation)
        for partition in range(self._partitions):
            await self._producer.send_and_wait(self._topic, b"", partition=partition, headers=headers)
