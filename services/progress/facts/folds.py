"""What each event says of tenants, objectives, key results, cycles and check-ins, as facts: one fold for every event type that matters.

Live, in a rebuild and in a replay without a server the same folds run; they differ only in where the facts are put. A fold reads no
database and no clock. It may look at the definition that an event changes, which whoever folds has to have put into `Facts` before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, Protocol, TypeVar

from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import FIRST_DAY, Day, Microseconds, utc_day_of_old_event
from chassis.events import EventTypes
from chassis.ids import Id
from progress.domain.points import BEFORE_ALL_DAYS
from progress.domain.settings import cadence_of_cycle
from progress.facts.definitions import (
    initiative_as_defined,
    key_result_as_defined,
    key_result_changes,
    kpi_as_defined,
    kpi_changes,
    may_get_first_target,
    milestone_as_planned,
    objective_as_defined,
    objective_changes,
    plain_changes,
    task_as_given,
    with_first_target,
)
from progress.facts.facts import Cycle, CycleRevision, Facts
from progress.facts.found_by import of_key_result, of_objective
from progress.facts.rows import (
    FOR_EVER,
    Alignment,
    Blocker,
    CheckInFact,
    CheckInKind,
    Closing,
    CommentChange,
    CommentFact,
    CommentKind,
    CountsFor,
    EffortFact,
    Ending,
    Grade,
    InitiativeVersion,
    KeyResultDefinition,
    KeyResultMove,
    KeyResultVersion,
    KpiValue,
    KpiVersion,
    LookedBack,
    MilestoneVersion,
    ObjectiveDefinition,
    ObjectiveVersion,
    ReactionFact,
    Recording,
    SettingFact,
    TaskVersion,
)
from progress.facts.timelines import Segment, Timeline
from shared.upcasters import UPCASTERS

LOGS: Final = ("directory", "goals", "checkins")
"""The logs that the projection folds."""

EVENT_TYPES: Final = EventTypes(directory, goals, checkins, upcasters=UPCASTERS)


class Recorded(Protocol):
    """An event of a log with what a fold needs of its envelope; whoever reads the log has a class of its own for it."""

    @property
    def position(self) -> int: ...
    @property
    def event_id(self) -> Id: ...
    @property
    def tenant_id(self) -> Id: ...
    @property
    def aggregate_version(self) -> int: ...
    @property
    def recorded_at(self) -> Microseconds: ...
    @property
    def actor_id(self) -> Id: ...
    @property
    def on_behalf_of(self) -> Id | None: ...
    @property
    def event_type(self) -> str: ...
    @property
    def payload(self) -> bytes: ...


E = TypeVar("E", bound=Message)
Fold = Callable[[Recorded, E, Facts], None]

_FOLDS: Final[dict[str, tuple[Callable[[bytes], Any], Fold[Any]]]] = {}


def folds(event: type[E]) -> Callable[[Fold[E]], Fold[E]]:
    """Declares how events of a type are folded."""

    def declared(fold: Fold[E]) -> Fold[E]:
        _FOLDS[event.DESCRIPTOR.full_name] = event.FromString, fold
        return fold

    return declared


def fold(recorded: Recorded, facts: Facts) -> None:
    """Folds one event in, whatever its type; one that says nothing of progress is passed over.

    Raises KeyError when it changes what was never defined, UnknownMeasure, and DecodeError when its payload is no such event.
    """
    event_type = recorded.event_type
    folding = _FOLDS.get(event_type)
    if folding is not None:
        parse, fold_it = folding
        fold_it(recorded, parse(recorded.payload), facts)
    elif event_type in EVENT_TYPES:  # an old version of one, perhaps
        event = EVENT_TYPES.decode(event_type, recorded.payload)
        if (folding := _FOLDS.get(event.DESCRIPTOR.full_name)) is not None:
            _, fold_it = folding
            fold_it(recorded, event, facts)


PASSED_OVER: Final = frozenset(
    event.DESCRIPTOR.full_name
    for event in (
        directory.PersonAdded,
        directory.PersonProfileChanged,
        directory.PersonRolesChanged,
        directory.PersonLeft,
        directory.PersonReinstated,
        directory.MembershipBegan,
        directory.MembershipEnded,
        directory.ManagerChanged,
        directory.TeamFounded,
        directory.TeamRenamed,
        directory.TeamMoved,
        directory.TeamLeadChanged,
        directory.TeamDissolved,
        directory.MissionStated,
        directory.VisionStated,
        directory.PillarAdded,
        directory.PillarChanged,
        directory.PillarMoved,
        directory.PillarRemoved,
        directory.NameReserved,
        directory.ViewSaved,
        directory.ViewChanged,
        directory.ViewRemoved,
        directory.SignedOut,
        directory.SessionsRevoked,
        directory.SecurityEventNoted,
        goals.ReferenceReserved,
        goals.TemplateSaved,
        goals.TemplateRemoved,
        goals.SumFed,
    )
)
"""Event types that are known here and say nothing of progress."""


def folded_types() -> Iterable[str]:
    """The event types that have a fold."""
    return _FOLDS.keys()


# -- tenants ---------------------------------------------------------------------------------------------------------------------------


@folds(directory.TenantRegistered)
def tenant_registered(_recorded: Recorded, event: directory.TenantRegistered, facts: Facts) -> None:
    """Its days begin in its time zone."""
    facts.time_zones[event.tenant_id] = event.time_zone


@folds(directory.SettingChanged)
def setting_changed(recorded: Recorded, event: directory.SettingChanged, facts: Facts) -> None:
    """It says so from that day on."""
    facts.settings.append(
        SettingFact(
            setting=event.setting,
            value=event.value,
            tenant_id=recorded.tenant_id,
            true_from=_from(event, BEFORE_ALL_DAYS),
            recording=_recording(recorded),
        )
    )


# -- objectives ------------------------------------------------------------------------------------------------------------------------


@folds(goals.ObjectiveDefined)
def objective_defined(recorded: Recorded, event: goals.ObjectiveDefined, facts: Facts) -> None:
    """The first version holds since ever."""
    timeline = facts.objectives[event.objective_id] = Timeline()
    first = Segment(_from(event, BEFORE_ALL_DAYS), objective_as_defined(recorded.tenant_id, event), says=0)
    timeline.told([first])
    _new_objective_versions(recorded, [first], facts)


@folds(goals.ObjectiveRevised)
def objective_revised(recorded: Recorded, event: goals.ObjectiveRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says; of old, from the day of its recording on."""
    made = _changed(facts.objectives[event.objective_id], recorded, event, objective_changes(recorded.tenant_id, event))
    _new_objective_versions(recorded, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.ObjectiveMovedToCycle)
