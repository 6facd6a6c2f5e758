"""Goals is asked once for all who wait; what it says of one of them is not the others' affair."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from cairn.goals.v1 import service_pb2 as goals
from cairn.operations.v1.operations_pb2 import LogGeneration
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from chassis.positions import Position
from chassis.rpc import IDENTITY
from checkins.catalogue.confirming import Confirmations
from checkins.catalogue.memory import Memory

if TYPE_CHECKING:
    from cairn.goals.v1.service_pb2_grpc import GoalsServiceAsyncStub


class FakeGoals:
    """A log of some length, in some generation; callers of `refused` are refused; who asks waits for `answering`."""

    def __init__(self) -> None:
        self.head = 10
        self.first_positions = [1]
        self.refused: set[str] = set()
        self.asked: list[str] = []
        self.answering = asyncio.Event()
        self.answering.set()

    async def ConfirmDefinitions(self, _: Any, metadata: Any, **__: Any) -> goals.ConfirmDefinitionsResponse:
        token = dict(metadata)[IDENTITY]
        self.asked.append(token)
        await self.answering.wait()
        if token in self.refused:
            raise Refused("IDENTITY_EXPIRED", "this identity has expired", kind=Kind.UNAUTHENTICATED)
        generations = [LogGeneration(generation=n, first_position=first) for n, first in enumerate(self.first_positions, 1)]
        return goals.ConfirmDefinitionsResponse(
            head=self.head, generation=len(generations), generations=generations, good_for_milliseconds=0
        )


def confirmations(fake: FakeGoals) -> Confirmations:
    return Confirmations(cast("GoalsServiceAsyncStub", fake), Memory(10), 60.0)


def call_of(token: str) -> Call:
    return Call(Identity(new_id(), new_id(), frozenset()), new_id(), token=token)


async def test_one_caller_s_expired_identity_refuses_nobody_else_who_waits() -> None:
    fake = FakeGoals()
    fake.refused = {"expired"}
    fake.answering.clear()
    confirming = confirmations(fake)
    waiting = [asyncio.create_task(confirming.confirm(call_of(token))) for token in ("expired", "ann", "bob", "expired")]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    fake.answering.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [getattr(outcome, "reason", None) for outcome in outcomes] == ["IDENTITY_EXPIRED", None, None, None]
    assert len(fake.asked) == 2


async def test_a_position_is_come_to_in_its_own_generation() -> None:
    """The log was taken back to 6 and has come to 12 in its second generation."""
    fake = FakeGoals()
    fake.head, fake.first_positions = 12, [1, 7]
    confirming = confirmations(fake)
    for reached in (Position("goals", 0, 6), Position("goals", 0, 7, 2), Position("goals", 0, 12, 2)):
        await confirming.confirm(call_of("ann"), [reached])
    for wrong, reason in (
        (Position("goals", 0, 7), "POSITION_LOST"),
        (Position("goals", 0, 12), "POSITION_LOST"),
        (Position("goals", 0, 13, 2), "POSITION_UNKNOWN"),
        (Position("goals", 0, 3, 3), "POSITION_UNKNOWN"),
    ):
        with pytest.raises(Refused) as refused:
            await confirming.confirm(call_of("ann"), [wrong])
        assert refused.value.reason == reason, wrong
