"""Whom a change is told to that what they see is made of; who may know of what is held by tests/integration/test_visibility.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.ids import NIL
from shared.roles import GATEWAY
from tests.support.events import an_id
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import ANN, TENANT, Served, metric, objective, serve

OBJECTIVES = ("home", "sums", "other", "above", "apart", "top")


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(postgres.create_database(), {}, tmp_path) as served:
        yield served


def total(home: str, name: str, *feeds: str, **more: Any) -> goals.KeyResultDefined:
    return metric(home, name, metric=None, sum=goals.Sum(target=500, feeds=map(an_id, feeds)), **more)


async def seen(progress: Served, **changed: Any) -> set[str]:
    """Which objectives somebody who sees all of them is told of."""
    request = pb.ShowChangesRequest(tenant_id=TENANT, readers=[pb.ChangesReader(person_id=ANN)], **changed)
    told = await progress("ShowChanges", request, NIL, NIL, GATEWAY)
    names, (sight,) = {an_id(name): name for name in OBJECTIVES}, told.sights
    return {names[told.ids[index]] for index in sight.seen}


async def test_what_feeds_sums_is_told_to_whoever_sees_what_they_count_for(progress: Served) -> None:
    await progress.tell(
        *map(objective, OBJECTIVES),
        goals.KpiDefined(kpi_id=an_id("churn"), title="churn", holds_from=0),
        goals.ObjectiveAligned(objective_id=an_id("above"), parent_objective_id=an_id("top")),
        metric("home", "a"),
        metric("apart", "b"),
        total("sums", "k", "a", counts_for=[an_id("other")]),
        total("above", "m", "k"),
        total("apart", "n", "churn"),
    )
    home = pb.ChangedThing(id=an_id("home"))
    of_a_check_in = {"objectives": [home], "key_result_ids": [an_id("a")]}
    assert await seen(progress, **of_a_check_in) == {"home", "sums", "other", "above", "top"}
    assert await seen(progress, objectives=[home]) == {"home", "sums", "other", "above", "top"}, "its place or state may count"
    assert await seen(progress, objectives=[pb.ChangedThing(id=an_id("home"), alone=True)]) == {"home"}, "it was talked about"
    assert await seen(progress, kpi_ids=[an_id("churn")]) == {"apart"}
