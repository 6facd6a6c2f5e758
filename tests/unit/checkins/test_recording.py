"""What a check-in may say of a key result, by its measure."""

from __future__ import annotations

from math import inf, nan

import pytest

from chassis.errors import Kind, Refused
from checkins.domain import check_ins
from checkins.domain.key_results import KeyResult
from tests.unit.checkins.examples import BINARY, GRADED, METRIC, MILESTONES, MONDAY, TODAY, abstained, graded, recorded


@pytest.mark.parametrize(
    ("key_result", "value"), [(METRIC, -12.5), (METRIC, 0.0), (BINARY, 0.0), (BINARY, 1.0), (GRADED, 0.0), (GRADED, 0.7), (GRADED, 1.0)]
)
def test_a_value_that_the_measure_takes_is_recorded(key_result: KeyResult, value: float) -> None:
    assert check_ins.record(key_result, recorded("a", value), None, TODAY) == recorded("a", value)


@pytest.mark.parametrize("key_result", [METRIC, BINARY, GRADED], ids=["metric", "binary", "graded"])
@pytest.mark.parametrize("value", [nan, inf, -inf, 1e300])
def test_what_cannot_be_measured_is_refused(key_result: KeyResult, value: float) -> None:
    _refused(key_result, value, "INVALID_ARGUMENT", "value")


@pytest.mark.parametrize(("key_result", "value"), [(BINARY, 0.5), (BINARY, 2.0), (GRADED, -0.1), (GRADED, 1.1)])
def test_a_value_outside_of_the_measure_is_refused(key_result: KeyResult, value: float) -> None:
    _refused(key_result, value, "INVALID_ARGUMENT", "value")


def test_milestones_are_named_by_number_and_kept_as_bits() -> None:
    event = check_ins.record(MILESTONES, recorded("a", None), [3, 1, 3], TODAY)
    assert event == recorded("a", None, milestones_done=0b101)
    assert check_ins.record(MILESTONES, recorded("a", None), [], TODAY).milestones_done == 0


@pytest.mark.parametrize("number", [0, 4, 64, 2**32 - 1])
def test_a_milestone_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(Refused, match="numbered 1 to 3") as caught:
        check_ins.record(MILESTONES, recorded("a", None), [1, number], TODAY)
    assert caught.value.reason == "MILESTONE_UNKNOWN"


def test_milestones_and_values_are_not_mixed_up() -> None:
    _refused(MILESTONES, 1.0, "MILESTONES_EXPECTED", "milestones_done")
    with pytest.raises(Refused) as caught:
        check_ins.record(METRIC, recorded("a", None), [1], TODAY)
    assert caught.value.reason == "VALUE_EXPECTED"


def test_any_day_up_to_today_may_be_reported_and_tomorrow_where_it_has_begun() -> None:
    for as_of in (-700_000, MONDAY, TODAY, TODAY + 1):
        assert check_ins.record(METRIC, recorded("a", as_of=as_of), None, TODAY).as_of == as_of


@pytest.mark.parametrize(("as_of", "reason"), [(TODAY + 2, "DAY_IN_FUTURE"), (2**31 - 1, "DAY_IN_FUTURE"), (-(2**31), "INVALID_ARGUMENT")])
def test_a_day_that_has_not_come_or_has_no_date_is_refused(as_of: int, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        check_ins.record(METRIC, recorded("a", as_of=as_of), None, TODAY)
    assert (caught.value.reason, caught.value.field) == (reason, "as_of")


def test_confidence_is_0_to_10_and_texts_can_be_stored() -> None:
    for wished, field in (
        (recorded("a", confidence=11), "confidence"),
        (recorded("a", comment="a\x00b"), "comment"),
        (recorded("a", blockers=["fine", "a\x00b"]), "blockers"),
    ):
        with pytest.raises(Refused) as caught:
            check_ins.record(METRIC, wished, None, TODAY)
        assert caught.value.field == field


def test_an_abstention_has_a_reason() -> None:
    assert check_ins.abstain(abstained("a"), TODAY) == abstained("a")
    with pytest.raises(Refused) as caught:
        check_ins.abstain(abstained("a", reason="  "), TODAY)
    assert caught.value.reason == "ABSTENTION_WITHOUT_REASON"


@pytest.mark.parametrize("figure", [None, 0.0, 0.33, 1.0])
def test_a_grade_is_a_figure_from_0_to_1_or_an_abstention(figure: float | None) -> None:
    assert check_ins.grade(graded(figure), TODAY) == graded(figure)


@pytest.mark.parametrize("figure", [-0.01, 1.01, nan, inf])
def test_a_grade_outside_of_0_to_1_is_refused(figure: float) -> None:
    with pytest.raises(Refused) as caught:
        check_ins.grade(graded(figure), TODAY)
    assert (caught.value.kind, caught.value.field) == (Kind.INVALID, "grade")


def test_a_grade_is_not_given_in_the_future() -> None:
    for wished, field in ((graded(1.0, as_of=TODAY + 2), "as_of"), (graded(1.0, graded_on=TODAY + 2), "graded_on")):
        with pytest.raises(Refused) as caught:
            check_ins.grade(wished, TODAY)
        assert (caught.value.reason, caught.value.field) == ("DAY_IN_FUTURE", field)


def _refused(key_result: KeyResult, value: float, reason: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        check_ins.record(key_result, recorded("a", value), None, TODAY)
    assert (caught.value.reason, caught.value.field, caught.value.kind) == (reason, field, Kind.INVALID)
