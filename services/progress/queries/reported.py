"""What somebody reports on: the key results that they own, of objectives that are active, and whether a check-in is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from cairn.progress.v1.events_pb2 import Status
from chassis.calls import Identity
from chassis.days import Day
from chassis.ids import Id
from chassis.texts import natural_order
from progress.domain.cadences import period_of
from progress.domain.formulas import Formula, State
from progress.domain.measures import SUM
from progress.domain.shown import shown_key_results
from progress.domain.tree import TreeKeyResult, TreeObjective
from progress.projection import ids
from progress.queries.elsewhere import with_numbers
from progress.queries.reading import (
    TREE_ROWS,
    AsOf,
    Called,
    Connections,
    Cursor,
    TreeWithNumbers,
    as_it_stands,
    fetched,
    load_below,
    with_visible,
)
from progress.queries.statements import objectives_holding
from progress.queries.visibility import VISIBLE, caller, seen_by

_HOMES: Final = """o.objective_id = ANY(ARRAY(
  SELECT objective_id FROM {table} n WHERE n.tenant_id = %(tenant)s::uuid AND %(person)s::uuid = ANY(n.owner_ids)))"""
_CYCLES: Final = b"""SELECT cycle_id, first_day, last_day FROM cycle_now
  WHERE cycle_id = ANY(%(cycles)s) AND tenant_id = %(tenant)s::uuid"""


class Reported(NamedTuple):
    """A key result that somebody reports on, as the caller is told it."""

    key_result: Called
    home: Called
    progress: float | None
    status: Status.ValueType | None  # None: it is not told
    stale: bool
    due_by: Day | None  # the last day of the present cadence period, where nothing was heard in it


async def list_reported(
    connections: Connections, identity: Identity, person_id: Id, as_of: AsOf, formula: Formula, day: Day
) -> list[Reported]:
    """The key results that somebody owns, of active objectives that the caller may know of: first those on which a check-in is due."""
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        as_of = await as_it_stands(cursor, identity.tenant_id, as_of)
        parameters = {**caller(identity), **as_of.parameters(), "person": person_id.hex()}
        of = _HOMES.format(table="key_result_now" if as_of.live else "key_result")
        found, visible = with_visible(
            TreeObjective, await fetched(cursor, objectives_holding(as_of.live, TreeObjective, of, VISIBLE), parameters)
        )
        homes = {o.objective_id for o in found if o.objective_id in visible and o.state == State.ACTIVE}
        if not homes:
            return []
        tree = await load_below(cursor, TREE_ROWS, identity.tenant_id, homes, as_of)
        numbers = await with_numbers(cursor, TREE_ROWS, identity.tenant_id, tree, as_of, formula)
        seen = await seen_by(cursor, identity, numbers, visible, {o.objective_id for o in found})
        last_days = await _due_by(cursor, seen, homes, day, parameters)
    theirs = [
        (home, key_result)
        for home in homes
        for key_result in seen.evaluated.tree.counting.get(home, ())
        if key_result.objective_id == home and person_id in key_result.owner_ids and not key_result.cancelled
    ]
    reported = [_reported(seen, home, key_result, last_days, day) for home, key_result in theirs if key_result.first_day <= day]
    return sorted(reported, key=_due_first)


async def _due_by(
    cursor: Cursor, seen: TreeWithNumbers[TreeObjective, TreeKeyResult], homes: set[Id], day: Day, parameters: Mapping[str, Any]
) -> dict[Id, tuple[Day, Day]]:
    """By cycle: the first and the last day of the cadence period in which a day lies, where it lies in one."""
    settings, objectives = seen.evaluated.settings, seen.evaluated.tree.objectives
    cycles = {**parameters, "cycles": ids({objectives[home].cycle_id for home in homes})}
    present = seen.evaluated.calendar(day).at().settings
    found = {
        cycle_id: period_of(day, first_day, last_day, settings.cadence_of(cycle_id, present))
        for cycle_id, first_day, last_day in await fetched(cursor, _CYCLES, cycles)
    }
    return {cycle_id: (period.first_day, period.last_day) for cycle_id, period in found.items() if period is not None}


def _reported(
    seen: TreeWithNumbers[TreeObjective, TreeKeyResult],
    home_id: Id,
    key_result: TreeKeyResult,
    periods: Mapping[Id, tuple[Day, Day]],
    day: Day,
) -> Reported:
    evaluated, home = seen.evaluated, seen.evaluated.tree.objectives[home_id]
    (its,) = shown_key_results(evaluated, [(home_id, [key_result])], evaluated.calendar(day), seen.hidden)
    first_day, last_day = periods.get(home.cycle_id, (None, None))
    silent = first_day is not None and (key_result.newest_on is None or key_result.newest_on < first_day)
    return Reported(
        Called(key_result.key_result_id, key_result.reference, key_result.title),
        Called(home_id, home.reference, home.title),
        its.progress,
        None if its.withheld else its.status,
        its.stale,
        last_day if silent and key_result.measure != SUM.number else None,
    )


def _due_first(reported: Reported) -> tuple[bool, Day, Any, Id]:
    called = reported.key_result
    return reported.due_by is None, reported.due_by or 0, natural_order(called.reference or called.title), called.id
