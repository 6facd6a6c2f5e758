"""What events say of objectives, as facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id
from progress.domain.points import BEFORE_ALL_DAYS
from progress.facts.definitions import (
    objective_as_defined,
    objective_changes,
)
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import changed, day_of_old, ended, from_day, is_at_version, objective_advances, recording_of
from progress.facts.found_by import of_objective
from progress.facts.rows import (
    Alignment,
    LookedBack,
    ObjectiveDefinition,
    ObjectiveVersion,
)
from progress.facts.timelines import Segment, Timeline


@folds(goals.ObjectiveDefined)
def objective_defined(recorded: Recorded, event: goals.ObjectiveDefined, facts: Facts) -> None:
    """The first version holds since ever."""
    timeline = facts.objectives[event.objective_id] = Timeline()
    first = Segment(from_day(event, BEFORE_ALL_DAYS), objective_as_defined(recorded.tenant_id, event), says=0)
    timeline.told([first])
    _new_objective_versions(recorded, [first], facts)


@folds(goals.ObjectiveRevised)
def objective_revised(recorded: Recorded, event: goals.ObjectiveRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says; of old, from the day of its recording on."""
    made = changed(facts.objectives[event.objective_id], recorded, event, objective_changes(recorded.tenant_id, event))
    _new_objective_versions(recorded, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.ObjectiveMovedToCycle)
def objective_moved_to_cycle(recorded: Recorded, event: goals.ObjectiveMovedToCycle, facts: Facts) -> None:
    """From that day on it belongs to another cycle; its key results say so by themselves."""
    changes: dict[str, Any] = {"cycle_id": event.cycle_id}
    changes |= {name: getattr(event, name) for name in ("start_day", "due_day") if event.HasField(name)}
    made = changed(facts.objectives[event.objective_id], recorded, event, changes)
    _new_objective_versions(recorded, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.ObjectiveSubmitted)
def objective_submitted(recorded: Recorded, event: goals.ObjectiveSubmitted, facts: Facts) -> None:
    """It waits for somebody's approval."""
    _approval_came_to(goals.APPROVAL_SUBMITTED, recorded, event, facts, event.comment)


@folds(goals.ObjectiveApproved)
def objective_approved(recorded: Recorded, event: goals.ObjectiveApproved, facts: Facts) -> None:
    """It may become active as it stands."""
    _approval_came_to(goals.APPROVAL_APPROVED, recorded, event, facts, event.comment)


@folds(goals.ObjectiveSentBack)
def objective_sent_back(recorded: Recorded, event: goals.ObjectiveSentBack, facts: Facts) -> None:
    """It is worked over first."""
    _approval_came_to(goals.APPROVAL_SENT_BACK, recorded, event, facts, event.reason)


@folds(goals.ObjectiveApprovalLapsed)
def objective_approval_lapsed(recorded: Recorded, event: goals.ObjectiveApprovalLapsed, facts: Facts) -> None:
    """It was changed after it was approved."""
    _approval_came_to(goals.APPROVAL_UNSPECIFIED, recorded, event, facts)


@folds(goals.ObjectiveActivated)
def objective_activated(recorded: Recorded, event: goals.ObjectiveActivated, facts: Facts) -> None:
    """Of old, one that was made active late, as an imported one was, was active from its own first day; the event says so by now."""
    timeline = facts.objectives[event.objective_id]
    of_old = min(day_of_old(recorded), timeline.newest.start_day)
    _new_objective_versions(recorded, changed(timeline, recorded, event, {"state": goals.OBJECTIVE_STATE_ACTIVE}, of_old), facts)


@folds(goals.ObjectiveClosed)
def objective_closed(recorded: Recorded, event: goals.ObjectiveClosed, facts: Facts) -> None:
    """The work on it is over: from here on it is what it was on that day, as far as it was known by then."""
    made = changed(facts.objectives[event.objective_id], recorded, event, {"state": goals.OBJECTIVE_STATE_CLOSED})
    _new_objective_versions(recorded, made, facts, note=event.outcome)
    ended(recorded, event, event.objective_id, event.objective_id, facts)
    if event.outcome:
        _looked_back(recorded, event.objective_id, facts, outcome=event.outcome)


