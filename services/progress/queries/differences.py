"""What is otherwise since an event, field by field: what it was and what it is, each as the kind of value that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id
from progress.queries.reading import Called


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
    "milestone_titles": ("milestones", items),
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
    """What is otherwise in a definition, in the order of its fields; of what is several fields, once, by the first that can be told."""
    found: dict[str, FieldChange] = {}
    for name, value in present.items():
        if value == before[name] or (told := _TOLD.get(name)) is None:
            continue
        field, say = told
        change = FieldChange(field, say(before[name]), say(value))
        if field not in found or (found[field].before, found[field].after) == (None, None):
            found[field] = change
    return tuple(found.values())


def cycles_in(changes: tuple[FieldChange, ...]) -> set[Id]:
    """The cycles that are told of."""
    return {said.value for change in changes for said in (change.before, change.after) if said is not None and said.kind == "cycle_id"}
