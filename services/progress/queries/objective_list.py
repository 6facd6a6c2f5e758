# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Lists of objectives, by pages: those that pass every filter, each as `get_objectives` says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.ids import Id
from chassis.postgres.binary import UUID
from progress.domain.formulas import Formula
from progress.projection import ids
from progress.queries.filters import natural, require_cycles, require_objectives, texts_or_numbers
from progress.queries.objective import ObjectiveSeen, get_objectives
from progress.queries.paging import Entry, Place, Row
from progress.queries.reading import AsOf, Cursor, as_it_stands
from progress.queries.statements import HOLDS
from progress.queries.visibility import VISIBLE, caller

ORDERS: Final[Mapping[pb.ObjectiveOrder.ValueType, tuple[str, type[str] | type[int]]]] = {
    pb.OBJECTIVE_ORDER_UNSPECIFIED: ("''", str),
    pb.OBJECTIVE_ORDER_REF: (natural("coalesce(nullif(d.reference, ''), d.objective_id::text)"), str),
    pb.OBJECTIVE_ORDER_TITLE: (natural("d.title"), str),
    pb.OBJECTIVE_ORDER_START_DAY: ("d.start_day", int),
    pb.OBJECTIVE_ORDER_DUE_DAY: ("d.due_day", int),
}
"""By what objectives can be ordered: of a definition `d`, in SQL, and its type here."""

_OF_TENANT: Final = "n.tenant_id = %(tenant)s::uuid AND n.cycle_id IS NOT NULL"
_PARENT_AS_OF: Final = f"""(SELECT a.parent_objective_id FROM alignment a WHERE a.objective_id = d.objective_id AND {HOLDS}
  ORDER BY true_from DESC, position DESC LIMIT 1)"""
_FILTERS: Final = {
    "owner_ids": "d.owner_id = ANY(%(wanted_owner_ids)s)",
    "contributor_ids": "d.contributor_ids && %(wanted_contributor_ids)s",
    "team_ids": "d.team_id = ANY(%(wanted_team_ids)s)",
    "labels": "d.labels && %(wanted_labels)s",
    "states": "d.state = ANY(%(wanted_states)s)",
    "kinds": "d.kind = ANY(%(wanted_kinds)s)",
    "levels": "d.level = ANY(%(wanted_levels)s)",
    "visibilities": "d.visibility = ANY(%(wanted_visibilities)s)",
}
"""By the field of the request: what it demands of the definition `d`."""


@dataclass(frozen=True, slots=True)
class ObjectiveList:
    """What is asked of a list of objectives, at a point; `only` are those among which it looks, None: all."""

    request: pb.ListObjectivesRequest
    identity: Identity
    as_of: AsOf
    formula: Formula
    only: list[Id] | None = field(default=None)

    async def require_known(self, cursor: Cursor) -> None:
        """Raises Refused (UNKNOWN) for what a filter names and the caller may not know of."""
        await require_cycles(cursor, self.identity, self.request.cycle_ids)
        await require_objectives(cursor, self.identity, self.request.parent_objective_ids, "parent_objective_ids")

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next objectives of the list, as far as SQL tells."""
        asked = self.request
        as_of = await as_it_stands(cursor, self.identity.tenant_id, self.as_of)
        order, key_type = ORDERS[asked.order]
        parameters: dict[str, Any] = {**caller(self.identity), **as_of.parameters(), "limit": limit}
        where = [condition for name, condition in _FILTERS.items() if getattr(asked, name)]
        for name in _FILTERS:
            if values := getattr(asked, name):
                parameters[f"wanted_{name}"] = UUID.array(list(values)) if name.endswith("_ids") else texts_or_numbers(name, values)
        if asked.parent_objective_ids:
            parent = "d.parent_objective_id" if as_of.live else _PARENT_AS_OF
            where.append(f"{parent} = ANY(%(parents)s)")
            parameters["parents"] = ids(asked.parent_objective_ids)
        key = f"({order})::{'text' if key_type is str else 'integer'}"
        if after is not None:
            where.append(f"({key}, d.objective_id) {'<' if asked.descending else '>'} (%(key)s, %(place)s::uuid)")
            parameters |= {"key": after.key, "place": after.thing.hex()}
        way = "DESC" if asked.descending else "ASC"
        statement = f"""
SELECT {key}, d.objective_id FROM ({self._defined(as_of, parameters)}) d JOIN objective_now o ON o.objective_id = d.objective_id
WHERE {" AND ".join([*where, VISIBLE])} ORDER BY 1 {way}, 2 {way} LIMIT %(limit)s"""
        await cursor.execute(statement.encode(), parameters)
        return [Row(Place(*row), row[1]) for row in await cursor.fetchall()]

    def _defined(self, as_of: AsOf, parameters: dict[str, Any]) -> str:
        """The definitions among which the list is looked for."""
        of = [_OF_TENANT]
        if self.request.cycle_ids:
            of.append("n.cycle_id = ANY(%(cycles)s)")
            parameters["cycles"] = ids(self.request.cycle_ids)
        if self.only is not None:
            of.append("n.objective_id = ANY(%(only)s)")
            parameters["only"] = ids(self.only)
        live = f"objective_now n WHERE {' AND '.join(of)}"
        if as_of.live:
            return f"SELECT n.* FROM {live}"
        return f"""SELECT DISTINCT ON (v.objective_id) v.* FROM objective v
  WHERE v.objective_id = ANY(ARRAY(SELECT n.objective_id FROM {live})) AND v.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY v.objective_id, position DESC, true_from DESC"""

    async def shown(
        self, cursor: Cursor, rows: list[Row], written: Callable[[ObjectiveSeen], pb.Objective]
    ) -> Iterable[Entry[pb.Objective]]:
        """The objectives that were found, as `written` says each; None for one whose status is not asked for."""
        seen = await get_objectives(cursor, self.identity, [row.thing for row in rows], self.as_of, self.formula)
        return (self._passed(written(seen[row.thing])) if row.thing in seen else None for row in rows)

    def _passed(self, objective: pb.Objective) -> Entry[pb.Objective]:
        return objective if not self.request.statuses or objective.status in self.request.statuses else None