def objective_moved_to_cycle(recorded: Recorded, event: goals.ObjectiveMovedToCycle, facts: Facts) -> None:
    """From that day on it belongs to another cycle; its key results say so by themselves."""
    changes: dict[str, Any] = {"cycle_id": event.cycle_id}
    changes |= {name: getattr(event, name) for name in ("start_day", "due_day") if event.HasField(name)}
    made = _changed(facts.objectives[event.objective_id], recorded, event, changes)
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
    of_old = min(_day_of(recorded), timeline.newest.start_day)
    _new_objective_versions(recorded, _changed(timeline, recorded, event, {"state": goals.OBJECTIVE_STATE_ACTIVE}, of_old), facts)


@folds(goals.ObjectiveClosed)
def objective_closed(recorded: Recorded, event: goals.ObjectiveClosed, facts: Facts) -> None:
    """The work on it is over: from here on it is what it was on that day, as far as it was known by then."""
    made = _changed(facts.objectives[event.objective_id], recorded, event, {"state": goals.OBJECTIVE_STATE_CLOSED})
    _new_objective_versions(recorded, made, facts, note=event.outcome)
    _ended(recorded, event, event.objective_id, event.objective_id, facts)
    if event.outcome:
        _looked_back(recorded, event.objective_id, facts, outcome=event.outcome)


@folds(goals.ObjectiveCancelled)
def objective_cancelled(recorded: Recorded, event: goals.ObjectiveCancelled, facts: Facts) -> None:
    """It no longer counts for anything."""
    made = _changed(facts.objectives[event.objective_id], recorded, event, {"state": goals.OBJECTIVE_STATE_CANCELLED})
    _new_objective_versions(recorded, made, facts, note=event.reason)
    _ended(recorded, event, event.objective_id, event.objective_id, facts)


@folds(goals.ObjectiveReopened)
def objective_reopened(recorded: Recorded, event: goals.ObjectiveReopened, facts: Facts) -> None:
    """Known from now on, its end is none on any day: it goes on as what it was before."""
    made = _changed(facts.objectives[event.objective_id], recorded, event, {"state": event.state or goals.OBJECTIVE_STATE_ACTIVE})
    _new_objective_versions(recorded, made, facts, note=event.reason)
    _ended(recorded, event, event.objective_id, event.objective_id, facts, ends=False)


