"""How partitions stand towards their logs, as all processes of a service have found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chassis.days import Microseconds
from chassis.kafka.consumer.partition_state import Stop
from chassis.kafka.consumer.reconciliation import Difference
from chassis.postgres import Connection

_STANDINGS: Final = """
SELECT log, partition, refused, waits_for, waits_since, stop_reason, stop_message, stop_position, stopped_at,
       difference, differs_after, differs_at, found_at, coalesce(agreed_position, 0), agreed_at
FROM consumed LEFT JOIN reconciliation USING (log, partition)
"""


_NEWEST: Final = "SELECT coalesce(max(recorded_at), 0) FROM consumed"


_TAKEN_IN: Final = """
SELECT concat_ws(';', (SELECT string_agg(concat_ws(':', log, partition, generation, position, settled), ',' ORDER BY log, partition)
                       FROM consumed),
                      (SELECT concat_ws(':', count(*), max(dead_letter_id)) FROM dead_letter))
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a partition stands towards its log."""

    refused: int = 0  # messages that are no events of the log, and had no effect; since the last rebuild
    waits_for: str | None = None  # why it goes no further for now, by itself
    waits_since: datetime | None = None
    stop: Stop | None = None  # why it goes no further
    stopped_at: datetime | None = None
    difference: Difference | None = None  # that what was consumed is not what the log says
    found_at: datetime | None = None
    agreed_position: int = 0  # up to which what was consumed was last found to be what the log says
    agreed_at: datetime | None = None  # None: it was never compared


async def newest_recorded_at(connection: Connection) -> Microseconds:
    """When the newest event was recorded, of any log, that was taken in; 0 where none was."""
    row = await (await connection.execute(_NEWEST)).fetchone()
    return int(row[0]) if row is not None else 0


async def taken_in(connection: Connection) -> str:
    """How far everything has been taken in: another text as soon as one more event has had its effect, in order or as a dead letter."""
    row = await (await connection.execute(_TAKEN_IN)).fetchone()
    return str(row[0]) if row is not None else ""


async def standings(connection: Connection) -> dict[tuple[str, int], Standing]:
    """How each partition that was ever consumed stands, by log and number."""
    rows = await (await connection.execute(_STANDINGS)).fetchall()
    return {(log, partition): _standing(*standing) for log, partition, *standing in rows}


def _standing(
    refused: int,
    waits_for: str | None,
    waits_since: datetime | None,
    reason: str | None,
    message: str,
    position: int,
    stopped_at: datetime | None,
    difference: str | None,
    after: int,
    at: int,
    found_at: datetime | None,
    agreed: int,
    agreed_at: datetime | None,
) -> Standing:
    """Of a row, in the order of its columns."""
    stop = None if reason is None else Stop(reason, message, position)
    differs = None if difference is None else Difference(difference, after, at)
    return Standing(refused, waits_for, waits_since, stop, stopped_at, differs, found_at, agreed, agreed_at)
