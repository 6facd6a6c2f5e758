"""What audit exports, `cairn export` takes in whole and `cairn replay` reads: the three agree on the format of docs/export.md."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audit import schema
from audit.actions import store_actions
from audit.export import export_log
from audit.service import Audit
from cairn.checkins.v1.events_pb2 import CheckInRecorded
from cairn.goals.v1.events_pb2 import CYCLE_KIND_TACTICAL, CycleDefined, KeyResultDefined, Metric, ObjectiveActivated, ObjectiveDefined
from chassis.calls import Call, Identity
from chassis.ids import new_id
from chassis.postgres import DatabaseRole, TenantConnections, connection_pool
from chassis.runtime import MachineClock
from cli.commands.exporting import write_export
from cli.connection import whole_lines
from cli.errors import Failed
from cli.output import steps
from progress.replay import Damaged, Replayed, replay
from shared.roles import AUDITOR
from tests.support import recorded
from tests.support.database_roles import dsn_of_role
from tests.support.recorded import Log, owners_of_logs

CYCLE, OBJECTIVE, KEY_RESULT, OWNER = new_id(), new_id(), new_id(), new_id()


@pytest.fixture
async def audit(database: str) -> AsyncIterator[Audit]:
    query_dsn = dsn_of_role(database, DatabaseRole.QUERY)
    await schema.create_schema(database)
    database, query_dsn = schema.conninfo(database), schema.conninfo(query_dsn)
    async with TenantConnections(connection_pool(query_dsn, size=2)) as connections:
        yield Audit(database, query_dsn, connections, owners_of_logs(), MachineClock(), 6)


def goals() -> Log:
    log = Log("goals")
    log.append(
        CycleDefined(cycle_id=CYCLE, name="2026-Q1", kind=CYCLE_KIND_TACTICAL, first_day=20_454, last_day=20_543), aggregate_id=CYCLE
    )
    defined = ObjectiveDefined(objective_id=OBJECTIVE, cycle_id=CYCLE, reference="J1", title="Grow", owner_id=OWNER, creator_id=OWNER)
    defined.start_day, defined.due_day = 20_454, 20_543
    log.append(defined, aggregate_id=OBJECTIVE)
    key_result = KeyResultDefined(
        objective_id=OBJECTIVE, key_result_id=KEY_RESULT, reference="J1/1", title="Hire", weight=1, metric=Metric(start=0, target=4)
    )
    log.append(key_result, aggregate_id=OBJECTIVE)
    log.append(ObjectiveActivated(objective_id=OBJECTIVE), aggregate_id=OBJECTIVE)
    return log


def check_ins(log: Log, *values: float) -> Log:
    reported = Log("checkins", tenant_id=log.tenant_id)
    for number, value in enumerate(values):
        check_in = CheckInRecorded(key_result_id=KEY_RESULT, objective_id=OBJECTIVE, value=value, as_of=20_454 + number)
        check_in.check_in_id = new_id()
        reported.append(check_in, aggregate_id=KEY_RESULT, partition_key=OBJECTIVE)
    return reported


async def exported(audit: Audit, *logs: Log) -> list[bytes]:
    for log in logs:
        await recorded.deliver(audit.database_url, store_actions, log.events)
    call = Call(Identity(logs[0].tenant_id, OWNER, frozenset({AUDITOR})), new_id())
    content = b"".join([answer.lines async for answer in export_log(audit, call)])
    return list(whole_lines(iter([content])))


def taken_in(lines: list[bytes], file: Path, heads: dict[str, int]) -> dict[str, object]:
    with file.open("wb") as writing, steps("exporting") as shown:
        return write_export(writing, lines, heads, shown)


def replayed(file: Path) -> Replayed:
    with file.open("rb") as reading:
        return replay(reading)


async def test_an_export_is_taken_in_whole_and_replays(audit: Audit, tmp_path: Path) -> None:
    log = goals()
    lines = await exported(audit, log, check_ins(log, 1, 3))
    trailer = taken_in(lines, tmp_path / "export", {"goals": 4, "checkins": 2})
    found = replayed(tmp_path / "export")
    assert trailer["events"] == found.events == 6
    assert (found.objectives, found.key_results, found.check_ins, found.tenant_id) == (1, 1, 2, log.tenant_id)


async def test_the_digest_does_not_depend_on_how_often_it_is_exported_and_does_on_what_was_reported(audit: Audit, tmp_path: Path) -> None:
    log = goals()
    reported = check_ins(log, 1, 3)
    digests = []
    for events in (reported.events[:1], reported.events, reported.events):
        first = Log("checkins", tenant_id=log.tenant_id, events=events)
        taken_in(await exported(audit, log, first), tmp_path / "export", {})
        digests.append(replayed(tmp_path / "export").digest)
    assert digests[0] != digests[1] == digests[2]


async def test_an_export_that_lost_or_changed_a_line_is_refused_by_both(audit: Audit, tmp_path: Path) -> None:
    log = goals()
    lines = await exported(audit, log, check_ins(log, 1, 3))
    for spoiled in ([*lines[:2], *lines[3:]], lines[:-1], [line.replace(b'"position":2', b'"position":3') for line in lines]):
        with pytest.raises(Failed):
            taken_in(spoiled, tmp_path / "export", {})
        (tmp_path / "export").write_bytes(b"".join(spoiled))
        with pytest.raises(Damaged):
            replayed(tmp_path / "export")


async def test_an_export_that_does_not_reach_the_heads_is_refused(audit: Audit, tmp_path: Path) -> None:
    lines = await exported(audit, goals())
    with pytest.raises(Failed) as failed:
        taken_in(lines, tmp_path / "export", {"goals": 5})
    assert "up to 4, and it reaches 5" in failed.value.message
