"""A cycle's tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.positions import Position
from chassis.postgres import Connection
from progress.domain.formulas import NEWEST, Formula
from progress.domain.tree import Tree, TreeKeyResult, TreeObjective, arrange, in_their_places
from progress.projection import ids
from progress.queries.beside import called, cycles_called
from progress.queries.changed_since import objectives_changed, objectives_seen, positions_taken, since_asked
from progress.queries.elsewhere import with_numbers
from progress.queries.reading import (
    TREE_ROWS,
    AsOf,
    Called,
    Connections,
    Cursor,
    TreeWithNumbers,
    as_it_stands,
    asked_at_once,
    fetched,
    load_below,
    made,
    meanwhile,
    with_visible,
)
from progress.queries.statements import (
    children_of_other_cycles,
    key_results_by_cycle,
    key_results_holding,
    objectives_by_cycle,
    objectives_holding,
    shared_within_cycle,
    shares_holding,
)
from progress.queries.visibility import VISIBLE, also_visible, caller, seen_by


@dataclass(frozen=True, slots=True)
class CycleTree:
    """A cycle's tree with its numbers, as the caller may know of it."""

    cycle_id: Id
    cycle_name: str
    tree: TreeWithNumbers[TreeObjective, TreeKeyResult]
    parents: Mapping[Id, Called]
    """Objectives and key results that its objectives hang under and that are not in it themselves."""
    positions: Sequence[Position]
    """What it has seen at least."""
    gone: Sequence[Id] = ()
    """Of what has changed since then: what is no longer in it, where the caller may know that."""


async def get_tree(
    connections: Connections, beside: Connections, identity: Identity, cycle_id: Id, as_of: AsOf, formula: Formula = NEWEST
) -> CycleTree:
    """A cycle's tree with its numbers. It takes a connection of each kind: two of one kind, and trees could wait for each other.

    Raises Refused (UNKNOWN) when the tenant has no such cycle.
    """
    async with connections.of(identity.tenant_id) as connection, beside.of(identity.tenant_id) as other:
        cursor = connection.cursor(binary=True)
        positions = await positions_taken(cursor, identity)  # before anything else is looked at
        as_of = await as_it_stands(cursor, identity.tenant_id, as_of)
        tree, visible = await load_cycle(connection, other, identity, cycle_id, as_of)
        name = await _name_of(cursor, identity, cycle_id, known=bool(tree.objectives))
        here = {i for i, o in tree.objectives.items() if o.cycle_id == cycle_id}
        above = {parent for o in tree.objectives.values() if (parent := o.parent_objective_id) is not None}
        visible = await also_visible(cursor, identity, visible, here, above)
        numbers = await with_numbers(cursor, TREE_ROWS, identity.tenant_id, tree, as_of, formula, beside=other.cursor(binary=True))
        seen = await seen_by(cursor, identity, numbers, visible, here | above)
        return CycleTree(cycle_id, name, seen, await _parents_elsewhere(cursor, identity, as_of, seen, here), positions)


async def get_tree_changes(
    connections: Connections, identity: Identity, asked: pb.GetTreeRequest, as_of: AsOf, formula: Formula, partitions: int
) -> CycleTree:
    """Of a cycle's tree those objectives that may have changed since then, with their numbers: whatever is above a change is among them.

    Raises Refused as `get_tree` does, and as `since_asked`.
    """
    cycle_id = asked.cycle_id
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        positions = await positions_taken(cursor, identity)
        since = since_asked(asked, positions, partitions)
        as_of = await as_it_stands(cursor, identity.tenant_id, as_of)
        changed = set(await objectives_changed(cursor, identity, since))
        tree = await load_below(cursor, TREE_ROWS, identity.tenant_id, changed, as_of)
        there = changed & tree.objectives.keys()
        above = {parent for i in there if (parent := tree.objectives[i].parent_objective_id) is not None}
        visible = await also_visible(cursor, identity, set(), (), there | above)
        numbers = await with_numbers(cursor, TREE_ROWS, identity.tenant_id, tree, as_of, formula)
        seen = await seen_by(cursor, identity, numbers, visible, there | above)
        here = {i for i in there & visible if tree.objectives[i].cycle_id == cycle_id}
        name = await _name_of(cursor, identity, cycle_id, known=bool(changed))
        parents = await _parents_elsewhere(cursor, identity, as_of, seen, here)
        gone = await objectives_seen(cursor, identity, since, changed - here)
        return CycleTree(cycle_id, name, replace(seen, visible=seen.visible & changed), parents, positions, sorted(gone))


