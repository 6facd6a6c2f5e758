"""A log read in one go, by COPY and as fast as Python reads it: for a rebuild, in a thread or process of its own.

It stands apart from the event store, which a process that only folds would load in vain (a seventh of a second of processor).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing
from typing import Final, NamedTuple

import psycopg

from chassis.days import Microseconds
from chassis.events import RecordedEvent
from chassis.ids import Id
from chassis.postgres import packed_rows
from chassis.postgres.binary import BIGINT, TIMESTAMPTZ, UUID, UUID_OR_NIL, row_reader


class PackedEvent(NamedTuple):
    """An event of a log as a rebuild needs it: a RecordedEvent without the log's name, its partition, what led to it and what it led to."""

    position: int
    event_id: Id
    tenant_id: Id
    aggregate_id: Id
    aggregate_version: int
    recorded_at: Microseconds
    actor_id: Id
    on_behalf_of: Id | None
    event_type: str
    payload: bytes


# Zeros stand for NULL, so that every column before the event type has one width.
_QUERY: Final = """
SELECT position, event_id, tenant_id, aggregate_id, aggregate_version, recorded_at, actor_id,
       coalesce(on_behalf_of, '00000000-0000-0000-0000-000000000000'), event_type, payload
FROM event WHERE position > {after} AND position <= {upto} ORDER BY position
"""
_read: Final = row_reader(PackedEvent, BIGINT, UUID, UUID, UUID, BIGINT, TIMESTAMPTZ, UUID, UUID_OR_NIL)
_EVERYTHING: Final = 2**62


def read_packed(dsn: str, after: int = 0, upto: int | None = None) -> Iterator[PackedEvent]:
    """The events of a log in order, after a position and up to another (all, unless given).

    Blocks while it reads. Raises psycopg.OperationalError when the database does not answer.
    """
    query = _QUERY.format(after=int(after), upto=_EVERYTHING if upto is None else int(upto))
    with closing(psycopg.connect(dsn, autocommit=True)) as connection:
        yield from map(_read, packed_rows(connection, query))


# As RecordedEvent has them, but for the log's name.
_WHOLE: Final = """
SELECT position, event_id, tenant_id, aggregate_id, aggregate_version, recorded_at, actor_id,
       coalesce(on_behalf_of, '00000000-0000-0000-0000-000000000000'), correlation_id,
       coalesce(causation_id, '00000000-0000-0000-0000-000000000000'), partition_key, event_type, payload
FROM event WHERE position > {after} AND position <= {upto} ORDER BY position
"""
_read_whole: Final = row_reader(tuple, BIGINT, UUID, UUID, UUID, BIGINT, TIMESTAMPTZ, UUID, UUID_OR_NIL, UUID, UUID_OR_NIL, UUID)


def read_recorded(dsn: str, log: str, after: int = 0, upto: int | None = None) -> Iterator[RecordedEvent]:
    """The same with the whole envelope."""
    query = _WHOLE.format(after=int(after), upto=_EVERYTHING if upto is None else int(upto))
    with closing(psycopg.connect(dsn, autocommit=True)) as connection:
        beginnings = [first for (first,) in connection.execute("SELECT first_position FROM log_generation ORDER BY generation")]
        for row in packed_rows(connection, query):
            whole = _read_whole(row)
            yield RecordedEvent(*(log, *whole, bisect_right(beginnings, whole[0])))
