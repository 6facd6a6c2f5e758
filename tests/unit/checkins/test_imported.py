"""A row of a table is about one check-in, or about the grade of a day, whatever it says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import ANY

import pytest
from google.protobuf.message import Message

from cairn.checkins.v1.events_pb2 import (
    SOURCE_IMPORT,
    CheckInCorrected,
    CheckInRecorded,
    CheckInRestored,
    CheckInRetracted,
    KeyResultGraded,
)
from cairn.checkins.v1.service_pb2 import (
    ROW_CHANGE_CORRECTED,
    ROW_CHANGE_NEW,
    ROW_CHANGE_NONE,
    ROW_CHANGE_RESTORED,
    ROW_CHANGE_RETRACTED,
    CheckInRow,
    GradeKeyResultRequest,
    GradeRow,
)
from chassis.errors import Refused
from chassis.ids import Id
from checkins.domain.imported import NOBODY, Imported, Said, check_in_rows, grade_rows
from checkins.domain.key_results import KeyResult
from tests.support.events import ANN, BOB, MONDAY, TUESDAY, abstained, an_id, corrected, graded, recorded, retracted
from tests.support.recorded import Log
from tests.unit.checkins.examples import CLOSED, METRIC, MILESTONES, TODAY, a_report, done

NEW = an_id("new")
IMPORTED: dict[str, Any] = {"source": SOURCE_IMPORT}


def a_row(value: float | None = 1.0, *, by: Id = ANN, retracted: bool = False, **more: Any) -> CheckInRow:
    report = a_report(value, on_behalf_of=by, **more)
    return CheckInRow(check_in=report, retracted=retracted, says_comment=True)


def after(*events: Message | tuple[Message, dict[str, Id]]) -> Said:
    """What was said of the key result by these events, each by Ann's doing on nobody's behalf unless told."""
    log = Log("checkins", actor_id=ANN)
    told = [event if isinstance(event, tuple) else (event, dict[str, Id]()) for event in events]
    said = Said()
    for event, whose in told:
        said.take(log.append(event, **whose), event)
    return said


def come_to(
    rows: Sequence[CheckInRow], *events: Message | tuple[Message, dict[str, Id]], key_result: KeyResult = METRIC
) -> list[Imported | Refused]:
    """What rows of one day and person come to."""
    about = rows[0].check_in.as_of, rows[0].check_in.on_behalf_of
    return check_in_rows([(row, NEW) for row in rows], after(*events).of_day(*about), key_result, TODAY)


def comes_to(row: CheckInRow, *events: Message | tuple[Message, dict[str, Id]], key_result: KeyResult = METRIC) -> Imported:
    """What a row that is alone on its day comes to. Raises Refused."""
    (imported,) = come_to([row], *events, key_result=key_result)
    if isinstance(imported, Refused):
        raise imported
    return imported


def for_ann(name: str, value: float | None = 1.0, **more: Any) -> tuple[CheckInRecorded, dict[str, Id]]:
    """What an earlier import said on Ann's behalf."""
    return recorded(name, value, **IMPORTED | more), {"on_behalf_of": ANN, "actor_id": BOB}


def test_a_row_about_a_check_in_that_is_not_there_records_it() -> None:
    assert comes_to(a_row(3)) == Imported(ROW_CHANGE_NEW, NEW, (recorded("new", 3, **IMPORTED),))


def test_the_same_row_again_changes_nothing() -> None:
    assert comes_to(a_row(3, comment="two signed"), for_ann("a", 3, comment="two signed")) == Imported(ROW_CHANGE_NONE, an_id("a"))


def test_a_row_that_says_something_else_corrects_that_very_check_in() -> None:
    imported = comes_to(a_row(4), for_ann("a", 3, confidence=7))
    (event,) = imported.events
    assert (imported.change, imported.check_in_id) == (ROW_CHANGE_CORRECTED, an_id("a"))
    assert isinstance(event, CheckInCorrected)
    assert (event.check_in_id, event.correction_id, event.value, event.as_of, event.confidence) == (an_id("a"), NEW, 4, MONDAY, 7)


def test_what_was_said_before_a_correction_is_not_what_stands() -> None:
    past = for_ann("a", 3), corrected("a", by="b", value=4)
    assert comes_to(a_row(4), *past).change == ROW_CHANGE_NONE
    assert comes_to(a_row(3), *past).change == ROW_CHANGE_CORRECTED


