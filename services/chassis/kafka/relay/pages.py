"""A log read on, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from chassis.kafka.headers import headers_sql
from chassis.kafka.relay.position import LogHasGap
from chassis.postgres import Connection
from chassis.runtime import tracing

Row = tuple[int, bytes, bytes, bytes]
"""Position, partition key, payload, header section."""

Read = Callable[[int, int], Awaitable[Sequence[Row]]]
"""The rows behind a position, so many at most."""


def reading(log: str, connection: Connection) -> Read:
    """Reads a log on a connection. Raises psycopg.OperationalError when it is used."""
    select = (
        f"SELECT position, uuid_send(partition_key), payload, {headers_sql(log, traced=tracing.is_on())}"  # noqa: S608 - constants and a checked name
        " FROM event WHERE position > %s ORDER BY position LIMIT %s"
    ).encode()

    async def read(after: int, size: int) -> Sequence[Row]:
        cursor = connection.cursor(binary=True)
        await cursor.execute(select, (after, size), prepare=True)
        return await cursor.fetchall()

    return read


class LogPages:
    """Pages of a log, and a bell for what is appended while none is asked for."""

    def __init__(self, read: Read) -> None:
        self._read: Final = read
        self._bell: Final = asyncio.Event()

    async def behind(self, position: int, size: int) -> Sequence[Row]:
        """The next page. The bell is cleared before it is asked for: whatever is appended too late for it rings.

        Raises LogHasGap, psycopg.OperationalError.
        """
        self._bell.clear()
        rows = await self._read(position, size)
        if rows and rows[-1][0] - position != len(rows):
            raise LogHasGap(f"{len(rows)} events after position {position} end at {rows[-1][0]}")
        return rows

    def ring(self) -> None:
        """Something was appended."""
        self._bell.set()

    async def rung(self, seconds: float) -> None:
        """Comes back once something was appended since the last page was asked for, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()
