"""Check-ins that travel together: each is answered as soon as it is decided."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from chassis.rpc import from_bytes
from checkins.forwarded import answer_each

CALL = Call(Identity(new_id(), new_id(), frozenset()), new_id())
RECORDED = api.RecordCheckInResponse(check_in_id=b"event")


class Recording:
    """Records at once, but for what the value says: 2 is refused, 3 waits for `released`, 4 fails."""

    def __init__(self) -> None:
        self.released = asyncio.Event()

    async def __call__(self, forwarded: api.ForwardedCheckIn) -> api.RecordCheckInResponse:
        match forwarded.request.check_in.value:
            case 2:
                raise Refused("CLOSED", "it is closed", kind=Kind.REFUSED)
            case 3:
                await self.released.wait()
            case 4:
                raise RuntimeError("a defect")
        return RECORDED


def answering(record: Recording, *values: float) -> Any:
    request = api.RecordForwardedRequest()
    for value in values:
        request.check_ins.add().request.check_in.value = value
    return answer_each(request, CALL, lambda _: True, record)


def numbers(response: api.RecordForwardedResponse) -> set[int]:
    return {answer.number for answer in response.answers}


async def test_what_is_decided_at_once_is_answered_in_one_message() -> None:
    (response,) = [response async for response in answering(Recording(), 1, 2, 1)]
    by_number = {answer.number: answer for answer in response.answers}
    assert [by_number[n].WhichOneof("outcome") for n in range(3)] == ["response", "refusal", "response"]
    assert from_bytes(by_number[1].refusal).reason == "CLOSED"


async def test_nobody_waits_for_the_answer_of_another() -> None:
    record = Recording()
    responses = answering(record, 3, 1, 3)
    assert numbers(await anext(responses)) == {1}
    record.released.set()
    later = [number async for response in responses for number in numbers(response)]
    assert sorted(later) == [0, 2]


async def test_a_defect_on_one_takes_no_answer_from_the_others() -> None:
    record = Recording()
    responses = answering(record, 4, 1, 3)
    assert numbers(await anext(responses)) == {1}
    record.released.set()
    assert numbers(await anext(responses)) == {2}
    with pytest.raises(RuntimeError):
        await anext(responses)


async def test_who_is_known_to_have_to_wait_is_told_to_come_alone() -> None:
    request = api.RecordForwardedRequest(check_ins=[api.ForwardedCheckIn()])
    (response,) = [response async for response in answer_each(request, CALL, lambda _: False, Recording())]
    assert [answer.alone for answer in response.answers] == [True]
