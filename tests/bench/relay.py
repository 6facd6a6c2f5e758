"""The relay: log to Kafka beside a bare idempotent producer with the same bytes, and how far it is behind commits at 200 a second."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import statistics
import string
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder

from chassis.events import RecordedEvent
from chassis.eventstore import EventLog, NewEvent
from chassis.ids import Id, new_id
from chassis.kafka.relay import Relay
from chassis.kafka.topics import create_topics, events_topic
from chassis.partitions import partition_of
from chassis.runtime import Settings
from tests.bench.figures import Figure
from tests.support.messages import header_tuples

EVENTS: Final = 100_000
PAGE: Final = 2_000
ROUNDS: Final = 3
PARTITIONS: Final = 6
AGGREGATES: Final = 2_000
PAYLOAD: Final = os.urandom(192)
RATE: Final = 200  # commits a second
SECONDS: Final = 6.0
_ROOT: Final = Path(__file__).parents[2]

Message = tuple[int, bytes, bytes, list[tuple[str, bytes]]]
"""Partition, key, payload, headers."""


async def measure(dsn: str, bootstrap: str) -> list[Figure]:
    """Throughput and lateness of the relay. `dsn` is of an empty database, `bootstrap` of a Kafka that may be written to."""
    settings = Settings(kafka_bootstrap=bootstrap, topic_partitions=PARTITIONS)
    log = EventLog(dsn, _name(), PARTITIONS)
    await log.start()
    try:
        await _fill(log, EVENTS)
        return [await _beside_a_bare_producer(log, settings), await _behind_commits(log, settings)]
    finally:
        await log.stop()


async def _beside_a_bare_producer(log: EventLog, settings: Settings) -> Figure:
    messages = [_message(event) async for event in log.reader.read_all()]
    gc.collect()
    gc.freeze()
    ours, peers = [], []
    for _ in range(ROUNDS):  # interleaved: the machine's speed swings from second to second
        ours.append(await _relayed_a_second(log, settings))
        peers.append(await _sent_a_second(messages, settings))
    gc.unfreeze()
    value, peer = statistics.median(ours), statistics.median(peers)
    note = f"peer: a bare idempotent send_batch producer with the same bytes from memory, acks=all, {PAGE} events a batch of batches"
    return Figure("relay, log to Kafka acknowledged", value, "events/s", peer, value / peer, floor=0.60, note=note)


async def _relayed_a_second(log: EventLog, settings: Settings) -> float:
    """From the first acknowledged page to the last."""
    name = _name()
    await create_topics(settings, [events_topic(name)])
    async with await psycopg.AsyncConnection.connect(log.dsn, autocommit=True) as connection:
        await connection.execute("DELETE FROM relay_position")
    relay = Relay(name, log.dsn, settings)
    task = asyncio.create_task(relay.run())
    try:
        first = await _until_relayed(relay, 1)
        began = time.perf_counter()
        await _until_relayed(relay, EVENTS)
        return (EVENTS - first) / (time.perf_counter() - began)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until_relayed(relay: Relay, position: int) -> int:
    while relay.relayed < position:  # noqa: ASYNC110 - a bench asks the relay as anybody would
        await asyncio.sleep(0.002)
    return relay.relayed


async def _sent_a_second(messages: Sequence[Message], settings: Settings) -> float:
    topic = events_topic(_name())
    await create_topics(settings, [topic])
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=1 << 20,
        max_request_size=4 << 20,
    )
    await producer.start()
    try:
        await producer.partitions_for(topic)
        began = time.perf_counter()
        acknowledgements = []
        for start in range(0, len(messages), PAGE):
            acknowledgements += await _send(producer, topic, messages[start : start + PAGE])
        await asyncio.gather(*acknowledgements)
        return len(messages) / (time.perf_counter() - began)
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, topic: str, messages: Sequence[Message]) -> list[asyncio.Future[object]]:
    batches: dict[int, BatchBuilder] = {}
    for partition, key, payload, headers in messages:
        batch = batches.get(partition)
        if batch is None:
            batch = batches[partition] = producer.create_batch()
        if batch.append(timestamp=None, key=key, value=payload, headers=headers) is None:
            raise AssertionError("a page does not fit into a batch")
    for batch in batches.values():
        batch.close()
    return [await producer.send_batch(batch, topic, partition=partition) for partition, batch in batches.items()]


async def _behind_commits(log: EventLog, settings: Settings) -> Figure:
    """From the commit of an event to its arrival in a consumer: more than its acknowledgement, and what anybody sees of it."""
    topic = events_topic(log.name)
    await create_topics(settings, [topic])
    await _skip_to(log, await log.head())
    relay = await asyncio.create_subprocess_exec(sys.executable, "-m", "chassis.kafka.relay", env=_environment(log, settings), cwd=_ROOT)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, partition) for partition in range(PARTITIONS)])
    arrived: dict[int, float] = {}
    listening = asyncio.create_task(_note_arrivals(consumer, arrived))
    try:
        [warm] = await _commit_at_random(log, 0.0)
        async with asyncio.timeout(30):
            while warm not in arrived:  # noqa: ASYNC110 - until the relay is up
                await asyncio.sleep(0.05)
        committed = await _commit_at_random(log, SECONDS)
        async with asyncio.timeout(30):
            while not committed.keys() <= arrived.keys():  # noqa: ASYNC110 - until all have come
                await asyncio.sleep(0.05)
    finally:
        listening.cancel()
        relay.terminate()
        await relay.wait()
        await consumer.stop()
    late = sorted((arrived[position] - at) * 1e3 for position, at in committed.items())
    note = f"commit to consumer; median {statistics.median(late):.1f} ms, {len(late)} commits, relay in its own process"
    return Figure(f"relay behind commits at {RATE}/s, p99", late[int(len(late) * 0.99)], "ms", ceiling=20, note=note)


async def _note_arrivals(consumer: AIOKafkaConsumer, arrived: dict[int, float]) -> None:
    while True:
        for messages in (await consumer.getmany(timeout_ms=1_000)).values():
            now = time.monotonic()
            for message in messages:
                arrived.setdefault(int(dict(message.headers)["ce_sequence"]), now)


async def _commit_at_random(log: EventLog, seconds: float) -> dict[int, float]:
    """One-event appends at random moments, RATE a second on average, at least one; when each was durable, by position."""
    committed: dict[int, float] = {}

    async def commit() -> None:
        written = await log.append([_event(new_id(), 1)])
        committed[written.first_position] = time.monotonic()

    tasks = [asyncio.create_task(commit())]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(random.expovariate(RATE))
        tasks.append(asyncio.create_task(commit()))
    await asyncio.gather(*tasks)
    return committed


async def _fill(log: EventLog, events: int) -> None:
    aggregates = [new_id() for _ in range(AGGREGATES)]
    for version in range(1, events // AGGREGATES + 1):
        await log.append([_event(aggregate, version) for aggregate in aggregates])
    async with await psycopg.AsyncConnection.connect(log.dsn, autocommit=True) as connection:
        await connection.execute("VACUUM ANALYZE event")


async def _skip_to(log: EventLog, position: int) -> None:
    async with await psycopg.AsyncConnection.connect(log.dsn, autocommit=True) as connection:
        await connection.execute("DELETE FROM relay_position")
        await connection.execute("INSERT INTO relay_position (name, position) VALUES ('kafka', %s)", (position,))


def _event(aggregate: Id, version: int) -> NewEvent:
    tenant = actor = bytes(15) + b"\1"
    event_type = "cairn.checkins.v1.CheckInRecorded"
    no_key = None, None, None
    return NewEvent(new_id(), tenant, aggregate, version, actor, None, new_id(), None, aggregate, None, event_type, *no_key, PAYLOAD)


def _message(event: RecordedEvent) -> Message:
    return partition_of(event.partition_key, PARTITIONS), event.partition_key, event.payload, header_tuples(event)


def _environment(log: EventLog, settings: Settings) -> dict[str, str]:
    path = os.pathsep.join(str(_ROOT / folder) for folder in ("services", "protos/generated"))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "CAIRN_LOGS": json.dumps({log.name: log.dsn}),
        "CAIRN_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "CAIRN_LOG_LEVEL": "warning",
    }


def _name() -> str:
    return "bench" + "".join(random.choices(string.ascii_lowercase, k=12))
