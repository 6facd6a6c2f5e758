"""What an objective came to day by day, over gRPC, on a projection in a real PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_AT_RISK, STATUS_NOT_STARTED, STATUS_ON_TRACK
from chassis.errors import Refused
from progress.queries.series import spread
from tests.integration.progress.test_lists import viewers, with_secrets
from tests.support.events import an_id
from tests.support.filled_logs import create_logs
from tests.support.history import DENSE, FIRST_DAY, History
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import BOB, OTHER_TENANT, Served, activated, check_in, metric, objective, serve
from tests.support.told import DAY, DUE, START


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    logs = await create_logs(postgres)
    async with serve(postgres.create_database(), logs, tmp_path) as served:
        yield served


async def series(progress: Served, name: str, *, points: int = 0, known_at: int | None = None, true_on: int | None = None) -> Any:
    as_of = common_pb2.AsOf(true_on=true_on)
    if known_at is not None:
        as_of.known_at.FromMicroseconds(known_at)
    return await progress("GetSeries", pb.GetSeriesRequest(objective_id=an_id(name), points=points, as_of=as_of))


def steps(found: Any) -> list[tuple[int, float]]:
    """The days, from 0, on which the number became another one."""
    told: list[tuple[int, float]] = []
    for point in found.points:
        if not told or told[-1][1] != point.progress:
            told.append((point.day - START, point.progress))
    return told


async def test_a_number_holds_from_the_day_that_a_check_in_is_true_of(progress: Served) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), metric("O", "b"))
    await progress.tell(check_in("O", "a", 250, START + 10), check_in("O", "b", 500, START + 40))
    found = await series(progress, "O", true_on=START + 50, points=400)
    assert [point.day for point in found.points] == list(range(START, START + 51))
    assert steps(found) == [(0, 0.0), (10, 0.25), (40, 0.75)]
    assert (found.points[0].status, found.points[10].status, found.points[39].status) == (STATUS_NOT_STARTED, STATUS_ON_TRACK, 3)
    assert [(k.key_result.title, k.points[20].value) for k in found.key_results] == [("a", 250), ("b", 0)]
    assert [k.points[-1].progress for k in found.key_results] == [0.5, 1.0]
    assert (found.ahead[0].day, found.ahead[-1].day, found.ahead[-1].pace) == (START + 51, DUE, 1.0)


async def test_a_series_tells_what_was_known_at_an_instant(progress: Served) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"))
    await progress.tell(check_in("O", "a", 250, START + 10), day=START + 30)
    assert steps(await series(progress, "O", known_at=(START + 20) * DAY, true_on=START + 50)) == [(0, 0.0)]
    assert steps(await series(progress, "O", known_at=(START + 40) * DAY, true_on=START + 50)) == [(0, 0.0), (10, 0.5)]


async def test_a_series_ends_with_its_objective_and_nothing_later_moves_it(progress: Served) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 250, START + 10))
    await progress.tell(goals.ObjectiveClosed(objective_id=an_id("O"), holds_from=START + 20), day=START + 20)
    await progress.tell(check_in("O", "a", 400, START + 5), day=START + 25)
    found = await series(progress, "O", true_on=DUE, points=400)
    assert (steps(found), found.points[-1].day, list(found.ahead)) == ([(0, 0.0), (10, 0.5)], START + 20, [])


async def test_a_moved_target_moves_the_days_from_its_own_on(progress: Served) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 250, START + 10))
    revised = goals.KeyResultRevised(objective_id=an_id("O"), key_result_id=an_id("a"), target=1000, holds_from=START + 30)
    await progress.tell(revised, day=START + 30)
    found = await series(progress, "O", true_on=START + 60, points=400)
    assert steps(found) == [(0, 0.0), (10, 0.5), (30, 0.25)]
    assert found.points[-1].status == STATUS_AT_RISK


async def test_whoever_may_not_see_an_objective_is_told_that_there_is_none(progress: Served) -> None:
    await progress.tell(objective("O", visibility=goals.VISIBILITY_PRIVATE), objective("P"))
    with pytest.raises(Refused, match="that you may see"):
        await series(progress, "O")
    assert (await progress("GetSeries", pb.GetSeriesRequest(objective_id=an_id("O")), person=BOB)).points
    with pytest.raises(Refused, match="that you may see"):
        await progress("GetSeries", pb.GetSeriesRequest(objective_id=an_id("P")), tenant=OTHER_TENANT)


@pytest.mark.parametrize("seed", [1, 2])
async def test_each_day_is_what_it_is_when_it_is_asked_about_alone(progress: Served, seed: int) -> None:
    history, r = History(350, seed, DENSE), random.Random(seed)
    await progress.live.take_all(with_secrets(history.events(), r), r)
    compared = 0
    for who in viewers(history).values():
        as_of = common_pb2.AsOf(true_on=FIRST_DAY + 150)
        objectives = (await progress("ListObjectives", pb.ListObjectivesRequest(as_of=as_of, page_size=100), **who)).objectives
        for one in r.sample(list(objectives), min(8, len(objectives))):
            request = pb.GetSeriesRequest(objective_id=one.objective_id, as_of=as_of, points=12)
            for point in (await progress("GetSeries", request, **who)).points:
                then = pb.GetObjectiveRequest(objective_id=one.objective_id, as_of=common_pb2.AsOf(true_on=point.day))
                alone = (await progress("GetObjective", then, **who)).objective
                assert [getattr(point, name) for name in _COMPARED] == [getattr(alone, name) for name in _COMPARED]
                assert (point.HasField("progress"), point.HasField("coverage")) == (alone.HasField("progress"), alone.HasField("coverage"))
                compared += 1
    assert compared > 100


_COMPARED = ("progress", "progress_raw", "status", "expected_pace", "coverage", "confidence", "hidden")


def test_of_a_long_span_as_many_days_are_told_as_there_may_be_the_first_and_the_last_among_them() -> None:
    assert spread(10, 13, 100) == [10, 11, 12, 13]
    assert spread(0, 364, 5) == [0, 91, 182, 273, 364]
    assert spread(7, 7, 12) == [7]
