# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Lists of key results, by pages: those that pass every filter, each as `get_key_result` says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from progress.queries.key_result import counting_for, seen_from
from progress.queries.key_result_orders import DUE_NOW, DUE_THERE, HOME_NOW, HOME_THERE, ORDERS, Walk, behind, ordered
from progress.queries.objective import ObjectiveSeen, get_objectives
from progress.queries.objective_list import demand_of_objective
from progress.queries.paging import Entry, Place, Row
from progress.queries.reading import AsOf, Cursor
from progress.queries.statements import HOLDS, shares_holding
from progress.queries.visibility import caller

_OF_HOME: Final = ("team_ids", "pillar_ids", "labels", "states")
"""The fields of a request that are about the objective that a key result belongs to."""

Written = Callable[[ObjectiveSeen], list[pb.KeyResult]]
"""The key results that an objective sees, written."""


@dataclass(frozen=True, slots=True)
class KeyResultList:
    """What is asked of a list of key results, at a point; `only` are those among which it looks, None: all."""

    request: pb.ListKeyResultsRequest
    identity: Identity
    as_of: AsOf
    formula: Formula
    only: list[Id] | None = None
    named: dict[bool, Among] = field(default_factory=dict)
    """As of objectives."""

    async def require_known(self, cursor: Cursor) -> None:
        """Raises Refused (UNKNOWN) for what a filter names and the caller may not know of."""
        await require_cycles(cursor, self.identity, self.request.cycle_ids)
        await require_objectives(cursor, self.identity, self.request.objective_ids, "objective_ids")
        await require_objectives(cursor, self.identity, self.request.counts_for_ids, "counts_for_ids")

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next key results of the list, as far as SQL tells. Ordered first: who may see them is asked of no more than are wanted."""
        order, descending = ORDERS[self.request.order], self.request.descending
        walks: Sequence[Walk | None] = order.now if self.as_of.live else (None,)
        rows = [row for walk in walks for row in await self._walked(cursor, walk, after, limit)]
        if len(walks) > 1:
            rows.sort(key=lambda row: (order.parts(row.place.key), row.thing), reverse=descending)
        return rows[:limit]

    async def _walked(self, cursor: Cursor, walk: Walk | None, after: Place | None, limit: int) -> list[Row]:
        """The next ones of a walk; None: of the versions that hold at the point."""
        order, descending = ORDERS[self.request.order], self.request.descending
        by, key_result = (order.there, "d.key_result_id") if walk is None else (walk.by, "n.key_result_id")
        key = (order.key_there if walk is None else order.key_now).format(d="d")
        parameters: dict[str, Any] = {"limit": limit}
        rest = ""
        if after is not None:
            parameters |= {f"key{number}": part for number, part in enumerate(order.parts(after.key))} | {"place": after.thing.hex()}
            rest = behind(by, key_result, descending=descending, begins=walk is not None and walk.begins)
        says = f"({key})::text AS key, d.key_result_id"
        passing = self._passing(await self._among(cursor), parameters, says, rest, ordered(by, key_result, descending=descending), walk)
        seen = seen_from(self.as_of.live, "d.key_result_id")
        statement = f"""
SELECT key, key_result_id, seen_from FROM (
  SELECT key, d.key_result_id, ARRAY({seen}) AS seen_from FROM ({passing} OFFSET 0) d OFFSET 0) found