def test_a_row_brings_back_what_was_retracted_with_what_it_says_now() -> None:
    imported = comes_to(a_row(4), for_ann("a", 3), retracted("a"))
    (event,) = imported.events
    assert (imported.change, imported.check_in_id) == (ROW_CHANGE_RESTORED, an_id("a"))
    assert isinstance(event, CheckInRestored)
    assert (event.check_in_id, event.value, event.as_of, event.HasField("abstention")) == (an_id("a"), 4, MONDAY, False)


@pytest.mark.parametrize(
    ("row", "event"),
    [
        (a_row(None, abstention="not measured"), for_ann("a", 3)),
        (a_row(3), (abstained("a", **IMPORTED), {"on_behalf_of": ANN})),
        (a_row(None, abstention="not measured"), (abstained("a", "why", **IMPORTED), {"on_behalf_of": ANN})),
    ],
    ids=["abstained instead", "valued instead", "for another reason"],
)
def test_between_a_value_and_an_abstention_the_check_in_keeps_its_place(row: CheckInRow, event: Any) -> None:
    imported = comes_to(row, event)
    assert imported.change == ROW_CHANGE_CORRECTED
    taken_back, stands = imported.events
    assert isinstance(taken_back, CheckInRetracted)
    assert isinstance(stands, CheckInRestored)
    assert taken_back.check_in_id == stands.check_in_id == an_id("a")


def test_rows_of_a_day_and_a_person_are_matched_in_their_order() -> None:
    come = come_to([a_row(2), a_row(2), a_row(2)], for_ann("a", 1), for_ann("b", 2))
    assert come == [ANY, Imported(ROW_CHANGE_NONE, an_id("b")), Imported(ROW_CHANGE_NEW, NEW, (recorded("new", 2, **IMPORTED),))]
    assert isinstance(come[0], Imported)
    assert come[0].check_in_id == an_id("a")


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ([for_ann("a", 3), for_ann("b", 5)], [None, an_id("b")]),
        ([for_ann("b", 5)], [None, an_id("b")]),
        ([], [None, NEW]),
    ],
    ids=["it was taken once", "it was never taken", "at first"],
)
def test_a_row_that_cannot_be_taken_moves_no_other_to_its_place(past: Sequence[Any], expected: list[Id | None]) -> None:
    come = come_to([a_row(float("nan")), a_row(5)], *past)
    assert [one.check_in_id if isinstance(one, Imported) else None for one in come] == expected
    assert isinstance(come[1], Imported)
    assert come[1].change == (ROW_CHANGE_NONE if past else ROW_CHANGE_NEW)


@pytest.mark.parametrize(
    "other", [for_ann("a", as_of=TUESDAY), (recorded("a", **IMPORTED), {"on_behalf_of": BOB}), (recorded("a"), {"actor_id": BOB})]
)
def test_what_was_said_of_another_day_or_by_somebody_else_is_left_alone(other: Any) -> None:
    assert comes_to(a_row(3), other).change == ROW_CHANGE_NEW


def test_a_row_finds_what_its_person_made_by_hand_unless_it_was_taken_back() -> None:
    assert comes_to(a_row(3), recorded("a", 3)).check_in_id == an_id("a")
    assert comes_to(a_row(3), recorded("a", 3), retracted("a")).check_in_id == NEW


def test_a_row_that_names_nobody_finds_what_an_import_by_any_admin_said_for_nobody() -> None:
    past = (recorded("a", 3, **IMPORTED), {"actor_id": BOB}), recorded("b", 3), for_ann("c", 3)
    assert comes_to(a_row(3, by=NOBODY), *past) == Imported(ROW_CHANGE_NONE, an_id("a"))


def test_a_comment_is_compared_where_the_table_has_a_column_for_it() -> None:
    past = for_ann("a", 3, comment="two signed")
    assert comes_to(a_row(3), past).change == ROW_CHANGE_CORRECTED
    silent = a_row(3)
    silent.says_comment = False
    assert comes_to(silent, past).change == ROW_CHANGE_NONE


def test_a_row_may_say_that_its_check_in_does_not_stand() -> None:
    gone = a_row(3, retracted=True)
    new = comes_to(gone)
    assert (new.change, [type(event) for event in new.events]) == (ROW_CHANGE_NEW, [CheckInRecorded, CheckInRetracted])
    assert comes_to(gone, for_ann("a", 3)).change == ROW_CHANGE_RETRACTED
    assert comes_to(gone, for_ann("a", 5), retracted("a")).change == ROW_CHANGE_NONE


