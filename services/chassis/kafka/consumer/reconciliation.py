"""Whether what was consumed is what the log says: compared all the time, partition by partition, with the log's owner.

Both sides add up what each event counts (`chassis.checksums`), this one in the transaction of the effect. Where the sums up to the position
that this side has come to are not the same, one of them has an event that the other has not. Which is the first is looked for among the
newest events, which are remembered; further back it is known to lie behind the last position at which both agreed.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import psycopg

from chassis.checksums import Checksum, as_bigint, from_bigint
from chassis.errors import Kind, Refused
from chassis.eventstore import PartitionPlace
from chassis.kafka.consumer.failures import reason_of
from chassis.kafka.consumer.log_owner import ASKED_AT_ONCE, LogOwner
from chassis.kafka.consumer.partition_state import PartitionState
from chassis.kafka.consumer.verification import Verification
from chassis.postgres import Pool
from chassis.runtime import telemetry

_EVERY_SECONDS: Final = 10.0
_SPREAD: Final = 0.2  # of it, so that services do not ask at the same moment for ever

_SEEN: Final = """
SELECT c.partition, c.seen, c.events, c.checksum, c.settled, coalesce(r.agreed_position, 0), r.difference IS NOT NULL
FROM consumed c LEFT JOIN reconciliation r USING (log, partition) WHERE log = %s AND partition = ANY(%s) ORDER BY partition
"""
_ADOPT: Final = """
UPDATE consumed SET events = %s, checksum = %s WHERE log = %s AND partition = %s AND seen = %s AND settled = %s AND checksum IS NULL
"""
_AGREED: Final = """
INSERT INTO reconciliation (log, partition, agreed_position, agreed_at)
SELECT %s, partition, position, clock_timestamp() FROM unnest(%s::integer[], %s::bigint[]) AS agreed (partition, position)
ON CONFLICT (log, partition) DO UPDATE SET agreed_position = excluded.agreed_position, agreed_at = excluded.agreed_at,
    difference = NULL, differs_after = NULL, differs_at = NULL, found_at = NULL
"""
_DIFFERS: Final = """
INSERT INTO reconciliation (log, partition, difference, differs_after, differs_at, found_at)
SELECT log, partition, %s, %s, %s, clock_timestamp() FROM consumed WHERE log = %s AND partition = %s AND settled = %s FOR SHARE
ON CONFLICT (log, partition) DO UPDATE SET difference = excluded.difference, differs_after = excluded.differs_after,
    differs_at = excluded.differs_at, found_at = excluded.found_at
