"""What each partition of a log comes to up to a position, read from the log's database: for a rebuild. See `chassis.checksums`.

It stands apart from the event store, as `chassis.log_copy` does, and for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import psycopg

from chassis.checksums import EVENT_CHECKSUM, NOTHING, Checksum, from_bigint
from chassis.days import Microseconds
from chassis.ids import Id
from chassis.partitions import partition_of

CHECKPOINTS: Final = """
-- What each partition of the log came to up to a position, so that nobody needs to add it up from the beginning again.
CREATE TABLE IF NOT EXISTS log_checksum (
    position  bigint   PRIMARY KEY,
    events    bigint[] NOT NULL, -- by partition
    checksums bigint[] NOT NULL  -- modulo 2^64, each with a sign
);
"""
NEWEST_CHECKPOINT: Final = """
SELECT position, events, checksums FROM log_checksum WHERE position <= %s AND cardinality(events) = %s ORDER BY position DESC LIMIT 1
"""
KEYS_BETWEEN: Final = f"""
SELECT uuid_send(partition_key), count(*), sum({EVENT_CHECKSUM}) FROM event WHERE position > %s AND position <= %s GROUP BY partition_key
"""  # noqa: S608 - of constants


_NEWEST_INSTANT: Final = "SELECT (extract(epoch FROM recorded_at) * 1000000)::bigint FROM event ORDER BY position DESC LIMIT 1"


def checksums_of_checkpoint(events: Iterable[int], checksums: Iterable[int]) -> list[Checksum]:
    """The checksums of all partitions, as a checkpoint keeps them."""
    return [Checksum(count, from_bigint(value)) for count, value in zip(events, checksums, strict=True)]


def with_keys(checksums: list[Checksum], keys: Iterable[tuple[Id, int, Any]]) -> list[Checksum]:
    """The checksums of all partitions, and the events of partition keys, of each how many and their sum."""
    found = list(checksums)
    for key, events, total in keys:
        number = partition_of(key, len(found))
        before = found[number]
        found[number] = Checksum(before.events + events, from_bigint(before.sum + int(total)))
    return found


def read_checksums(dsn: str, partitions: int, upto: int) -> list[Checksum]:
    """What each partition of a log comes to up to a position. Blocks: 1.5 µs for each event behind the last checkpoint before it.

    Raises psycopg.OperationalError when the database does not answer.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        after, checksums = 0, [NOTHING] * partitions
        if connection.execute("SELECT to_regclass('log_checksum') IS NOT NULL").fetchone() == (True,):  # else of an older release
            row = connection.execute(NEWEST_CHECKPOINT, (upto, partitions)).fetchone()
            if row is not None:
                after, checksums = row[0], checksums_of_checkpoint(row[1], row[2])
        return with_keys(checksums, connection.execute(KEYS_BETWEEN, (after, upto)))


def read_newest_instant(dsn: str) -> Microseconds:
    """When the newest event of a log was recorded; 0: it has none. Raises psycopg.OperationalError when the database does not answer."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(_NEWEST_INSTANT).fetchone()
        return 0 if row is None else int(row[0])


def read_generation(dsn: str) -> int:
    """The generation that a log is in. Raises psycopg.OperationalError when the database does not answer."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("SELECT generation FROM log_head").fetchone()
        return 1 if row is None else int(row[0])
