"""The writing end of a log: group commit on an event loop.

What waits while one group is written is the next group. Any number of processes may write one log: versions and keys are unique in
PostgreSQL, so a second writer costs conflicts, never correctness.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import psycopg
import structlog

from chassis.errors import Refused
from chassis.eventstore.append_queue import AppendOutcome, AppendQueue, AppendUnit
from chassis.eventstore.appends import Basis, Guard, NewEvent, Written
from chassis.eventstore.checksums import LogSums
from chassis.eventstore.group_writer import GroupWriter
from chassis.eventstore.linger import Linger
from chassis.eventstore.reader import LogReader, unavailable
from chassis.eventstore.recovery import (
    LOG_NOT_COMPARED,
    LogIsBehind,
    NotComparedYet,
    Problem,
    Recovery,
    doubt_of,
    foreign_messages,
    recover,
    went_back,
)
from chassis.eventstore.schema import create_schema
from chassis.eventstore.writer import Writer
from chassis.ids import Id
from chassis.partitions import partition_of
from chassis.runtime import MachineClock, tracing

_PARTITIONS_KEPT: Final = 200_000
_COMPARED_SECONDS: Final = 4.0
_LOOK_AGAIN_SECONDS: Final = 0.1
_HAS: Final = "SELECT position FROM event WHERE position = %s AND event_id = %s::uuid"

_log = structlog.get_logger()


class EventLog:
    """The log of a service. While PostgreSQL is away appends wait for it, up to `patience` seconds.

    One that `has_relay` takes nothing before its relay has compared the topic with it, be it empty: its database may have been made anew.
    What `machine_clock` does not believe is not recorded. `owner_dsn` connects as the owner of the tables, where that is another role than
    the one that appends and reads.
    """

    def __init__(
        self,
        dsn: str,
        name: str,
        partitions: int,
        *,
        owner_dsn: str = "",
        patience: float = 15.0,
        machine_clock: MachineClock | None = None,
        has_relay: bool = False,
    ) -> None:
        self.dsn: Final = dsn
        self._owner_dsn: Final = owner_dsn or dsn
        self.name: Final = name
        self.partitions: Final = partitions
        self.reader: Final = LogReader(dsn, name, patience=patience)
        self._writer = Writer(dsn, has_relay=has_relay)
        self._queue = AppendQueue(name)
        self._groups = GroupWriter(name, self._writer, self.reader, self._queue, machine_clock or MachineClock(), patience)
        self._linger = Linger()
        self._running: asyncio.Task[None] | None = None
        self._partition_of: dict[Id, int] = {}
        self.sums: Final = LogSums(self.reader, self.partition, partitions)
        """What the log's partitions come to, for whoever consumes it."""

    @property
    def events_written(self) -> int:
        """By this process, since it started."""
        return self._groups.events_written

    @property
    def groups_written(self) -> int:
        """By this process, since it started."""
        return self._groups.groups_written

    @property
    def conflicts(self) -> int:
        """Units of this process, since it started, that were not appended because another was first."""
        return self._groups.conflicts

    async def start(self) -> None:
        """Creates the tables where they are missing, and connects.

        Raises psycopg.OperationalError when the database does not answer.
        """
        await create_schema(self._owner_dsn)
        await self.reader.start()
        with suppress(NotComparedYet, LogIsBehind):  # it can be read all the same; what is to be appended asks again
            await self._writer.connect()
        self._queue.closed = False
        self._running = asyncio.create_task(self._run(), name=f"log of {self.name}")

    async def stop(self) -> None:
        """Writes what is waiting, and closes."""
        self._queue.close()
        if self._running is not None:
            await self._running
        self._writer.close()
        await self.reader.stop()

    async def problems(self) -> list[Problem]:
        """What keeps it from taking events, and what stands on its topic that is not of it."""
        doubt = await self._doubt()
        return await foreign_messages(self.reader) if doubt is None else [Problem.of(doubt)]

    async def require_newest(self) -> None:
        """For what an older log would answer dangerously otherwise: who has which role. Waits a moment for the relay's comparison.

        Raises Refused (LOG_BEHIND, LOG_NOT_COMPARED, LOG_WENT_BACK) while the log may be an older one than it was.
        """
        until = time.monotonic() + _COMPARED_SECONDS
        while (doubt := await self._doubt()) is not None:
            if doubt.reason != LOG_NOT_COMPARED or time.monotonic() >= until:
                raise doubt
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _doubt(self) -> Refused | None:
        """Why the log may be an older one than it was; None: it is not, as its topic or the newest event that this process knows tells."""
        if self._writer.went_back:
            return went_back(self.name)
        doubt, known = await doubt_of(self.reader), self._writer.newest
        if doubt is None or doubt.reason != LOG_NOT_COMPARED or known is None:
            return doubt
        return None if await self.reader.rows(_HAS, known) else doubt

    async def recover(self, *, dry_run: bool, take_back: bool) -> Recovery:
        """Brings a log that is behind its topic to a new generation: see `recovery.recover`.

        Raises Refused: LOG_NOT_COMPARED, LOG_UNAVAILABLE.
        """
        try:
            return await recover(self._owner_dsn, self.name, dry_run=dry_run, take_back=take_back)
        except psycopg.OperationalError as error:
            raise unavailable(self.name, error) from None

    async def head(self) -> int:
        """The newest position; 0 of an empty log."""
        return await self.reader.head()

    def partition(self, key: Id) -> int:
        """The partition of the log's topic that a key belongs to."""
        partition = self._partition_of.get(key)
        if partition is None:
            if len(self._partition_of) >= _PARTITIONS_KEPT:
                self._partition_of.clear()
            partition = self._partition_of[key] = partition_of(key, self.partitions)
        return partition

    async def append(self, events: Sequence[NewEvent], basis: Basis | None = None, guards: Sequence[Guard] = ()) -> Written:
        """Appends events together, while all guards hold; returns when they are durable.

        Raises AppendConflict, WriteRefused (PostgreSQL does not take such events), and Refused: LOG_BUSY, or LOG_UNAVAILABLE, after
        which the events may still turn out to be in the log: the same request with its idempotency key tells.
        """
        (outcome,) = await self._submit([(events, basis, guards)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def append_each(self, units: Sequence[tuple[Sequence[NewEvent], Basis | None]]) -> asyncio.Future[list[AppendOutcome]]:
        """Appends several units in the same group; what became of each, in order, once the last one is durable or refused."""
        return self._submit([(events, basis, ()) for events, basis in units])

    def _submit(self, units: Sequence[tuple[Sequence[NewEvent], Basis | None, Sequence[Guard]]]) -> asyncio.Future[list[AppendOutcome]]:
        answered = self._queue.submit(units)
        if tracing.is_on():
            tracing.appending(self.name, [event for events, *_ in units for event in events], answered)
        return answered

    async def _run(self) -> None:
        while True:
            await self._queue.wait()
            if not self._queue:
                if self._queue.closed:
                    return
                continue
            await self._linger.wait(lambda: self._queue.rows)
            await self._commit(self._queue.next_group())

    async def _commit(self, group: list[AppendUnit]) -> None:
        try:
            await self._groups.commit(group)
        except Exception as error:  # noqa: BLE001 - whatever it is, its callers hear of it, and the log goes on
            _log.error("log_group_failed", log=self.name, events=sum(len(unit.events) for unit in group), error=repr(error))
            for unit in group:
                unit.fail(error)
