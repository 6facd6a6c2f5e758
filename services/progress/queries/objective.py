"""Objectives, with everything that their numbers come from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.ids import Id
from chassis.postgres import kept_cursor
from progress.domain.formulas import NEWEST, Formula
from progress.domain.points import End, Ends
from progress.domain.tree import KeyResult, Objective
from progress.projection import ids
from progress.queries.beside import Beside, called, cycles_called, edits_of, kpis_called
from progress.queries.elsewhere import with_numbers
from progress.queries.reading import (
    WHOLE_ROWS,
    AsOf,
    Called,
    Connections,
    Cursor,
    TreeWithNumbers,
    as_it_stands,
    fetched,
    made,
    with_key_results,
)
from progress.queries.statements import ENDED, around, objectives_holding
from progress.queries.visibility import SEE_ALL, VISIBLE, also_visible, caller, seen_by, unknown_objective


def _rolled_up_into(tops: Iterable[Id], objectives: Mapping[Id, Objective]) -> list[Objective]:
    """Objectives, and those below that their numbers come from."""
    children: dict[Id | None, list[Objective]] = {}
    for o in objectives.values():
        children.setdefault(o.parent_objective_id, []).append(o)
    found = [objectives[top] for top in tops]
    looked_at = {o.objective_id for o in found}
    for o in found:
        if o.roll_up != goals.ROLL_UP_KEY_RESULTS:
            below = [c for c in children.get(o.objective_id, ()) if c.objective_id not in looked_at]
            found += below
            looked_at |= {c.objective_id for c in below}
    return found


@dataclass(frozen=True, slots=True)
class ObjectiveSeen:
    """An objective with everything that its number comes from, and what is told beside it, as the caller may know of it."""

    objective_id: Id
    tree: TreeWithNumbers[Objective, KeyResult]
    children: list[Id]
    beside: Beside


async def get_objective(
    connections: Connections, identity: Identity, objective_id: Id, as_of: AsOf, formula: Formula = NEWEST
) -> ObjectiveSeen:
    """An objective with everything that its number comes from.

    Raises Refused (UNKNOWN) when there is none, none known at that instant, or none that the caller may see.
    """
    async with connections.of(identity.tenant_id) as connection:
        found = await get_objectives(kept_cursor(connection), identity, (objective_id,), as_of, formula)
    if objective_id not in found:
        raise unknown_objective(objective_id)
    return found[objective_id]


async def get_objectives(
    cursor: Cursor, identity: Identity, objective_ids: Collection[Id], as_asked: AsOf, formula: Formula = NEWEST
) -> dict[Id, ObjectiveSeen]:
    """Those of some objectives that there are and that the caller may see, with everything that their numbers come from: each as alone."""
    as_of = await as_it_stands(cursor, identity.tenant_id, as_asked)
    parameters = {**caller(identity), **as_of.parameters(), "objectives": ids(objective_ids)}
    statement = objectives_holding(as_of.live, Objective, around(as_of.live), f"o.version, {ENDED}, {VISIBLE}")
    rows = await fetched(cursor, statement, parameters)
    found, visible = list(made(Objective, [row[:-3] for row in rows])), {row[0] for row in rows if row[-1]}
    if as_asked.live:  # what a command says that it has seen
        found = [o._replace(version=row[-3]) for o, row in zip(found, rows, strict=True)]
    tops = [i for i in objective_ids if i in visible]
    if not tops:
        return {}
    ends = Ends((ended_id, End(*end)) for row in rows if row[-2] for ended_id, *end in row[-2])
    around_them = {o.objective_id: o for o in found}
    tree, links = await with_key_results(cursor, WHOLE_ROWS, _rolled_up_into(tops, around_them), parameters, as_of)
    numbers = await with_numbers(cursor, WHOLE_ROWS, identity.tenant_id, tree, as_of, formula, around_them, ends)
    if links:
        counting = {k.key_result_id for top in tops for k in numbers.tree.counting.get(top, ())}
        links = [link for link in links if link[1] in counting]
        visible = await also_visible(cursor, identity, visible, around_them, {other for other, _ in links})
    if sources := {source for top in tops for source in _sources_of(around_them[top])}:
        visible = await also_visible(cursor, identity, visible, around_them, sources)
    seen = await seen_by(cursor, identity, numbers, visible, {*around_them, *sources, *(other for other, _ in links)})
    beside = await _beside(cursor, identity, as_of, seen, around_them, tops, links)
    children: dict[Id | None, list[Id]] = {top: [] for top in tops}
    for child in sorted(around_them.keys() & seen.visible):
        if (parent := around_them[child].parent_objective_id) in children:
            children[parent].append(child)
    return {top: ObjectiveSeen(top, seen, children[top], _told(beside, identity, around_them[top])) for top in tops}


def _sources_of(objective: Objective) -> list[Id]:
    """The objectives that it goes back to."""
    return [source for source in (objective.carried_from, objective.copied_from) if source is not None]


async def _beside(
    cursor: Cursor,
    identity: Identity,
    as_of: AsOf,
    seen: TreeWithNumbers[Objective, KeyResult],
    around_them: Mapping[Id, Objective],
    tops: Collection[Id],
    links: Iterable[tuple[Id, Id]],
) -> Beside:
    """What is told beside objectives; `links` are all that their key results count for beside their homes."""
    objectives, tree = [around_them[top] for top in tops], seen.evaluated.tree
    counts_for: dict[Id, list[Id]] = {}
    for other, key_result_id in links:
        if other in seen.visible:
            counts_for.setdefault(key_result_id, []).append(other)
    names = {o.objective_id: Called(o.objective_id, o.reference, o.title) for o in around_them.values() if o.objective_id in seen.visible}
    unnamed = {other for others in counts_for.values() for other in others}.difference(names)
    unnamed |= {source for o in objectives for source in _sources_of(o) if source in seen.visible and source not in names}
    parents = {o.parent_key_result_id for o in objectives if o.parent_key_result_id and o.parent_objective_id in names}
    if unnamed or parents:
        names |= await called(cursor, identity, as_of, unnamed, parents)
    if kpis := {o.started_from for o in objectives if o.started_from is not None}:
        names |= await kpis_called(cursor, identity, as_of, kpis)
    key_results = {k.key_result_id for top in tops for k in tree.counting.get(top, ())}
    return Beside(
        names,
        await cycles_called(cursor, identity, {o.cycle_id for o in objectives}),
        await edits_of(cursor, identity, as_of, tops, key_results),
        counts_for,
    )


def _told(beside: Beside, identity: Identity, objective: Objective) -> Beside:
    told = identity.has(*SEE_ALL) or identity.person_id in (objective.creator_id, objective.owner_id)
    return replace(beside, named_people_told=told) if told else beside
