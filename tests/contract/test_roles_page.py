"""The page of roles says of every operation what tests/e2e/test_who_may.py proves."""

from __future__ import annotations

from pathlib import Path

from gateway.routes.table import API
from tests.support.who_may import expected, page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "roles.md"


def test_every_operation_says_who_may() -> None:
    assert expected().keys() == {operation.name for operation in API.operations if operation.signed_in}


def test_the_page_of_roles_is_what_the_table_says() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.support.who_may docs/reference/roles.md"
