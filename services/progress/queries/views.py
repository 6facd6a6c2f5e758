# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What teams, pillars and cycles come to: the means of their objectives, as the caller is told them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1.events_pb2 import Status
from chassis.calls import Identity
from chassis.days import Day
from chassis.ids import Id
from chassis.postgres.binary import UUID
from chassis.texts import natural_order
from progress.domain.formulas import Formula, State
from progress.domain.means import Mean, Part, mean_told
from progress.domain.roll_up import Numbers
from progress.domain.status import objective_status
from progress.domain.tree import Tree, TreeKeyResult, TreeObjective
from progress.queries.elsewhere import with_numbers
from progress.queries.participation import CycleDays, days_of_cycle
from progress.queries.reading import TREE_ROWS, AsOf, Called, Connections, TreeWithNumbers, as_it_stands, fetched, load_below
from progress.queries.statements import objectives_holding
from progress.queries.tree import get_tree
from progress.queries.visibility import caller, seen_by, visible_of

_Seen = TreeWithNumbers[TreeObjective, TreeKeyResult]

COUNTING_IN_CYCLES: Final = (State.ACTIVE, State.CLOSED)
"""The states of the objectives that say how a cycle went."""


class Counted(NamedTuple):
    """An objective as it counts in a mean, as the caller is told it."""

    objective: Called
    progress: float | None
    status: Status.ValueType | None  # None: it is not told


class GroupSeen(NamedTuple):
    """What a team comes to, or a pillar."""

    group_id: Id
    progress: Mean
    objectives: Sequence[Counted]


class CycleSeen(NamedTuple):
    """What a cycle comes to."""

    cycle_id: Id
    cycle: CycleDays
    objectives: int  # that the caller may see
    key_results: int  # that count for these
    progress: Mean
    grade: Mean
    coverage: Mean
    statuses: Counter[Status.ValueType]


class _Team(NamedTuple):
    objective_id: Id
    team_id: Id | None


class _Pillar(NamedTuple):
    objective_id: Id
    pillar_id: Id | None


@dataclass(frozen=True, slots=True)
class Groups:
    """Which teams, or which pillars, are asked about; and which cycle's objectives, None: those of any."""

    kind: type[Any]  # a row that says by which field an objective names its own
    ids: Sequence[Id]
    cycle_id: Id | None

    @classmethod
    def of_teams(cls, team_ids: Sequence[Id], cycle_id: Id | None) -> Groups:
        """Each without the teams below it."""
        return cls(_Team, team_ids, cycle_id)

    @classmethod
    def of_pillars(cls, pillar_ids: Sequence[Id], cycle_id: Id | None) -> Groups:
        """Each by the objectives that name it."""
        return cls(_Pillar, pillar_ids, cycle_id)

    def objectives(self, live: bool) -> bytes:
        """Of objectives: the ids of those that are theirs, as of another day of those that ever were."""
        theirs = f"o.tenant_id = %(tenant)s::uuid AND o.{self.kind._fields[1]} = ANY(%(groups)s)"
        if self.cycle_id is not None:
            theirs += " AND o.cycle_id = %(cycle)s::uuid"
        if live:
            return f"SELECT objective_id FROM objective_now o WHERE {theirs} AND o.state = {goals.OBJECTIVE_STATE_ACTIVE}".encode()
        return f"SELECT DISTINCT objective_id FROM objective o WHERE {theirs}".encode()


