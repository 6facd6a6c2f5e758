"""What the events of the goals log say of objectives and key results: each event folded into a full new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id
from progress.domain import measures

DAY: Final = 86_400_000_000
"""Microseconds."""


class ObjectiveDefinition(NamedTuple):
    """One version of an objective. Its columns, in this order, are those of the tables `objective` and `objective_now`."""

    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    why: str
    level: int
    owner_id: Id | None
    creator_id: Id | None
    team: str
    contributor_ids: tuple[Id, ...]
    named_person_ids: tuple[Id, ...]
    start_day: int
    due_day: int
    kind: int
    visibility: int
    roll_up: int
    labels: tuple[str, ...]
    state: int


class KeyResultDefinition(NamedTuple):
    """One version of a key result. Its columns, in this order, are those of the tables `key_result` and `key_result_now`."""

    key_result_id: Id
    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    owner_ids: tuple[Id, ...]
    owner_shares: tuple[float | None, ...]
    weight: float
    due_day: int  # 0: the objective's
    measure: int
    start: float
    target: float
    unit: str
    milestone_titles: tuple[str, ...] | None  # None: not measured by milestones
    milestone_weights: tuple[float, ...] | None
    milestone_due_days: tuple[int, ...] | None
    cancelled: bool


def objective_defined(event: goals.ObjectiveDefined) -> ObjectiveDefinition:
    """The first version: a draft."""
    return ObjectiveDefinition(
        event.objective_id,
        event.cycle_id,
        event.reference,
        event.title,
        event.why,
        event.level or goals.LEVEL_COMPANY,
        event.owner_id or None,
        event.creator_id or None,
        event.team,
        tuple(event.contributor_ids),
        tuple(event.named_person_ids),
        event.start_day,
        event.due_day,
        event.kind or goals.OBJECTIVE_KIND_COMMITTED,
        event.visibility or goals.VISIBILITY_COMPANY,
        event.roll_up or goals.ROLL_UP_KEY_RESULTS,
        tuple(event.labels),
        goals.OBJECTIVE_STATE_DRAFT,
    )


def objective_revised(definition: ObjectiveDefinition, event: goals.ObjectiveRevised) -> ObjectiveDefinition:
    """Only what the event sets is changed."""
    changes: dict[str, Any] = {}
    for field, _ in event.ListFields():
        match field.name:
            case "title" | "why" | "level" | "team" | "start_day" | "due_day" | "kind" | "visibility" | "roll_up":
                changes[field.name] = getattr(event, field.name)
            case "owner_id":
                changes["owner_id"] = event.owner_id or None
            case "contributors":
                changes["contributor_ids"] = tuple(event.contributors.person_ids)
            case "named_people":
                changes["named_person_ids"] = tuple(event.named_people.person_ids)
            case "labels":
                changes["labels"] = tuple(event.labels.labels)
    return definition._replace(**changes)


def objective_activated(definition: ObjectiveDefinition, _event: goals.ObjectiveActivated) -> ObjectiveDefinition:
    """From draft to active."""
    return definition._replace(state=goals.OBJECTIVE_STATE_ACTIVE)


def objective_closed(definition: ObjectiveDefinition, _event: goals.ObjectiveClosed) -> ObjectiveDefinition:
    """The work on it is over."""
    return definition._replace(state=goals.OBJECTIVE_STATE_CLOSED)


def objective_cancelled(definition: ObjectiveDefinition, _event: goals.ObjectiveCancelled) -> ObjectiveDefinition:
    """It no longer counts for anything."""
    return definition._replace(state=goals.OBJECTIVE_STATE_CANCELLED)


def key_result_defined(event: goals.KeyResultDefined, cycle_id: Id) -> KeyResultDefinition:
    """The first version. `cycle_id` is its objective's."""
    measure = measures.BY_FIELD.get(event.WhichOneof("measure") or "", measures.GRADED)
    steps = event.milestones.milestones if measure is measures.MILESTONES else None
    start, target = (event.metric.start, event.metric.target) if measure is measures.METRIC else (0.0, 1.0)
    return KeyResultDefinition(
        event.key_result_id,
        event.objective_id,
        cycle_id,
        event.reference,
        event.title,
        tuple(owner.person_id for owner in event.owners),
        tuple(owner.share if owner.HasField("share") else None for owner in event.owners),
        event.weight,
        event.due_day,
        measure.number,
        start,
        target,
        event.metric.unit,
        None if steps is None else tuple(step.title for step in steps),
        None if steps is None else tuple(step.weight for step in steps),
        None if steps is None else tuple(step.due_day for step in steps),
        False,
    )


def key_result_revised(definition: KeyResultDefinition, event: goals.KeyResultRevised) -> KeyResultDefinition:
    """Only what the event sets is changed."""
    changes: dict[str, Any] = {}
    for field, _ in event.ListFields():
        match field.name:
            case "title" | "weight" | "due_day" | "start" | "target" | "unit":
                changes[field.name] = getattr(event, field.name)
            case "owners":
                changes["owner_ids"] = tuple(owner.person_id for owner in event.owners.owners)
                changes["owner_shares"] = tuple(owner.share if owner.HasField("share") else None for owner in event.owners.owners)
    return definition._replace(**changes)


def key_result_cancelled(definition: KeyResultDefinition, _event: goals.KeyResultCancelled) -> KeyResultDefinition:
    """It no longer counts for anything."""
    return definition._replace(cancelled=True)


OBJECTIVE_CHANGES: Final[dict[type, Callable[[ObjectiveDefinition, Any], ObjectiveDefinition]]] = {
    goals.ObjectiveRevised: objective_revised,
    goals.ObjectiveActivated: objective_activated,
    goals.ObjectiveClosed: objective_closed,
    goals.ObjectiveCancelled: objective_cancelled,
}
KEY_RESULT_CHANGES: Final[dict[type, Callable[[KeyResultDefinition, Any], KeyResultDefinition]]] = {
    goals.KeyResultRevised: key_result_revised,
    goals.KeyResultCancelled: key_result_cancelled,
}


def true_from(definition: ObjectiveDefinition, event: Any, recorded_at: int) -> int:
    """From which day a change is true: the day of its recording.

    An objective that was made active late, as an imported one is, was active from its own first day.
    """
    day = recorded_at // DAY
    return min(day, definition.start_day) if isinstance(event, goals.ObjectiveActivated) else day
