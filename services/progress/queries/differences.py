"""What is otherwise since an event, field by field: what it was and what it is, each as the kind of value that it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Day, date_of
from chassis.ids import Id
from progress.domain import measures
from progress.queries.reading import Called
from shared import figures


class ChangedValue(NamedTuple):
    """What a field says; `kind` is the field of the message that tells it."""

    kind: str
    value: Any


class FieldChange(NamedTuple):
    """A field that says something else since; None: it said nothing, or nothing that the caller may know of."""

    field: str
    before: ChangedValue | None
    after: ChangedValue | None


Told = Callable[[Any], ChangedValue | None]


def number(value: float | None) -> ChangedValue | None:
    """A figure."""
    return None if value is None else ChangedValue("number", float(value))


def items(values: Any) -> ChangedValue | None:
    """Texts in their order."""
    return ChangedValue("items", list(values)) if values else None


def objective(called: Called | None) -> ChangedValue | None:
    """An objective, by what it is called now; None: one that the caller may not know of."""
    return None if called is None else ChangedValue("objective", called)


def _of(kind: str) -> Told:
    return lambda value: ChangedValue(kind, value) if value else None


def _word(enum: Any) -> Told:
    """One of an enum's, without its prefix: that of its first."""
    prefix = enum.Name(0).removesuffix("UNSPECIFIED")
    return lambda value: ChangedValue("word", enum.Name(value).removeprefix(prefix).lower()) if value else None


def _people(value: Any) -> ChangedValue | None:
    several = [value] if isinstance(value, bytes) else list(value or ())
    return ChangedValue("person_ids", several) if several else None


def _untold(_: Any) -> None:
    return None


_TEXT, _DAY, _CYCLE = _of("text"), _of("day"), _of("cycle_id")
_CANCELLED: Told = lambda value: ChangedValue("word", "cancelled") if value else None  # noqa: E731

_TOLD: Final[Mapping[str, tuple[str, Told]]] = {
    "reference": ("reference", _TEXT),
    "title": ("title", _TEXT),
    "why": ("why", _TEXT),
    "level": ("level", _word(goals.Level)),
    "owner_id": ("owner", _people),
    "creator_id": ("creator", _people),
    "team": ("team", _TEXT),
    "team_id": ("team", _of("team_id")),
    "contributor_ids": ("contributors", _people),
    "named_person_ids": ("named_people", _untold),  # told to few
    "start_day": ("start_day", _DAY),
    "due_day": ("due_day", _DAY),
    "first_day": ("first_day", _DAY),
    "kind": ("kind", _word(goals.ObjectiveKind)),
    "visibility": ("visibility", _word(goals.Visibility)),
    "roll_up": ("roll_up", _word(goals.RollUp)),
    "labels": ("labels", items),
    "state": ("state", _word(goals.ObjectiveState)),
    "approval": ("approval", _word(goals.Approval)),
    "child_weight": ("child_weight", number),
    "pillar_id": ("pillar", _of("pillar_id")),
    "cycle_id": ("cycle", _CYCLE),
    "objective_id": ("objective", _untold),  # which one it belongs to is told of those alone that the caller may know of
    "owner_ids": ("owners", _people),
    "owner_shares": ("owners", _untold),
    "weight": ("weight", number),
    "measure": ("measure", _untold),
    "start": ("start", number),
    "target": ("target", number),
    "unit": ("unit", _TEXT),
    "milestone_titles": ("milestones", _untold),  # as a whole
    "milestone_weights": ("milestones", _untold),
    "milestone_due_days": ("milestones", _untold),
    "cancelled": ("state", _CANCELLED),
    "low": ("low", number),
    "high": ("high", number),
    "mode": ("mode", _word(goals.MaintainMode)),
    "commit": ("commit", number),
    "stretch": ("stretch", number),
    "plan_days": ("plan", _untold),
    "plan_shares": ("plan", _untold),
    "feeds": ("feeds", _untold),
}
"""By field of a definition: what it is called where it is set, and how it is told."""


def differences(before: Mapping[str, Any], present: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """What is otherwise in a definition, in the order of its fields; of what is several fields, once."""
    changed = dict.fromkeys(told[0] for name, value in present.items() if value != before[name] and (told := _TOLD.get(name)) is not None)
    return tuple(_change(field, said(field, before), said(field, present)) for field in changed)


def _change(field: str, before: ChangedValue | None, after: ChangedValue | None) -> FieldChange:
    """Where both are told alike, what is otherwise is something that is not told, as a share of an owner: then neither is."""
    return FieldChange(field, None, None) if before == after else FieldChange(field, before, after)


def said(field: str, definition: Mapping[str, Any]) -> ChangedValue | None:
    """What a definition says of a field, as it is called where it is set; None: nothing, or nothing that is told."""
    if (whole := _WHOLE.get(field)) is not None:
        return whole(definition)
    values = (say(definition[name]) for name, (called, say) in _TOLD.items() if called == field and name in definition)
    return next((value for value in values if value is not None), None)


def _target(definition: Mapping[str, Any]) -> ChangedValue | None:
    """A baseline has none, though the column of its version has a number."""
    return None if definition["measure"] == measures.BASELINE.number else number(definition["target"])


def _milestones(definition: Mapping[str, Any]) -> ChangedValue | None:
    """By their titles, each with its weight and its day where it has one of its own: `title:weight:day`, as tables say them."""
    columns = (definition[name] or () for name in ("milestone_titles", "milestone_weights", "milestone_due_days"))
    return items([":".join(_of_milestone(*milestone)) for milestone in zip(*columns, strict=True)])


def _of_milestone(title: str, weight: float, due_day: Day) -> Iterator[str]:
    yield title
    if weight != 1 or due_day:
        yield figures.short(weight)
    if due_day:
        yield date_of(due_day).isoformat()


def _plan(definition: Mapping[str, Any]) -> ChangedValue | None:
    """By its points: `day:share`, as tables say them."""
    points = zip(definition["plan_days"] or (), definition["plan_shares"] or (), strict=True)
    return items([f"{date_of(day).isoformat()}:{figures.short(share)}" for day, share in points])


_WHOLE: Final[Mapping[str, Callable[[Mapping[str, Any]], ChangedValue | None]]] = {
    "target": _target,
    "milestones": _milestones,
    "plan": _plan,
}
"""By what a field is called: how it is told where one column does not say it."""


def cycles_in(changes: tuple[FieldChange, ...]) -> set[Id]:
    """The cycles that are told of."""
    return {said.value for change in changes for said in (change.before, change.after) if said is not None and said.kind == "cycle_id"}
