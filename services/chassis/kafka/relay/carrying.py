"""From the log to its topic, page by page, for as long as nothing fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import structlog

from chassis.eventstore import Generation
from chassis.kafka.relay.comparison import Resumption
from chassis.kafka.relay.pages import LogPages, Row
from chassis.kafka.relay.position import RelayPosition
from chassis.kafka.relay.publishing import PartitionsOfKeys, Publication, Publisher, packed
from chassis.runtime import telemetry

PAGE: Final = 2_000
POLL_SECONDS: Final = 1.0  # a lost NOTIFY costs a second, not an event
CHECKPOINT_SECONDS: Final = 0.1


class Carrying:
    """Carries a log on, from where a comparison found that its topic ends.

    The next page is read while this one is packed, and this one packed while the one before is on its way. A page ends where a generation
    begins that the topic was not told of: its beginning is told before its events are.
    """

    def __init__(
        self,
        name: str,
        pages: LogPages,
        partitions: PartitionsOfKeys,
        publisher: Publisher,
        position: RelayPosition,
        begin: Resumption,
        log: structlog.stdlib.BoundLogger,
    ) -> None:
        self._name: Final = name
        self._pages: Final = pages
        self._partitions: Final = partitions
        self._publisher: Final = publisher
        self._position: Final = position
        self._log_id: Final = begin.log_id
        self._untold: Final = begin.untold
        self._foreign: Final = begin.foreign  # partitions with messages at their ends that are not in the log
        self._log: Final = log
        self._on_its_way: asyncio.Task[Publication] | None = None
        self.relayed = begin.relayed
        """The position up to which Kafka has acknowledged everything."""

    async def settled(self) -> None:
        """Comes back once it is settled what Kafka takes of what is on its way: after a failure, before anything is sent again."""
        if self._on_its_way is not None:
            await asyncio.wait([self._on_its_way])

    async def carry(self) -> None:
        """Goes on until something fails. Raises KafkaError, psycopg.OperationalError, LogHasGap."""
        position = saved = self.relayed
        saved_at = time.monotonic()
        next_page: asyncio.Task[Sequence[Row]] | None = None
        try:
            while True:
                await self._tell_beginnings(position)
                size = self._size(position)
                rows = await (next_page or self._pages.behind(position, size))
                next_page, more = None, len(rows) == size
                if rows:
                    position = rows[-1][0]
                    if more and (next_size := self._size(position)):
                        next_page = asyncio.create_task(self._pages.behind(position, next_size))
                        await asyncio.sleep(0)  # so that PostgreSQL is asked before we are busy
                    await self._send(rows)
                if not more:  # what was appended since the bell was cleared has rung it
                    await self._acknowledged()
                if saved < self.relayed and time.monotonic() - saved_at > CHECKPOINT_SECONDS:
                    await self._position.checkpoint(self.relayed)
                    saved, saved_at = self.relayed, time.monotonic()
                if not more:
                    await self._pages.rung(POLL_SECONDS if saved == self.relayed else CHECKPOINT_SECONDS)
        finally:
            if next_page is not None:
                next_page.cancel()

    def _size(self, position: int) -> int:
        """How many events are read behind a position: none of an untold generation."""
        return min(PAGE, self._untold[0].first_position - 1 - position) if self._untold else PAGE

    async def _send(self, rows: Sequence[Row]) -> None:
        """One publication is on its way at a time; the last one of these is when this comes back."""
        for publication in packed(rows, self._partitions):
            await self._acknowledged()
            self._on_its_way = asyncio.create_task(self._publisher.send(publication))
            await asyncio.sleep(0)

    async def _acknowledged(self) -> None:
        """Waits for what is on its way, if anything is."""
        if self._on_its_way is None:
            return
        publication = await asyncio.shield(self._on_its_way)
        self._on_its_way = None
        self.relayed = publication.last_position
        telemetry.RELAYED.labels(self._name).set(self.relayed)
        if passed := self._foreign & publication.batches.keys():
            await self._position.forget_foreign(passed)
            self._foreign.difference_update(passed)

    async def _tell_beginnings(self, position: int) -> None:
        """Of the generations that begin behind a position; each is remembered once every partition has been told."""
        while self._untold and self._untold[0].first_position == position + 1:
            await self._acknowledged()
            generation: Generation = self._untold.popleft()
            await self._publisher.tell_beginning(self._log_id, generation)
            await self._position.told(generation.generation)
            self._log.warning("relay.generation_began", generation=generation.generation, first_position=generation.first_position)
