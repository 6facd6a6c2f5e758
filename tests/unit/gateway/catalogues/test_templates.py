"""The library of templates is held to the coach: good ones get no finding, bad ones those that they are there for."""

from __future__ import annotations

import pytest

from gateway.catalogues.templates import DEPARTMENTS, LIBRARY, Template
from shared import coach

GOOD = [name for name, template in LIBRARY.items() if template.get("good", True)]
BAD = [name for name in LIBRARY if name not in GOOD]


def coached(template: Template) -> set[str]:
    key_results = tuple(
        coach.KeyResult(f"{n}", said["title"], said["measure"], start=said.get("start"), target=said.get("target"))
        for n, said in enumerate(template["key_results"], 1)
    )
    return {finding.rule for finding in coach.review([coach.Objective("O", template["title"], key_results)])}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_template_gets_no_finding(name: str) -> None:
    assert coached(LIBRARY[name]) == set()
    assert LIBRARY[name]["why"]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_one_gets_those_that_it_is_there_for(name: str) -> None:
    assert coached(LIBRARY[name]) == set(LIBRARY[name]["findings"])
    assert LIBRARY[name]["because"]


def test_every_department_has_good_ones_and_each_stands_in_one() -> None:
    assert {LIBRARY[name]["department"] for name in GOOD} == set(DEPARTMENTS)
    assert {LIBRARY[name]["department"] for name in BAD} <= set(DEPARTMENTS)
    assert len(BAD) >= 5
