"""Check-ins of one moment travel in one call, and each of them gets its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, cast

import pytest

from cairn.checkins.v1 import service_pb2 as checkins
from chassis.errors import Kind, Refused
from chassis.ids import Id, new_id
from chassis.positions import Position
from chassis.rpc import IDENTITY, Metadata, metadata, to_bytes
from gateway.forwarding import Forwarder

if TYPE_CHECKING:
    from cairn.checkins.v1.service_pb2_grpc import CheckInsServiceAsyncStub

CLOSED = Refused("OBJECTIVE_CLOSED", "the objective is closed", kind=Kind.REFUSED)


class FakeCheckIns:
    """Answers by value: 1 is recorded, 2 is refused, 3 must come alone, 4 waits for `released`; the key result's id comes back."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.callers: list[str] = []
        self.alone: list[Id] = []
        self.broken = False
        self.released = asyncio.Event()

    async def RecordForwarded(
        self, request: checkins.RecordForwardedRequest, metadata: Metadata, **_: Any
    ) -> AsyncIterator[checkins.RecordForwardedResponse]:
        self.calls.append(len(request.check_ins))
        self.callers.append(dict(metadata)[IDENTITY])
        await asyncio.sleep(0)
        if self.broken:
            raise RuntimeError("a fault of checkins' own")
        numbered = list(enumerate(request.check_ins))
        yield checkins.RecordForwardedResponse(answers=[self._answer(n, f) for n, f in numbered if not waits(f)])
        if any(waits(f) for _, f in numbered):
            await self.released.wait()
            yield checkins.RecordForwardedResponse(answers=[self._answer(n, f) for n, f in numbered if waits(f)])

    async def RecordCheckIn(self, request: checkins.RecordCheckInRequest, **_: Any) -> checkins.RecordCheckInResponse:
        self.alone.append(request.check_in.key_result_id)
        return checkins.RecordCheckInResponse(check_in_id=request.check_in.key_result_id)

    def _answer(self, number: int, forwarded: checkins.ForwardedCheckIn) -> checkins.ForwardedAnswer:
        match forwarded.request.check_in.value:
            case 1 | 4:
                recorded = checkins.RecordCheckInResponse(check_in_id=forwarded.request.check_in.key_result_id)
                return checkins.ForwardedAnswer(number=number, response=recorded)
            case 2:
                return checkins.ForwardedAnswer(number=number, refusal=to_bytes(CLOSED))
            case _:
                return checkins.ForwardedAnswer(number=number, alone=True)


def waits(forwarded: checkins.ForwardedCheckIn) -> bool:
    return forwarded.request.check_in.value == 4


def a_request(value: float) -> checkins.RecordCheckInRequest:
    return checkins.RecordCheckInRequest(check_in=checkins.CheckIn(key_result_id=new_id(), value=value))


def forwarder(fake: FakeCheckIns) -> Forwarder:
    return Forwarder(cast("CheckInsServiceAsyncStub", fake), lambda: metadata("the gateway itself"))


async def test_check_ins_of_one_moment_travel_in_few_calls_and_each_gets_its_own_answer() -> None:
    fake = FakeCheckIns()
    sending = forwarder(fake)
    requests = [a_request(1) for _ in range(100)]
    answers = await asyncio.gather(*(sending.record(request, metadata("who")) for request in requests))
    assert [answer.check_in_id for answer in answers] == [request.check_in.key_result_id for request in requests]
    assert sum(fake.calls) == 100
    assert len(fake.calls) <= 3
    assert set(fake.callers) == {"the gateway itself"}, "a call of many rests on none of them"


async def test_a_refusal_is_heard_by_the_one_whom_it_concerns() -> None:
    sending = forwarder(FakeCheckIns())
    good, bad = await asyncio.gather(
        sending.record(a_request(1), metadata("who")), sending.record(a_request(2), metadata("who")), return_exceptions=True
    )
    assert isinstance(good, checkins.RecordCheckInResponse)
    assert isinstance(bad, Refused)
    assert (bad.reason, bad.message, bad.kind) == ("OBJECTIVE_CLOSED", "the objective is closed", Kind.REFUSED)


async def test_what_would_make_the_others_wait_is_sent_by_itself() -> None:
    fake = FakeCheckIns()
    sending = forwarder(fake)
    unknown, after = a_request(3), a_request(1)
    await sending.record(unknown, metadata("who"))
    await sending.record(after, metadata("who", after=(Position("goals", 1, 2),)))
    assert fake.alone == [unknown.check_in.key_result_id, after.check_in.key_result_id]


async def test_a_failed_call_fails_those_in_it_and_not_those_after_it() -> None:
    fake = FakeCheckIns()
    sending = forwarder(fake)
    fake.broken = True
    with pytest.raises(RuntimeError):
        await sending.record(a_request(1), metadata("who"))
    fake.broken = False
    await sending.record(a_request(1), metadata("who"))


async def test_one_that_waits_holds_up_neither_those_beside_it_nor_those_after_it() -> None:
    fake = FakeCheckIns()
    sending = forwarder(fake)
    slow = []
    for _ in range(8):  # more than there may be calls of which nothing is heard
        slow.append(asyncio.create_task(sending.record(a_request(4), metadata("who"))))
        await asyncio.wait_for(sending.record(a_request(1), metadata("who")), timeout=5)
    assert not any(task.done() for task in slow)
    fake.released.set()
    assert all(await asyncio.gather(*slow, sending.record(a_request(1), metadata("who"))))


async def test_a_caller_who_went_away_does_not_disturb_the_others() -> None:
    sending = forwarder(FakeCheckIns())
    gone = asyncio.create_task(sending.record(a_request(1), metadata("who")))
    stays = asyncio.create_task(sending.record(a_request(1), metadata("who")))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).check_in_id
