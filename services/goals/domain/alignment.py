"""What each objective of a tenant is aligned to: one stream a tenant, so that parents cannot form a loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import ObjectiveAligned
from chassis.days import Day
from chassis.errors import Refused
from chassis.ids import Id, id_of_name, id_text
from goals.domain.values import changed_meanwhile
from shared.holding import SINCE_EVER, Asked, day_of


@dataclass(frozen=True, slots=True)
class Parent:
    """What an objective serves: another objective, or one key result of another objective."""

    objective_id: Id  # with a key result: its home
    key_result_id: Id = b""


@dataclass(slots=True)
class Alignment:
    """Folded from the alignment events of one tenant; an objective that is not here is at the top of the tree."""

    parents: dict[Id, Parent] = field(default_factory=dict)
    aligned_from: dict[Id, Day] = field(default_factory=dict)  # by objective that was ever aligned: since when it stands where it does


def apply(alignment: Alignment, event: Message) -> None:
    """Folds one event. Raises TypeError for another than that an objective was aligned."""
    if not isinstance(event, ObjectiveAligned):
        raise TypeError(f"{type(event).__name__} is no event of an alignment")
    match event.WhichOneof("parent"):
        case "parent_objective_id":
            alignment.parents[event.objective_id] = Parent(event.parent_objective_id)
        case "parent_key_result_id":
            alignment.parents[event.objective_id] = Parent(event.parent_key_results_objective_id, event.parent_key_result_id)
        case None:
            alignment.parents.pop(event.objective_id, None)
    alignment.aligned_from[event.objective_id] = day_of(event)


def copy(alignment: Alignment) -> Alignment:
    """An independent copy."""
    return Alignment(dict(alignment.parents), dict(alignment.aligned_from))


def alignment_id(tenant_id: Id) -> Id:
    """The aggregate that holds a tenant's tree."""
    return id_of_name(tenant_id, "alignment")


def align(alignment: Alignment, objective_id: Id, parent: Parent | None, asked: Asked, *, draft: bool) -> list[ObjectiveAligned]:
    """Align an objective to `parent`, or, without one, take it to the top; nothing where it is so already.

    A child is an addition to its parent: `draft` tells whether that is a draft. What another parent loses it loses from now on.

    Raises Refused: PARENT_LOOP when the objective would come to serve itself, be it through key results, INVALID, HOLDS_FROM_AHEAD,
    HOLDS_FROM_TOO_EARLY.
    """
    if alignment.parents.get(objective_id) == parent:
        return []
    had_none = objective_id not in alignment.parents
    holds_from = asked.day(draft=draft and had_none, not_before=alignment.aligned_from.get(objective_id, SINCE_EVER))
    if parent is None:
        return [ObjectiveAligned(objective_id=objective_id, holds_from=holds_from)]
    _require_no_loop(alignment, objective_id, parent.objective_id, "parent")
    aligned = ObjectiveAligned(objective_id=objective_id, holds_from=holds_from)
    if parent.key_result_id:
        aligned.parent_key_result_id = parent.key_result_id
        aligned.parent_key_results_objective_id = parent.objective_id
    else:
        aligned.parent_objective_id = parent.objective_id
    return [aligned]


def aligned_under(alignment: Alignment, key_result_id: Id) -> list[Id]:
    """The objectives that serve a key result, in the order of their ids."""
    return sorted(i for i, parent in alignment.parents.items() if parent.key_result_id == key_result_id)


def go_along(alignment: Alignment, objective_id: Id, key_result_id: Id, home_id: Id, holds_from: Day) -> list[ObjectiveAligned]:
    """Let an objective that serves a key result go along with that, which belongs to another objective from a day on.

    Raises Refused: PARENT_LOOP where that one serves the objective already, CONTENTION where this one is being aligned otherwise.
    """
    parent = alignment.parents.get(objective_id)
    if parent is None or parent.key_result_id != key_result_id:
        raise _being_aligned()
    _require_no_loop(alignment, objective_id, home_id, "to_objective_id")
    return [
        ObjectiveAligned(
            objective_id=objective_id,
            parent_key_result_id=key_result_id,
            parent_key_results_objective_id=home_id,
            holds_from=max(holds_from, alignment.aligned_from.get(objective_id, SINCE_EVER)),
        )
    ]


def require_aligned_under(alignment: Alignment, key_result_id: Id, objective_ids: Sequence[Id]) -> None:
    """Raises Refused (CONTENTION) unless it is these objectives that serve a key result."""
    if aligned_under(alignment, key_result_id) != list(objective_ids):
        raise _being_aligned()


def _being_aligned() -> Refused:
    return changed_meanwhile("what is aligned to the key result is being aligned")


def _require_no_loop(alignment: Alignment, objective_id: Id, parent_id: Id, field: str) -> None:
    if objective_id == parent_id or objective_id in ancestors(alignment, parent_id):
        raise Refused(
            "PARENT_LOOP",
            f"objective {id_text(parent_id)} already serves {id_text(objective_id)}; parents must not form a loop",
            field=field,
        )


def ancestors(alignment: Alignment, objective_id: Id) -> Iterator[Id]:
    """The objectives that `objective_id` serves, nearest first."""
    while (parent := alignment.parents.get(objective_id)) is not None:
        objective_id = parent.objective_id
        yield objective_id
