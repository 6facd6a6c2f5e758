# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What is still to be told on the topic of states, and up to where it is known to be ours: in tables that survive a rebuild.

Told is what the newest message under a key says. An objective is owed with all key results whose home it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import psycopg

from chassis.ids import Id
from chassis.kafka.compacted import Ends
from chassis.postgres.binary import BIGINT, INTEGER, UUID
from progress.projection import ids, prepare_for_queries
from progress.projection.statements import ALL_STATES_OWED, OWED_ANEW, things_with_states

_OWE: Final = f"INSERT INTO public.state_owed (objective_id) SELECT unnest(%s::uuid[]) {OWED_ANEW}"
_OWED: Final = """
SELECT w.objective_id, w.place, o.tenant_id, coalesce(t.time_zone, 'UTC')
FROM (SELECT * FROM public.state_owed ORDER BY place LIMIT %s) w
LEFT JOIN objective_now o ON o.objective_id = w.objective_id AND o.cycle_id IS NOT NULL LEFT JOIN tenant_now t USING (tenant_id)
ORDER BY o.tenant_id, w.place"""
_CLEAR_OWED: Final = (
    "DELETE FROM public.state_owed w USING unnest(%s, %s) AS told (id, place) WHERE (w.objective_id, w.place) = (told.id, told.place)"
)

_GONE: Final = f"""
SELECT g.thing_id, g.tenant_id, g.message_type, EXISTS (SELECT FROM ({things_with_states()}) t WHERE t.thing_id = g.thing_id)
FROM (SELECT * FROM public.state_gone ORDER BY thing_id LIMIT %s) g"""
_CLEAR_GONE: Final = "DELETE FROM public.state_gone WHERE thing_id = ANY(%s)"

_REMEMBER: Final = """
INSERT INTO public.state_topic (partition, next_offset) SELECT * FROM unnest(%s, %s)
ON CONFLICT (partition) DO UPDATE SET next_offset = excluded.next_offset WHERE state_topic.next_offset <> excluded.next_offset"""

_FOUND: Final = f"""
WITH found AS (SELECT unnest(%(keys)s::uuid[]) AS thing_id), owed AS (
  INSERT INTO public.state_owed (objective_id)
  SELECT objective_id FROM found JOIN objective_now o ON o.objective_id = thing_id WHERE o.cycle_id IS NOT NULL
  UNION SELECT k.objective_id FROM found JOIN key_result_now k ON k.key_result_id = thing_id WHERE k.cycle_id IS NOT NULL
  {OWED_ANEW})
INSERT INTO public.state_gone (thing_id)
SELECT thing_id FROM found WHERE NOT EXISTS (SELECT FROM ({things_with_states()}) t WHERE t.thing_id = found.thing_id)
ON CONFLICT DO NOTHING"""

_LEFT: Final = "SELECT FROM public.state_owed WHERE place <= %s UNION ALL SELECT FROM public.state_gone LIMIT 1"
_LOOK_AGAIN_SECONDS: Final = 0.02
_WAITING: Final = """
SELECT (SELECT count(*) FROM public.state_owed) + (SELECT count(*) FROM public.state_gone)
  + (SELECT coalesce(sum(cardinality(objective_ids)), 0) FROM public.number_moved)"""


class Owed(NamedTuple):
    """An objective whose state is to be told; without a tenant: there is none any more."""

    objective_id: Id
    place: int  # a later one, if it is owed once more
    tenant_id: Id | None
    time_zone: str


class Gone(NamedTuple):
    """A thing under whose key nothing is to stand, unless it is there again."""

    thing_id: Id
    tenant_id: Id | None  # None: nobody knows, as the topic alone has it
    message_type: str | None
    is_there: bool


async def owe(connection: psycopg.AsyncConnection[Any], objective_ids: Collection[Id]) -> None:
    """That the states of these are to be told, since they could not be told at once."""
    if objective_ids:
        await connection.execute(_OWE.encode(), (ids(objective_ids),))


async def owed(cursor: psycopg.AsyncCursor[Any], most: int) -> list[Owed]:
    """Of what is owed that which has waited longest, each tenant's together."""
    await cursor.execute(_OWED.encode(), (most,), prepare=True)
    return [Owed(*row) for row in await cursor.fetchall()]


async def clear_owed(connection: psycopg.AsyncConnection[Any], told: Sequence[Owed]) -> None:
    """These were told; what is owed once more since then stays owed."""
    columns = UUID.array([o.objective_id for o in told]), BIGINT.array([o.place for o in told])
    await connection.execute(_CLEAR_OWED.encode(), columns)


async def gone(cursor: psycopg.AsyncCursor[Any], most: int) -> list[Gone]:
    """What is to be taken away."""
    await cursor.execute(_GONE.encode(), (most,), prepare=True)
    return [Gone(*row) for row in await cursor.fetchall()]


async def clear_gone(connection: psycopg.AsyncConnection[Any], told: Sequence[Gone]) -> None:
    """These were taken away, or are there again."""
    await connection.execute(_CLEAR_GONE.encode(), (ids(g.thing_id for g in told),))


async def remember_ends(connection: psycopg.AsyncConnection[Any], ends: Ends) -> None:
    """Up to where the topic is ours."""
    await connection.execute(_REMEMBER.encode(), (INTEGER.array(list(ends)), BIGINT.array(list(ends.values()))))


async def all_told(connection: psycopg.AsyncConnection[Any]) -> None:
    """Returns once what is owed now, and what is gone, was told."""
    newest = await (await connection.execute("SELECT max(place) FROM public.state_owed")).fetchone()
    while True:
        left = await connection.execute(_LEFT, newest)
        if await left.fetchone() is None:
            return
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def waiting(connection: psycopg.AsyncConnection[Any]) -> int:
    """How many objectives' states are still to be told, and how many things to be taken away; some may count twice."""
    row = await (await connection.execute(_WAITING)).fetchone()
    return int(row[0]) if row is not None else 0


class StateWitness:
    """Remembers in the projection's database, as `chassis.kafka.compacted` asks."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo: Final = conninfo

    async def remembered(self) -> Ends:
        """By partition."""
        async with await self._connected() as connection:
            rows = await (await connection.execute("SELECT partition, next_offset FROM public.state_topic")).fetchall()
        return dict(rows)

    async def topic_lost(self) -> None:
        """Everything is owed."""
        async with await self._connected() as connection:
            await connection.execute(ALL_STATES_OWED.encode())

    async def topic_has(self, keys: Sequence[Id]) -> None:
        """What exists under these keys is owed, the rest is gone."""
        async with await self._connected() as connection:
            await connection.execute(_FOUND.encode(), {"keys": ids(keys)})

    async def remember(self, ends: Mapping[int, int]) -> None:
        """By partition."""
        async with await self._connected() as connection:
            await remember_ends(connection, ends)

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        await prepare_for_queries(connection)
        return connection
