"""One objective, with everything that its number comes from."""

from __future__ import annotations

from collections.abc import Mapping

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.ids import Id
from chassis.postgres import kept_cursor
from progress.domain.formulas import NEWEST, Formula
from progress.domain.points import End, Ends
from progress.domain.tree import KeyResult, Objective
from progress.projection import ids
from progress.queries.elsewhere import with_numbers
from progress.queries.reading import WHOLE_ROWS, AsOf, Connections, TreeWithNumbers, as_it_stands, fetched, made, with_key_results
from progress.queries.statements import ENDED, around, objectives_holding
from progress.queries.visibility import VISIBLE, also_visible, caller, seen_by, unknown_objective


def _rolled_up_into(top: Id, objectives: Mapping[Id, Objective]) -> list[Objective]:
    """An objective, and those below that its number comes from."""
    children: dict[Id | None, list[Objective]] = {}
    for o in objectives.values():
        children.setdefault(o.parent_objective_id, []).append(o)
    found, looked_at = [objectives[top]], {top}
    for o in found:
        if o.roll_up != goals.ROLL_UP_KEY_RESULTS:
            below = [c for c in children.get(o.objective_id, ()) if c.objective_id not in looked_at]
            found += below
            looked_at |= {c.objective_id for c in below}
    return found


async def get_objective(
    connections: Connections, identity: Identity, objective_id: Id, as_of: AsOf, formula: Formula = NEWEST
) -> tuple[TreeWithNumbers[Objective, KeyResult], list[Id], set[Id]]:
    """An objective with everything that its number comes from; its visible children; which of its key results count for more than their
    home, as far as the caller may know.

    Raises Refused (UNKNOWN) when there is none, none known at that instant, or none that the caller may see.
    """
    as_asked = as_of
    async with connections.of(identity.tenant_id) as connection:
        cursor = kept_cursor(connection)
        as_of = await as_it_stands(cursor, identity.tenant_id, as_asked)
        parameters = {**caller(identity), **as_of.parameters(), "objectives": ids((objective_id,))}
        statement = objectives_holding(as_of.live, Objective, around(as_of.live), f"o.version, {ENDED}, {VISIBLE}")
        rows = await fetched(cursor, statement, parameters)
        found, visible = list(made(Objective, [row[:-3] for row in rows])), {row[0] for row in rows if row[-1]}
        if as_asked.live:  # what a command says that it has seen
            found = [o._replace(version=row[-3]) for o, row in zip(found, rows, strict=True)]
        if objective_id not in visible:
            raise unknown_objective(objective_id)
        ends = Ends((ended_id, End(*end)) for row in rows if row[-2] for ended_id, *end in row[-2])
        homes = {o.objective_id: o for o in found}
        below = _rolled_up_into(objective_id, homes)
        tree, links = await with_key_results(cursor, WHOLE_ROWS, below, parameters, as_of)
        numbers = await with_numbers(cursor, WHOLE_ROWS, identity.tenant_id, tree, as_of, formula, homes, ends)
        if links:
            counting = {k.key_result_id for k in numbers.tree.counting.get(objective_id, ())}
            links = [link for link in links if link[1] in counting]
            visible = await also_visible(cursor, identity, visible, homes, {other for other, _ in links})
        seen = await seen_by(cursor, identity, numbers, visible, {*homes, *(other for other, _ in links)})
    children = sorted(o.objective_id for o in found if o.parent_objective_id == objective_id and o.objective_id in visible)
    return seen, children, {key_result_id for other, key_result_id in links if other in visible}
