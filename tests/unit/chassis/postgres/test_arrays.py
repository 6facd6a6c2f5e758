"""Arrays in PostgreSQL's binary form, byte for byte: dimensions, has nulls, element type, length, lower bound, then each value sized."""

from __future__ import annotations

import pytest

from chassis.postgres import arrays


def header(nulls: int, element: int, length: int) -> bytes:
    return b"".join(n.to_bytes(4, "big") for n in (1, nulls, element, length, 1))


NULL = b"\xff\xff\xff\xff"


def test_ids_stand_behind_their_length() -> None:
    one, other = bytes(range(16)), bytes(16)
    sixteen = b"\0\0\0\x10"
    assert arrays.uuid_array([one, other]) == header(0, 2950, 2) + sixteen + one + sixteen + other
    assert arrays.uuid_array([one, None]) == header(1, 2950, 2) + sixteen + one + NULL


def test_integers_are_signed() -> None:
    eight, four = b"\0\0\0\x08", b"\0\0\0\x04"
    assert arrays.int8_array([1, -1]) == header(0, 20, 2) + eight + bytes(7) + b"\1" + eight + b"\xff" * 8
    assert arrays.int4_array([7, None]) == header(1, 23, 2) + four + b"\0\0\0\7" + NULL


def test_texts_are_sized_in_bytes_not_characters() -> None:
    assert arrays.text_array(["é", None, ""]) == header(1, 25, 3) + b"\0\0\0\2\xc3\xa9" + NULL + b"\0\0\0\0"
    for _ in range(2):  # made, then remembered
        assert arrays.repeating_text_array(["é", "é"]) == header(0, 25, 2) + b"\0\0\0\2\xc3\xa9" * 2


def test_byte_strings_may_hold_anything() -> None:
    assert arrays.payload_array([b"\0\xff", b""]) == header(0, 17, 2) + b"\0\0\0\2\0\xff" + b"\0\0\0\0"
    assert arrays.bytea_array([b"a", None]) == header(1, 17, 2) + b"\0\0\0\1a" + NULL


def test_a_column_of_nulls_is_only_nulls() -> None:
    assert arrays.text_array([None, None]) == header(1, 25, 2) + NULL * 2
    assert arrays.int4_array([None]) == header(1, 23, 1) + NULL


@pytest.mark.parametrize(
    ("made", "element"),
    [
        (arrays.uuid_array([]), 2950),
        (arrays.int8_array([]), 20),
        (arrays.int4_array([]), 23),
        (arrays.bytea_array([]), 17),
        (arrays.text_array([]), 25),
        (arrays.payload_array([]), 17),
        (arrays.repeating_text_array([]), 25),
    ],
    ids=["ids", "64-bit integers", "32-bit integers", "byte strings", "texts", "payloads", "repeating texts"],
)
def test_an_empty_array_ends_with_its_header(made: bytes, element: int) -> None:
    assert made in (header(0, element, 0), header(1, element, 0))


def test_a_text_that_has_no_utf8_is_not_written() -> None:
    with pytest.raises(UnicodeEncodeError):
        arrays.text_array(["\udc80"])
