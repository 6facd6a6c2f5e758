"""Work in lanes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis.kafka.consumer.lanes import Lanes


class Noted:
    """Work that waits at a gate, and notes what it was called with."""

    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.done: list[tuple[str, list[int]]] = []

    async def __call__(self, key: str, things: list[int]) -> None:
        self.begun.put_nowait(key)
        if key in self.gates:
            await self.gates[key].wait()
        self.done.append((key, things))

    async def next(self) -> str:
        return await asyncio.wait_for(self.begun.get(), 5)


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
async def lanes(noted: Noted) -> AsyncIterator[Lanes[str, int]]:
    opened: Lanes[str, int] = Lanes(2, noted, most=3, room=5)
    opened.open()
    yield opened
    await opened.close(1.0)


async def test_lanes_do_not_wait_for_each_other_and_what_waits_gathers_in_its_order(lanes: Lanes[str, int], noted: Noted) -> None:
    gate = noted.gates["a"] = asyncio.Event()
    await lanes.put(0, "a", [1])
    assert await noted.next() == "a"
    await lanes.put(0, "b", [2])
    await lanes.put(0, "c", [3])
    await lanes.put(0, "b", [4])
    await lanes.put(1, "other", [9])
    assert await noted.next() == "other"
    assert lanes.busy
    gate.set()
    assert [await noted.next(), await noted.next()] == ["b", "c"]
    await lanes.put(0, "end", [])
    assert await noted.next() == "end"
    assert noted.done == [("other", [9]), ("a", [1]), ("b", [2, 4]), ("c", [3]), ("end", [])]


async def test_no_more_is_taken_at_once_than_was_said(lanes: Lanes[str, int], noted: Noted) -> None:
    gate = noted.gates["a"] = asyncio.Event()
    await lanes.put(0, "a", [0])
    await noted.next()
    await lanes.put(0, "b", [1, 2, 3, 4])
    await lanes.put(0, "c", [5])
    gate.set()
    assert [await noted.next(), await noted.next(), await noted.next()] == ["b", "b", "c"]
    await lanes.put(0, "end", [])
    await noted.next()
    assert noted.done[1:4] == [("b", [1, 2, 3]), ("b", [4]), ("c", [5])]


async def test_a_full_lane_makes_the_bringer_wait(lanes: Lanes[str, int], noted: Noted) -> None:
    gate = noted.gates["a"] = asyncio.Event()
    await lanes.put(0, "a", [0])
    await noted.next()
    await lanes.put(0, "b", [1, 2, 3, 4, 5])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lanes.put(0, "c", [6]), 0.05)
    gate.set()
    await asyncio.wait_for(lanes.put(0, "c", [6]), 5)


async def test_a_lane_is_full_of_few_that_are_heavy_too(noted: Noted) -> None:
    lanes: Lanes[str, int] = Lanes(1, noted, most=3, room=5, weighs=lambda thing: thing, weight=10)
    lanes.open()
    gate = noted.gates["a"] = asyncio.Event()
    await lanes.put(0, "a", [30])  # one may be heavier than all together
    await noted.next()
    assert lanes.has_room(0), "what is at work does not wait"
    await lanes.put(0, "b", [6, 6])
    assert not lanes.has_room(0)
    gate.set()
    await asyncio.wait_for(lanes.put(0, "c", [1]), 5)
    await lanes.close(1.0)


async def test_closing_lets_what_is_under_way_end_and_drops_the_rest(noted: Noted) -> None:
    lanes: Lanes[str, int] = Lanes(1, noted, most=3, room=5)
    lanes.open()
    gate = noted.gates["a"] = asyncio.Event()
    await lanes.put(0, "a", [1])
    await noted.next()
    await lanes.put(0, "b", [2])
    closing = asyncio.create_task(lanes.close(5))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.wait_for(closing, 5)
    assert noted.done == [("a", [1])]
    assert not lanes.busy
