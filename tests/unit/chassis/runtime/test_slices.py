"""Long work leaves the event loop to others between its time slices."""

from __future__ import annotations

import asyncio
import time

from chassis.runtime import time_sliced


async def test_others_have_a_turn_whenever_a_slice_is_over_and_nothing_is_left_out() -> None:
    turns, done, worked = 0, False, []

    async def others() -> None:
        nonlocal turns
        while not done:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    async for item in time_sliced(range(20)):
        until = time.monotonic() + 0.001
        while time.monotonic() < until:
            pass
        worked.append((item, turns))
    done = True
    await waiting
    assert [item for item, _ in worked] == list(range(20))
    assert [seen for _, seen in worked] == list(range(20))  # one turn before each but the first, whose slice had just begun


async def test_short_work_is_not_interrupted() -> None:
    began = time.monotonic()
    handles: list[str] = []
    asyncio.get_running_loop().call_soon(handles.append, "another's turn")
    async for _ in time_sliced(range(3)):
        assert not handles or time.monotonic() - began > 0.001
