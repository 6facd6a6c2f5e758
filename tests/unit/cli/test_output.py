"""What a command shows."""

from __future__ import annotations

import pytest

from cli.output import STATUS_STYLES, number
from tests.unit.cli.released_document import COMPONENTS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (0.616, "0.616"),
        (1234567.0, "1234567"),
        (25e6, "25000000"),
        (1234568.25, "1234568.25"),
        (-12345678.9, "-12345678.9"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (0.0001234567, "0.0001234567"),
    ],
)
def test_a_number_is_shown_with_all_its_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_every_status_of_the_interface_has_a_colour() -> None:
    assert set(STATUS_STYLES) == set(COMPONENTS["schemas"]["KeyResult"]["properties"]["status"]["enum"])
