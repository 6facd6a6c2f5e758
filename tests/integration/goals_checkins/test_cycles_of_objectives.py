"""Which cycle an objective belongs to is read once, since it never changes; and it is told to its own tenant alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cairn.goals.v1 import events_pb2
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call, Identity
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id, new_id
from goals import commands
from goals.aggregates import EVENT_TYPES
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


async def test_it_is_read_once_and_told_to_no_other_tenant(goals: Goals, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant_id, other = new_id(), new_id()
    cycle = api.DefineCycleRequest(name="Q1", kind=events_pb2.CYCLE_KIND_TACTICAL, first_day=20_000, last_day=20_090)
    cycle_id = (await commands.define_cycle(goals, of(tenant_id), cycle)).aggregate_ids[0]
    request = api.DefineObjectiveRequest(cycle_id=cycle_id, title="Grow")
    objective_id = (await commands.define_objective(goals, of(tenant_id), request)).aggregate_ids[0]
    unknown = new_id()
    assert await goals.index.cycles_of_objectives(tenant_id, [objective_id, unknown]) == [cycle_id]
    assert await goals.index.cycles_of_objectives(other, [objective_id]) == []

    read: list[Any] = []
    rows = goals.index.rows

    async def counted(query: str, parameters: Any, tenant_id: Id | None = None) -> Any:
        read.append(parameters)
        return await rows(query, parameters, tenant_id)

    monkeypatch.setattr(goals.index, "rows", counted)
    assert await goals.index.cycles_of_objectives(tenant_id, [objective_id]) == [cycle_id]
    assert not read
    assert await goals.index.cycles_of_objectives(tenant_id, [unknown, objective_id]) == [cycle_id]
    assert len(read) == 1  # what there was not may be there by now
