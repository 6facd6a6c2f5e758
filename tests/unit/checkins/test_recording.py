"""What a check-in may say of a key result, by its measure."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from cairn.checkins.v1.events_pb2 import SOURCE_IMPORT
from cairn.checkins.v1.service_pb2 import CheckIn, GradeKeyResultRequest
from chassis.days import day_text
from chassis.errors import Kind, Refused
from checkins.domain import check_ins
from checkins.domain.key_results import KeyResult
from tests.support.events import ANN, MONDAY, TUESDAY, abstained, an_id, graded, recorded
from tests.unit.checkins.examples import BINARY, CLOSED, GRADED, METRIC, MILESTONES, TODAY, a_report, done
from tests.unit.domain_dsl import When, when


def recording(key_result: KeyResult, report: CheckIn) -> When:
    """The check-in `a` is recorded today."""
    return when(check_ins.record, key_result, an_id("a"), report, TODAY)


def grading(grade: float | None, as_of: int | None = MONDAY, graded_on: int | None = TUESDAY) -> When:
    """A grade is given today."""
    return when(check_ins.grade, METRIC, GradeKeyResultRequest(grade=grade, as_of=as_of, graded_on=graded_on), TODAY)


@pytest.mark.parametrize(
    ("key_result", "value"), [(METRIC, -12.5), (METRIC, 0.0), (BINARY, 0.0), (BINARY, 1.0), (GRADED, 0.0), (GRADED, 0.7), (GRADED, 1.0)]
)
def test_a_value_that_the_measure_takes_is_recorded(key_result: KeyResult, value: float) -> None:
    recording(key_result, a_report(value)).then(recorded("a", value))


def test_what_is_said_beside_the_value_is_recorded_with_it() -> None:
    more: dict[str, Any] = {"confidence": 0, "comment": "slowly", "blockers": ["a strike"], "said_status": 3, "source": SOURCE_IMPORT}
    recording(METRIC, a_report(**more)).then(recorded("a", **more))


@pytest.mark.parametrize("key_result", [METRIC, BINARY, GRADED], ids=["metric", "binary", "graded"])
@pytest.mark.parametrize("value", [nan, inf, -inf, 1e300])
def test_what_cannot_be_measured_is_refused(key_result: KeyResult, value: float) -> None:
    recording(key_result, a_report(value)).then_refused("INVALID_ARGUMENT", "value", Kind.INVALID)


@pytest.mark.parametrize(("key_result", "value"), [(BINARY, 0.5), (BINARY, 2.0), (GRADED, -0.1), (GRADED, 1.1)])
def test_a_value_outside_of_the_measure_is_refused(key_result: KeyResult, value: float) -> None:
    recording(key_result, a_report(value)).then_refused("INVALID_ARGUMENT", "value", Kind.INVALID)


def test_milestones_are_named_by_number_and_kept_as_bits() -> None:
    recording(MILESTONES, a_report(None, milestones_done=done(3, 1, 3))).then(recorded("a", None, milestones_done=0b101))
    recording(MILESTONES, a_report(None, milestones_done=done())).then(recorded("a", None))


@pytest.mark.parametrize("number", [0, 4, 64, 2**32 - 1])
def test_a_milestone_that_is_not_there_is_refused(number: int) -> None:
    refusal = recording(MILESTONES, a_report(None, milestones_done=done(1, number))).then_refused("MILESTONE_UNKNOWN")
    assert "numbered 1 to 3" in refusal.message


def test_milestones_and_values_are_not_mixed_up() -> None:
    recording(MILESTONES, a_report(1.0)).then_refused("MILESTONES_EXPECTED", "milestones_done", Kind.INVALID)
    recording(METRIC, a_report(None, milestones_done=done(1))).then_refused("VALUE_EXPECTED")


def test_any_day_up_to_today_may_be_reported_and_tomorrow_where_it_has_begun() -> None:
    for as_of in (-700_000, MONDAY, TODAY, TODAY + 1):
        recording(METRIC, a_report(as_of=as_of)).then(recorded("a", as_of=as_of))


def test_a_check_in_without_a_day_speaks_of_today() -> None:
    recording(METRIC, a_report(as_of=None)).then(recorded("a", as_of=TODAY))


@pytest.mark.parametrize(("as_of", "reason"), [(TODAY + 2, "DAY_IN_FUTURE"), (2**31 - 1, "DAY_IN_FUTURE"), (-(2**31), "INVALID_ARGUMENT")])
def test_a_day_that_has_not_come_or_has_no_date_is_refused(as_of: int, reason: str) -> None:
    recording(METRIC, a_report(as_of=as_of)).then_refused(reason, "as_of")


def test_confidence_is_0_to_10_and_texts_can_be_stored() -> None:
    for confidence in (0, 10):
        recording(METRIC, a_report(confidence=confidence)).then(recorded("a", confidence=confidence))
    recording(METRIC, a_report(confidence=11)).then_refused("INVALID_ARGUMENT", "confidence")
    recording(METRIC, a_report(comment="a\x00b")).then_refused("INVALID_ARGUMENT", "comment")
    recording(METRIC, a_report(blockers=["fine", "a\x00b"])).then_refused("INVALID_ARGUMENT", "blockers")


def test_an_abstention_has_a_reason() -> None:
    recording(METRIC, a_report(None, abstention="nobody to ask")).then(abstained("a"))
    recording(METRIC, a_report(None, abstention="  ")).then_refused("ABSTENTION_WITHOUT_REASON")


@pytest.mark.parametrize(("field", "said"), [("confidence", 0), ("comment", "soon"), ("blockers", ["nobody"]), ("said_status", 3)])
def test_an_abstention_says_nothing_but_its_reason(field: str, said: Any) -> None:
    recording(METRIC, a_report(None, abstention="nobody to ask", **{field: said})).then_refused("ABSTENTION_SAYS_MORE", field)


def test_an_abstention_is_never_of_a_part() -> None:
    recording(METRIC, a_report(None, abstention="nobody to ask", part=ANN)).then_refused("PART_IMPOSSIBLE", "part")


def test_a_check_in_says_a_value_or_an_abstention_never_neither() -> None:
    recording(METRIC, a_report(None)).then_refused("INVALID_ARGUMENT", "what", Kind.INVALID)


def test_a_closed_objective_takes_no_check_in_whatever_it_says() -> None:
    for report in (a_report(), a_report(nan), a_report(None, abstention="nobody to ask")):
        recording(CLOSED, report).then_refused("OBJECTIVE_CLOSED")


@pytest.mark.parametrize("figure", [None, 0.0, 0.33, 1.0])
def test_a_grade_is_a_figure_from_0_to_1_or_an_abstention(figure: float | None) -> None:
    grading(figure).then(graded(figure))


def test_a_grade_without_days_is_given_today_of_today() -> None:
    grading(1.0, as_of=None, graded_on=None).then(graded(1.0, as_of=TODAY, graded_on=TODAY))
    grading(1.0, as_of=None).then(graded(1.0, as_of=TUESDAY))


def test_a_grade_of_what_ended_speaks_of_its_last_day_or_of_one_before() -> None:
    def grading_ended(as_of: int | None, graded_on: int | None = None) -> When:
        wanted = GradeKeyResultRequest(grade=0.5, as_of=as_of, graded_on=graded_on)
        return when(check_ins.grade, replace(CLOSED, ended_on=TUESDAY), wanted, TODAY)

    grading_ended(None).then(graded(0.5, as_of=TUESDAY, graded_on=TODAY))
    grading_ended(None, MONDAY).then(graded(0.5, as_of=MONDAY, graded_on=MONDAY))
    grading_ended(TUESDAY).then(graded(0.5, as_of=TUESDAY, graded_on=TODAY))
    grading_ended(TUESDAY + 1).then_refused("GRADE_AFTER_END", "as_of")
    with pytest.raises(Refused, match=f"ended on {day_text(TUESDAY)}"):
        grading_ended(TUESDAY + 1).events()


def test_what_ended_before_ends_had_days_is_graded_of_any_day() -> None:
    wanted = GradeKeyResultRequest(grade=0.5)
    when(check_ins.grade, CLOSED, wanted, TODAY).then(graded(0.5, as_of=TODAY, graded_on=TODAY))


def test_a_grade_may_have_a_reason() -> None:
    wanted = GradeKeyResultRequest(grade=0.5, as_of=MONDAY, graded_on=TUESDAY, reason="two left")
    when(check_ins.grade, METRIC, wanted, TODAY).then(graded(0.5, reason="two left"))


@pytest.mark.parametrize("figure", [-0.01, 1.01, nan, inf])
def test_a_grade_outside_of_0_to_1_is_refused(figure: float) -> None:
    grading(figure).then_refused("INVALID_ARGUMENT", "grade", Kind.INVALID)


def test_a_grade_is_not_given_in_the_future() -> None:
    grading(1.0, as_of=TODAY + 2).then_refused("DAY_IN_FUTURE", "as_of")
    grading(1.0, graded_on=TODAY + 2).then_refused("DAY_IN_FUTURE", "graded_on")
