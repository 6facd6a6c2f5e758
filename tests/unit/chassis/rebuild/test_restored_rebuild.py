from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from chassis.errors import Kind, Refused
from chassis.rebuild import RestoredRebuild, Step


async def test_it_rebuilds_until_nothing_is_lost_and_goes_on_looking() -> None:
    lost, begun = [True], asyncio.Event()
    attempts = 0

    async def rebuild() -> AsyncIterator[Step]:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise Refused("REBUILD_RUNNING", "another one is at work", kind=Kind.BUSY)
        yield Step("done", 3, 3)
        lost[0] = False
        begun.set()

    restored = RestoredRebuild(lambda: lost[0], rebuild, look_seconds=0.001)
    restored.start()
    await asyncio.wait_for(begun.wait(), 10)
    lost[0] = True
    begun.clear()
    await asyncio.wait_for(begun.wait(), 10)
    await restored.stop()
    assert attempts == 3
