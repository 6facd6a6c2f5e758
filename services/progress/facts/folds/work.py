"""What events say of tasks, initiatives, milestones and effort, as facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from progress.facts.definitions import (
    initiative_as_defined,
    milestone_as_planned,
    plain_changes,
    task_as_given,
)
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import changed, first_version, new_versions, recording_of
from progress.facts.rows import (
    EffortFact,
    InitiativeVersion,
    MilestoneVersion,
    TaskVersion,
)


@folds(goals.TaskGiven)
def task_given(recorded: Recorded, event: goals.TaskGiven, facts: Facts) -> None:
    """Open since ever."""
    first_version(recorded, event, event.task_id, task_as_given(event), facts.task_versions, TaskVersion, facts)


@folds(goals.TaskRevised)
def task_revised(recorded: Recorded, event: goals.TaskRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says."""
    _task_changed(recorded, event, plain_changes(event), facts)


@folds(goals.TaskReassigned)
def task_reassigned(recorded: Recorded, event: goals.TaskReassigned, facts: Facts) -> None:
    """Somebody else's from then on."""
    _task_changed(recorded, event, {"assignee_id": event.assignee_id or None}, facts)


@folds(goals.TaskDone)
def task_done(recorded: Recorded, event: goals.TaskDone, facts: Facts) -> None:
    """Done on the day from which on it is so."""
    _task_changed(recorded, event, {"state": goals.TASK_STATE_DONE, "done_on": event.holds_from}, facts)


@folds(goals.TaskReopened)
def task_reopened(recorded: Recorded, event: goals.TaskReopened, facts: Facts) -> None:
    """Not done after all."""
    _task_changed(recorded, event, {"state": goals.TASK_STATE_OPEN, "done_on": None}, facts, event.reason)


@folds(goals.TaskCancelled)
def task_cancelled(recorded: Recorded, event: goals.TaskCancelled, facts: Facts) -> None:
    """Given up."""
    _task_changed(recorded, event, {"state": goals.TASK_STATE_CANCELLED}, facts, event.reason)


@folds(goals.InitiativeDefined)
def initiative_defined(recorded: Recorded, event: goals.InitiativeDefined, facts: Facts) -> None:
    """In its state since ever."""
    first_version(recorded, event, event.initiative_id, initiative_as_defined(event), facts.initiative_versions, InitiativeVersion, facts)


@folds(goals.InitiativeRevised)
def initiative_revised(recorded: Recorded, event: goals.InitiativeRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says."""
    made = changed(facts.by_themselves[event.initiative_id], recorded, event, plain_changes(event))
    new_versions(recorded, made, facts.initiative_versions, InitiativeVersion)


@folds(goals.MilestonePlanned)
def milestone_planned(recorded: Recorded, event: goals.MilestonePlanned, facts: Facts) -> None:
    """Planned since ever."""
    first_version(recorded, event, event.milestone_id, milestone_as_planned(event), facts.milestone_versions, MilestoneVersion, facts)


@folds(goals.MilestoneRevised)
def milestone_revised(recorded: Recorded, event: goals.MilestoneRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says."""
    _milestone_changed(recorded, event, plain_changes(event), facts)


@folds(goals.MilestoneReached)
def milestone_reached(recorded: Recorded, event: goals.MilestoneReached, facts: Facts) -> None:
    """Reached on the day from which on it is so."""
    _milestone_changed(recorded, event, {"phase": goals.MILESTONE_PHASE_REACHED, "reached_on": event.holds_from}, facts)


@folds(goals.MilestonePostponed)
def milestone_postponed(recorded: Recorded, event: goals.MilestonePostponed, facts: Facts) -> None:
    """On another day; the first one is remembered."""
    changes = {"phase": goals.MILESTONE_PHASE_POSTPONED, "on_day": event.to_day, "reached_on": None}
    _milestone_changed(recorded, event, changes, facts, event.reason)


@folds(goals.EffortLogged)
def effort_logged(recorded: Recorded, event: goals.EffortLogged, facts: Facts) -> None:
    """Time that was spent."""
    _effort(recorded, event, facts, event.minutes, event.note)


@folds(goals.EffortCorrected)
def effort_corrected(recorded: Recorded, event: goals.EffortCorrected, facts: Facts) -> None:
    """It was another time, or says something else."""
    _effort(recorded, event, facts, event.minutes, event.note)


@folds(goals.EffortRetracted)
def effort_retracted(recorded: Recorded, event: goals.EffortRetracted, facts: Facts) -> None:
    """It counts no more."""
    _effort(recorded, event, facts, 0, event.reason)


OnTask = goals.TaskRevised | goals.TaskReassigned | goals.TaskDone | goals.TaskReopened | goals.TaskCancelled


OnMilestone = goals.MilestoneRevised | goals.MilestoneReached | goals.MilestonePostponed


def _task_changed(recorded: Recorded, event: OnTask, changes: Mapping[str, Any], facts: Facts, note: str = "") -> None:
    made = changed(facts.by_themselves[event.task_id], recorded, event, changes)
    new_versions(recorded, made, facts.task_versions, TaskVersion, note)


def _milestone_changed(recorded: Recorded, event: OnMilestone, changes: Mapping[str, Any], facts: Facts, note: str = "") -> None:
    made = changed(facts.by_themselves[event.milestone_id], recorded, event, changes)
    new_versions(recorded, made, facts.milestone_versions, MilestoneVersion, note)


def _effort(
    recorded: Recorded,
    event: goals.EffortLogged | goals.EffortCorrected | goals.EffortRetracted,
    facts: Facts,
    minutes: int,
    note: str,
) -> None:
    facts.efforts.append(
        EffortFact(
            effort_id=event.effort_id,
            person_id=event.person_id,
            true_on=event.day,
            minutes=minutes,
            note=note,
            task_id=event.task_id or None,
            initiative_id=event.initiative_id or None,
            objective_id=event.objective_id or None,
            key_result_id=event.key_result_id or None,
            team_ids=tuple(event.team_ids),
            tenant_id=recorded.tenant_id,
            recording=recording_of(recorded),
        )
    )
