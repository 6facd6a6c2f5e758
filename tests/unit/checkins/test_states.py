"""What is said of a key result by the state and the visibility of its objective is said for all that there are."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.errors import Refused
from checkins import policy
from checkins.domain.key_results import Measure, require_gradable, require_open
from checkins.domain.values import require_value
from tests.support.events import an_id
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


@pytest.mark.parametrize("measure", Measure)
def test_what_a_key_result_of_any_measure_takes_is_decided(measure: Measure) -> None:
    with suppress(Refused):
        require_value(replace(METRIC, measure=measure), 1.0)
