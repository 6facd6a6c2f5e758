"""What the partitions of a log come to, kept by the log's owner and told to whoever consumes it. See `chassis.checksums`.

Each event is read once and added up; every so many positions the sums are kept as a checkpoint. What is asked is near the head, and found
in memory; what is further back is added up from the checkpoint before it, and remembered.
"""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from chassis.checksums import EVENT_CHECKSUM, NOTHING, Checksum, as_bigint, from_bigint
from chassis.errors import Kind, Refused
from chassis.eventstore.identity import LogIdentity
from chassis.eventstore.reader import LogReader
from chassis.ids import Id
from chassis.log_checksums import KEYS_BETWEEN, NEWEST_CHECKPOINT, checksums_of_checkpoint, with_keys

INTERVAL: Final = 5_000
"""Positions from one checkpoint to the next: so many events at most are read for a position further back, 10 ms (measured)."""
_PAGE: Final = 1_000
_PATIENCE_SECONDS: Final = 5.0  # an owner that is asked for the first time after an upgrade adds up 200,000 events a second
_REMEMBERED: Final = 10_000

_HEAD: Final = "SELECT position FROM log_head"
_ENTRIES: Final = f"""
SELECT position, uuid_send(partition_key), {EVENT_CHECKSUM} FROM event WHERE position > %s ORDER BY position LIMIT {_PAGE}
"""  # noqa: S608 - of constants
_AT_POSITIONS: Final = f"SELECT position, {EVENT_CHECKSUM} FROM event WHERE position = ANY(%s::bigint[])"  # noqa: S608
_KEEP: Final = "INSERT INTO log_checksum VALUES (%s, %s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING RETURNING position"


class PartitionPlace(NamedTuple):
    """A position in a partition of a log."""

    partition: int
    position: int


class LogChecksums(NamedTuple):
    """What partitions of a log come to, and how far the log reaches."""

    head: int
    identity: LogIdentity
    checksums: list[Checksum]  # one for each place that was asked for


class EventChecksums(NamedTuple):
    """What events of a log count, and how far the log reaches."""

    head: int
    by_position: dict[int, int]  # of the positions that were asked for, those that the log has


class _Partition:
    """The newest entries of a partition, behind a checkpoint."""

    def __init__(self, before: Checksum) -> None:
        self._before = before
        self._positions = array("q")
        self._sums = array("Q")  # of everything up to each position

    def add(self, position: int, checksum: int) -> None:
        self._sums.append(from_bigint((self._sums[-1] if self._sums else self._before.sum) + checksum))
        self._positions.append(position)

    def upto(self, position: int) -> Checksum:
        count = bisect_right(self._positions, position)
        return Checksum(self._before.events + count, self._sums[count - 1]) if count else self._before

    def forget(self, position: int) -> None:
        """Everything up to a position is a checkpoint."""
        self._before, count = self.upto(position), bisect_right(self._positions, position)
        del self._positions[:count], self._sums[:count]


class LogSums:
    """Tells what the partitions of one log come to. `partition` tells which of the `partitions` a partition key belongs to."""

    def __init__(self, reader: LogReader, partition: Callable[[Id], int], partitions: int) -> None:
        self._reader: Final = reader
        self._partition_of: Final = partition
        self._count: Final = partitions
        self._reading: asyncio.Task[None] | None = None
        self._remembered: Final[dict[PartitionPlace, Checksum]] = {}
        self._begin(0, [NOTHING] * partitions)
        self._begun = False

    def _begin(self, position: int, checksums: Sequence[Checksum]) -> None:
        self._checkpoint = self._upto = position
        self._partitions = [_Partition(checksum) for checksum in checksums]
        self._remembered.clear()
        self._begun = True

    async def checksums(self, places: Sequence[PartitionPlace]) -> LogChecksums:
        """What each of these partitions comes to, up to its position.

        Raises Refused: LOG_UNAVAILABLE; CHECKSUMS_NOT_READY while the log is still being added up, after an upgrade or a restart.
        """
        await self._read_on()
        return LogChecksums(self._upto, await self._reader.identity(), [await self._checksum(place) for place in places])

    async def event_checksums(self, positions: Collection[int]) -> EventChecksums:
        """What the events at these positions count. Raises Refused: LOG_UNAVAILABLE."""
        found = await self._reader.rows(_AT_POSITIONS, (list(positions),)) if positions else []
        ((head,),) = await self._reader.rows(_HEAD, ())  # behind the events: it is not below any of them
        return EventChecksums(head, {position: from_bigint(checksum) for position, checksum in found})

    async def _checksum(self, place: PartitionPlace) -> Checksum:
        if place.position >= self._checkpoint:
            return self._partitions[place.partition].upto(place.position)
        if (known := self._remembered.get(place)) is not None:
            return known
        after, before = await self._newest_checkpoint(place.position)
        keys = await self._reader.rows(KEYS_BETWEEN, (after, place.position))
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        for number, checksum in enumerate(with_keys(before, [(key, events, total) for key, events, total in keys])):
            self._remembered[PartitionPlace(number, place.position)] = checksum
        return self._remembered[place]

    async def _newest_checkpoint(self, position: int) -> tuple[int, list[Checksum]]:
        rows = await self._reader.rows(NEWEST_CHECKPOINT, (position, self._count))
        for after, events, checksums in rows:
            return after, checksums_of_checkpoint(events, checksums)
        return 0, [NOTHING] * self._count

    # -- reading on ----------------------------------------------------------------------------------------------------------------

    async def _read_on(self) -> None:
        """Adds up what was appended since; one task at a time, which goes on when whoever asked gives up."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_to_head())
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await asyncio.shield(self._reading)
        except TimeoutError:
            message = f"the log of {self._reader.name} is being added up, so far up to {self._upto}; ask again"
            raise Refused("CHECKSUMS_NOT_READY", message, kind=Kind.UNAVAILABLE) from None

    async def _read_to_head(self) -> None:
        ((head,),) = await self._reader.rows(_HEAD, ())
        if not self._begun or head < self._upto:  # the second: the database was brought back to an older state under us
            self._begin(*await self._newest_checkpoint(head))
        while rows := await self._reader.rows(_ENTRIES, (self._upto,)):
            for position, key, checksum in rows:
                self._partitions[self._partition_of(key)].add(position, checksum)
            self._upto = rows[-1][0]
            await self._keep_checkpoints()

    async def _keep_checkpoints(self) -> None:
        """Keeps what is behind the last but one checkpoint, so that what is asked near the head is in memory."""
        while self._upto - self._checkpoint >= 2 * INTERVAL:
            position = self._checkpoint + INTERVAL
            sums = [partition.upto(position) for partition in self._partitions]
            await self._reader.rows(_KEEP, (position, [s.events for s in sums], [as_bigint(s.sum) for s in sums]))
            for partition in self._partitions:
                partition.forget(position)
            self._checkpoint = position
