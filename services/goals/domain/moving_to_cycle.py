"""An objective that is moved to another cycle, with its key results: which days become others, and what is refused.

Where it is aligned, what it counts for and who may see it stay as they are. Source: domain, section 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cairn.goals.v1.events_pb2 import KeyResultMovedToCycle, ObjectiveApprovalLapsed, ObjectiveMovedToCycle
from cairn.goals.v1.service_pb2 import MoveObjectiveRequest
from chassis.days import Day, day_text
from chassis.errors import Refused, invalid
from chassis.ids import Id
from goals.domain import cycles
from goals.domain.cycle_days import name_of, require_plans_within
from goals.domain.cycles import Cycle
from goals.domain.objectives import WITH_ITS_OBJECTIVE, KeyResult, Objective, lapsed_approval, latest, require_open
from goals.domain.values import changed_meanwhile, end_before_start, named_at_most, within
from shared.holding import SINCE_EVER, Asked, require_day

Moved = ObjectiveMovedToCycle | KeyResultMovedToCycle | ObjectiveApprovalLapsed


class Move(NamedTuple):
    """A move to another cycle, as it is decided: from when on, and with which days."""

    from_cycle_id: Id
    to_cycle_id: Id
    holds_from: Day
    start_day: Day
    due_day: Day
    key_results_due: dict[Id, Day]  # of those whose day becomes another; 0: with the objective


def move_to_cycle(
    objective: Objective, source: Cycle, target: Cycle, wanted: MoveObjectiveRequest, asked: Asked, guests: frozenset[Id]
) -> list[Moved]:
    """Move an objective to another cycle, with the key results that were defined of it; nothing where it is there already.

    `guests` are the key results, as read, that were defined of other objectives: their events travel with those, in decisions of their own.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_CLOSED, CYCLE_UNKNOWN, CYCLE_CLOSED, INVALID, END_BEFORE_START, HOLDS_FROM_AHEAD,
    HOLDS_FROM_TOO_EARLY, DAYS_OUTSIDE, PLAN_OUTSIDE, CONTENTION.
    """
    require_open(objective)
    if objective.cycle_id == target.cycle_id:
        return _stay(objective, wanted)
    if objective.cycle_id != source.cycle_id or guests_of(objective) != guests:
        raise changed_meanwhile("the objective is being changed")
    move = decided(objective, source, target, wanted, asked)
    moved = ObjectiveMovedToCycle(
        objective_id=objective.objective_id,
        from_cycle_id=move.from_cycle_id,
        cycle_id=move.to_cycle_id,
        holds_from=move.holds_from,
        start_day=move.start_day if move.start_day != objective.start_day else None,
        due_day=move.due_day if move.due_day != objective.due_day else None,
        goalpost_moved=objective.active and (move.start_day, move.due_day) != (objective.start_day, objective.due_day),
    )
    along = [_goes_along(objective, key_result_id, move) for key_result_id in objective.key_results if key_result_id not in guests]
    return [moved, *along, *lapsed_approval(objective, asked)]


def guests_of(objective: Objective) -> frozenset[Id]:
    """Its key results that were defined of other objectives."""
    return frozenset(i for i, key_result in objective.key_results.items() if key_result.defined_of != objective.objective_id)


def go_along(
    objective: Objective, key_result_id: Id, as_read: Objective, source: Cycle, target: Cycle, wanted: MoveObjectiveRequest, asked: Asked
) -> list[KeyResultMovedToCycle]:
    """What the move of its objective, decided just before, means for a key result that was defined of another one.

    `as_read` is the objective before that. Raises Refused as `move_to_cycle` does.
    """
    return [_goes_along(objective, key_result_id, decided(as_read, source, target, wanted, asked))]


def _goes_along(objective: Objective, key_result_id: Id, move: Move) -> KeyResultMovedToCycle:
    due_day = move.key_results_due.get(key_result_id)
    return KeyResultMovedToCycle(
        objective_id=objective.objective_id,
        key_result_id=key_result_id,
        from_cycle_id=move.from_cycle_id,
        cycle_id=move.to_cycle_id,
        holds_from=move.holds_from,
        due_day=due_day,
        goalpost_moved=objective.active and due_day is not None,
    )


def _stay(objective: Objective, wanted: MoveObjectiveRequest) -> list[Moved]:
    """Of what is there already only the same can be said again. Raises Refused (INVALID)."""
    for field in ("start_day", "due_day"):
        if wanted.HasField(field) and getattr(wanted, field) != getattr(objective, field):
            raise invalid(field, "the objective belongs to that cycle already; change its days by changing the objective")
    return []


def decided(objective: Objective, source: Cycle, target: Cycle, wanted: MoveObjectiveRequest, asked: Asked) -> Move:
    """The days that a move comes with. Raises Refused as `move_to_cycle` does."""
    cycles.require_not_closed(source)
    cycles.require_open(target)
    start_day = _day("start_day", objective.start_day, (source.first_day, target.first_day), target, wanted)
    due_day = _day("due_day", objective.due_day, (source.last_day, target.last_day), target, wanted)
    outside = list(_objective_outside((start_day, due_day), target, wanted))
    if due_day < start_day and not outside:
        raise end_before_start("due_day", start_day, due_day)
    standing = [key_result for key_result in objective.key_results.values() if not key_result.cancelled]
    first_day = start_day if wanted.HasField("start_day") else max(start_day, target.first_day)
    span = first_day, max(due_day, target.last_day)
    due: dict[Id, Day] = {}
    for key_result in standing:
        day = _due_day(key_result, objective, due_day, source, target)
        if day and wanted.fit_days:
            day = within(day, *span)
        if day != key_result.due_day:
            due[key_result.key_result_id] = day
    outside += _key_results_outside(standing, due, span)
    if outside:
        raise _outside(outside, target)
    require_plans_within(standing, due, start_day, due_day, "cycle_id")
    day = asked.day(draft=objective.draft, not_before=_earliest(objective, start_day, due_day, due))
    return Move(source.cycle_id, target.cycle_id, day, start_day, due_day, due)


def _day(field: str, day: Day, bounds: tuple[Day, Day], target: Cycle, wanted: MoveObjectiveRequest) -> Day:
    """A day of the objective from now on: as it is said; its new cycle's where it was its old one's; else as it was, cut if asked for."""
    before, after = bounds
    if wanted.HasField(field):  # type: ignore[arg-type]  # one of its fields
        said: Day = getattr(wanted, field)
        require_day(field, said)
        return said
    if day == before:
        return after
    return within(day, target.first_day, target.last_day) if wanted.fit_days else day


def _due_day(key_result: KeyResult, objective: Objective, due_day: Day, source: Cycle, target: Cycle) -> Day:
    if key_result.due_day == objective.due_day and due_day != objective.due_day:
        return WITH_ITS_OBJECTIVE  # it was due with it, without saying so
    return target.last_day if key_result.due_day == source.last_day else key_result.due_day


def _objective_outside(days: tuple[Day, Day], target: Cycle, wanted: MoveObjectiveRequest) -> Iterator[str]:
    for field, called, day in (("start_day", "its first day", days[0]), ("due_day", "its last day", days[1])):
        said = wanted.HasField(field)  # type: ignore[arg-type]  # one of its fields
        if not said and not target.first_day <= day <= target.last_day:
            yield f"{called}, {day_text(day)}"


def _key_results_outside(standing: list[KeyResult], due: dict[Id, Day], span: tuple[Day, Day]) -> Iterator[str]:
    for key_result in standing:
        day = due.get(key_result.key_result_id, key_result.due_day)
        if day and not span[0] <= day <= span[1]:
            yield f"key result {name_of(key_result)}, due {day_text(day)}"


def _earliest(objective: Objective, start_day: Day, due_day: Day, due: dict[Id, Day]) -> Day:
    """The day before which nothing of this can have been so: what is changed holds from then on, and so does where things belong."""
    days = {"start_day": start_day, "due_day": due_day}
    changed = [name for name, day in days.items() if day != getattr(objective, name)]
    homes = [key_result.home_from for key_result in objective.key_results.values()]
    dues = [latest(("due_day",), objective.key_results[i].changed_from) for i in due]
    said = latest(changed, objective.changed_from)
    return max(SINCE_EVER, objective.cycle_from, objective.key_results_left, said, *homes, *dues)


def _outside(outside: list[str], target: Cycle) -> Refused:
    span = f"{day_text(target.first_day)} to {day_text(target.last_day)}"
    which = "; ".join(named_at_most(outside))
    message = (
        f"outside {span}, the days of cycle {target.name!r}, would lie: {which}; "
        "say its first and last day, change the others first, or ask for them to be cut to the cycle's"
    )
    return Refused("DAYS_OUTSIDE", message, field="fit_days")
