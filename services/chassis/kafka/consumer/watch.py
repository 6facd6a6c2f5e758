"""What goes on beside consuming: lag is reported, Kafka's tools get a checkpoint, dead letters are copied to their topic."""

from __future__ import annotations

import asyncio
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import IllegalStateError, KafkaError

from chassis.kafka.consumer import dead_letters
from chassis.kafka.consumer.assignment import Assignment
from chassis.kafka.consumer.ends import TopicEnds
from chassis.kafka.consumer.subscription import Subscription
from chassis.postgres import Pool
from chassis.runtime import telemetry

_REPORT_SECONDS: Final = 5.0
_STUCK_SECONDS: Final = 30.0
_KAFKA_SECONDS: Final = 10.0
_COPIES: Final = 500


class Stuck(Exception):  # noqa: N818 - it is what happened
    """Messages wait, and none comes: the connection to Kafka must be made anew."""


class Watch:
    """Sees to it that one stay in the group is alive, and tells how it is."""

    def __init__(self, name: str, assignment: Assignment, subscription: Subscription, ends: TopicEnds, pool: Pool) -> None:
        self._name: Final = name
        self._assignment: Final = assignment
        self._subscription: Final = subscription
        self._ends: Final = ends
        self._pool: Final = pool
        self._log: Final = telemetry.logger(consumer=name)

    async def keep(self, kafka: AIOKafkaConsumer) -> None:
        """Watches for ever. Raises Stuck, KafkaError, psycopg.OperationalError."""
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            self._subscription.join_again_if_some_topic_has_no_reader(kafka)
            lag = await self._report(kafka)
            if lag and self._assignment.idle_seconds() > _STUCK_SECONDS:
                raise Stuck(f"{lag} messages wait, and none has come for {_STUCK_SECONDS:.0f} s")
            await self._copy_dead_letters()

    async def _report(self, kafka: AIOKafkaConsumer) -> int:
        """How many messages wait of those partitions of ours that go on.

        Kafka gets a checkpoint for tools that show lag; what counts is in the database.
        """
        states = self._assignment.states
        if not states:
            return 0
        try:
            async with asyncio.timeout(_KAFKA_SECONDS):
                ends = await self._ends.of(states)
                await self._assignment.compare_topics(await self._ends.began(states))
                if consumed := {partition: state.next_offset for partition, state in states.items() if state.next_offset}:
                    await kafka.commit(consumed)
        except (KafkaError, IllegalStateError, TimeoutError) as failure:  # Kafka is away, or is handing partitions about: aiokafka goes on
            self._log.warning("consumer.not_reported", reason=f"{type(failure).__name__}: {failure}")
            return 0
        lag = 0
        for partition, state in states.items():
            behind = max(0, ends[partition] - state.next_offset)
            telemetry.CONSUMER_LAG.labels(self._name, state.log, str(state.partition)).set(behind)
            telemetry.PARTITION_STOPPED.labels(self._name, state.log, str(state.partition)).set(state.stop is not None)
            telemetry.REFUSED_MESSAGES.labels(self._name, state.log, str(state.partition)).set(state.refused)
            if partition not in self._assignment.resting:
                lag += behind
        return lag

    async def _copy_dead_letters(self) -> None:
        """Copies new dead letters to their topic, for whoever watches it; the table is what counts. At least once."""
        async with self._pool.connection() as connection:
            telemetry.DEAD_LETTERS.labels(self._name).set(await dead_letters.count_dead_letters(connection))
            letters = await dead_letters.unpublished(connection, _COPIES)
            for letter in letters:
                headers = {name: value.decode("utf-8", "replace") for name, value in letter.message().headers}
                headers["cairn_reason"] = letter.reason
                headers["cairn_source"] = f"{letter.kafka_topic}:{letter.partition}:{letter.kafka_offset}"
                await self._subscription.publish_dead_letter(letter.message_key, letter.payload or b"", headers)
            if letters:
                await dead_letters.mark_published(connection, letters)
