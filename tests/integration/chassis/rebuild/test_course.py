"""What a rebuild leaves behind, whatever happens to it, and who is refused one. Audit stands for everything that is rebuilt."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random

import orjson
import psycopg
import pytest

from audit import export, schema
from audit.actions import LOGS, store_actions
from audit.rebuild import PROJECTION
from audit.service import Audit
from cairn.checkins.v1.events_pb2 import CheckInRecorded
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent
from chassis.ids import new_id
from chassis.postgres import DatabaseRole, TenantConnections, connection_pool
from chassis.rebuild import RebuildProcess, Step, rebuild
from chassis.runtime import MachineClock, Settings
from shared.roles import AUDITOR
from tests.support.consumed import PARTITIONS, Consumed, consumed
from tests.support.database_roles import dsn_of_role
from tests.support.filled_logs import append, create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.recorded import Log, owners_of_logs

pytestmark = pytest.mark.timeout(120)


@dataclass
class Rebuilt:
    """A database of audit, and the logs that it is made of."""

    database: str
    logs: dict[str, str]
    events: list[RecordedEvent]
    live: Consumed

    @property
    def settings(self) -> Settings:
        return Settings(database_url=self.database, logs=self.logs, topic_partitions=PARTITIONS)

    async def rebuild(self, tell: object = None) -> int:
        return await asyncio.to_thread(rebuild, PROJECTION, self.database, self.logs, PARTITIONS, tell or (lambda _: None))  # type: ignore[arg-type]

    async def actions(self) -> int:
        return len((await self.live.rows_in(schema.LIVE))["action"])

    def export(self) -> AsyncIterator[bytes]:
        return self._export()

    async def _export(self) -> AsyncIterator[bytes]:
        dsn = schema.conninfo(self.database)
        query_dsn = schema.conninfo(dsn_of_role(self.database, DatabaseRole.QUERY))
        async with TenantConnections(connection_pool(query_dsn)) as connections:
            call = Call(Identity(self.events[0].tenant_id, new_id(), frozenset({AUDITOR})), new_id())
            async for answer in export.export_log(Audit(dsn, query_dsn, connections, owners_of_logs(), MachineClock(), 6), call):
                yield answer.lines


@pytest.fixture
async def rebuilt(postgres: DatabaseServer) -> AsyncIterator[Rebuilt]:
    log = Log("checkins")
    for number in range(2_500):
        log.append(CheckInRecorded(value=number))
    logs, database = await create_logs(postgres, log.events[:2_000], LOGS), postgres.create_database()
    dsn_of_role(database, DatabaseRole.QUERY)
    await schema.create_schema(database)
    async with consumed(schema.conninfo(database), "audit", store_actions) as live:
        await live.take_all(log.events[:2_000], Random(1), most=500)
        yield Rebuilt(database, logs, log.events, live)


class Killed(BaseException):
    """Nobody expects it."""


@pytest.mark.parametrize("phase", ["events", "indexes", "swap"])
async def test_whatever_ends_a_rebuild_before_its_swap_the_live_tables_are_as_they_were(rebuilt: Rebuilt, phase: str) -> None:
    rows = await rebuilt.live.rows_in(schema.LIVE)

    def kill(step: Step) -> None:
        if step.phase == phase:
            raise Killed

    with pytest.raises(Killed):
        await rebuilt.rebuild(kill)
    assert await rebuilt.live.rows_in(schema.LIVE) == rows
    assert await rebuilt.rebuild() == 2_000
    assert await rebuilt.live.rows_in(schema.LIVE) == rows


async def test_what_is_appended_while_it_works_is_in_and_comes_to_no_consumer_twice(rebuilt: Rebuilt) -> None:
    def go_on(step: Step) -> None:
        if step.phase == "indexes":
            append(rebuilt.logs, rebuilt.events[2_000:2_400])

    assert await rebuilt.rebuild(go_on) == 2_400
    assert await rebuilt.actions() == 2_400
    append(rebuilt.logs, rebuilt.events[2_400:])
    await rebuilt.live.take_all(rebuilt.events[2_400:], Random(2))
    assert await rebuilt.actions() == 2_500


async def test_an_export_that_was_impossible_because_positions_never_came_is_whole_after_a_rebuild(rebuilt: Rebuilt) -> None:
    async with await psycopg.AsyncConnection.connect(schema.conninfo(rebuilt.database)) as connection:
        await connection.execute("DELETE FROM action WHERE position < 1000")
    lines = b"".join([part async for part in rebuilt.export()]).splitlines()
    assert (orjson.loads(lines[0])["heads"], len(lines)) == ({"checkins": 0}, 2)
    await rebuilt.rebuild()
    lines = b"".join([part async for part in rebuilt.export()]).splitlines()
    assert (orjson.loads(lines[0])["heads"], len(lines)) == ({"checkins": 2_000}, 2_002)


async def test_an_export_goes_on_over_a_swap_with_what_it_began_with(rebuilt: Rebuilt) -> None:
    parts = rebuilt.export()
    lines = await anext(parts)
    await rebuilt.rebuild()
    lines += b"".join([part async for part in parts])
    assert len(lines.splitlines()) == 2_002
    await rebuilt.rebuild()  # which clears up what the export was still reading


async def test_a_second_rebuild_is_refused_before_there_is_a_process(rebuilt: Rebuilt, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    popen = subprocess.Popen

    def start(*arguments: object, **named: object) -> object:
        started.append(arguments)
        return popen(*arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr("chassis.rebuild.process.subprocess.Popen", start)
    here, elsewhere = RebuildProcess("audit.rebuild", rebuilt.settings), RebuildProcess("audit.rebuild", rebuilt.settings)
    steps = here.run()
    assert (await anext(steps)).phase == "events"
    for other in (here, elsewhere):  # the same process of the service, and another one
        with pytest.raises(Refused) as refused:
            await anext(other.run())
        assert (refused.value.reason, refused.value.kind) == ("REBUILD_RUNNING", Kind.BUSY)
    assert len(started) == 1
    assert [step.phase async for step in steps][-1] == "done"
    assert (await anext(here.run())).phase == "events"


async def test_whoever_stops_listening_ends_a_rebuild_and_the_next_one_may_begin(rebuilt: Rebuilt) -> None:
    process = RebuildProcess("audit.rebuild", rebuilt.settings)
    steps = process.run()
    await anext(steps)
    await steps.aclose()
    assert [step.phase async for step in process.run()][-1] == "done"
    assert await rebuilt.actions() == 2_000


def test_a_rebuild_that_is_not_told_where_a_log_is_says_which(rebuilt: Rebuilt) -> None:
    environment = {**os.environ, "CAIRN_DATABASE_URL": rebuilt.database, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "audit.rebuild"]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    told = orjson.loads(ended.stdout)
    assert (ended.returncode, told["refused"]) == (1, "REBUILD_LOGS_UNKNOWN")
    assert "where directory, goals, checkins, progress, notifications is" in told["message"]
