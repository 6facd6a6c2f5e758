# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Lists of key results, by pages: those that pass every filter, each as `get_key_result` says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.ids import Id
from chassis.postgres.binary import UUID
from progress.domain.formulas import Formula
from progress.projection import ids
from progress.queries.filters import natural, require_cycles, require_objectives
from progress.queries.key_result import counting_for, seen_from
from progress.queries.objective import ObjectiveSeen, get_objectives
from progress.queries.paging import Entry, Place, Row
from progress.queries.reading import AsOf, Cursor, as_it_stands
from progress.queries.statements import HOLDS, shares_holding
from progress.queries.visibility import caller

ORDERS: Final[Mapping[pb.KeyResultOrder.ValueType, str]] = {
    pb.KEY_RESULT_ORDER_UNSPECIFIED: "''",
    pb.KEY_RESULT_ORDER_REF: natural("coalesce(nullif(d.reference, ''), d.key_result_id::text)"),
    pb.KEY_RESULT_ORDER_TITLE: natural("d.title"),
}
"""By what key results can be ordered: of a definition `d`, in SQL."""

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

    async def require_known(self, cursor: Cursor) -> None:
        """Raises Refused (UNKNOWN) for what a filter names and the caller may not know of."""
        await require_cycles(cursor, self.identity, self.request.cycle_ids)
        await require_objectives(cursor, self.identity, self.request.objective_ids, "objective_ids")
        await require_objectives(cursor, self.identity, self.request.counts_for_ids, "counts_for_ids")

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next key results of the list, as far as SQL tells. Ordered first: who may see them is asked of no more than are wanted."""
        asked = self.request
        as_of = await as_it_stands(cursor, self.identity.tenant_id, self.as_of)
        parameters: dict[str, Any] = {**caller(self.identity), **as_of.parameters(), "limit": limit}
        where = ["true"]
        if asked.owner_ids:
            where.append("d.owner_ids && %(owners)s")
            parameters["owners"] = UUID.array(list(asked.owner_ids))
        if asked.measures:
            where.append("d.measure = ANY(%(measures)s)")
            parameters["measures"] = list(asked.measures)
        if asked.counts_for_ids:
            shares = shares_holding(as_of.live, "l.objective_id = ANY(%(counts_for)s)").decode()
            where.append(f"d.key_result_id IN (SELECT s.key_result_id FROM ({shares}) s)")
            parameters["counts_for"] = ids(asked.counts_for_ids)
        key = f"({ORDERS[asked.order]})::text"
        if after is not None:
            where.append(f"({key}, d.key_result_id) {'<' if asked.descending else '>'} (%(key)s, %(place)s::uuid)")
            parameters |= {"key": after.key, "place": after.thing.hex()}
        way = "DESC" if asked.descending else "ASC"
        statement = f"""
SELECT key, key_result_id, seen_from FROM (
  SELECT key, d.key_result_id, ARRAY({seen_from(self.as_of.live, "d.key_result_id")}) AS seen_from FROM (
    SELECT {key} AS key, d.key_result_id FROM ({self._defined(as_of, parameters)}) d WHERE {" AND ".join(where)}
    ORDER BY 1 {way}, 2 {way} OFFSET 0) d OFFSET 0) found
WHERE cardinality(seen_from) > 0 LIMIT %(limit)s"""
        await cursor.execute(statement.encode(), parameters)
        return [Row(Place(key, thing), thing, seen) for key, thing, seen in await cursor.fetchall()]

    def _defined(self, as_of: AsOf, parameters: dict[str, Any]) -> str:
        """The definitions among which the list is looked for."""
        of = ["n.tenant_id = %(tenant)s::uuid"]
        for condition, name, wanted in (
            ("n.cycle_id = ANY(%(cycles)s)", "cycles", self.request.cycle_ids or None),
            ("n.objective_id = ANY(%(homes)s)", "homes", self.request.objective_ids or None),
            ("n.key_result_id = ANY(%(only)s)", "only", self.only),
        ):
            if wanted is not None:
                of.append(condition)
                parameters[name] = ids(wanted)
        live = f"key_result_now n WHERE {' AND '.join(of)}"
        if as_of.live:
            return f"SELECT n.* FROM {live}"
        return f"""SELECT DISTINCT ON (v.key_result_id) v.* FROM key_result v
  WHERE v.key_result_id = ANY(ARRAY(SELECT n.key_result_id FROM {live})) AND v.tenant_id = %(tenant)s::uuid AND {HOLDS}
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
