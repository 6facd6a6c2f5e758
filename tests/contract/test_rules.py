"""The page of rules says what the rules say, and what proves each is there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from stack.layout import ROOT
from tests.support.rules import RECKONING, Rule, page, sections

PAGE = ROOT / "docs" / "reference" / "rules.md"
RULES = [rule for section in sections() for rule in section.rules]


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.support.rules docs/reference/rules.md"


def test_every_rule_is_there_once() -> None:
    for of_all in ([rule.id for rule in RULES], [rule.says for rule in RULES]):
        assert [one for one, times in Counter(of_all).items() if times > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_proves_a_rule_is_a_test_and_one_of_them_asks_the_services(rule: Rule) -> None:
    named = [test.partition("::") for test in rule.tests]
    assert [f"{path}::{name}" for path, _, name in named if name not in collected(ROOT / path)] == []
    assert len(set(rule.tests)) == len(rule.tests)
    assert any(not path.startswith(RECKONING) for path, _, _ in named)


@cache
def collected(path: Path) -> frozenset[str]:
    """What pytest collects of a file, without the values of parameters."""
    return frozenset(_tests(ast.parse(path.read_text()).body)) if path.is_file() else frozenset()


def _tests(body: list[ast.stmt], within: str = "") -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test_"):
                yield f"{within}{name}"
            case ast.ClassDef(name=name, body=inner) if name.startswith("Test"):
                yield from _tests(inner, f"{within}{name}::")
            case _:
                pass


def test_a_test_that_is_not_there_is_found_out() -> None:
    here = collected(Path(__file__))
    assert {"test_every_rule_is_there_once", "test_the_page_is_what_the_rules_say"} <= here
    assert not {"collected", "test_that_nobody_wrote"} & here