@folds(goals.ObjectiveLookedBackOn)
def objective_looked_back_on(recorded: Recorded, event: goals.ObjectiveLookedBackOn, facts: Facts) -> None:
    """What is said of it beside its numbers."""
    said = {name: getattr(event, name) for name in ("outcome", "well", "learnt", "carried_over") if event.HasField(name)}
    _looked_back(recorded, event.objective_id, facts, **said)
    _is_at_version(recorded, event.objective_id, facts)


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
            true_from=_from(event, BEFORE_ALL_DAYS if first else _day_of(recorded)),
            recording=_recording(recorded),
        )
    )
    facts.moved_by[event.objective_id] = recorded.event_id


# -- key results -----------------------------------------------------------------------------------------------------------------------


@folds(goals.KeyResultDefined)
def key_result_defined(recorded: Recorded, event: goals.KeyResultDefined, facts: Facts) -> None:
    """From its first day on it is there, and counts for others beside its home; of old, since ever."""
    first_day = _from(event, BEFORE_ALL_DAYS)
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
    made = _changed(timeline, recorded, event, key_result_changes(event))
    if event.HasField("target") and may_get_first_target(made[0].definition):
        day = made[0].true_from
        made = [segment._replace(definition=with_first_target(segment.definition, day)) for segment in made]
        timeline.told(made)
    _new_key_result_versions(recorded, event.objective_id, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.KeyResultMovedAway)
def key_result_moved_away(recorded: Recorded, event: goals.KeyResultMovedAway, facts: Facts) -> None:
    """Its objective has one less. From when on, and what the key result says from then on, is told by that it was moved in."""
    _objective_advances(recorded, event.objective_id, facts)
    facts.key_result_moves.append(
        KeyResultMove(
            key_result_id=event.key_result_id,
            from_objective_id=event.objective_id,
            from_cycle_id=event.cycle_id,
            to_objective_id=event.to_objective_id,
            to_cycle_id=event.to_cycle_id,
            tenant_id=recorded.tenant_id,
            true_from=_from(event, BEFORE_ALL_DAYS),
            recording=_recording(recorded),
        )
    )


@folds(goals.KeyResultMovedIn)
def key_result_moved_in(recorded: Recorded, event: goals.KeyResultMovedIn, facts: Facts) -> None:
    """From that day on it belongs to this objective."""
    changes: dict[str, Any] = {"objective_id": event.objective_id, "cycle_id": event.cycle_id}
    if event.HasField("due_day"):
        changes["due_day"] = event.due_day
    made = _changed(facts.key_results[event.key_result_id], recorded, event, changes)
    _new_key_result_versions(recorded, event.objective_id, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.KeyResultMovedToCycle)
def key_result_moved_to_cycle(recorded: Recorded, event: goals.KeyResultMovedToCycle, facts: Facts) -> None:
    """From that day on it belongs, with its objective, to another cycle."""
    changes: dict[str, Any] = {"cycle_id": event.cycle_id}
    if event.HasField("due_day"):
        changes["due_day"] = event.due_day
    made = _changed(facts.key_results[event.key_result_id], recorded, event, changes)
    _new_key_result_versions(recorded, event.objective_id, made, facts, goalpost_moved=event.goalpost_moved)


@folds(goals.KeyResultCancelled)
def key_result_cancelled(recorded: Recorded, event: goals.KeyResultCancelled, facts: Facts) -> None:
    """It no longer counts for anything, and is what it was on that day."""
    made = _changed(facts.key_results[event.key_result_id], recorded, event, {"cancelled": True})
    _new_key_result_versions(recorded, event.objective_id, made, facts, note=event.reason)
    _ended(recorded, event, event.key_result_id, event.objective_id, facts)


@folds(goals.KeyResultShared)
def key_result_shared(recorded: Recorded, event: goals.KeyResultShared, facts: Facts) -> None:
    """It counts for another objective, too."""
    _objective_advances(recorded, event.objective_id, facts)
    day = _from(event, _day_of(recorded))
    _counts_for(recorded, event.key_result_id, event.counts_for, facts, counts=True, true_from=day)


@folds(goals.KeyResultUnshared)
def key_result_unshared(recorded: Recorded, event: goals.KeyResultUnshared, facts: Facts) -> None:
    """It counts for that objective no longer."""
    _objective_advances(recorded, event.objective_id, facts)
    day = _from(event, _day_of(recorded))
    _counts_for(recorded, event.key_result_id, event.counts_for, facts, counts=False, true_from=day)


