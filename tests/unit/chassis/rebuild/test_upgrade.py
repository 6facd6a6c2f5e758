"""What was passed over unknown is brought in by a rebuild, once its type is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.errors import Kind, Refused
from chassis.events import EventTypes
from chassis.kafka.consumer import UnknownEvents
from chassis.rebuild import Step, UpgradeRebuild, passed_over_unknown

TYPES = EventTypes(goals, upcasters={})
FUTURE = UnknownEvents("goals", "cairn.goals.v1.OfTheFuture", 7)
KNOWN = UnknownEvents("goals", "cairn.goals.v1.ObjectiveDefined", 9)


@dataclass
class Projection:
    """What it has passed over; a rebuild brings in what is known by now, unless another one is at work."""

    passed_over: list[UnknownEvents]
    others_at_work: int = 0
    rebuilds: int = 0
    looks: list[int] = field(default_factory=list)

    async def look(self) -> list[UnknownEvents]:
        self.looks.append(len(self.passed_over))
        return self.passed_over

    async def rebuild(self) -> AsyncIterator[Step]:
        self.rebuilds += 1
        yield Step("events", 0, 9)
        if self.others_at_work:
            self.others_at_work -= 1
            raise Refused("REBUILD_RUNNING", "at work already", kind=Kind.BUSY)
        self.passed_over = [p for p in self.passed_over if p != KNOWN]
        yield Step("done", 9, 9)


@pytest.mark.parametrize("passed_over", [[], [FUTURE]])
async def test_nothing_is_rebuilt_for_what_is_still_unknown(passed_over: list[UnknownEvents]) -> None:
    projection = Projection(passed_over)
    await UpgradeRebuild(projection.rebuild, passed_over_unknown(TYPES, projection.look)).run()
    assert projection.rebuilds == 0


async def test_a_type_that_is_known_by_now_is_brought_in_once() -> None:
    projection = Projection([FUTURE, KNOWN])
    await UpgradeRebuild(projection.rebuild, passed_over_unknown(TYPES, projection.look)).run()
    assert (projection.rebuilds, projection.looks) == (1, [2, 1])


async def test_it_is_tried_again_while_another_process_is_at_it() -> None:
    projection = Projection([KNOWN], others_at_work=1)
    await UpgradeRebuild(projection.rebuild, passed_over_unknown(TYPES, projection.look)).run()
    assert projection.rebuilds == 2
