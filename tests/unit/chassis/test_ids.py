"""Ids as text: one form is taken, whatever else Python's UUIDs can be read from."""

from __future__ import annotations

import pytest

from chassis.ids import id_text, new_id, parse_id

TEXT = "0190a0c7-e25b-7d7c-8e9f-523f0f4c1f7a"


def test_an_id_is_read_as_it_is_written() -> None:
    value = new_id()
    assert parse_id(id_text(value)) == value


def test_capital_digits_are_the_same_digits() -> None:
    assert id_text(parse_id(TEXT.upper())) == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "0",
        TEXT + "00",
        TEXT.replace("-", ""),
        "{" + TEXT + "}",
        "urn:uuid:" + TEXT,
        " " + TEXT,
        TEXT.replace("-", " "),
        TEXT + "-",
        TEXT[:-1] + "g",
        TEXT[:7] + "-" + TEXT[7] + TEXT[9:],
        TEXT.replace("0", "０"),
    ],
)
def test_no_other_form_is_an_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_id(text)
