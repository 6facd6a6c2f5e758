"""When the relay reads again: what has rung its bell is not left to the poll."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest

from chassis.kafka.relay import relay as module
from chassis.kafka.relay.relay import Publication, Relay, Row
from chassis.runtime import Settings


async def test_what_is_appended_while_the_last_page_is_on_its_way_is_sent_without_a_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 4)
    monkeypatch.setattr(module, "_POLL_SECONDS", 3600.0)
    monkeypatch.setattr(module, "_CHECKPOINT_SECONDS", 3600.0)
    relay = Relay("goals", "", Settings(database_url="x", topic_partitions=1))
    head, sent, all_sent = 4, [0], asyncio.Event()

    async def read(_: Any, after: int, _size: int) -> Sequence[Row]:
        nonlocal head
        seen = head
        if after == 4:  # the page behind the full one finds nothing; before it is there, one more is appended
            head = 5
            relay._bell.set()
        await asyncio.sleep(0)
        return [(position, bytes(16), b"x", b"\0") for position in range(after + 1, min(seen, after + 4) + 1)]

    async def send(_: Any, publication: Publication) -> int:
        await asyncio.sleep(0)
        sent.append(publication.last_position)
        if publication.last_position == 5:
            all_sent.set()
        return publication.last_position

    monkeypatch.setattr(relay, "_read", read)
    monkeypatch.setattr(relay, "_send", send)
    carrying: asyncio.Task[None] = asyncio.create_task(relay._carry(None, None, None, deque()))  # type: ignore[arg-type] # nothing asks them
    try:
        async with asyncio.timeout(10):
            await all_sent.wait()
    finally:
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
    assert sent == [0, 4, 5]
