"""A tenant's events as they come, with a real PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from audit import tail
from audit.actions import store_actions
from audit.service import Audit
from cairn.audit.v1 import service_pb2 as api
from chassis.calls import Call, Identity
from chassis.errors import Refused
from chassis.ids import NIL, new_id
from shared.roles import ADMIN, GATEWAY
from tests.integration.audit.test_audit import audit, check_ins
from tests.integration.audit.test_events import cycles
from tests.support import recorded

__all__ = ["audit"]

GATEWAY_S = Call(Identity(NIL, NIL, frozenset({GATEWAY})), new_id())


async def tailed(audit: Audit, **asked: Any) -> api.TailEventsResponse:
    return await tail.tail_events(audit, GATEWAY_S, api.TailEventsRequest(**asked))


async def test_what_follows_on_a_place_is_told_once_and_from_here_nothing(audit: Audit) -> None:
    log = check_ins(5)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    everything = await tailed(audit, tenant_id=log.tenant_id, page_size=100)
    assert [event.position for event in everything.events] == [event.position for event in log.events]
    assert everything.events[0].payload == log.events[0].payload
    first = await tailed(audit, tenant_id=log.tenant_id, page_size=2)
    assert first.more
    rest = await tailed(audit, tenant_id=log.tenant_id, page_size=100, after=first.reached)
    assert [*first.events, *rest.events] == list(everything.events)
    here = await tailed(audit, tenant_id=log.tenant_id, from_here=True)
    assert (list(here.events), here.reached) == ([], everything.reached)
    assert not (await tailed(audit, tenant_id=log.tenant_id, after=here.reached)).events
    assert not (await tailed(audit, tenant_id=new_id())).events, "of another tenant nothing"


async def test_who_waits_is_told_as_soon_as_something_came(audit: Audit) -> None:
    tenant_id = new_id()
    waiting = asyncio.create_task(tailed(audit, tenant_id=tenant_id, wait_milliseconds=30_000))
    await asyncio.sleep(0)
    log = cycles(2, tenant_id)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    await audit.bell.ring(log.events)
    async with asyncio.timeout(5):
        assert [event.position for event in (await waiting).events] == [1, 2]


async def test_who_waits_for_nothing_is_answered_when_they_said(audit: Audit) -> None:
    async with asyncio.timeout(5):
        assert not (await tailed(audit, tenant_id=new_id(), wait_milliseconds=50)).events


async def test_nobody_but_the_gateway_is_told(audit: Audit) -> None:
    tenant_id = new_id()
    for identity in (Identity(tenant_id, new_id(), frozenset({ADMIN})), Identity(NIL, NIL, frozenset({"operator"}))):
        with pytest.raises(Refused, match="gateway"):
            await tail.tail_events(audit, Call(identity, new_id()), api.TailEventsRequest(tenant_id=tenant_id))