# -- cycles ----------------------------------------------------------------------------------------------------------------------------


@folds(goals.CycleDefined)
def cycle_defined(recorded: Recorded, event: goals.CycleDefined, facts: Facts) -> None:
    """A cycle begins with its planning."""
    facts.cycles[event.cycle_id] = Cycle(
        recorded.tenant_id, event.name, event.first_day, event.last_day, event.cadence or None, event.weekday or None
    )
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_PLANNING


@folds(goals.CycleStarted)
def cycle_started(_recorded: Recorded, event: goals.CycleStarted, facts: Facts) -> None:
    """Its objectives are worked on."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_ACTIVE


@folds(goals.CycleReviewStarted)
def cycle_review_started(_recorded: Recorded, event: goals.CycleReviewStarted, facts: Facts) -> None:
    """What came of its objectives is looked at."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_REVIEW


@folds(goals.CycleClosed)
def cycle_closed(recorded: Recorded, event: goals.CycleClosed, facts: Facts) -> None:
    """It is over, and its report stands."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_CLOSED
    closed_on = _from(event, _day_of(recorded))
    first_day, last_day = (event.first_day, event.last_day) if event.HasField("last_day") else (None, None)
    facts.closings.append(Closing(event.cycle_id, closed_on, first_day, last_day, recorded.tenant_id, _recording(recorded)))


@folds(goals.CycleReopened)
def cycle_reopened(_recorded: Recorded, event: goals.CycleReopened, facts: Facts) -> None:
    """It is in review again."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_REVIEW


@folds(goals.CycleRevised)
def cycle_revised(recorded: Recorded, event: goals.CycleRevised, facts: Facts) -> None:
    """It is called otherwise, or has other days, in the past too: it is one and the same cycle. Another cadence is known from now on."""
    facts.cycle_revisions[event.cycle_id] = revision = CycleRevision(event.name, event.first_day, event.last_day)
    if (cycle := facts.cycles.get(event.cycle_id)) is not None:
        facts.cycles[event.cycle_id] = cycle._replace(**revision._asdict())
    if event.HasField("cadence"):
        said = cadence_of_cycle(event.cycle_id), event.cadence
        facts.settings.append(SettingFact(*said, tenant_id=recorded.tenant_id, true_from=BEFORE_ALL_DAYS, recording=_recording(recorded)))


# -- check-ins -------------------------------------------------------------------------------------------------------------------------


@folds(checkins.CheckInRecorded)
def check_in_recorded(recorded: Recorded, event: checkins.CheckInRecorded, facts: Facts) -> None:
    """Known from now on, until it is corrected or retracted. Of ten events nine are of this type, so its fold is the one to keep quick."""
    _check_in(recorded, event, facts, CheckInKind.RECORDED, FOR_EVER, event.said_status, _said(event), event.comment, event.part_id or None)
    if event.blockers:
        facts.blockers += [
            Blocker(event.key_result_id, event.check_in_id, number, blocker, recorded.tenant_id, _recording(recorded))
            for number, blocker in enumerate(event.blockers, 1)
        ]


@folds(checkins.CheckInAbstained)
def check_in_abstained(recorded: Recorded, event: checkins.CheckInAbstained, facts: Facts) -> None:
    """A check-in, but not a value."""
    _check_in(recorded, event, facts, CheckInKind.ABSTAINED, FOR_EVER, _NO_STATUS, _NOTHING, event.reason)


@folds(checkins.CheckInCorrected)
def check_in_corrected(recorded: Recorded, event: checkins.CheckInCorrected, facts: Facts) -> None:
    """Ends what was known of the check-in, and says another value; its place and the status said with it are those of the first."""
    _check_in(recorded, event, facts, CheckInKind.CORRECTED, FOR_EVER, _NO_STATUS, _said(event), event.comment or event.reason)


@folds(checkins.CheckInRetracted)
def check_in_retracted(recorded: Recorded, event: checkins.CheckInRetracted, facts: Facts) -> None:
    """Ends what was known of the check-in, and is itself known never: the value before it counts again."""
    _check_in(recorded, event, facts, CheckInKind.RETRACTED, recorded.recorded_at, _NO_STATUS, _NOTHING, event.reason)


@folds(checkins.CheckInRestored)
def check_in_restored(recorded: Recorded, event: checkins.CheckInRestored, facts: Facts) -> None:
    """Known again from now on, at the day and place of the first, with what it says now; an abstention carries no value."""
    if event.HasField("abstention"):
        _check_in(recorded, event, facts, CheckInKind.ABSTENTION_RESTORED, FOR_EVER, _NO_STATUS, _NOTHING, event.abstention)
    else:
        _check_in(recorded, event, facts, CheckInKind.RESTORED, FOR_EVER, _NO_STATUS, _said(event), event.comment)


