"""What grades say: bands by the bounds of the tenant, and what is met by the kind of objective."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from progress.domain.grades import band_of, is_met
from progress.domain.settings import DEFAULTS

RED, YELLOW, GREEN = pb.BAND_RED, pb.BAND_YELLOW, pb.BAND_GREEN


@pytest.mark.parametrize(
    ("grade", "band"), [(0.0, RED), (0.399999, RED), (0.4, YELLOW), (0.699999, YELLOW), (0.7, GREEN), (1.0, GREEN), (None, 0)]
)
def test_below_the_first_bound_is_red_below_the_second_yellow_and_else_green(grade: float | None, band: int) -> None:
    assert band_of(grade, DEFAULTS) == band


def test_the_bounds_are_the_tenants() -> None:
    settings = DEFAULTS._replace(bands=(0.3, 0.6))
    assert [band_of(grade, settings) for grade in (0.29, 0.3, 0.59, 0.6)] == [RED, YELLOW, YELLOW, GREEN]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_a_mean_that_is_a_bound_is_not_below_it_however_it_is_added_up(thousandths: list[int]) -> None:
    mean = sum(each / 1000 / len(thousandths) for each in thousandths)
    exact = sum(thousandths), len(thousandths)
    expected = RED if exact[0] < 400 * exact[1] else YELLOW if exact[0] < 700 * exact[1] else GREEN
    assert band_of(mean, DEFAULTS) == expected


@pytest.mark.parametrize(
    ("kind", "grade", "met"),
    [
        (goals.OBJECTIVE_KIND_COMMITTED, 1.0, True),
        (goals.OBJECTIVE_KIND_COMMITTED, 0.99, False),
        (goals.OBJECTIVE_KIND_ASPIRATIONAL, 0.7, True),
        (goals.OBJECTIVE_KIND_ASPIRATIONAL, 0.69, False),
        (goals.OBJECTIVE_KIND_ASPIRATIONAL, None, False),
    ],
)
def test_a_committed_objective_is_met_at_one_and_an_aspirational_one_at_seven_tenths(kind: int, grade: float | None, met: bool) -> None:
    assert is_met(grade, kind) is met
