"""Objectives within the days of their cycle: which come to lie outside when it is shortened, and how they are cut to it.

Source: domain, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cairn.goals.v1.events_pb2 import KeyResultRevised, ObjectiveApprovalLapsed, ObjectiveRevised
from chassis.days import Day, day_text
from chassis.errors import Refused, invalid
from chassis.ids import Id
from goals.domain.objectives import KeyResult, Objective, lapsed_approval, latest, require_known
from goals.domain.values import named_at_most, within
from shared.holding import Asked


def comes_to_lie_outside(objective: Objective, before: tuple[Day, Day], after: tuple[Day, Day]) -> bool:
    """Whether an objective that has not ended lay within the days of its cycle as they were, and would not as they become."""
    return not objective.ended and _lies_within(objective, *before) and not _lies_within(objective, *after)


def outside(seen: Sequence[Objective], all_of_them: int, days: tuple[Day, Day]) -> Refused:
    """Objectives would lie outside the days of their cycle: those that the caller sees are named, and whether there are others."""
    hidden = ["some that you may not see"] if len(seen) < all_of_them else []
    named = ", ".join([*named_at_most([repr(objective.title) for objective in seen]), *hidden])
    span = f"{day_text(days[0])} to {day_text(days[1])}"
    message = f"outside {span} would lie: {named}; change their days first, or ask for them to be moved: then they are cut to the cycle's"
    return Refused("OBJECTIVES_OUTSIDE", message, field="objectives")


def _lies_within(objective: Objective, first_day: Day, last_day: Day) -> bool:
    standing = [k for k in objective.key_results.values() if not k.cancelled]
    days = [objective.start_day, objective.due_day, *(k.due_in(objective.due_day) for k in standing)]
    return first_day <= min(days) and max(days) <= last_day


def cut_to(
    objective: Objective, first_day: Day, last_day: Day, asked: Asked
) -> list[ObjectiveRevised | KeyResultRevised | ObjectiveApprovalLapsed]:
    """Cut the days of an objective and its key results to a span; what ended stays as it is.

    Raises Refused: OBJECTIVE_UNKNOWN, PLAN_OUTSIDE.
    """
    require_known(objective)
    if objective.ended:
        return []
    events: list[ObjectiveRevised | KeyResultRevised | ObjectiveApprovalLapsed] = []
    start_day, due_day = within(objective.start_day, first_day, last_day), within(objective.due_day, first_day, last_day)
    if (start_day, due_day) != (objective.start_day, objective.due_day):
        held_from = latest(("start_day", "due_day"), objective.changed_from)
        events.append(
            ObjectiveRevised(
                objective_id=objective.objective_id,
                start_day=start_day if start_day != objective.start_day else None,
                due_day=due_day if due_day != objective.due_day else None,
                goalpost_moved=objective.active,
                holds_from=asked.day_of_change(objective.draft, held_from),
            )
        )
    standing = [key_result for key_result in objective.key_results.values() if not key_result.cancelled]
    due = {k.key_result_id: within(k.due_day, first_day, last_day) if k.due_day else 0 for k in standing}
    require_plans_within(standing, due, start_day, due_day, "objectives")
    for key_result in standing:
        its_due_day = due[key_result.key_result_id]
        if its_due_day != key_result.due_day:
            held_from = latest(("due_day",), key_result.changed_from)
            events.append(
                KeyResultRevised(
                    objective_id=objective.objective_id,
                    key_result_id=key_result.key_result_id,
                    due_day=its_due_day,
                    goalpost_moved=objective.active,
                    holds_from=asked.day_of_change(objective.draft, held_from, not_before=key_result.holds_from),
                )
            )
    return [*events, *lapsed_approval(objective, asked)] if events else events


def require_plans_within(standing: Iterable[KeyResult], due: Mapping[Id, Day], start_day: Day, due_day: Day, field: str) -> None:
    """Raises Refused (PLAN_OUTSIDE) where a plan by dates would reach beyond its span: no day of it can be left out, nor made up.

    `due` has the days on which key results come to be due, 0: with their objective; of those that it leaves out they stay as they are.
    """
    beyond = []
    for key_result in standing:
        its_due_day = due.get(key_result.key_result_id, key_result.due_day) or due_day
        if not all(start_day < point.day < its_due_day for point in key_result.plan.points):
            beyond.append(name_of(key_result))
    if beyond:
        which = "; ".join(named_at_most(beyond))
        message = f"the plan by dates would reach beyond its span of key result {which}; change the plan first, or take it away"
        raise invalid(field, message, "PLAN_OUTSIDE")


def name_of(key_result: KeyResult) -> str:
    """What a refusal calls a key result."""
    return key_result.reference or repr(key_result.title)
