"""The rules of the domain and of the formulas, one by one, with the tests that prove each: one file a section, and the page made of them.

Each rule is a sentence of its own under its id, `["3.4"]`, which stays. `tests` names functions, `path::test` or `path::Class::test`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

FOLDER: Final = Path(__file__).parent
RECKONING: Final = "tests/unit/reckoning/"
"""Tests of the second program that reckons the numbers: they prove nothing of the services by themselves."""

_HEAD: Final = """# Rules

Every rule of the domain and of its formulas, and the tests that prove it. Made by `python -m tests.support.rules` of the files in
`tests/support/rules`; `tests/contract/test_rules.py` holds that each test is there. What the words mean stands in
[domain](../domain.md); rules of the log, the edge and the consumers stand in [what is proven](../proofs.md).

Beside these tests, random companies are reckoned by a second program (`tests/reckoning`, standard library only, which shares nothing with
the services), and the numbers are compared on any day: `tests/property/test_reckoned.py`, `test_reckoned_values.py`,
`test_reckoned_settings.py`, `test_oracle.py`. Its own rules have tests of the same kind, in `tests/unit/reckoning`.
"""


class Rule(NamedTuple):
    """A rule, and the tests that prove it."""

    id: str
    says: str
    tests: Sequence[str]


class Section(NamedTuple):
    """A part of the domain, or of the formulas."""

    title: str
    rules: Sequence[Rule]


def sections() -> list[Section]:
    """All there are, in their order. Raises ValueError for a rule without a sentence or a test, or whose id is not of its section."""
    return [_section(path) for path in sorted(FOLDER.glob("*.toml"))]


def _section(path: Path) -> Section:
    said = tomllib.loads(path.read_text())
    title, name = said.pop("title"), path.stem.partition("-")[0]
    for rule, (number, fields) in enumerate(said.items(), 1):
        if number.partition(".")[0] != name or fields.keys() != {"says", "tests"} or not fields["says"] or not fields["tests"]:
            raise ValueError(f"{path.name}, rule {rule}: {number} is no rule of this section, or lacks what it says or its tests")
    return Section(title, [Rule(number, **fields) for number, fields in said.items()])


def page() -> str:
    """The page of rules, in Markdown."""
    return _HEAD + "".join(map(_table, sections()))


def _table(section: Section) -> str:
    rows = "".join(f"| {rule.id} | {rule.says} | {'<br>'.join(map(_link, rule.tests))} |\n" for rule in section.rules)
    return f"\n## {section.title}\n\n| | rule | proven by |\n|---|---|---|\n{rows}"


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[`{name}`](../../{path})"
