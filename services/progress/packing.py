"""Tables whose rows are packed by hand, as rows for COPY and as arrays for parameters; and connections that take such arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar
from weakref import WeakSet

from psycopg import pq
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.types.string import ByteaBinaryLoader

from chassis.ids import Id
from chassis.postgres.arrays import INT4_ARRAY, INT8_ARRAY, TEXT_ARRAY, UUID_ARRAY, uuid_array
from chassis.postgres.connections import PLAN_ONCE, Connection
from chassis.postgres.copying import COUNT, LENGTH, PACK, RowPacker, array_of


class Table:
    """A table of facts or of live rows: its name, its columns with their types, and how a row of it is packed."""

    def __init__(self, name: str, columns: dict[str, str], constraints: str = "", options: str = "") -> None:
        self.name = name
        self.columns = tuple(columns)
        self._types = columns
        self._constraints = constraints
        self._options = options
        self._type_names = [column_type.split(" ")[0] for column_type in columns.values()]
        self.pack = RowPacker(*self._type_names).pack

    def ddl(self) -> str:
        """The statement that creates it, where it is missing."""
        columns = ", ".join(f"{name} {column_type}" for name, column_type in self._types.items())
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({columns}{self._constraints}){self._options};"

    def insertion(self) -> str:
        """The statement that appends the rows that `arrays` makes parameters of."""
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) SELECT {', '.join('unnest(%s)' for _ in self.columns)}"

    def arrays(self, rows: Sequence[bytes]) -> list[Array]:
        """Packed rows as parameters, an array a column; there is at least one row, and no column is an array itself."""
        columns = zip(*map(_elements, rows), strict=True)
        return [packed_array(_ARRAYS[name], elements) for name, elements in zip(self._type_names, columns, strict=True)]


def _elements(row: bytes) -> list[bytes]:
    """The columns of a packed row, as they are packed in an array, too."""
    elements, at, end = [], COUNT.size, len(row)
    while at < end:
        (length,) = LENGTH.unpack_from(row, at)
        following = at + LENGTH.size + max(length, 0)
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


def packed_array(kind: type[A], elements: Sequence[bytes]) -> A:
    """Packed elements as a parameter of an array type; there is at least one."""
    return kind(array_of(kind.element, elements))


def array(kind: type[A], values: Iterable[Any]) -> A:
    """Values as a parameter of an array type, in their order; there is at least one."""
    return packed_array(kind, list(map(PACK[kind.type_name], values)))


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
