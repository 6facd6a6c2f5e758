"""PostgreSQL's binary forms: the one module that knows its type numbers, its lengths, and the day that it counts from.

A value is packed behind its length, big-endian, NULL as the length -1; a row of COPY and an array are such values behind a header.
psycopg renders parameters element by element in Python, 31 µs an event; packing whole columns and rows by hand costs a sixth of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Final, TypeVar, cast
from weakref import WeakSet

from psycopg import pq
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.types.string import ByteaBinaryLoader

from chassis.days import Microseconds
from chassis.ids import NIL

NULL: Final = b"\xff\xff\xff\xff"
"""What stands for NULL wherever a packed value stands."""

_POSTGRES_EPOCH: Final = 946_684_800_000_000  # 2000-01-01 in microseconds since 1970
_LENGTH: Final = Struct(">i")
_COUNT: Final = Struct(">h")  # of the columns of a row
_ARRAY: Final = Struct(">iiiii").pack  # dimensions, may have nulls, type of the elements, how many, lower bound
_EMPTY_ARRAY: Final = Struct(">iii").pack  # no dimension, no nulls, type of the elements

R = TypeVar("R", bound=tuple[Any, ...])

Pack = Callable[[Any], bytes]
"""Packs a value, or None as NULL, behind its length."""


class Array(bytes):
    """A parameter of an array type. psycopg takes it on a connection that was given to `take_arrays`."""

    __slots__ = ()


class ColumnType:
    """A type of PostgreSQL: its numbers, and how values of it are packed."""

    def __init__(
        self, name: str, number: int, array_number: int, pack: Pack, struct_format: str = "", value: str = "{}", read: str = "{}"
    ) -> None:
        self.name: Final = name
        self.number: Final = number  # pg_type.oid
        self.array_number: Final = array_number  # of its array type; 0: we use none
        self.pack: Final = pack
        self.format: Final = struct_format  # of `struct`, where all values have one width
        self.value: Final = value  # Python's expression of what is packed under that format
        self.read: Final = read  # and of what is read under it
        self._ids_prefix: Final = _LENGTH.pack(16) if struct_format == "16s" else None
        self._parameter: Final[type[Array]] = type(f"{name}[]", (Array,), {"__slots__": ()})
        if array_number:
            _DUMPERS[self._parameter] = type(f"{name}[] dumper", (_ArrayDumper,), {"oid": array_number})

    def packed_array(self, values: Sequence[Any]) -> bytes:
        """An array of values in binary; None is NULL.

        Raises UnicodeEncodeError for a text that has no UTF-8.
        """
        nulls = values.count(None)
        if nulls == len(values):  # none at all; or a column that is seldom set
            return self._array_of(len(values), NULL * nulls)
        if self._ids_prefix is not None and not nulls:
            return self._array_of(len(values), self._ids_prefix + self._ids_prefix.join(values))
        return self._array_of(len(values), b"".join([self.pack(value) for value in values]))

    def array(self, values: Sequence[Any]) -> Array:
        """As `packed_array`, as a parameter for psycopg."""
        return self._parameter(self.packed_array(values))

    def _array_of(self, count: int, elements: bytes) -> bytes:
        return (_ARRAY(1, 1, self.number, count, 1) + elements) if count else _EMPTY_ARRAY(0, 0, self.number)


class _ArrayDumper(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: bytes) -> Buffer:
        return obj


_DUMPERS: Final[dict[type[Array], type[_ArrayDumper]]] = {}
_prepared: Final[WeakSet[AdaptContext]] = WeakSet()


def take_arrays(connection: AdaptContext) -> None:
    """Lets a connection take an `Array` as a parameter, and give ids as 16 bytes: a UUID object costs four times as much.

    To call it again changes nothing.
    """
    if connection in _prepared:
        return
    _prepared.add(connection)
    for kind, dumper in _DUMPERS.items():
        connection.adapters.register_dumper(kind, dumper)
    connection.adapters.register_loader("uuid", ByteaBinaryLoader)


def _fixed(name: str, number: int, array_number: int, struct_format: str, value: str = "{}", read: str = "{}") -> ColumnType:
    pack = Struct(f">i{struct_format}").pack
    packed = _function("value", f"return {_nullable(value, 'value')}", PACK=pack, WIDTH=_width(struct_format))
    return ColumnType(name, number, array_number, packed, struct_format, value, read)


def _width(struct_format: str) -> int:
    return Struct(f">{struct_format}").size


def _nullable(expression: str, name: str, pack: str = "PACK", width: str = "WIDTH") -> str:
    return f"NULL if {name} is None else {pack}({width}, {expression.format(name)})"


def _function(parameter: str, *lines: str, **names: object) -> Callable[[Any], Any]:
    """A function of one parameter, as `namedtuple` makes its own: what is known beforehand is not looked up a row."""
    known: dict[str, Any] = {"NULL": NULL, "NIL": NIL, "EPOCH": _POSTGRES_EPOCH, **names}
    exec("\n    ".join([f"def function({parameter}):", *lines]), known)  # noqa: S102 - text of ours
    return cast("Callable[[Any], Any]", known["function"])


def _bytes(value: bytes | None) -> bytes:
    return NULL if value is None else _LENGTH.pack(len(value)) + value


def _text(value: str | None) -> bytes:
    return NULL if value is None else _bytes(value.encode())


BOOLEAN: Final = _fixed("boolean", 16, 1000, "?")
SMALLINT: Final = _fixed("smallint", 21, 1005, "h")
INTEGER: Final = _fixed("integer", 23, 1007, "i")
BIGINT: Final = _fixed("bigint", 20, 1016, "q")
FLOAT8: Final = _fixed("float8", 701, 1022, "d")
UUID: Final = _fixed("uuid", 2950, 2951, "16s")
"""Of ids of 16 bytes."""
UUID_OR_NIL: Final = _fixed("uuid", 2950, 2951, "16s", read="(None if {0} == NIL else {0})")
"""Of ids where the one of zeros alone is read as None."""
TIMESTAMPTZ: Final = _fixed("timestamptz", 1184, 1185, "q", "({} - EPOCH)", "({} + EPOCH)")
"""Of microseconds since 1970."""
TEXT: Final = ColumnType("text", 25, 1009, _text)
REPEATING_TEXT: Final = ColumnType("text", 25, 1009, lru_cache(maxsize=10_000)(_text))
"""Of texts of which there are few different ones, as event types."""
BYTEA: Final = ColumnType("bytea", 17, 1001, _bytes)


def _column_of_arrays(elements: ColumnType) -> ColumnType:
    def packed(values: Sequence[Any] | None) -> bytes:
        return NULL if values is None else _bytes(elements.packed_array(values))

    return ColumnType(f"{elements.name}[]", elements.array_number, 0, packed)


COLUMN_TYPES: Final = {
    column_type.name: column_type
    for element in (BOOLEAN, SMALLINT, INTEGER, BIGINT, FLOAT8, UUID, TIMESTAMPTZ, TEXT, BYTEA)
    for column_type in (element, _column_of_arrays(element))
}
"""By the name that a statement that creates a table has: "uuid", "text[]"."""


def rows_packer(declarations: Sequence[str]) -> Callable[[Iterable[Sequence[Any]]], bytes]:
    """What packs rows for COPY, values in the order of their columns, from how these are declared: "uuid NOT NULL", "float8".

    Columns of one width that are never NULL and stand beside each other are packed by one `struct`; where one is None, struct.error is
    raised. Raises KeyError when a type is none of `COLUMN_TYPES`.
    """
    names: dict[str, object] = {}
    parts: list[str] = []
    fixed_format, fixed_values = "h", [str(len(declarations))]

    def end_of_fixed() -> None:
        nonlocal fixed_format, fixed_values
        if fixed_values:
            names[f"F{len(parts)}"] = Struct(f">{fixed_format}").pack
            parts.append(f"F{len(parts)}({', '.join(fixed_values)})")
        fixed_format, fixed_values = "", []

    for number, declaration in enumerate(declarations):
        type_name, _, constraint = declaration.partition(" ")
        column, name = COLUMN_TYPES[type_name], f"c{number}"
        width = _width(column.format)
        if column.format and "NOT NULL" in constraint:
            fixed_format += f"i{column.format}"
            fixed_values += [str(width), column.value.format(name)]
            continue
        end_of_fixed()
        if type_name == "text" and "NOT NULL" in constraint:
            parts.append(f"LENGTH(len(text := {name}.encode())), text")
        elif column.format:
            names[f"P{number}"] = Struct(f">i{column.format}").pack
            parts.append(f"({_nullable(column.value, name, f'P{number}', str(width))})")
        else:
            names[f"P{number}"] = column.pack
            parts.append(f"P{number}({name})")
    end_of_fixed()
    columns = "".join(f"c{number}, " for number in range(len(declarations)))
    names["LENGTH"] = _LENGTH.pack
    return _function("rows", f"return b''.join([b''.join(({', '.join(parts)},)) for {columns}in rows])", **names)


def row_reader(row: type[R], *columns: ColumnType) -> Callable[[bytes], R]:
    """What reads a row as COPY writes it, into a NamedTuple of the same order: these columns, then a text, then bytes; none is NULL.

    The columns have one width each; of texts there are few different ones.
    """
    fixed = Struct(f">{_COUNT.size}x{''.join(f'{_LENGTH.size}x{column.format}' for column in columns)}i")  # up to the text's length
    unpacked = "".join(f"c{number}, " for number in range(len(columns)))
    values = ", ".join(column.read.format(f"c{number}") for number, column in enumerate(columns))
    names: dict[str, object] = {"UNPACK": fixed.unpack_from, "TEXTS": _Texts(), "NEW": tuple.__new__, "ROW": row}
    return _function(
        "row",
        f"{unpacked}length = UNPACK(row)",
        f"end = {fixed.size} + length",
        f"return NEW(ROW, ({values}, TEXTS[row[{fixed.size}:end]], row[end + {_LENGTH.size}:]))",
        **names,
    )


class _Texts(dict[bytes, str]):
    """Texts by their bytes; each is decoded once."""

    def __missing__(self, packed: bytes) -> str:
        text = self[packed] = packed.decode()
        return text


def read_instant(value: bytes) -> Microseconds:
    """Microseconds since 1970, from a timestamptz in a binary result."""
    return int.from_bytes(value, "big", signed=True) + _POSTGRES_EPOCH


def read_bigint(value: bytes) -> int:
    """The number, from a bigint or an integer in a binary result."""
    return int.from_bytes(value, "big", signed=True)


def instant(value: Microseconds) -> bytes:
    """An instant as a parameter of type timestamptz, in binary: without a length."""
    return bigint(value - _POSTGRES_EPOCH)


def bigint(value: int) -> bytes:
    """A number as a parameter of type bigint, in binary: without a length."""
    return value.to_bytes(8, "big", signed=True)
