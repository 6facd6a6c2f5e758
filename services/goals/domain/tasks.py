"""Tasks: given to one person, for an objective, a key result, an initiative or nothing; done by whoever has or gave them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import (
    PRIORITY_NORMAL,
    PRIORITY_UNSPECIFIED,
    TASK_STATE_CANCELLED,
    TASK_STATE_DONE,
    TASK_STATE_OPEN,
    TASK_STATE_UNSPECIFIED,
    Priority,
    TaskCancelled,
    TaskDone,
    TaskGiven,
    TaskReassigned,
    TaskReopened,
    TaskRevised,
    TaskState,
)
from cairn.goals.v1.service_pb2 import GiveTaskRequest, ReviseTaskRequest
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from goals.domain.objectives import fields_changed, fields_that_hold, latest
from goals.domain.references import require_reference
from goals.domain.values import require_id, require_title
from shared.holding import SINCE_EVER, Asked, day_of, require_day
from shared.texts import require_text


class For(NamedTuple):
    """What work serves in the end: an objective, and on the way a key result of it, an initiative for it. Empty: nothing."""

    objective_id: Id = b""
    key_result_id: Id = b""
    initiative_id: Id = b""


NOTHING: Final = For()


@dataclass(slots=True)
class Task:
    """Folded from the events of one task; it does not exist while its state is unspecified."""

    task_id: Id = b""
    title: str = ""
    assignee_id: Id = b""
    giver_id: Id = b""
    priority: Priority.ValueType = PRIORITY_UNSPECIFIED
    due_day: Day = 0  # 0: none
    serves: For = NOTHING
    state: TaskState.ValueType = TASK_STATE_UNSPECIFIED
    state_from: Day = SINCE_EVER
    assigned_from: Day = SINCE_EVER
    changed_from: dict[str, Day] = field(default_factory=dict)  # by field that was revised: from which day on its value holds


def copy(task: Task) -> Task:
    """An independent copy."""
    return replace(task, changed_from=dict(task.changed_from))


def apply(task: Task, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case TaskGiven():
            task.task_id, task.title, task.priority, task.due_day = event.task_id, event.title, event.priority, event.due_day
            task.assignee_id, task.giver_id = event.assignee_id, event.giver_id
            task.serves = For(event.objective_id, event.key_result_id, event.initiative_id)
            task.state = TASK_STATE_OPEN
        case TaskRevised():
            for name in fields_that_hold(event, task.changed_from):
                setattr(task, name, getattr(event, name))
                task.changed_from[name] = day_of(event)
        case TaskReassigned():
            task.assignee_id, task.assigned_from = event.assignee_id, day_of(event)
        case TaskDone():
            task.state, task.state_from = TASK_STATE_DONE, day_of(event)
        case TaskReopened():
            task.state, task.state_from = TASK_STATE_OPEN, day_of(event)
        case TaskCancelled():
            task.state, task.state_from = TASK_STATE_CANCELLED, day_of(event)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a task")


def give(task: Task, task_id: Id, giver_id: Id, wanted: GiveTaskRequest, serves: For) -> TaskGiven:
    """A new task: of normal priority, and one's own, unless it is wanted otherwise.

    Raises Refused: INVALID, or TASK_GIVEN when there is one under this id.
    """
    if task.state != TASK_STATE_UNSPECIFIED:
        raise Refused("TASK_GIVEN", f"task {id_text(task_id)} is there already", kind=Kind.TAKEN)
    if wanted.reference:
        require_reference("task", wanted.reference)
    require_title("title", wanted.title)
    assignee_id = wanted.assignee_id or giver_id
    require_id("assignee_id", assignee_id)
    _require_due(wanted.due_day)
    return TaskGiven(
        task_id=task_id,
        reference=wanted.reference,
        title=wanted.title,
        assignee_id=assignee_id,
        giver_id=giver_id,
        priority=wanted.priority or PRIORITY_NORMAL,
        due_day=wanted.due_day,
        objective_id=serves.objective_id,
        key_result_id=serves.key_result_id,
        initiative_id=serves.initiative_id,
        holds_from=SINCE_EVER,
        imported=wanted.imported or None,
    )


_PLAIN: Final = ("title", "priority", "due_day")


def revise(task: Task, wanted: ReviseTaskRequest, asked: Asked) -> list[TaskRevised | TaskReassigned]:
    """Change what `wanted` sets and is otherwise, and give it to somebody else; nothing when it is all so already.

    Raises Refused: TASK_UNKNOWN, TASK_NOT_OPEN, INVALID.
    """
    require_open(task)
    change, events = TaskRevised(), list[TaskRevised | TaskReassigned]()
    for name in _PLAIN:
        if wanted.HasField(name) and getattr(wanted, name) != getattr(task, name):
            setattr(change, name, getattr(wanted, name))
    if change.HasField("title"):
        require_title("title", change.title)
    if change.HasField("priority") and change.priority == PRIORITY_UNSPECIFIED:
        raise invalid("priority", "leave it out, or say which")
    _require_due(change.due_day)
    if change.ListFields():
        change.holds_from = asked.day_of_change(draft=False, held_from=latest(fields_changed(change), task.changed_from))
        change.task_id = task.task_id
        events.append(change)
    if wanted.HasField("assignee_id") and wanted.assignee_id != task.assignee_id:
        events.append(reassign(task, wanted.assignee_id, asked))
    return events


def reassign(task: Task, assignee_id: Id, asked: Asked) -> TaskReassigned:
    """Give a task to somebody else. Raises Refused: TASK_UNKNOWN, TASK_NOT_OPEN, INVALID."""
    require_open(task)
    require_id("assignee_id", assignee_id)
    return TaskReassigned(
        task_id=task.task_id,
        assignee_id=assignee_id,
        holds_from=asked.day_of_change(draft=False, held_from=task.assigned_from),
        from_assignee_id=task.assignee_id,
    )


def finish(task: Task, asked: Asked, *, imported: bool = False) -> list[TaskDone]:
    """It is done, today or on the day named; nothing where it was done already.

    Raises Refused: TASK_UNKNOWN, TASK_CANCELLED, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    require_known(task)
    if task.state == TASK_STATE_DONE:
        return []
    require_open(task)
    holds_from = asked.day(draft=False, not_before=task.state_from)
    people = {"assignee_id": task.assignee_id, "giver_id": task.giver_id}
    return [TaskDone(task_id=task.task_id, holds_from=holds_from, imported=imported or None, **people)]


