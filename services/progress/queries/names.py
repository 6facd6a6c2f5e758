# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What objectives, and what is beside them, are called."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from chassis.calls import Identity
from chassis.ids import Id
from chassis.postgres import kept_cursor
from progress.domain.formulas import NEWEST
from progress.projection import ids
from progress.queries.beside import cycles_called
from progress.queries.elsewhere import with_numbers
from progress.queries.reading import TREE_ROWS, AsOf, Called, Connections, Cursor, fetched, load_below
from progress.queries.visibility import SEE_ALL, VISIBLE, caller, seen_by


class ObjectiveName(NamedTuple):
    """What an objective is called now."""

    objective_id: Id
    reference: str
    title: str
    numbers_withheld: bool  # they would tell the caller those of one hidden objective


_OBJECTIVES: Final = f"""SELECT o.objective_id, o.reference, o.title FROM objective_now o
  WHERE o.objective_id = ANY(%(objectives)s) AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}"""


async def name_objectives(connections: Connections, identity: Identity, objective_ids: Collection[Id]) -> list[ObjectiveName]:
    """The names of those that the caller may know of, and whether they may know their numbers."""
    async with connections.of(identity.tenant_id) as connection:
        cursor = kept_cursor(connection)
        found = await fetched(cursor, _OBJECTIVES.encode(), {**caller(identity), "objectives": ids(objective_ids)})
        withheld = await _withheld(cursor, identity, {row[0] for row in found})
    return [ObjectiveName(i, reference, title, i in withheld) for i, reference, title in found]


_KEY_RESULTS: Final = f"""SELECT n.key_result_id, n.reference, n.title FROM key_result_now n
  WHERE n.key_result_id = ANY(%(key_results)s) AND n.tenant_id = %(tenant)s::uuid AND EXISTS (
    SELECT FROM objective_now o WHERE o.tenant_id = %(tenant)s::uuid AND {VISIBLE} AND (o.objective_id = n.objective_id
      OR o.objective_id IN (SELECT l.objective_id FROM counts_for_now l WHERE l.key_result_id = n.key_result_id)))"""


class NamedThings(NamedTuple):
    """What things are called now."""

    objectives: list[Called]
    key_results: list[Called]
    cycles: list[Called]  # by their title


async def name_things(
    connections: Connections, identity: Identity, objectives: Collection[Id], key_results: Collection[Id], cycles: Collection[Id]
) -> NamedThings:
    """The names of those that the caller may know of; everybody may know of cycles."""
    parameters = {**caller(identity), "objectives": ids(objectives), "key_results": ids(key_results)}
    async with connections.of(identity.tenant_id) as connection:
        cursor = kept_cursor(connection)
        return NamedThings(
            [Called(*row) for row in await fetched(cursor, _OBJECTIVES.encode(), parameters)],
            [Called(*row) for row in await fetched(cursor, _KEY_RESULTS.encode(), parameters)],
            [Called(cycle_id, "", name) for cycle_id, name in (await cycles_called(cursor, identity, cycles)).items()],
        )


async def _withheld(cursor: Cursor, identity: Identity, visible: set[Id]) -> Collection[Id]:
    if identity.has(*SEE_ALL) or not visible:
        return ()
    tree = await load_below(cursor, TREE_ROWS, identity.tenant_id, visible, AsOf())
    if len(tree.objectives) == len(visible):
        return ()  # nothing is below them
    numbers = await with_numbers(cursor, TREE_ROWS, identity.tenant_id, tree, AsOf(), NEWEST)
    return (await seen_by(cursor, identity, numbers, visible, visible)).hidden.withheld
