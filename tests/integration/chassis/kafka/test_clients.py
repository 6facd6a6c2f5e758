"""A reader of a topic ends when it is told to."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import TopicPartition

from chassis.kafka.clients import topic_reader
from chassis.kafka.topics import create_topics
from tests.integration.chassis.kafka.support import settings_of
from tests.support.infrastructure import Broker


@pytest.mark.parametrize("turns", range(3))
async def test_a_reader_ends_that_is_stopped_just_after_it_gave_up_a_partition(kafka: Broker, log_name: str, turns: int) -> None:
    settings = settings_of(kafka.bootstrap)
    await create_topics(settings, [log_name])
    place = TopicPartition(log_name, 0)
    async with asyncio.timeout(30), topic_reader(settings) as reader:
        reader.assign([place])
        await reader.position(place)
        await reader.getmany(place, timeout_ms=50)  # from here on it asks for more by itself
        reader.unsubscribe()
        for _ in range(turns):
            await asyncio.sleep(0)
