"""However many ask, one question is put at a time, and each gets an answer that was begun after they came."""

from __future__ import annotations

import asyncio

import pytest

from gateway.coalescing import Coalesced


class Counter:
    """Answers by the number of the question, once it is let go."""

    def __init__(self) -> None:
        self.asked = 0
        self.under_way = 0
        self.let_go = asyncio.Event()

    async def ask(self) -> int:
        self.asked += 1
        self.under_way += 1
        assert self.under_way == 1
        number = self.asked
        await self.let_go.wait()
        self.under_way -= 1
        return number


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_those_who_come_while_it_is_asked_share_the_next_question() -> None:
    coalesced, counter = Coalesced(), Counter()
    first = [asyncio.create_task(coalesced.answer(counter.ask)) for _ in range(100)]
    await turns()
    later = [asyncio.create_task(coalesced.answer(counter.ask)) for _ in range(600)]
    await turns()
    assert counter.asked == 1
    counter.let_go.set()
    assert set(await asyncio.gather(*first)) == {1}
    assert set(await asyncio.gather(*later)) == {2}
    assert await coalesced.answer(counter.ask) == 3


async def test_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    coalesced, counter = Coalesced(), Counter()
    gone, stays = (asyncio.create_task(coalesced.answer(counter.ask)) for _ in range(2))
    await turns()
    gone.cancel()
    counter.let_go.set()
    assert await stays == 1


async def test_a_question_that_failed_is_put_again_to_who_comes_next() -> None:
    coalesced, counter = Coalesced(), Counter()

    async def failing() -> int:
        raise RuntimeError("away")

    with pytest.raises(RuntimeError):
        await coalesced.answer(failing)
    counter.let_go.set()
    assert await coalesced.answer(counter.ask) == 1


async def test_asked_without_end_it_rests_between() -> None:
    coalesced, counter, loop = Coalesced(rest_seconds=0.02), Counter(), asyncio.get_running_loop()
    first = asyncio.create_task(coalesced.answer(counter.ask))
    await turns()
    second = asyncio.create_task(coalesced.answer(counter.ask))
    await turns()
    began = loop.time()
    counter.let_go.set()
    assert (await first, await second) == (1, 2)
    assert loop.time() - began >= 0.02


async def test_who_finds_nothing_asked_waits_for_no_rest() -> None:
    coalesced, counter = Coalesced(rest_seconds=1_000), Counter()
    counter.let_go.set()
    assert [await coalesced.answer(counter.ask) for _ in range(3)] == [1, 2, 3]