@folds(checkins.KeyResultGraded)
def key_result_graded(recorded: Recorded, event: checkins.KeyResultGraded, facts: Facts) -> None:
    """The figure given at the end; without one the grade was abstained from."""
    facts.grades.append(
        Grade(
            key_result_id=event.key_result_id,
            true_on=event.as_of,
            grade=event.grade if event.HasField("grade") else None,
            graded_on=event.graded_on,
            tenant_id=recorded.tenant_id,
            recording=_recording(recorded),
            comment=event.reason,
        )
    )
    facts.moved_by[event.objective_id] = recorded.event_id


# -- KPIs ------------------------------------------------------------------------------------------------------------------------------


@folds(goals.KpiDefined)
def kpi_defined(recorded: Recorded, event: goals.KpiDefined, facts: Facts) -> None:
    """The first version holds since ever."""
    _first(recorded, event, event.kpi_id, kpi_as_defined(event), facts.kpi_versions, KpiVersion, facts)
    facts.moved_by[event.kpi_id] = recorded.event_id


@folds(goals.KpiRevised)
def kpi_revised(recorded: Recorded, event: goals.KpiRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says."""
    made = _changed(facts.by_themselves[event.kpi_id], recorded, event, kpi_changes(event))
    _new_versions(recorded, made, facts.kpi_versions, KpiVersion)


@folds(goals.KpiRetired)
def kpi_retired(recorded: Recorded, event: goals.KpiRetired, facts: Facts) -> None:
    """It keeps the value that it had."""
    made = _changed(facts.by_themselves[event.kpi_id], recorded, event, {"retired": True})
    _new_versions(recorded, made, facts.kpi_versions, KpiVersion, event.reason)


@folds(goals.KpiMeasured)
def kpi_measured(recorded: Recorded, event: goals.KpiMeasured, facts: Facts) -> None:
    """Of one day the value that was recorded last counts."""
    _kpi_value(recorded, event, facts, event.value, event.comment)


@folds(goals.KpiMeasurementRetracted)
def kpi_measurement_retracted(recorded: Recorded, event: goals.KpiMeasurementRetracted, facts: Facts) -> None:
    """The value before it counts again."""
    _kpi_value(recorded, event, facts, None, event.reason)


# -- work ------------------------------------------------------------------------------------------------------------------------------


@folds(goals.TaskGiven)
def task_given(recorded: Recorded, event: goals.TaskGiven, facts: Facts) -> None:
    """Open since ever."""
    _first(recorded, event, event.task_id, task_as_given(event), facts.task_versions, TaskVersion, facts)


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
    _first(recorded, event, event.initiative_id, initiative_as_defined(event), facts.initiative_versions, InitiativeVersion, facts)


@folds(goals.InitiativeRevised)
def initiative_revised(recorded: Recorded, event: goals.InitiativeRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says."""
    made = _changed(facts.by_themselves[event.initiative_id], recorded, event, plain_changes(event))
    _new_versions(recorded, made, facts.initiative_versions, InitiativeVersion)


@folds(goals.MilestonePlanned)
def milestone_planned(recorded: Recorded, event: goals.MilestonePlanned, facts: Facts) -> None:
    """Planned since ever."""
    _first(recorded, event, event.milestone_id, milestone_as_planned(event), facts.milestone_versions, MilestoneVersion, facts)


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


# -- conversations ---------------------------------------------------------------------------------------------------------------------


@folds(checkins.CommentWritten)
def comment_written(recorded: Recorded, event: checkins.CommentWritten, facts: Facts) -> None:
    """It begins a thread, or goes on with one."""
    _comment(recorded, event, facts, CommentKind.COMMENT, thread_id=event.thread_id, reply_to_id=event.reply_to_id)


@folds(checkins.AppreciationGiven)
def appreciation_given(recorded: Recorded, event: checkins.AppreciationGiven, facts: Facts) -> None:
    """Kudos, or that somebody has taken note."""
    _comment(recorded, event, facts, _APPRECIATIONS[event.kind], person_ids=tuple(event.to_person_ids))


@folds(checkins.FeedbackAsked)
def feedback_asked(recorded: Recorded, event: checkins.FeedbackAsked, facts: Facts) -> None:
    """A question to one person."""
    _comment(recorded, event, facts, CommentKind.FEEDBACK_REQUEST, person_ids=(event.of_person_id,))


@folds(checkins.FeedbackGiven)
def feedback_given(recorded: Recorded, event: checkins.FeedbackGiven, facts: Facts) -> None:
    """The reply to what somebody was asked."""
    _comment(
        recorded, event, facts, CommentKind.FEEDBACK, comment_id=event.feedback_id, thread_id=event.comment_id, reply_to_id=event.comment_id
    )


@folds(checkins.FeedbackDeclined)
def feedback_declined(recorded: Recorded, event: checkins.FeedbackDeclined, facts: Facts) -> None:
    """There will be no feedback."""
    _comment_changed(recorded, event, facts, CommentChange.DECLINED, event.reason)


@folds(checkins.CommentEdited)
def comment_edited(recorded: Recorded, event: checkins.CommentEdited, facts: Facts) -> None:
    """It says something else."""
    _comment_changed(recorded, event, facts, CommentChange.EDITED, event.text, event.mentions)


@folds(checkins.CommentTakenBack)
def comment_taken_back(recorded: Recorded, event: checkins.CommentTakenBack, facts: Facts) -> None:
    """It says nothing any more."""
    _comment_changed(recorded, event, facts, CommentChange.TAKEN_BACK, event.reason)


@folds(checkins.ReactionAdded)
def reaction_added(recorded: Recorded, event: checkins.ReactionAdded, facts: Facts) -> None:
    """Somebody reacts to a comment."""
    _reaction(recorded, event, facts, stands=True)


@folds(checkins.ReactionRemoved)
def reaction_removed(recorded: Recorded, event: checkins.ReactionRemoved, facts: Facts) -> None:
    """They do so no longer."""
    _reaction(recorded, event, facts, stands=False)


# -- what the folds share --------------------------------------------------------------------------------------------------------------


def _day_of(recorded: Recorded) -> Day:
    return utc_day_of_old_event(recorded.recorded_at)


def _recording(recorded: Recorded) -> Recording:
    return Recording(
        position=recorded.position,
        known_from=recorded.recorded_at,
        event_id=recorded.event_id,
        event_type=recorded.event_type,
        actor_id=recorded.actor_id,
        on_behalf_of=recorded.on_behalf_of,
    )


class _Dated(Protocol):
    """An event that may say from which day on it holds."""

    holds_from: Day

    def HasField(self, field_name: Literal["holds_from"], /) -> bool: ...  # noqa: N802 - protobuf's own name


def _from(event: _Dated, of_old: Day) -> Day:
    """From which day on an event holds: as it says, or as it was told of those that did not say so yet."""
    if not event.HasField("holds_from"):
        return of_old
    return event.holds_from if event.holds_from > FIRST_DAY else BEFORE_ALL_DAYS


D = TypeVar("D", bound=tuple[Any, ...])
R = TypeVar("R", bound=tuple[Any, ...])


def _changed(
    timeline: Timeline[D], recorded: Recorded, event: _Dated, changes: Mapping[str, Any], of_old: Day | None = None
) -> list[Segment[D]]:
    if event.HasField("holds_from"):
        return timeline.changed(_from(event, BEFORE_ALL_DAYS), changes)
    return timeline.overridden(_day_of(recorded) if of_old is None else of_old, changes)


def _new_objective_versions(
    recorded: Recorded, segments: Iterable[Segment[ObjectiveDefinition]], facts: Facts, *, note: str = "", goalpost_moved: bool = False
) -> None:
    for segment in segments:
        version = ObjectiveVersion(
            definition=segment.definition,
            tenant_id=recorded.tenant_id,
            true_from=segment.true_from,
            recording=_recording(recorded),
            version=recorded.aggregate_version,
            note=note,
            says=segment.says,
            goalpost_moved=goalpost_moved,
            found_by=of_objective(recorded.tenant_id, segment.definition),
        )
        facts.objective_versions.append(version)
    _objective_advances(recorded, version.definition.objective_id, facts)


OnApproval = goals.ObjectiveSubmitted | goals.ObjectiveApproved | goals.ObjectiveSentBack | goals.ObjectiveApprovalLapsed


def _approval_came_to(approval: goals.Approval.ValueType, recorded: Recorded, event: OnApproval, facts: Facts, note: str = "") -> None:
    made = _changed(facts.objectives[event.objective_id], recorded, event, {"approval": approval})
    _new_objective_versions(recorded, made, facts, note=note)


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
            recording=_recording(recorded),
            note=note,
            says=segment.says,
            goalpost_moved=goalpost_moved,
            found_by=of_key_result(recorded.tenant_id, segment.definition),
        )
        facts.key_result_versions.append(version)
    _objective_advances(recorded, objective_id, facts)


