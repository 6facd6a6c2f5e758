# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What is told beside objectives and key results: what others are called that they name, who made them, who changed them last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from chassis.calls import Identity
from chassis.days import Microseconds
from chassis.ids import Id
from progress.projection import ids
from progress.queries.reading import AsOf, Called, Cursor, fetched
from progress.queries.statements import HOLDS, key_results_holding, objectives_holding


class Edits(NamedTuple):
    """Who made a thing and who changed it last, by the events that define it."""

    created_at: Microseconds
    created_by: Id
    updated_at: Microseconds
    updated_by: Id


class _ObjectiveCalled(NamedTuple):
    objective_id: Id
    reference: str
    title: str


class _KeyResultCalled(NamedTuple):
    key_result_id: Id
    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class Beside:
    """By the ids of those objectives, key results and cycles that something is told of."""

    names: Mapping[Id, Called]
    """Of objectives and key results that others name, as far as the caller may know of them."""
    cycles: Mapping[Id, str] = field(default_factory=dict)
    edits: Mapping[Id, Edits] = field(default_factory=dict)
    counts_for: Mapping[Id, Collection[Id]] = field(default_factory=dict)
    """By key result: the objectives beside its home that the caller may know of."""
    named_people_told: bool = False
    """Whether the caller is told who else may see a private objective."""


_CYCLES: Final = b"SELECT cycle_id, name FROM cycle_now WHERE cycle_id = ANY(%(cycles)s) AND tenant_id = %(tenant)s::uuid"


def _edits_of(of: str, versions: str, places: str) -> str:
    """The first event that defines each thing, and the last one; `places` are those that say where it stands, or what it counts for."""
    known = "AND tenant_id = %(tenant)s::uuid AND known_from <= %(known_at)s"
    last = f"""(SELECT position, known_from, actor_id FROM {{table}} WHERE {of} = t.id {known} ORDER BY position DESC LIMIT 1)"""
    return f"""
SELECT t.id, created.known_from, created.actor_id, updated.known_from, updated.actor_id FROM unnest(%({of}s)s::uuid[]) t(id)
CROSS JOIN LATERAL (SELECT known_from, actor_id FROM {versions} WHERE {of} = t.id {known} ORDER BY position LIMIT 1) created
CROSS JOIN LATERAL (SELECT known_from, actor_id FROM ({last.format(table=versions)} UNION ALL {last.format(table=places)}) x
  ORDER BY position DESC LIMIT 1) updated"""


_EDITS: Final = f"{_edits_of('objective_id', 'objective', 'alignment')} UNION ALL {_edits_of('key_result_id', 'key_result', 'counts_for')}"


async def edits_of(
    cursor: Cursor, identity: Identity, as_of: AsOf, objectives: Collection[Id], key_results: Collection[Id]
) -> dict[Id, Edits]:
    """Who made and who changed each of some objectives and key results, as far as it was known."""
    things = {"objective_ids": ids(objectives), "key_result_ids": ids(key_results)}
    found = await fetched(cursor, _EDITS.encode(), {"tenant": identity.tenant_id.hex(), **as_of.parameters(), **things})
    return {row[0]: Edits(*row[1:]) for row in found}


async def cycles_called(cursor: Cursor, identity: Identity, cycles: Collection[Id]) -> dict[Id, str]:
    """The names of cycles; of one that is not known here yet, none."""
    return dict(await fetched(cursor, _CYCLES, {"tenant": identity.tenant_id.hex(), "cycles": ids(cycles)}))


_KPIS: Final = f"""SELECT DISTINCT ON (kpi_id) kpi_id, reference, title FROM kpi
  WHERE kpi_id = ANY(%(kpis)s) AND tenant_id = %(tenant)s::uuid AND {HOLDS} ORDER BY kpi_id, position DESC, true_from DESC""".encode()


async def kpis_called(cursor: Cursor, identity: Identity, as_of: AsOf, kpis: Collection[Id]) -> dict[Id, Called]:
    """What KPIs, of which everybody of the tenant may know, were called at a point."""
    parameters = {"tenant": identity.tenant_id.hex(), "kpis": ids(kpis), **as_of.parameters()}
    return {row[0]: Called(row[0], row[1], row[2], kpi=True) for row in await fetched(cursor, _KPIS, parameters)}


_FIRST_CALLED: Final = b"""SELECT DISTINCT ON (key_result_id) key_result_id, reference, title FROM key_result
  WHERE key_result_id = ANY(%(named)s) AND tenant_id = %(tenant)s::uuid AND known_from <= %(known_at)s
  ORDER BY key_result_id, true_from, position DESC"""


async def called(cursor: Cursor, identity: Identity, as_of: AsOf, objectives: Iterable[Id], key_results: Iterable[Id]) -> dict[Id, Called]:
    """What objectives and key results were called at a point; whether the caller may know of them is asked before.

    A key result that is to be there from a later day on is called what it is called then: something may hang under it already.
    """
    parameters: dict[str, Any] = {"tenant": identity.tenant_id.hex(), **as_of.parameters()}
    rows: list[tuple[Any, ...]] = []
    if named := set(objectives):
        statement = objectives_holding(as_of.live, _ObjectiveCalled, "o.objective_id = ANY(%(named)s)")
        rows += await fetched(cursor, statement, {**parameters, "named": ids(named)})
    if named := set(key_results):
        statement = key_results_holding(as_of.live, _KeyResultCalled, "k.key_result_id = ANY(%(named)s)")
        found = await fetched(cursor, statement, {**parameters, "named": ids(named)})
        if later := named.difference(row[0] for row in found):
            found += await fetched(cursor, _FIRST_CALLED, {**parameters, "named": ids(later)})
        rows += found
    return {row[0]: Called(*row) for row in rows}
