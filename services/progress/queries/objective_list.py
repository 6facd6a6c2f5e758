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
from progress.facts import found_by
from progress.projection import ids
from progress.queries.filters import require_cycles, require_objectives
from progress.queries.found import Among, Total, Wanted, among, counted
from progress.queries.objective import ObjectiveSeen, get_objectives
from progress.queries.paging import Entry, Place, Row
from progress.queries.reading import AsOf, Cursor
from progress.queries.statements import HOLDS
from progress.queries.visibility import VISIBLE_ONE_BY_ONE, caller

ORDERS: Final[Mapping[pb.ObjectiveOrder.ValueType, tuple[str, type[str] | type[int]]]] = {
    pb.OBJECTIVE_ORDER_UNSPECIFIED: ("", str),
    pb.OBJECTIVE_ORDER_REF: ('reference_key COLLATE "C"', str),
    pb.OBJECTIVE_ORDER_TITLE: ('title_key COLLATE "C"', str),
    pb.OBJECTIVE_ORDER_START_DAY: ("start_day", int),
    pb.OBJECTIVE_ORDER_DUE_DAY: ("due_day", int),
}
"""By what objectives can be ordered beside their ids: a column, and its type here."""

_OF_TENANT: Final = "n.tenant_id = %(tenant)s::uuid AND n.cycle_id IS NOT NULL"
_PARENT_AS_OF: Final = f"""(SELECT a.parent_objective_id FROM alignment a WHERE a.objective_id = {{d}}.objective_id AND {HOLDS}
  ORDER BY true_from DESC, position DESC LIMIT 1)"""
_FILTERS: Final = {
    "owner_ids": (found_by.OWNER, "{d}.owner_id = ANY(%(owner_ids)s)"),
    "contributor_ids": (found_by.CONTRIBUTOR, "{d}.contributor_ids && %(contributor_ids)s"),
    "team_ids": (found_by.TEAM, "{d}.team_id = ANY(%(team_ids)s)"),
    "pillar_ids": (found_by.PILLAR, "{d}.pillar_id = ANY(%(pillar_ids)s)"),
    "labels": (found_by.LABEL, "{d}.labels && %(labels)s"),
    "states": (found_by.STATE, "{d}.state = ANY(%(states)s)"),
    "kinds": (found_by.KIND, "{d}.kind = ANY(%(kinds)s)"),
    "levels": (found_by.LEVEL, "{d}.level = ANY(%(levels)s)"),
    "visibilities": (found_by.VISIBILITY, "{d}.visibility = ANY(%(visibilities)s)"),
}
"""By the field of the request: of what kind the terms are that it asks for, and what it demands of the definition."""


def demand_of_objective(wanted: Wanted, asked: Any, fields: Iterable[str] = tuple(_FILTERS)) -> None:
    """What some fields of a request demand of an objective."""
    for name in fields:
        kind, condition = _FILTERS[name]
        values = list(getattr(asked, name))
        wanted.any_of(kind, values, condition, name, UUID.array(values) if name.endswith("_ids") else None)


@dataclass(frozen=True, slots=True)
class ObjectiveList:
    """What is asked of a list of objectives, at a point; `only` are those among which it looks, None: all."""

    request: pb.ListObjectivesRequest
    identity: Identity
    as_of: AsOf
    formula: Formula
    only: list[Id] | None = field(default=None)
    named: dict[bool, Among] = field(default_factory=dict)
    """What the index has named, by whether it was asked what was told last: it is asked once a request."""

    async def require_known(self, cursor: Cursor) -> None:
        """Raises Refused (UNKNOWN) for what a filter names and the caller may not know of."""
        await require_cycles(cursor, self.identity, self.request.cycle_ids)
        await require_objectives(cursor, self.identity, self.request.parent_objective_ids, "parent_objective_ids")

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next objectives of the list, as far as SQL tells."""
        asked = self.request
        order, key_type = ORDERS[asked.order]
        way = "DESC" if asked.descending else "ASC"
        behind = ""
        parameters: dict[str, Any] = {"limit": limit}
        if after is not None:
            sign = "<" if asked.descending else ">"
            parameters |= {"key": after.key, "place": after.thing.hex()}
            behind = f"({order}, objective_id) {sign} (%(key)s, %(place)s::uuid)" if order else f"objective_id {sign} %(place)s::uuid"
        by = f"{order} {way}, objective_id {way}" if order else f"objective_id {way}"
        key = f"{order}::{'text' if key_type is str else 'integer'}" if order else "''::text"
        statement = self._passing(await self._among(cursor), parameters, key, behind, by)
        await cursor.execute(f"{statement} LIMIT %(limit)s".encode(), parameters)
        return [Row(Place(*row), row[1]) for row in await cursor.fetchall()]

    async def count(self, cursor: Cursor) -> Total:
        """How many objectives the list has, as far as SQL tells."""
        parameters: dict[str, Any] = {}
        found = await self._among(cursor)
        return await counted(cursor, self._passing(found.those_named(), parameters, "''"), parameters, found)

    async def _among(self, cursor: Cursor) -> Among:
        if not self.as_of.live:
            return Among(None, None)
        if self.reads_told not in self.named:
            self.named[self.reads_told] = await among(cursor, "objectives_found", self._wanted("o"))
        return self.named[self.reads_told]

    def _passing(self, found: Among, parameters: dict[str, Any], key: str, behind: str = "", by: str = "") -> str:
        """The statement that finds keys and ids of those that pass, in an order. Of what stands now definitions say what is true today."""
        as_of, wanted = self.as_of, self._wanted("o" if self.as_of.live else "d")
        parameters |= {**caller(self.identity), **as_of.parameters(), **wanted.parameters}
        where = " AND ".join([*wanted.conditions, "true"])
        if not as_of.live:
            return f"""