def _first(recorded: Recorded, event: _Dated, thing: Id, definition: D, versions: list[R], row: Callable[..., R], facts: Facts) -> None:
    """The first version of what stands for itself."""
    first = Segment(_from(event, BEFORE_ALL_DAYS), definition, says=0)
    timeline: Timeline[Any] = Timeline()
    timeline.told([first])
    facts.by_themselves[thing] = timeline
    _new_versions(recorded, [first], versions, row)


def _new_versions(recorded: Recorded, segments: Iterable[Segment[D]], versions: list[R], row: Callable[..., R], note: str = "") -> None:
    """Versions of what stands for itself."""
    for segment in segments:
        version = row(
            definition=segment.definition,
            tenant_id=recorded.tenant_id,
            true_from=segment.true_from,
            recording=_recording(recorded),
            version=recorded.aggregate_version,
            note=note,
            says=segment.says,
        )
        versions.append(version)


OnTask = goals.TaskRevised | goals.TaskReassigned | goals.TaskDone | goals.TaskReopened | goals.TaskCancelled
OnMilestone = goals.MilestoneRevised | goals.MilestoneReached | goals.MilestonePostponed


def _task_changed(recorded: Recorded, event: OnTask, changes: Mapping[str, Any], facts: Facts, note: str = "") -> None:
    made = _changed(facts.by_themselves[event.task_id], recorded, event, changes)
    _new_versions(recorded, made, facts.task_versions, TaskVersion, note)


