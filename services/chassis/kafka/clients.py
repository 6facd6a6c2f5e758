"""Kafka's clients, for whoever reads a topic without a group, and for whoever writes one in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from chassis.kafka.security import client_security
from chassis.kafka.starting import started
from chassis.kafka.topics import MAX_MESSAGE_BYTES
from chassis.runtime import Settings

_REQUEST_MILLISECONDS: Final = 10_000
_STOP_SECONDS: Final = 3.0
_POLL_MILLISECONDS: Final = 500
_NOTHING_CAME_SECONDS: Final = 30.0
"""That Kafka has to give any of the messages that it says it has."""


@asynccontextmanager
async def topic_reader(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Of no group: it reads what it is told to. Raises KafkaError."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        **client_security(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=_REQUEST_MILLISECONDS,
        fetch_max_wait_ms=10,  # a fetch at the end of one partition would hold up what is asked of the next
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES + (1 << 20),  # a larger message than this would be skipped without a word
        fetch_max_bytes=2 * MAX_MESSAGE_BYTES,
    )
    try:
        await started(consumer)
        yield consumer
    finally:
        # One that is stopped just when it gives up a partition misses that it is to end, and waits for ever to be given another. The limit
        # tells it once more.
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await consumer.stop()


async def read_between(reader: AIOKafkaConsumer, place: TopicPartition, begin: int, end: int) -> AsyncIterator[list[ConsumerRecord]]:
    """The messages of a partition from one offset up to another, as they come; `reader` is to have the partition assigned.

    Raises KafkaError, and KafkaTimeoutError when none comes for a while of those that the partition is said to have.
    """
    reader.seek(place, begin)
    while (position := await reader.position(place)) < end:
        records: list[ConsumerRecord] = []
        try:
            async with asyncio.timeout(_NOTHING_CAME_SECONDS):
                while await reader.position(place) == position:
                    for found in (await reader.getmany(place, timeout_ms=_POLL_MILLISECONDS)).values():
                        records += [record for record in found if record.offset < end]
        except TimeoutError:
            missing = f"{place.topic}:{place.partition} ends at {end}, and nothing comes from offset {position} on"
            raise KafkaTimeoutError(missing) from None
        yield records


@asynccontextmanager
async def producing(settings: Settings, batch_bytes: int, log: structlog.stdlib.BoundLogger) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that neither reorders nor repeats within its life, and calls acknowledged what all in-sync replicas have.

    Raises KafkaError.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        **client_security(settings),
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=MAX_MESSAGE_BYTES,
        max_request_size=MAX_MESSAGE_BYTES + batch_bytes,
        request_timeout_ms=_REQUEST_MILLISECONDS,
        metadata_max_age_ms=10_000,  # a killed broker's partitions find their new leader within seconds
    )
    try:
        await started(producer)
        yield producer
    finally:
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await producer.stop()
        except TimeoutError:
            log.warning("producer.left_untidily")
            await producer.client.close()