@folds(goals.ObjectiveCancelled)
def objective_cancelled(recorded: Recorded, event: goals.ObjectiveCancelled, facts: Facts) -> None:
    """It no longer counts for anything."""
    made = changed(facts.objectives[event.objective_id], recorded, event, {"state": goals.OBJECTIVE_STATE_CANCELLED})
    _new_objective_versions(recorded, made, facts, note=event.reason)
    ended(recorded, event, event.objective_id, event.objective_id, facts)


@folds(goals.ObjectiveReopened)
def objective_reopened(recorded: Recorded, event: goals.ObjectiveReopened, facts: Facts) -> None:
    """Known from now on, its end is none on any day: it goes on as what it was before."""
    made = changed(facts.objectives[event.objective_id], recorded, event, {"state": event.state or goals.OBJECTIVE_STATE_ACTIVE})
    _new_objective_versions(recorded, made, facts, note=event.reason)
    ended(recorded, event, event.objective_id, event.objective_id, facts, ends=False)


@folds(goals.ObjectiveLookedBackOn)
def objective_looked_back_on(recorded: Recorded, event: goals.ObjectiveLookedBackOn, facts: Facts) -> None:
    """What is said of it beside its numbers."""
    said = {name: getattr(event, name) for name in ("outcome", "well", "learnt", "carried_over") if event.HasField(name)}
    _looked_back(recorded, event.objective_id, facts, **said)
    is_at_version(recorded, event.objective_id, facts)


@folds(goals.ObjectiveAligned)
def objective_aligned(recorded: Recorded, event: goals.ObjectiveAligned, facts: Facts) -> None:
    """Of old, its first place in the tree was its place since ever."""
    first = event.objective_id not in facts.aligned
    facts.aligned.add(event.objective_id)
    facts.alignments.append(
        Alignment(
            objective_id=event.objective_id,
            parent_objective_id=event.parent_objective_id or event.parent_key_results_objective_id or None,
            parent_key_result_id=event.parent_key_result_id or None,
            tenant_id=recorded.tenant_id,
            true_from=from_day(event, BEFORE_ALL_DAYS if first else day_of_old(recorded)),
            recording=recording_of(recorded),
        )
    )
    facts.moved_by[event.objective_id] = recorded.event_id


def _new_objective_versions(
    recorded: Recorded, segments: Iterable[Segment[ObjectiveDefinition]], facts: Facts, *, note: str = "", goalpost_moved: bool = False
) -> None:
    for segment in segments:
        version = ObjectiveVersion(
            definition=segment.definition,
            tenant_id=recorded.tenant_id,
            true_from=segment.true_from,
            recording=recording_of(recorded),
            version=recorded.aggregate_version,
            note=note,
            says=segment.says,
            goalpost_moved=goalpost_moved,
            found_by=of_objective(recorded.tenant_id, segment.definition),
        )
        facts.objective_versions.append(version)
    objective_advances(recorded, version.definition.objective_id, facts)


OnApproval = goals.ObjectiveSubmitted | goals.ObjectiveApproved | goals.ObjectiveSentBack | goals.ObjectiveApprovalLapsed


def _approval_came_to(approval: goals.Approval.ValueType, recorded: Recorded, event: OnApproval, facts: Facts, note: str = "") -> None:
    made = changed(facts.objectives[event.objective_id], recorded, event, {"approval": approval})
    _new_objective_versions(recorded, made, facts, note=note)


def _looked_back(
    recorded: Recorded,
    objective_id: Id,
    facts: Facts,
    *,
    outcome: str | None = None,
    well: str | None = None,
    learnt: str | None = None,
    carried_over: bool | None = None,
) -> None:
    said = LookedBack(objective_id, outcome, well, learnt, carried_over, recorded.tenant_id, recording_of(recorded))
    facts.looked_back.append(said)
