"""What is told outside holds no exception's own words: they name addresses, paths, statements and SQLSTATEs, which belong in logs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[3] / "services"
OF_THE_OPERATOR_ALONE = {"failures.py", "effect_store.py", "deliveries.py", "envelope.py", "ends.py"}
"""Where it is worded why a message is a dead letter or is not in the log, which only those hear who may do something about it."""
OF_THE_CALLERS_OWN = {"uploads.py", "workbooks.py"}
"""Where it is worded what is wrong with a file that the caller sent."""
FILES = [
    file
    for file in sorted(SERVICES.rglob("*.py"))
    if file.relative_to(SERVICES).parts[0] != "cli" and file.name not in {"replay.py", *OF_THE_OPERATOR_ALONE, *OF_THE_CALLERS_OWN}
]


def exceptions_worded(tree: ast.AST, caught: frozenset[str] = frozenset(), *, logged: bool = False) -> Iterator[int]:
    """The lines of texts that quote what was caught, but for what is logged, ends the process at its start, or is raised on inside."""
    if isinstance(tree, ast.ExceptHandler) and tree.name:
        caught |= {tree.name}
    if isinstance(tree, ast.Call):
        called = ast.unparse(tree.func)
        logged = logged or called.rpartition(".")[2] in {"debug", "info", "warning", "error"} or called in {"SystemExit", "NewerSchema"}
    if isinstance(tree, ast.FormattedValue) and not logged:
        value = tree.value.args[0] if isinstance(tree.value, ast.Call) and tree.value.args else tree.value
        if isinstance(value, ast.Name) and value.id in caught:
            yield tree.lineno
    for child in ast.iter_child_nodes(tree):
        yield from exceptions_worded(child, caught, logged=logged)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SERVICES)))
def test_no_refusal_quotes_an_exception(file: Path) -> None:
    assert list(exceptions_worded(ast.parse(file.read_text()))) == []


def test_a_text_that_quotes_an_exception_is_found() -> None:
    source = "try:\n    f()\nexcept OSError as error:\n    raise Refused('AWAY', f'it is away: {error}')"
    assert list(exceptions_worded(ast.parse(source))) == [4]
    assert list(exceptions_worded(ast.parse(source.replace("Refused('AWAY', ", "SystemExit(")))) == []
