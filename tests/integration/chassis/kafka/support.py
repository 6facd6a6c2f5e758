"""Logs, topics and effects for these tests."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from chassis.events import RecordedEvent
from chassis.eventstore import EventLog, NewEvent
from chassis.ids import Id, new_id
from chassis.kafka.topics import create_topics, events_topic
from chassis.partitions import partition_of
from chassis.runtime import Settings
from tests.support.messages import header_tuples

ROOT = Path(__file__).parents[4]
PATIENCE = 30.0
PARTITIONS = 6
TENANT, ACTOR = new_id(), new_id()


def settings_of(bootstrap: str, database_url: str = "") -> Settings:
    return Settings(kafka_bootstrap=bootstrap, database_url=database_url, topic_partitions=PARTITIONS)


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = PATIENCE) -> None:
    """Polls until `condition` holds; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(0.02)


class Aggregates:
    """Makes events of some aggregates, versions counted."""

    def __init__(self, count: int = 40) -> None:
        self.ids = [new_id() for _ in range(count)]
        self._versions = dict.fromkeys(self.ids, 0)

    def event(self, aggregate_id: Id | None = None, payload: bytes = b"payload", number: int = 0) -> NewEvent:
        aggregate_id = aggregate_id or self.ids[number % len(self.ids)]
        self._versions[aggregate_id] += 1
        return NewEvent(
            event_id=new_id(),
            tenant_id=TENANT,
            aggregate_id=aggregate_id,
            aggregate_version=self._versions[aggregate_id],
            actor_id=ACTOR,
            on_behalf_of=new_id() if number % 3 == 0 else None,
            correlation_id=new_id(),
            causation_id=new_id() if number % 4 == 0 else None,
            partition_key=aggregate_id,
            unit_size=None,
            event_type="cairn.checkins.v1.CheckInRecorded",
            idempotency_key=None,
            operation=None,
            fingerprint=None,
            payload=payload,
        )

    def events(self, count: int) -> list[NewEvent]:
        return [self.event(number=n) for n in range(count)]


async def append(log: EventLog, events: Sequence[NewEvent], group: int = 50) -> None:
    for start in range(0, len(events), group):
        await log.append(events[start : start + group])


def recorded(log: str, event: NewEvent, position: int) -> RecordedEvent:
    return RecordedEvent(
        log=log,
        position=position,
        event_id=event.event_id,
        tenant_id=event.tenant_id,
        aggregate_id=event.aggregate_id,
        aggregate_version=event.aggregate_version,
        recorded_at=1_795_000_000_123_456 + position,
        actor_id=event.actor_id,
        on_behalf_of=event.on_behalf_of,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        partition_key=event.partition_key,
        event_type=event.event_type,
        payload=event.payload,
    )


async def publish(bootstrap: str, events: Iterable[RecordedEvent]) -> None:
    """Puts events on their topic as a relay would, without one."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for event in events:
            await producer.send_and_wait(
                events_topic(event.log),
                event.payload,
                key=event.partition_key,
                partition=partition_of(event.partition_key, PARTITIONS),
                headers=header_tuples(event),
            )
    finally:
        await producer.stop()


async def publish_raw(
    bootstrap: str,
    topic: str,
    partition: int,
    value: bytes | None,
    headers: list[tuple[str, bytes]],
    key: bytes | None,
    compression: str | None = None,
) -> None:
    size = 1_000_000 + len(value or b"")
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type=compression, max_request_size=size, max_batch_size=size)
    await producer.start()
    try:
        await producer.send_and_wait(topic, value, key=key, partition=partition, headers=headers)
    finally:
        await producer.stop()


async def messages_of(bootstrap: str, topic: str, positions: int) -> list[ConsumerRecord]:
    """The messages of a topic, checksums checked, per partition in order, until that many different positions are there."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest", check_crcs=True)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
        found: list[ConsumerRecord] = []
        seen: set[int] = set()
        deadline = time.monotonic() + PATIENCE
        while len(seen) < positions:
            assert time.monotonic() < deadline, f"only {len(seen)} positions on {topic}"
            for batch in (await consumer.getmany(timeout_ms=100)).values():
                found.extend(batch)
                seen.update(map(position_of, batch))
        return found
    finally:
        await consumer.stop()


def position_of(message: ConsumerRecord) -> int:
    return int(dict(message.headers)["ce_sequence"])


def child_environment(**settings: str) -> dict[str, str]:
    path = os.pathsep.join(str(ROOT / folder) for folder in (".", "services", "protos/generated", "deploy"))
    return {**os.environ, "PYTHONPATH": path, **settings}


async def start_child(module: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, env=environment, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )


async def kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


EFFECTS = """
CREATE TABLE IF NOT EXISTS effect (
    nth               bigint GENERATED ALWAYS AS IDENTITY,
    position          bigint NOT NULL,
    aggregate_id      bytea  NOT NULL,
    aggregate_version bigint NOT NULL,
    payload           bytea
)"""


async def note(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """An effect that a repeat would show in: a row an event, and nothing that forbids a second one. b"poison" breaks it."""
    for event in events:
        if event.payload.startswith(b"poison"):
            raise ValueError(f"cannot read {event.payload!r}")
    await copy_effects(connection, events)


async def copy_effects(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    statement = "COPY effect (position, aggregate_id, aggregate_version, payload) FROM STDIN"
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for event in events:
            await copy.write_row((event.position, event.aggregate_id, event.aggregate_version, event.payload))


async def rows(dsn: str, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        return await (await connection.execute(query.encode(), parameters)).fetchall()


async def execute(dsn: str, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(statement.encode())


async def made_topic(bootstrap: str, log: str) -> str:
    await create_topics(settings_of(bootstrap), [events_topic(log)])
    return events_topic(log)


async def delete_topic(bootstrap: str, topic: str) -> None:
    """Deletes a topic; comes back once it is gone."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([topic])

        async def gone() -> bool:
            return topic not in await admin.list_topics()

        await until(gone, "the topic is deleted")
    finally:
        await admin.close()
