"""Given these events, then these numbers."""

from __future__ import annotations

from typing import Any

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from chassis.events import RecordedEvent, event_type_of
from progress.domain.roll_up import Numbers, raw_of, roll_up
from progress.domain.tree import KeyResult, Objective, Tree
from progress.facts import Facts, FactsInMemory, fold

DAY = 86_400_000_000
START, DUE = 18_000, 18_100


def key(name: str) -> bytes:
    """An id that reads as a name in a failure."""
    return name.encode().ljust(16, b".")


class Told:
    """A history told event by event; each recorded on a day, in the order told."""

    def __init__(self) -> None:
        self._facts = Facts()
        self._position = 0

    def event(self, message: Any, day: int = START) -> Told:
        self._position += 1
        event_id = getattr(message, "correction_id", b"") or getattr(message, "check_in_id", b"") or b"event%011d" % self._position
        recorded = RecordedEvent(
            log="told",
            position=self._position,
            event_id=event_id,
            tenant_id=key("tenant"),
            aggregate_id=key("aggregate"),
            aggregate_version=self._position,
            recorded_at=day * DAY + self._position,
            actor_id=key("somebody"),
            on_behalf_of=None,
            correlation_id=key("correlation"),
            causation_id=None,
            partition_key=key("aggregate"),
            event_type=event_type_of(message),
            payload=message.SerializeToString(),
        )
        fold(recorded, self._facts)
        return self

    def objective(self, name: str, parent: str = "", roll_up: int = 1, **more: Any) -> Told:
        mode: Any = roll_up
        self.event(
            goals.ObjectiveDefined(
                objective_id=key(name), cycle_id=key("Q"), title=name, start_day=START, due_day=DUE, roll_up=mode, **more
            )
        )
        if parent:
            self.event(goals.ObjectiveAligned(objective_id=key(name), parent_objective_id=key(parent)))
        return self

    def key_result(self, home: str, name: str, weight: float = 1.0, counts_for: tuple[str, ...] = (), **measure: Any) -> Told:
        defined = goals.KeyResultDefined(
            objective_id=key(home), key_result_id=key(name), title=name, weight=weight, counts_for=[key(o) for o in counts_for]
        )
        for field, value in (measure or {"graded": goals.Graded()}).items():
            getattr(defined, field).CopyFrom(value)
        return self.event(defined)

    def check_in(self, key_result: str, value: float, as_of: int = START, name: str = "", day: int = START, **more: Any) -> Told:
        check_in_id = key(name or f"{key_result}@{as_of}")
        return self.event(
            checkins.CheckInRecorded(check_in_id=check_in_id, key_result_id=key(key_result), value=value, as_of=as_of, **more), day
        )

    def abstain(self, key_result: str, as_of: int = START, name: str = "na") -> Told:
        return self.event(checkins.CheckInAbstained(check_in_id=key(name), key_result_id=key(key_result), as_of=as_of))

    def correct(self, key_result: str, check_in: str, value: float, as_of: int = START, day: int = START) -> Told:
        corrected = checkins.CheckInCorrected(check_in_id=key(check_in), key_result_id=key(key_result), value=value, as_of=as_of)
        corrected.correction_id = b"correction%06d" % self._position
        return self.event(corrected, day)

    def retract(self, key_result: str, check_in: str, as_of: int = START) -> Told:
        return self.event(checkins.CheckInRetracted(check_in_id=key(check_in), key_result_id=key(key_result), as_of=as_of))

    def grade(self, key_result: str, grade: float | None, as_of: int = DUE) -> Told:
        graded = checkins.KeyResultGraded(key_result_id=key(key_result), as_of=as_of, graded_on=as_of)
        if grade is not None:
            graded.grade = grade
        return self.event(graded)

    def tree(self, true_on: int | None = None, known_at: int | None = None) -> Tree[Objective, KeyResult]:
        return FactsInMemory(self._facts).tree(true_on, known_at)

    def numbers(self, objective: str, true_on: int | None = None, known_at: int | None = None) -> Numbers:
        tree = self.tree(true_on, known_at)
        return roll_up(tree, raw_of(tree))[key(objective)]

    def standing(self, key_result: str, true_on: int | None = None, known_at: int | None = None) -> KeyResult:
        return self.tree(true_on, known_at).key_results[key(key_result)]
