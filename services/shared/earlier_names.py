"""Names that were reserved while names were compared otherwise: the aggregate of a name follows from what it is compared by.

When that changed, the aggregates of the names that a log held then were noted once, by the ids that follow from them now. Nothing is
added for a name that is reserved since, and nothing was appended to the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from chassis.ids import Id

_DDL: Final = """
CREATE TABLE earlier_name (
    name_id      uuid   NOT NULL,  -- the aggregate that follows from the name now
    aggregate_id uuid   NOT NULL,  -- the one under which it was reserved
    number       bigint NOT NULL,  -- who was first has the lowest
    PRIMARY KEY (name_id, aggregate_id)
);
"""
_NOTE: Final = "INSERT INTO earlier_name VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_ALL: Final = "SELECT uuid_send(name_id), uuid_send(aggregate_id) FROM earlier_name ORDER BY number"


class EarlierNames:
    """The aggregates of names that were reserved earlier."""

    def __init__(self) -> None:
        self._aggregates: Final[dict[Id, tuple[Id, ...]]] = {}

    async def load(self, connection: AsyncConnection[Any]) -> None:
        """Reads what was noted; the table must be there."""
        for name_id, aggregate_id in await (await connection.execute(_ALL)).fetchall():
            self._aggregates[name_id] = (*self._aggregates.get(name_id, ()), aggregate_id)

    def aggregate_of(self, name_id: Id, earlier_id: Id) -> Id:
        """The aggregate of a name: `name_id`, which follows from it now, unless it was reserved before.

        Two that were different names then may be the same now; each is found by what it was called, letter by letter: by `earlier_id`,
        which followed from it then. However else it is written, it is the name of whoever was first.
        """
        earlier = self._aggregates.get(name_id)
        if not earlier:
            return name_id
        return earlier_id if earlier_id in earlier else earlier[0]


async def note_earlier_names(connection: AsyncConnection[Any], names: Iterable[tuple[Id, Id]]) -> None:
    """Makes the table, and notes in it the names that a log holds, in their order: the id that follows from each now, and its aggregate."""
    await connection.execute(_DDL)
    rows = [(UUID(bytes=name_id), UUID(bytes=aggregate_id), number) for number, (name_id, aggregate_id) in enumerate(names)]
    if rows:
        async with connection.cursor() as cursor:
            await cursor.executemany(_NOTE, rows)