async def _name_of(cursor: Cursor, identity: Identity, cycle_id: Id, *, known: bool) -> str:
    """What a cycle is called; of one that is known by its objectives alone, nothing yet. Raises Refused (UNKNOWN)."""
    cycles = await cycles_called(cursor, identity, {cycle_id})
    if not cycles and not known:
        raise Refused("CYCLE_UNKNOWN", f"there is no cycle {id_text(cycle_id)}", kind=Kind.UNKNOWN, field="cycle_id")
    return cycles.get(cycle_id, "")


async def _parents_elsewhere(
    cursor: Cursor, identity: Identity, as_of: AsOf, seen: TreeWithNumbers[TreeObjective, TreeKeyResult], here: Iterable[Id]
) -> dict[Id, Called]:
    """What the parents are called that some objectives have and that are not among the tree's rows."""
    tree = seen.evaluated.tree
    under = [o for o in map(tree.objectives.__getitem__, here) if o.parent_objective_id in seen.visible]
    objectives = {o.parent_objective_id for o in under if o.parent_objective_id is not None}.difference(tree.objectives)
    key_results = {o.parent_key_result_id for o in under if o.parent_key_result_id is not None}.difference(tree.key_results)
    return await called(cursor, identity, as_of, objectives, key_results) if objectives or key_results else {}


async def load_cycle(
    connection: Connection, beside: Connection, identity: Identity, cycle_id: Id, as_of: AsOf
) -> tuple[Tree[TreeObjective, TreeKeyResult], set[Id]]:
    """A cycle's objectives with their key results, and what else their numbers come from: shared key results, children of other cycles.

    And those of its objectives that the caller may see. Key results are found on one connection while the rest is on the other.
    """
    parameters: dict[str, Any] = {"cycle": cycle_id.hex(), **caller(identity), **as_of.parameters()}
    async with meanwhile(_key_results_of_cycle(beside, parameters, as_of)) as finding:
        objectives, visible, links, outside = await _objectives_of_cycle(connection, parameters, as_of)
        key_results = await finding
    cursor = connection.cursor(binary=True)
    if links:
        here = {k.key_result_id for k in key_results}
        if elsewhere := {key_result_id for _, key_result_id in links} - here:
            parameters["shared"] = ids(elsewhere)
            statement = key_results_holding(as_of.live, TreeKeyResult, "k.key_result_id = ANY(%(shared)s)")
            key_results += made(TreeKeyResult, await fetched(cursor, statement, parameters))
    tree = arrange(objectives, key_results, links)
    if outside:
        more = await load_below(cursor, TREE_ROWS, identity.tenant_id, outside, as_of)
        tree.objectives |= {i: o for i, o in more.objectives.items() if i not in tree.objectives}
        tree.key_results |= more.key_results
        tree.counting |= {i: counting for i, counting in more.counting.items() if i not in tree.counting}
    return tree, visible


async def _key_results_of_cycle(connection: Connection, parameters: Mapping[str, Any], as_of: AsOf) -> list[TreeKeyResult]:
    statement = key_results_holding(as_of.live, TreeKeyResult, key_results_by_cycle(as_of.live))
    return list(made(TreeKeyResult, await fetched(connection.cursor(binary=True), statement, parameters)))


async def _objectives_of_cycle(
    connection: Connection, parameters: Mapping[str, Any], as_of: AsOf
) -> tuple[list[TreeObjective], set[Id], list[tuple[Id, Id]], list[Id]]:
    """A cycle's objectives, those of them that the caller may see, what is shared with them, and their children in other cycles."""
    live = as_of.live
    async with asked_at_once(
        connection,
        parameters,
        objectives_holding(live, TreeObjective, objectives_by_cycle(live), VISIBLE),
        shares_holding(live, shared_within_cycle(live)),
        children_of_other_cycles(live),
    ) as (first, second, third):
        found, visible = with_visible(TreeObjective, await first.fetchall())
        links, outside = await second.fetchall(), [row[0] for row in await third.fetchall()]
    if live:
        return found, visible, links, outside
    objectives = [o for o in found if o.cycle_id == bytes.fromhex(parameters["cycle"])]
    here = {o.objective_id for o in objectives}
    return objectives, visible & here, [link for link in links if link[0] in here], outside


def depth_first(seen: TreeWithNumbers[TreeObjective, TreeKeyResult], cycle_id: Id) -> list[tuple[Id, int]]:
    """The visible objectives of a cycle with their depth, parents before children, siblings in the order of their ids."""
    objectives = seen.evaluated.tree.objectives
    return in_their_places(objectives, [i for i, o in objectives.items() if i in seen.visible and o.cycle_id == cycle_id])
