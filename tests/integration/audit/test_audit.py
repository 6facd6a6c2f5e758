"""Audit with a real PostgreSQL: every event once, whole, found by who, when, for whom and to what; and exported."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from psycopg import AsyncConnection

from audit import export, queries, schema, things
from audit.actions import store_actions
from audit.service import Audit
from cairn.audit.v1 import service_pb2 as api
from cairn.checkins.v1.events_pb2 import CheckInAbstained, CheckInRecorded
from cairn.directory.v1.events_pb2 import TenantRegistered
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1.events_pb2 import CycleDefined, KeyResultDefined, KeyResultUnshared, ObjectiveAligned, ObjectiveDefined
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text, new_id, parse_id
from chassis.postgres import DatabaseRole, TenantConnections, connection_pool
from chassis.rpc import PAGE_BYTES
from chassis.runtime import MachineClock
from shared.roles import ADMIN, AUDITOR, CHAMPION, GATEWAY, MEMBER, OPERATOR, SERVICE, VIEWER
from tests.support import recorded
from tests.support.database_roles import dsn_of_role
from tests.support.recorded import Log, OwnerOfLog, owners_of_logs

ANN, BEN = new_id(), new_id()


@pytest.fixture
async def audit(database: str) -> AsyncIterator[Audit]:
    query_dsn = dsn_of_role(database, DatabaseRole.QUERY)
    await schema.create_schema(database)
    await schema.create_schema(database)  # a second process starts too
    database, query_dsn = schema.conninfo(database), schema.conninfo(query_dsn)
    async with TenantConnections(connection_pool(query_dsn, size=2)) as connections:
        yield Audit(database, query_dsn, connections, owners_of_logs(), MachineClock(), 6)


def check_ins(count: int, tenant: Id | None = None) -> Log:
    log = Log("checkins", tenant_id=tenant or new_id())
    for number in range(count):
        log.append(CheckInRecorded(value=number, as_of=20_454), actor_id=ANN)
    return log


def asked_by(tenant: Id, person: Id = ANN, role: str = AUDITOR) -> Call:
    return Call(Identity(tenant, person, frozenset({role})), new_id())


async def positions(audit: Audit, call: Call, **request: Any) -> list[int]:
    answer = await queries.list_actions(audit, call, api.ListActionsRequest(**request))
    return [action.position for action in answer.actions]


async def exported(audit: Audit, call: Call) -> list[bytes]:
    return b"".join([answer.lines async for answer in export.export_log(audit, call)]).splitlines(keepends=True)


async def test_whatever_is_delivered_again_is_stored_once(audit: Audit) -> None:
    log = check_ins(6)
    assert len(await recorded.deliver(audit.database_url, store_actions, log.events[:4])) == 4
    assert len(await recorded.deliver(audit.database_url, store_actions, log.events)) == 2
    assert await positions(audit, asked_by(log.tenant_id)) == [6, 5, 4, 3, 2, 1]


async def test_an_action_is_the_event_with_its_whole_envelope(audit: Audit) -> None:
    log = Log("checkins")
    thing, key, correlation = new_id(), new_id(), new_id()
    event = log.append(
        CheckInAbstained(key_result_id=thing, as_of=17_976, reason="NA"),
        aggregate_id=thing,
        partition_key=key,
        actor_id=ANN,
        on_behalf_of=BEN,
        correlation_id=correlation,
    )
    await recorded.deliver(audit.database_url, store_actions, log.events)
    action = (await queries.list_actions(audit, asked_by(log.tenant_id), api.ListActionsRequest())).actions[0]
    assert (action.event_id, action.log, action.position) == (event.event_id, "checkins", 1)
    assert (action.actor_id, action.on_behalf_of, action.aggregate_id, action.partition_key) == (ANN, BEN, thing, key)
    assert (action.aggregate_version, action.correlation_id, action.causation_id) == (1, correlation, b"")
    assert action.recorded_at.ToMicroseconds() == event.recorded_at
    assert (action.key_result_id, action.reason) == (thing, "NA")
    said = orjson.loads(action.event_json)
    assert (said["key_result_id"], said["as_of"], said["reason"], said["source"]) == (id_text(thing), "2019-03-21", "NA", None)


async def test_actions_are_found_by_who_for_whom_what_when_and_kind(audit: Audit) -> None:
    log = Log("checkins")
    thing, objective, correlation = new_id(), new_id(), new_id()
    log.append(CheckInRecorded(value=1), actor_id=ANN)
    log.append(CheckInRecorded(value=2), actor_id=BEN)
    log.append(CheckInRecorded(value=3), actor_id=ANN, on_behalf_of=BEN)
    log.append(CheckInAbstained(reason="NA"), aggregate_id=thing, partition_key=objective, correlation_id=correlation)
    cycles = Log("goals", tenant_id=log.tenant_id, actor_id=BEN)
    cycles.append(CycleDefined(name="2026"))
    for events in (log.events, cycles.events):
        await recorded.deliver(audit.database_url, store_actions, events)
    call = asked_by(log.tenant_id)
    assert await positions(audit, call, actor_id=ANN) == [3, 1]
    assert await positions(audit, call, on_behalf_of=BEN) == [3]
    assert await positions(audit, call, thing_id=thing) == [4]
    assert await positions(audit, call, thing_id=objective) == [4]
    assert await positions(audit, call, correlation_id=correlation) == [4]
    assert await positions(audit, call, event_type="CheckInAbstained") == [4]
    assert await positions(audit, call, event_type="cairn.checkins.v1.CheckInRecorded") == [3, 2, 1]
    assert await positions(audit, call, log="goals") == [1]
    since, until = Timestamp(), Timestamp()
    since.FromMicroseconds(log.events[1].recorded_at)
    until.FromMicroseconds(log.events[3].recorded_at)
    assert await positions(audit, call, from_time=since, to_time=until, log="checkins") == [3, 2]


async def test_an_action_is_found_by_whatever_it_was_done_to(audit: Audit) -> None:
    log = Log("goals")
    objective, other, key_result, cycle = new_id(), new_id(), new_id(), new_id()
    log.append(CycleDefined(cycle_id=cycle), aggregate_id=cycle)
    log.append(ObjectiveDefined(objective_id=objective, cycle_id=cycle), aggregate_id=objective)
    log.append(KeyResultDefined(objective_id=objective, key_result_id=key_result, counts_for=[other, other]), aggregate_id=objective)
    log.append(ObjectiveAligned(objective_id=other, parent_key_result_id=key_result), aggregate_id=other)
    log.append(KeyResultUnshared(objective_id=objective, key_result_id=key_result, counts_for=other), aggregate_id=objective)
    log.append(KeyResultDefined(key_result_id=b"no id", counts_for=[b"", bytes(17)]))
    unreadable = log.append(KeyResultDefined(key_result_id=key_result), aggregate_id=objective)
    log.events[-1] = unreadable._replace(payload=b"\xff")
    await recorded.deliver(audit.database_url, store_actions, log.events)
    call = asked_by(log.tenant_id)
    assert await positions(audit, call, thing_id=key_result) == [5, 4, 3]
    assert await positions(audit, call, thing_id=other) == [5, 4, 3]
    assert await positions(audit, call, thing_id=objective) == [7, 5, 3, 2]
    assert await positions(audit, call, thing_id=cycle) == [2, 1]
    assert await positions(audit, call, thing_id=key_result, event_type="KeyResultDefined") == [3]
    assert await positions(audit, asked_by(new_id()), thing_id=key_result) == []


async def test_actions_that_an_earlier_version_stored_are_found_by_whatever_they_were_done_to(audit: Audit) -> None:
    log, key_result = Log("goals"), new_id()
    log.append(CycleDefined())
    log.append(KeyResultDefined(key_result_id=key_result))
    await recorded.deliver(audit.database_url, store_actions, log.events)
    async with await AsyncConnection.connect(audit.database_url) as connection:
        await connection.execute("ALTER TABLE action SET SCHEMA public")
        await connection.execute("DROP SCHEMA audit CASCADE; DROP TABLE schema_version")
    for _ in range(2):
        await schema.create_schema(audit.database_url)
        assert await positions(audit, asked_by(log.tenant_id), thing_id=key_result) == [2]


def test_every_field_of_goals_that_names_another_thing_is_looked_at() -> None:
    """Its first field names what it is an event of. Of the other logs, the aggregate or the partition key is the thing itself."""
    no_things = {
        "owner_id",
        "creator_id",
        "contributor_ids",
        "named_person_ids",
        "assignee_id",
        "from_assignee_id",
        "giver_id",
        "measurement_id",
        "person_id",
        "team_ids",  # in which somebody was who logged time: it is nothing of the teams
    }
    for event in goals.DESCRIPTOR.message_types_by_name.values():
        ids = [field.name for field in event.fields if field.type == field.TYPE_BYTES]
        assert set(ids[1:]) - no_things == set(things.NAMING_FIELDS.get(event.full_name, ())) - set(ids[:1]), event.name


async def test_a_page_of_long_texts_ends_sooner_and_the_pages_have_every_action_once(audit: Audit) -> None:
    log = Log("checkins", tenant_id=new_id())
    for number in range(12):
        log.append(CheckInRecorded(value=number, as_of=20_454, comment="字" * (PAGE_BYTES // 12)), actor_id=ANN)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    call, token, seen = asked_by(log.tenant_id), "", list[int]()
    while True:
        answer = await queries.list_actions(audit, call, api.ListActionsRequest(page_size=1_000, page_token=token))
        assert len(answer.actions) == 1 or answer.ByteSize() <= PAGE_BYTES + 1_000
        seen += [action.position for action in answer.actions]
        token = answer.next_page_token
        if not token:
            break
    assert seen == list(range(12, 0, -1))


async def test_an_export_of_long_texts_is_sent_in_small_parts(audit: Audit) -> None:
    log = Log("checkins", tenant_id=new_id())
    for number in range(40):
        log.append(CheckInRecorded(value=number, as_of=20_454, comment="字" * 100_000), actor_id=ANN)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    parts = [part async for part in export.export_log(audit, asked_by(log.tenant_id))]
    assert max(part.ByteSize() for part in parts) < PAGE_BYTES
    assert parts[-1].events == 40
    assert sum(part.lines.count(b"\n") for part in parts) == 42  # with the first line and the last


async def test_pages_follow_each_other_without_a_gap_also_within_an_instant(audit: Audit) -> None:
    log, same_instant = check_ins(4), Log("goals")
    same_instant.tenant_id = log.tenant_id
    for number in range(4):
        same_instant.append(CycleDefined(name=str(number)))
    for events in (log.events, same_instant.events):
        await recorded.deliver(audit.database_url, store_actions, events)
    call, token, found = asked_by(log.tenant_id), "", []
    while True:
        answer = await queries.list_actions(audit, call, api.ListActionsRequest(page_size=3, page_token=token))
        found += [(action.log, action.position) for action in answer.actions]
        token = answer.next_page_token
        if not token:
            break
    assert found == [(log, position) for position in (4, 3, 2, 1) for log in ("goals", "checkins")]


async def test_nobody_sees_another_tenants_actions(audit: Audit) -> None:
    log = check_ins(2)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    stranger = asked_by(new_id(), role=ADMIN)
    assert await positions(audit, stranger, actor_id=ANN) == []
    assert [orjson.loads(line).get("events") for line in await exported(audit, stranger)] == [None, 0]


async def test_a_member_sees_what_they_did_themselves(audit: Audit) -> None:
    log = check_ins(2)
    log.append(CheckInRecorded(value=9), actor_id=BEN)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    assert await positions(audit, asked_by(log.tenant_id, BEN, MEMBER)) == [3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_token": "rubbish"},
        {"page_token": "1.goals.x"},
        {"page_token": "1.\0.1"},
        {"page_token": "-1.goals.1"},
        {"page_token": f"{'9' * 17}.goals.1"},
        {"actor_id": b"short"},
        {"from_time": Timestamp(seconds=10**17)},
        {"log": "\0"},
        {"event_type": "Check\0In"},
        {"event_type": "' OR true --"},
    ],
)
async def test_a_filter_that_cannot_be_one_is_refused(audit: Audit, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        await positions(audit, asked_by(new_id()), **wrong)
    assert refused.value.kind is Kind.INVALID


async def test_an_export_is_a_header_a_line_for_each_event_and_a_sum(audit: Audit) -> None:
    tenant = new_id()
    directory, log = Log("directory", tenant_id=tenant), check_ins(3, tenant)
    directory.append(TenantRegistered(tenant_id=tenant, name="acme", time_zone="UTC"), aggregate_id=tenant)
    for part in (log, directory):
        await recorded.deliver(audit.database_url, store_actions, part.events)
    lines = await exported(audit, asked_by(tenant))
    header, *events, trailer = map(orjson.loads, lines)
    assert (header["format"], header["version"], header["tenant"]) == ("cairn-export", 2, "acme")
    assert (header["tenant_id"], header["heads"]) == (id_text(tenant), {"checkins": 3, "directory": 1})
    assert [(event["log"], event["position"]) for event in events] == [("checkins", 1), ("checkins", 2), ("checkins", 3), ("directory", 1)]
    assert set(header["logs"]) == {"checkins", "directory"}
    assert header["logs"]["checkins"]["generations"] == [{"generation": 1, "first_position": 1}]
    assert parse_id(header["logs"]["directory"]["log_id"])
    assert {event["generation"] for event in events} == {1}
    assert trailer == {"events": 4, "sha256": hashlib.sha256(b"".join(lines[:-1])).hexdigest()}
    first, recorded_first = events[0], log.events[0]
    assert first["recorded_at"] == "2026-01-01T00:00:01.000007Z"
    assert base64.b64decode(first["payload"]) == recorded_first.payload
    assert (first["event"]["value"], first["event"]["as_of"]) == (0.0, "2026-01-01")
    assert (first["type"], first["aggregate_version"]) == ("cairn.checkins.v1.CheckInRecorded", 1)
    for name in ("event_id", "tenant_id", "aggregate_id", "actor_id", "correlation_id", "partition_key"):
        assert parse_id(first[name]) == getattr(recorded_first, name)
    assert (first["on_behalf_of"], first["causation_id"]) == (None, None)


async def test_what_a_recovered_log_has_lost_is_not_exported_as_its_own(audit: Audit) -> None:
    log = check_ins(3)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    recovered = replace(audit, logs={**audit.logs, "checkins": OwnerOfLog(1, 3)})
    with pytest.raises(Refused, match="position 3 of checkins") as refused:
        await exported(recovered, asked_by(log.tenant_id))
    assert refused.value.reason == "OF_AN_EARLIER_GENERATION"


async def test_a_log_is_exported_as_far_as_it_has_no_hole(audit: Audit) -> None:
    log = check_ins(6)
    even, odd = log.events[1::2], log.events[0::2]
    await recorded.deliver(audit.database_url, store_actions, odd, partition=0)
    await recorded.deliver(audit.database_url, store_actions, even[:1], partition=1)  # the other partition lags
    header, *events, _ = map(orjson.loads, await exported(audit, asked_by(log.tenant_id)))
    assert header["heads"] == {"checkins": 3}
    assert [event["position"] for event in events] == [1, 2, 3]
    await recorded.deliver(audit.database_url, store_actions, even, partition=1)
    header, *events, _ = map(orjson.loads, await exported(audit, asked_by(log.tenant_id)))
    assert header["heads"] == {"checkins": 6}
    assert len(events) == 6


async def test_a_log_whose_beginning_is_missing_is_not_exported(audit: Audit) -> None:
    log = check_ins(3)
    await recorded.deliver(audit.database_url, store_actions, log.events[1:])
    header, trailer = map(orjson.loads, await exported(audit, asked_by(log.tenant_id)))
    assert (header["heads"], trailer["events"]) == ({"checkins": 0}, 0)


async def test_a_long_export_comes_in_parts_that_say_how_far_they_are(audit: Audit) -> None:
    log = check_ins(2500)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    answers = [answer async for answer in export.export_log(audit, asked_by(log.tenant_id))]
    assert {answer.total for answer in answers} == {2500}
    events = [answer.events for answer in answers]
    assert (events, events[-1]) == (sorted(set(events)), 2500)
    assert len(events) > 1
    assert sum(answer.lines.count(b"\n") for answer in answers) == 2502
    assert all(answer.lines.endswith(b"\n") for answer in answers)


@pytest.mark.parametrize("role", [ADMIN, AUDITOR, CHAMPION, MEMBER, VIEWER, SERVICE, GATEWAY, OPERATOR])
async def test_the_log_is_exported_for_auditors_and_admins_alone(audit: Audit, role: str) -> None:
    log = check_ins(1)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    asking = asked_by(log.tenant_id, role=role)
    if role in (ADMIN, AUDITOR):
        assert len(await exported(audit, asking)) == 3  # a header, the event, and a sum
        return
    with pytest.raises(Refused) as refused:
        await exported(audit, asking)
    assert refused.value.kind is Kind.FORBIDDEN
