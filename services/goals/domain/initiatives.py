"""Initiatives: hypotheses of what moves a key result, or an objective."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import (
    INITIATIVE_STATE_DONE,
    INITIATIVE_STATE_DROPPED,
    INITIATIVE_STATE_PLANNED,
    INITIATIVE_STATE_UNSPECIFIED,
    InitiativeDefined,
    InitiativeRevised,
    InitiativeState,
)
from cairn.goals.v1.service_pb2 import DefineInitiativeRequest, ReviseInitiativeRequest
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from goals.domain.objectives import fields_changed, fields_that_hold, latest
from goals.domain.references import require_reference
from goals.domain.tasks import NOTHING, For
from goals.domain.values import end_before_start, require_id, require_title
from shared.holding import SINCE_EVER, Asked, day_of, require_day

ENDED: Final = frozenset({INITIATIVE_STATE_DONE, INITIATIVE_STATE_DROPPED})
"""The states in which nothing new is begun for it."""


@dataclass(slots=True)
class Initiative:
    """Folded from the events of one initiative; it does not exist while its state is unspecified."""

    initiative_id: Id = b""
    title: str = ""
    owner_id: Id = b""
    creator_id: Id = b""
    serves: For = NOTHING
    state: InitiativeState.ValueType = INITIATIVE_STATE_UNSPECIFIED
    start_day: Day = 0  # 0: none
    end_day: Day = 0
    changed_from: dict[str, Day] = field(default_factory=dict)  # by field that was revised: from which day on its value holds


def copy(initiative: Initiative) -> Initiative:
    """An independent copy."""
    return replace(initiative, changed_from=dict(initiative.changed_from))


def apply(initiative: Initiative, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case InitiativeDefined():
            initiative.initiative_id, initiative.title, initiative.state = event.initiative_id, event.title, event.state
            initiative.owner_id, initiative.creator_id = event.owner_id, event.creator_id
            initiative.serves = For(event.objective_id, event.key_result_id)
            initiative.start_day, initiative.end_day = event.start_day, event.end_day
        case InitiativeRevised():
            for name in fields_that_hold(event, initiative.changed_from):
                setattr(initiative, name, getattr(event, name))
                initiative.changed_from[name] = day_of(event)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of an initiative")


def define(initiative: Initiative, initiative_id: Id, creator_id: Id, wanted: DefineInitiativeRequest, serves: For) -> InitiativeDefined:
    """A new initiative: planned, and its creator's, unless it is wanted otherwise.

    Raises Refused: INVALID, END_BEFORE_START, or INITIATIVE_DEFINED when there is one under this id.
    """
    if initiative.state != INITIATIVE_STATE_UNSPECIFIED:
        raise Refused("INITIATIVE_DEFINED", f"initiative {id_text(initiative_id)} is there already", kind=Kind.TAKEN)
    if wanted.reference:
        require_reference("initiative", wanted.reference)
    require_title("title", wanted.title)
    owner_id = wanted.owner_id or creator_id
    require_id("owner_id", owner_id)
    _require_span(wanted.start_day, wanted.end_day)
    return InitiativeDefined(
        initiative_id=initiative_id,
        reference=wanted.reference,
        title=wanted.title,
        owner_id=owner_id,
        creator_id=creator_id,
        objective_id=serves.objective_id,
        key_result_id=serves.key_result_id,
        state=wanted.state or INITIATIVE_STATE_PLANNED,
        start_day=wanted.start_day,
        end_day=wanted.end_day,
        holds_from=SINCE_EVER,
    )


_FIELDS: Final = ("title", "owner_id", "state", "start_day", "end_day")


def revise(initiative: Initiative, wanted: ReviseInitiativeRequest, asked: Asked) -> list[InitiativeRevised]:
    """Change what `wanted` sets and is otherwise; nothing when it is all so already. What is done or dropped may go on again.

    Raises Refused: INITIATIVE_UNKNOWN, INVALID, END_BEFORE_START, HOLDS_FROM_AHEAD.
    """
    require_known(initiative)
    change, again = InitiativeRevised(), asked.held_later(initiative.changed_from)
    for name in _FIELDS:
        if wanted.HasField(name) and (getattr(wanted, name) != getattr(initiative, name) or name in again):
            setattr(change, name, getattr(wanted, name))
    if change.HasField("title"):
        require_title("title", change.title)
    if change.HasField("owner_id"):
        require_id("owner_id", change.owner_id)
    if change.HasField("state") and change.state == INITIATIVE_STATE_UNSPECIFIED:
        raise invalid("state", "leave it out, or say which")
    if not change.ListFields():
        return []
    _require_span(
        change.start_day if change.HasField("start_day") else initiative.start_day,
        change.end_day if change.HasField("end_day") else initiative.end_day,
    )
    change.holds_from = asked.day_of_change(draft=False, held_from=latest(fields_changed(change), initiative.changed_from))
    change.initiative_id = initiative.initiative_id
    return [change]


def require_known(initiative: Initiative, field_name: str = "initiative_id") -> None:
    """Raises Refused (INITIATIVE_UNKNOWN) unless there is such an initiative."""
    if initiative.state == INITIATIVE_STATE_UNSPECIFIED:
        raise unknown_initiative(field_name)


def require_under_way(initiative: Initiative, field_name: str = "initiative_id") -> None:
    """Raises Refused (INITIATIVE_UNKNOWN, INITIATIVE_ENDED) unless something new may be begun for the initiative."""
    require_known(initiative, field_name)
    if initiative.state in ENDED:
        state = InitiativeState.Name(initiative.state).removeprefix("INITIATIVE_STATE_").lower()
        message = f"the initiative {initiative.title!r} is {state}; nothing new is begun for it"
        raise Refused("INITIATIVE_ENDED", message, field=field_name)


def unknown_initiative(field_name: str = "initiative_id") -> Refused:
    """There is no such initiative, or none that the caller may see."""
    return Refused("INITIATIVE_UNKNOWN", "there is no such initiative", kind=Kind.UNKNOWN, field=field_name)


def _require_span(start: Day, end: Day) -> None:
    for name, day in (("start_day", start), ("end_day", end)):
        if day:
            require_day(name, day)
    if start and end and end < start:
        raise end_before_start("end_day", start, end)
