"""Work in lanes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis.consumer.lanes import Lanes


@pytest.fixture
async def lanes() -> AsyncIterator[Lanes]:
    opened = Lanes(2, depth=2)
    opened.open()
    yield opened
    await opened.close(1.0)


async def test_a_lane_keeps_its_order_and_lanes_do_not_wait_for_each_other(lanes: Lanes) -> None:
    done: list[str] = []
    gate = asyncio.Event()

    async def first() -> None:
        await gate.wait()
        done.append("first")

    async def note(name: str) -> None:
        done.append(name)

    await lanes.put(0, first())
    await lanes.put(0, note("second"))
    other = asyncio.Event()

    async def beside() -> None:
        done.append("beside")
        other.set()

    await lanes.put(1, beside())
    await asyncio.wait_for(other.wait(), 5)
    assert done == ["beside"]
    assert lanes.busy
    gate.set()
    last = asyncio.Event()

    async def third() -> None:
        done.append("third")
        last.set()

    await lanes.put(0, third())
    await asyncio.wait_for(last.wait(), 5)
    assert done == ["beside", "first", "second", "third"]


async def test_a_full_lane_makes_the_giver_wait(lanes: Lanes) -> None:
    gate = asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    for _ in range(3):  # one under way, two that wait
        await asyncio.wait_for(lanes.put(0, wait()), 5)
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lanes.put(0, wait()), 0.05)
    gate.set()
    await asyncio.wait_for(lanes.put(0, wait()), 5)


async def test_closing_lets_what_is_under_way_end_and_drops_the_rest() -> None:
    lanes = Lanes(1, depth=5)
    lanes.open()
    begun, gate, done = asyncio.Event(), asyncio.Event(), []

    async def under_way() -> None:
        begun.set()
        await gate.wait()
        done.append("under way")

    async def waiting() -> None:
        done.append("waiting")

    await lanes.put(0, under_way())
    await lanes.put(0, waiting())
    await asyncio.wait_for(begun.wait(), 5)
    closing = asyncio.create_task(lanes.close(5))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.wait_for(closing, 5)
    assert done == ["under way"]
    assert not lanes.busy
