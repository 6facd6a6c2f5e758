"""Connections that each show one tenant's rows: the second wall, behind the WHERE of every query."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from chassis.ids import Id
from chassis.postgres.access import TENANT
from chassis.postgres.connections import Connection, Pool

_SHOW: Final = f"SELECT set_config('{TENANT}', %s, false)".encode()


async def show(connection: Connection, tenant_id: Id) -> None:
    """From now on the connection, where it is the query role's, sees this tenant's rows and no others."""
    await connection.execute(_SHOW, (tenant_id.hex(),), prepare=True)


class TenantConnections:
    """A pool for queries: whoever asks it for a connection says for which tenant. As a context it opens the pool and closes it.

    What a connection showed last is remembered, so that only a change of the tenant is told to PostgreSQL. The pool's connections commit
    by themselves: in a transaction that is rolled back the setting would be, too.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool: Final = pool
        self._shown: Final[WeakKeyDictionary[Connection, Id]] = WeakKeyDictionary()

    async def __aenter__(self) -> TenantConnections:
        await self._pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def of(self, tenant_id: Id) -> AsyncIterator[Connection]:
        """A connection that shows this tenant's rows. Raises psycopg_pool.PoolTimeout, and psycopg.OperationalError."""
        async with self._pool.connection() as connection:
            if self._shown.get(connection) != tenant_id:
                self._shown.pop(connection, None)  # whatever becomes of the attempt
                await show(connection, tenant_id)
                self._shown[connection] = tenant_id
            yield connection
