"""Check-ins of one moment in one call: what waits while the calls under way are answered goes with the next one.

A second way for what `RecordCheckIn` does, because a call of its own costs more than the check-in in it: at 64 in flight, gateway and
checkins together spend 470 µs of CPU on a check-in in a call of its own and 160 in a shared one, which is 1.7 times as many REST
check-ins a second. All of it lies between `Forwarder.record` here, which answers as the method would, and `checkins/forwarded.py`,
which records each as the method would: each check-in keeps its own caller, key, correlation and answer, and is answered as soon as it is
decided. One that is known to have to wait - for a position, for a key result's definition - is sent by itself; one that turns out to wait
neither holds up the answers of those beside it, nor the next call.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from cairn.checkins.v1 import service_pb2
from chassis.rpc import AFTER, CORRELATION, DEADLINE, IDEMPOTENCY, IDENTITY, Metadata, addressed, asked, from_bytes, streamed
from chassis.runtime import telemetry, tracing

if TYPE_CHECKING:
    from cairn.checkins.v1.service_pb2_grpc import CheckInsServiceAsyncStub

_CALLS_UNHEARD: Final = 3
_LARGEST_CALL: Final = 256
_SERVICE: Final = "checkins"

_Waiting = tuple[service_pb2.RecordCheckInRequest, dict[str, str], "asyncio.Future[service_pb2.ForwardedAnswer]"]
"""A check-in, what was sent with it, and whoever waits for its answer."""


class Forwarder:
    """Sends check-ins on to checkins."""

    def __init__(self, checkins: CheckInsServiceAsyncStub, own_metadata: Callable[[], Metadata]) -> None:
        """`own_metadata` is what travels with a call in the gateway's own name: one of many must not rest on who is the first of them."""
        self._checkins = checkins
        self._own_metadata = own_metadata
        self._waiting: deque[_Waiting] = deque()
        self._calls: set[asyncio.Task[None]] = set()
        self._unheard: set[asyncio.Task[None]] = set()  # those of which nothing is answered yet

    async def record(self, request: service_pb2.RecordCheckInRequest, sent: Metadata) -> service_pb2.RecordCheckInResponse:
        """What `RecordCheckIn` answers to the caller that `sent` names. Raises the Refused that it says."""
        told = dict(addressed(sent, _SERVICE))
        if AFTER in told or tracing.HEADER in told:  # a span hangs from one request, not from a batch of them
            return await asked(self._checkins.RecordCheckIn(request, metadata=sent, timeout=DEADLINE))
        answered: asyncio.Future[service_pb2.ForwardedAnswer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, told, answered))
        self._send()
        answer = await answered
        if answer.HasField("response"):
            return answer.response
        if answer.alone:
            return await asked(self._checkins.RecordCheckIn(request, metadata=sent, timeout=DEADLINE))
        raise from_bytes(answer.refusal)

    def _send(self) -> None:
        while self._waiting and len(self._unheard) < _CALLS_UNHEARD:
            call = asyncio.create_task(self._call())
            self._calls.add(call)
            self._unheard.add(call)
            call.add_done_callback(self._ended)

    def _ended(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        self._heard(call)

    def _heard(self, call: asyncio.Task[None]) -> None:
        if call in self._unheard:
            self._unheard.discard(call)
            self._send()

    async def _call(self) -> None:
        await asyncio.sleep(0)  # one turn of the loop: requests that have been read already come along
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST_CALL))]
        if not batch:
            return
        this = asyncio.current_task()
        assert this is not None, "a call is a task"
        try:
            sent = self._own_metadata()
            async for response in streamed(aiter(self._checkins.RecordForwarded(_forwarded(batch), metadata=sent, timeout=DEADLINE))):
                for answer in response.answers:
                    _settle(batch[answer.number], answer)
                self._heard(this)
            if not all(answered.done() for *_, answered in batch):
                raise RuntimeError("checkins left check-ins without an answer")
        except Exception as error:  # noqa: BLE001 - whatever it is, each caller who is not answered hears of it
            unanswered = [answered for *_, answered in batch if not answered.done()]
            telemetry.logger().warning("forwarding.failed", check_ins=len(unanswered), error=repr(error))
            for answered in unanswered:
                answered.set_exception(error)


def _settle(waiting: _Waiting, answer: service_pb2.ForwardedAnswer) -> None:
    *_, answered = waiting
    if not answered.done():  # else its caller has gone
        answered.set_result(answer)


def _forwarded(batch: Sequence[_Waiting]) -> service_pb2.RecordForwardedRequest:
    message = service_pb2.RecordForwardedRequest()
    for request, told, _ in batch:
        message.check_ins.add(
            identity=told[IDENTITY],
            correlation_id=told.get(CORRELATION, ""),
            idempotency_key=told.get(IDEMPOTENCY, ""),
            request=request,
        )
    return message