SELECT {key}, objective_id FROM (SELECT d.* FROM ({self._versions(parameters)}) d WHERE {where} {behind and f"AND {behind}"}) d
WHERE EXISTS (SELECT FROM objective_now o WHERE o.objective_id = d.objective_id AND {VISIBLE_ONE_BY_ONE}) {by and f"ORDER BY {by}"}"""
        # A list by due days is walked from the days that are asked for on, not through all that are due before.
        here = [self._now(parameters), found.condition("n.objective_id", parameters), *wanted.due_conditions("n.due_day")]
        if behind:
            here.append(behind)
        walked = f"SELECT n.* FROM objective_now n WHERE {' AND '.join(here)} {by and f'ORDER BY {by} OFFSET 0'}"
        return f"SELECT {key}, objective_id FROM ({walked}) o WHERE {where} AND {VISIBLE_ONE_BY_ONE}"

    def _wanted(self, row: str) -> Wanted:
        asked, wanted = self.request, Wanted(row)
        wanted.text(asked.text)
        demand_of_objective(wanted, asked)
        wanted.any_of(found_by.CYCLE, asked.cycle_ids, "{d}.cycle_id = ANY(%(cycles)s)", "cycles", ids(asked.cycle_ids))
        if asked.approvals:
            wanted.demand("{d}.approval = ANY(%(approvals)s)", "approvals", list(asked.approvals))
        if asked.parent_objective_ids:
            parent = "{d}.parent_objective_id" if self.as_of.live else _PARENT_AS_OF
            wanted.demand(f"{parent} = ANY(%(parents)s)", "parents", ids(asked.parent_objective_ids))
        due_from, due_to = (getattr(asked, bound) if asked.HasField(bound) else None for bound in ("due_from", "due_to"))
        wanted.due_between(due_from, due_to, "{d}.due_day")
        if self.reads_told:
            wanted.status(asked.statuses, "{d}.objective_id")
        return wanted

    @property
    def reads_told(self) -> bool:
        """Whether a filter by status reads what was told last: of what stands now; of what has changed, and of the past, it is computed."""
        return bool(self.request.statuses) and self.as_of.live and self.only is None

    def _now(self, parameters: dict[str, Any]) -> str:
        """Of a live row `n`, whether it is looked at."""
        of = [_OF_TENANT]
        if self.request.cycle_ids and not self.as_of.live:
            of.append("n.objective_id IN (SELECT objective_id FROM objective WHERE cycle_id = ANY(%(cycles)s))")
        if self.request.parent_objective_ids and self.as_of.live:
            of.append("n.parent_objective_id = ANY(%(parents)s)")
        if self.only is not None:
            of.append("n.objective_id = ANY(%(only)s)")
            parameters["only"] = ids(self.only)
        return " AND ".join(of)

    def _versions(self, parameters: dict[str, Any]) -> str:
        """The definitions that hold at the point."""
        return f"""SELECT DISTINCT ON (v.objective_id) v.* FROM objective v
  WHERE v.objective_id = ANY(ARRAY(SELECT n.objective_id FROM objective_now n WHERE {self._now(parameters)}))
    AND v.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY v.objective_id, position DESC, true_from DESC"""

    async def shown(
        self, cursor: Cursor, rows: list[Row], written: Callable[[ObjectiveSeen], pb.Objective]
    ) -> Iterable[Entry[pb.Objective]]:
        """The objectives that were found, as `written` says each; None for one whose status is not asked for."""
        seen = await get_objectives(cursor, self.identity, [row.thing for row in rows], self.as_of, self.formula)
        return (self._passed(written(seen[row.thing])) if row.thing in seen else None for row in rows)

    def _passed(self, objective: pb.Objective) -> Entry[pb.Objective]:
        return objective if not self.request.statuses or objective.status in self.request.statuses else None
