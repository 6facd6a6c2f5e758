"""What events say of key results, as facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Day
from chassis.ids import Id
from progress.domain.points import BEFORE_ALL_DAYS
from progress.facts.definitions import (
    key_result_as_defined,
    key_result_changes,
    may_get_first_target,
    with_first_target,
)
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import changed, day_of_old, ended, from_day, objective_advances, recording_of
from progress.facts.found_by import of_key_result
from progress.facts.rows import (
    CountsFor,
    KeyResultDefinition,
    KeyResultMove,
    KeyResultVersion,
)
from progress.facts.timelines import Segment, Timeline


@folds(goals.KeyResultDefined)
def key_result_defined(recorded: Recorded, event: goals.KeyResultDefined, facts: Facts) -> None:
    """From its first day on it is there, and counts for others beside its home; of old, since ever."""
    first_day = from_day(event, BEFORE_ALL_DAYS)
    home = facts.objectives[event.objective_id]
    definition = key_result_as_defined(event, home.holding(first_day).cycle_id, first_day)
    timeline = facts.key_results[event.key_result_id] = Timeline()
    made = [Segment(first_day, definition, says=0)]
    timeline.told(made)
    for later in home.segments:  # in which cycles its objective was since
        if later.true_from > first_day and later.definition.cycle_id != timeline.newest.cycle_id:
            made += timeline.changed(later.true_from, {"cycle_id": later.definition.cycle_id})
    _new_key_result_versions(recorded, event.objective_id, made, facts)
    for objective_id in event.counts_for:
        _counts_for(recorded, event.key_result_id, objective_id, facts, counts=True, true_from=first_day)


@folds(goals.KeyResultRevised)
def key_result_revised(recorded: Recorded, event: goals.KeyResultRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says; of old, from the day of its recording on."""
    timeline = facts.key_results[event.key_result_id]
    made = changed(timeline, recorded, event, key_result_changes(event))
    if event.HasField("target") and may_get_first_target(made[0].definition):
        day = made[0].true_from
        made = [segment._replace(definition=with_first_target(segment.definition, day)) for segment in made]
        timeline.told(made)
    _new_key_result_versions(recorded, event.objective_id, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.KeyResultMovedAway)
def key_result_moved_away(recorded: Recorded, event: goals.KeyResultMovedAway, facts: Facts) -> None:
    """Its objective has one less. From when on, and what the key result says from then on, is told by that it was moved in."""
    objective_advances(recorded, event.objective_id, facts)
    facts.key_result_moves.append(
        KeyResultMove(
            key_result_id=event.key_result_id,
            from_objective_id=event.objective_id,
            from_cycle_id=event.cycle_id,
            to_objective_id=event.to_objective_id,
            to_cycle_id=event.to_cycle_id,
            tenant_id=recorded.tenant_id,
            true_from=from_day(event, BEFORE_ALL_DAYS),
            recording=recording_of(recorded),
        )
    )


@folds(goals.KeyResultMovedIn)
def key_result_moved_in(recorded: Recorded, event: goals.KeyResultMovedIn, facts: Facts) -> None:
    """From that day on it belongs to this objective."""
    changes: dict[str, Any] = {"objective_id": event.objective_id, "cycle_id": event.cycle_id}
    if event.HasField("due_day"):
        changes["due_day"] = event.due_day
    made = changed(facts.key_results[event.key_result_id], recorded, event, changes)
    _new_key_result_versions(recorded, event.objective_id, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.KeyResultMovedToCycle)
def key_result_moved_to_cycle(recorded: Recorded, event: goals.KeyResultMovedToCycle, facts: Facts) -> None:
    """From that day on it belongs, with its objective, to another cycle."""
    changes: dict[str, Any] = {"cycle_id": event.cycle_id}
    if event.HasField("due_day"):
        changes["due_day"] = event.due_day
    made = changed(facts.key_results[event.key_result_id], recorded, event, changes)
    _new_key_result_versions(recorded, event.objective_id, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.KeyResultCancelled)
def key_result_cancelled(recorded: Recorded, event: goals.KeyResultCancelled, facts: Facts) -> None:
    """It no longer counts for anything, and is what it was on that day."""
    made = changed(facts.key_results[event.key_result_id], recorded, event, {"cancelled": True})
    _new_key_result_versions(recorded, event.objective_id, made, facts, note=event.reason)
    ended(recorded, event, event.key_result_id, event.objective_id, facts)


@folds(goals.KeyResultShared)
def key_result_shared(recorded: Recorded, event: goals.KeyResultShared, facts: Facts) -> None:
    """It counts for another objective, too."""
    objective_advances(recorded, event.objective_id, facts)
    day = from_day(event, day_of_old(recorded))
    _counts_for(recorded, event.key_result_id, event.counts_for, facts, counts=True, true_from=day)


@folds(goals.KeyResultUnshared)
def key_result_unshared(recorded: Recorded, event: goals.KeyResultUnshared, facts: Facts) -> None:
    """It counts for that objective no longer."""
    objective_advances(recorded, event.objective_id, facts)
    day = from_day(event, day_of_old(recorded))
    _counts_for(recorded, event.key_result_id, event.counts_for, facts, counts=False, true_from=day)


def _new_key_result_versions(
    recorded: Recorded,
    objective_id: Id,
    segments: Iterable[Segment[KeyResultDefinition]],
    facts: Facts,
    *,
    note: str = "",
    goalpost_moved: bool = False,
) -> None:
    """What was said of a key result by an event of the objective that it belongs to."""
    for segment in segments:
        version = KeyResultVersion(
            definition=segment.definition,
            tenant_id=recorded.tenant_id,
            true_from=segment.true_from,
            recording=recording_of(recorded),
            note=note,
            says=segment.says,
            goalpost_moved=goalpost_moved,
            found_by=of_key_result(recorded.tenant_id, segment.definition),
        )
        facts.key_result_versions.append(version)
    objective_advances(recorded, objective_id, facts)


def _counts_for(recorded: Recorded, key_result_id: Id, objective_id: Id, facts: Facts, *, counts: bool, true_from: Day) -> None:
    facts.shares.append(
        CountsFor(
            key_result_id=key_result_id,
            objective_id=objective_id,
            counts=counts,
            tenant_id=recorded.tenant_id,
            true_from=true_from,
            recording=recording_of(recorded),
        )
    )
    facts.moved_by[objective_id] = recorded.event_id
