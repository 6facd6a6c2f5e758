"""Effort: time that people spent on tasks and initiatives, so that a team sees where its weeks went. Never a measure of a person.

What somebody logged stands by the day on which it was spent, whatever it was spent on: a day has 24 hours.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import (
    INITIATIVE_STATE_UNSPECIFIED,
    TASK_STATE_OPEN,
    TASK_STATE_UNSPECIFIED,
    EffortCorrected,
    EffortLogged,
    EffortRetracted,
)
from cairn.goals.v1.service_pb2 import CorrectEffortRequest
from chassis.days import Day, day_text
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_of_name
from goals.domain.initiatives import ENDED, Initiative, unknown_initiative
from goals.domain.objectives import Objective
from goals.domain.tasks import For, Task, unknown_task
from goals.domain.values import require_id
from shared.holding import SINCE_EVER, require_day
from shared.texts import require_text

MINUTES_OF_A_DAY: Final = 24 * 60
MOST_OF_A_DAY: Final = 100
"""What one person may log of one day, taken back or not: more is no diary of a day but a fault of a program."""
LONGEST_NOTE: Final = 1000


class Spent(NamedTuple):
    """On what time was spent: a task or an initiative, and what that serves; and the teams that the person was in."""

    task_id: Id
    serves: For
    team_ids: tuple[Id, ...]


class Logging(NamedTuple):
    """What somebody wants to log."""

    effort_id: Id
    person_id: Id
    day: Day
    today: Day
    minutes: int
    note: str
    spent: Spent


class Entry(NamedTuple):
    """What was logged, as it stands."""

    minutes: int
    note: str
    spent: Spent


@dataclass(slots=True)
class DayOfEffort:
    """Folded from what one person logged of one day."""

    person_id: Id = b""
    day: Day = 0
    entries: dict[Id, Entry] = field(default_factory=dict)  # those that stand
    retracted: set[Id] = field(default_factory=set)

    @property
    def minutes(self) -> int:
        """How much of the day is logged."""
        return sum(entry.minutes for entry in self.entries.values())


def copy(day: DayOfEffort) -> DayOfEffort:
    """An independent copy."""
    return replace(day, entries=dict(day.entries), retracted=set(day.retracted))


def apply(day: DayOfEffort, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case EffortLogged() | EffortCorrected():
            day.person_id, day.day = event.person_id, event.day
            serves = For(event.objective_id, event.key_result_id, event.initiative_id)
            day.entries[event.effort_id] = Entry(event.minutes, event.note, Spent(event.task_id, serves, tuple(event.team_ids)))
        case EffortRetracted():
            day.entries.pop(event.effort_id, None)
            day.retracted.add(event.effort_id)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a day's effort")


def day_id(tenant_id: Id, person_id: Id, day: Day) -> Id:
    """The aggregate of a person's day."""
    return id_of_name("effort", tenant_id, person_id, str(day))


def log(day: DayOfEffort, wanted: Logging) -> EffortLogged:
    """Time that a person spent, today or on an earlier day.

    Raises Refused: INVALID, DAY_IN_FUTURE, EFFORT_OVER_A_DAY for more than the day has left, TOO_MUCH_LOGGED.
    """
    require_day("day", wanted.day)
    if wanted.day > wanted.today:
        message = f"{day_text(wanted.day)} has not come yet; today is {day_text(wanted.today)}, and effort is time that was spent"
        raise invalid("day", message, "DAY_IN_FUTURE")
    require_text("note", wanted.note, LONGEST_NOTE)
    for team_id in wanted.spent.team_ids:
        require_id("team_ids", team_id)
    _require_left(wanted.minutes, day.minutes, wanted.day)
    if len(day.entries) + len(day.retracted) >= MOST_OF_A_DAY:
        message = f"of {day_text(wanted.day)} you have logged {MOST_OF_A_DAY} times, and no day takes more; correct one of those"
        raise Refused("TOO_MUCH_LOGGED", message, field="day")
    return EffortLogged(
        effort_id=wanted.effort_id,
        person_id=wanted.person_id,
        day=wanted.day,
        minutes=wanted.minutes,
        note=wanted.note,
        team_ids=wanted.spent.team_ids,
        **_on(wanted.spent),
    )