def test_a_retraction_that_a_row_says_bears_its_reason() -> None:
    gone = a_row(3, retracted=True)
    gone.retraction_reason = "wrong month"
    for past in ([], [for_ann("a", 3)]):
        *_, event = comes_to(gone, *past).events
        assert isinstance(event, CheckInRetracted)
        assert (event.as_of, event.reason) == (MONDAY, "wrong month")


def test_milestones_are_compared_by_number() -> None:
    row = a_row(None, milestones_done=done(3, 1))
    assert comes_to(row, for_ann("a", None, milestones_done=0b101), key_result=MILESTONES).change == ROW_CHANGE_NONE
    assert comes_to(row, for_ann("a", None, milestones_done=0b001), key_result=MILESTONES).change == ROW_CHANGE_CORRECTED


def test_a_closed_objective_takes_no_news_and_refuses_nothing_that_stands() -> None:
    assert comes_to(a_row(3), for_ann("a", 3), key_result=CLOSED).change == ROW_CHANGE_NONE
    for past in ([], [for_ann("a", 4)], [for_ann("a", 3), retracted("a")]):
        with pytest.raises(Refused, match="closed or cancelled"):
            comes_to(a_row(3), *past, key_result=CLOSED)


def test_a_row_needs_its_day_and_a_value_that_the_measure_takes() -> None:
    for row, field in ((a_row(3, as_of=None), "check_in.as_of"), (a_row(float("nan")), "value")):
        with pytest.raises(Refused) as caught:
            comes_to(row)
        assert caught.value.field == field


def a_grade(figure: float | None, reason: str = "", graded_on: int = TUESDAY) -> GradeRow:
    return GradeRow(grade=GradeKeyResultRequest(grade=figure, as_of=MONDAY, graded_on=graded_on, reason=reason), says_comment=True)


def given_before(*figures: float | None) -> list[KeyResultGraded]:
    return [graded(figure, reason="", **IMPORTED) for figure in figures]


def changes(rows: Sequence[GradeRow], before: Sequence[KeyResultGraded], key_result: KeyResult = METRIC) -> list[Any]:
    return [one.change if isinstance(one, Imported) else one.reason for one in grade_rows(rows, before, key_result, TODAY)]


SAME, OTHER, FIRST = ROW_CHANGE_NONE, ROW_CHANGE_CORRECTED, ROW_CHANGE_NEW


@pytest.mark.parametrize(
    ("before", "rows", "expected"),
    [
        ([], [0.3, 0.5], [FIRST, FIRST]),
        ([0.3], [0.3], [SAME]),
        ([0.3, 0.4], [0.3], [OTHER]),
        ([0.3, 0.4, 0.3], [0.3], [SAME]),
        ([0.3], [0.3, 0.5], [SAME, OTHER]),
        ([0.3, 0.5], [0.4, 0.5], [OTHER, OTHER]),
        ([0.3, None], [None], [SAME]),
        ([None], [0.0], [OTHER]),
    ],
)
def test_the_last_row_of_a_day_is_the_grade_that_stands(before: list[float | None], rows: list[float | None], expected: list[int]) -> None:
    assert changes([a_grade(figure) for figure in rows], given_before(*before)) == expected


@pytest.mark.parametrize("other", [a_grade(0.3, "why"), a_grade(0.3, graded_on=MONDAY)])
def test_a_grade_with_another_reason_or_of_another_day_is_given_again(other: GradeRow) -> None:
    assert changes([other], given_before(0.3)) == [OTHER]


def test_a_grade_that_cannot_be_given_is_refused_by_itself() -> None:
    assert changes([a_grade(0.3), a_grade(1.5), a_grade(0.4)], []) == [FIRST, "INVALID_ARGUMENT", FIRST]


def test_a_grade_of_a_day_after_the_end_is_refused_unless_it_stands() -> None:
    ended = replace(CLOSED, ended_on=MONDAY - 1)
    assert changes([a_grade(0.3)], given_before(0.3), ended) == [SAME]
    assert changes([a_grade(0.4)], given_before(0.3), ended) == ["GRADE_AFTER_END"]
    assert changes([a_grade(0.4)], given_before(0.3), replace(CLOSED, ended_on=MONDAY)) == [OTHER]


def test_what_cannot_be_graded_any_more_refuses_nothing_that_stands() -> None:
    cancelled = replace(METRIC, cancelled=True)
    assert changes([a_grade(0.3)], given_before(0.3), cancelled) == [SAME]
    assert changes([a_grade(0.4)], given_before(0.3), cancelled) == ["KEY_RESULT_CANCELLED"]
