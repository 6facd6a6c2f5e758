"""What docs/proofs.md says that it is held by is there."""

from __future__ import annotations

import ast
import re

import pytest

from stack.layout import ROOT

PAGE = (ROOT / "docs" / "proofs.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| rule |")]


@pytest.mark.parametrize("named", NAMED)
def test_a_proof_that_is_named_is_a_test(named: str) -> None:
    path, _, name = named.partition("::")
    tests = {
        node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not name or name in tests
    assert any(test.startswith("test_") for test in tests)


@pytest.mark.parametrize("row", ROWS)
def test_every_rule_has_a_proof_and_says_where_it_was_seen_to_fail(row: str) -> None:
    *_, held_by, fails, _ = (cell.strip() for cell in row.split("|"))
    assert re.search(r"`tests/", held_by)
    assert fails in ("then", "undone", "–")
