"""What is tried again and again is ended by nobody but whoever asked it to end."""

from __future__ import annotations

import asyncio

import pytest

from chassis.runtime.backoff import CutOff, attempt


async def test_an_attempt_that_is_cancelled_from_within_is_a_failure_and_not_the_end_of_who_tries() -> None:
    async def stops_what_it_uses() -> None:
        used = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        used.cancel()
        await used

    with pytest.raises(CutOff):
        await attempt(stops_what_it_uses())


async def test_a_time_limit_holds_behind_an_attempt_whose_tasks_failed() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise ConnectionError

    async def together() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fails())

    with pytest.raises(ExceptionGroup):
        await attempt(together())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await asyncio.sleep(60)


async def test_whoever_asks_it_to_end_ends_the_attempt_too() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def goes_on() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    trying = asyncio.create_task(attempt(goes_on()))
    await begun.wait()
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying
    assert ended.is_set()


async def test_a_cancellation_that_comes_while_a_failure_is_cleared_up_is_not_lost() -> None:
    cleaning = asyncio.Event()

    async def slow_to_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await asyncio.sleep(0.05)

    async def fails() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(slow_to_end())
            await asyncio.sleep(0)
            raise ValueError("failed")

    trying = asyncio.create_task(attempt(fails()))
    await cleaning.wait()
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying
