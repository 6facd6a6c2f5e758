"""What is said of a key result by the state and the visibility of its objective is said for all that there are."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

import pytest

from cairn.checkins.v1.service_pb2 import CheckIn
from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.errors import Refused
from checkins import policy
from checkins.domain.key_results import Measure, require_gradable, require_open
from checkins.domain.values import require_part, require_value
from tests.support.events import ANN, an_id
from tests.unit.checkins.examples import METRIC, TENANT, TODAY


@pytest.mark.parametrize("state", goals.ObjectiveState.values()[1:], ids=goals.ObjectiveState.Name)
def test_a_key_result_of_an_objective_in_any_state_is_reported_of_or_refused(state: goals.ObjectiveState.ValueType) -> None:
    key_result = replace(METRIC, objective_state=state)
    with suppress(Refused):
        require_open(key_result)
    with suppress(Refused):
        require_gradable(key_result, TODAY)


@pytest.mark.parametrize("visibility", goals.Visibility.values(), ids=goals.Visibility.Name)
def test_who_sees_a_key_result_of_any_visibility_is_decided(visibility: goals.Visibility.ValueType) -> None:
    policy.sees(Identity(TENANT, an_id("Dan"), frozenset()), replace(METRIC, visibility=visibility))


VALUED: Final = {Measure.METRIC, Measure.MAINTAIN, Measure.BASELINE, Measure.GRADED}


@pytest.mark.parametrize("measure", Measure)
def test_a_value_is_taken_of_any_measure_but_milestones_and_sums(measure: Measure) -> None:
    key_result = replace(METRIC, measure=measure)
    if measure in VALUED | {Measure.BINARY}:
        require_value(key_result, 1.0)
        return
    with pytest.raises(Refused) as refused:
        require_value(key_result, 1.0)
    assert refused.value.reason == {Measure.MILESTONES: "MILESTONES_EXPECTED", Measure.SUM: "IS_A_SUM"}[measure]


@pytest.mark.parametrize("measure", Measure)
def test_parts_are_told_of_what_is_measured_and_of_nothing_that_is_done_or_added_up(measure: Measure) -> None:
    key_result = replace(METRIC, measure=measure, owners=frozenset({ANN}))
    if measure in VALUED:
        require_part(key_result, CheckIn(value=1, part=ANN))
        return
    with pytest.raises(Refused) as refused:
        require_part(key_result, CheckIn(value=1, part=ANN))
    assert refused.value.reason == "PART_IMPOSSIBLE"
