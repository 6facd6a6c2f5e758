"""Cycles: the spans of time that objectives are set for. planning → active → review → closed, one step at a time; reopened, to review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1.events_pb2 import (
    CYCLE_KIND_UNSPECIFIED,
    CYCLE_STATE_ACTIVE,
    CYCLE_STATE_CLOSED,
    CYCLE_STATE_PLANNING,
    CYCLE_STATE_REVIEW,
    CYCLE_STATE_UNSPECIFIED,
    CycleClosed,
    CycleDefined,
    CycleKind,
    CycleReopened,
    CycleReviewStarted,
    CycleRevised,
    CycleStarted,
    CycleState,
)
from cairn.goals.v1.service_pb2 import ReviseCycleRequest
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from goals.domain.values import changed_meanwhile, end_before_start, require_reason
from shared.holding import SINCE_EVER, Asked, require_day
from shared.naming import LONGEST_CYCLE_NAME, require_name
from shared.settings import CADENCE, WEEKDAY, Setting

_STEPS: Final[dict[CycleState.ValueType, CycleState.ValueType]] = {
    CYCLE_STATE_PLANNING: CYCLE_STATE_ACTIVE,
    CYCLE_STATE_ACTIVE: CYCLE_STATE_REVIEW,
    CYCLE_STATE_REVIEW: CYCLE_STATE_CLOSED,
}


_SET_WHERE_ANOTHER: Final = ("kind", "enclosing_cycle_id", "cadence", "weekday")
"""What a revision says where it becomes another; left out, it stays."""
_SETTINGS: Final = {setting.name: setting for setting in (CADENCE, WEEKDAY)}


@dataclass(slots=True)
class Cycle:
    """Folded from the events of one cycle; it does not exist while its state is unspecified."""

    cycle_id: Id = b""
    name: str = ""
    kind: CycleKind.ValueType = CYCLE_KIND_UNSPECIFIED
    first_day: Day = 0
    last_day: Day = 0
    enclosing_cycle_id: Id = b""
    state: CycleState.ValueType = CYCLE_STATE_UNSPECIFIED
    cadence: str = ""  # empty: the tenant's
    weekday: str = ""
    closings: int = 0  # how often it was closed


def apply(cycle: Cycle, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case CycleDefined():
            cycle.cycle_id, cycle.name, cycle.kind = event.cycle_id, event.name, event.kind
            cycle.first_day, cycle.last_day = event.first_day, event.last_day
            cycle.enclosing_cycle_id = event.enclosing_cycle_id
            cycle.cadence, cycle.weekday = event.cadence, event.weekday
            cycle.state = CYCLE_STATE_PLANNING
        case CycleStarted():
            cycle.state = CYCLE_STATE_ACTIVE
        case CycleReviewStarted():
            cycle.state = CYCLE_STATE_REVIEW
        case CycleClosed():
            cycle.state = CYCLE_STATE_CLOSED
            cycle.closings += 1
        case CycleReopened():
            cycle.state = CYCLE_STATE_REVIEW
        case CycleRevised():
            cycle.name, cycle.first_day, cycle.last_day = event.name, event.first_day, event.last_day
            for field, said in event.ListFields():
                if field.name in _SET_WHERE_ANOTHER:
                    setattr(cycle, field.name, said)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a cycle")


def define(
    cycle: Cycle,
    cycle_id: Id,
    name: str,
    kind: CycleKind.ValueType,
    first_day: Day,
    last_day: Day,
    enclosing_cycle_id: Id = b"",
    cadence: str = "",
    weekday: str = "",
) -> CycleDefined:
    """A new cycle. Without a cadence or a weekday of its own it has the tenant's.

    Raises Refused: INVALID for its name, days, cadence or weekday, CYCLE_DEFINED when there is one under this id.
    """
    if cycle.state != CYCLE_STATE_UNSPECIFIED:
        raise Refused("CYCLE_DEFINED", f"cycle {id_text(cycle_id)} is defined already", kind=Kind.TAKEN)
    require_name("name", name, LONGEST_CYCLE_NAME)
    require_day("first_day", first_day)
    require_day("last_day", last_day)
    if last_day < first_day:
        raise end_before_start("last_day", first_day, last_day)
    return CycleDefined(
        cadence=_as_setting(CADENCE, cadence) if cadence else None,
        weekday=_as_setting(WEEKDAY, weekday) if weekday else None,
        cycle_id=cycle_id,
        name=name,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        enclosing_cycle_id=enclosing_cycle_id,
    )


def _as_setting(setting: Setting[str], value: str) -> str:
    try:
        return setting.canonical(value)
    except ValueError as wrong:
        raise invalid(setting.name, str(wrong)) from None


def revise(cycle: Cycle, wanted: ReviseCycleRequest) -> list[CycleRevised]:
    """Call a cycle otherwise, or change what else is said of it, as long as it is not closed; nothing where it is all so already.

    Raises Refused: CYCLE_UNKNOWN, CYCLE_CLOSED, INVALID, END_BEFORE_START, ENCLOSING_LOOP.
    """
    require_known(cycle)
    name = wanted.name if wanted.HasField("name") else cycle.name
    first_day, last_day = days_after(cycle, wanted)
    others = {field: said for field, said in _others(wanted) if said != getattr(cycle, field)}
    if others.get("enclosing_cycle_id") == cycle.cycle_id:
        raise enclosing_loop(cycle)
    if not others and (name, first_day, last_day) == (cycle.name, cycle.first_day, cycle.last_day):
        return []
    if cycle.state == CYCLE_STATE_CLOSED:
        raise Refused("CYCLE_CLOSED", f"cycle {cycle.name!r} is closed; reopen it before you change it")
    require_name("name", name, LONGEST_CYCLE_NAME)
    require_day("first_day", first_day)
    require_day("last_day", last_day)
    if last_day < first_day:
        raise end_before_start("last_day", first_day, last_day)
    return [CycleRevised(cycle_id=cycle.cycle_id, name=name, first_day=first_day, last_day=last_day, **others)]


def _others(wanted: ReviseCycleRequest) -> Iterator[tuple[str, Any]]:
    """What is wanted of a cycle beside its name and its days. Raises Refused (INVALID) for a cadence or a weekday that is none."""
    for field, said in wanted.ListFields():
        if field.name in _SETTINGS:
            yield field.name, _as_setting(_SETTINGS[field.name], said) if said else ""
        elif field.name in _SET_WHERE_ANOTHER:
            yield field.name, said


def days_after(cycle: Cycle, wanted: ReviseCycleRequest) -> tuple[Day, Day]:
    """The first and the last day of a cycle once it is revised so."""
    first_day = wanted.first_day if wanted.HasField("first_day") else cycle.first_day
    return first_day, wanted.last_day if wanted.HasField("last_day") else cycle.last_day


def require_not_enclosed_by(cycle: Cycle, as_read: Cycle, enclosed: Id) -> None:
    """Of a cycle around others: that it does not lie in the one that shall come to lie in it.

    Raises Refused: ENCLOSING_LOOP, and CONTENTION where what it lies in was changed since it was read.
    """
    if cycle.enclosing_cycle_id != as_read.enclosing_cycle_id:
        raise changed_meanwhile("what lies in which cycle is being changed")
    if enclosed == cycle.enclosing_cycle_id:
        raise enclosing_loop(cycle)


def enclosing_loop(cycle: Cycle) -> Refused:
    """A cycle is, or lies in, the very one that shall lie in it."""
    message = f"cycle {cycle.name!r} is, or lies in, the very cycle that shall lie in it; cycles do not lie in each other in a ring"
    return Refused("ENCLOSING_LOOP", message, field="enclosing_cycle_id")


def close(cycle: Cycle, asked: Asked) -> CycleClosed:
    """From review to closed, on a day that is not before the cycle's first.

    Raises Refused: CYCLE_UNKNOWN, CYCLE_STEP, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    move(cycle, CYCLE_STATE_CLOSED)
    day = asked.day(draft=False, not_before=cycle.first_day if asked.named is not None else SINCE_EVER)
    return CycleClosed(cycle_id=cycle.cycle_id, holds_from=day, first_day=cycle.first_day, last_day=cycle.last_day)


