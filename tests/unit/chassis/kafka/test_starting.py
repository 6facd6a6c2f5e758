"""A broker that takes a connection and answers nothing is not waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError

from chassis.kafka.starting import started


@pytest.fixture
async def silent_broker() -> AsyncIterator[str]:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield f"{host}:{port}"
    server.close()


@pytest.mark.parametrize("kind", [AIOKafkaConsumer, AIOKafkaProducer])
async def test_a_client_is_not_started_for_ever(silent_broker: str, kind: type[AIOKafkaConsumer] | type[AIOKafkaProducer]) -> None:
    client = kind(bootstrap_servers=silent_broker)
    try:
        with pytest.raises(KafkaConnectionError, match=r"Kafka did not answer within 0.2 s"):
            await started(client, seconds=0.2)
    finally:
        await client.stop()


async def test_an_admin_client_is_not_started_for_ever(silent_broker: str) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=silent_broker)
    try:
        with pytest.raises(KafkaConnectionError):
            await started(client, seconds=0.2)
    finally:
        await client.close()
