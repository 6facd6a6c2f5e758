"""Nothing is rewritten: a check-in is corrected, or taken back, by an event that names it."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from chassis.errors import Kind
from chassis.ids import id_text
from checkins.aggregates import CHECK_INS
from checkins.domain import check_ins
from checkins.domain.key_results import KeyResult
from tests.support.events import MONDAY, TUESDAY, abstained, an_id, corrected, graded, recorded, restored, retracted
from tests.unit.checkins.examples import BINARY, CLOSED, METRIC, MILESTONES, a_correction, done
from tests.unit.domain_dsl import folded, given

WRONG_ROW = "typed into the wrong row"


def test_a_correction_keeps_the_day_of_what_it_corrects() -> None:
    given(CHECK_INS, recorded("a", as_of=TUESDAY)).when(check_ins.correct, METRIC, an_id("b"), a_correction("a")).then(
        corrected("a", by="b", as_of=TUESDAY)
    )


def test_a_check_in_can_be_corrected_again_by_its_own_id() -> None:
    given(CHECK_INS, recorded("a"), corrected("a", by="b")).when(check_ins.correct, METRIC, an_id("c"), a_correction("a", value=3)).then(
        corrected("a", by="c", value=3)
    )


def test_a_correction_is_not_corrected_and_says_what_is() -> None:
    past = given(CHECK_INS, recorded("a"), corrected("a", by="b"))
    refusal = past.when(check_ins.correct, METRIC, an_id("c"), a_correction("b")).then_refused("CORRECTION_OF_CORRECTION", "check_in_id")
    assert id_text(an_id("a")) in refusal.message


def test_a_retracted_check_in_no_longer_stands() -> None:
    given(CHECK_INS, recorded("a"), recorded("b", as_of=TUESDAY)).when(check_ins.retract, METRIC, an_id("b"), WRONG_ROW).then(
        retracted("b", as_of=TUESDAY)
    )
    assert folded(CHECK_INS, recorded("a"), recorded("b"), retracted("b")).standing == {an_id("a"): MONDAY}


def test_what_is_restored_stands_on_its_own_day_and_may_be_corrected_or_retracted() -> None:
    past = given(CHECK_INS, recorded("a", as_of=TUESDAY), retracted("a", as_of=TUESDAY), restored("a", 3.0, as_of=TUESDAY))
    past.when(check_ins.correct, METRIC, an_id("b"), a_correction("a")).then(corrected("a", by="b", as_of=TUESDAY))
    past.when(check_ins.retract, METRIC, an_id("a"), WRONG_ROW).then(retracted("a", as_of=TUESDAY))


def test_what_is_restored_as_an_abstention_has_no_value_to_correct() -> None:
    past = given(CHECK_INS, recorded("a"), retracted("a"), restored("a", None, abstention="nobody knows"))
    past.when(check_ins.correct, METRIC, an_id("b"), a_correction("a")).then_refused("CORRECTION_OF_ABSTENTION")
    again = given(CHECK_INS, abstained("a"), retracted("a"), restored("a", 3.0))
    again.when(check_ins.correct, METRIC, an_id("b"), a_correction("a")).then(corrected("a", by="b"))


def test_what_was_retracted_is_neither_corrected_nor_retracted_again() -> None:
    past = given(CHECK_INS, recorded("a"), corrected("a", by="b"), retracted("a"))
    past.when(check_ins.correct, METRIC, an_id("c"), a_correction("a")).then_refused("CHECK_IN_RETRACTED")
    past.when(check_ins.retract, METRIC, an_id("a"), "again").then_refused("CHECK_IN_RETRACTED")


def test_a_correction_is_not_retracted_by_itself() -> None:
    past = given(CHECK_INS, recorded("a"), corrected("a", by="b"))
    past.when(check_ins.retract, METRIC, an_id("b"), WRONG_ROW).then_refused("CORRECTION_OF_CORRECTION")


def test_an_unknown_check_in_is_unknown() -> None:
    past = given(CHECK_INS, recorded("a"))
    past.when(check_ins.correct, METRIC, an_id("b"), a_correction("z")).then_refused("CHECK_IN_UNKNOWN", kind=Kind.UNKNOWN)
    past.when(check_ins.retract, METRIC, an_id("z"), WRONG_ROW).then_refused("CHECK_IN_UNKNOWN", kind=Kind.UNKNOWN)


def test_an_abstention_is_retracted_not_corrected() -> None:
    past = given(CHECK_INS, abstained("a"))
    past.when(check_ins.correct, METRIC, an_id("b"), a_correction("a")).then_refused("CORRECTION_OF_ABSTENTION")
    past.when(check_ins.retract, METRIC, an_id("a"), WRONG_ROW).then(retracted("a"))


@pytest.mark.parametrize(("key_result", "value"), [(METRIC, nan), (BINARY, 0.5)], ids=["metric", "binary"])
def test_a_correction_obeys_the_measure(key_result: KeyResult, value: float) -> None:
    given(CHECK_INS, recorded("a")).when(check_ins.correct, key_result, an_id("b"), a_correction("a", value=value)).then_refused(
        "INVALID_ARGUMENT", "value"
    )


def test_milestones_are_corrected_by_number() -> None:
    given(CHECK_INS, recorded("a", None, milestones_done=0b1)).when(
        check_ins.correct, MILESTONES, an_id("b"), a_correction("a", None, milestones_done=done(2, 3))
    ).then(corrected("a", by="b", value=None, milestones_done=0b110))


def test_a_closed_objective_takes_no_correction_and_no_retraction() -> None:
    past = given(CHECK_INS, recorded("a"))
    past.when(check_ins.correct, CLOSED, an_id("b"), a_correction("a")).then_refused("OBJECTIVE_CLOSED")
    past.when(check_ins.retract, CLOSED, an_id("a"), WRONG_ROW).then_refused("OBJECTIVE_CLOSED")


def test_a_grade_changes_nothing_that_was_checked_in() -> None:
    assert replace(folded(CHECK_INS, recorded("a"), graded(0.5)), events=1) == folded(CHECK_INS, recorded("a"))


def test_a_copy_is_independent() -> None:
    state = folded(CHECK_INS, recorded("a"), abstained("b"), corrected("a", by="c"))
    copied = check_ins.copy(state)
    for event in (retracted("a"), retracted("b"), recorded("d"), corrected("d", by="e")):
        check_ins.apply(copied, event)
    assert state == folded(CHECK_INS, recorded("a"), abstained("b"), corrected("a", by="c"))
