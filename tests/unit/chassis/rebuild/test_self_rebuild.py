"""A service rebuilds itself for what was passed over unknown, once its type is known, and for what a log lost, whenever it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.errors import Kind, Refused
from chassis.events import EventTypes
from chassis.kafka.consumer import UnknownEvents
from chassis.rebuild import SelfRebuild, Step, passed_over_unknown

TYPES = EventTypes(goals, upcasters={})
FUTURE = UnknownEvents("goals", "cairn.goals.v1.OfTheFuture", 7)
KNOWN = UnknownEvents("goals", "cairn.goals.v1.ObjectiveDefined", 9)


@dataclass
class Projection:
    """What it has passed over, and lost; a rebuild brings in what is known by now, unless another one is at work."""

    passed_over: list[UnknownEvents] = field(default_factory=list)
    lost: bool = False
    others_at_work: int = 0
    rebuilds: int = 0
    asked: list[int] = field(default_factory=list)
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self) -> list[UnknownEvents]:
        self.asked.append(len(self.passed_over))
        return self.passed_over

    def has_lost(self) -> bool:
        if not self.lost and KNOWN not in self.passed_over:
            self.looked.set()
        return self.lost

    async def rebuild(self) -> AsyncIterator[Step]:
        self.rebuilds += 1
        yield Step("events", 0, 9)
        if self.others_at_work:
            self.others_at_work -= 1
            raise Refused("REBUILD_RUNNING", "at work already", kind=Kind.BUSY)
        self.passed_over = [p for p in self.passed_over if p != KNOWN]
        self.lost = False
        yield Step("done", 9, 9)

    async def has_looked_and_found_nothing(self) -> None:
        self.looked.clear()
        await asyncio.wait_for(self.looked.wait(), 10)


async def brought_up(projection: Projection) -> SelfRebuild:
    """It runs, and has no reason for a rebuild any more."""
    running = SelfRebuild(projection.rebuild, projection.has_lost, passed_over_unknown(TYPES, projection.ask), look_seconds=0.001)
    running.start()
    await projection.has_looked_and_found_nothing()
    return running


@pytest.mark.parametrize("passed_over", [[], [FUTURE]])
async def test_nothing_is_rebuilt_for_what_is_still_unknown(passed_over: list[UnknownEvents]) -> None:
    projection = Projection(passed_over)
    await (await brought_up(projection)).stop()
    assert projection.rebuilds == 0


async def test_a_type_that_is_known_by_now_is_brought_in_once_and_not_asked_about_again() -> None:
    projection = Projection([FUTURE, KNOWN])
    running = await brought_up(projection)
    await projection.has_looked_and_found_nothing()
    await running.stop()
    assert (projection.rebuilds, projection.asked) == (1, [2, 1])


async def test_it_is_tried_again_while_another_process_is_at_it() -> None:
    projection = Projection([KNOWN], others_at_work=1)
    await (await brought_up(projection)).stop()
    assert projection.rebuilds == 2


async def test_it_rebuilds_whenever_a_log_has_lost_what_was_taken_of_it() -> None:
    projection = Projection(lost=True, others_at_work=1)
    running = await brought_up(projection)
    assert projection.rebuilds == 2
    projection.lost = True
    await projection.has_looked_and_found_nothing()
    await running.stop()
    assert projection.rebuilds == 3
