"""Cursors are opaque, and good only for the list that they came from."""

from __future__ import annotations

import pytest

from gateway.backends import Cursors
from gateway.http import Problem

CURSORS = Cursors(b"secret")


def test_a_cursor_gives_back_the_page_token_that_it_was_made_from() -> None:
    cursor = CURSORS.cursor_of("people", "after ünïcode")
    assert cursor is not None
    assert CURSORS.page_token_of("people", cursor) == "after ünïcode"


def test_without_a_next_page_there_is_no_cursor_and_without_a_cursor_it_is_the_first_page() -> None:
    assert CURSORS.cursor_of("people", "") is None
    assert CURSORS.page_token_of("people", "") == ""


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "!!!!", "A" * 500, "=" * 8])
def test_what_was_not_given_out_is_malformed(cursor: str) -> None:
    with pytest.raises(Problem) as problem:
        CURSORS.page_token_of("people", cursor)
    assert (problem.value.status, problem.value.reason) == (400, "CURSOR_FOREIGN")


def test_a_cursor_of_another_list_or_another_gateway_is_foreign() -> None:
    cursor = CURSORS.cursor_of("people", "50") or ""
    for cursors, listing in ((CURSORS, "cycles"), (Cursors(b"other"), "people")):
        with pytest.raises(Problem):
            cursors.page_token_of(listing, cursor)
