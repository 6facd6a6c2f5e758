"""A log as plain tuples, as fast as Python reads it: COPY in binary, fixed headers by struct."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Final

import psycopg
from psycopg import pq

from chassis.days import Microseconds
from chassis.ids import Id

PackedEvent = tuple[int, Id, Id, Id, int, Microseconds, Id, Id | None, Id, str, bytes]
"""position, event_id, tenant_id, aggregate_id, aggregate_version, recorded_at, actor_id, on_behalf_of, partition_key, event_type,
payload."""

_NOBODY: Final = bytes(16)  # stands for NULL, so that every header has one width
# As COPY writes it: the number of fields, then each value behind its length. `4x` skips the lengths that are known.
_HEADER: Final = Struct(">2x 4xq 4x16s 4x16s 4x16s 4xq 4xq 4x16s 4x16s 4x16s i".replace(" ", ""))
_COPY: Final = """
COPY (
    SELECT position, event_id, tenant_id, aggregate_id, aggregate_version, recorded_at, actor_id,
           coalesce(on_behalf_of, '00000000-0000-0000-0000-000000000000'), partition_key, event_type, payload
    FROM event WHERE position > {after} AND position <= {upto} ORDER BY position
) TO STDOUT (FORMAT BINARY)
"""
_PREAMBLE: Final = 19  # bytes in front of the first row
_POSTGRES_EPOCH: Final = 946_684_800_000_000  # 2000-01-01 in microseconds since 1970
_EVERYTHING: Final = 2**62


def read_packed(dsn: str, after: int = 0, upto: int | None = None) -> Iterator[PackedEvent]:
    """The events of a log in order, after a position and up to another (all, unless given).

    Blocks while it reads. Raises psycopg.OperationalError when the database does not answer.
    """
    query = _COPY.format(after=int(after), upto=_EVERYTHING if upto is None else int(upto))
    connection = psycopg.connect(dsn, autocommit=True)
    try:
        started = connection.pgconn.exec_(query.encode())
        if started.status != pq.ExecStatus.COPY_OUT:
            raise psycopg.OperationalError(started.get_error_message())
        yield from _rows(connection.pgconn)
    finally:
        connection.close()


def _rows(connection: pq.abc.PGconn) -> Iterator[PackedEvent]:
    receive, unpack, size = connection.get_copy_data, _HEADER.unpack_from, _HEADER.size
    names: dict[bytes, str] = {}  # event types are few
    start = _PREAMBLE
    while True:
        length, view = receive(0)
        if length < 0:
            _check_end(connection)
            return
        row = bytes(view)[start:]
        start = 0
        if len(row) < size:  # the trailer
            continue
        position, event_id, tenant_id, aggregate_id, version, at, actor_id, on_behalf_of, partition_key, type_length = unpack(row)
        end = size + type_length
        payload = row[end + 4 :]
        kind = row[size:end]
        event_type = names.get(kind) or names.setdefault(kind, kind.decode())
        behalf = None if on_behalf_of == _NOBODY else on_behalf_of
        at += _POSTGRES_EPOCH
        yield position, event_id, tenant_id, aggregate_id, version, at, actor_id, behalf, partition_key, event_type, payload


def _check_end(connection: pq.abc.PGconn) -> None:
    """Whether the rows ended because there were no more. Raises psycopg.OperationalError when they did not."""
    ended = connection.get_result()
    if ended is None or ended.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.OperationalError(connection.get_error_message())
