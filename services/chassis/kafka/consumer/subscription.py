"""How a consumer subscribes: the one place where FastStream is used.

FastStream connects, subscribes, joins the group, hands on which partitions it was given, publishes, and leaves. What it offers for
messages is not taken, and nothing of it is replaced: the subscriber has no handler, and what comes is asked of the aiokafka consumer that
it made (`subscriber.consumer`). Why stands in docs/decisions/0010-faststream.md; tests/integration/chassis/kafka/test_subscription.py says
what is expected of FastStream.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity

from chassis.kafka.topics import MAX_MESSAGE_BYTES, create_topics, dead_letters_topic
from chassis.runtime import Settings, telemetry

_LEAVE_SECONDS: Final = 5.0
_METADATA_MILLISECONDS: Final = 10_000
"""After which it is asked again which topics there are: one may be made after a consumer joined, as when Kafka lost its volume."""
_FETCH_BYTES: Final = 4 << 20
"""Of all partitions of a broker together: what one answers is held here until it is taken."""


class Fetching(NamedTuple):
    """How long Kafka may gather what a fetch answers."""

    wait_milliseconds: int
    bytes: int  # it answers at once when it has so many


AT_ONCE: Final = Fetching(100, 1)
"""A fetch waits for the partitions that it asks for; what arrives in another one, whose last messages have just been taken, waits for that
fetch to end. At 20 ms this cost 6 % of a core in each consumer that had nothing to do, and in Kafka."""

AT_LEISURE: Final = Fetching(250, 256 << 10)


class Rebalanced(Protocol):
    """Whoever takes the partitions that Kafka hands to this process."""

    async def assigned(self, kafka: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> None:
        """These partitions and no others are this process's."""
        ...

    def revoked(self) -> None:
        """No partition is this process's any more."""
        ...


class Subscription:
    """A membership in the group of a consumer, for one stay."""

    def __init__(
        self,
        settings: Settings,
        security: BaseSecurity,
        consumer: str,
        instance: str,
        topics: Iterable[str],
        fetching: Fetching,
        rebalanced: Rebalanced,
    ) -> None:
        self._settings: Final = settings
        self._topics: Final = list(topics)
        self._dead_letters: Final = dead_letters_topic(consumer)
        self._rebalanced: Final = rebalanced
        self._log: Final = telemetry.logger(consumer=consumer)
        self._broker: Final = KafkaBroker(
            settings.kafka_bootstrap.split(","),  # FastStream would take "a:1,b:2" for the name of one server
            security=security,
            logger=None,
            apply_types=False,
            graceful_timeout=_LEAVE_SECONDS,
            metadata_max_age_ms=_METADATA_MILLISECONDS,
        )
        self._listener: Final = _Listener(lambda partitions: rebalanced.assigned(subscriber.consumer, partitions), rebalanced.revoked)
        subscriber: Any = self._broker.subscriber(
            *self._topics,
            batch=True,
            group_id=f"cairn.{consumer}",
            group_instance_id=instance,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=fetching.wait_milliseconds,
            fetch_min_bytes=fetching.bytes,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES + (1 << 20),  # a larger message than this would be skipped without a word
            fetch_max_bytes=_FETCH_BYTES,  # a batch that is larger comes alone
            heartbeat_interval_ms=1_000,
            partition_assignment_strategy=(RangePartitionAssignor,),  # the same partitions of all logs meet in one process
            listener=self._listener,
        )
        self._subscriber: Final = subscriber

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[Any]:
        """A member of the group, and the AIOKafkaConsumer that asks Kafka for its messages.

        Raises KafkaError when Kafka does not answer, and WrongPartitions.
        """
        joining = asyncio.create_task(self._join())
        try:
            await asyncio.shield(joining)  # cut off in the middle, it would leave connections open
            yield self._subscriber.consumer
        finally:
            await self._leave(joining)

    def join_again_if_some_topic_has_no_reader(self, kafka: AIOKafkaConsumer) -> None:
        """Lets the group be given its partitions anew where they were handed out before all topics were there.

        The same partitions of all topics meet in one process, so a topic of which it has none is read by nobody. aiokafka sees a topic that
        comes later only in the process that handed the partitions out, and not after that one was restarted: Kafka gives it what it had.
        """
        read = {partition.topic for partition in kafka.assignment()}
        if read and not read.issuperset(self._topics):
            self._log.warning("consumer.topic_without_reader", topics=sorted(set(self._topics) - read))
            kafka.subscribe(self._topics, listener=self._listener)

    async def publish_dead_letter(self, key: bytes | None, payload: bytes, headers: dict[str, str]) -> None:
        """Sends one message to the topic of this consumer's dead letters. Raises KafkaError."""
        await self._broker.publish(payload, self._dead_letters, key=key, headers=headers)

    async def _join(self) -> None:
        await create_topics(self._settings, [*self._topics, self._dead_letters])
        await self._broker.start()

    async def _leave(self, joining: asyncio.Task[None]) -> None:
        try:
            async with asyncio.timeout(2 * _LEAVE_SECONDS):
                await asyncio.wait([joining])
                await self._broker.stop()
        except Exception as failure:  # noqa: BLE001 - it is given up anyway
            self._log.warning("consumer.left_untidily", reason=f"{type(failure).__name__}: {failure}")
            joining.cancel()
        self._rebalanced.revoked()


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """aiokafka's own way of telling."""

    def __init__(self, assigned: Any, revoked: Any) -> None:
        self._assigned = assigned
        self._revoked = revoked

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._assigned(assigned)

    def on_partitions_revoked(self, _revoked: Iterable[TopicPartition]) -> None:
        self._revoked()
