"""Every reason for which the code says no is in the catalogue, with the status that it comes with; and the page tells the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from chassis.errors import Kind
from gateway.backends import ReferenceKind, unknown_reason
from gateway.backends.refusals import STATUSES, STATUSES_BY_REASON
from gateway.http.problems import TITLES
from gateway.reasons import REASONS, page

ROOT: Final = Path(__file__).parents[2]
SAYING_NO: Final = {"Refused", "TokenRefused", "Problem", "malformed", "invalid", "unauthenticated"}
A_REASON: Final = re.compile(r"[A-Z]+(_[A-Z]+)+")
ELSEWHERE: Final = {"cli"}
"""Packages that say no in their own process, and not over the API."""


def said() -> Iterator[tuple[str, int | None, str]]:
    for path in sorted((ROOT / "services").rglob("*.py")):
        if path.relative_to(ROOT / "services").parts[0] in ELSEWHERE or path.name == "reasons.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING_NO:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and A_REASON.fullmatch(argument.value):
                        yield argument.value, status_of(node, argument.value), f"{path.relative_to(ROOT)}:{node.lineno}"


def status_of(call: ast.Call, reason: str) -> int | None:
    """The status that a call says in so many words."""
    assert isinstance(call.func, ast.Name)
    match call.func.id:
        case "Problem":
            first = call.args[0]
            return first.value if isinstance(first, ast.Constant) and isinstance(first.value, int) else None
        case "malformed":
            return 400
        case "invalid":
            return STATUSES[Kind.INVALID]
        case "Refused":
            kinds = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
            if not kinds:
                return STATUSES_BY_REASON.get(reason, STATUSES[Kind.REFUSED])
            return STATUSES[Kind[kinds[0].attr]] if isinstance(kinds[0], ast.Attribute) else None
        case _:
            return None


SAID: Final = list(said())


@pytest.mark.parametrize(("reason", "status", "where"), SAID, ids=[f"{reason} at {where}" for reason, _, where in SAID])
def test_a_reason_that_the_code_gives_is_in_the_catalogue(reason: str, status: int | None, where: str) -> None:
    assert reason in REASONS, f"{where}: say in gateway/reasons.py what it means, and what to do"
    assert status is None or status in REASONS[reason].statuses, f"{where}: it comes with {status}, too"


def test_a_reason_of_the_catalogue_is_given_somewhere() -> None:
    texts = [path.read_text() for path in (ROOT / "services").rglob("*.py") if path.name != "reasons.py"]
    dynamic = {unknown_reason(kind) for kind in ReferenceKind}
    assert [reason for reason in REASONS if reason not in dynamic and not any(f'"{reason}"' in text for text in texts)] == []


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_says_what_it_means_and_what_to_do(reason: str) -> None:
    told = REASONS[reason]
    assert told.statuses
    assert set(told.statuses) <= TITLES.keys()
    assert told.meaning.endswith(".")
    assert told.what_to_do.endswith(".")


def test_the_page_of_reasons_is_what_the_catalogue_says() -> None:
    written = (ROOT / "docs" / "reference" / "reasons.md").read_text()
    assert written == page(), "run: python -m gateway.reasons docs/reference/reasons.md"
