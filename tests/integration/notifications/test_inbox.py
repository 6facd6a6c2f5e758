"""The inbox, with a real PostgreSQL: once each, own items only, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psycopg_pool import AsyncConnectionPool

from cairn.notifications.v1 import service_pb2 as api
from cairn.progress.v1.events_pb2 import STATUS_AT_RISK, STATUS_BEHIND, STATUS_ON_TRACK, ObjectiveStatusTurned
from chassis.calls import Call, Identity
from chassis.errors import Refused
from chassis.ids import Id, new_id
from chassis.runtime import MachineClock
from notifications import queries, schema
from notifications.inbox import deliver
from shared.roles import MEMBER
from tests.support import recorded

OWNER, OBJECTIVE = new_id(), new_id()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[queries.Pool]:
    await schema.create_schema(database)
    await schema.create_schema(database)  # a second process starts too
    async with AsyncConnectionPool(database, min_size=1, max_size=2) as pool:
        yield pool


def turns(count: int, owner: Id = OWNER) -> recorded.Log:
    log = recorded.Log("progress")
    for number in range(count):
        before, to = ((STATUS_ON_TRACK, STATUS_BEHIND), (STATUS_BEHIND, STATUS_AT_RISK), (STATUS_AT_RISK, STATUS_ON_TRACK))[number % 3]
        turned = ObjectiveStatusTurned(to=to, objective_id=OBJECTIVE, owner_id=owner, title=f"turn {number}")
        setattr(turned, "from", before)
        log.append(turned, aggregate_id=OBJECTIVE)
    return log


def asked_by(log: recorded.Log, person: Id = OWNER, tenant: Id | None = None) -> Call:
    return Call(Identity(tenant or log.tenant_id, person, frozenset({MEMBER})), new_id())


async def subjects(pool: queries.Pool, call: Call, **request: object) -> list[str]:
    answer = await queries.list_inbox(pool, call, api.ListInboxRequest(**request))  # type: ignore[arg-type]
    return [notification.subject.partition(":")[0] for notification in answer.notifications]


async def test_whatever_is_delivered_again_nobody_is_told_twice(database: str, pool: queries.Pool) -> None:
    log = turns(5)
    assert len(await recorded.deliver(database, deliver, log.events[:3])) == 3
    assert len(await recorded.deliver(database, deliver, log.events)) == 2  # Kafka hands over from the start again
    assert await subjects(pool, asked_by(log)) == ["turn 4", "turn 3", "turn 2", "turn 1", "turn 0"]


async def test_a_consumer_that_lost_its_positions_tells_nobody_twice(database: str, pool: queries.Pool) -> None:
    log = turns(3)
    await recorded.deliver(database, deliver, log.events)
    async with pool.connection() as connection:
        await connection.execute("DELETE FROM consumed")
    assert len(await recorded.deliver(database, deliver, log.events)) == 3  # the effects run again
    assert len(await subjects(pool, asked_by(log))) == 3


async def test_an_inbox_is_its_owners_alone(database: str, pool: queries.Pool) -> None:
    log = turns(2)
    await recorded.deliver(database, deliver, log.events)
    assert await subjects(pool, asked_by(log, person=new_id())) == []
    assert await subjects(pool, asked_by(log, tenant=new_id())) == []


async def test_pages_follow_each_other_without_a_gap(database: str, pool: queries.Pool) -> None:
    log = turns(5)
    await recorded.deliver(database, deliver, log.events)
    call, token, pages = asked_by(log), "", []
    while True:
        answer = await queries.list_inbox(pool, call, api.ListInboxRequest(page_size=2, page_token=token))
        pages.append([notification.subject.partition(":")[0] for notification in answer.notifications])
        token = answer.next_page_token
        if not token:
            break
    assert pages == [["turn 4", "turn 3"], ["turn 2", "turn 1"], ["turn 0"]]


async def test_what_was_read_is_read_once_and_by_its_owner_only(database: str, pool: queries.Pool) -> None:
    log = turns(3)
    await recorded.deliver(database, deliver, log.events)
    call = asked_by(log)
    inbox = await queries.list_inbox(pool, call, api.ListInboxRequest())
    assert inbox.unread == 3
    read = api.MarkReadRequest(notification_ids=[inbox.notifications[0].notification_id, new_id()])
    assert (await queries.mark_read(pool, MachineClock(), asked_by(log, person=new_id()), read)).marked == 0
    assert (await queries.mark_read(pool, MachineClock(), call, read)).marked == 1
    assert (await queries.mark_read(pool, MachineClock(), call, read)).marked == 0
    assert await subjects(pool, call, unread_only=True) == ["turn 1", "turn 0"]
    inbox = await queries.list_inbox(pool, call, api.ListInboxRequest())
    assert inbox.unread == 2
    assert [notification.HasField("read_at") for notification in inbox.notifications] == [True, False, False]


@pytest.mark.parametrize("token", ["rubbish", "1.rubbish", ".", "99999999999999999999.01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"])
async def test_a_page_token_that_nobody_gave_is_refused(pool: queries.Pool, token: str) -> None:
    with pytest.raises(Refused) as refused:
        await queries.list_inbox(pool, asked_by(turns(0)), api.ListInboxRequest(page_token=token))
    assert refused.value.reason == "PAGE_TOKEN_UNKNOWN"