def _milestone_changed(recorded: Recorded, event: OnMilestone, changes: Mapping[str, Any], facts: Facts, note: str = "") -> None:
    made = _changed(facts.by_themselves[event.milestone_id], recorded, event, changes)
    _new_versions(recorded, made, facts.milestone_versions, MilestoneVersion, note)


def _kpi_value(
    recorded: Recorded, event: goals.KpiMeasured | goals.KpiMeasurementRetracted, facts: Facts, value: float | None, comment: str
) -> None:
    facts.kpi_values.append(
        KpiValue(
            kpi_id=event.kpi_id,
            true_on=event.as_of,
            measurement_id=event.measurement_id,
            value=value,
            tenant_id=recorded.tenant_id,
            recording=_recording(recorded),
            version=recorded.aggregate_version,
            comment=comment,
        )
    )
    facts.moved_by[event.kpi_id] = recorded.event_id


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
            recording=_recording(recorded),
        )
    )


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
    said = LookedBack(objective_id, outcome, well, learnt, carried_over, recorded.tenant_id, _recording(recorded))
    facts.looked_back.append(said)


def _ended(recorded: Recorded, event: _Dated, ended_id: Id, objective_id: Id, facts: Facts, *, ends: bool = True) -> None:
    facts.endings.append(
        Ending(
            ended_id=ended_id,
            objective_id=objective_id,
            ended_on=_from(event, _day_of(recorded)),
            ends=ends,
            tenant_id=recorded.tenant_id,
            recording=_recording(recorded),
        )
    )


def _objective_advances(recorded: Recorded, objective_id: Id, facts: Facts) -> None:
    """An objective with its key results is one aggregate: whatever was said of it, it is at this version now."""
    _is_at_version(recorded, objective_id, facts)
    facts.moved_by[objective_id] = recorded.event_id


def _is_at_version(recorded: Recorded, objective_id: Id, facts: Facts) -> None:
    """Of an objective to which a key result was moved, events come in two partitions, in any order."""
    at_version = facts.objective_at_version
    at_version[objective_id] = max(recorded.aggregate_version, at_version.get(objective_id, 0))


def _counts_for(recorded: Recorded, key_result_id: Id, objective_id: Id, facts: Facts, *, counts: bool, true_from: Day) -> None:
    facts.shares.append(
        CountsFor(
            key_result_id=key_result_id,
            objective_id=objective_id,
            counts=counts,
            tenant_id=recorded.tenant_id,
            true_from=true_from,
            recording=_recording(recorded),
        )
    )
    facts.moved_by[objective_id] = recorded.event_id


OnCheckIn = (
    checkins.CheckInRecorded | checkins.CheckInAbstained | checkins.CheckInCorrected | checkins.CheckInRetracted | checkins.CheckInRestored
)
Said = tuple[float | None, int | None, int | None]
"""What a check-in says: its value, or else which milestones are done, as the bits of a signed number; and the confidence."""

