"""Values in PostgreSQL's binary form, byte for byte."""

from __future__ import annotations

import struct
from typing import NamedTuple

import pytest

from chassis.ids import NIL
from chassis.postgres.binary import (
    BIGINT,
    BYTEA,
    COLUMN_TYPES,
    INTEGER,
    NULL,
    REPEATING_TEXT,
    TEXT,
    TIMESTAMPTZ,
    UUID,
    UUID_OR_NIL,
    ColumnType,
    bigint,
    read_bigint,
    read_instant,
    row_reader,
    rows_packer,
)

ONE, OTHER = bytes(range(16)), NIL


def array(element: int, *values: bytes) -> bytes:
    """Dimensions, may have nulls, type of the elements, how many, lower bound; then each value behind its length."""
    return struct.pack(">iiiii", 1, 1, element, len(values), 1) + b"".join(values)


def sized(value: bytes) -> bytes:
    return struct.pack(">i", len(value)) + value


def test_ids_stand_behind_their_length() -> None:
    assert UUID.array([ONE, OTHER]) == array(2950, sized(ONE), sized(OTHER))
    assert UUID.array([ONE, None]) == array(2950, sized(ONE), NULL)


def test_integers_are_signed() -> None:
    assert BIGINT.array([1, -1]) == array(20, sized(bytes(7) + b"\1"), sized(b"\xff" * 8))
    assert INTEGER.array([7, None]) == array(23, sized(b"\0\0\0\7"), NULL)


def test_texts_are_sized_in_bytes_not_characters() -> None:
    assert TEXT.array(["é", None, ""]) == array(25, sized(b"\xc3\xa9"), NULL, sized(b""))
    for _ in range(2):  # made, then remembered
        assert REPEATING_TEXT.array(["é", "é"]) == array(25, sized(b"\xc3\xa9"), sized(b"\xc3\xa9"))


def test_byte_strings_may_hold_anything() -> None:
    assert BYTEA.array([b"\0\xff", b"", None]) == array(17, sized(b"\0\xff"), sized(b""), NULL)


def test_a_column_of_nulls_is_only_nulls() -> None:
    assert TEXT.array([None, None]) == array(25, NULL, NULL)
    assert UUID.array([None]) == array(2950, NULL)


@pytest.mark.parametrize("column_type", [c for c in COLUMN_TYPES.values() if c.array_number], ids=lambda c: c.name)
def test_an_empty_array_has_no_dimension(column_type: ColumnType) -> None:
    assert column_type.array([]) == struct.pack(">iii", 0, 0, column_type.number)


def test_a_text_that_has_no_utf8_is_not_packed() -> None:
    with pytest.raises(UnicodeEncodeError):
        TEXT.array(["\udc80"])


def test_instants_are_counted_from_the_year_2000() -> None:
    second_of_2000 = 946_684_801_000_000
    assert TIMESTAMPTZ.pack(second_of_2000) == sized(bigint(1_000_000))
    assert read_instant(bigint(1_000_000)) == second_of_2000


@pytest.mark.parametrize("number", [0, 1, -1, 2**63 - 1, -(2**63)])
def test_a_bigint_comes_back_as_it_was(number: int) -> None:
    assert read_bigint(bigint(number)) == number


@pytest.mark.parametrize("constraint", ["", " NOT NULL"])
def test_a_row_is_the_number_of_its_columns_and_their_values_behind_their_lengths(constraint: str) -> None:
    types = ["uuid", "integer", "text", "timestamptz", "boolean", "text[]", "bigint", "float8", "smallint", "bytea"]
    row = [ONE, 7, "é", 946_684_800_000_001, True, ["a", None], 2**40, 0.5, -1, b"\0"]
    one = struct.pack(">h", len(row)) + b"".join(COLUMN_TYPES[name].pack(value) for name, value in zip(types, row, strict=True))
    assert rows_packer([f"{name}{constraint}" for name in types])([row, row]) == one + one


def test_none_is_null_in_a_column_that_may_have_it() -> None:
    types = [*COLUMN_TYPES]
    assert rows_packer(types)([[None] * len(types)]) == struct.pack(">h", len(types)) + NULL * len(types)


def test_none_is_an_error_in_a_column_that_may_not_have_it() -> None:
    with pytest.raises(struct.error):
        rows_packer(["integer NOT NULL"])([[None]])


class Row(NamedTuple):
    number: int
    at: int
    by: bytes
    on_behalf_of: bytes | None
    text: str
    more: bytes


def test_a_row_is_read_as_it_was_packed() -> None:
    read = row_reader(Row, BIGINT, TIMESTAMPTZ, UUID, UUID_OR_NIL)
    pack = rows_packer(["bigint", "timestamptz", "uuid", "uuid", "text", "bytea"])
    assert read(pack([(7, 8, ONE, ONE, "é", b"\0")])) == Row(7, 8, ONE, ONE, "é", b"\0")
    assert read(pack([(7, 8, OTHER, OTHER, "", b"")])) == Row(7, 8, OTHER, None, "", b"")
