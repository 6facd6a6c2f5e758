"""What is asked about: a value that lies more than 50 times as far from the start as the target does. It is recorded all the same."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nextafter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkins.domain.key_results import Way
from checkins.domain.values import FARTHEST_PLAUSIBLE, is_plausible
from tests.support.events import recorded
from tests.unit.checkins.examples import BINARY, GRADED, METRIC, MILESTONES, a_correction, a_report, done
from tests.unit.checkins.test_recording import recording

FIGURES = st.integers(-(10**6), 10**6).map(float)


def a_metric(start: float, target: float) -> Any:
    return replace(METRIC, way=Way(start, target))


@pytest.mark.parametrize(
    ("start", "target", "edge"), [(0, 10, 500), (0, 10, -500), (10, 0, -490), (10, 0, 510), (100, 104, 300), (-3, -1, 97), (0, 0.5, 25)]
)
def test_fifty_times_as_far_as_the_target_is_plausible_and_more_is_not(start: float, target: float, edge: float) -> None:
    key_result = a_metric(start, target)
    beyond = nextafter(edge, inf if edge > start else -inf)
    for said in (a_report, lambda value: a_correction("a", value)):
        assert is_plausible(key_result, said(edge)) is True
        assert is_plausible(key_result, said(beyond)) is False


@given(start=FIGURES, target=FIGURES, value=FIGURES, by=FIGURES)
def test_it_is_the_progress_that_tells_wherever_the_scale_begins_and_whichever_way_it_goes(
    start: float, target: float, value: float, by: float
) -> None:
    if start == target:
        return
    plausible = is_plausible(a_metric(start, target), a_report(value))
    assert plausible is (abs((value - start) / (target - start)) <= FARTHEST_PLAUSIBLE)
    assert plausible is is_plausible(a_metric(start + by, target + by), a_report(value + by))
    assert plausible is is_plausible(a_metric(-start, -target), a_report(-value))


@given(start=FIGURES, target=FIGURES, share=st.floats(0, 1))
def test_what_lies_between_start_and_target_is_never_asked_about(start: float, target: float, share: float) -> None:
    if start != target:
        assert is_plausible(a_metric(start, target), a_report(start + share * (target - start)))


@pytest.mark.parametrize(
    ("key_result", "report"),
    [
        (BINARY, a_report(1)),
        (GRADED, a_report(0.5)),
        (MILESTONES, a_report(None, milestones_done=done(1))),
        (METRIC, a_report(None, abstention="nobody measured it")),
        (replace(METRIC, way=None), a_report(5)),
    ],
    ids=["binary", "graded", "milestones", "abstention", "figures not known here"],
)
def test_without_a_value_or_a_start_and_a_target_nothing_can_be_told(key_result: Any, report: Any) -> None:
    assert is_plausible(key_result, report) is None


def test_what_is_asked_about_is_recorded_all_the_same() -> None:
    recording(METRIC, a_report(5e9)).then(recorded("a", 5e9))