async def get_groups(
    connections: Connections, identity: Identity, groups: Groups, as_of: AsOf, formula: Formula, day: Day
) -> list[GroupSeen]:
    """What teams, or pillars, come to by their active objectives. Raises Refused (CYCLE_UNKNOWN)."""
    cycle_id = groups.cycle_id
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        if cycle_id is not None:
            await days_of_cycle(cursor, identity, cycle_id)
        as_of = await as_it_stands(cursor, identity.tenant_id, as_of)
        asked = {**caller(identity), "groups": UUID.array(sorted(set(groups.ids))), "cycle": cycle_id.hex() if cycle_id else None}
        found = [row[0] for row in await fetched(cursor, groups.objectives(as_of.live), asked)]
        named = {"tenant": identity.tenant_id.hex(), "found": UUID.array(sorted(found)), **as_of.parameters()}
        statement = objectives_holding(as_of.live, cast("Any", groups.kind), "o.objective_id = ANY(%(found)s)")
        group_of = dict(await fetched(cursor, statement, named)) if found else {}
        tree = await load_below(cursor, TREE_ROWS, identity.tenant_id, found, as_of) if found else Tree[TreeObjective, TreeKeyResult]()
        visible = await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", {"objectives": UUID.array(sorted(found))})
        numbers = await with_numbers(cursor, TREE_ROWS, identity.tenant_id, tree, as_of, formula)
        seen = await seen_by(cursor, identity, numbers, visible, set(found))
    theirs: dict[Id | None, list[TreeObjective]] = {}
    for objective_id in found:
        objective = seen.evaluated.tree.objectives.get(objective_id)
        if objective is not None and objective.state == State.ACTIVE and cycle_id in (None, objective.cycle_id):
            theirs.setdefault(group_of.get(objective_id), []).append(objective)
    return [_group(seen, group_id, theirs.get(group_id, []), day) for group_id in groups.ids]


def _group(seen: _Seen, group_id: Id, objectives: Collection[TreeObjective], day: Day) -> GroupSeen:
    ordered = sorted((o for o in objectives if o.objective_id in seen.visible), key=_by_reference)
    return GroupSeen(group_id, _mean(seen, objectives, lambda numbers: numbers.progress), [_counted(seen, o, day) for o in ordered])


def _by_reference(objective: TreeObjective) -> tuple[Any, Id]:
    return natural_order(objective.reference or objective.title), objective.objective_id


def _counted(seen: _Seen, objective: TreeObjective, day: Day) -> Counted:
    called = Called(objective.objective_id, objective.reference, objective.title)
    if objective.objective_id in seen.hidden.withheld:
        return Counted(called, None, None)
    numbers = seen.evaluated.numbers[objective.objective_id]
    paces = seen.evaluated.calendar(day).at(seen.evaluated.cut.get(objective.objective_id))
    return Counted(called, numbers.progress, objective_status(objective, numbers, paces))


def _mean(seen: _Seen, objectives: Iterable[TreeObjective], figure: Callable[[Numbers], float | None]) -> Mean:
    return mean_told(
        Part(
            figure(seen.evaluated.numbers[o.objective_id]),
            o.cycle_id,
            seen.hidden.only.get(o.objective_id) if o.objective_id in seen.visible else o.objective_id,
            o.objective_id in seen.hidden.partly,
        )
        for o in objectives
    )


async def compare_cycles(
    connections: Connections,
    beside: Connections,
    identity: Identity,
    cycle_ids: Iterable[Id],
    as_of: AsOf,
    formula: Formula,
    day: Day,
) -> list[CycleSeen]:
    """What cycles come to by their objectives that are active or closed. Raises Refused (CYCLE_UNKNOWN)."""
    found = []
    for cycle_id in cycle_ids:
        async with connections.of(identity.tenant_id) as connection:
            cycle = await days_of_cycle(connection.cursor(binary=True), identity, cycle_id)
        tree = await get_tree(connections, beside, identity, cycle_id, as_of, formula)
        found.append(_cycle(tree.tree, cycle_id, cycle, day))
    return found


def _cycle(seen: _Seen, cycle_id: Id, cycle: CycleDays, day: Day) -> CycleSeen:
    evaluated = seen.evaluated
    objectives = [o for o in evaluated.tree.objectives.values() if o.cycle_id == cycle_id and o.state in COUNTING_IN_CYCLES]
    shown = [o for o in objectives if o.objective_id in seen.visible]
    told = [_counted(seen, o, day).status for o in shown]
    return CycleSeen(
        cycle_id,
        cycle,
        len(shown),
        len({k.key_result_id for o in shown for k in evaluated.tree.counting.get(o.objective_id, ()) if not k.cancelled}),
        _mean(seen, objectives, lambda numbers: numbers.progress),
        _mean(seen, objectives, lambda numbers: numbers.grade),
        _mean(seen, objectives, lambda numbers: None if numbers.not_started_share is None else 1.0 - numbers.not_started_share),
        Counter(status for status in told if status is not None),
    )
