# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What objectives are called."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from chassis.calls import Identity
from chassis.ids import Id
from progress.projection import ids
from progress.queries.reading import Connections, fetched
from progress.queries.visibility import VISIBLE, caller


class ObjectiveName(NamedTuple):
    """What an objective is called now."""

    objective_id: Id
    reference: str
    title: str


_NAMED: Final = f"""SELECT o.objective_id, o.reference, o.title FROM objective_now o
  WHERE o.objective_id = ANY(%(objectives)s) AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}"""


async def name_objectives(connections: Connections, identity: Identity, objective_ids: Collection[Id]) -> list[ObjectiveName]:
    """The names of those that the caller may know of."""
    async with connections.of(identity.tenant_id) as connection:
        found = await fetched(connection.cursor(binary=True), _NAMED.encode(), {**caller(identity), "objectives": ids(objective_ids)})
    return list(map(ObjectiveName._make, found))
