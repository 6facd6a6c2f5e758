"""What an objective came to day by day: its number, its status and its key results, along the days of its span.

Every day is looked at as that day is when it is asked about alone; but what holds on all of them is fetched at once, level by level, so
that a quarter costs some ten statements and not some hundreds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from chassis.calls import Identity
from chassis.days import Day
from chassis.ids import Id
from progress.domain.evaluation import Surroundings, evaluated
from progress.domain.formulas import NEWEST, Formula
from progress.domain.points import LAST_INSTANT, At, Ends, Point
from progress.domain.status import Calendar
from progress.domain.tree import KeyResult, Objective, arrange
from progress.projection import ids
from progress.queries.elsewhere import InTables
from progress.queries.reading import WHOLE_ROWS, AsOf, Connections, Cursor, TreeWithNumbers, as_it_stands
from progress.queries.visibility import seen_by, unknown_objective, visible_of

POINTS: Final = 100
"""Days of a series, unless the caller says otherwise: every day of a quarter."""

_FEWEST: Final = 12
_ROWS: Final = 20_000
"""Rows that a series may be made of: of a tree of hundreds fewer days are told."""


@dataclass(frozen=True, slots=True)
class DaySeen:
    """An objective on a day, with everything that its number comes from."""

    day: Day
    tree: TreeWithNumbers[Objective, KeyResult]


@dataclass(frozen=True, slots=True)
class SeriesSeen:
    """An objective along its days, as the caller may know of it."""

    objective: Objective
    """As it is on the last of them."""
    days: Sequence[DaySeen]
    ahead: Sequence[tuple[Day, float]]
    """The days that are to come until it is due, and the pace that is expected on them."""


@dataclass(slots=True)
class _Found:
    """What holds on one day."""

    objectives: dict[Id, Objective] = field(default_factory=dict)
    counting: dict[Id, Sequence[tuple[Id, Id]]] = field(default_factory=dict)
    """By objective: the key results that are its own or shared with it, each with its home."""


async def get_series(
    connections: Connections, identity: Identity, objective_id: Id, asked: AsOf, day: Day, points: int, formula: Formula = NEWEST
) -> SeriesSeen:
    """What an objective came to on some days from its first to the day that is asked about, or that of its end; both are among them.

    Raises Refused (UNKNOWN) when there is none, none known at that instant, or none that the caller may see.
    """
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        if not await visible_of(cursor, identity, "o.objective_id = %(id)s::uuid", {"id": objective_id.hex()}):
            raise unknown_objective(objective_id)
        as_of = await as_it_stands(cursor, identity.tenant_id, asked)
        last = await _last(InTables(cursor, WHOLE_ROWS, identity.tenant_id, as_of), objective_id, as_of, day, formula)
        as_of = replace(as_of, true_on=last.true_on, known_at=None if last.known_at == LAST_INSTANT else last.known_at)
        tables = InTables(cursor, WHOLE_ROWS, identity.tenant_id, as_of)
        newest = (await _below(tables, objective_id, [last]))[last]
        if (objective := newest.objectives.get(objective_id)) is None:
            raise unknown_objective(objective_id)
        first = min(objective.start_day, last.true_on)
        days = spread(first, last.true_on, max(_FEWEST, min(points, _ROWS // _size(newest))))
        seen = await _seen(cursor, identity, tables, objective_id, [Point(each, last.known_at) for each in days], as_of, formula)
    ended = last.true_on < day
    ahead = [] if ended or objective.due_day <= last.true_on else spread(last.true_on, objective.due_day, points)[1:]
    return SeriesSeen(objective, seen, [(each, _pace(objective, each, last, as_of, formula)) for each in ahead])


def spread(first: Day, last: Day, most: int) -> list[Day]:
    """Days from one to another, both among them: all, or as many as there may be, as far from each other as they can."""
    if last - first < most:
        return list(range(first, last + 1))
    return [first + round((last - first) * step / (most - 1)) for step in range(most)]


async def _last(tables: InTables[Objective, KeyResult], objective_id: Id, as_of: AsOf, day: Day, formula: Formula) -> Point:
    """Where an objective is looked at last: at the point that is asked about, or at its end."""
    point = Point(day, as_of.point.known_at)
    return (await tables.ends([objective_id])).cut(point, objective_id) if formula.ends else point


def _size(found: _Found) -> int:
    return len(found.objectives) + sum(map(len, found.counting.values()))


def _pace(objective: Objective, day: Day, last: Point, as_of: AsOf, formula: Formula) -> float:
    return Calendar(day, last.known_at, as_of.settings, formula).at().of_objective(objective)


async def _seen(
    cursor: Cursor,
    identity: Identity,
    tables: InTables[Objective, KeyResult],
    objective_id: Id,
    points: Sequence[Point],
    as_of: AsOf,
    formula: Formula,
) -> list[DaySeen]:
    """An objective on each of some days, as the caller may know of it; where there was none yet, the day is left out."""
    found = await _below(tables, objective_id, points)
    key_results = await tables.key_results({(k, at) for at, its in found.items() for k, _ in _all(its.counting.values())})
    homes = await _homes(tables, found)
    known = {i for its in found.values() for i in its.objectives} | {i for i, _ in homes}
    ends = await tables.ends(known) if formula.ends else Ends()
    visible = await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", {"objectives": ids(known)})
    days = []
    for at, its in found.items():
        if objective_id not in its.objectives:
            continue
        shared = [(i, k) for i, counting in its.counting.items() for k, home in counting if home != i]
        rows = {k: row for k, _ in _all(its.counting.values()) if (row := key_results.get((k, at))) is not None}
        tree = arrange(its.objectives.values(), rows.values(), shared)
        around = {i: row for (i, there), row in homes.items() if there == at} | its.objectives
        numbers = await evaluated(tree, at, tables, formula, around, ends, as_of.settings)
        days.append(DaySeen(at.true_on, await seen_by(cursor, identity, numbers, visible, known)))
    return days


async def _below(tables: InTables[Objective, KeyResult], objective_id: Id, points: Sequence[Point]) -> dict[Point, _Found]:
    """An objective on each of some days, with what its number comes from then, level by level."""
    found = {at: _Found() for at in points}
    level: dict[At, Id | None] = dict.fromkeys([(objective_id, at) for at in points])
    while level:
        there: Mapping[At, Surroundings[Objective]] = await tables.surroundings(level)
        following: dict[At, Id | None] = {}
        for (i, at), its in there.items():
            found[at].objectives[i] = its.objective._replace(parent_objective_id=level[i, at])
            found[at].counting[i] = its.counting
            following |= {(child, at): i for child in its.children if child not in found[at].objectives}
        level = following
    return found


async def _homes(tables: InTables[Objective, KeyResult], found: Mapping[Point, _Found]) -> Mapping[At, Objective]:
    """The homes of what is shared with the objectives of each day, that are not among these."""
    outside = {(home, at) for at, its in found.items() for _, home in _all(its.counting.values()) if home not in its.objectives}
    return await tables.objectives(outside)


def _all(counting: Iterable[Collection[tuple[Id, Id]]]) -> list[tuple[Id, Id]]:
    return [each for its in counting for each in its]
