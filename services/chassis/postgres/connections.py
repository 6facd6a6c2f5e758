"""The one way of holding connections to a database."""

from __future__ import annotations

import select
from collections.abc import Awaitable, Callable
from typing import Any, Final

from psycopg import AsyncConnection, AsyncCursor
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[Any]
Pool = AsyncConnectionPool[Connection]

PLAN_ONCE: Final = b"SET plan_cache_mode TO force_generic_plan"
"""For connections whose statements are few and asked again and again: each is planned once.

Left to itself PostgreSQL plans those with arrays every time, since a plan for arrays of a known length seems cheaper to it. To plan takes
three times as long as to find an objective, and a quarter of what a small append costs (measured).
"""

_WAIT_SECONDS: Final = 5.0
_MOST_WAITING: Final = 500
_GIVE_UP_SECONDS: Final = 3.0
_KEPT: Final = "cairn_cursor"


def connection_pool(
    dsn: str, *, size: int = 4, autocommit: bool = True, configure: Callable[[Connection], Awaitable[None]] | None = None
) -> Pool:
    """A pool of at most `size` connections, not opened yet. Whoever asks it waits 5 s at most, and then gets psycopg_pool.PoolTimeout;
    where 500 wait already, psycopg_pool.TooManyRequests at once.

    It is back as soon as its database is, however long that was away: by itself the pool asks less and less often, so that after an
    outage of two minutes it would take a minute to notice its end. This one gives up after seconds, and who comes next tries anew.
    """
    return AsyncConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        max_waiting=_MOST_WAITING,
        open=False,
        timeout=_WAIT_SECONDS,
        reconnect_timeout=_GIVE_UP_SECONDS,
        check=_check,
        configure=configure,
        kwargs={"autocommit": autocommit},
    )


def kept_cursor(connection: Connection) -> AsyncCursor[Any]:
    """A connection's own cursor, for statements whose few rows, in binary, are fetched one statement after the other.

    A cursor learns anew how each type is written and read: 40 µs, a third of what a small statement costs its client (measured). This one
    is kept as long as its connection is, and so are the rows that it found last.
    """
    its: dict[str, Any] = vars(connection)
    cursor: AsyncCursor[Any] | None = its.get(_KEPT)
    if cursor is None:
        cursor = its[_KEPT] = connection.cursor(binary=True)
    return cursor


async def _check(connection: Connection) -> None:
    """Whether the connection still stands. One that its server has closed has something to be read: asking the server itself every time
    took a tenth of what progress does for a query.

    Raises psycopg.OperationalError when it does not.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        await AsyncConnectionPool.check_connection(connection)
