"""Milestones of the company and of teams: events on their timeline, planned, reached or postponed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import (
    MILESTONE_PHASE_PLANNED,
    MILESTONE_PHASE_POSTPONED,
    MILESTONE_PHASE_REACHED,
    MILESTONE_PHASE_UNSPECIFIED,
    MilestonePhase,
    MilestonePlanned,
    MilestonePostponed,
    MilestoneReached,
    MilestoneRevised,
)
from cairn.goals.v1.service_pb2 import PlanMilestoneRequest, ReviseMilestoneRequest
from chassis.days import Day, day_text
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from goals.domain.objectives import fields_changed, fields_that_hold, latest
from goals.domain.references import require_reference
from goals.domain.values import require_title
from shared.holding import SINCE_EVER, Asked, day_of, require_day
from shared.texts import require_text


@dataclass(slots=True)
class Milestone:
    """Folded from the events of one milestone; it does not exist while its phase is unspecified."""

    milestone_id: Id = b""
    title: str = ""
    team: str = ""
    creator_id: Id = b""
    on_day: Day = 0
    phase: MilestonePhase.ValueType = MILESTONE_PHASE_UNSPECIFIED
    phase_from: Day = SINCE_EVER
    changed_from: dict[str, Day] = field(default_factory=dict)  # by field that was revised: from which day on its value holds


def copy(milestone: Milestone) -> Milestone:
    """An independent copy."""
    return replace(milestone, changed_from=dict(milestone.changed_from))


def apply(milestone: Milestone, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case MilestonePlanned():
            milestone.milestone_id, milestone.title, milestone.team = event.milestone_id, event.title, event.team
            milestone.creator_id, milestone.on_day = event.creator_id, event.on_day
            milestone.phase = MILESTONE_PHASE_POSTPONED if event.postponed else MILESTONE_PHASE_PLANNED
        case MilestoneRevised():
            for name in fields_that_hold(event, milestone.changed_from):
                setattr(milestone, name, getattr(event, name))
                milestone.changed_from[name] = day_of(event)
        case MilestoneReached():
            milestone.phase, milestone.phase_from = MILESTONE_PHASE_REACHED, day_of(event)
        case MilestonePostponed():
            milestone.phase, milestone.phase_from, milestone.on_day = MILESTONE_PHASE_POSTPONED, day_of(event), event.to_day
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a milestone")


def plan(milestone: Milestone, milestone_id: Id, creator_id: Id, wanted: PlanMilestoneRequest) -> MilestonePlanned:
    """A new milestone, of the company unless a team is named.

    Raises Refused: INVALID, or MILESTONE_PLANNED when there is one under this id.
    """
    if milestone.phase != MILESTONE_PHASE_UNSPECIFIED:
        raise Refused("MILESTONE_PLANNED", f"milestone {id_text(milestone_id)} is there already", kind=Kind.TAKEN)
    if wanted.reference:
        require_reference("milestone", wanted.reference)
    require_title("title", wanted.title)
    require_text("team", wanted.team, 100)
    require_day("on_day", wanted.on_day)
    return MilestonePlanned(
        milestone_id=milestone_id,
        reference=wanted.reference,
        title=wanted.title,
        on_day=wanted.on_day,
        team=wanted.team,
        creator_id=creator_id,
        holds_from=SINCE_EVER,
        postponed=wanted.postponed or None,
    )


_FIELDS: Final = ("title", "team")


def revise(milestone: Milestone, wanted: ReviseMilestoneRequest, asked: Asked) -> list[MilestoneRevised]:
    """Change what `wanted` sets and is otherwise; nothing when it is all so already. Raises Refused: MILESTONE_UNKNOWN, INVALID."""
    require_known(milestone)
    change = MilestoneRevised()
    for name in _FIELDS:
        if wanted.HasField(name) and getattr(wanted, name) != getattr(milestone, name):
            setattr(change, name, getattr(wanted, name))
    if change.HasField("title"):
        require_title("title", change.title)
    require_text("team", change.team, 100)
    if not change.ListFields():
        return []
    change.holds_from = asked.day_of_change(draft=False, held_from=latest(fields_changed(change), milestone.changed_from))
    change.milestone_id = milestone.milestone_id
    return [change]


def reach(milestone: Milestone, asked: Asked) -> list[MilestoneReached]:
    """It was reached, today or on the day named; nothing where it was already.

    Raises Refused: MILESTONE_UNKNOWN, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    require_known(milestone)
    if milestone.phase == MILESTONE_PHASE_REACHED:
        return []
    return [MilestoneReached(milestone_id=milestone.milestone_id, holds_from=asked.day(draft=False, not_before=milestone.phase_from))]


def postpone(milestone: Milestone, to_day: Day, reason: str, asked: Asked) -> list[MilestonePostponed]:
    """It will be on a later day; also what was called reached by mistake. Nothing where it is postponed to that day already.

    Raises Refused: MILESTONE_UNKNOWN, INVALID, NOT_POSTPONED, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    require_known(milestone)
    require_day("to_day", to_day)
    require_text("reason", reason, 1000)
    if milestone.phase == MILESTONE_PHASE_POSTPONED and milestone.on_day == to_day:
        return []
    if to_day <= milestone.on_day:
        message = f"{day_text(to_day)} is no later day than {day_text(milestone.on_day)}, the one that it has"
        raise invalid("to_day", message, "NOT_POSTPONED")
    holds_from = asked.day(draft=False, not_before=milestone.phase_from)
    return [MilestonePostponed(milestone_id=milestone.milestone_id, to_day=to_day, reason=reason, holds_from=holds_from)]


def require_known(milestone: Milestone) -> None:
    """Raises Refused (MILESTONE_UNKNOWN) unless there is such a milestone."""
    if milestone.phase == MILESTONE_PHASE_UNSPECIFIED:
        raise Refused("MILESTONE_UNKNOWN", "there is no such milestone", kind=Kind.UNKNOWN, field="milestone_id")
