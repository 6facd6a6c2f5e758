"""Check-ins that the gateway sends on together, each answered as if it had come alone. Why: `gateway/forwarding.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import Refused
from chassis.ids import Id
from chassis.rpc import to_bytes

Record = Callable[[api.ForwardedCheckIn], Awaitable[api.RecordCheckInResponse]]
"""Records one check-in in the name of whoever sent it. Raises Refused."""

_TOGETHER_SECONDS: Final = 0.02
"""So long the answers wait for each other: what is decided by then travels in one message."""


async def answer_each(
    request: api.RecordForwardedRequest, call: Call, is_at_hand: Callable[[Id], bool], record: Record
) -> AsyncIterator[api.RecordForwardedResponse]:
    """The answer to each caller, once it is decided: nobody waits for somebody else's.

    Whoever is known to have to wait for more than an append, or sent what is no check-in, is told to come alone. What recording one raises
    that is no Refused, this raises once the others are answered.
    """
    wrong_rows = call.wrong_rows or {}
    response = api.RecordForwardedResponse()
    undecided: set[asyncio.Task[api.ForwardedAnswer]] = set()
    for number, forwarded in enumerate(request.check_ins):
        if number in wrong_rows or not is_at_hand(forwarded.request.check_in.key_result_id):
            response.answers.add(number=number, alone=True)
        else:
            undecided.add(asyncio.create_task(_answer(number, forwarded, record)))
    failures: list[BaseException] = []
    try:
        if undecided:
            decided, undecided = await asyncio.wait(undecided, timeout=_TOGETHER_SECONDS)
            response.answers.extend(_answers(decided, failures))
        yield response
        while undecided:
            decided, undecided = await asyncio.wait(undecided, return_when=asyncio.FIRST_COMPLETED)
            yield api.RecordForwardedResponse(answers=_answers(decided, failures))
    finally:
        for task in undecided:
            task.cancel()
    if failures:
        raise failures[0]


def _answers(decided: Iterable[asyncio.Task[api.ForwardedAnswer]], failures: list[BaseException]) -> list[api.ForwardedAnswer]:
    """What was answered; what was not goes to the failures."""
    answers = []
    for task in decided:
        if (error := task.exception()) is None:
            answers.append(task.result())
        else:
            failures.append(error)
    return answers


async def _answer(number: int, forwarded: api.ForwardedCheckIn, record: Record) -> api.ForwardedAnswer:
    answer = api.ForwardedAnswer(number=number)
    try:
        answer.response.CopyFrom(await record(forwarded))
    except Refused as refused:
        answer.refusal = to_bytes(refused)
    return answer
