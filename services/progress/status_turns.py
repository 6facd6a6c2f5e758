"""Whether the status of an objective has turned: whether its numbers come to another one than was last announced.

Announced is what differs from the last announcement, which is the state of an aggregate in progress's own log: so each turn is announced
once, whatever is folded, rebuilt or restarted. An objective is not started before anything is announced of it.

A number is announced only on top of what was announced before it was computed: whoever has a successor by then is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from google.protobuf.message import Message

from cairn.progress.v1 import events_pb2 as progress
from chassis.days import Day
from chassis.errors import Kind, Refused
from chassis.eventstore import ANYONE, Aggregate, AggregateType, Decision
from chassis.ids import Id, id_text
from progress.domain.evaluation import Evaluated
from progress.domain.roll_up import Numbers
from progress.domain.status import NOT_STARTED, Status, objective_status
from progress.domain.tree import KeyResult, Objective, Tree


@dataclass(slots=True)
class Announced:
    """The status last announced of an objective, and how often one was."""

    status: Status = NOT_STARTED
    times: int = 0


def apply(announced: Announced, event: Message) -> None:
    """Folds one event. Raises TypeError for another than that a status turned."""
    match event:
        case progress.ObjectiveStatusTurned():
            announced.status = event.to
            announced.times += 1
        case _:
            raise TypeError(f"{type(event).__name__} is no event of an announced status")


ANNOUNCED: Final = AggregateType("announced-status", Announced, apply, copy=replace)


def turn(announced: Announced, times: int, objective: Objective, numbers: Numbers, status: Status, cause: Id, day: Day) -> list[Message]:
    """The announcement, if the status is another than the announced one; `cause` is the event that moved it, empty for the calendar.

    Raises Refused (ANNOUNCED_MEANWHILE) when it was not `times` times that one was announced before.
    """
    if announced.times != times:
        message = f"the status of objective {id_text(objective.objective_id)} was announced by another process; it is to be looked at again"
        raise Refused("ANNOUNCED_MEANWHILE", message, kind=Kind.STALE)
    if status == announced.status:
        return []
    turned = progress.ObjectiveStatusTurned(
        objective_id=objective.objective_id,
        to=status,
        progress=numbers.progress or 0.0,
        caused_by=cause,
        owner_id=objective.owner_id or b"",
        title=objective.title,
        reference=objective.reference,
        on_day=day,
    )
    setattr(turned, "from", announced.status)
    return [turned]


Causes = Mapping[Id, Id | None]
"""By objective whose number may have moved: the event that moved it; None: many may have."""


def decisions(
    evaluated: Evaluated[Objective, KeyResult], objective_ids: Collection[Id], times: Mapping[Id, int], day: Day, causes: Causes | None
) -> list[Decision]:
    """To announce, of each of these objectives, the status that its numbers come to on a day, on top of so many announcements.

    Without `causes`, nothing but the calendar has moved.
    """
    tree, wanted, paces = evaluated.tree, [], evaluated.calendar(day).at()
    for objective_id in objective_ids:
        if (objective := tree.objectives.get(objective_id)) is None:
            continue
        its, status = evaluated.numbers[objective_id], objective_status(objective, evaluated.numbers[objective_id], paces)
        cause = b"" if causes is None else causes[objective_id] or newest_event(tree, objective)
        announced = Aggregate(ANNOUNCED, objective_id, may=ANYONE, causation_id=cause)
        wanted.append(announced.decision(turn, times[objective_id], objective, its, status, cause, day))
    return wanted


def newest_event(tree: Tree[Objective, KeyResult], objective: Objective) -> Id:
    """The newest event that its number came from, of its own definition and its key results'; ids made later sort later."""
    key_results = tree.counting.get(objective.objective_id, ())
    events = [i for k in key_results for i in (k.event_id, k.check_in_event_id) if i is not None]
    return max([objective.event_id, *events])
