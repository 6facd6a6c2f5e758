"""Kafka's topics: what they are called, and how they are made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, TopicAuthorizationFailedError, for_code

from chassis.kafka.security import client_security
from chassis.kafka.starting import started
from chassis.runtime import Settings

MAX_MESSAGE_BYTES: Final = 16 << 20
"""The largest message that a topic takes: twice the largest request that a service takes."""

_METADATA_SECONDS: Final = 15.0


class WrongPartitions(Exception):  # noqa: N818 - it is what happened
    """A topic has another number of partitions than the configuration says: keys would land elsewhere."""


def events_topic(log: str) -> str:
    """The topic that carries a log."""
    return f"cairn.{log}.events.v1"


def dead_letters_topic(consumer: str) -> str:
    """The topic that carries copies of what a consumer could not take."""
    return f"cairn.{consumer}.dead-letters.v1"


def state_topic(service: str) -> str:
    """The topic that carries the present state of what a service computes: compacted."""
    return f"cairn.{service}.state.v1"


KEPT_FOR_EVER: Final[Mapping[str, str]] = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
COMPACTED: Final[Mapping[str, str]] = {"cleanup.policy": "compact", "delete.retention.ms": str(7 * 24 * 3_600_000)}
"""Of each key the last message is kept for ever; that a key is gone is told for a week, to whoever was away."""


async def create_topics(settings: Settings, names: Iterable[str], kept: Mapping[str, str] = KEPT_FOR_EVER) -> None:
    """Creates those missing topics that this process may create, and returns once the brokers know all of them.

    Raises KafkaError when Kafka does not answer, WrongPartitions when a topic exists with another number of partitions.
    """
    names = list(names)
    replication = settings.topic_replication
    config = {
        **kept,
        "min.insync.replicas": str(replication // 2 + 1),  # an acknowledged event survives the loss of a broker, of three
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
    }
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap, **client_security(settings))
    try:
        await started(admin)
        missing = set(names).difference(await admin.list_topics())
        if missing:
            answer = await admin.create_topics(
                [NewTopic(name, settings.topic_partitions, replication, topic_configs=config) for name in sorted(missing)]
            )
            for name, code, *message in answer.topic_errors:
                error = for_code(code)
                # What this process may not create is another's: the relay makes the topics of events. It is waited for below.
                if code and error not in {TopicAlreadyExistsError, TopicAuthorizationFailedError}:
                    raise error(f"topic {name} cannot be created: {message[0] if message else error.__name__}")
    finally:
        await admin.close()
    await _until_known(settings, names)


async def _until_known(settings: Settings, names: list[str]) -> None:
    """The controller answers before each broker has heard; who asks a broker too early is told that there is no such topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap, **client_security(settings))
    try:
        await started(admin)
        async with asyncio.timeout(_METADATA_SECONDS):
            while True:
                partitions = {t["topic"]: len(t["partitions"]) for t in await admin.describe_topics(names) if not t["error_code"]}
                if all(partitions.get(name) for name in names):
                    break
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise KafkaError(f"the brokers do not know the topics {', '.join(names)} after {_METADATA_SECONDS:.0f} s") from None
    finally:
        await admin.close()
    for name, count in partitions.items():
        if count != settings.topic_partitions:
            raise WrongPartitions(f"topic {name} has {count} partitions; CAIRN_TOPIC_PARTITIONS says {settings.topic_partitions}")
