"""`docs/upgrading.md` has a row for whatever a caller of the API of 3f77cd7 relied on and does not find as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from gateway.http.openapi import document
from gateway.routes.table import API
from stack.layout import ROOT
from tests.support.relied_on import relied_on

THEN: Final = dict(line.partition("\t")[::2] for line in (ROOT / "contracts" / "openapi" / "3f77cd7.txt").read_text().splitlines())
"""As `tests.support.relied_on` prints it."""
NOW: Final = relied_on(document(API))
ROWS: Final = "\n".join(line for line in (ROOT / "docs" / "upgrading.md").read_text().splitlines() if line.startswith("| "))
NAMED: Final = {word for told in re.findall(r"`([^`]+)`", ROWS) for word in re.findall(r"[\w/{}.-]+", told)} | set(
    re.findall(r"\b\d{3}\b", ROWS)
)
"""What the rows call by its name, and the statuses in them."""


def differences() -> Iterator[str]:
    """What is gone or of another type; and each status that an operation did not have."""
    yield from (name for name, said in THEN.items() if NOW.get(name) != said)
    yield from (name for name in NOW if name not in THEN and re.search(r" \d{3}$", name) and name.rpartition(" ")[0] in THEN)


def names_of(difference: str) -> set[str]:
    """By which of its names a row may tell it."""
    method, _, rest = difference.partition(" ")
    if rest:
        path, _, of_it = rest.partition(" ")
        return {of_it.lstrip("?#/")} if path in {name.split(" ")[1] for name in NOW if " " in name} and of_it else {path}
    schema, _, field = method.partition(".")
    return {field, schema} if field and schema in NOW else {schema}


def test_there_is_something_to_compare() -> None:
    assert {"GET /v1/people 200", "Objective.progress", "GET /v1/tree ?cycle"} <= THEN.keys() & NOW.keys()
    assert "GET /v1/empty" in set(differences())


@pytest.mark.parametrize("difference", sorted(set(differences())))
def test_what_changed_has_a_row_that_names_it(difference: str) -> None:
    assert names_of(difference) & NAMED, f"docs/upgrading.md says nothing of {difference}: {THEN.get(difference)} → {NOW.get(difference)}"
