"""What each event says of objectives, key results, cycles and check-ins, as facts: one fold for every event type that matters here.

Live, in a rebuild and in a replay without a server the same folds run; they differ only in where the facts are put. A fold reads no
database and no clock. It may look at the definition that an event changes, which whoever folds has to have put into `Facts` before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, TypeVar

from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Day, Microseconds, day_at
from chassis.events import EventTypes
from chassis.ids import Id
from progress.facts.definitions import key_result_as_defined, key_result_as_revised, objective_as_defined, objective_as_revised
from progress.facts.facts import Cycle, Facts
from progress.facts.rows import (
    FOR_EVER,
    SINCE_EVER,
    Alignment,
    CheckInFact,
    CheckInKind,
    CountsFor,
    Grade,
    KeyResultDefinition,
    KeyResultVersion,
    ObjectiveDefinition,
    ObjectiveVersion,
    Recording,
)
from shared.upcasters import UPCASTERS

LOGS: Final = ("goals", "checkins")
"""The logs that the projection folds."""

EVENT_TYPES: Final = EventTypes(goals, checkins, upcasters=UPCASTERS)

GOALPOST_MOVED: Final = "goalpost moved"
"""The note on a version that changed a figure of an active objective."""


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


PASSED_OVER: Final = frozenset({goals.ReferenceReserved.DESCRIPTOR.full_name})
"""Event types that are known here and say nothing of progress."""


def folded_types() -> Iterable[str]:
    """The event types that have a fold."""
    return _FOLDS.keys()


# -- objectives ------------------------------------------------------------------------------------------------------------------------


@folds(goals.ObjectiveDefined)
def objective_defined(recorded: Recorded, event: goals.ObjectiveDefined, facts: Facts) -> None:
    """The first version holds since ever."""
    _new_objective_version(recorded, objective_as_defined(event), facts, true_from=SINCE_EVER)


@folds(goals.ObjectiveRevised)
def objective_revised(recorded: Recorded, event: goals.ObjectiveRevised, facts: Facts) -> None:
    """What was revised is true from the day of its recording on."""
    _new_objective_version(recorded, objective_as_revised(facts.objectives[event.objective_id], event), facts, true_from=_day_of(recorded))


@folds(goals.ObjectiveActivated)
def objective_activated(recorded: Recorded, event: goals.ObjectiveActivated, facts: Facts) -> None:
    """One that is made active late, as an imported one is, was active from its own first day."""
    definition = facts.objectives[event.objective_id]._replace(state=goals.OBJECTIVE_STATE_ACTIVE)
    _new_objective_version(recorded, definition, facts, true_from=min(_day_of(recorded), definition.start_day))


@folds(goals.ObjectiveClosed)
def objective_closed(recorded: Recorded, event: goals.ObjectiveClosed, facts: Facts) -> None:
    """The work on it is over."""
    definition = facts.objectives[event.objective_id]._replace(state=goals.OBJECTIVE_STATE_CLOSED)
    _new_objective_version(recorded, definition, facts, true_from=_day_of(recorded), note=event.outcome)


@folds(goals.ObjectiveCancelled)
def objective_cancelled(recorded: Recorded, event: goals.ObjectiveCancelled, facts: Facts) -> None:
    """It no longer counts for anything."""
    definition = facts.objectives[event.objective_id]._replace(state=goals.OBJECTIVE_STATE_CANCELLED)
    _new_objective_version(recorded, definition, facts, true_from=_day_of(recorded), note=event.reason)


@folds(goals.ObjectiveAligned)
def objective_aligned(recorded: Recorded, event: goals.ObjectiveAligned, facts: Facts) -> None:
    """Its first place in the tree is its place since ever."""
    first = event.objective_id not in facts.aligned
    facts.aligned.add(event.objective_id)
    facts.alignments.append(
        Alignment(
            objective_id=event.objective_id,
            parent_objective_id=event.parent_objective_id or event.parent_key_results_objective_id or None,
            parent_key_result_id=event.parent_key_result_id or None,
            tenant_id=recorded.tenant_id,
            true_from=SINCE_EVER if first else _day_of(recorded),
            recording=_recording(recorded),
        )
    )
    facts.moved_by[event.objective_id] = recorded.event_id


# -- key results -----------------------------------------------------------------------------------------------------------------------


@folds(goals.KeyResultDefined)
def key_result_defined(recorded: Recorded, event: goals.KeyResultDefined, facts: Facts) -> None:
    """The first version holds since ever, and so does what it counts for beside its home."""
    definition = key_result_as_defined(event, cycle_id=facts.objectives[event.objective_id].cycle_id)
    _new_key_result_version(recorded, definition, facts, true_from=SINCE_EVER)
    for objective_id in event.counts_for:
        _counts_for(recorded, event.key_result_id, objective_id, facts, counts=True, true_from=SINCE_EVER)


@folds(goals.KeyResultRevised)
def key_result_revised(recorded: Recorded, event: goals.KeyResultRevised, facts: Facts) -> None:
    """What was revised is true from the day of its recording on."""
    definition = key_result_as_revised(facts.key_results[event.key_result_id], event)
    note = GOALPOST_MOVED if event.goalpost_moved else ""
    _new_key_result_version(recorded, definition, facts, true_from=_day_of(recorded), note=note)


@folds(goals.KeyResultCancelled)
def key_result_cancelled(recorded: Recorded, event: goals.KeyResultCancelled, facts: Facts) -> None:
    """It no longer counts for anything."""
    definition = facts.key_results[event.key_result_id]._replace(cancelled=True)
    _new_key_result_version(recorded, definition, facts, true_from=_day_of(recorded), note=event.reason)


@folds(goals.KeyResultShared)
def key_result_shared(recorded: Recorded, event: goals.KeyResultShared, facts: Facts) -> None:
    """It counts for another objective, too."""
    _objective_advances(recorded, event.objective_id, facts)
    _counts_for(recorded, event.key_result_id, event.counts_for, facts, counts=True, true_from=_day_of(recorded))


@folds(goals.KeyResultUnshared)
def key_result_unshared(recorded: Recorded, event: goals.KeyResultUnshared, facts: Facts) -> None:
    """It counts for that objective no longer."""
    _objective_advances(recorded, event.objective_id, facts)
    _counts_for(recorded, event.key_result_id, event.counts_for, facts, counts=False, true_from=_day_of(recorded))


# -- cycles ----------------------------------------------------------------------------------------------------------------------------


@folds(goals.CycleDefined)
def cycle_defined(recorded: Recorded, event: goals.CycleDefined, facts: Facts) -> None:
    """A cycle begins with its planning."""
    facts.cycles[event.cycle_id] = Cycle(recorded.tenant_id, event.name, event.first_day, event.last_day)
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
def cycle_closed(_recorded: Recorded, event: goals.CycleClosed, facts: Facts) -> None:
    """It is over."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_CLOSED


