"""From the rows of the copy to key results."""

from __future__ import annotations

from typing import Any, Final

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import namedtuple_row
from psycopg_pool import AsyncConnectionPool

from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.runtime import telemetry
from checkins.domain.key_results import KeyResult, Measure, Way

_log = telemetry.logger()

_SELECT: Final = """
SELECT k.key_result_id, objective_id, k.defined_of, o.tenant_id, CASE WHEN EXISTS (
         SELECT FROM known_key_result s WHERE s.objective_id = k.objective_id AND s.defined_of IS NOT NULL
       ) THEN 0 ELSE o.version END AS version,
       k.measure, k.milestones, k.start, k.target, k.cancelled, o.state, o.ended_on,
       o.visibility, o.team_id, o.creator_id, o.owner_id, o.contributor_ids, o.named_person_ids, k.owner_ids,
       c.cycle_id, coalesce(c.version, 0) AS cycle_version, coalesce(c.state, 0) AS cycle_state,
       ARRAY(SELECT unnest(s.owner_ids) FROM known_key_result s WHERE s.objective_id = k.objective_id) AS owner_ids_of_all
FROM known_key_result k JOIN known_objective o USING (objective_id) LEFT JOIN known_cycle c USING (cycle_id)
WHERE k.key_result_id = ANY(%s)
"""


async def read_key_results(pool: AsyncConnectionPool[AsyncConnection[Any]], key_result_ids: list[Id]) -> list[KeyResult]:
    """Those of the key results that are in the copy, in one query. Raises Refused (CATALOGUE_UNAVAILABLE)."""
    try:
        async with pool.connection() as connection, connection.cursor(binary=True, row_factory=namedtuple_row) as cursor:
            await cursor.execute(_SELECT, (key_result_ids,), prepare=True)
            return [_key_result(row) for row in await cursor.fetchall()]
    except OperationalError as error:
        _log.warning("catalogue.unavailable", reason=str(error))
        raise Refused(
            "CATALOGUE_UNAVAILABLE",
            "the database in which checkins keeps what it knows of key results does not answer now; send it again later",
            kind=Kind.UNAVAILABLE,
        ) from error


def _key_result(row: Any) -> KeyResult:
    return KeyResult(
        key_result_id=row.key_result_id,
        objective_id=row.objective_id,
        tenant_id=row.tenant_id,
        version=row.version,
        measure=Measure(row.measure),
        milestones=row.milestones,
        way=None if row.start is None or row.target is None else Way(row.start, row.target),
        cancelled=row.cancelled,
        objective_state=row.state,
        ended_on=row.ended_on,
        cycle_id=row.cycle_id or b"",
        cycle_version=row.cycle_version,
        cycle_state=row.cycle_state,
        visibility=row.visibility,
        team_id=row.team_id or b"",
        owners=frozenset(row.owner_ids),
        defined_of=row.defined_of or row.objective_id,
        reporters=frozenset((row.owner_id, *row.contributor_ids, *row.owner_ids)),
        readers=frozenset((row.creator_id, *row.named_person_ids, *row.owner_ids_of_all)),
    )
