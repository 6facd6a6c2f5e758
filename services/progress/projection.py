"""From events to packed rows of facts: the same code live and in a rebuild. Nothing is read here, nothing is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from struct import Struct
from typing import Any, Final, NamedTuple

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from chassis.events import EventTypes
from chassis.eventstore import PackedEvent
from chassis.ids import Id
from chassis.postgres.binary import NULL, UUID
from progress import schema
from progress.domain import definitions
from progress.domain.definitions import DAY, KEY_RESULT_CHANGES, OBJECTIVE_CHANGES, KeyResultDefinition, ObjectiveDefinition, true_from
from progress.schema import ABSTAINED, CORRECTED, FOR_EVER, RECORDED, RETRACTED, SINCE_EVER
from shared.upcasters import UPCASTERS

LOGS: Final = ("goals", "checkins")
"""The logs that the projection folds."""

EVENT_TYPES: Final = EventTypes(goals, checkins, upcasters=UPCASTERS)

_CHECK_IN = Struct(">h i16s ii iq iq iq iq ih ih i16s i16s i16s i16s").pack
_FLOAT8 = Struct(">id").pack
_UINT8 = Struct(">iQ").pack
_INT2 = Struct(">ih").pack
_LENGTH = Struct(">i").pack
_COLUMNS = len(schema.CHECK_IN.columns)


def columns_of(event: PackedEvent) -> tuple[object, ...]:
    """What the log adds to an event, in the order of the tables of facts."""
    position, event_id, _, _, _, recorded_at, actor_id, on_behalf_of, _, event_type, _ = event
    return position, recorded_at, event_id, event_type, actor_id, on_behalf_of


class NewCheckIn(NamedTuple):
    """What a live row takes from a check-in; what is bytes is packed as an element of an array."""

    as_of: int  # day
    said_status: int
    value: bytes
    milestones_done: bytes
    confidence: bytes
    check_in_id: bytes
    event_id: bytes


class Changes:
    """What a batch of events adds: packed rows of facts, and the ids that live rows, settling and the follower need."""

    def __init__(self) -> None:
        self.rows = _no_rows()
        self.check_ins = self.rows["check_in"]  # nine rows of ten
        self.cycles: dict[Id, tuple[Id, str, int, int]] = {}  # tenant, name, first day, last day; of those defined here
        self.cycle_states: dict[Id, int] = {}
        self.objectives: set[Id] = set()  # with a new version
        self.key_results: set[Id] = set()  # with a new version
        self.aligned: set[Id] = set()  # objectives that were given another place in the tree
        self.versions: dict[Id, int] = {}  # of the objective aggregates that had an event
        self.shared: set[Id] = set()  # key results that were shared, or no longer are
        self.superseded: set[tuple[Id, int, Id]] = set()  # (key result, day, check-in) that was corrected or retracted
        self.recorded: dict[Id, NewCheckIn] = {}  # by key result, of those recorded here: the one that is true on the latest day
        self.reported: set[Id] = set()  # key results with another check-in than those
        self.graded: set[Id] = set()  # key results with a grade
        self.touched: set[Id] = set()  # objectives whose number may have moved

    def take_rows(self) -> dict[str, list[bytes]]:
        """The rows so far; the next ones start anew."""
        taken, self.rows = self.rows, _no_rows()
        self.check_ins = self.rows["check_in"]
        return taken


def _no_rows() -> dict[str, list[bytes]]:
    return {table.name: [] for table in schema.FACTS}


Fold = Callable[["Facts", PackedEvent, Any], None]


class Facts:
    """Folds events of both logs into changes.

    Definitions are folded from version to version, so those that a batch changes must be in `objectives` and `key_results`
    before; a rebuild starts from nothing and keeps them all. `aligned` holds the objectives that have been given a parent before.
    With `newest`, check-ins that were only recorded are in `changes.recorded`, else in `changes.reported` like all others.
    """

    def __init__(self, *, newest: bool = False) -> None:
        self._folds = _FOLDS_WITH_NEWEST if newest else _FOLDS
        self.objectives: dict[Id, ObjectiveDefinition] = {}
        self.key_results: dict[Id, KeyResultDefinition] = {}
        self.aligned: set[Id] = set()
        self.changes = Changes()

    def fold(self, event: PackedEvent) -> None:
        """Takes one event in. Those that say nothing of progress are passed over.

        Raises KeyError when it changes what was never defined, and DecodeError when its payload is no such event.
        """
        event_type = event[9]
        folded = self._folds.get(event_type)
        if folded is not None:
            parse, fold = folded
            fold(self, event, parse(event[10]))
        elif event_type in EVENT_TYPES:  # an old version
            message = EVENT_TYPES.decode(event_type, event[10])
            if (current := self._folds.get(message.DESCRIPTOR.full_name)) is not None:
                current[1](self, event, message)

    def take_changes(self) -> Changes:
        """What was folded so far; what comes next starts anew, on the same definitions."""
        taken, self.changes = self.changes, Changes()
        return taken

    def _objective(self, recorded: PackedEvent, definition: ObjectiveDefinition, true_from: int, note: str) -> None:
        self.objectives[definition.objective_id] = definition
        self.changes.objectives.add(definition.objective_id)
        self._advance(definition.objective_id, recorded)
        row = (*definition, recorded[2], true_from, *columns_of(recorded), recorded[4], note)
        self.changes.rows["objective"].append(schema.OBJECTIVE.pack(row))

    def _key_result(self, recorded: PackedEvent, definition: KeyResultDefinition, true_from: int, note: str) -> None:
        self.key_results[definition.key_result_id] = definition
        self.changes.key_results.add(definition.key_result_id)
        self._advance(definition.objective_id, recorded)
        row = (*definition, recorded[2], true_from, *columns_of(recorded), note)
        self.changes.rows["key_result"].append(schema.KEY_RESULT.pack(row))

    def _counts_for(self, recorded: PackedEvent, key_result_id: Id, objective_id: Id, counts: bool, true_from: int) -> None:
        row = (key_result_id, objective_id, counts, recorded[2], true_from, *columns_of(recorded))
        self.changes.rows["counts_for"].append(schema.COUNTS_FOR.pack(row))
        self.changes.shared.add(key_result_id)
        self.changes.touched.add(objective_id)

    def _advance(self, objective_id: Id, recorded: PackedEvent) -> None:
        self.changes.versions[objective_id] = recorded[4]
        self.changes.touched.add(objective_id)


def _objective_defined(facts: Facts, recorded: PackedEvent, event: goals.ObjectiveDefined) -> None:
    facts._objective(recorded, definitions.objective_defined(event), SINCE_EVER, "")


def _objective_changed(facts: Facts, recorded: PackedEvent, event: Any) -> None:
    definition = OBJECTIVE_CHANGES[type(event)](facts.objectives[event.objective_id], event)
    note = (
        event.outcome if isinstance(event, goals.ObjectiveClosed) else event.reason if isinstance(event, goals.ObjectiveCancelled) else ""
    )
    facts._objective(recorded, definition, true_from(definition, event, recorded[5]), note)


def _key_result_defined(facts: Facts, recorded: PackedEvent, event: goals.KeyResultDefined) -> None:
    cycle_id = facts.objectives[event.objective_id].cycle_id
    facts._key_result(recorded, definitions.key_result_defined(event, cycle_id), SINCE_EVER, "")
    for objective_id in event.counts_for:
        facts._counts_for(recorded, event.key_result_id, objective_id, True, SINCE_EVER)


def _key_result_changed(facts: Facts, recorded: PackedEvent, event: Any) -> None:
    definition = KEY_RESULT_CHANGES[type(event)](facts.key_results[event.key_result_id], event)
    note = event.reason if isinstance(event, goals.KeyResultCancelled) else ""
    if getattr(event, "goalpost_moved", False):
        note = GOALPOST_MOVED
    facts._key_result(recorded, definition, recorded[5] // DAY, note)


GOALPOST_MOVED: Final = "goalpost moved"
"""The note on a version that changed a figure of an active objective."""


def _key_result_shared(facts: Facts, recorded: PackedEvent, event: goals.KeyResultShared) -> None:
    facts._advance(event.objective_id, recorded)
    facts._counts_for(recorded, event.key_result_id, event.counts_for, True, recorded[5] // DAY)


def _key_result_unshared(facts: Facts, recorded: PackedEvent, event: goals.KeyResultUnshared) -> None:
    facts._advance(event.objective_id, recorded)
    facts._counts_for(recorded, event.key_result_id, event.counts_for, False, recorded[5] // DAY)


def _objective_aligned(facts: Facts, recorded: PackedEvent, event: goals.ObjectiveAligned) -> None:
    first = event.objective_id not in facts.aligned
    facts.aligned.add(event.objective_id)
    facts.changes.aligned.add(event.objective_id)
    parent = event.parent_objective_id or event.parent_key_results_objective_id or None
    row = (
        event.objective_id,
        parent,
        event.parent_key_result_id or None,
        recorded[2],
        SINCE_EVER if first else recorded[5] // DAY,
        *columns_of(recorded),
    )
    facts.changes.rows["alignment"].append(schema.ALIGNMENT.pack(row))
    facts.changes.touched.add(event.objective_id)


def _cycle_defined(facts: Facts, recorded: PackedEvent, event: goals.CycleDefined) -> None:
    facts.changes.cycles[event.cycle_id] = (recorded[2], event.name, event.first_day, event.last_day)
    facts.changes.cycle_states[event.cycle_id] = goals.CYCLE_STATE_PLANNING


def _cycle_moved(state: int) -> Callable[[Facts, PackedEvent, Any], None]:
    def moved(facts: Facts, _recorded: PackedEvent, event: Any) -> None:
        facts.changes.cycle_states[event.cycle_id] = state

    return moved


def _check_in(
    facts: Facts, recorded: PackedEvent, event: Any, kind: int, check_in_id: Id, known_to: int, said: int, reported: Reported, comment: str
) -> None:
    position, event_id, tenant_id, _, _, at, actor_id, behalf, _, _, _ = recorded
    changes, key_result_id, encoded = facts.changes, event.key_result_id, comment.encode()
    changes.touched.add(event.objective_id)
    fixed = _CHECK_IN(
        _COLUMNS, 16, key_result_id, 4, event.as_of, 8, position, 8, at, 8, known_to, 8, position, 2, kind, 2, said,
        16, tenant_id, 16, check_in_id, 16, event_id, 16, actor_id,
    )  # fmt: skip
    changes.check_ins.append(b"".join((fixed, NULL if behalf is None else UUID.pack(behalf), *reported, _LENGTH(len(encoded)), encoded)))


Reported = tuple[bytes, bytes, bytes]
"""The columns value, milestones_done and confidence, packed."""

_NOTHING: Final[Reported] = (NULL, NULL, NULL)


def _reported(event: checkins.CheckInRecorded | checkins.CheckInCorrected) -> Reported:
    """A check-in without a value says which milestones are done."""
    confidence = _INT2(2, event.confidence) if event.HasField("confidence") else NULL
    if event.HasField("value"):
        return _FLOAT8(8, event.value), NULL, confidence
    return NULL, _UINT8(8, event.milestones_done), confidence


def _check_in_recorded(facts: Facts, recorded: PackedEvent, event: checkins.CheckInRecorded) -> None:
    facts.changes.reported.add(event.key_result_id)
    _check_in(facts, recorded, event, RECORDED, event.check_in_id, FOR_EVER, event.said_status, _reported(event), event.comment)


def _newest_recorded(facts: Facts, recorded: PackedEvent, event: checkins.CheckInRecorded) -> None:
    reported, said, check_in_id, as_of = _reported(event), event.said_status, event.check_in_id, event.as_of
    _check_in(facts, recorded, event, RECORDED, check_in_id, FOR_EVER, said, reported, event.comment)
    newest = facts.changes.recorded
    known = newest.get(event.key_result_id)
    if known is None or known.as_of <= as_of:
        newest[event.key_result_id] = NewCheckIn(as_of, said, *reported, UUID.pack(check_in_id), UUID.pack(recorded[1]))


def _check_in_abstained(facts: Facts, recorded: PackedEvent, event: checkins.CheckInAbstained) -> None:
    facts.changes.reported.add(event.key_result_id)
    _check_in(facts, recorded, event, ABSTAINED, event.check_in_id, FOR_EVER, 0, _NOTHING, event.reason)


def _check_in_corrected(facts: Facts, recorded: PackedEvent, event: checkins.CheckInCorrected) -> None:
    _supersede(facts, event)
    comment = event.comment or event.reason
    _check_in(facts, recorded, event, CORRECTED, event.check_in_id, FOR_EVER, 0, _reported(event), comment)


def _check_in_retracted(facts: Facts, recorded: PackedEvent, event: checkins.CheckInRetracted) -> None:
    _supersede(facts, event)
    # Known never: it only ends what it takes back.
    _check_in(facts, recorded, event, RETRACTED, event.check_in_id, recorded[5], 0, _NOTHING, event.reason)


def _supersede(facts: Facts, event: checkins.CheckInCorrected | checkins.CheckInRetracted) -> None:
    facts.changes.reported.add(event.key_result_id)
    facts.changes.superseded.add((event.key_result_id, event.as_of, event.check_in_id))


def _key_result_graded(facts: Facts, recorded: PackedEvent, event: checkins.KeyResultGraded) -> None:
    facts.changes.graded.add(event.key_result_id)
    facts.changes.touched.add(event.objective_id)
    grade = event.grade if event.HasField("grade") else None
    row = (event.key_result_id, event.as_of, grade, event.graded_on, recorded[2], *columns_of(recorded), event.reason)
    facts.changes.rows["grade"].append(schema.GRADE.pack(row))


_FOLDS_BY_CLASS: Final[dict[Any, Fold]] = {
    goals.CycleDefined: _cycle_defined,
    goals.CycleStarted: _cycle_moved(goals.CYCLE_STATE_ACTIVE),
    goals.CycleReviewStarted: _cycle_moved(goals.CYCLE_STATE_REVIEW),
    goals.CycleClosed: _cycle_moved(goals.CYCLE_STATE_CLOSED),
    goals.ObjectiveDefined: _objective_defined,
    **dict.fromkeys(OBJECTIVE_CHANGES, _objective_changed),
    goals.ObjectiveAligned: _objective_aligned,
    goals.KeyResultDefined: _key_result_defined,
    **dict.fromkeys(KEY_RESULT_CHANGES, _key_result_changed),
    goals.KeyResultShared: _key_result_shared,
    goals.KeyResultUnshared: _key_result_unshared,
    checkins.CheckInRecorded: _check_in_recorded,
    checkins.CheckInAbstained: _check_in_abstained,
    checkins.CheckInCorrected: _check_in_corrected,
    checkins.CheckInRetracted: _check_in_retracted,
    checkins.KeyResultGraded: _key_result_graded,
}
_FOLDS: Final = {cls.DESCRIPTOR.full_name: (cls.FromString, fold) for cls, fold in _FOLDS_BY_CLASS.items()}
"""By event type: how to read it, and how to fold it."""

_FOLDS_WITH_NEWEST: Final = _FOLDS | {
    checkins.CheckInRecorded.DESCRIPTOR.full_name: (checkins.CheckInRecorded.FromString, _newest_recorded)
}


def read_set(events: Iterable[Any]) -> tuple[set[Id], set[Id], set[Id]]:
    """What must be known before these events of goals are folded: objectives, key results, and objectives that may be aligned already."""
    objectives: set[Id] = set()
    key_results: set[Id] = set()
    aligned: set[Id] = set()
    for event in events:
        match event:
            case goals.ObjectiveAligned():
                aligned.add(event.objective_id)
            case goals.KeyResultDefined():
                objectives.add(event.objective_id)
            case goals.KeyResultRevised() | goals.KeyResultCancelled():
                key_results.add(event.key_result_id)
            case goals.ObjectiveRevised() | goals.ObjectiveActivated() | goals.ObjectiveClosed() | goals.ObjectiveCancelled():
                objectives.add(event.objective_id)
    return objectives, key_results, aligned
