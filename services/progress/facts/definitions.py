"""What the events of the goals log say of objectives and key results: each event folded into a full new version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, assert_never

from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Day
from chassis.ids import Id, id_text
from progress.domain import measures
from progress.facts.rows import (
    InitiativeDefinition,
    KeyResultDefinition,
    KpiDefinition,
    MilestoneDefinition,
    ObjectiveDefinition,
    TaskDefinition,
)
from shared.teams import team_id_of


def objective_as_defined(tenant_id: Id, event: goals.ObjectiveDefined) -> ObjectiveDefinition:
    """The first version: a draft."""
    return ObjectiveDefinition(
        objective_id=event.objective_id,
        cycle_id=event.cycle_id,
        reference=event.reference,
        title=event.title,
        why=event.why,
        level=event.level or goals.LEVEL_COMPANY,
        owner_id=event.owner_id or None,
        creator_id=event.creator_id or None,
        team=event.team,
        contributor_ids=tuple(event.contributor_ids),
        named_person_ids=tuple(event.named_person_ids),
        start_day=event.start_day,
        due_day=event.due_day,
        kind=event.kind or goals.OBJECTIVE_KIND_COMMITTED,
        visibility=event.visibility or goals.VISIBILITY_COMPANY,
        roll_up=event.roll_up or goals.ROLL_UP_KEY_RESULTS,
        labels=tuple(event.labels),
        state=goals.OBJECTIVE_STATE_DRAFT,
        child_weight=event.child_weight if event.HasField("child_weight") else 1.0,
        team_id=team_id_of(tenant_id, event.team_id, event.team) or None,
        pillar_id=event.pillar_id or None,
        approval=goals.APPROVAL_UNSPECIFIED,
        carried_from=event.carried_from or None,
        copied_from=event.copied_from or None,
        started_from=event.started_from or None,
    )


def objective_changes(tenant_id: Id, event: goals.ObjectiveRevised) -> dict[str, Any]:
    """The fields of a definition that a revision changes, with their values."""
    changes: dict[str, Any] = {}
    for field, _ in event.ListFields():
        match field.name:
            case "title" | "why" | "level" | "start_day" | "due_day" | "kind" | "visibility" | "roll_up" | "child_weight":
                changes[field.name] = getattr(event, field.name)
            case "team" | "team_id":
                changes["team"], changes["team_id"] = event.team, team_id_of(tenant_id, event.team_id, event.team) or None
            case "owner_id" | "pillar_id":
                changes[field.name] = getattr(event, field.name) or None
            case "contributors":
                changes["contributor_ids"] = tuple(event.contributors.person_ids)
            case "named_people":
                changes["named_person_ids"] = tuple(event.named_people.person_ids)
            case "labels":
                changes["labels"] = tuple(event.labels.labels)
    return changes


class UnknownMeasure(ValueError):  # noqa: N818 - says what, as ValueError does
    """A key result is measured in a way that this version does not know."""


class _Measured(NamedTuple):
    """How a key result is measured, as its columns say it."""

    number: int
    start: float | None = 0.0
    target: float = 1.0
    unit: str = ""
    milestones: Sequence[goals.Milestone] | None = None
    low: float | None = None
    high: float | None = None
    mode: int | None = None
    feeds: Sequence[Id] | None = None


def _measured(event: goals.KeyResultDefined) -> _Measured:
    match event.WhichOneof("measure"):
        case "metric":
            return _Measured(measures.METRIC.number, event.metric.start, event.metric.target, event.metric.unit)
        case "binary":
            return _Measured(measures.BINARY.number)
        case "milestones":
            return _Measured(measures.MILESTONES.number, milestones=event.milestones.milestones)
        case "graded":
            return _Measured(measures.GRADED.number)
        case "maintain":
            kept = event.maintain
            return _Measured(
                measures.MAINTAIN.number,
                unit=kept.unit,
                low=kept.low if kept.HasField("low") else None,
                high=kept.high if kept.HasField("high") else None,
                mode=kept.mode or goals.MAINTAIN_MODE_LATEST,
            )
        case "baseline":
            start = event.baseline.start if event.baseline.HasField("start") else None
            return _Measured(measures.BASELINE.number, start, unit=event.baseline.unit)
        case "sum":
            its = event.sum
            return _Measured(measures.SUM.number, its.start, its.target, its.unit, feeds=its.feeds)
        case None:
            raise UnknownMeasure(f"key result {id_text(event.key_result_id)} has no measure that is known here")
        case other:
            assert_never(other)


def key_result_as_defined(event: goals.KeyResultDefined, cycle_id: Id, first_day: Day) -> KeyResultDefinition:
    """The first version, from its first day on. `cycle_id` is its objective's. Raises UnknownMeasure."""
    measured = _measured(event)
    milestones = measured.milestones
    return KeyResultDefinition(
        key_result_id=event.key_result_id,
        objective_id=event.objective_id,
        cycle_id=cycle_id,
        reference=event.reference,
        title=event.title,
        owner_ids=tuple(owner.person_id for owner in event.owners),
        owner_shares=tuple(owner.share if owner.HasField("share") else None for owner in event.owners),
        weight=event.weight,
        due_day=event.due_day,
        measure=measured.number,
        start=measured.start,
        target=measured.target,
        unit=measured.unit,
        milestone_titles=None if milestones is None else tuple(milestone.title for milestone in milestones),
        milestone_weights=None if milestones is None else tuple(milestone.weight for milestone in milestones),
        milestone_due_days=None if milestones is None else tuple(milestone.due_day for milestone in milestones),
        cancelled=False,
        low=measured.low,
        high=measured.high,
        mode=measured.mode,
        first_day=first_day,
        commit=event.commit if event.HasField("commit") else None,
        stretch=event.stretch if event.HasField("stretch") else None,
        plan_days=_days_of(event.plan),
        plan_shares=_shares_of(event.plan),
        targeted_on=None,
        feeds=None if measured.feeds is None else tuple(measured.feeds),
    )


