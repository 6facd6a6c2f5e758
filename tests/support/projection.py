"""A projection on a database, fed as its consumer feeds it, without Kafka."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from chassis.events import RecordedEvent
from chassis.kafka.consumer import schema as consumer_schema
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effect_store import EffectStore
from chassis.partitions import partition_of
from chassis.postgres.binary import take_arrays
from progress import queries
from progress.digest import Digest, digest_of
from progress.domain.tree import KeyResult, Objective, Tree
from progress.facts import EVENT_TYPES, Facts, FactsInMemory, fold
from progress.projection import TABLE_NAMES, as_statements, conninfo, create_schema, project
from progress.queries import AsOf
from tests.support.recorded import message_of

PARTITIONS = 6


@dataclass
class Projection:
    """The tables of a projection, and connections to them."""

    dsn: str  # as a consumer's connections have it
    pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]
    store: EffectStore

    async def take(self, events: Iterable[RecordedEvent]) -> None:
        """One batch of one log and partition; all of it takes effect."""
        batch = list(events)
        state = await self.store.load(batch[0].log, partition_of(batch[0].partition_key, PARTITIONS))
        deliveries = [Delivery(message_of(event, offset), event) for offset, event in enumerate(batch, state.next_offset)]
        assert await self.store.take(state, deliveries) == batch

    async def take_all(self, events: Iterable[RecordedEvent], r: random.Random, most: int = 60) -> None:
        """Everything, partition by partition in any order of the partitions, in batches of any size up to `most`, half of them of a few."""
        queues: dict[tuple[str, int], list[RecordedEvent]] = {}
        for event in events:
            queues.setdefault((event.log, partition_of(event.partition_key, PARTITIONS)), []).append(event)
        waiting = [sorted(queue, key=lambda e: e.position) for queue in queues.values()]
        while waiting:
            queue = r.choice(waiting)
            size = r.randint(1, r.choice((3, most)))
            await self.take(queue[:size])
            del queue[:size]
            if not queue:
                waiting.remove(queue)

    async def digest(self, tenant_id: bytes) -> Digest:
        return await queries.get_digest(self.pool, tenant_id)

    async def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, in an order of its own."""
        async with self.pool.connection() as connection:
            return {
                name: sorted(await (await connection.execute(f"SELECT t::text FROM {name} t".encode())).fetchall()) for name in TABLE_NAMES
            }

    async def tree(self, tenant_id: bytes, instant: AsOf) -> Tree[Objective, KeyResult]:
        async with self.pool.connection() as connection:
            return await queries.load_tenant(connection, tenant_id, instant)


@asynccontextmanager
async def projection(database: str) -> AsyncIterator[Projection]:
    """The tables of a projection in an empty database."""
    await create_schema(database)
    await consumer_schema.create_schema(database)

    async def configure(connection: psycopg.AsyncConnection[Any]) -> None:
        take_arrays(connection)

    dsn = conninfo(database)
    async with AsyncConnectionPool(dsn, min_size=1, max_size=4, open=False, configure=configure, kwargs={"autocommit": True}) as pool:
        store = EffectStore(dsn, "progress", project, EVENT_TYPES, as_statements)
        await store.open()
        yield Projection(dsn, pool, store)
        await store.close()


def facts_of(events: Iterable[RecordedEvent]) -> FactsInMemory:
    """The same facts in memory."""
    facts = Facts()
    for event in events:
        fold(event, facts)
    return FactsInMemory(facts)


def digest_in_memory(events: Iterable[RecordedEvent]) -> Digest:
    """What an auditor's replay comes to."""
    facts = facts_of(events)
    return digest_of(facts.tree(), facts.check_ins)
