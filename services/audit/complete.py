"""How far audit has a log without a hole.

The partitions of a log are consumed each at its own pace, so that a log may have holes behind its newest stored event. Holes are seen
only by who sees every tenant's events, so this is asked before a tenant's own are: what was whole then is whole in whatever is read after.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg

from audit.actions import LOGS
from audit.schema import LIVE
from chassis.rebuild import tables_of

_FIRST: Final = "SELECT min(position) FROM action WHERE log = %(log)s"
_HEAD: Final = """
SELECT position FROM (
    SELECT position, lead(position) OVER (ORDER BY position) AS following FROM action WHERE log = %(log)s AND position >= %(known)s
) AS places
WHERE following IS DISTINCT FROM position + 1 ORDER BY position LIMIT 1
"""


class CompleteLogs:
    """Remembers how far each log was whole, so that only what came since is looked at; a rebuild of audit is looked at anew."""

    def __init__(self) -> None:
        self._tables = 0
        self._heads: dict[str, int] = {}

    async def heads(self, connection: psycopg.AsyncConnection[Any]) -> dict[str, int]:
        """For each log of which there is anything, the position up to which there is all; 0 where its beginning is missing.

        The connection is one that sees every tenant's events.
        """
        tables = await tables_of(connection, LIVE)
        if tables != self._tables:
            self._tables, self._heads = tables, {}
        return {log: head for log in sorted(LOGS) if (head := await self._head(connection, log)) is not None}

    async def _head(self, connection: psycopg.AsyncConnection[Any], log: str) -> int | None:
        first = await _one(connection, _FIRST, log=log)
        if first != 1:
            return None if first is None else 0
        known = self._heads.get(log, 1)
        head = self._heads[log] = await _one(connection, _HEAD, log=log, known=known) or known
        return head


async def _one(connection: psycopg.AsyncConnection[Any], statement: str, **parameters: Any) -> int | None:
    row = await (await connection.execute(statement.encode(), parameters)).fetchone()
    return None if row is None else row[0]
