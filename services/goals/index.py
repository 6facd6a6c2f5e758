"""What is found in goals' own log by something else than the id of its aggregate.

No projection stands beside the log: a key result's id is the id of the event that defined it, a name's aggregate follows
from the name, and two partial indexes on the log's own table find the rest. So whatever was appended before a question is
in its answer, in the very transaction that appended it, and there is nothing to catch up with or to rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from cairn.goals.v1.events_pb2 import CycleDefined, KeyResultDefined
from chassis.aggregates import AggregateType
from chassis.events import EventTypes
from chassis.ids import Id

S = TypeVar("S")

_CREATION_LOCK: Final = 0x_CA17_0602  # of the advisory lock under which the indexes are made
_DEFINED_KEY_RESULT: Final = KeyResultDefined.DESCRIPTOR.full_name
_DEFINED_CYCLE: Final = CycleDefined.DESCRIPTOR.full_name

_DDL: Final = f"""
CREATE INDEX IF NOT EXISTS key_result_defined ON event (event_id) WHERE event_type = '{_DEFINED_KEY_RESULT}';
CREATE INDEX IF NOT EXISTS cycle_defined ON event (tenant_id, position) WHERE event_type = '{_DEFINED_CYCLE}';
"""
_HOME: Final = f"SELECT aggregate_id FROM event WHERE event_id = %s AND tenant_id = %s AND event_type = '{_DEFINED_KEY_RESULT}'"  # noqa: S608
_CYCLES: Final = f"SELECT aggregate_id FROM event WHERE tenant_id = %s AND event_type = '{_DEFINED_CYCLE}' ORDER BY position"  # noqa: S608
_STATES: Final = """
SELECT aggregate_id, aggregate_version, event_type, payload FROM event
WHERE aggregate_id = ANY(%s) AND tenant_id = %s ORDER BY aggregate_id, aggregate_version
"""


class Index:
    """Reads of goals' log. Every question names the tenant, so no answer can hold another's."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], types: EventTypes) -> None:
        self._pool = pool
        self._types = types

    async def create(self) -> None:
        """Creates the indexes where they are missing; the log's table must be there."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_CREATION_LOCK,))
            await connection.execute(_DDL.encode())

    async def home_of(self, tenant_id: Id, key_result_id: Id) -> Id | None:
        """The objective that a key result belongs to; None when the tenant has no such key result."""
        rows = await self._rows(_HOME, (_uuid(key_result_id), _uuid(tenant_id)))
        return rows[0][0].bytes if rows else None

    async def cycles_of(self, tenant_id: Id) -> list[Id]:
        """The tenant's cycles, in the order in which they were defined."""
        return [cycle_id.bytes for (cycle_id,) in await self._rows(_CYCLES, (_uuid(tenant_id),))]

    async def states(self, tenant_id: Id, aggregate: AggregateType[S], aggregate_ids: Iterable[Id]) -> dict[Id, tuple[S, int]]:
        """State and version of each of the tenant's aggregates, in one query; an id that is not the tenant's is left out."""
        found: dict[Id, tuple[S, int]] = {}
        ids = [_uuid(aggregate_id) for aggregate_id in aggregate_ids]
        for aggregate_id, version, event_type, payload in await self._rows(_STATES, (ids, _uuid(tenant_id))):
            known = found.get(aggregate_id.bytes)
            state = known[0] if known is not None else aggregate.initial()
            aggregate.apply(state, self._types.decode(event_type, payload))
            found[aggregate_id.bytes] = (state, version)
        return found

    async def state(self, tenant_id: Id, aggregate: AggregateType[S], aggregate_id: Id) -> tuple[S, int]:
        """State and version of one aggregate; (the initial state, 0) when the tenant has none of this id."""
        found = await self.states(tenant_id, aggregate, (aggregate_id,))
        return found.get(aggregate_id) or (aggregate.initial(), 0)

    async def _rows(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query.encode(), values, prepare=True)
            return await cursor.fetchall()


def _uuid(value: Id) -> UUID:
    return UUID(bytes=value)
