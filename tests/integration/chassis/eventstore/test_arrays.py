"""PostgreSQL reads the arrays that are made here as what they were made of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.pq import Format

from chassis.postgres import arrays


@pytest.mark.parametrize(
    ("values", "made", "type_number"),
    [
        ([], arrays.uuid_array([]), arrays.UUID_ARRAY),
        ([UUID(int=7), None], arrays.uuid_array([UUID(int=7).bytes, None]), arrays.UUID_ARRAY),
        ([], arrays.int8_array([]), arrays.INT8_ARRAY),
        ([7, -(2**63)], arrays.int8_array([7, -(2**63)]), arrays.INT8_ARRAY),
        ([], arrays.int4_array([]), arrays.INT4_ARRAY),
        ([None, -7], arrays.int4_array([None, -7]), arrays.INT4_ARRAY),
        ([], arrays.bytea_array([]), arrays.BYTEA_ARRAY),
        ([b"\0", None], arrays.bytea_array([b"\0", None]), arrays.BYTEA_ARRAY),
        ([], arrays.payload_array([]), arrays.BYTEA_ARRAY),
        ([], arrays.text_array([]), arrays.TEXT_ARRAY),
        (["é", None], arrays.text_array(["é", None]), arrays.TEXT_ARRAY),
        ([], arrays.repeating_text_array([]), arrays.TEXT_ARRAY),
    ],
)
def test_an_array_is_read_as_what_it_was_made_of(database: str, values: list[Any], made: bytes, type_number: int) -> None:
    with psycopg.connect(database) as connection:
        result = connection.pgconn.exec_params(b"SELECT $1", [made], [type_number], [Format.BINARY])
        type_name = connection.execute("SELECT %s::oid::regtype::text", (type_number,)).fetchone()
        assert type_name is not None
        read = connection.execute(f"SELECT %s::{type_name[0]}::text".encode(), (values,)).fetchone()
        assert read is not None
        assert result.get_value(0, 0) == read[0].encode()
