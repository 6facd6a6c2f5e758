"""A rebuild that comes to grief."""

from __future__ import annotations

import asyncio
import multiprocessing
import random

import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.errors import Refused
from chassis.rebuild import Step
from progress.rebuild import rebuild
from tests.support.filled_logs import create_logs
from tests.support.history import DENSE, History
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import PARTITIONS, projection

pytestmark = pytest.mark.timeout(180)


async def test_a_second_process_that_is_killed_fails_the_rebuild_and_leaves_the_live_tables_alone(postgres: DatabaseServer) -> None:
    history = History(1_500, 5, DENSE)
    events = list(history.events())
    logs = await create_logs(postgres, events)

    def kill_the_second(step: Step) -> None:
        assert step.phase == "events"
        for process in multiprocessing.active_children():
            process.kill()

    async with projection(postgres.create_database()) as live:
        await live.take_all(events, random.Random(5))
        rows = await live.rows()
        with pytest.raises(Refused) as refusal:
            await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS, kill_the_second, in_ranges_of=100)
        assert refusal.value.reason == "REBUILD_FAILED"
        assert await live.rows() == rows
        assert await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS, in_ranges_of=100) == len(events)
        assert await live.rows() == rows


async def test_a_rebuild_has_every_active_objective_looked_at(postgres: DatabaseServer) -> None:
    """It takes in what no consumer has come to yet, and none will: a status may have turned by it."""
    history = History(1_500, 6, DENSE)
    events = list(history.events())
    logs = await create_logs(postgres, events)
    async with projection(postgres.create_database()) as live:
        await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS)
        async with live.pool.connection() as connection:
            moved = await (await connection.execute("SELECT unnest(objective_ids) FROM number_moved")).fetchall()
            active = f"SELECT objective_id FROM objective_now WHERE state = {goals.OBJECTIVE_STATE_ACTIVE}"
            wanted = await (await connection.execute(active.encode())).fetchall()
    assert len(wanted) > 50  # more than a batch of the work list
    assert sorted(moved) == sorted(wanted)