def _days_of(plan: goals.Plan) -> tuple[Day, ...] | None:
    return tuple(point.day for point in plan.points) or None


def _shares_of(plan: goals.Plan) -> tuple[float, ...] | None:
    return tuple(point.share for point in plan.points) or None


def key_result_changes(event: goals.KeyResultRevised) -> dict[str, Any]:
    """The fields of a definition that a revision changes, with their values."""
    changes: dict[str, Any] = {}
    for field, _ in event.ListFields():
        match field.name:
            case "title" | "weight" | "due_day" | "start" | "target" | "unit" | "mode":
                changes[field.name] = getattr(event, field.name)
            case "low" | "high" | "commit" | "stretch":
                bound = getattr(event, field.name)
                changes[field.name] = bound.value if bound.HasField("value") else None
            case "plan":
                changes["plan_days"], changes["plan_shares"] = _days_of(event.plan), _shares_of(event.plan)
            case "owners":
                changes["owner_ids"] = tuple(owner.person_id for owner in event.owners.owners)
                changes["owner_shares"] = tuple(owner.share if owner.HasField("share") else None for owner in event.owners.owners)
            case "milestones":
                milestones = event.milestones.milestones
                changes["milestone_titles"] = tuple(milestone.title for milestone in milestones)
                changes["milestone_weights"] = tuple(milestone.weight for milestone in milestones)
                changes["milestone_due_days"] = tuple(milestone.due_day for milestone in milestones)
            case "feeds":
                changes["feeds"] = tuple(event.feeds.key_result_ids)
    return changes


def may_get_first_target(definition: KeyResultDefinition) -> bool:
    """Whether it is, or was, a baseline: then a target makes a metric of it, from the day of the earliest one on."""
    return definition.measure == measures.BASELINE.number or definition.targeted_on is not None


def with_first_target(definition: KeyResultDefinition, day: Day) -> KeyResultDefinition:
    """What was a baseline, with a target that it has from a day on: later ones do not move its start. Source: formulas, row baseline."""
    first = day if definition.targeted_on is None else min(day, definition.targeted_on)
    return definition._replace(measure=measures.METRIC.number, targeted_on=first)


def kpi_as_defined(event: goals.KpiDefined) -> KpiDefinition:
    """The first version."""
    return KpiDefinition(
        kpi_id=event.kpi_id,
        reference=event.reference,
        title=event.title,
        unit=event.unit,
        low=event.low if event.HasField("low") else None,
        high=event.high if event.HasField("high") else None,
        owner_id=event.owner_id or None,
        creator_id=event.creator_id or None,
        team=event.team,
        retired=False,
    )


def kpi_changes(event: goals.KpiRevised) -> dict[str, Any]:
    """The fields of a definition that a revision changes, with their values."""
    changes: dict[str, Any] = {}
    for field, _ in event.ListFields():
        match field.name:
            case "title" | "unit" | "team":
                changes[field.name] = getattr(event, field.name)
            case "low" | "high":
                bound = getattr(event, field.name)
                changes[field.name] = bound.value if bound.HasField("value") else None
            case "owner_id":
                changes["owner_id"] = event.owner_id or None
    return changes


def task_as_given(event: goals.TaskGiven) -> TaskDefinition:
    """The first version: open."""
    return TaskDefinition(
        task_id=event.task_id,
        reference=event.reference,
        title=event.title,
        assignee_id=event.assignee_id or None,
        giver_id=event.giver_id or None,
        priority=event.priority or goals.PRIORITY_NORMAL,
        due_day=event.due_day,
        objective_id=event.objective_id or None,
        key_result_id=event.key_result_id or None,
        initiative_id=event.initiative_id or None,
        state=goals.TASK_STATE_OPEN,
        done_on=None,
    )


def initiative_as_defined(event: goals.InitiativeDefined) -> InitiativeDefinition:
    """The first version."""
    return InitiativeDefinition(
        initiative_id=event.initiative_id,
        reference=event.reference,
        title=event.title,
        owner_id=event.owner_id or None,
        creator_id=event.creator_id or None,
        objective_id=event.objective_id or None,
        key_result_id=event.key_result_id or None,
        state=event.state or goals.INITIATIVE_STATE_PLANNED,
        start_day=event.start_day,
        end_day=event.end_day,
    )


def milestone_as_planned(event: goals.MilestonePlanned) -> MilestoneDefinition:
    """The first version, on the day that is remembered as the first."""
    return MilestoneDefinition(
        milestone_id=event.milestone_id,
        reference=event.reference,
        title=event.title,
        on_day=event.on_day,
        first_day=event.on_day,
        team=event.team,
        creator_id=event.creator_id or None,
        phase=goals.MILESTONE_PHASE_POSTPONED if event.postponed else goals.MILESTONE_PHASE_PLANNED,
        reached_on=None,
    )


_OF_THE_REVISION: Final = frozenset({"task_id", "initiative_id", "milestone_id", "holds_from"})


def plain_changes(event: goals.TaskRevised | goals.InitiativeRevised | goals.MilestoneRevised) -> dict[str, Any]:
    """The fields of a definition that a revision changes, with their values: each is of the same name."""
    return {
        field.name: value or None if field.name == "owner_id" else value
        for field, value in event.ListFields()
        if field.name not in _OF_THE_REVISION
    }
