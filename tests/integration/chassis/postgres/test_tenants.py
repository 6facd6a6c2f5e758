"""A connection shows the rows of the tenant that it was asked for, whoever had it before and however that ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest

from chassis.ids import Id, new_id
from chassis.postgres import DatabaseRole, TenantConnections, connection_pool, migrate
from tests.support.database_roles import dsn_of_role

MINE, OTHERS = new_id(), new_id()
_DDL = "CREATE TABLE thing (tenant_id uuid NOT NULL)"


@pytest.fixture
async def connections(database: str) -> AsyncIterator[TenantConnections]:
    """Of the query role, to a table with a row of each of two tenants; there is one connection."""
    query_dsn = dsn_of_role(database, DatabaseRole.QUERY)
    await migrate(database, "things", [_DDL])
    async with await psycopg.AsyncConnection.connect(database) as connection:
        for tenant_id in (MINE, OTHERS):
            await connection.execute("INSERT INTO thing VALUES (%s)", (UUID(bytes=tenant_id),))
    async with TenantConnections(connection_pool(query_dsn, size=1)) as connections:
        yield connections


async def seen(connections: TenantConnections, tenant_id: Id) -> list[Id]:
    async with connections.of(tenant_id) as connection:
        return [row[0].bytes for row in await (await connection.execute("SELECT tenant_id FROM thing")).fetchall()]


async def test_each_tenant_sees_its_own(connections: TenantConnections) -> None:
    for tenant_id in (MINE, OTHERS, OTHERS, MINE):
        assert await seen(connections, tenant_id) == [tenant_id]
    assert await seen(connections, new_id()) == []


async def test_a_query_that_failed_leaves_nothing_to_the_next(connections: TenantConnections) -> None:
    await seen(connections, MINE)
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with connections.of(OTHERS) as connection, connection.transaction():
            await connection.execute("SELECT 1 / 0")
    assert await seen(connections, OTHERS) == [OTHERS]
    assert await seen(connections, MINE) == [MINE]


async def test_a_query_that_was_given_up_leaves_nothing_to_the_next(connections: TenantConnections) -> None:
    await seen(connections, MINE)

    async def waits() -> None:
        async with connections.of(OTHERS) as connection:
            begun.set()
            await connection.execute("SELECT pg_sleep(60)")

    begun = asyncio.Event()
    waiting = asyncio.create_task(waits())
    await begun.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await seen(connections, MINE) == [MINE]
    assert await seen(connections, OTHERS) == [OTHERS]


async def test_a_table_of_a_later_version_is_closed_as_well(database: str, connections: TenantConnections) -> None:
    await migrate(database, "things", [_DDL, "CREATE TABLE other (tenant_id bytea NOT NULL)"])
    async with await psycopg.AsyncConnection.connect(database) as connection:
        for tenant_id in (MINE, OTHERS):
            await connection.execute("INSERT INTO other VALUES (%s)", (tenant_id,))
    async with connections.of(MINE) as connection:
        assert await (await connection.execute("SELECT tenant_id FROM other")).fetchall() == [(MINE,)]
