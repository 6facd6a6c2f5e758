"""Which cycle an objective belongs to follows its moves, and is told to its own tenant alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cairn.goals.v1 import events_pb2
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call, Identity
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id, new_id
from goals.aggregates import EVENT_TYPES
from goals.commands.cycles import define_cycle
from goals.commands.objectives import define_objective, move_objective
from goals.index import Index
from goals.service import Goals
from shared.roles import ADMIN


@pytest.fixture
async def goals(database: str) -> AsyncIterator[Goals]:
    log = EventLog(database, "goals", 6)
    await log.start()
    index = Index(database, EVENT_TYPES, 6, log.reader)
    await index.start()
    yield Goals(Aggregates(log, EVENT_TYPES), index)
    await index.stop()
    await log.stop()


def of(tenant_id: Id) -> Call:
    return Call(Identity(tenant_id, new_id(), frozenset({ADMIN})), new_id(), operation="Define")


async def a_cycle(goals: Goals, tenant_id: Id, name: str) -> Id:
    cycle = api.DefineCycleRequest(name=name, kind=events_pb2.CYCLE_KIND_TACTICAL, first_day=20_000, last_day=20_090)
    return (await define_cycle(goals, of(tenant_id), cycle)).aggregate_ids[0]


async def test_it_is_that_which_it_was_moved_to_last_and_told_to_no_other_tenant(goals: Goals) -> None:
    tenant_id, other = new_id(), new_id()
    first, second = [await a_cycle(goals, tenant_id, name) for name in ("Q1", "Q2")]
    request = api.DefineObjectiveRequest(cycle_id=first, title="Grow")
    objective_id = (await define_objective(goals, of(tenant_id), request)).aggregate_ids[0]
    unknown = new_id()
    assert await goals.index.cycles_of_objectives(tenant_id, [objective_id, unknown]) == [first]
    assert await goals.index.cycles_of_objectives(other, [objective_id]) == []
    for cycle_id in (second, first):
        request_to_move = api.MoveObjectiveRequest(objective_id=objective_id, cycle_id=cycle_id)
        await move_objective(goals, of(tenant_id), request_to_move)
        assert await goals.index.cycles_of_objectives(tenant_id, [unknown, objective_id]) == [cycle_id]
    assert await goals.index.cycles_of_objectives(other, [objective_id]) == []
