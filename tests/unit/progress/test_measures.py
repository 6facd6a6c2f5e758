"""Each measure's formula, by its rule."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2
from progress.domain.measures import BASELINE, BINARY, GRADED, MAINTAIN, MEASURES, METRIC, MILESTONES, Mode


@dataclass
class Reported:
    start: float = 0.0
    target: float = 1.0
    milestone_weights: tuple[float, ...] | None = None
    value: float | None = None
    milestones_done: int | None = None
    low: float | None = None
    high: float | None = None
    mode: int | None = None
    met_share: float | None = None


@pytest.mark.parametrize(
    ("start", "target", "value", "p"),
    [(0, 500, 120, 0.24), (100, 40, 70, 0.5), (50, 100, 25, -0.5), (0, 10, 15, 1.5), (-10, 10, 0, 0.5)],
)
def test_a_metric_is_the_share_of_the_way_from_start_to_target(start: float, target: float, value: float, p: float) -> None:
    assert METRIC.raw_progress(Reported(start, target, value=value)) == pytest.approx(p)


def test_nothing_reported_is_no_progress() -> None:
    assert [measure.raw_progress(Reported(5.0, 9.0, (1.0, 2.0))) for measure in MEASURES if measure is not BASELINE] == [0.0] * 6
    assert BASELINE.raw_progress(Reported(5.0, 9.0)) is None


def test_milestones_count_by_weight() -> None:
    assert MILESTONES.raw_progress(Reported(milestone_weights=(1.0, 2.0, 5.0), milestones_done=0b011)) == pytest.approx(3 / 8)


def test_milestones_that_weigh_nothing_count_by_number() -> None:
    assert MILESTONES.raw_progress(Reported(milestone_weights=(0.0, 0.0, 0.0, 0.0), milestones_done=0b1000)) == 0.25


def test_the_sixty_fourth_milestone_is_the_sign_bit() -> None:
    assert MILESTONES.raw_progress(Reported(milestone_weights=(1.0,) * 64, milestones_done=-(1 << 63))) == 1 / 64


def test_binary_and_graded_are_what_was_reported() -> None:
    assert BINARY.raw_progress(Reported(value=1.0)) == 1.0
    assert GRADED.raw_progress(Reported(value=0.33)) == 0.33


@pytest.mark.parametrize(
    ("low", "high", "value", "p"),
    [(95, None, 95, 1), (95, None, 94.9, 0), (None, 3, 3, 1), (None, 3, 3.1, 0), (2, 5, 2, 1), (2, 5, 5, 1), (2, 5, 1, 0), (0, None, 0, 1)],
)
def test_what_is_maintained_is_met_within_its_bounds_themselves_included(
    low: float | None, high: float | None, value: float, p: float
) -> None:
    assert MAINTAIN.raw_progress(Reported(low=low, high=high, mode=Mode.LATEST, value=value)) == p


def test_by_share_what_is_maintained_is_the_share_of_the_check_ins_whatever_the_newest_says() -> None:
    by_share = Reported(low=5.0, mode=Mode.SHARE, value=1.0, met_share=2 / 3)
    assert MAINTAIN.raw_progress(by_share) == 2 / 3


def test_every_measure_is_a_way_in_which_a_key_result_is_defined() -> None:
    ways = goals.KeyResultDefined.DESCRIPTOR.oneofs_by_name["measure"].fields
    assert [way.name for way in ways] == [measure.name for measure in MEASURES]


def test_every_measure_has_its_number_and_name_in_the_protos() -> None:
    declared = {number: name.removeprefix("MEASURE_").lower() for name, number in service_pb2.Measure.items() if number}
    assert declared == {measure.number: measure.name for measure in MEASURES}
