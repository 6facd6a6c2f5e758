"""Given these events, then these numbers."""

from __future__ import annotations

from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from chassis.events import RecordedEvent, event_type_of
from progress.domain.evaluation import Evaluated
from progress.domain.formulas import NEWEST, Formula
from progress.domain.roll_up import Numbers
from progress.domain.tree import KeyResult, Objective, Tree
from progress.facts import Facts, FactsInMemory, fold
from tests.support.events import abstained, an_id, corrected, graded, key_result_defined, objective_defined, recorded, retracted

DAY = 86_400_000_000
START, DUE = 18_000, 18_100


class Told:
    """A history told event by event; each recorded on a day, in the order told."""

    def __init__(self) -> None:
        self._facts = Facts()
        self._position = 0

    def event(self, message: Any, day: int = START) -> Told:
        self._position += 1
        event_id = getattr(message, "correction_id", b"") or getattr(message, "check_in_id", b"") or b"event%011d" % self._position
        envelope = RecordedEvent(
            log="told",
            position=self._position,
            event_id=event_id,
            tenant_id=an_id("tenant"),
            aggregate_id=an_id("aggregate"),
            aggregate_version=self._position,
            recorded_at=day * DAY + self._position,
            actor_id=an_id("somebody"),
            on_behalf_of=None,
            correlation_id=an_id("correlation"),
            causation_id=None,
            partition_key=an_id("aggregate"),
            event_type=event_type_of(message),
            payload=message.SerializeToString(),
        )
        fold(envelope, self._facts)
        return self

    def objective(self, name: str, parent: str = "", roll_up: int = goals.ROLL_UP_KEY_RESULTS, *, draft: bool = False, **more: Any) -> Told:
        """An objective, active since its first day unless it is a draft."""
        there = {"cycle_id": an_id("Q"), "start_day": START, "due_day": DUE}
        self.event(objective_defined(objective_id=an_id(name), title=name, roll_up=roll_up, **there | more))
        if not draft:
            self.event(goals.ObjectiveActivated(objective_id=an_id(name)))
        if parent:
            self.event(goals.ObjectiveAligned(objective_id=an_id(name), parent_objective_id=an_id(parent)))
        return self

    def key_result(self, home: str, name: str, weight: float = 1.0, counts_for: tuple[str, ...] = (), **measure: Any) -> Told:
        ids = {"objective_id": an_id(home), "key_result_id": an_id(name), "counts_for": [an_id(other) for other in counts_for]}
        fields = {"title": name, "weight": weight, "due_day": 0} | (measure or {"graded": goals.Graded()})
        return self.event(key_result_defined(**ids, **fields))

    def check_in(self, key_result: str, value: float, as_of: int = START, name: str = "", day: int = START, **more: Any) -> Told:
        return self.event(recorded(name or f"{key_result}@{as_of}", value, as_of, key_result_id=an_id(key_result), **more), day)

    def abstain(self, key_result: str, as_of: int = START, name: str = "na") -> Told:
        return self.event(abstained(name, as_of=as_of, key_result_id=an_id(key_result)))

    def correct(self, key_result: str, check_in: str, value: float, as_of: int = START, day: int = START) -> Told:
        return self.event(corrected(check_in, f"correction {self._position}", value, as_of, key_result_id=an_id(key_result)), day)

    def retract(self, key_result: str, check_in: str, as_of: int = START) -> Told:
        return self.event(retracted(check_in, as_of, key_result_id=an_id(key_result)))

    def grade(self, key_result: str, grade: float | None, as_of: int = DUE) -> Told:
        return self.event(graded(grade, as_of, as_of, key_result_id=an_id(key_result)))

    def evaluated(
        self, true_on: int | None = None, known_at: int | None = None, formula: Formula = NEWEST
    ) -> Evaluated[Objective, KeyResult]:
        return FactsInMemory(self._facts).evaluated(true_on, known_at, formula)

    def tree(self, true_on: int | None = None, known_at: int | None = None) -> Tree[Objective, KeyResult]:
        return self.evaluated(true_on, known_at).tree

    def numbers(self, objective: str, true_on: int | None = None, known_at: int | None = None, formula: Formula = NEWEST) -> Numbers:
        return self.evaluated(true_on, known_at, formula).numbers[an_id(objective)]

    def standing(self, key_result: str, true_on: int | None = None, known_at: int | None = None) -> KeyResult:
        return self.tree(true_on, known_at).key_results[an_id(key_result)]
