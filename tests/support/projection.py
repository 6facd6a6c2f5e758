"""A projection on a database, fed as its consumer feeds it, without Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from chassis.events import RecordedEvent
from chassis.kafka.consumer import schema as consumer_schema
from chassis.kafka.consumer.effect_store import EffectStore
from chassis.postgres import DatabaseRole, TenantConnections, connection_pool
from chassis.postgres.binary import take_arrays
from progress import queries
from progress.digest import Digest, digest_of, effort_rows
from progress.domain.evaluation import Evaluated
from progress.domain.formulas import NEWEST, Formula
from progress.domain.kpis import Kpi
from progress.domain.tree import KeyResult, Objective
from progress.domain.work import Work
from progress.facts import EVENT_TYPES, Facts, FactsInMemory, fold
from progress.projection import TABLE_NAMES, as_statements, conninfo, create_schema, prepare_for_queries, project
from progress.queries import WHOLE_ROWS, AsOf
from tests.support.consumed import PARTITIONS as PARTITIONS
from tests.support.consumed import Consumed
from tests.support.database_roles import dsn_of_role


@dataclass
class Projection(Consumed):
    """The tables of a projection, and connections to them."""

    pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]
    connections: TenantConnections  # of the query role

    async def digest(self, tenant_id: bytes) -> Digest:
        return await queries.get_digest(self.connections, tenant_id)

    async def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, in an order of its own."""
        async with self.pool.connection() as connection:
            return {
                name: sorted(await (await connection.execute(f"SELECT t::text FROM {name} t".encode())).fetchall()) for name in TABLE_NAMES
            }

    async def evaluated(self, tenant_id: bytes, instant: AsOf, formula: Formula = NEWEST) -> Evaluated[Objective, KeyResult]:
        async with self.pool.connection() as connection:
            tree = await queries.load_tenant(connection, tenant_id, instant)
            return await queries.with_numbers(connection.cursor(binary=True), WHOLE_ROWS, tenant_id, tree, instant, formula)

    async def kpis(self, tenant_id: bytes, instant: AsOf) -> list[Kpi]:
        async with self.pool.connection() as connection:
            return await queries.load_kpis(connection.cursor(binary=True), tenant_id, instant)

    async def work(self, tenant_id: bytes, instant: AsOf) -> list[Work]:
        async with self.pool.connection() as connection:
            return await queries.load_work(connection.cursor(binary=True), tenant_id, instant)


@asynccontextmanager
async def projection(database: str) -> AsyncIterator[Projection]:
    """The tables of a projection in an empty database, and its query role."""
    query_dsn = dsn_of_role(database, DatabaseRole.QUERY)
    await create_schema(database)
    await consumer_schema.create_schema(database)

    async def configure(connection: psycopg.AsyncConnection[Any]) -> None:
        take_arrays(connection)

    dsn = conninfo(database)
    async with AsyncConnectionPool(dsn, min_size=1, max_size=4, open=False, configure=configure, kwargs={"autocommit": True}) as pool:
        store = EffectStore(dsn, "progress", project, EVENT_TYPES, as_statements)
        await store.open()
        async with TenantConnections(connection_pool(conninfo(query_dsn), configure=prepare_for_queries)) as connections:
            yield Projection(dsn, store, pool, connections)
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
    return digest_of(facts.evaluated(), facts.check_ins, facts.kpis(), facts.work(), effort_rows(facts.efforts))
