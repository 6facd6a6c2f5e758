"""Bodies are read once it is known who sends them, for so long, and so many of them at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive

from gateway.http import Problem, limits
from gateway.http.limits import BodyBudget, BodyRoom, read_body

LIMIT = 100


def sending(*chunks: bytes, ends: bool = True) -> Receive:
    """An ASGI receive: chunks, and then nothing more, or nothing at all for ever."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if ends:
        messages[-1]["more_body"] = False
    left = iter(messages)

    async def receive() -> Message:
        message = next(left, None)
        if message is None:
            await asyncio.Event().wait()
        assert message is not None
        return message

    return receive


async def reason_of(reading: Any) -> tuple[int, str]:
    with pytest.raises(Problem) as refused:
        await reading
    return refused.value.status, refused.value.reason


@pytest.fixture
def budget() -> BodyBudget:
    """Room for three bodies of the limit in all, and two of one holder; whatever a test takes it gives back."""
    return BodyBudget(3 * LIMIT, 2 * LIMIT)


async def test_a_body_is_what_its_parts_are_together(budget: BodyBudget) -> None:
    assert await read_body({}, sending(b"ab", b"c"), LIMIT, BodyRoom(budget, "ann")) == b"abc"


async def test_a_body_that_does_not_end_in_time_is_given_up(budget: BodyBudget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.05)
    assert await reason_of(read_body({}, sending(b"ab", ends=False), LIMIT, BodyRoom(budget, "ann"))) == (408, "BODY_TOO_SLOW")


async def test_one_holder_leaves_room_for_the_others_and_all_of_them_hold_no_more_than_there_is(budget: BodyBudget) -> None:
    rooms = [BodyRoom(budget, holder) for holder in ("ann", "ann", "ann", "ben", "cem")]
    for room in rooms[:2]:
        await read_body({}, sending(b"x" * LIMIT), LIMIT, room)
    assert await reason_of(read_body({}, sending(b"x"), LIMIT, rooms[2])) == (503, "BODIES_BUSY")
    await read_body({}, sending(b"x" * LIMIT), LIMIT, rooms[3])
    assert await reason_of(read_body({}, sending(b"x"), LIMIT, rooms[4])) == (503, "BODIES_BUSY")
    rooms[0].give_back()
    await read_body({}, sending(b"x" * LIMIT), LIMIT, rooms[4])


async def test_what_is_too_large_holds_nothing(budget: BodyBudget) -> None:
    room = BodyRoom(budget, "ann")
    announced = {b"content-length": b"1000"}
    for _ in range(10):
        assert await reason_of(read_body(announced, sending(b"x" * LIMIT, b"x" * LIMIT), LIMIT, room)) == (413, "BODY_TOO_LARGE")
    await read_body({}, sending(b"x" * LIMIT), LIMIT, BodyRoom(budget, "ann"))


@pytest.mark.parametrize("headers", [{b"content-length": b"101"}, {}], ids=["announced", "in parts"])
async def test_of_what_is_too_large_and_not_drained_no_more_is_read(budget: BodyBudget, headers: dict[bytes, bytes]) -> None:
    body = sending(b"x" * LIMIT, b"x", ends=False)
    assert await reason_of(read_body(headers, body, LIMIT, BodyRoom(budget, "ann"), drained=False)) == (413, "BODY_TOO_LARGE")
