"""What a reader is told comes once, together, and takes bounded memory however slowly it is read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import orjson
import pytest

from chassis.calls import Identity
from chassis.ids import Id, id_text, new_id
from gateway.auth import Claimed, Session, Standing
from gateway.live import Kind, Reader, What
from gateway.live.reader import MOST_PENDING, Thing

SESSION: Final = Session(Claimed("t", "p", False, b"", 0, 0), Standing(Identity(b"", b"", frozenset()), 0, frozenset()))


@pytest.fixture
def reader() -> Reader:
    return Reader(SESSION)


def heard(reader: Reader) -> list[tuple[str, Any, str]]:
    """Name, data and id of each event that is pending."""
    told = []
    for block in reader.take().decode().split("\n\n")[:-1]:
        said = dict(line.split(": ", 1) for line in block.split("\n"))
        told.append((said["event"], orjson.loads(said["data"]), said.get("id", "")))
    return told


def objective(own_id: Id = b"") -> Thing:
    return Thing(Kind.OBJECTIVE, own_id or new_id())


def test_what_changes_often_before_it_is_read_is_told_once(reader: Reader) -> None:
    thing = objective()
    for number, what in enumerate((What.NUMBERS, What.DEFINITION, What.NUMBERS)):
        reader.tell([(thing, what)], [], f"goals:0:{number}")
    change = {"kind": "objective", "id": id_text(thing.id), "objective_id": None, "what": ["definition", "numbers"]}
    assert heard(reader) == [("changes", {"changes": [change]}, "goals:0:2")]
    assert heard(reader) == []


def test_what_is_gone_has_not_changed_and_what_came_back_is_not_gone(reader: Reader) -> None:
    thing, other = objective(), objective()
    reader.tell([(thing, What.DEFINITION)], [], "a")
    reader.tell([(other, What.DEFINITION)], [thing], "b")
    assert [(name, place) for name, _, place in heard(reader)] == [("gone", ""), ("changes", "b")], "the id stands with the last one alone"
    reader.tell([], [thing], "c")
    reader.tell([(thing, What.DEFINITION)], [], "d")
    assert [(name, place) for name, _, place in heard(reader)] == [("changes", "d")]


async def test_who_does_not_read_is_told_to_read_anew_and_costs_no_more(reader: Reader) -> None:
    for number in range(10 * MOST_PENDING):
        reader.tell([(objective(), What.DEFINITION)], [], f"{number}")
    assert len(reader._changes) <= MOST_PENDING
    first, *_ = heard(reader)
    assert first[:2] == ("anew", {"reason": "TOO_MANY"})


async def test_where_nothing_is_to_be_told_it_waits(reader: Reader) -> None:
    assert not await reader.wait(0)
    reader.tell([], [], "a")
    assert not await reader.wait(0)
    reader.tell([(objective(), What.DEFINITION)], [], "b")
    assert await reader.wait(0)


@pytest.mark.parametrize("known_again", [Reader.release, Reader.end])
async def test_while_nobody_knows_who_listens_it_waits_and_is_told_once_somebody_knows(
    reader: Reader, known_again: Callable[[Reader], None]
) -> None:
    reader.hold()
    reader.tell([(objective(), What.DEFINITION)], [], "a")
    began = time.monotonic()
    assert not await reader.wait(0.1)
    assert time.monotonic() - began >= 0.09, "whoever was told something that they may not have yet does not turn round and round"
    assert reader.hold() >= 0.09, "since it was held first"
    waiting = asyncio.create_task(reader.wait(60))
    await asyncio.sleep(0)
    known_again(reader)
    async with asyncio.timeout(1):
        assert await waiting


async def test_who_is_held_while_they_wait_waits_on(reader: Reader) -> None:
    waiting = asyncio.create_task(reader.wait(0.1))
    await asyncio.sleep(0)
    reader.hold()
    reader.tell([(objective(), What.DEFINITION)], [], "a")
    assert not await waiting


def test_who_was_ended_is_told_why_and_nothing_else(reader: Reader) -> None:
    reader.tell([(objective(), What.DEFINITION)], [], "a")
    reader.end("SESSION_ENDED")
    reader.end("LATER")
    assert reader.has_ended
    assert heard(reader) == [("end", {"reason": "SESSION_ENDED"}, "")]
