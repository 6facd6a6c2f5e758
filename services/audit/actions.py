"""What audit does with an event: it stores it, whole."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from chassis.events import RecordedEvent

# PostgreSQL's binary COPY: a row is the number of its fields, then for each its length and its bytes; length -1 is NULL.
_COPY: Final = "COPY action FROM STDIN (FORMAT binary)"
_OPENING: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_CLOSING: Final = struct.pack("!h", -1)
_FIELDS: Final = struct.pack("!h", 14)
_NULL: Final = struct.pack("!i", -1)
_UUID: Final = struct.pack("!i", 16)
_EIGHT_BYTES: Final = struct.Struct("!iq")
_LENGTH: Final = struct.Struct("!i")
_MICROSECONDS_TO_2000: Final = 946_684_800_000_000  # PostgreSQL counts from 2000-01-01


async def store_actions(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Stores a batch of events.

    An event that is stored already would violate the primary key: that the consumer hands each one over once is relied on, and checked.
    """
    rows = b"".join(map(_row, events))
    async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        await copy.write(_OPENING + rows + _CLOSING)


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


def _sized(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _optional(value: bytes | None) -> bytes:
    return _NULL if value is None else _UUID + value
