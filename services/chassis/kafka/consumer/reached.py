"""How far a consumer is, whoever carries it there, and how to wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psycopg

from chassis.errors import Kind, Refused
from chassis.kafka.consumer.partition_state import Stop
from chassis.kafka.consumer.schema import CHANNEL
from chassis.postgres import Connection, Pool
from chassis.runtime import Backoff, telemetry

PartitionKey = tuple[str, int]
"""A log and a partition of its topic."""

_READ: Final = "SELECT log, partition, position, kafka_offset, stop_reason, stop_message, stop_position FROM consumed"
_POLL_SECONDS: Final = 0.5  # a lost notification costs half a second


class ReachedPositions:
    """The rows of `consumed`, followed: told at once by this process, by NOTIFY and a poll where another one consumes."""

    def __init__(self, dsn: str, pool: Pool) -> None:
        self._dsn: Final = dsn
        self._pool: Final = pool
        self._log: Final = telemetry.logger()
        self._changed = asyncio.Event()  # in the database, by whichever process
        self._here: Final[set[PartitionKey]] = set()
        self._positions: Final[dict[PartitionKey, int]] = {}
        self._offsets: Final[dict[PartitionKey, int]] = {}
        self._stopped: Final[dict[PartitionKey, Stop]] = {}
        self._waiting: Final[dict[PartitionKey, list[_Waiting]]] = {}

    def stopped(self, key: PartitionKey, stop: Stop | None) -> None:
        """A partition goes no further, or goes on."""
        if stop is None:
            self._stopped.pop(key, None)
            return
        self._stopped[key] = stop
        for waiting in self._waiting.pop(key, []):
            waiting.tell()

    def consumed_here(self, keys: Iterable[PartitionKey]) -> None:
        """From now on this process consumes these partitions and no others: of the others the database is asked."""
        self._here.clear()
        self._here.update(keys)

    def advanced(self, key: PartitionKey, position: int, offset: int) -> None:
        """This process has committed effects up to `position`, and read up to `offset`."""
        self._positions[key], self._offsets[key] = position, offset
        if waiting := self._waiting.get(key):
            self._waiting[key] = [w for w in waiting if not w.told()]

    async def until(self, positions: Mapping[PartitionKey, int], timeout: float | None) -> bool:
        """Waits until the effects up to these positions are committed; False when that takes more than `timeout` seconds.

        Raises Refused (PARTITION_STOPPED) when one of the partitions goes no further.
        """
        stops = self._stopped
        # What contradicts the log may stand at the very position that is waited for.
        await self._go_on([key for key, position in positions.items() if key in stops and position >= stops[key].position])
        return await self._until(self._positions, positions, timeout)

    async def until_read(self, offsets: Mapping[PartitionKey, int]) -> None:
        """Waits until every message below these offsets of the topics is consumed. Raises Refused (PARTITION_STOPPED)."""
        await self._until(self._offsets, offsets, None)

    async def _until(self, reached: Mapping[PartitionKey, int], wanted: Mapping[PartitionKey, int], timeout: float | None) -> bool:
        try:
            async with asyncio.timeout(timeout):
                rung = True
                while missing := [key for key, least in wanted.items() if reached.get(key, 0) < least]:
                    changed = self._changed
                    if not rung or not self._here.issuperset(missing):
                        await self.read()
                        missing = [key for key in missing if reached.get(key, 0) < wanted[key]]
                        if not missing:
                            break
                    await self._go_on(missing)
                    if self._here.issuperset(missing):
                        rung = await self._comes(reached, missing[0], wanted[missing[0]])
                    else:
                        rung = await _within(_POLL_SECONDS, changed.wait())
        except TimeoutError:
            return False
        return True

    async def _go_on(self, keys: Collection[PartitionKey]) -> None:
        """Raises Refused (PARTITION_STOPPED) where one of these goes no further; the database is asked first: a rebuild may be done."""
        if self._stopped.keys().isdisjoint(keys):
            return
        await self.read()
        for key in keys:
            if (stop := self._stopped.get(key)) is not None:
                message = f"partition {key[0]}:{key[1]} is not consumed any further until this service is rebuilt: {stop.message}"
                raise Refused("PARTITION_STOPPED", message, kind=Kind.UNAVAILABLE)

    async def _comes(self, reached: Mapping[PartitionKey, int], key: PartitionKey, least: int) -> bool:
        """Waits for one partition alone: if every commit woke everybody who waits, a hundred of them would stop the process."""
        waiting = _Waiting(reached, key, least, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(key, []).append(waiting)
        try:
            return await _within(_POLL_SECONDS, waiting.future)
        finally:
            if waiting.future.cancelled():  # whoever has not been told gives up; a commit may have noticed before
                self._waiting[key] = [w for w in self._waiting.get(key, []) if w is not waiting]

    @property
    def waited_for(self) -> set[PartitionKey]:
        """The partitions that somebody waits for."""
        return {key for key, waiting in self._waiting.items() if waiting}

    async def read(self) -> dict[PartitionKey, tuple[int, int]]:
        """Position and next offset of each partition that was ever consumed, from the database."""
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_READ)).fetchall()
        for log, partition, position, offset, *stop in rows:
            self.stopped((log, partition), None if stop[0] is None else Stop(*stop))
            self._positions[log, partition] = max(position, self._positions.get((log, partition), 0))  # told here in the meantime
            self._offsets[log, partition] = offset
        return {(log, partition): (position, offset) for log, partition, position, offset, *_ in rows}

    async def listen(self, connection: Connection) -> None:
        """Hears of what other processes commit; runs until it is cancelled. A lost connection is made anew."""
        backoff = Backoff()
        while True:
            try:
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    backoff.reset()
                    async for _ in connection.notifies():
                        self._ring()
            except psycopg.Error as failure:
                self._log.warning("consumer.listener_lost", reason=str(failure))
            connection = await self._connect_again(backoff)

    async def _connect_again(self, backoff: Backoff) -> Connection:
        while True:
            await backoff.sleep()
            with suppress(psycopg.Error):
                return await self.connect()

    async def connect(self) -> Connection:
        """A connection to listen on. Raises psycopg.OperationalError."""
        return await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)

    def _ring(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


@dataclass(slots=True)
class _Waiting:
    """Somebody who waits for a partition."""

    reached: Mapping[PartitionKey, int]
    key: PartitionKey
    least: int
    future: asyncio.Future[None]

    def told(self) -> bool:
        """Whether he needs to be told no more."""
        if self.reached[self.key] >= self.least:
            self.tell()
        return self.future.done()

    def tell(self) -> None:
        """Lets him look again."""
        if not self.future.done():
            self.future.set_result(None)


async def _within(seconds: float, awaited: Awaitable[object]) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await awaited
    except TimeoutError:
        return False
    return True
