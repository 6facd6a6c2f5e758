"""Definitions on every day, and what is reported, as messages: each definition as the event that would say it whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from progress.domain import measures
from progress.facts import ABSTENTIONS, CheckInKind, KeyResultDefinition, ObjectiveDefinition, Segment
from progress.queries import AlignmentInTime, KeyResultInTime, ObjectiveInTime
from shared.milestones import numbers_done


def objective_in_time(objective: ObjectiveInTime) -> pb.ObjectiveInTime:
    """An objective with its key results."""
    newest: Any = objective.versions[-1].definition  # enums stand as plain numbers in rows
    return pb.ObjectiveInTime(
        objective_id=objective.objective_id,
        versions=map(_objective_version, objective.versions),
        alignments=map(_alignment, objective.alignments),
        key_results=map(_key_result_in_time, objective.key_results),
        ended_on=objective.ended_on,
        **objective.said._asdict(),
        carried_from=newest.carried_from or b"",
        copied_from=newest.copied_from or b"",
        approval=newest.approval,
    )


def _alignment(alignment: AlignmentInTime) -> goals.ObjectiveAligned:
    aligned = goals.ObjectiveAligned(holds_from=alignment.true_from)
    if alignment.parent_key_result_id is not None:
        aligned.parent_key_result_id = alignment.parent_key_result_id
    elif alignment.parent_objective_id is not None:
        aligned.parent_objective_id = alignment.parent_objective_id
    return aligned


def _objective_version(version: Segment[ObjectiveDefinition]) -> pb.ObjectiveVersion:
    its: Any = version.definition  # enums stand as plain numbers in rows
    definition = goals.ObjectiveDefined(
        objective_id=its.objective_id,
        cycle_id=its.cycle_id,
        reference=its.reference,
        title=its.title,
        why=its.why,
        level=its.level,
        owner_id=its.owner_id or b"",
        creator_id=its.creator_id or b"",
        contributor_ids=its.contributor_ids,
        named_person_ids=its.named_person_ids,
        start_day=its.start_day,
        due_day=its.due_day,
        kind=its.kind,
        visibility=its.visibility,
        roll_up=its.roll_up,
        labels=its.labels,
        holds_from=version.true_from,
        child_weight=its.child_weight,
        team_id=its.team_id,
        pillar_id=its.pillar_id,
    )
    return pb.ObjectiveVersion(definition=definition, state=its.state)


def _key_result_in_time(key_result: KeyResultInTime) -> pb.KeyResultInTime:
    return pb.KeyResultInTime(
        key_result_id=key_result.key_result_id,
        versions=map(_key_result_version, key_result.versions),
        contributions=[
            pb.Contribution(objective_id=one.objective_id, counts=one.counts, holds_from=one.true_from) for one in key_result.contributions
        ],
        cancelled_on=key_result.cancelled_on,
        grades=[pb.CountedGrade(**one._asdict()) for one in key_result.grades],
    )


def _key_result_version(version: Segment[KeyResultDefinition]) -> goals.KeyResultDefined:
    its = version.definition
    defined = goals.KeyResultDefined(
        objective_id=its.objective_id,
        key_result_id=its.key_result_id,
        reference=its.reference,
        title=its.title,
        owners=[goals.Owner(person_id=one, share=share) for one, share in zip(its.owner_ids, its.owner_shares, strict=True)],
        weight=its.weight,
        due_day=its.due_day,
        holds_from=version.true_from,
        plan=goals.Plan(
            points=[goals.PlannedShare(day=day, share=share) for day, share in zip(its.plan_days or (), its.plan_shares or (), strict=True)]
        ),
        commit=its.commit,
        stretch=its.stretch,
    )
    _set_measure(defined, its)
    return defined


def _set_measure(defined: goals.KeyResultDefined, its: KeyResultDefinition) -> None:
    match its.measure:
        case measures.BASELINE.number:
            defined.baseline.CopyFrom(goals.Baseline(unit=its.unit, start=its.start))
        case measures.METRIC.number if its.targeted_on is not None:
            defined.baseline.CopyFrom(goals.Baseline(unit=its.unit, start=its.start, target=its.target))
        case measures.METRIC.number:
            defined.metric.CopyFrom(goals.Metric(start=its.start or 0.0, target=its.target, unit=its.unit))
        case measures.SUM.number:
            defined.sum.CopyFrom(goals.Sum(start=its.start, target=its.target, unit=its.unit, feeds=its.feeds))
        case measures.MAINTAIN.number:
            mode: Any = its.mode
            defined.maintain.CopyFrom(goals.Maintain(low=its.low, high=its.high, unit=its.unit, mode=mode))
        case measures.MILESTONES.number:
            defined.milestones.CopyFrom(goals.Milestones(milestones=_milestones(its)))
        case measures.GRADED.number:
            defined.graded.SetInParent()
        case measures.BINARY.number:
            defined.binary.SetInParent()
        case other:
            raise ValueError(f"how measure {other} is told of whole is not decided")


def _milestones(its: KeyResultDefinition) -> Iterator[goals.Milestone]:
    parts = zip(its.milestone_titles or (), its.milestone_weights or (), its.milestone_due_days or (), strict=True)
    return (goals.Milestone(title=title, weight=weight, due_day=due) for title, weight, due in parts)


def counted_check_in(row: Any) -> pb.CountedCheckIn:
    """A row of `list_counted_check_ins`."""
    told = pb.CountedCheckIn(
        key_result_id=row.key_result_id,
        as_of=row.true_on,
        by=row.by_id or b"",
        confidence=row.confidence,
        said_status=row.said_status,
        part=row.part_id or b"",
        cut=row.cut,
        retracted=row.kind == CheckInKind.RETRACTED,
        check_in_id=row.check_in_id,
    )
    if row.kind in ABSTENTIONS:
        told.abstention = row.comment
        return told
    told.comment = row.comment
    if row.milestones_done is not None:
        told.milestones.CopyFrom(pb.MilestonesReached(numbers=numbers_done(row.milestones_done)))
    elif row.value is not None:
        told.value = row.value
    return told
