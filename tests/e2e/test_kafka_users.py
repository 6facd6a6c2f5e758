"""The system that is tested has a Kafka as closed as that of `make up`: nobody but the relay puts anything where events are."""

from __future__ import annotations

import pytest
from aiokafka.errors import KafkaError

from chassis.runtime import Settings
from tests.support.poison import poison_topic
from tests.support.system import System

EVENTS = "cairn.checkins.events.v1"


async def test_without_credentials_nothing_is_forged(system: System) -> None:
    with pytest.raises(KafkaError):
        await poison_topic(Settings(kafka_bootstrap=system.bootstrap), EVENTS, partitions=1)


@pytest.mark.parametrize("user", ["checkins", "progress", "notifications", "audit"])
async def test_no_service_forges_what_another_one_decided(system: System, user: str) -> None:
    with pytest.raises(KafkaError):
        await poison_topic(system.kafka_settings(user), EVENTS, partitions=1)
