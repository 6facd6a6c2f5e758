"""Events page by page, with a real PostgreSQL: each once, in order, whatever comes to which log meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from audit import events
from audit.actions import store_actions
from audit.service import Audit
from cairn.audit.v1 import service_pb2 as api
from cairn.checkins.v1.events_pb2 import CheckInRecorded
from cairn.common.v1.common_pb2 import LogPosition
from cairn.directory.v1.events_pb2 import SecurityEventNoted
from cairn.goals.v1.events_pb2 import CycleDefined
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from chassis.rpc import PAGE_BYTES
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER
from tests.integration.audit.test_audit import asked_by, audit, check_ins, exported
from tests.support import recorded
from tests.support.recorded import Log, OwnerOfLog

__all__ = ["audit"]


async def page(audit: Audit, call: Call, after: Sequence[LogPosition] = (), size: int = 0) -> api.ListEventsResponse:
    return await events.list_events(audit, call, api.ListEventsRequest(after=after, page_size=size))


async def followed(audit: Audit, call: Call, after: Sequence[LogPosition] = (), size: int = 2) -> tuple[list[Any], Sequence[LogPosition]]:
    """All that follows on a place, page after page, and the place behind it."""
    found: list[Any] = []
    while True:
        answer = await page(audit, call, after, size)
        found += map(orjson.loads, answer.lines)
        after = answer.reached
        if not answer.more:
            return found, after


def cycles(count: int, tenant: bytes) -> Log:
    log = Log("goals", tenant_id=tenant)
    for number in range(count):
        log.append(CycleDefined(name=str(number)))
    return log


async def test_the_pages_have_every_line_of_the_export_once_in_the_order_of_recording(audit: Audit) -> None:
    log = check_ins(5)
    for part in (log, cycles(3, log.tenant_id)):
        await recorded.deliver(audit.database_url, store_actions, part.events)
    call = asked_by(log.tenant_id)
    found, _ = await followed(audit, call)
    assert [(event["log"], event["position"]) for event in found] == [
        *((log, position) for position in (1, 2, 3) for log in ("checkins", "goals")),
        *(("checkins", position) for position in (4, 5)),
    ]
    _, *lines, _ = map(orjson.loads, await exported(audit, call))
    assert sorted(found, key=lambda event: (event["log"], event["position"])) == lines


async def test_whoever_follows_misses_nothing_that_comes_late_to_another_log(audit: Audit) -> None:
    log = check_ins(4)
    early = cycles(2, log.tenant_id)  # recorded before the newest check-in, and delivered after it
    await recorded.deliver(audit.database_url, store_actions, log.events)
    call = asked_by(log.tenant_id)
    found, place = await followed(audit, call)
    assert len(found) == 4
    await recorded.deliver(audit.database_url, store_actions, early.events)
    later, place = await followed(audit, call, place)
    assert [(event["log"], event["position"]) for event in later] == [("goals", 1), ("goals", 2)]
    assert (await followed(audit, call, place))[0] == []


async def test_nothing_behind_a_hole_is_told_before_it_is_closed(audit: Audit) -> None:
    log = check_ins(6)
    even, odd = log.events[1::2], log.events[0::2]
    call = asked_by(log.tenant_id)
    await recorded.deliver(audit.database_url, store_actions, odd, partition=0)
    first, place = await followed(audit, call)
    await recorded.deliver(audit.database_url, store_actions, even[:1], partition=1)
    second, place = await followed(audit, call, place)
    await recorded.deliver(audit.database_url, store_actions, even, partition=1)
    third, _ = await followed(audit, call, place)
    assert [[event["position"] for event in found] for found in (first, second, third)] == [[1], [2, 3], [4, 5, 6]]


async def test_a_page_is_bounded_by_bytes_and_the_pages_have_everything(audit: Audit) -> None:
    log = Log("checkins")
    for _ in range(12):
        log.append(CheckInRecorded(comment="x" * 500_000))
    await recorded.deliver(audit.database_url, store_actions, log.events)
    call = asked_by(log.tenant_id)
    answer = await page(audit, call, size=1000)
    assert sum(map(len, answer.lines)) <= PAGE_BYTES
    assert answer.more
    found, _ = await followed(audit, call, size=1000)
    assert [event["position"] for event in found] == list(range(1, 13))


async def test_a_tenant_is_told_its_own_events_alone_also_where_they_lie_far_apart(audit: Audit) -> None:
    log = Log("checkins")
    others = new_id()
    for number in range(30):
        log.append(CheckInRecorded(value=number), tenant_id=log.tenant_id if number % 10 == 0 else others)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    found, _ = await followed(audit, asked_by(log.tenant_id))
    assert [event["position"] for event in found] == [1, 11, 21]
    assert (await followed(audit, asked_by(new_id())))[0] == []


@pytest.mark.parametrize("role", [CHAMPION, MEMBER, VIEWER, SERVICE])
async def test_events_are_for_admins_and_auditors_alone(audit: Audit, role: str) -> None:
    with pytest.raises(Refused) as refused:
        await page(audit, asked_by(new_id(), role=role))
    assert refused.value.kind is Kind.FORBIDDEN
    for allowed in (ADMIN, AUDITOR):
        assert not (await page(audit, asked_by(new_id(), role=allowed))).lines


async def test_a_place_that_a_log_has_lost_is_refused(audit: Audit) -> None:
    log = check_ins(3)
    await recorded.deliver(audit.database_url, store_actions, log.events)
    recovered = replace(audit, logs={**audit.logs, "checkins": OwnerOfLog(1, 3)})
    with pytest.raises(Refused) as refused:
        await page(recovered, asked_by(log.tenant_id), [LogPosition(log="checkins", position=9, generation=1)])
    assert (refused.value.reason, refused.value.field) == ("POSITION_LOST", "after")


@pytest.mark.parametrize("log", ["nolog", "\0", ""])
async def test_a_place_in_a_log_that_there_is_not_is_refused(audit: Audit, log: str) -> None:
    with pytest.raises(Refused) as refused:
        await page(audit, asked_by(new_id()), [LogPosition(log=log, position=2**62)])
    assert (refused.value.reason, refused.value.field) == ("POSITION_UNKNOWN", "after")


async def test_a_page_of_notes_of_who_asked_what_says_so(audit: Audit) -> None:
    log = Log("directory")
    log.append(SecurityEventNoted(what="list_events", count=1))
    await recorded.deliver(audit.database_url, store_actions, log.events)
    assert (await page(audit, asked_by(log.tenant_id))).notes_alone
    more = check_ins(1, log.tenant_id)
    await recorded.deliver(audit.database_url, store_actions, more.events)
    assert not (await page(audit, asked_by(log.tenant_id))).notes_alone
