"""Logs as the event store has them, filled without going through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from operator import attrgetter

import psycopg

from chassis.events import RecordedEvent
from chassis.eventstore import create_schema
from chassis.postgres import copy_rows
from chassis.postgres.binary import rows_packer
from progress.facts import LOGS
from tests.support.infrastructure import DatabaseServer

_COLUMNS = {
    "position": "bigint",
    "recorded_at": "timestamptz",
    "event_id": "uuid",
    "tenant_id": "uuid",
    "aggregate_id": "uuid",
    "aggregate_version": "bigint",
    "actor_id": "uuid",
    "on_behalf_of": "uuid",
    "correlation_id": "uuid",
    "causation_id": "uuid",
    "partition_key": "uuid",
    "event_type": "text",
    "payload": "bytea",
}
_pack = rows_packer([*_COLUMNS.values()])
_VALUES = attrgetter(*_COLUMNS)


async def create_logs(server: DatabaseServer, events: Iterable[RecordedEvent] = (), logs: Iterable[str] = LOGS) -> dict[str, str]:
    """A database for each of these logs (those that progress folds, unless named), with these events."""
    databases = {log: server.create_database() for log in logs}
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
                copy_rows(connection, f"event ({', '.join(_COLUMNS)})", _pack(map(_VALUES, rows)))
                connection.execute("UPDATE log_head SET position = greatest(position, %s)", (rows[-1].position,))