def reopen(cycle: Cycle, reason: str) -> CycleReopened:
    """From closed back to review, with a reason.

    Raises Refused: CYCLE_UNKNOWN, CYCLE_NOT_CLOSED, INVALID.
    """
    require_known(cycle)
    require_reason(reason)
    if cycle.state != CYCLE_STATE_CLOSED:
        raise Refused(
            "CYCLE_NOT_CLOSED", f"cycle {cycle.name!r} is not closed: its state is {_name(cycle.state)}; there is nothing to reopen"
        )
    return CycleReopened(cycle_id=cycle.cycle_id, reason=reason)


def move(cycle: Cycle, to: CycleState.ValueType) -> CycleStarted | CycleReviewStarted | CycleClosed:
    """The next step of a cycle's life.

    Raises Refused: CYCLE_UNKNOWN, or CYCLE_STEP when `to` is not the next state.
    """
    require_known(cycle)
    following = _STEPS.get(cycle.state)
    if to != following:
        goes_on = f"its next state is {_name(following)}" if following is not None else "it stays so"
        already = " already" if to == cycle.state else f", and cannot become {_name(to)}"
        raise Refused("CYCLE_STEP", f"the state of cycle {cycle.name!r} is {_name(cycle.state)}{already}; {goes_on}", field="to")
    match to:
        case goals.CYCLE_STATE_ACTIVE:
            return CycleStarted(cycle_id=cycle.cycle_id)
        case goals.CYCLE_STATE_REVIEW:
            return CycleReviewStarted(cycle_id=cycle.cycle_id)
        case goals.CYCLE_STATE_CLOSED:
            return CycleClosed(cycle_id=cycle.cycle_id)
        case _:
            raise ValueError(f"there is no event by which a cycle becomes {_name(to)}")


