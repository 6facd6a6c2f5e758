"""An answer is handed on as it is taken; who takes nothing is cut off, and what made the answer ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse

from gateway.http import sending
from gateway.http.sending import send_answer

SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "asgi": {"spec_version": "2.3"}}


async def receive() -> Any:
    await asyncio.Event().wait()


class Reader:
    """Takes so many parts, and then no more."""

    def __init__(self, parts: int) -> None:
        self.parts = parts
        self.taken: list[Any] = []

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.body" and len(self.bodies) == self.parts:
            await asyncio.Event().wait()
        self.taken.append(message)

    @property
    def bodies(self) -> list[Any]:
        return [message for message in self.taken if message["type"] == "http.response.body"]

    @property
    def ended(self) -> bool:
        return not self.bodies[-1].get("more_body", False)


class Lines:
    """An endless stream that knows how much was asked of it, and whether it was ended."""

    def __init__(self) -> None:
        self.made = 0
        self.ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while True:
                self.made += 1
                yield b"line"
        finally:
            self.ended = True


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS_TO_TAKE", 0.02)


async def test_a_stream_whose_reader_does_not_read_is_made_no_further_and_cut_off() -> None:
    lines, reader = Lines(), Reader(parts=3)
    await send_answer(StreamingResponse(aiter(lines)), SCOPE, receive, reader)
    assert (lines.made, lines.ended, reader.ended) == (4, True, False)


@pytest.mark.parametrize("size", [0, 1, 64 << 10, (64 << 10) + 1, 1 << 20])
async def test_a_whole_answer_arrives_as_it_is(size: int) -> None:
    reader = Reader(parts=100)
    await send_answer(Response(b"x" * size, 200), SCOPE, receive, reader)
    assert b"".join(message["body"] for message in reader.bodies) == b"x" * size
    assert dict(reader.taken[0]["headers"])[b"content-length"] == str(size).encode()
    assert reader.ended


async def test_a_large_answer_that_is_not_taken_is_cut_off() -> None:
    reader = Reader(parts=2)
    await send_answer(Response(b"x" * (1 << 20)), SCOPE, receive, reader)
    assert (len(reader.bodies), reader.ended) == (2, False)
