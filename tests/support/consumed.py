"""Tables that a consumer fills, without Kafka."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from chassis.events import EventTypes, RecordedEvent
from chassis.kafka.consumer import Effect
from chassis.kafka.consumer import schema as consumer_schema
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effect_store import EffectStore
from chassis.partitions import partition_of
from tests.support.recorded import message_of

PARTITIONS = 6

_STRUCTURE = """
SELECT 'column', concat_ws(' ', table_name, ordinal_position, column_name, udt_name, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = %(schema)s
UNION ALL SELECT 'index', replace(indexdef, %(schema)s || '.', '') FROM pg_indexes WHERE schemaname = %(schema)s
UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = to_regnamespace(%(schema)s)
ORDER BY 1, 2
"""


@dataclass
class Consumed:
    """The tables, and what fills them."""

    dsn: str  # as a consumer's connections have it
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

    async def rows_in(self, schema: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of a schema, in an order of its own."""
        async with await psycopg.AsyncConnection.connect(self.dsn) as connection:
            tables = await (await connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))).fetchall()
            return {
                name: sorted(await (await connection.execute(f"SELECT t::text FROM {schema}.{name} t".encode())).fetchall())
                for (name,) in tables
            }

    async def structure_of(self, schema: str) -> list[tuple[Any, ...]]:
        """Columns, indexes and constraints of the tables of a schema."""
        async with await psycopg.AsyncConnection.connect(self.dsn) as connection:
            return await (await connection.execute(_STRUCTURE, {"schema": schema})).fetchall()


@asynccontextmanager
async def consumed(dsn: str, name: str, effect: Effect, types: EventTypes | None = None) -> AsyncIterator[Consumed]:
    """What an effect makes of events, in a database that has the effect's tables."""
    await consumer_schema.create_schema(dsn)
    store = EffectStore(dsn, name, effect, types)
    await store.open()
    yield Consumed(dsn, store)
    await store.close()
