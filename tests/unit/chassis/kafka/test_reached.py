"""Waiting until a consumer has come somewhere."""

from __future__ import annotations

import asyncio

import pytest
from psycopg_pool import AsyncConnectionPool

from chassis.kafka.consumer.reached import PartitionKey, ReachedPositions

HERE = ("goals", 3)


class Consumed(ReachedPositions):
    """The database says nothing new."""

    def __init__(self) -> None:
        super().__init__("", AsyncConnectionPool(open=False))

    async def read(self) -> dict[PartitionKey, tuple[int, int]]:
        return {}


@pytest.fixture
def consumed() -> ReachedPositions:
    followed = Consumed()
    followed.consumed_here([HERE])
    return followed


async def test_who_waits_for_a_partition_is_told_when_it_comes_there(consumed: ReachedPositions) -> None:
    waits = [asyncio.create_task(consumed.until({HERE: position}, 5)) for position in (7, 9)]
    await asyncio.sleep(0)
    consumed.advanced(HERE, 8, 1)
    assert await waits[0]
    assert not waits[1].done()
    consumed.advanced(HERE, 9, 2)
    assert await waits[1]


async def test_who_gives_up_waiting_leaves_nothing_behind(consumed: ReachedPositions) -> None:
    assert not await consumed.until({HERE: 7}, 0.05)
    assert consumed.waited_for == set()
