from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from chassis.eventstore import EventLog
from chassis.kafka.consumer import Consumer
from chassis.kafka.relay import Relay
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
