"""What is expected of FastStream: that it subscribes, and leaves the messages to us. Its next version is held to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ConsumerStoppedError
from faststream.security import BaseSecurity

from chassis.kafka.consumer.subscription import AT_ONCE, Subscription
from chassis.kafka.topics import dead_letters_topic
from tests.integration.chassis.kafka.support import PARTITIONS, made_topic, publish_raw, settings_of
from tests.support.infrastructure import Broker


class Told:
    """What the subscription has told about partitions."""

    def __init__(self) -> None:
        self.kafka: Any = None
        self.partitions: set[TopicPartition] = set()

    async def assigned(self, kafka: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> None:
        self.kafka, self.partitions = kafka, set(partitions)

    def revoked(self) -> None:
        self.partitions = set()


async def test_a_subscription_hands_over_the_aiokafka_consumer_that_it_made_and_reads_nothing_itself(kafka: Broker, log_name: str) -> None:
    topic, told = await made_topic(kafka.bootstrap, log_name), Told()
    subscription = Subscription(settings_of(kafka.bootstrap), BaseSecurity(), log_name, "one", [topic], AT_ONCE, told)
    async with subscription.joined() as consumer:
        assert isinstance(consumer, AIOKafkaConsumer)
        assert told.kafka is consumer
        assert told.partitions == {TopicPartition(topic, number) for number in range(PARTITIONS)} == consumer.assignment()
        await publish_raw(kafka.bootstrap, topic, 3, b"payload", [("name", b"\xff is no text")], b"key")
        [[message]] = (await consumer.getmany(timeout_ms=20_000)).values()
        assert (message.partition, message.key, message.value) == (3, b"key", b"payload")
        assert list(message.headers) == [("name", b"\xff is no text")]
        assert await consumer.committed(TopicPartition(topic, 3)) is None  # nothing is acknowledged behind our back
    assert told.partitions == set()
    with pytest.raises(ConsumerStoppedError):
        await consumer.getmany()


async def test_a_dead_letter_is_published_as_it_is(kafka: Broker, log_name: str) -> None:
    topic = await made_topic(kafka.bootstrap, log_name)
    subscription = Subscription(settings_of(kafka.bootstrap), BaseSecurity(), log_name, "one", [topic], AT_ONCE, Told())
    async with subscription.joined():
        await subscription.publish_dead_letter(b"key", b"\x00\xff", {"cairn_reason": "why"})
    reader = AIOKafkaConsumer(dead_letters_topic(log_name), bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    await reader.start()
    try:
        [[message]] = (await reader.getmany(timeout_ms=20_000)).values()
    finally:
        await reader.stop()
    assert (message.key, message.value, dict(message.headers)["cairn_reason"]) == (b"key", b"\x00\xff", b"why")
