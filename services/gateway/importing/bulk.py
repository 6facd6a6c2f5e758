"""What an import defines, many at once: things of one kind are taken together, and what is asked of goals meanwhile goes in one call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal, NamedTuple, TypeVar

from google.protobuf.message import Message

from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.ids import Id
from chassis.rpc import from_bytes

T = TypeVar("T")

Kind = Literal["objectives", "key_results", "contributions", "alignments", "activations", "measurements"]

MOST_AT_ONCE: Final = 500
"""Definitions in one call, and things that are taken together."""
_MOST_BYTES: Final = 1 << 19


class _Definition(NamedTuple):
    """How a command goes in a call of many: in which list, and what it is answered there."""

    kind: Kind
    answer: Callable[[Id], Message]


_DEFINITIONS: Final[dict[type[Any], _Definition]] = {
    goals_pb2.DefineObjectiveRequest: _Definition("objectives", lambda made: goals_pb2.DefineObjectiveResponse(objective_id=made)),
    goals_pb2.DefineKeyResultRequest: _Definition("key_results", lambda made: goals_pb2.DefineKeyResultResponse(key_result_id=made)),
    goals_pb2.ShareKeyResultRequest: _Definition("contributions", lambda _: goals_pb2.ShareKeyResultResponse()),
    goals_pb2.AlignObjectiveRequest: _Definition("alignments", lambda _: goals_pb2.AlignObjectiveResponse()),
    goals_pb2.ActivateObjectiveRequest: _Definition("activations", lambda _: goals_pb2.ActivateObjectiveResponse()),
    goals_pb2.MeasureKpiRequest: _Definition("measurements", lambda made: goals_pb2.MeasureKpiResponse(measurement_id=made)),
}

Send = Callable[[goals_pb2.DefineEachRequest], Awaitable[goals_pb2.DefineEachResponse]]


class _Waiting(NamedTuple):
    definition: _Definition
    message: Message
    answered: asyncio.Future[Message]


class Definitions:
    """Collects definitions that are asked for at the same time, and sends them together, in the order in which they were asked for."""

    def __init__(self, send: Send) -> None:
        self._send: Final = send
        self._waiting: list[_Waiting] = []
        self._held = False
        self._sending: asyncio.Task[None] | None = None

    @staticmethod
    def takes(message: object) -> bool:
        """Whether it is one of those that can be sent together."""
        return type(message) in _DEFINITIONS

    async def ask(self, message: Message) -> Message:
        """What a definition is answered. Raises the Refused that goals says of it, or of the call that it was sent in."""
        answered: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(_DEFINITIONS[type(message)], message, answered))
        self._send_soon()
        return await answered

    @contextmanager
    def held(self) -> Iterator[None]:
        """Whatever is asked for while the context lasts waits for its end."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._send_soon()

    def _send_soon(self) -> None:
        if self._waiting and not self._held and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)  # who is ready may join
            batch = self._next()
            try:
                await self._send_batch(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who asked hear of it
                for waiting in batch:
                    if not waiting.answered.done():
                        waiting.answered.set_exception(error)

    def _next(self) -> list[_Waiting]:
        """Those that waited longest and are of one kind, as many as one call takes."""
        kind, size, count = self._waiting[0].definition.kind, 0, 0
        for waiting in self._waiting[:MOST_AT_ONCE]:
            size += waiting.message.ByteSize()
            if waiting.definition.kind != kind or (count and size > _MOST_BYTES):
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _send_batch(self, batch: Sequence[_Waiting]) -> None:
        kind = batch[0].definition.kind
        together = goals_pb2.DefineEachRequest()
        getattr(together, kind).extend(waiting.message for waiting in batch)
        answers = await self._send(together)
        for waiting, answer in zip(batch, getattr(answers, kind), strict=True):
            if waiting.answered.done():
                continue  # whoever asked has given up
            if answer.HasField("refusal"):
                waiting.answered.set_exception(from_bytes(answer.refusal))
            else:
                waiting.answered.set_result(waiting.definition.answer(answer.defined_id))
            await asyncio.sleep(0)  # it goes on from there, and others have their turn


async def all_at_once(things: Sequence[T], take: Callable[[T], Awaitable[None]], definitions: Definitions) -> None:
    """Takes things at the same time, each begun in its order. Raises what the first of them raises, and leaves none under way."""
    begun: list[asyncio.Future[None]] = []
    try:
        with definitions.held():
            for thing in things:
                begun.append(asyncio.ensure_future(take(thing)))
                await asyncio.sleep(0)  # it has asked, and others have their turn
        await asyncio.gather(*begun)
    except BaseException:
        for one in begun:
            one.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
        raise
