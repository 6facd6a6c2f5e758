"""Requests begin in turn: who sends many waits for their own, and for nobody else's."""

from __future__ import annotations

import asyncio

from gateway.http.fair_queue import FairQueue

ANN, BOB = "ann", "bob"


class Begun:
    """Who began, in order."""

    def __init__(self) -> None:
        self.queue = FairQueue()
        self.order: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def _begin(self, sender: str) -> None:
        await self.queue.turn(sender)
        self.order.append(sender)

    def send(self, sender: str, count: int = 1) -> None:
        self.tasks += [asyncio.create_task(self._begin(sender)) for _ in range(count)]

    async def all(self) -> list[str]:
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return self.order


async def test_one_request_waits_for_few_of_the_six_hundred_that_came_before() -> None:
    begun = Begun()
    begun.send(ANN, 600)
    begun.send(BOB)
    assert (await begun.all()).index(BOB) <= 16
    assert len(begun.order) == 601


async def test_one_that_comes_later_waits_for_no_more() -> None:
    begun = Begun()
    begun.send(ANN, 600)
    for _ in range(5):
        await asyncio.sleep(0)
    before = len(begun.order)
    assert before < 600
    begun.send(BOB)
    assert (await begun.all()).index(BOB) <= before + 16


async def test_few_at_a_time_begin_at_once_and_in_their_order() -> None:
    begun = Begun()
    begun.send(ANN, 10)
    begun.send(BOB, 10)
    await asyncio.sleep(0)
    assert begun.order == [ANN] * 10 + [BOB] * 10


async def test_who_gives_up_takes_nobody_s_turn() -> None:
    begun = Begun()
    begun.send(ANN, 100)
    await asyncio.sleep(0)
    for task in begun.tasks[16:90]:
        task.cancel()
    assert len(await begun.all()) == 26
    begun.send(ANN)
    assert len(await begun.all()) == 27
