"""Carries one log to its topic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer

from chassis.eventstore import CHANNEL, is_current
from chassis.kafka.clients import producing, topic_reader
from chassis.kafka.relay.carrying import Carrying
from chassis.kafka.relay.clients import connected
from chassis.kafka.relay.comparison import Comparison, Resumption
from chassis.kafka.relay.ends import notice_a_shorter_topic
from chassis.kafka.relay.pages import LogPages, reading
from chassis.kafka.relay.position import RelayPosition
from chassis.kafka.relay.publishing import BATCH_BYTES, PartitionsOfKeys, Publisher
from chassis.kafka.topics import create_topics, events_topic
from chassis.postgres import Connection
from chassis.runtime import Backoff, Settings, attempt, telemetry

STANDBY_SECONDS: Final = 0.5
"""From one look of a relay that waits for something to the next."""


class Relay:
    """Carries one log to its topic, for ever. Of several for one log one is active, and the others stand by.

    Per partition the topic holds the events in the log's order; some of them twice after a failure, but never one before all that are
    older: a publication is handed to Kafka only when all of the one before is acknowledged, and after any failure the log is read again
    from the last acknowledged position. So a consumer may drop what is not above the last position it has seen.
    """

    def __init__(self, log: str, dsn: str, settings: Settings) -> None:
        self._name: Final = log
        self._dsn: Final = dsn
        self._settings: Final = settings
        self._log: Final = telemetry.logger(log=log)
        self._partitions: Final = PartitionsOfKeys(settings.topic_partitions)
        self._carrying: Carrying | None = None

    @property
    def relayed(self) -> int:
        """The position up to which Kafka has acknowledged everything, as far as this process knows."""
        return 0 if self._carrying is None else self._carrying.relayed

    async def run(self) -> None:
        """Relays until it is cancelled. When PostgreSQL or Kafka goes away it comes back with them, and goes on where it was."""
        backoff = Backoff()
        while True:
            try:
                await attempt(self._relay(backoff))
            except BaseExceptionGroup as failures:
                self._log.error("relay.interrupted", reasons=[f"{type(f).__name__}: {f}" for f in failures.exceptions], at=self.relayed)
            except Exception as failure:  # noqa: BLE001 - whatever it is: it is told, and the log is read again from where Kafka has it
                self._log.error("relay.interrupted", reasons=[f"{type(failure).__name__}: {failure}"], at=self.relayed)
            await backoff.sleep()

    async def _relay(self, backoff: Backoff) -> None:
        """Relays until something fails; the loss of the lock's connection is such a failure."""
        async with self._only_active_relay() as holder:
            backoff.reset()
            await self._log_is_there(holder)
            await create_topics(self._settings, [events_topic(self._name)])
            await holder.execute(f"LISTEN {CHANNEL}")
            async with await connected(self._dsn) as reader, await connected(self._dsn) as notes, topic_reader(self._settings) as topic:
                begin = await self._compared(holder, notes, topic)
                await notes.execute("SET synchronous_commit = off")  # a lost checkpoint means sending again, never losing
                await self._carry(holder, reader, notes, topic, begin)

    @asynccontextmanager
    async def _only_active_relay(self) -> AsyncIterator[Connection]:
        """A connection that holds the log's lock. Asks again and again: to wait inside PostgreSQL would keep it from vacuuming."""
        async with await connected(self._dsn) as connection:
            standing_by = False
            while True:
                row = await (await connection.execute("SELECT pg_try_advisory_lock(hashtextextended('cairn relay', 0))")).fetchone()
                if row is not None and row[0]:
                    break
                if not standing_by:
                    self._log.info("relay.standing_by")
                    standing_by = True
                await asyncio.sleep(STANDBY_SECONDS)
            self._log.info("relay.active")
            yield connection

    async def _log_is_there(self, holder: Connection) -> None:
        """Waits for the log's tables: at a first start, and after an upgrade, the service that makes them may come up after its relay.

        Raises NewerSchema when a newer release made them.
        """
        told = False
        while not await is_current(holder):
            if not told:
                self._log.info("relay.waiting_for_log")
                told = True
            await asyncio.sleep(STANDBY_SECONDS)

    async def _compared(self, holder: Connection, notes: Connection, topic: AIOKafkaConsumer) -> Resumption:
        """Compares the topic with the log; where that is behind, waits until it is recovered, and compares again."""
        comparison = Comparison(self._name, self._partitions, self._settings.topic_partitions, topic, notes, self._log)
        while (begin := await comparison.made()) is None:
            while await RelayPosition(self._name, holder).is_behind():  # noqa: ASYNC110 - of the database
                await asyncio.sleep(STANDBY_SECONDS)
        return begin

    async def _carry(self, holder: Connection, reader: Connection, notes: Connection, topic: AIOKafkaConsumer, begin: Resumption) -> None:
        """Carries the log on from there, until something fails."""
        pages, count = LogPages(reading(self._name, reader)), self._settings.topic_partitions
        async with producing(self._settings, BATCH_BYTES, self._log) as producer:
            publisher, position = Publisher(self._name, count, producer), RelayPosition(self._name, notes)
            self._carrying = carrying = Carrying(self._name, pages, self._partitions, publisher, position, begin, self._log)
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(_ring(holder, pages))
                    tasks.create_task(notice_a_shorter_topic(self._name, count, topic))
                    await carrying.carry()  # here: a group that fails while it only waits for its tasks leaves this one half cancelled
            except Exception:
                await carrying.settled()
                raise


async def _ring(holder: Connection, pages: LogPages) -> None:
    """Rings for every append. Raises ConnectionError when the lock is lost."""
    async for _ in holder.notifies():
        pages.ring()
    raise ConnectionError("the connection that holds the lock was closed")
