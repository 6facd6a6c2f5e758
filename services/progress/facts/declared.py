"""A fact is a named row, and its class is its table: columns, types, packing and reading back come from the one declaration.

    @fact(table="grade")
    class Grade(NamedTuple):
        key_result_id: Id
        true_on: Day
        grade: float | None
        recording: Recording  # another NamedTuple: its columns are this table's, too

An `int` says how wide its column is by one of the aliases below; whatever may be None may be NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import cached_property
from operator import attrgetter
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from chassis.postgres.binary import Array

Day = Annotated[int, "integer"]
"""Days since 1970-01-01."""

Instant = Annotated[int, "bigint"]
"""Microseconds since 1970."""

Position = Annotated[int, "bigint"]
"""In a log."""

Version = Annotated[int, "bigint"]
"""Of an aggregate."""

Bits = Annotated[int, "bigint"]
"""64 of them, signed, as PostgreSQL holds them."""

Code = Annotated[int, "smallint"]
"""The number of an enum's value, or another small one."""

Number = Annotated[int, "integer"]
"""How many, or which."""

F = TypeVar("F", bound=tuple[Any, ...])

_TYPES: Final = {bytes: "uuid", str: "text", float: "float8", bool: "boolean"}


class Column:
    """A column: its name, its type in PostgreSQL, whether it may be NULL, and the attribute of a row that it holds."""

    def __init__(self, name: str, hint: object, path: str) -> None:
        self.name: Final = name
        self.path: Final = path
        self.type, self.nullable = _type_of(hint)

    def ddl(self) -> str:
        """As it stands in CREATE TABLE."""
        return f"{self.name} {self.type}{'' if self.nullable else ' NOT NULL'}"


def _type_of(hint: Any) -> tuple[str, bool]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        (column_type, _), *_ = (_type_of(argument) for argument in arguments if argument is not type(None))
        return column_type, type(None) in arguments
    if origin is Annotated:
        return str(arguments[1]), False
    if origin is tuple:
        return f"{_type_of(arguments[0])[0]}[]", False
    return "smallint" if issubclass(hint, IntEnum) else _TYPES[hint], False


def columns_of(row: type[Any], path: str = "") -> Iterator[Column]:
    """The columns that the fields of a NamedTuple are."""
    for name, hint in get_type_hints(row, include_extras=True).items():
        if isinstance(hint, type) and hasattr(hint, "_fields"):
            yield from columns_of(hint, f"{path}{name}.")
        else:
            yield Column(name, hint, f"{path}{name}")


class Table(Generic[F]):
    """The table that a class of facts is."""

    def __init__(self, name: str, row: type[F]) -> None:
        self.name: Final = name
        self.row: Final = row
        self.columns: Final = {column.name: column for column in columns_of(row)}
        self.target: Final = f"{name} ({', '.join(self.columns)})"
        """What rows are copied to: the table with its columns, since one of an earlier version may have another order."""
        arrays = ", ".join(["%s"] * len(self.columns))
        self.insertion: Final = f"INSERT INTO {self.target} SELECT * FROM unnest({arrays})"  # noqa: S608 - of names that are declared
        """The statement that appends what `arrays` packs."""
        self._flat: Final = len(self.columns) == len(get_type_hints(row))

    def ddl(self) -> str:
        """The statement that creates it, where it is missing."""
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({', '.join(column.ddl() for column in self.columns.values())});"

    @cached_property
    def pack(self) -> Callable[[Iterable[F]], bytes]:
        """Rows as COPY takes them. The packing is made once, from the class."""
        from chassis.postgres.binary import rows_packer  # noqa: PLC0415 - a replay without a server has no use for PostgreSQL's client

        pack = rows_packer([column.ddl().removeprefix(f"{column.name} ") for column in self.columns.values()])
        if self._flat:
            return pack
        values = attrgetter(*(column.path for column in self.columns.values()))
        return lambda rows: pack(map(values, rows))

    def arrays(self, rows: Iterable[F], *columns: str) -> list[Array]:
        """Some columns of at least one row, or all of them, as parameters: an array each. None of them may be an array itself."""
        from chassis.postgres.binary import COLUMN_TYPES  # noqa: PLC0415 - as above

        chosen = [self.columns[name] for name in columns or self.columns]
        values = zip(*map(attrgetter(*(column.path for column in chosen)), rows), strict=True)
        return [COLUMN_TYPES[column.type].array(its) for column, its in zip(chosen, values, strict=True)]


_tables: Final[dict[type[Any], Table[Any]]] = {}


def fact(table: str) -> Callable[[type[F]], type[F]]:
    """Declares that a NamedTuple is a row of this table."""

    def declared(row: type[F]) -> type[F]:
        _tables[row] = Table(table, row)
        return row

    return declared


def table_of(row: type[F]) -> Table[F]:
    """The table that rows of a class are in. Raises KeyError when the class was not declared to be one."""
    return cast("Table[F]", _tables[row])


def fact_tables() -> Sequence[Table[Any]]:
    """Every table of facts, in the order of their declaration."""
    return list(_tables.values())
