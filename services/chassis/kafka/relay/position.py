"""How far a log is on Kafka, as its database remembers it: the relay's row of `relay_position`, and what it found beside."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import psycopg

from chassis.eventstore import SERVER_RUN
from chassis.positions import FIRST_GENERATION
from chassis.postgres import Connection
from chassis.runtime import telemetry

_NAME: Final = "kafka"  # of our row
_COMPARED: Final = f"""
INSERT INTO relay_position (name, position, behind, compared_in) VALUES (%s, %s, %s, {SERVER_RUN})
ON CONFLICT (name) DO UPDATE SET position = excluded.position, behind = excluded.behind, compared_in = excluded.compared_in
RETURNING generation
"""  # noqa: S608 - of constants alone
_CHECKPOINT: Final = """
INSERT INTO relay_position (name, position) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET position = excluded.position
WHERE relay_position.position < excluded.position
"""
_PROGRESS: Final = """
SELECT log_head.position, coalesce(relay_position.position, 0) FROM log_head LEFT JOIN relay_position ON name = %s
"""


class LogHasGap(Exception):  # noqa: N818 - it is what happened
    """A page of the log leaves a position out, or the log ends before what was relayed: it must not be relayed as it is."""


async def relay_progress(dsn: str) -> tuple[int, int]:
    """The position of a log's newest event, and the one up to which Kafka is known to have it.

    Raises psycopg.OperationalError when the log's database does not answer.
    """
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        return await _progress(connection)


async def _progress(connection: Connection) -> tuple[int, int]:
    return await (await connection.execute(_PROGRESS, (_NAME,))).fetchone() or (0, 0)


class RelayPosition:
    """The row of a log's relay, on one connection."""

    def __init__(self, log: str, connection: Connection) -> None:
        self._log: Final = log
        self._connection: Final = connection

    async def relayed(self) -> int:
        """Up to where Kafka is known to have the log. Raises LogHasGap where the log does not reach so far."""
        head, position = await _progress(self._connection)
        if position > head:
            raise LogHasGap(f"relayed up to {position}, but the log ends at {head}: it was restored from an older state")
        return position

    async def begin_to_compare(self) -> None:
        """Until `compared` is called nobody is told what an earlier comparison found, and nothing is recovered by it."""
        await self._connection.execute("UPDATE relay_position SET compared_in = NULL WHERE name = %s", (_NAME,))

    async def compared(self, relayed: int, *, behind: bool) -> int:
        """The topic was compared with the log; answers the newest generation whose beginning it was told."""
        row = await (await self._connection.execute(_COMPARED.encode(), (_NAME, relayed, behind))).fetchone()
        return int(row[0]) if row else FIRST_GENERATION

    async def is_behind(self) -> bool:
        """Whether the log is still to be recovered."""
        row = await (await self._connection.execute("SELECT behind FROM relay_position WHERE name = %s", (_NAME,))).fetchone()
        return row is not None and bool(row[0])

    async def checkpoint(self, position: int) -> None:
        """Remembers how far Kafka has the log, only ever forward."""
        await self._connection.execute(_CHECKPOINT, (_NAME, position))
        head, _ = await _progress(self._connection)
        telemetry.LOG_HEAD.labels(self._log).set(head)

    async def told(self, generation: int) -> None:
        """Remembers that every partition was told of a generation's beginning."""
        await self._connection.execute(
            "UPDATE relay_position SET generation = greatest(generation, %s) WHERE name = %s", (generation, _NAME)
        )

    async def forget_foreign(self, partitions: Collection[int]) -> None:
        """Events of the log stand behind what was found at the ends of these partitions and is not in it: it is at their ends no more."""
        await self._connection.execute("DELETE FROM not_in_log WHERE partition = ANY(%s)", (list(partitions),))
