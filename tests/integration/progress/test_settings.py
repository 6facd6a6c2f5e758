"""What a tenant has settled moves what progress answers: live, of a day, and in the tree as in an objective."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cairn.common.v1 import common_pb2
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_AT_RISK, STATUS_BEHIND, STATUS_ON_TRACK
from tests.support.events import an_id
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import TENANT, Served, activated, check_in, metric, objective, serve
from tests.support.told import START

TODAY = START + 50


class FiftyDaysIn:
    """A clock at noon of `TODAY`."""

    def now(self) -> datetime:
        return datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=TODAY)


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(postgres.create_database(), await create_logs(postgres), tmp_path, FiftyDaysIn()) as served:
        yield served


def settled(setting: str, value: str, day: int) -> directory.SettingChanged:
    return directory.SettingChanged(tenant_id=TENANT, setting=setting, value=value, holds_from=day)


async def shown(progress: Served, day: int | None = None) -> pb.Objective:
    """The objective O, and that the tree says the same of it."""
    asked = common_pb2.AsOf(true_on=day)
    found: pb.Objective = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O"), as_of=asked))).objective
    tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), as_of=asked))
    row, k = tree.objectives, tree.key_results
    told = (list(row.status), list(row.stale), list(row.expected_pace))
    assert told == ([found.status], [found.stale], [found.expected_pace])
    assert [(one.stale, one.status) for one in found.key_results] == list(zip(k.stale, k.status, strict=True))
    return found


async def test_bounds_pace_and_cadence_hold_from_their_day_on(progress: Served) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 150, TODAY - 20))
    assert (await shown(progress)).status == STATUS_BEHIND
    assert (await shown(progress)).stale
    await progress.tell(settled("bounds", "0.2;0.4", TODAY), settled("cadence", "monthly", START), day=TODAY)
    assert (await shown(progress)).status == STATUS_ON_TRACK
    assert not (await shown(progress)).stale
    assert (await shown(progress, TODAY - 1)).status == STATUS_BEHIND
    await progress.tell(settled("default_pace", "0;1;1", TODAY), day=TODAY)
    assert ((await shown(progress)).expected_pace, (await shown(progress)).status) == (1.0, STATUS_AT_RISK)
    assert (await shown(progress, TODAY - 1)).expected_pace == 0.49


async def test_a_plan_and_marks_stand_in_the_tree_and_in_the_objective(progress: Served) -> None:
    plan = goals.Plan(points=[goals.PlannedShare(day=START + 90, share=0.1)])
    planned = metric("O", "a")
    planned.plan.CopyFrom(plan)
    planned.commit, planned.stretch = 20, 200
    await progress.tell(objective("O"), *activated("O"), planned, check_in("O", "a", 30, TODAY))
    for day in (None, TODAY):
        (found,) = (await shown(progress, day)).key_results
        tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), as_of=common_pb2.AsOf(true_on=day)))
        assert (found.plan, found.commit, found.stretch, list(found.marks_reached)) == (plan, 20, 200, ["commit"])
        assert (list(tree.key_results.plan), list(tree.key_results.commit), list(tree.key_results.stretch)) == ([plan], [20], [200])
        assert found.expected_pace == pytest.approx(0.1 * 50 / 90)
