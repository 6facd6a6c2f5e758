"""A log, its database, and the database of who consumes it, for each test."""

from __future__ import annotations

import asyncio
import random
import string
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress

import pytest
from psycopg.conninfo import conninfo_to_dict

from chassis.events import EventTypes
from chassis.eventstore import EventLog
from chassis.kafka.consumer import AfterCommit, Consumer, Effect, LogOwner
from chassis.kafka.relay import Relay
from tests.integration.chassis.kafka.support import EFFECTS, PARTITIONS, execute, note, settings_of
from tests.support.infrastructure import Broker, DatabaseServer


@pytest.fixture
def log_name() -> str:
    return "".join(random.choices(string.ascii_lowercase, k=12))


@pytest.fixture
async def log(database: str, log_name: str) -> AsyncIterator[EventLog]:
    log = EventLog(database, log_name, PARTITIONS)
    await log.start()
    yield log
    await log.stop()


@pytest.fixture
async def relay(log: EventLog, kafka: Broker) -> AsyncIterator[Relay]:
    """Relays the log, in this process."""
    relay = Relay(log.name, log.dsn, settings_of(kafka.bootstrap))
    task = asyncio.create_task(relay.run())
    yield relay
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
def effects(postgres: DatabaseServer) -> Iterator[str]:
    """The database of who consumes, with the table of its effects."""
    dsn = postgres.create_database()
    asyncio.run(execute(dsn, EFFECTS))
    yield dsn
    postgres.drop_database(str(conninfo_to_dict(dsn)["dbname"]))


Consuming = Callable[..., Awaitable[Consumer]]


@pytest.fixture
async def consuming(kafka: Broker, effects: str, log_name: str) -> AsyncIterator[Consuming]:
    """Starts consumers of the test's log; they are stopped with it."""
    started: list[Consumer] = []

    async def start(
        effect: Effect = note,
        instance: str = "one",
        after_commit: AfterCommit | None = None,
        types: EventTypes | None = None,
        owner: LogOwner | None = None,
    ) -> Consumer:
        settings = settings_of(kafka.bootstrap, effects)
        owners = {} if owner is None else {log_name: owner}
        consumer = Consumer(settings, log_name, [log_name], effect, after_commit, owners=owners, types=types, instance=instance)
        await consumer.start()
        started.append(consumer)
        return consumer

    yield start
    await asyncio.gather(*(consumer.stop() for consumer in started))
