"""Rows in the binary form of PostgreSQL's COPY, made by hand: a list of parameters costs psycopg six times as much (measured)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from struct import Struct
from typing import Any, Final

import psycopg

from chassis.days import Microseconds
from chassis.ids import Id

NULL: Final = b"\xff\xff\xff\xff"
LENGTH: Final = Struct(">i")
"""Stands in front of every value: how many bytes it has."""

COUNT: Final = Struct(">h")
"""Stands in front of every row: how many values it has."""

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_BOOL: Final = Struct(">i?").pack
_INT2: Final = Struct(">ih").pack
_INT4: Final = Struct(">ii").pack
_INT8: Final = Struct(">iq").pack
_FLOAT8: Final = Struct(">id").pack
_UUID_LENGTH: Final = LENGTH.pack(16)
_ARRAY: Final = Struct(">iiiii").pack  # dimensions, has nulls, element type, length, lower bound
_POSTGRES_EPOCH: Final = 946_684_800_000_000  # 2000-01-01 in microseconds since 1970

Pack = Callable[[Any], bytes]
"""Packs a value behind its length."""


def uuid(value: Id | None) -> bytes:
    """An id of 16 bytes."""
    return NULL if value is None else _UUID_LENGTH + value


def _sized(value: bytes) -> bytes:
    return LENGTH.pack(len(value)) + value


def _text(value: str) -> bytes:
    return _sized(value.encode())


def _int8(value: int | None) -> bytes:
    return NULL if value is None else _INT8(8, value)


def _float8(value: float | None) -> bytes:
    return NULL if value is None else _FLOAT8(8, value)


def _instant(value: Microseconds) -> bytes:
    return _INT8(8, value - _POSTGRES_EPOCH)


def array_of(element_type: int, elements: Sequence[bytes]) -> bytes:
    """An array of packed elements, by PostgreSQL's number of their type; there is at least one."""
    return _ARRAY(1, 1, element_type, len(elements), 1) + b"".join(elements)


def _array(element_type: int, pack: Pack) -> Pack:
    nothing = Struct(">iiii").pack(12, 0, 0, element_type)  # an empty array has no dimension

    def packed(values: Sequence[Any] | None) -> bytes:
        if values is None:
            return NULL
        if not values:
            return nothing
        return _sized(array_of(element_type, [NULL if value is None else pack(value) for value in values]))

    return packed


PACK: Final[dict[str, Pack]] = {
    "boolean": lambda value: _BOOL(1, value),
    "smallint": lambda value: _INT2(2, value),
    "integer": lambda value: _INT4(4, value),
    "bigint": _int8,
    "float8": _float8,
    "text": _text,
    "bytea": _sized,
    "timestamptz": _instant,
    "uuid": uuid,
    "uuid[]": _array(2950, uuid),
    "text[]": _array(25, _text),
    "float8[]": _array(701, _float8),
    "integer[]": _array(23, lambda value: _INT4(4, value)),
}
"""How a column of each type is packed; None becomes NULL where a column of the type may have it."""


class RowPacker:
    """Packs rows of columns of these types."""

    def __init__(self, *types: str) -> None:
        self._packs = [PACK[name] for name in types]
        self._count = COUNT.pack(len(types))

    def pack(self, values: Iterable[Any]) -> bytes:
        """A row, values in the order of the columns."""
        return self._count + b"".join([pack(value) for pack, value in zip(self._packs, values, strict=True)])


def copy_rows(connection: psycopg.Connection[Any], table: str, rows: Sequence[bytes]) -> None:
    """Appends packed rows."""
    if rows:
        with connection.cursor().copy(_statement(table)) as copy:
            copy.write(_HEADER + b"".join(rows) + _TRAILER)


async def copy_rows_async(connection: psycopg.AsyncConnection[Any], table: str, rows: Sequence[bytes]) -> None:
    """Appends packed rows."""
    if rows:
        async with connection.cursor().copy(_statement(table)) as copy:
            await copy.write(_HEADER + b"".join(rows) + _TRAILER)


def _statement(table: str) -> bytes:
    return f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()