"""


class Seen(NamedTuple):
    """What one partition has come to here."""

    partition: int
    position: int
    checksum: Checksum | None  # None: of a release that did not count
    settled: int
    agreed_position: int
    known_to_differ: bool


class Difference(NamedTuple):
    """Where what was consumed first is not what the log says."""

    message: str
    after: int  # the last position up to which both are the same
    at: int  # the first position at which they are known to differ


class Reconciliation:
    """Compares what this process consumes with the logs' owners, for ever. `states` tells what it consumes."""

    def __init__(
        self,
        consumer: str,
        owners: Mapping[str, LogOwner],
        verifications: Mapping[str, Verification],
        pool: Pool,
        states: Callable[[], Sequence[PartitionState]],
    ) -> None:
        self._consumer: Final = consumer
        self._owners: Final = owners
        self._verifications: Final = verifications
        self._pool: Final = pool
        self._states: Final = states
        self._log: Final = telemetry.logger(consumer=consumer)

    async def run(self) -> None:
        """Compares each log about every ten seconds, one after the other; runs until it is cancelled."""
        while True:
            for log in self._owners:
                pause = _EVERY_SECONDS / len(self._owners)
                await asyncio.sleep(pause * random.uniform(1 - _SPREAD, 1 + _SPREAD))  # noqa: S311 - no secret
                try:
                    await self.compare(log)
                except Refused as refused:
                    if refused.kind is not Kind.UNAVAILABLE:
                        raise
                    self._log.info("consumer.not_compared", log=log, reason=reason_of(refused))
                except (psycopg.Error, OSError, TimeoutError) as failure:
                    self._log.warning("consumer.not_compared", log=log, reason=reason_of(failure))

    async def compare(self, log: str) -> None:
        """Compares what this process consumes of a log. Raises Refused (UNAVAILABLE), psycopg.Error."""
        states = {state.partition: state for state in self._states() if state.log == log}
        seen = await self._seen(log, list(states))
        if not seen:
            return
        head, identity, of_log = await self._owners[log].checksums([PartitionPlace(s.partition, s.position) for s in seen])
        self._verifications[log].told(head, identity)
        agreed: list[Seen] = []
        for here, there in zip(seen, of_log, strict=True):
            if here.checksum is None:
                await self._adopt(log, here, there, states[here.partition])
            elif here.checksum == there:
                agreed.append(here)
            elif not here.known_to_differ:
                await self._differs(log, here, await self._located(log, here, there, states[here.partition]))
            telemetry.LOG_DIFFERS.labels(self._consumer, log, str(here.partition)).set(here.checksum not in (None, there))
        if agreed:
            async with self._pool.connection() as connection:
                await connection.execute(_AGREED, (log, [s.partition for s in agreed], [s.position for s in agreed]))
        telemetry.COMPARED_AT.labels(self._consumer, log).set(time.time())

    async def _seen(self, log: str, partitions: list[int]) -> list[Seen]:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_SEEN, (log, partitions))).fetchall()
        return [
            Seen(partition, position, None if checksum is None else Checksum(events, from_bigint(checksum)), settled, agreed, differs)
            for partition, position, events, checksum, settled, agreed, differs in rows
        ]

    async def _adopt(self, log: str, here: Seen, there: Checksum, state: PartitionState) -> None:
        """What an older release has consumed is taken to be what the log says."""
        place = (log, here.partition, here.position, here.settled)
        async with self._pool.connection() as connection:
            adopted = await connection.execute(_ADOPT, (there.events, as_bigint(there.sum), *place))
        if adopted.rowcount and state.seen == here.position:
            state.checksum = there
            self._log.info("consumer.checksum_adopted", log=log, partition=here.partition, position=here.position, events=there.events)

    async def _differs(self, log: str, here: Seen, difference: Difference) -> None:
        message, after, at = difference
        async with self._pool.connection() as connection:
            await connection.execute(_DIFFERS, (message, after, at, log, here.partition, here.settled))
        self._log.error("consumer.differs_from_log", log=log, partition=here.partition, after=after, at=at, message=message)

    async def _located(self, log: str, here: Seen, there: Checksum, state: PartitionState) -> Difference:
        """The first difference: by halving what is remembered, else as narrow as is known."""
        assert here.checksum is not None
        remembered = state.recent.up_to(here.position, here.checksum) if state.settled == here.settled else []
        after, at = here.agreed_position, here.position
        owner = self._owners[log]
        while remembered:
            step = max(1, -(-len(remembered) // ASKED_AT_ONCE))
            asked = [*remembered[:-1:step], remembered[-1]]
            _, _, of_log = await owner.checksums([PartitionPlace(here.partition, max(0, position)) for position, _ in asked])
            first = next((n for n, (ours, theirs) in enumerate(zip(asked, of_log, strict=True)) if ours[1] != theirs), None)
            if first is None:  # what was consumed meanwhile made it the same again
                break
            at = asked[first][0]
            if first == 0:
                break
            after = asked[first - 1][0]
            remembered = [entry for entry in remembered if after <= entry[0] <= at] if step > 1 else []
        return Difference(await self._told(log, here, there, after, at, state), after, at)

    async def _told(self, log: str, here: Seen, there: Checksum, after: int, at: int, state: PartitionState) -> str:
        """What is different, in words."""
        assert here.checksum is not None
        counts = f"{here.checksum.events} events were taken where the log has {there.events}"
        if (ours := state.recent.checksum(at)) is not None:
            _, in_log = await self._owners[log].event_checksums([at])
            if in_log.get(at) != ours:
                return f"the event that was taken at {at} is not in the log ({counts})"
        return f"what was taken behind {after} and up to {at} is not what the log has there ({counts})"
