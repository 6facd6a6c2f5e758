"""Facts in memory, and which of them hold at a point of both time axes: what the tables say in SQL, said once more in Python.

A point is (true on a day, known at an instant). A version of a definition holds from the day that it is true, once it is known;
the last one by position counts. A check-in's row holds from its day on, while it is known: until the next event on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, Generic, NamedTuple, TypeVar

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id
from progress.domain.definitions import (
    DAY,
    KEY_RESULT_CHANGES,
    OBJECTIVE_CHANGES,
    KeyResultDefinition,
    ObjectiveDefinition,
    key_result_defined,
    objective_defined,
    true_from,
)
from progress.domain.tree import KeyResult, Objective, Tree, arrange

ALWAYS: Final = 2**62
"""Beyond any day and any instant."""
_SINCE_EVER: Final = -(2**62)

T = TypeVar("T")


class Version(NamedTuple, Generic[T]):
    """What holds from a day on, once it is known, until a later version holds."""

    position: int
    true_from: int
    known_from: int
    event_id: Id
    version: int  # of the aggregate
    said: T


class Report(NamedTuple):
    """What the events said of one check-in at a time: the first one, a correction, or its end."""

    known_from: int
    event_id: Id
    stands: bool  # False: retracted
    abstained: bool
    value: float | None
    milestones_done: int | None
    confidence: int | None


class CheckIn:
    """One check-in: its day and place, the status said with it, and its reports in order."""

    __slots__ = ("check_in_id", "place", "reports", "said_status", "true_on")

    def __init__(self, check_in_id: Id, place: int, true_on: int, said_status: int) -> None:
        self.check_in_id = check_in_id
        self.place = place
        self.true_on = true_on
        self.said_status = said_status
        self.reports: list[Report] = []

    def known(self, known_at: int) -> Report | None:
        """What was known of it at an instant; None: nothing, or that it was retracted."""
        last = None
        for report in self.reports:
            if report.known_from <= known_at:
                last = report
        return last if last is not None and last.stands else None


class Timeline:
    """Every fact that the two logs hold, of one tenant or of all. Folds events in any order that keeps each aggregate's own."""

    def __init__(self) -> None:
        self.objectives: dict[Id, list[Version[ObjectiveDefinition]]] = defaultdict(list)
        self.key_results: dict[Id, list[Version[KeyResultDefinition]]] = defaultdict(list)
        self.alignments: dict[Id, list[Version[tuple[Id | None, Id | None]]]] = defaultdict(list)
        self.links: dict[tuple[Id, Id], list[Version[bool]]] = defaultdict(list)  # by (objective, key result)
        self.check_ins: dict[Id, dict[Id, CheckIn]] = defaultdict(dict)
        self.grades: dict[Id, list[Version[float | None]]] = defaultdict(list)
        self.versions: dict[Id, int] = {}  # of the objective aggregates
        self.check_in_count = 0

    def fold(self, position: int, event_id: Id, version: int, recorded_at: int, event: Any) -> None:
        """Takes one event in. Raises KeyError when it changes what was never defined."""
        day = recorded_at // DAY

        def versioned(said: Any, since: int) -> Version[Any]:
            return Version(position, since, recorded_at, event_id, version, said)

        match event:
            case goals.ObjectiveDefined():
                self._advance(event.objective_id, version)
                self.objectives[event.objective_id].append(versioned(objective_defined(event), _SINCE_EVER))
            case goals.ObjectiveRevised() | goals.ObjectiveActivated() | goals.ObjectiveClosed() | goals.ObjectiveCancelled():
                self._advance(event.objective_id, version)
                changed = OBJECTIVE_CHANGES[type(event)](_newest(self.objectives, event.objective_id), event)
                self.objectives[event.objective_id].append(versioned(changed, true_from(changed, event, recorded_at)))
            case goals.ObjectiveAligned():
                earlier = self.alignments[event.objective_id]
                parent = event.parent_objective_id or event.parent_key_results_objective_id or None
                earlier.append(versioned((parent, event.parent_key_result_id or None), day if earlier else _SINCE_EVER))
            case goals.KeyResultDefined():
                self._advance(event.objective_id, version)
                defined = key_result_defined(event, _newest(self.objectives, event.objective_id).cycle_id)
                self.key_results[event.key_result_id].append(versioned(defined, _SINCE_EVER))
                for objective_id in event.counts_for:
                    self.links[objective_id, event.key_result_id].append(versioned(True, _SINCE_EVER))
            case goals.KeyResultRevised() | goals.KeyResultCancelled():
                self._advance(event.objective_id, version)
                revised = KEY_RESULT_CHANGES[type(event)](_newest(self.key_results, event.key_result_id), event)
                self.key_results[event.key_result_id].append(versioned(revised, day))
            case goals.KeyResultShared() | goals.KeyResultUnshared():
                self._advance(event.objective_id, version)
                counts = isinstance(event, goals.KeyResultShared)
                self.links[event.counts_for, event.key_result_id].append(versioned(counts, day))
            case checkins.KeyResultGraded():
                grade = event.grade if event.HasField("grade") else None
                self.grades[event.key_result_id].append(versioned(grade, event.as_of))
            case _:
                self._fold_check_in(position, event_id, recorded_at, event)

    def _fold_check_in(self, position: int, event_id: Id, recorded_at: int, event: Any) -> None:
        match event:
            case checkins.CheckInRecorded():
                self._first_report(event, position, event.said_status).reports.append(_with_value(event, recorded_at, event_id))
            case checkins.CheckInAbstained():
                abstention = Report(recorded_at, event_id, True, True, None, None, None)
                self._first_report(event, position, 0).reports.append(abstention)
            case checkins.CheckInCorrected():
                self.check_ins[event.key_result_id][event.check_in_id].reports.append(_with_value(event, recorded_at, event_id))
            case checkins.CheckInRetracted():
                end = Report(recorded_at, event_id, False, False, None, None, None)
                self.check_ins[event.key_result_id][event.check_in_id].reports.append(end)
            case _:
                pass  # says nothing of progress

    def _first_report(self, event: Any, position: int, said_status: int) -> CheckIn:
        self.check_in_count += 1
        check_in = CheckIn(event.check_in_id, position, event.as_of, said_status)
        self.check_ins[event.key_result_id][event.check_in_id] = check_in
        return check_in

    def _advance(self, objective_id: Id, version: int) -> None:
        self.versions[objective_id] = max(version, self.versions.get(objective_id, 0))

    def tree(self, true_on: int | None = None, known_at: int | None = None) -> Tree[Objective, KeyResult]:
        """Everything that holds at a point of both axes; None is without limit."""
        day = ALWAYS if true_on is None else true_on
        instant = ALWAYS if known_at is None else known_at
        live = true_on is None and known_at is None
        objectives = []
        for objective_id, versions in self.objectives.items():
            if (holds := _holding(versions, day, instant)) is not None:
                parent = _holding(self.alignments.get(objective_id, ()), day, instant)
                version = self.versions[objective_id] if live else holds.version
                objectives.append(Objective(*holds.said, holds.event_id, version, *(parent.said if parent is not None else (None, None))))
        key_results = []
        for key_result_id, definitions in self.key_results.items():
            if (defined := _holding(definitions, day, instant)) is not None:
                reported = self._reported(key_result_id, day, instant)
                graded = self._graded(key_result_id, day, instant)
                key_results.append(KeyResult._make((*defined.said, defined.event_id, *reported, *graded)))
        known = {objective.objective_id for objective in objectives}
        links = [
            pair
            for pair, versions in self.links.items()
            if pair[0] in known and (link := _holding(versions, day, instant)) is not None and link.said
        ]
        return arrange(objectives, key_results, links)

    def _reported(self, key_result_id: Id, day: int, instant: int) -> tuple[Any, ...]:
        standing = [
            (c.true_on, c.place, c, report)
            for c in self.check_ins.get(key_result_id, {}).values()
            if c.true_on <= day and (report := c.known(instant)) is not None
        ]
        if not standing:
            return (None, 0, *(None,) * 6)
        _, _, newest, newest_report = max(standing, key=lambda s: s[:2])
        valued = max((s for s in standing if not s[3].abstained), key=lambda s: s[:2], default=None)
        said = (newest_report.abstained, newest.said_status)
        if valued is None:
            return (*said, *(None,) * 6)
        as_of, _, check_in, report = valued
        return (*said, report.value, report.milestones_done, as_of, report.confidence, check_in.check_in_id, report.event_id)

    def _graded(self, key_result_id: Id, day: int, instant: int) -> tuple[float | None, Id | None]:
        known = [g for g in self.grades.get(key_result_id, ()) if g.true_from <= day and g.known_from <= instant]
        if not known:
            return None, None
        newest = max(known, key=lambda g: (g.true_from, g.position))
        return newest.said, newest.event_id


def _newest(versions: dict[Id, list[Version[T]]], key: Id) -> T:
    if key not in versions:
        raise KeyError(key)
    return versions[key][-1].said


def _holding(versions: Iterable[Version[T]], day: int, instant: int) -> Version[T] | None:
    holds = None
    for version in versions:
        if version.true_from <= day and version.known_from <= instant and (holds is None or version.position > holds.position):
            holds = version
    return holds


def _with_value(event: checkins.CheckInRecorded | checkins.CheckInCorrected, recorded_at: int, event_id: Id) -> Report:
    value = event.value if event.HasField("value") else None
    done = None if value is not None else _signed(event.milestones_done)
    confidence = event.confidence if event.HasField("confidence") else None
    return Report(recorded_at, event_id, True, False, value, done, confidence)


def _signed(bits: int) -> int:
    """64 bits as PostgreSQL's bigint holds them."""
    return bits - (1 << 64) if bits >> 63 else bits