def reopen(task: Task, reason: str, asked: Asked) -> list[TaskReopened]:
    """What was done or cancelled is open again; nothing where it is open.

    Raises Refused: TASK_UNKNOWN, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    require_known(task)
    require_text("reason", reason, 1000)
    if task.state == TASK_STATE_OPEN:
        return []
    return [TaskReopened(task_id=task.task_id, reason=reason, holds_from=asked.day(draft=False, not_before=task.state_from))]


def cancel(task: Task, reason: str, asked: Asked) -> TaskCancelled:
    """Give a task up. Raises Refused: TASK_UNKNOWN, TASK_NOT_OPEN, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY."""
    require_open(task)
    require_text("reason", reason, 1000)
    return TaskCancelled(task_id=task.task_id, reason=reason, holds_from=asked.day(draft=False, not_before=task.state_from))


def require_known(task: Task) -> None:
    """Raises Refused (TASK_UNKNOWN) unless there is such a task."""
    if task.state == TASK_STATE_UNSPECIFIED:
        raise unknown_task()


def require_open(task: Task) -> None:
    """Raises Refused (TASK_UNKNOWN, TASK_NOT_OPEN) unless the task is still to be done."""
    require_known(task)
    if task.state != TASK_STATE_OPEN:
        state = TaskState.Name(task.state).removeprefix("TASK_STATE_").lower()
        raise Refused("TASK_NOT_OPEN", f"the task {task.title!r} is {state}; reopen it first")


def unknown_task(field_name: str = "task_id") -> Refused:
    """There is no such task, or none that the caller may see."""
    return Refused("TASK_UNKNOWN", "there is no such task", kind=Kind.UNKNOWN, field=field_name)


def _require_due(day: Day) -> None:
    if day:
        require_day("due_day", day)
