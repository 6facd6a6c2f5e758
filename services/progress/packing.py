"""Rows in the binary form of PostgreSQL's COPY, made by hand: a list of parameters costs psycopg six times as much (measured)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from struct import Struct
from typing import Any, Final, TypeVar
from weakref import WeakSet

import psycopg
from psycopg import pq
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.types.string import ByteaBinaryLoader

from chassis.connections import PLAN_ONCE, Connection
from chassis.ids import Id
from chassis.store.arrays import INT4_ARRAY, INT8_ARRAY, TEXT_ARRAY, UUID_ARRAY, uuid_array

COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"

_BOOL: Final = Struct(">i?").pack
_INT2: Final = Struct(">ih").pack
_INT4: Final = Struct(">ii").pack
_INT8: Final = Struct(">iq").pack
_FLOAT8: Final = Struct(">id").pack
_LENGTH: Final = Struct(">i").pack
_COUNT: Final = Struct(">h").pack
_LENGTH_AT: Final = Struct(">i").unpack_from
_UUID_LENGTH: Final = _LENGTH(16)
_ARRAY: Final = Struct(">iiiii").pack  # dimensions, has nulls, element type, length, lower bound


def uuid(value: Id | None) -> bytes:
    """An id of 16 bytes."""
    return NULL if value is None else _UUID_LENGTH + value


def text(value: str) -> bytes:
    """A text."""
    encoded = value.encode()
    return _LENGTH(len(encoded)) + encoded


def _array(element_type: int, pack: Callable[[Any], bytes]) -> Callable[[Sequence[Any] | None], bytes]:
    nothing = Struct(">iiii").pack(12, 0, 0, element_type)  # an empty array has no dimension

    def packed(values: Sequence[Any] | None) -> bytes:
        if values is None:
            return NULL
        if not values:
            return nothing
        body = _ARRAY(1, 1, element_type, len(values), 1) + b"".join([NULL if value is None else pack(value) for value in values])
        return _LENGTH(len(body)) + body

    return packed


def int8(value: int | None) -> bytes:
    """A 64-bit integer."""
    return NULL if value is None else _INT8(8, value)


def float8(value: float | None) -> bytes:
    """A double."""
    return NULL if value is None else _FLOAT8(8, value)


PACK: Final[dict[str, Callable[[Any], bytes]]] = {
    "boolean": lambda value: _BOOL(1, value),
    "smallint": lambda value: _INT2(2, value),
    "integer": lambda value: _INT4(4, value),
    "bigint": int8,
    "float8": float8,
    "text": text,
    "uuid": uuid,
    "uuid[]": _array(2950, uuid),
    "text[]": _array(25, text),
    "float8[]": _array(701, float8),
    "integer[]": _array(23, lambda value: _INT4(4, value)),
}
"""How a column of each type is packed; None becomes NULL."""


class Table:
    """A table of facts or of live rows: its name, its columns with their types, and how a row of it is packed."""

    def __init__(self, name: str, columns: dict[str, str], constraints: str = "", options: str = "") -> None:
        self.name = name
        self.columns = tuple(columns)
        self._types = columns
        self._constraints = constraints
        self._options = options
        self._type_names = [column_type.split(" ")[0] for column_type in columns.values()]
        self._packers = [PACK[name] for name in self._type_names]
        self._count = _COUNT(len(columns))

    def ddl(self) -> str:
        """The statement that creates it, where it is missing."""
        columns = ", ".join(f"{name} {column_type}" for name, column_type in self._types.items())
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({columns}{self._constraints}){self._options};"

    def pack(self, values: Iterable[Any]) -> bytes:
        """A row, values in the order of the columns."""
        return self._count + b"".join([pack(value) for pack, value in zip(self._packers, values, strict=True)])

    def insertion(self) -> str:
        """The statement that appends the rows that `arrays` makes parameters of."""
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) SELECT {', '.join('unnest(%s)' for _ in self.columns)}"

    def arrays(self, rows: Sequence[bytes]) -> list[Array]:
        """Packed rows as parameters, an array a column; there is at least one row, and no column is an array itself."""
        columns = zip(*map(_elements, rows), strict=True)
        return [array_of(_ARRAYS[name], elements) for name, elements in zip(self._type_names, columns, strict=True)]


def _elements(row: bytes) -> list[bytes]:
    """The columns of a packed row, as they are packed in an array, too."""
    elements, at, end = [], len(_COUNT(0)), len(row)
    while at < end:
        (length,) = _LENGTH_AT(row, at)
        following = at + 4 + max(length, 0)
        elements.append(row[at:following])
        at = following
    return elements


class Array(bytes):
    """A parameter of an array type, in PostgreSQL's binary form."""

    __slots__ = ()
    element: int  # PostgreSQL's numbers of the types
    array: int
    type_name: str  # of an element, as PACK has it


