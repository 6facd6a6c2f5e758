# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""One key result, as an objective sees it that its number is part of."""

from __future__ import annotations

from functools import cache
from typing import Final

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.ids import Id
from progress.domain.formulas import NEWEST, Formula
from progress.queries.objective import ObjectiveSeen, get_objective
from progress.queries.reading import AsOf, Connections, fetched
from progress.queries.statements import KNOWN_THERE, shares_holding
from progress.queries.visibility import VISIBLE_ONE_BY_ONE, caller, unknown_key_result

_ENDED: Final = f"({goals.OBJECTIVE_STATE_CLOSED}, {goals.OBJECTIVE_STATE_CANCELLED})"


def seen_from(live: bool, of: str) -> str:
    """The objectives that the caller may see and that the key result that `of` names counts for: its home first, what has ended last."""
    known = "true" if live else KNOWN_THERE
    moved = f"UNION ALL SELECT m.from_objective_id, true FROM key_result_move m WHERE m.key_result_id = {of}"  # which of them, it tells
    return f"""
SELECT o.objective_id FROM (
  SELECT h.objective_id, true AS home FROM key_result_now h WHERE h.key_result_id = {of} AND h.tenant_id = %(tenant)s::uuid
  {"" if live else moved}
  UNION ALL SELECT s.objective_id, false FROM ({shares_holding(live, f"l.key_result_id = {of}").decode()}) s) found
JOIN objective_now o ON o.objective_id = found.objective_id
WHERE o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {known} AND {VISIBLE_ONE_BY_ONE}
ORDER BY home DESC, o.state IN {_ENDED}, o.objective_id"""


@cache
def _seen_from(live: bool) -> bytes:
    return seen_from(live, "%(key_result)s::uuid").encode()


async def get_key_result(
    connections: Connections, identity: Identity, key_result_id: Id, as_of: AsOf, formula: Formula = NEWEST
) -> ObjectiveSeen:
    """The objective that a key result is shown from, as `get_objective` says it.

    It is its home, where the caller may see that, else one that it counts for and that they may see.

    Raises Refused (UNKNOWN) when there is no such key result, none at that instant, or none that the caller may see.
    """
    parameters = {**caller(identity), **as_of.parameters(), "key_result": key_result_id.hex()}
    async with connections.of(identity.tenant_id) as connection:
        objectives = [row[0] for row in await fetched(connection.cursor(binary=True), _seen_from(as_of.live), parameters)]
    for objective_id in objectives:
        seen = await get_objective(connections, identity, objective_id, as_of, formula)
        if key_result_id in counting_for(seen):
            return seen
    raise unknown_key_result(key_result_id)


def counting_for(seen: ObjectiveSeen) -> set[Id]:
    """The key results that an objective sees."""
    return {k.key_result_id for k in seen.tree.evaluated.tree.counting.get(seen.objective_id, ())}
