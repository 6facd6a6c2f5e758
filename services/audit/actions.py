"""What audit does with an event: it stores it, whole, and what it was done to."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

import psycopg

from audit.things import THINGS, other_things
from chassis.events import RecordedEvent
from chassis.ids import Id

# PostgreSQL's binary COPY: a row is the number of its fields, then for each its length and its bytes; length -1 is NULL.
_COPY: Final = "COPY {table} FROM STDIN (FORMAT binary)"
_OPENING: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_CLOSING: Final = struct.pack("!h", -1)
_FIELDS: Final = struct.pack("!h", 14)
_FIELDS_OF_THING: Final = struct.pack("!h", 3)
_NULL: Final = struct.pack("!i", -1)
_UUID: Final = struct.pack("!i", 16)
_EIGHT_BYTES: Final = struct.Struct("!iq")
_LENGTH: Final = struct.Struct("!i")
_READABLE: Final[Callable[[RecordedEvent], tuple[str, int, str, bytes]]] = attrgetter("log", "position", "event_type", "payload")
_FILLED_AT_ONCE: Final = 5_000
_MICROSECONDS_TO_2000: Final = 946_684_800_000_000  # PostgreSQL counts from 2000-01-01


async def store_actions(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Stores a batch of events.

    An event that is stored already would violate the primary key: that the consumer hands each one over once is relied on, and checked.
    """
    await _copy(connection, "action", map(_row, events))
    await _store_other_things(connection, map(_READABLE, events))


async def fill_other_things(connection: psycopg.AsyncConnection[Any]) -> None:
    """Stores what else all actions were done to: of an installation that had none of it before."""
    async with connection.cursor("actions") as actions:
        await actions.execute("SELECT log, position, event_type, payload FROM action WHERE event_type = ANY(%s)", (list(THINGS),))
        while rows := await actions.fetchmany(_FILLED_AT_ONCE):
            await _store_other_things(connection, rows)


async def _store_other_things(connection: psycopg.AsyncConnection[Any], events: Iterable[tuple[str, int, str, bytes]]) -> None:
    rows = [
        _row_of_thing(thing_id, log, position)
        for log, position, event_type, payload in events
        for thing_id in other_things(event_type, payload)
    ]
    if rows:
        await _copy(connection, "action_on_other_thing", rows)


async def _copy(connection: psycopg.AsyncConnection[Any], table: str, rows: Iterable[bytes]) -> None:
    async with connection.cursor() as cursor, cursor.copy(_COPY.format(table=table).encode()) as copy:
        await copy.write(_OPENING + b"".join(rows) + _CLOSING)


def _row(event: RecordedEvent) -> bytes:
    return b"".join(
        (
            _FIELDS,
            _sized(event.log.encode()),
            _EIGHT_BYTES.pack(8, event.position),
            _EIGHT_BYTES.pack(8, event.recorded_at - _MICROSECONDS_TO_2000),
            _UUID + event.event_id,
            _UUID + event.tenant_id,
            _UUID + event.aggregate_id,
            _EIGHT_BYTES.pack(8, event.aggregate_version),
            _UUID + event.actor_id,
            _optional(event.on_behalf_of),
            _UUID + event.correlation_id,
            _optional(event.causation_id),
            _UUID + event.partition_key,
            _sized(event.event_type.encode()),
            _sized(event.payload),
        )
    )


def _row_of_thing(thing_id: Id, log: str, position: int) -> bytes:
    return b"".join((_FIELDS_OF_THING, _UUID + thing_id, _sized(log.encode()), _EIGHT_BYTES.pack(8, position)))


def _sized(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _optional(value: bytes | None) -> bytes:
    return _NULL if value is None else _UUID + value
