"""A key result that is moved to another objective: two decisions, one on each, and that what is aligned to it goes along.

The objective that it comes from lets it go, the one that it comes to takes it as it stands. Source: formulas, "home".
"""

from __future__ import annotations

from cairn.goals.v1.events_pb2 import (
    CountedFrom,
    KeyResultAsItStands,
    KeyResultMovedAway,
    KeyResultMovedIn,
    ObjectiveApprovalLapsed,
    SaidFrom,
)
from chassis.days import Day
from chassis.errors import Refused
from chassis.ids import Id
from goals.domain.key_results import require_standing
from goals.domain.measures import set_measure
from goals.domain.objectives import KeyResult, Objective, lapsed_approval, require_open
from goals.domain.plans import require_plan
from goals.domain.values import changed_meanwhile
from shared.holding import Asked
from shared.limits import MOST_KEY_RESULTS


def day_of_move(key_result: KeyResult, source: Objective, target: Objective, asked: Asked) -> Day:
    """From which day on a key result belongs to another objective: since ever while both are drafts.

    Not before it was there, not before it came to where it is, and not before either objective came to its cycle.

    Raises Refused: INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    not_before = max(key_result.holds_from, key_result.home_from, source.cycle_from, target.cycle_from)
    return asked.day(draft=source.draft and target.draft, not_before=not_before)


def stay(objective: Objective, key_result_id: Id) -> list[KeyResultMovedAway]:
    """Move a key result to where it is: nothing. Raises Refused: KEY_RESULT_UNKNOWN, KEY_RESULT_CANCELLED, OBJECTIVE_CLOSED."""
    require_standing(objective, key_result_id)
    return []


def move_away(
    objective: Objective, as_read: KeyResult, target: Objective, holds_from: Day, asked: Asked
) -> list[KeyResultMovedAway | ObjectiveApprovalLapsed]:
    """Let a key result go, which is as it was read.

    Raises Refused: KEY_RESULT_UNKNOWN, KEY_RESULT_CANCELLED, OBJECTIVE_CLOSED, CONTENTION.
    """
    key_result = require_standing(objective, as_read.key_result_id)
    if key_result != as_read:
        raise changed_meanwhile("the key result is being changed")
    moved = KeyResultMovedAway(
        objective_id=objective.objective_id,
        key_result_id=key_result.key_result_id,
        to_objective_id=target.objective_id,
        holds_from=holds_from,
        cycle_id=objective.cycle_id,
        to_cycle_id=target.cycle_id,
    )
    return [moved, *lapsed_approval(objective, asked)]


def move_in(objective: Objective, key_result: KeyResult, source: Objective, holds_from: Day) -> KeyResultMovedIn:
    """Take a key result over, as it stands. One that is due on the very day of the objective that it comes from is due with this one.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_CLOSED, TOO_MANY_KEY_RESULTS, PLAN_OUTSIDE.
    """
    require_open(objective, "to_objective_id")
    if len(objective.key_results) >= MOST_KEY_RESULTS:
        raise Refused("TOO_MANY_KEY_RESULTS", f"an objective has at most {MOST_KEY_RESULTS} key results", field="to_objective_id")
    due_with_source = key_result.due_day == source.due_day
    due_day = objective.due_day if due_with_source else key_result.due_in(objective.due_day)
    require_plan(key_result.plan, objective.start_day, due_day)
    return KeyResultMovedIn(
        objective_id=objective.objective_id,
        key_result_id=key_result.key_result_id,
        from_objective_id=source.objective_id,
        from_cycle_id=source.cycle_id,
        cycle_id=objective.cycle_id,
        defined_of=key_result.defined_of,
        holds_from=holds_from,
        due_day=0 if due_with_source else None,
        goalpost_moved=objective.active,
        key_result=_as_it_stands(key_result),
        said_from=[SaidFrom(field=field, from_day=day) for field, day in sorted(key_result.changed_from.items())],
        counted_from=[CountedFrom(objective_id=i, from_day=day) for i, day in sorted(key_result.shared_from.items())],
        most_milestones=key_result.most_milestones,
    )


def _as_it_stands(key_result: KeyResult) -> KeyResultAsItStands:
    standing = KeyResultAsItStands(
        reference=key_result.reference,
        title=key_result.title,
        owners=key_result.owners,
        weight=key_result.weight,
        due_day=key_result.due_day,
        counts_for=sorted(key_result.counts_for),
        first_day=key_result.holds_from,
        plan=key_result.plan if key_result.plan.points else None,
        commit=key_result.commit,
        stretch=key_result.stretch,
    )
    set_measure(standing, key_result.measure)
    return standing
