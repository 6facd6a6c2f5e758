"""The statuses that the follower has come to last, kept for lists: in a table that survives a rebuild."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import psycopg

from chassis.days import Day
from chassis.ids import Id
from chassis.postgres.binary import SMALLINT, UUID
from progress.domain.shown import shown_key_results
from progress.domain.status import Status, objective_status
from progress.states.messages import Seen

_NOTE: Final = """
INSERT INTO public.status_told (thing_id, tenant_id, status)
SELECT thing_id, %s::uuid, status FROM unnest(%s, %s) AS told (thing_id, status) ORDER BY thing_id
ON CONFLICT (thing_id) DO UPDATE SET status = excluded.status WHERE status_told.status <> excluded.status"""


async def note_statuses(
    connection: psycopg.AsyncConnection[Any], tenant_id: Id, seen: Seen, objective_ids: Iterable[Id], with_key_results: set[Id], day: Day
) -> None:
    """Keeps the statuses of a tenant's objectives on a day, and of the key results of some."""
    told = dict(_statuses(seen, objective_ids, with_key_results, day))
    if told:
        columns = UUID.array(list(told)), SMALLINT.array(list(told.values()))
        await connection.execute(_NOTE, (tenant_id.hex(), *columns))


def _statuses(seen: Seen, objective_ids: Iterable[Id], with_key_results: set[Id], day: Day) -> Iterator[tuple[Id, Status]]:
    calendar = seen.calendar(day)
    for objective_id in objective_ids:
        if (objective := seen.tree.objectives.get(objective_id)) is None:
            continue
        yield objective_id, objective_status(objective, seen.numbers[objective_id], calendar.at(seen.cut.get(objective_id)))
        if objective_id not in with_key_results:
            continue
        of_its_own = [k for k in seen.tree.counting.get(objective_id, ()) if k.objective_id == objective_id]
        shown = shown_key_results(seen, [(objective_id, of_its_own)], calendar)
        yield from ((key_result.key_result_id, its.status) for key_result, its in zip(of_its_own, shown, strict=True))
