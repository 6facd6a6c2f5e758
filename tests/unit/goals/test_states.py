"""What is said by state, visibility or kind is said for every one that there is."""

from __future__ import annotations

from contextlib import suppress

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Identity
from chassis.errors import Refused
from goals import policy, queries
from goals.domain import cycles, objectives, references
from goals.domain.cycles import Cycle
from goals.domain.objectives import Objective
from tests.support.events import ANN, BOB, CYD


@pytest.mark.parametrize("state", goals.ObjectiveState.values(), ids=goals.ObjectiveState.Name)
def test_an_objective_in_any_state_still_changes_or_is_refused(state: goals.ObjectiveState.ValueType) -> None:
    with suppress(Refused):
        objectives.require_open(Objective(state=state))


@pytest.mark.parametrize("state", goals.CycleState.values(), ids=goals.CycleState.Name)
def test_a_cycle_in_any_state_takes_objectives_or_refuses_them(state: goals.CycleState.ValueType) -> None:
    with suppress(Refused):
        cycles.require_open(Cycle(state=state))


@pytest.mark.parametrize("to", goals.CycleState.values(), ids=goals.CycleState.Name)
@pytest.mark.parametrize("state", goals.CycleState.values(), ids=goals.CycleState.Name)
def test_a_cycle_is_moved_from_any_state_to_any_or_not(state: goals.CycleState.ValueType, to: goals.CycleState.ValueType) -> None:
    with suppress(Refused):
        cycles.move(Cycle(state=state), to)


@pytest.mark.parametrize("visibility", goals.Visibility.values(), ids=goals.Visibility.Name)
def test_who_sees_an_objective_of_any_visibility_is_decided(visibility: goals.Visibility.ValueType) -> None:
    policy.sees(Identity(ANN, BOB, frozenset()), Objective(owner_id=CYD, visibility=visibility))


@pytest.mark.parametrize("kind", api.ReferenceKind.values()[1:], ids=api.ReferenceKind.Name)
def test_a_name_can_be_asked_for_of_every_kind_of_thing(kind: api.ReferenceKind.ValueType) -> None:
    assert queries.kind_of(kind) in references.FIELDS