# -- check-ins -------------------------------------------------------------------------------------------------------------------------


@folds(checkins.CheckInRecorded)
def check_in_recorded(recorded: Recorded, event: checkins.CheckInRecorded, facts: Facts) -> None:
    """Known from now on, until it is corrected or retracted. Of ten events nine are of this type, so its fold is the one to keep quick."""
    _check_in(recorded, event, facts, CheckInKind.RECORDED, FOR_EVER, event.said_status, _said(event), event.comment)


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


# -- what the folds share --------------------------------------------------------------------------------------------------------------


def _day_of(recorded: Recorded) -> Day:
    return day_at(recorded.recorded_at)


def _recording(recorded: Recorded) -> Recording:
    return Recording(
        position=recorded.position,
        known_from=recorded.recorded_at,
        event_id=recorded.event_id,
        event_type=recorded.event_type,
        actor_id=recorded.actor_id,
        on_behalf_of=recorded.on_behalf_of,
    )


def _new_objective_version(recorded: Recorded, definition: ObjectiveDefinition, facts: Facts, *, true_from: Day, note: str = "") -> None:
    facts.objectives[definition.objective_id] = definition
    version = ObjectiveVersion(
        definition=definition,
        tenant_id=recorded.tenant_id,
        true_from=true_from,
        recording=_recording(recorded),
        version=recorded.aggregate_version,
        note=note,
    )
    facts.objective_versions.append(version)
    _objective_advances(recorded, definition.objective_id, facts)


def _new_key_result_version(recorded: Recorded, definition: KeyResultDefinition, facts: Facts, *, true_from: Day, note: str = "") -> None:
    facts.key_results[definition.key_result_id] = definition
    version = KeyResultVersion(
        definition=definition,
        tenant_id=recorded.tenant_id,
        true_from=true_from,
        recording=_recording(recorded),
        note=note,
    )
    facts.key_result_versions.append(version)
    _objective_advances(recorded, definition.objective_id, facts)


def _objective_advances(recorded: Recorded, objective_id: Id, facts: Facts) -> None:
    """An objective with its key results is one aggregate: whatever was said of it, it is at this version now."""
    facts.objective_at_version[objective_id] = recorded.aggregate_version
    facts.moved_by[objective_id] = recorded.event_id


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
    recorded: Recorded, event: OnCheckIn, facts: Facts, kind: CheckInKind, known_to: Microseconds, status: int, said: Said, comment: str
) -> None:
    position = place = recorded.position
    value, milestones_done, confidence = said
    # In the order of the fields, here alone: by name it would take the commonest fold a fifth longer (measured).
    fact = CheckInFact(
        event.key_result_id, event.as_of, place, recorded.recorded_at, known_to, position, kind, status,
        recorded.tenant_id, event.check_in_id, recorded.event_id, recorded.actor_id, recorded.on_behalf_of,
        value, milestones_done, confidence, comment,
    )  # fmt: skip
    facts.check_ins.append(fact)
    facts.moved_by[event.objective_id] = recorded.event_id
