"""What a row of facts changed, told in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final, NamedTuple, assert_never

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Day, Microseconds, date_of, utc_day_of_old_event
from chassis.ids import Id
from progress.domain.points import BEFORE_ALL_DAYS
from progress.facts import FOR_EVER, CheckInKind, CommentChange, CommentKind, KeyResultDefinition, ObjectiveDefinition
from progress.queries import differences
from progress.queries.differences import FieldChange
from progress.queries.reading import Called
from shared import figures
from shared.milestones import numbers_done

Row = Any
"""A row of a statement of `progress.queries.history`: its columns by name."""


class Change(NamedTuple):
    """One event, as it changed an objective or a key result."""

    known_from: Microseconds
    log: str
    position: int
    event_id: Id
    event_type: str
    true_on: Day  # BEFORE_ALL_DAYS: of what holds since ever
    actor_id: Id
    on_behalf_of: Id | None
    objective_id: Id | None
    key_result_id: Id | None
    summary: str
    check_in_id: Id | None = None
    superseded: bool = False
    value: float | None = None
    comment: str = ""
    reason: str = ""
    objective: Called | None = None  # that it is about, or that the key result is of; None: one that the caller may not know of
    key_result: Called | None = None
    fields: tuple[FieldChange, ...] = ()
    goalpost_moved: bool = False
    moved: tuple[Id, Id] | None = None  # of a key result: from one objective to another


_MOVED: Final = goals.KeyResultMovedIn.DESCRIPTOR.full_name
_GIVEN_UP: Final = (goals.ObjectiveCancelled.DESCRIPTOR.full_name, goals.KeyResultCancelled.DESCRIPTOR.full_name)
"""The events whose note is a reason; of others it is what came of it."""

_NOT_TO_BE_SEEN: Final = "an objective that you cannot see"


def versions(rows: Iterable[Row], definition: type[ObjectiveDefinition | KeyResultDefinition], thing: str) -> list[Change]:
    """Versions of definitions, in the order of their positions: each event says what it changed of what held before it on its own day."""
    changes = []
    earlier: dict[Id, list[Row]] = {}
    for (own_id, _), said in groupby(rows, key=lambda row: (getattr(row, definition._fields[0]), row.position)):
        made = sorted(said, key=lambda row: row.true_from)
        row = made[0]
        before = holding(earlier.setdefault(own_id, []), row.true_from)
        earlier[own_id] += made
        present = _fields(row, definition)
        named_its_day = before is None or row.says  # of old, it went by the recording
        changes.append(
            _of_goals(
                row,
                objective_id=present["objective_id"],
                key_result_id=present.get("key_result_id"),
                summary=f"{thing} defined: {present['title']}"
                if before is None
                else _difference(_fields(before, definition), present, goalpost_moved=row.goalpost_moved),
                comment="" if row.event_type in _GIVEN_UP else row.note,
                reason=row.note if row.event_type in _GIVEN_UP else "",
            )._replace(
                true_on=int(row.true_from) if named_its_day else utc_day_of_old_event(row.known_from),
                fields=() if before is None else differences.differences(_fields(before, definition), present),
                goalpost_moved=before is not None and row.goalpost_moved,
                moved=(before.objective_id, row.objective_id) if before is not None and row.event_type == _MOVED else None,
            )
        )
    return changes


def holding(rows: Iterable[Row], day: Day) -> Row | None:
    """Of the rows of one thing, the one that holds on a day."""
    return max((row for row in rows if row.true_from <= day), key=lambda row: (row.position, row.true_from), default=None)


def _fields(row: Row, definition: type[ObjectiveDefinition | KeyResultDefinition]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in definition._fields}


def moved_away(row: Row) -> Change:
    """A key result of an objective was moved to another one."""
    what = " ".join(filter(None, ("key result", row.reference)))
    return _of_goals(row, objective_id=row.from_objective_id, summary=f"{what} moved to {row.to_name or _NOT_TO_BE_SEEN}")


def moved_in(before: Called | None, after: Called | None) -> str:
    """A key result was moved from one objective to another; None: one that the caller may not see."""
    names = (_NOT_TO_BE_SEEN if one is None else one.reference or one.title for one in (before, after))
    return "moved from {} to {}".format(*names)


def with_cycles_named(change: Change, names: Mapping[Id, str]) -> Change:
    """The same, with the cycles called by name that it was moved between."""
    for field in change.fields:
        if field.field == "cycle" and field.before is not None and field.after is not None:
            before, after = (names.get(said.value, "another one") for said in (field.before, field.after))
            return change._replace(summary=change.summary.replace(_CYCLE_CHANGED, f"cycle {before} → {after}", 1))
    return change


def alignment(row: Row) -> Change:
    """Another place in the tree."""
    summary = "at the top" if row.parent_objective_id is None else f"parent: {row.parent_name or _NOT_TO_BE_SEEN}"
    moved = FieldChange("parent", differences.objective(_parent(row, "before_")), differences.objective(_parent(row, "")))
    return _of_goals(row, objective_id=row.objective_id, summary=summary)._replace(fields=(moved,))


def _parent(row: Row, which: str) -> Called | None:
    """The parent that an alignment names, or the one before it; None: none, or one that the caller may not see."""
    objective_id, name = getattr(row, f"{which}parent_objective_id"), getattr(row, f"{which}parent_name")
    return None if objective_id is None or name is None else Called(objective_id, "", name)


def share(row: Row) -> Change:
    """A key result counts for another objective, or no longer does."""
    summary = f"{'counts' if row.counts else 'no longer counts'} for {row.objective_name or 'another objective'}"
    called = differences.objective(None if row.objective_name is None else Called(row.counted_by, "", row.objective_name))
    change = FieldChange("counts_for", None, called) if row.counts else FieldChange("counts_for", called, None)
    return _of_goals(row, key_result_id=row.key_result_id, summary=summary)._replace(fields=(change,))


def grade(row: Row) -> Change:
    """A grade was given, or abstained from."""
    if row.grade is None:
        summary = "grade abstained from"
    elif row.grade_before is None:
        summary = f"grade {figures.short(row.grade)}"
    else:
        summary = f"grade {figures.short(row.grade_before)} → {figures.short(row.grade)}"
    fields = (FieldChange("grade", differences.number(row.grade_before), differences.number(row.grade)),)
    return _of_check_ins(row, row.event_type, summary, row.grade, reason=row.comment)._replace(fields=fields)


def looked_back(row: Row) -> Change:
    """What was said of an objective when it was looked back on."""
    said = [f"{what}: {text}" for what, text in (("went well", row.well), ("learnt", row.learnt)) if text]
    carried = [] if row.carried_over is None else ["carried over" if row.carried_over else "not carried over"]
    return _of_goals(
        row, objective_id=row.objective_id, summary="; ".join([*said, *carried]) or "looked back on", comment=row.outcome or ""
    )


def check_in(row: Row) -> Change:
    """A check-in was recorded, abstained from, corrected, retracted or restored."""
    kind = CheckInKind(row.kind)
    summary, event_type = _check_in_summary(row, kind)
    superseded = kind != CheckInKind.RETRACTED and row.known_to != FOR_EVER
    said = {"reason": row.comment} if kind in _REASONED else {"comment": row.comment}
    return _of_check_ins(row, event_type.DESCRIPTOR.full_name, summary, row.value, **said)._replace(
        check_in_id=row.check_in_id, superseded=superseded, fields=_reported_fields(row, kind)
    )


def _reported_fields(row: Row, kind: CheckInKind) -> tuple[FieldChange, ...]:
    """What a check-in says, and what was said before it; of one that was taken back, what it said."""
    if kind in (CheckInKind.ABSTAINED, CheckInKind.ABSTENTION_RESTORED):
        return ()
    blockers = (FieldChange("blockers", None, differences.items(row.blockers)),) if row.blockers else ()
    if row.milestones_done is not None or row.milestones_before is not None:
        return (FieldChange("milestones_done", _done(row.milestones_before), _done(row.milestones_done)), *blockers)
    return (FieldChange("value", differences.number(row.value_before), differences.number(row.value)), *blockers)


def _done(done: int | None) -> differences.ChangedValue | None:
    return None if done is None else differences.items(map(str, numbers_done(done)))


def comment(row: Row) -> Change:
    """Something was said, edited or taken back, or feedback was declined. The words themselves stand where comments are listed."""
    change = CommentChange(row.change)
    match change:
        case CommentChange.WRITTEN:
            summary = _SAID[CommentKind(row.kind)]
        case CommentChange.EDITED:
            summary = "comment edited"
        case CommentChange.TAKEN_BACK:
            summary = "comment taken back"
        case CommentChange.DECLINED:
            summary = "feedback declined"
        case other:
            assert_never(other)
    return Change(
        known_from=row.known_from,
        log="checkins",
        position=row.position,
        event_id=row.event_id,
        event_type=row.event_type,
        true_on=BEFORE_ALL_DAYS if row.written_day is None else row.written_day,
        actor_id=row.actor_id,
        on_behalf_of=row.on_behalf_of,
        objective_id=row.objective_id if row.key_result_id is None else None,
        key_result_id=row.key_result_id,
        summary=summary,
        check_in_id=row.check_in_id,
        reason=row.text if change in (CommentChange.TAKEN_BACK, CommentChange.DECLINED) else "",
    )


_SAID: Final = {
    CommentKind.COMMENT: "comment",
    CommentKind.KUDOS: "kudos",
    CommentKind.ACKNOWLEDGEMENT: "acknowledged",
    CommentKind.FEEDBACK_REQUEST: "feedback asked for",
    CommentKind.FEEDBACK: "feedback given",
}
_REASONED: Final = (CheckInKind.ABSTAINED, CheckInKind.RETRACTED, CheckInKind.ABSTENTION_RESTORED)
"""What is said of a check-in with a reason; the others bear a comment, or the reason of a correction that has none."""


def _check_in_summary(row: Row, kind: CheckInKind) -> tuple[str, Any]:
    """In words, and which event says it."""
    said, earlier = _reported(row.value, row.milestones_done), _reported(row.value_before, row.milestones_before)
    changed = said if not earlier or said == earlier else f"{earlier} → {said.removeprefix('value ')}"
    match kind:
        case CheckInKind.RECORDED:
            return changed, checkins.CheckInRecorded
        case CheckInKind.CORRECTED:
            return f"corrected: {changed}", checkins.CheckInCorrected
        case CheckInKind.ABSTAINED:
            return "abstained", checkins.CheckInAbstained
        case CheckInKind.RETRACTED:
            return f"retracted: {earlier}" if earlier else "retracted", checkins.CheckInRetracted
        case CheckInKind.RESTORED:
            return f"restored: {changed}", checkins.CheckInRestored
        case CheckInKind.ABSTENTION_RESTORED:
            return "restored: abstained", checkins.CheckInRestored
        case other:
            assert_never(other)


def _of_check_ins(row: Row, event_type: str, summary: str, value: float | None, *, comment: str = "", reason: str = "") -> Change:
    return Change(
        known_from=row.known_from,
        log="checkins",
        position=row.position,
        event_id=row.event_id,
        event_type=event_type,
        true_on=row.true_on,
        actor_id=row.actor_id,
        on_behalf_of=row.on_behalf_of,
        objective_id=None,
        key_result_id=row.key_result_id,
        summary=summary,
        value=value,
        comment=comment,
        reason=reason,
    )


def _of_goals(
    row: Row, *, summary: str, objective_id: Id | None = None, key_result_id: Id | None = None, comment: str = "", reason: str = ""
) -> Change:
    return Change(
        known_from=row.known_from,
        log="goals",
        position=row.position,
        event_id=row.event_id,
        event_type=row.event_type,
        true_on=int(row.true_from),
        actor_id=row.actor_id,
        on_behalf_of=row.on_behalf_of,
        objective_id=objective_id,
        key_result_id=key_result_id,
        summary=summary,
        comment=comment,
        reason=reason,
    )


_STATES: Final = {
    goals.OBJECTIVE_STATE_DRAFT: "draft",
    goals.OBJECTIVE_STATE_ACTIVE: "active",
    goals.OBJECTIVE_STATE_CLOSED: "closed",
    goals.OBJECTIVE_STATE_CANCELLED: "cancelled",
}
_APPROVALS: Final = {
    goals.APPROVAL_UNSPECIFIED: "changed since it was approved",
    goals.APPROVAL_SUBMITTED: "submitted for approval",
    goals.APPROVAL_APPROVED: "approved",
    goals.APPROVAL_SENT_BACK: "sent back",
}
_ENUMS: Final = {
    "level": goals.Level,
    "kind": goals.ObjectiveKind,
    "visibility": goals.Visibility,
    "roll_up": goals.RollUp,
    "mode": goals.MaintainMode,
}


_CYCLE_CHANGED: Final = "cycle changed"
"""Until its name is known: versions say its id."""

_TOLD_AS_CHANGED: Final = {
    "why": "why changed",
    "labels": "labels changed",
    "cycle_id": _CYCLE_CHANGED,
    "team": "team changed",
    "team_id": "team changed",
    "pillar_id": "pillar changed",
    "owner_id": "owner changed",
    "creator_id": "creator changed",
    "contributor_ids": "contributors changed",
    "named_person_ids": "named people changed",
    "objective_id": "objective changed",
    "owner_ids": "owners changed",
    "owner_shares": "owners changed",
    "plan_days": "plan changed",
    "plan_shares": "plan changed",
    "first_day": "first day changed",
    "milestone_titles": "milestones changed",
    "milestone_weights": "milestones changed",
    "milestone_due_days": "milestones changed",
}
"""What changed where neither what was nor what is fits into a line."""


def _difference(before: dict[str, Any], present: dict[str, Any], *, goalpost_moved: bool) -> str:
    parts = []
    for name, value in present.items():
        if value == before[name]:
            continue
        if name == "cancelled":
            parts.append("cancelled")
        elif name == "state":
            parts.append(_STATES[value])
        elif name == "approval":
            parts.append(_APPROVALS[value])
        elif (changed := _TOLD_AS_CHANGED.get(name)) is not None:
            parts.append(changed)
        else:
            parts.append(f"{name.replace('_', ' ')} {_shown(name, before[name])} → {_shown(name, value)}")
    said = ", ".join(dict.fromkeys(parts)) or "nothing changed"  # milestones are several fields
    return f"{said} (goalpost moved)" if goalpost_moved else said


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "none"
    if name in _ENUMS:
        return str(_ENUMS[name].Name(value).split("_", 2)[-1].lower())
    if name == "due_day" and not value:
        return "with its objective"
    if name.endswith("_day"):
        return date_of(value).isoformat() if value else "none"
    return figures.short(value) if isinstance(value, float) else str(value) or "none"


def _reported(value: float | None, done: int | None) -> str:
    if value is not None:
        return f"value {figures.short(value)}"
    if done is None:
        return ""
    return f"milestones done: {', '.join(map(str, numbers_done(done))) or 'none'}"
