"""What is written next, of what waits: every tenant has its turn."""

from __future__ import annotations

import asyncio

import pytest

from chassis.errors import Refused
from chassis.eventstore.append_queue import ROWS_OF_A_TURN, AppendQueue, AppendUnit
from chassis.eventstore.appends import NewEvent
from chassis.ids import Id, new_id

LARGE, SMALL, OTHER = new_id(), new_id(), new_id()


def unit(tenant_id: Id, events: int = 1) -> tuple[list[NewEvent], None, tuple[()]]:
    def event(number: int) -> NewEvent:
        ours = new_id()
        return NewEvent(new_id(), tenant_id, ours, number, ours, None, ours, None, ours, None, "", None, None, None, b"")

    return [event(number) for number in range(events)], None, ()


def tenants_of(group: list[AppendUnit]) -> list[Id]:
    return [unit.tenant_id for unit in group]


async def test_what_one_tenant_has_waiting_does_not_stand_before_what_another_brings() -> None:
    queue = AppendQueue("checkins")
    queue.submit([unit(LARGE, ROWS_OF_A_TURN) for _ in range(40)])
    queue.submit([unit(SMALL)])
    assert tenants_of(queue.next_group())[:2] == [LARGE, SMALL]


async def test_tenants_that_have_much_waiting_take_turns() -> None:
    queue = AppendQueue("checkins")
    for tenant_id in (LARGE, OTHER):
        queue.submit([unit(tenant_id, ROWS_OF_A_TURN // 2) for _ in range(100)])
    group = queue.next_group()
    assert tenants_of(group) == [LARGE, LARGE, OTHER, OTHER]
    assert sum(len(unit.events) for unit in group) == 2 * ROWS_OF_A_TURN
    queue.submit([unit(SMALL)])
    assert tenants_of(queue.next_group()) == [LARGE, LARGE, OTHER, OTHER]
    assert tenants_of(queue.next_group())[0] == SMALL  # whose turn it is


async def test_what_is_all_or_nothing_stays_whole_however_large_it_is() -> None:
    queue = AppendQueue("checkins")
    queue.submit([unit(LARGE, 20 * ROWS_OF_A_TURN), unit(LARGE)])
    queue.submit([unit(SMALL)])
    assert [len(unit.events) for unit in queue.next_group()] == [20 * ROWS_OF_A_TURN]
    assert tenants_of(queue.next_group()) == [SMALL, LARGE]
    assert not queue
    assert queue.rows == 0


async def test_what_a_tenant_brought_first_is_written_first() -> None:
    queue = AppendQueue("checkins")
    units = [unit(LARGE) for _ in range(3 * ROWS_OF_A_TURN)]
    for number, each in enumerate(units):
        queue.submit([each])
        if number % 3 == 0:
            queue.submit([unit(OTHER)])
    written: list[Id] = []
    while queue:
        written += [unit.events[0].event_id for unit in queue.next_group() if unit.tenant_id == LARGE]
    assert written == [events[0].event_id for events, *_ in units]


async def test_a_tenant_that_fills_its_share_of_the_queue_leaves_room_for_others() -> None:
    queue = AppendQueue("checkins")
    answered = queue.submit([unit(LARGE, 10_000) for _ in range(6)])
    queue.submit([unit(SMALL)])
    assert queue.rows == 50_001
    while queue:
        for each in queue.next_group():
            each.fail(ValueError("not now"))
    last = (await answered)[-1]
    assert isinstance(last, Refused)
    assert last.reason == "LOG_BUSY"


async def test_what_has_waited_too_long_is_refused_whoever_brought_it(monkeypatch: pytest.MonkeyPatch) -> None:
    queue, now = AppendQueue("checkins"), 100.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    old = [queue.submit([unit(tenant_id)]) for tenant_id in (LARGE, SMALL)]
    now = 110.0
    new = queue.submit([unit(OTHER)])
    refusal = Refused("LOG_UNAVAILABLE", "away")
    assert queue.fail_older([], 5.0, refusal) == []
    assert [await each for each in old] == [[refusal], [refusal]]
    assert not new.done()
    assert tenants_of(queue.next_group()) == [OTHER]
