"""Starting a client of Kafka within a limit: by itself it waits for a broker that takes its connection and answers nothing, for ever."""

from __future__ import annotations

import asyncio
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError

START_SECONDS: Final = 20.0
"""Twice what a request may take, for signing in and being told of topics."""


async def started(client: AIOKafkaConsumer | AIOKafkaProducer | AIOKafkaAdminClient, seconds: float = START_SECONDS) -> None:
    """Starts a client; whoever calls stops it, also where that failed. Raises KafkaError."""
    try:
        async with asyncio.timeout(seconds):
            await client.start()
    except TimeoutError:
        raise KafkaConnectionError(f"Kafka did not answer within {seconds:g} s") from None
