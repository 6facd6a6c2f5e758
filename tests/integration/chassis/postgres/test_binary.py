"""PostgreSQL reads what is packed here as what it was packed of, and what it packs is read back."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

import psycopg
import pytest

from chassis.postgres import copy_rows, packed_rows
from chassis.postgres.binary import BIGINT, COLUMN_TYPES, INTEGER, UUID, row_reader, rows_packer, take_arrays

VALUES: dict[str, list[Any]] = {
    "boolean": [True, False, None],
    "smallint": [-7, None],
    "integer": [None, -7],
    "bigint": [7, -(2**63)],
    "float8": [0.1, None, float("inf")],
    "uuid": [bytes(range(16)), None],
    "timestamptz": [0, 946_684_800_000_001, None],
    "text": ["é", None, ""],
    "bytea": [b"\0", None, b""],
}
ROW = {name: values[0] for name, values in VALUES.items()} | {f"{name}[]": values for name, values in VALUES.items()}


def shown(name: str, value: Any) -> Any:
    """The value as psycopg gives it."""
    if isinstance(value, list):
        return [shown(name, element) for element in value]
    match name.removesuffix("[]"), value:
        case _, None:
            return None
        case "uuid", value:
            return uuid.UUID(bytes=value)
        case "timestamptz", value:
            return value / 1_000_000
        case _, value:
            return value


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("empty", [False, True], ids=["of values", "empty"])
def test_an_array_is_read_as_what_it_was_made_of(database: str, name: str, empty: bool) -> None:
    values = [] if empty else VALUES[name]
    with psycopg.connect(database) as connection:
        take_arrays(connection)
        made = COLUMN_TYPES[name].array(values)
        (same,) = connection.execute(f"SELECT %s IS NOT DISTINCT FROM (%s::text[])::{name}[]".encode(), (made, as_text(name, values)))
        assert same == (True,)


def as_text(name: str, values: list[Any]) -> list[str | None]:
    def text(value: Any) -> str | None:
        match name, value:
            case _, None:
                return None
            case "uuid", value:
                return str(uuid.UUID(bytes=value))
            case "bytea", value:
                return f"\\x{value.hex()}"
            case "timestamptz", 0:
                return "1970-01-01 00:00:00Z"
            case "timestamptz", value:
                return f"2000-01-01 00:00:00.{value - 946_684_800_000_000:06}Z"
            case _:
                return str(value)

    return [text(value) for value in values]


def test_rows_of_every_type_are_copied(database: str) -> None:
    with psycopg.connect(database) as connection:
        columns = {f"c{number}": name for number, name in enumerate(ROW)}
        connection.execute(f"CREATE TABLE everything ({', '.join(f'{c} {name}' for c, name in columns.items())})".encode())
        pack = rows_packer([*ROW])
        copy_rows(connection, "everything", pack([[*ROW.values()], [None] * len(ROW)]))
        seconds = ["extract(epoch FROM {})::float8", "(SELECT array_agg(extract(epoch FROM t)::float8) FROM unnest({}) t)"]
        selected = ", ".join(seconds[name.endswith("[]")].format(c) if "timestamptz" in name else c for c, name in columns.items())
        rows = connection.execute(f"SELECT {selected} FROM everything".encode()).fetchall()
    assert rows == [tuple(shown(name, value) for name, value in ROW.items()), (None,) * len(ROW)]


class Row(NamedTuple):
    number: int
    id: bytes
    again: int
    text: str
    more: bytes


def test_a_query_is_read_row_by_row(database: str) -> None:
    read = row_reader(Row, BIGINT, UUID, INTEGER)
    query = "SELECT n::bigint, '00000000-0000-0000-0000-000000000007'::uuid, n::int, repeat('é', n), ''::bytea FROM generate_series(1, 3) n"
    with psycopg.connect(database, autocommit=True) as connection:
        rows = [read(row) for row in packed_rows(connection, query)]
    assert rows == [Row(n, uuid.UUID(int=7).bytes, n, "é" * n, b"") for n in (1, 2, 3)]


def test_a_query_without_rows_has_none(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        assert list(packed_rows(connection, "SELECT 1 WHERE false")) == []


def test_a_query_that_fails_on_the_way_is_said(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection, pytest.raises(psycopg.OperationalError):
        list(packed_rows(connection, "SELECT 1 / (3 - n) FROM generate_series(1, 3) n"))
