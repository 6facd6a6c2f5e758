"""What holds at other points of both time axes than the one that was asked about: of what ended, at its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Generic

from chassis.ids import Id
from chassis.postgres.binary import BIGINT, INTEGER, UUID
from progress.domain.evaluation import Evaluated, Surroundings, evaluated
from progress.domain.formulas import Formula
from progress.domain.kpis import FeedingKpi
from progress.domain.points import At, End, Ends
from progress.domain.tree import Kr, Obj, Tree
from progress.projection import ids
from progress.queries.reading import AsOf, Cursor, Rows, fetched, made, meanwhile
from progress.queries.statements import ENDS, KPIS_AT_POINTS, key_results_at_points, objectives_at_points, surroundings_at_points


class InTables(Generic[Obj, Kr]):
    """What holds at other points, in the tables of the projection: as an evaluation asks for it.

    Key results are found by a connection of their own, where there is one: while the other finds what is around objectives.
    """

    def __init__(self, cursor: Cursor, rows: Rows[Obj, Kr], tenant_id: Id, as_of: AsOf, beside: Cursor | None = None) -> None:
        self._cursor, self._beside = cursor, beside
        self._rows = rows
        self._parameters = {"tenant": tenant_id.hex(), **as_of.parameters()}

    async def ends(self, objective_ids: Collection[Id]) -> Ends:
        if not objective_ids:
            return Ends()
        found = await fetched(self._cursor, ENDS, {**self._parameters, "objectives": ids(objective_ids)})
        return Ends((ended_id, End(on, at, ends)) for ended_id, on, at, ends in found)

    async def objectives(self, at: Collection[At]) -> dict[At, Obj]:
        places = list(at)
        found = await self._at(objectives_at_points(self._rows.objective), places)
        rows = made(self._rows.objective, [row[1:] for row in found])
        return {places[place - 1]: row for (place, *_), row in zip(found, rows, strict=True)}

    async def key_results(self, at: Collection[At]) -> dict[At, Kr]:
        places = list(at)
        found = await self._at(key_results_at_points(self._rows.key_result), places, self._beside)
        rows = made(self._rows.key_result, [row[1:] for row in found])
        return {places[place - 1]: row for (place, *_), row in zip(found, rows, strict=True)}

    async def kpis(self, at: Collection[At]) -> dict[At, FeedingKpi]:
        places = list(at)
        return {places[place - 1]: FeedingKpi(*row) for place, *row in await self._at(KPIS_AT_POINTS, places)}

    async def surroundings(self, at: Collection[At]) -> dict[At, Surroundings[Obj]]:
        places = list(at)
        found = await self._at(surroundings_at_points(self._rows.objective), places)
        rows = made(self._rows.objective, [row[1:-3] for row in found])
        return {
            places[place - 1]: Surroundings(row, list(zip(key_results, homes, strict=True)), children)
            for (place, *_, key_results, homes, children), row in zip(found, rows, strict=True)
        }

    async def surroundings_and_key_results(
        self, objectives: Collection[At], key_results: Collection[At]
    ) -> tuple[dict[At, Surroundings[Obj]], dict[At, Kr]]:
        if self._beside is None:
            return await self.surroundings(objectives), await self.key_results(key_results)
        async with meanwhile(self.key_results(key_results)) as finding:
            return await self.surroundings(objectives), await finding

    async def _at(self, statement: bytes, places: list[At], beside: Cursor | None = None) -> list[tuple[Any, ...]]:
        if not places:
            return []
        points = [point for _, point in places]
        return await fetched(
            beside or self._cursor,
            statement,
            {
                **self._parameters,
                "things": UUID.array([thing for thing, _ in places]),
                "days": INTEGER.array([point.true_on for point in points]),
                "instants": BIGINT.array([point.known_at for point in points]),
            },
        )


async def with_numbers(
    cursor: Cursor,
    rows: Rows[Obj, Kr],
    tenant_id: Id,
    tree: Tree[Obj, Kr],
    as_of: AsOf,
    formula: Formula,
    homes: Mapping[Id, Obj] | None = None,
    ends: Ends | None = None,
    beside: Cursor | None = None,
) -> Evaluated[Obj, Kr]:
    """A tree of a tenant, which holds at a point, with its numbers; see `evaluated`, and `InTables` of `beside`."""
    elsewhere = InTables(cursor, rows, tenant_id, as_of, beside)
    return await evaluated(tree, as_of.point, elsewhere, formula, homes, ends, as_of.settings)