def correct(day: DayOfEffort, effort_id: Id, wanted: CorrectEffortRequest) -> list[EffortCorrected]:
    """Another time, or another note; nothing when it is all so already. Also where the work has ended since.

    Raises Refused: EFFORT_UNKNOWN, EFFORT_RETRACTED, INVALID, EFFORT_OVER_A_DAY.
    """
    entry = _standing(day, effort_id)
    minutes = wanted.minutes if wanted.HasField("minutes") else entry.minutes
    note = wanted.note if wanted.HasField("note") else entry.note
    if (minutes, note) == (entry.minutes, entry.note):
        return []
    require_text("note", note, LONGEST_NOTE)
    _require_left(minutes, day.minutes - entry.minutes, day.day)
    whose = {"effort_id": effort_id, "person_id": day.person_id}
    on = _on(entry.spent)
    return [EffortCorrected(day=day.day, minutes=minutes, note=note, team_ids=entry.spent.team_ids, **whose, **on)]


def retract(day: DayOfEffort, effort_id: Id, reason: str) -> list[EffortRetracted]:
    """Take back what was logged: it counts no more. Nothing when it was taken back already.

    Raises Refused: EFFORT_UNKNOWN, INVALID.
    """
    require_text("reason", reason, 1000)
    if effort_id in day.retracted:
        return []
    entry = _standing(day, effort_id)
    whose = {"effort_id": effort_id, "person_id": day.person_id}
    return [EffortRetracted(day=day.day, reason=reason, team_ids=entry.spent.team_ids, **whose, **_on(entry.spent))]


def require_worked_on(task: Task, day: Day) -> None:
    """Raises Refused (TASK_UNKNOWN, EFFORT_AFTER_END) unless the task was there to be worked on, on a day."""
    if task.state == TASK_STATE_UNSPECIFIED:
        raise unknown_task()
    if task.state != TASK_STATE_OPEN:
        _require_not_after(day, task.state_from, f"the task {task.title!r}")


def require_moved(initiative: Initiative, day: Day) -> None:
    """Raises Refused (INITIATIVE_UNKNOWN, EFFORT_AFTER_END) unless the initiative was there to be worked on, on a day."""
    if initiative.state == INITIATIVE_STATE_UNSPECIFIED:
        raise unknown_initiative()
    if initiative.state in ENDED:
        _require_not_after(day, initiative.changed_from.get("state", SINCE_EVER), f"the initiative {initiative.title!r}")


def require_served(objective: Objective, day: Day) -> None:
    """Raises Refused (EFFORT_AFTER_END) where the objective that the work serves had ended by a day."""
    if objective.ended:
        _require_not_after(day, objective.state_from, "the objective that this serves")


def unknown_effort() -> Refused:
    """There is no such entry, or it is somebody else's."""
    return Refused("EFFORT_UNKNOWN", "there is no such entry of yours", kind=Kind.UNKNOWN, field="effort_id")


def _standing(day: DayOfEffort, effort_id: Id) -> Entry:
    if effort_id in day.retracted:
        raise Refused("EFFORT_RETRACTED", "this was taken back; log it anew")
    if effort_id not in day.entries:
        raise unknown_effort()
    return day.entries[effort_id]


def _on(spent: Spent) -> dict[str, Id]:
    return {"task_id": spent.task_id, **spent.serves._asdict()}


def _require_left(minutes: int, others: int, day: Day) -> None:
    if not 1 <= minutes <= MINUTES_OF_A_DAY:
        raise invalid("minutes", f"from 1 to {MINUTES_OF_A_DAY} minutes are logged at a time; this is {minutes}")
    if others + minutes > MINUTES_OF_A_DAY:
        left = MINUTES_OF_A_DAY - others
        message = (
            f"of {day_text(day)} {duration_text(others)} are logged; {duration_text(left)} are left, and this is {duration_text(minutes)}"
        )
        raise invalid("minutes", message, "EFFORT_OVER_A_DAY")


def duration_text(minutes: int) -> str:
    """Minutes as people write them: 1 h 30 min."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part)


def _require_not_after(day: Day, ended_on: Day, what: str) -> None:
    if day > ended_on:
        when = f" on {day_text(ended_on)}" if ended_on != SINCE_EVER else ""
        raise invalid("day", f"{what} ended{when}; name a day on which it was worked on", "EFFORT_AFTER_END")
