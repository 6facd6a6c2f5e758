"""The library of templates is held to the coach: good ones get no finding, bad ones those that they are there for."""

from __future__ import annotations

import pytest

from gateway.catalogues.templates import DEPARTMENTS, LIBRARY
from gateway.coaching import objective_of_template
from shared import coach

GOOD = [name for name, known in LIBRARY.items() if known.good]
BAD = [name for name in LIBRARY if name not in GOOD]


def coached(name: str) -> set[str]:
    return {finding.rule for finding in coach.review([objective_of_template(LIBRARY[name].template)])}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_template_gets_no_finding_and_says_why_one_would_want_it(name: str) -> None:
    assert coached(name) == set()
    assert LIBRARY[name].template.why
    assert not LIBRARY[name].because


@pytest.mark.parametrize("name", BAD)
def test_a_bad_one_gets_those_that_it_is_there_for_and_says_what_is_wrong(name: str) -> None:
    assert coached(name) == set(LIBRARY[name].findings)
    assert LIBRARY[name].because


def test_every_department_has_good_ones_and_each_stands_in_one() -> None:
    assert {LIBRARY[name].template.department for name in GOOD} == set(DEPARTMENTS)
    assert {LIBRARY[name].template.department for name in BAD} <= set(DEPARTMENTS)
    assert len(BAD) >= 5
