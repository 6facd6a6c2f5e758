"""When the relay reads again: what has rung its bell is not left to the poll."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

import pytest

from chassis.ids import new_id
from chassis.kafka.relay import carrying as module
from chassis.kafka.relay.carrying import Carrying
from chassis.kafka.relay.comparison import Resumption
from chassis.kafka.relay.pages import LogPages, Row
from chassis.kafka.relay.publishing import PartitionsOfKeys, Publication, Publisher
from chassis.runtime import telemetry


async def test_what_is_appended_while_the_last_page_is_on_its_way_is_sent_without_a_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 4)
    monkeypatch.setattr(module, "POLL_SECONDS", 3600.0)
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 3600.0)
    head, sent, all_sent = 4, [0], asyncio.Event()

    async def read(after: int, _size: int) -> Sequence[Row]:
        nonlocal head
        seen = head
        if after == 4:  # the page behind the full one finds nothing; before it is there, one more is appended
            head = 5
            pages.ring()
        await asyncio.sleep(0)
        return [(position, bytes(16), b"x", b"\0") for position in range(after + 1, min(seen, after + 4) + 1)]

    class Sent(Publisher):
        async def send(self, publication: Publication) -> Publication:
            await asyncio.sleep(0)
            sent.append(publication.last_position)
            if publication.last_position == 5:
                all_sent.set()
            return publication

    pages, publisher = LogPages(read), Sent("goals", 1, None)
    begin = Resumption(0, new_id(), deque(), set())
    relaying = Carrying("goals", pages, PartitionsOfKeys(1), publisher, None, begin, telemetry.logger())  # type: ignore[arg-type] # nothing asks it
    carrying: asyncio.Task[None] = asyncio.create_task(relaying.carry())
    try:
        async with asyncio.timeout(10):
            await all_sent.wait()
    finally:
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
    assert sent == [0, 4, 5]