class Ids(Array):
    """Of ids."""

    __slots__ = ()
    element, array = 2950, UUID_ARRAY
    type_name = "uuid"


class Integers(Array):
    """Of 32-bit integers."""

    __slots__ = ()
    element, array = 23, INT4_ARRAY
    type_name = "integer"


class SmallIntegers(Array):
    """Of 16-bit integers."""

    __slots__ = ()
    element, array = 21, 1005
    type_name = "smallint"


class BigIntegers(Array):
    """Of 64-bit integers."""

    __slots__ = ()
    element, array = 20, INT8_ARRAY
    type_name = "bigint"


class Doubles(Array):
    """Of doubles."""

    __slots__ = ()
    element, array = 701, 1022
    type_name = "float8"


class Texts(Array):
    """Of texts."""

    __slots__ = ()
    element, array = 25, TEXT_ARRAY
    type_name = "text"


_ARRAYS: Final[dict[str, type[Array]]] = {kind.type_name: kind for kind in (Ids, Integers, SmallIntegers, BigIntegers, Doubles, Texts)}

A = TypeVar("A", bound=Array)


def array_of(kind: type[A], elements: Sequence[bytes]) -> A:
    """An array of packed elements; there is at least one."""
    return kind(_ARRAY(1, 1, kind.element, len(elements), 1) + b"".join(elements))


def array(kind: type[A], values: Iterable[Any]) -> A:
    """Values as a parameter of an array type, in their order; there is at least one."""
    return array_of(kind, list(map(PACK[kind.type_name], values)))


def ids(values: Iterable[Id]) -> Ids:
    """Ids as a parameter of type uuid[], in ascending order: rows are locked in one order everywhere."""
    return Ids(uuid_array(sorted(values)))


class _ArrayDumper(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: bytes) -> Buffer:
        return obj


_prepared: Final[WeakSet[AdaptContext]] = WeakSet()
_DUMPERS: Final = {kind: type(f"{kind.__name__}Dumper", (_ArrayDumper,), {"oid": kind.array}) for kind in _ARRAYS.values()}


def prepare(connection: AdaptContext) -> None:
    """Lets a connection take arrays as parameters, and give ids as 16 bytes: a UUID object costs four times as much. Once is enough."""
    if connection in _prepared:
        return
    _prepared.add(connection)
    for kind, dumper in _DUMPERS.items():
        connection.adapters.register_dumper(kind, dumper)
    connection.adapters.register_loader("uuid", ByteaBinaryLoader)


async def prepare_for_queries(connection: Connection) -> None:
    """As `prepare`; and each statement is planned once."""
    prepare(connection)
    await connection.execute(PLAN_ONCE)


def copy_rows(connection: psycopg.Connection[Any], table: str, rows: list[bytes]) -> None:
    """Appends packed rows."""
    if rows:
        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.write(COPY_HEADER + b"".join(rows) + COPY_TRAILER)


async def copy_rows_async(connection: psycopg.AsyncConnection[Any], table: str, rows: list[bytes]) -> None:
    """Appends packed rows."""
    if rows:
        async with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            await copy.write(COPY_HEADER + b"".join(rows) + COPY_TRAILER)
