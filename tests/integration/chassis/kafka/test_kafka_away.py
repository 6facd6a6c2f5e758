from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from chassis.eventstore import EventLog
from chassis.kafka.consumer import Consumer
from chassis.kafka.relay import Relay, relay_progress
from embedded.kafka import KafkaNode
from embedded.ports import free_ports
from tests.integration.chassis.kafka.support import Aggregates, append, note, rows, settings_of, until


@pytest.fixture
async def own_kafka(server_scratch: Path) -> AsyncIterator[KafkaNode]:
    """A broker that this test may kill."""
    port, controller_port = free_ports(2)
    node = KafkaNode(server_scratch / f"kafka-{port}", port, controller_port)
    await asyncio.to_thread(node.start)
    yield node
    await asyncio.to_thread(node.stop)


async def test_relay_and_consumer_come_back_with_a_killed_broker_and_lose_and_repeat_nothing(
    log: EventLog, own_kafka: KafkaNode, effects: str
) -> None:
    aggregates = Aggregates()
    relay = Relay(log.name, log.dsn, settings_of(own_kafka.bootstrap))
    relaying = asyncio.create_task(relay.run())
    consumer = Consumer(settings_of(own_kafka.bootstrap, effects), log.name, [log.name], note, owners={}, instance="one")
    await consumer.start()
    try:
        await append(log, aggregates.events(500))

        async def applied(count: int) -> bool:
            [(found,)] = await rows(effects, "SELECT count(*) FROM effect")
            return int(found) >= count

        await until(lambda: applied(500), "what was appended before the kill is consumed")
        await asyncio.to_thread(own_kafka.kill)
        await append(log, aggregates.events(500))
        await asyncio.to_thread(own_kafka.start)
        await append(log, aggregates.events(500))
        await until(lambda: applied(1_500), "what was appended while Kafka was away is consumed", seconds=60)
        assert [p for (p,) in await rows(effects, "SELECT position FROM effect ORDER BY position")] == list(range(1, 1_501))
    finally:
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
        await consumer.stop()


async def test_a_log_that_gets_its_first_event_while_kafka_is_away_is_relayed_when_it_is_back(log: EventLog, own_kafka: KafkaNode) -> None:
    relay = Relay(log.name, log.dsn, settings_of(own_kafka.bootstrap))
    relaying = asyncio.create_task(relay.run())
    try:
        await until(lambda: has_compared(log), "the relay has looked at the empty topic")
        await asyncio.to_thread(own_kafka.kill)
        await append(log, Aggregates().events(1))
        await asyncio.to_thread(own_kafka.start)
        await until(lambda: is_relayed(log, 1), "what was appended meanwhile is relayed", seconds=60)
    finally:
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying


async def has_compared(log: EventLog) -> bool:
    return bool(await rows(log.dsn, "SELECT FROM relay_position WHERE compared_in IS NOT NULL"))


async def is_relayed(log: EventLog, position: int) -> bool:
    return await relay_progress(log.dsn) == (position, position)