def require_known(cycle: Cycle, field: str = "cycle_id") -> None:
    """Raises Refused (CYCLE_UNKNOWN) unless there is such a cycle."""
    if cycle.state == CYCLE_STATE_UNSPECIFIED:
        raise Refused("CYCLE_UNKNOWN", "there is no such cycle", kind=Kind.UNKNOWN, field=field)


def require_open(cycle: Cycle) -> None:
    """Raises Refused (CYCLE_UNKNOWN, CYCLE_CLOSED) unless objectives can be set for this cycle."""
    match cycle.state:
        case goals.CYCLE_STATE_PLANNING | goals.CYCLE_STATE_ACTIVE | goals.CYCLE_STATE_REVIEW:
            return
        case goals.CYCLE_STATE_CLOSED:
            raise Refused("CYCLE_CLOSED", f"cycle {cycle.name!r} is closed; set the objective for an open one", field="cycle_id")
        case goals.CYCLE_STATE_UNSPECIFIED:
            require_known(cycle)
        case state:
            raise ValueError(f"whether objectives are set for a cycle in state {state} is not decided")


def require_as_read(cycle: Cycle, as_read: Cycle) -> None:
    """Raises Refused: CYCLE_UNKNOWN, CYCLE_CLOSED, and CONTENTION where its days were changed since they were read."""
    require_open(cycle)
    if (cycle.first_day, cycle.last_day) != (as_read.first_day, as_read.last_day):
        raise changed_meanwhile("the days of the cycle are being changed")


def require_not_closed(cycle: Cycle) -> None:
    """Raises Refused (CYCLE_CLOSED) where the objectives of this cycle no longer change."""
    if cycle.state == CYCLE_STATE_CLOSED:
        message = f"cycle {cycle.name!r} is closed; its objectives no longer change, they can be closed, cancelled and graded"
        raise Refused("CYCLE_CLOSED", message)


def _name(state: CycleState.ValueType) -> str:
    return CycleState.Name(state).removeprefix("CYCLE_STATE_").lower()
