"""Logs as the event store has them, filled without going through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from struct import Struct

import psycopg

from chassis.events import RecordedEvent
from chassis.store.schema import create_schema
from progress.projection import LOGS
from tests.support.infrastructure import DatabaseServer

_ROW = Struct(">h iq iq i16s i16s i16s iq i16s").pack
_COLUMNS = (
    "position, recorded_at, event_id, tenant_id, aggregate_id, aggregate_version, actor_id,"
    " on_behalf_of, correlation_id, partition_key, event_type, payload"
)
_EPOCH = 946_684_800_000_000
_LENGTH = Struct(">i").pack


def _packed(e: RecordedEvent) -> bytes:
    row = _ROW(
        *(12, 8, e.position, 8, e.recorded_at - _EPOCH, 16, e.event_id, 16, e.tenant_id, 16, e.aggregate_id, 8, e.aggregate_version),
        *(16, e.actor_id),
    )
    behalf = b"\xff\xff\xff\xff" if e.on_behalf_of is None else _LENGTH(16) + e.on_behalf_of
    kind = e.event_type.encode()
    ids = b"".join((behalf, _LENGTH(16), e.correlation_id, _LENGTH(16), e.partition_key))
    return b"".join((row, ids, _LENGTH(len(kind)), kind, _LENGTH(len(e.payload)), e.payload))


async def create_logs(server: DatabaseServer, events: Iterable[RecordedEvent] = ()) -> dict[str, str]:
    """A database for each log that the projection folds, with these events."""
    databases = {log: server.create_database() for log in LOGS}
    for dsn in databases.values():
        await create_schema(dsn)
    append(databases, events)
    return databases


def append(databases: Mapping[str, str], events: Iterable[RecordedEvent]) -> None:
    """Appends events, in the order of their positions, each to its log."""
    events = iter(events)
    while chunk := list(islice(events, 20_000)):
        for log, dsn in databases.items():
            rows = [e for e in chunk if e.log == log]
            if not rows:
                continue
            with psycopg.connect(dsn) as connection:
                with connection.cursor().copy(f"COPY event ({_COLUMNS}) FROM STDIN (FORMAT BINARY)".encode()) as copy:
                    copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"".join(map(_packed, rows)) + b"\xff\xff")
                connection.execute("UPDATE log_head SET position = greatest(position, %s)", (rows[-1].position,))
