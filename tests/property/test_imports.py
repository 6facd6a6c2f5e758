"""What an import leaves depends on what its rows say last, never on how often, in how many parts, or by whom they came.

In memory, over what checkins decides and what progress folds.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from google.protobuf.message import Message

from cairn.checkins.v1.events_pb2 import CheckInRetracted
from cairn.checkins.v1.service_pb2 import CheckIn, CheckInRow, GradeKeyResultRequest, GradeRow
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Day
from chassis.events import RecordedEvent
from chassis.ids import Id, new_id
from checkins.aggregates import EVENT_TYPES
from checkins.domain.imported import Imported, Said, check_in_rows, grade_rows
from checkins.domain.key_results import KeyResult, Measure
from progress.facts import Facts, FactsInMemory, fold
from tests.support.events import ANN, BOB, CYD, OBJECTIVE, activated, an_id, cycle_defined, key_result_defined, objective_defined
from tests.support.recorded import Log

NOBODY = b""
FIRST_DAY = 17_900
TODAY = FIRST_DAY + 10
KEY_RESULTS = (an_id("one"), an_id("two"))
COMMENTS = ("", "slowly")


class Identity(NamedTuple):
    """What a row of check-ins is about."""

    key_result_id: Id
    as_of: Day
    by: Id
    nth: int


class Says(NamedTuple):
    """And what it says of it."""

    value: float | None  # None: abstained
    comment: str
    retracted: bool
    confidence: int | None = None  # as a value is


Rows = dict[Identity, Says]
Grades = dict[tuple[Id, Day], list[float | None]]


def a_table(r: random.Random) -> list[Identity]:
    """What the rows of a table are about, in its order: several of one day and person among them."""
    rows: list[Identity] = []
    for _ in range(r.randint(3, 12)):
        about = (r.choice(KEY_RESULTS), FIRST_DAY + r.randint(0, 3), r.choice((ANN, BOB, NOBODY)))
        rows.append(Identity(*about, nth=1 + sum(row[:3] == about for row in rows)))
    return rows


def says(r: random.Random) -> Says:
    value = r.choice((None, *map(float, range(5))))
    comment, confidence = ("no figures", None) if value is None else (r.choice(COMMENTS), r.randint(0, 2))
    return Says(value, comment, r.random() < 0.15, confidence)


@dataclass
class Tenant:
    """Two key results of an active objective, and what became of them."""

    goals: Log = field(default_factory=lambda: Log("goals"))
    checkins: Log = field(default_factory=lambda: Log("checkins"))

    def __post_init__(self) -> None:
        defined = [key_result_defined(key_result_id=key_result_id) for key_result_id in KEY_RESULTS]
        for event in (cycle_defined(), objective_defined(), activated(), *defined):
            self.goals.append(event, aggregate_id=OBJECTIVE)

    def import_rows(self, rows: Sequence[tuple[Identity, Says]], admin: Id) -> int:
        """Brings rows in, in one request; answers how many events that came to."""
        before = self._said()
        of_day: dict[tuple[Id, Day, Id], list[tuple[Identity, Says]]] = {}
        for about, what in rows:
            of_day.setdefault(about[:3], []).append((about, what))
        news: dict[Identity, Imported] = {}
        for (key_result_id, day, by), same in of_day.items():
            there = before[key_result_id].of_day(day, by)
            asked = [(_row(about, what), new_id()) for about, what in same]
            for (about, _), imported in zip(same, check_in_rows(asked, there, _key_result(key_result_id), TODAY), strict=True):
                assert isinstance(imported, Imported)
                news[about] = imported
        return sum([self._append(about.key_result_id, admin, news[about].events, about.by) for about, _ in rows])

    def import_grades(self, grades: Iterable[tuple[tuple[Id, Day], list[float | None]]], admin: Id) -> int:
        before = self._said()
        added = 0
        for (key_result_id, day), figures in grades:
            rows = [GradeRow(grade=GradeKeyResultRequest(grade=figure, as_of=day, graded_on=TODAY)) for figure in figures]
            given = before[key_result_id].grades.get(day, ())
            for imported in grade_rows(rows, given, _key_result(key_result_id), TODAY):
                assert isinstance(imported, Imported)
                added += self._append(key_result_id, admin, imported.events)
        return added

    def retract_one(self, r: random.Random, whoever: Id) -> None:
        """Somebody takes a check-in back by hand."""
        standing = [(k, one) for k, there in self._said().items() for one in there.check_ins.values() if one.stands]
        if standing:
            key_result_id, one = r.choice(standing)
            ids: dict[str, Any] = {"check_in_id": one.check_in_id, "key_result_id": key_result_id, "objective_id": OBJECTIVE}
            self._append(key_result_id, whoever, [CheckInRetracted(as_of=one.as_of, **ids)])

    def answers(self) -> list[Any]:
        """The numbers of both key results live and as of each day, as far as they are known now."""
        facts = Facts()
        for event in (*self.goals.events, *self.checkins.events):
            fold(event, facts)
        in_memory = FactsInMemory(facts)
        trees = [in_memory.tree(true_on) for true_on in (None, *range(FIRST_DAY - 1, TODAY))]
        return [
            [
                (k.value, k.as_of, k.newest_abstained, k.newest_confidence, k.said_status, k.grade)
                for _, k in sorted(tree.key_results.items())
            ]
            for tree in trees
        ]

    def _append(self, key_result_id: Id, actor: Id, events: Sequence[Message], by: Id = NOBODY) -> int:
        for event in events:
            self.checkins.append(event, aggregate_id=key_result_id, actor_id=actor, on_behalf_of=by or None)
        return len(events)

    def _said(self) -> dict[Id, Said]:
        found = {key_result_id: Said() for key_result_id in KEY_RESULTS}
        for key_result_id, said in found.items():
            for recorded in self._stream(key_result_id):
                said.take(*_decoded(recorded))
        return found

    def _stream(self, key_result_id: Id) -> list[RecordedEvent]:
        return [event for event in self.checkins.events if event.aggregate_id == key_result_id]


def _decoded(event: RecordedEvent) -> tuple[RecordedEvent, Message]:
    return event, EVENT_TYPES.decode(event.event_type, event.payload)


def _row(about: Identity, what: Says) -> CheckInRow:
    report = CheckIn(key_result_id=about.key_result_id, as_of=about.as_of, on_behalf_of=about.by)
    if what.value is None:
        report.abstention = what.comment
    else:
        report.value, report.comment, report.confidence = what.value, what.comment, what.confidence or 0
    return CheckInRow(check_in=report, retracted=what.retracted, says_comment=True)


def _key_result(key_result_id: Id) -> KeyResult:
    return KeyResult(
        key_result_id=key_result_id,
        objective_id=OBJECTIVE,
        tenant_id=an_id("tenant"),
        version=1,
        measure=Measure.METRIC,
        milestones=0,
        cancelled=False,
        objective_state=goals.OBJECTIVE_STATE_ACTIVE,
        visibility=goals.VISIBILITY_COMPANY,
        team_id=b"",
        reporters=frozenset({ANN}),
        readers=frozenset(),
    )


def a_part(r: random.Random, rows: Rows) -> list[tuple[Identity, Says]]:
    """Some of the rows, in their order; those of one key result and day together, as one table has them."""
    days = {(about.key_result_id, about.as_of) for about in rows}
    chosen = {day for day in sorted(days) if r.random() < 0.5}
    return [(about, what) for about, what in rows.items() if (about.key_result_id, about.as_of) in chosen]


@pytest.mark.parametrize("seed", range(60))
def test_any_versions_of_the_same_rows_in_any_parts_by_any_admin_come_to_what_they_say_last(seed: int) -> None:
    r = random.Random(seed)
    rows = {about: says(r) for about in a_table(r)}
    grades: Grades = {(about.key_result_id, about.as_of): [] for about in rows}
    tenant = Tenant()
    for _ in range(r.randint(1, 5)):
        rows = {about: says(r) if r.random() < 0.5 else what for about, what in rows.items()}
        grades = {day: r.choices((None, 0.0, 0.3, 0.4), k=r.randint(1, 2)) for day in grades}
        for _ in range(r.randint(1, 3)):
            tenant.import_rows(a_part(r, rows), r.choice((BOB, CYD)))
            tenant.import_grades([one for one in grades.items() if r.random() < 0.5], r.choice((BOB, CYD)))
            if r.random() < 0.5:
                tenant.retract_one(r, r.choice((ANN, BOB)))
    everything = list(rows.items())
    tenant.import_rows(everything, BOB)
    tenant.import_grades(grades.items(), BOB)
    fresh = Tenant()
    fresh.import_rows(everything, CYD)
    fresh.import_grades(grades.items(), CYD)
    assert tenant.answers() == fresh.answers()
    assert tenant.import_rows(everything, CYD) == tenant.import_grades(grades.items(), CYD) == 0, "the same again adds nothing"
