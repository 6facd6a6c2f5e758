"""Check-ins that the gateway sends on together, each answered as if it had come alone. Why: `gateway/forwarding.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore import Appended
from chassis.ids import Id
from chassis.rpc import first_event, to_bytes, write_appended

Record = Callable[[api.ForwardedCheckIn], Awaitable[Appended]]
"""Records one check-in in the name of whoever sent it. Raises Refused."""


async def answer_each(
    request: api.ForwardCheckInsRequest, call: Call, is_at_hand: Callable[[Id], bool], record: Record
) -> api.ForwardCheckInsResponse:
    """The answer to each caller. Whoever would have to wait for more than an append, or sent what is no check-in, is told to come alone."""
    wrong_rows = call.wrong_rows or {}
    response = api.ForwardCheckInsResponse()
    waits = []
    for number, forwarded in enumerate(request.check_ins):
        answer = response.answers.add()
        if number in wrong_rows or not is_at_hand(forwarded.request.check_in.key_result_id):
            answer.alone = True
        else:
            waits.append(_answer(forwarded, answer, record))
    await asyncio.gather(*waits)
    return response


async def _answer(forwarded: api.ForwardedCheckIn, answer: api.ForwardedAnswer, record: Record) -> None:
    try:
        appended = await record(forwarded)
    except Refused as refused:
        answer.refusal = to_bytes(refused)
    else:
        answer.response.check_in_id = first_event(appended)
        write_appended(answer.response.appended, appended)
