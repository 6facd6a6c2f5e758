# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What objectives are called."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from chassis.calls import Identity
from chassis.ids import Id
from chassis.postgres import kept_cursor
from progress.domain.formulas import NEWEST
from progress.projection import ids
from progress.queries.elsewhere import with_numbers
from progress.queries.reading import TREE_ROWS, AsOf, Connections, Cursor, fetched, load_below
from progress.queries.visibility import SEE_ALL, VISIBLE, caller, seen_by


class ObjectiveName(NamedTuple):
    """What an objective is called now."""

    objective_id: Id
    reference: str
    title: str
    numbers_withheld: bool  # they would tell the caller those of one hidden objective


_NAMED: Final = f"""SELECT o.objective_id, o.reference, o.title FROM objective_now o
  WHERE o.objective_id = ANY(%(objectives)s) AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}"""


async def name_objectives(connections: Connections, identity: Identity, objective_ids: Collection[Id]) -> list[ObjectiveName]:
    """The names of those that the caller may know of, and whether they may know their numbers."""
    async with connections.of(identity.tenant_id) as connection:
        cursor = kept_cursor(connection)
        found = await fetched(cursor, _NAMED.encode(), {**caller(identity), "objectives": ids(objective_ids)})
        withheld = await _withheld(cursor, identity, {row[0] for row in found})
    return [ObjectiveName(i, reference, title, i in withheld) for i, reference, title in found]


async def _withheld(cursor: Cursor, identity: Identity, visible: set[Id]) -> Collection[Id]:
    if identity.has(*SEE_ALL) or not visible:
        return ()
    tree = await load_below(cursor, TREE_ROWS, identity.tenant_id, visible, AsOf())
    if len(tree.objectives) == len(visible):
        return ()  # nothing is below them
    numbers = await with_numbers(cursor, TREE_ROWS, identity.tenant_id, tree, AsOf(), NEWEST)
    return (await seen_by(cursor, identity, numbers, visible, visible)).hidden.withheld