WHERE cardinality(seen_from) > 0 LIMIT %(limit)s"""
        await cursor.execute(statement.encode(), parameters)
        return [Row(Place(key, thing), thing, seen) for key, thing, seen in await cursor.fetchall()]

    async def count(self, cursor: Cursor) -> Total:
        """How many key results the list has, as far as SQL tells."""
        parameters: dict[str, Any] = {}
        found = await self._among(cursor)
        passing = self._passing(found.those_named(), parameters, "d.key_result_id")
        seen = seen_from(self.as_of.live, "d.key_result_id")
        return await counted(cursor, f"SELECT FROM ({passing} OFFSET 0) d WHERE EXISTS ({seen})", parameters, found)

    async def _among(self, cursor: Cursor) -> Among:
        if not self.as_of.live:
            return Among(None, None)
        if self.reads_told not in self.named:
            self.named[self.reads_told] = await among(cursor, "key_results_found", self._wanted())
        return self.named[self.reads_told]

    def _passing(
        self, found: Among, parameters: dict[str, Any], says: str, behind: str = "", by: str = "", walk: Walk | None = None
    ) -> str:
        """The statement that finds those that pass, in an order, whoever may see them."""
        as_of, wanted = self.as_of, self._wanted()
        parameters |= {**caller(self.identity), **as_of.parameters(), **wanted.parameters}
        where = " AND ".join([*wanted.conditions, "true"])
        if not as_of.live:
            of = f"({self._versions(parameters)}) d"
            return f"SELECT {says} FROM {of} WHERE {where} {behind and f'AND {behind}'} {by and f'ORDER BY {by}'}"
        rows, also = ("key_result_now n", ()) if walk is None else (walk.rows, walk.also)
        here = [self._now(parameters), found.condition("n.key_result_id", parameters), *also, behind or "true"]
        if walk is not None and walk.due is not None:  # from the days that are asked for on, not through all that are due before
            here += wanted.due_conditions(walk.due)
        walked = f"SELECT n.* FROM {rows} WHERE {' AND '.join(here)} {by and f'ORDER BY {by} OFFSET 0'}"
        return f"SELECT {says} FROM ({walked}) d WHERE {where}"

    def _wanted(self) -> Wanted:
        asked, wanted = self.request, Wanted("d")
        wanted.text(asked.text)
        wanted.any_of(found_by.OWNER, asked.owner_ids, "{d}.owner_ids && %(owners)s", "owners", UUID.array(list(asked.owner_ids)))
        wanted.any_of(found_by.MEASURE, asked.measures, "{d}.measure = ANY(%(measures)s)", "measures")
        wanted.any_of(found_by.CYCLE, asked.cycle_ids, "{d}.cycle_id = ANY(%(cycles)s)", "cycles", ids(asked.cycle_ids))
        wanted.any_of(found_by.HOME, asked.objective_ids, "{d}.objective_id = ANY(%(homes)s)", "homes", ids(asked.objective_ids))
        if asked.counts_for_ids:
            shares = shares_holding(self.as_of.live, "l.objective_id = ANY(%(counts_for)s)").decode()
            condition = f"{{d}}.key_result_id IN (SELECT s.key_result_id FROM ({shares}) s)"
            wanted.demand(condition, "counts_for", ids(asked.counts_for_ids))
        due_from, due_to = (getattr(asked, bound) if asked.HasField(bound) else None for bound in ("due_from", "due_to"))
        wanted.due_between(due_from, due_to, DUE_NOW if self.as_of.live else DUE_THERE)
        home = Wanted("h")
        demand_of_objective(home, asked, _OF_HOME)
        wanted.of_home(home, HOME_NOW if self.as_of.live else HOME_THERE)
        if self.reads_told:
            wanted.status(asked.statuses, "{d}.key_result_id")
        return wanted

    @property
    def reads_told(self) -> bool:
        """Whether a filter by status reads what was told last: of what stands now; of what has changed, and of the past, it is computed."""
        return bool(self.request.statuses) and self.as_of.live and self.only is None

    def _now(self, parameters: dict[str, Any]) -> str:
        """Of a live row `n`, whether it is looked at."""
        of = ["n.tenant_id = %(tenant)s::uuid"]
        if not self.as_of.live:
            of += (
                ["n.key_result_id IN (SELECT key_result_id FROM key_result WHERE cycle_id = ANY(%(cycles)s))"]
                if self.request.cycle_ids
                else []
            )
            of += (
                ["n.key_result_id IN (SELECT key_result_id FROM key_result WHERE objective_id = ANY(%(homes)s))"]
                if self.request.objective_ids
                else []
            )
        elif self.request.counts_for_ids:
            of.append("n.key_result_id = ANY(ARRAY(SELECT key_result_id FROM counts_for_now WHERE objective_id = ANY(%(counts_for)s)))")
        if self.only is not None:
            of.append("n.key_result_id = ANY(%(only)s)")
            parameters["only"] = ids(self.only)
        return " AND ".join(of)

    def _versions(self, parameters: dict[str, Any]) -> str:
        """The definitions that hold at the point."""
        return f"""SELECT DISTINCT ON (v.key_result_id) v.* FROM key_result v
  WHERE v.key_result_id = ANY(ARRAY(SELECT n.key_result_id FROM key_result_now n WHERE {self._now(parameters)}))
    AND v.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY v.key_result_id, position DESC, true_from DESC"""

    async def shown(self, cursor: Cursor, rows: list[Row], written: Written) -> Iterable[Entry[pb.KeyResult]]:
        """The key results that were found, as the first objective says each that it may be shown from and that sees it."""
        waiting = {row.thing: list(row.seen_from) for row in rows}
        shown_from: dict[Id, ObjectiveSeen] = {}
        while waiting:
            answer = await get_objectives(cursor, self.identity, list({seen[0] for seen in waiting.values()}), self.as_of, self.formula)
            following: dict[Id, list[Id]] = {}
            for key_result_id, (objective_id, *others) in waiting.items():
                if (objective := answer.get(objective_id)) is not None and key_result_id in counting_for(objective):
                    shown_from[key_result_id] = objective
                elif others:
                    following[key_result_id] = others
            waiting = following
        return self._written(rows, shown_from, written)

    def _written(self, rows: list[Row], shown_from: Mapping[Id, ObjectiveSeen], written: Written) -> Iterable[Entry[pb.KeyResult]]:
        by_objective: dict[Id, dict[Id, pb.KeyResult]] = {}
        for row in rows:
            key_result_id = row.thing
            if key_result_id not in shown_from:
                yield None
                continue
            objective = shown_from[key_result_id]
            if objective.objective_id not in by_objective:
                by_objective[objective.objective_id] = {k.key_result_id: k for k in written(objective)}
            yield self._passed(by_objective[objective.objective_id][key_result_id])

    def _passed(self, key_result: pb.KeyResult) -> Entry[pb.KeyResult]:
        asked = self.request
        if asked.statuses and key_result.status not in asked.statuses:
            return None
        return None if asked.HasField("cancelled") and key_result.cancelled != asked.cancelled else key_result