_NOTHING: Final[Said] = (None, None, None)
_NO_STATUS: Final = 0
_SIGN, _BITS = 1 << 63, 1 << 64


def _said(event: checkins.CheckInRecorded | checkins.CheckInCorrected | checkins.CheckInRestored) -> Said:
    confidence = event.confidence if event.HasField("confidence") else None
    if event.HasField("value"):
        return event.value, None, confidence
    done = event.milestones_done
    return None, done - _BITS if done & _SIGN else done, confidence


def _check_in(
    recorded: Recorded,
    event: OnCheckIn,
    facts: Facts,
    kind: CheckInKind,
    known_to: Microseconds,
    status: int,
    said: Said,
    comment: str,
    part: Id | None = None,
) -> None:
    position = place = recorded.position
    value, milestones_done, confidence = said
    # In the order of the fields, here alone: by name it would take the commonest fold a fifth longer (measured).
    fact = CheckInFact(
        event.key_result_id, event.as_of, place, recorded.recorded_at, known_to, position, kind, status,
        recorded.tenant_id, event.check_in_id, recorded.event_id, recorded.actor_id, recorded.on_behalf_of,
        value, milestones_done, confidence, comment, part,
    )  # fmt: skip
    facts.check_ins.append(fact)
    facts.moved_by[event.objective_id] = recorded.event_id


Begun = checkins.CommentWritten | checkins.AppreciationGiven | checkins.FeedbackAsked | checkins.FeedbackGiven
OnComment = checkins.CommentEdited | checkins.CommentTakenBack | checkins.FeedbackDeclined

_APPRECIATIONS: Final = {
    checkins.APPRECIATION_KIND_KUDOS: CommentKind.KUDOS,
    checkins.APPRECIATION_KIND_ACKNOWLEDGEMENT: CommentKind.ACKNOWLEDGEMENT,
}


def _comment(
    recorded: Recorded,
    event: Begun,
    facts: Facts,
    kind: CommentKind,
    *,
    comment_id: Id = b"",
    thread_id: Id = b"",
    reply_to_id: Id = b"",
    person_ids: tuple[Id, ...] = (),
) -> None:
    comment_id = comment_id or event.comment_id
    facts.comments.append(
        CommentFact(
            comment_id=comment_id,
            **_what_it_is_on(event),
            change=CommentChange.WRITTEN,
            kind=kind,
            author_id=event.author_id,
            thread_id=thread_id or comment_id,
            reply_to_id=reply_to_id or None,
            person_ids=person_ids,
            text=event.text,
            mention_ats=tuple(mention.at for mention in event.mentions),
            mention_ids=tuple(mention.person_id for mention in event.mentions),
            written_day=event.written_day,
            tenant_id=recorded.tenant_id,
            recording=_recording(recorded),
        )
    )


def _comment_changed(
    recorded: Recorded, event: OnComment, facts: Facts, change: CommentChange, text: str, mentions: Iterable[checkins.Mention] = ()
) -> None:
    said = list(mentions)
    facts.comments.append(
        CommentFact(
            comment_id=event.comment_id,
            **_what_it_is_on(event),
            change=change,
            kind=None,
            author_id=event.author_id,
            thread_id=None,
            reply_to_id=None,
            person_ids=(),
            text=text,
            mention_ats=tuple(mention.at for mention in said),
            mention_ids=tuple(mention.person_id for mention in said),
            written_day=None,
            tenant_id=recorded.tenant_id,
            recording=_recording(recorded),
        )
    )


def _on_id(event: Begun | OnComment | checkins.ReactionAdded | checkins.ReactionRemoved) -> Id:
    """What is talked about."""
    return event.check_in_id or event.key_result_id or event.objective_id


def _what_it_is_on(event: Begun | OnComment) -> dict[str, Any]:
    return {
        "on_id": _on_id(event),
        "objective_id": event.objective_id,
        "key_result_id": event.key_result_id or None,
        "check_in_id": event.check_in_id or None,
    }


def _reaction(recorded: Recorded, event: checkins.ReactionAdded | checkins.ReactionRemoved, facts: Facts, *, stands: bool) -> None:
    facts.reactions.append(
        ReactionFact(
            comment_id=event.comment_id,
            person_id=event.person_id,
            reaction=event.reaction,
            stands=stands,
            on_id=_on_id(event),
            objective_id=event.objective_id,
            tenant_id=recorded.tenant_id,
            recording=_recording(recorded),
        )
    )
