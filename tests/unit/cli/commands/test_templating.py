"""Templates on the command line: how they are told, and what is sent for what is said."""

from __future__ import annotations

from typing import Any

import pytest

from cli.errors import USAGE
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway

NOTHING: dict[str, Any] = dict.fromkeys(("start", "target", "unit", "low", "high", "mode", "milestones"))
TEMPLATE = {
    "id": "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a11",
    "ref": "bad-posts",
    "library": True,
    "name": "Be read",
    "department": "marketing",
    "title": "Be read",
    "why": "Who is read is remembered.",
    "level": "team",
    "kind": "committed",
    "good": False,
    "because": "Posts are written by whoever decides to.",
    "findings": ["output"],
    "key_results": [
        {**NOTHING, "title": "Write posts", "measure": "metric", "weight": 1, "start": 0, "target": 10, "unit": "posts"},
        {**NOTHING, "title": "Churn", "measure": "maintain", "weight": 1, "high": 3, "unit": "percent", "mode": "latest"},
        {**NOTHING, "title": "A blog", "measure": "milestones", "weight": 1, "milestones": [{"title": "A name", "weight": 1}]},
        {**NOTHING, "title": "It is there", "measure": "binary", "weight": 1},
    ],
    "version": None,
}
OWN = TEMPLATE | {
    "id": "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10",
    "ref": "Ours",
    "library": False,
    "name": "Ours",
    "good": True,
    "because": None,
    "version": 1,
}


@pytest.fixture(autouse=True)
def _templates(imported: None, gateway: FakeGateway) -> None:
    gateway.templates = [TEMPLATE, OWN]


def test_templates_are_listed_by_what_they_are_called_by(cairn: Run) -> None:
    lines = [line.split() for line in cairn("templates").out.splitlines()]
    assert ["bad-posts", "marketing", "Be", "read", "4", "what", "to", "avoid"] in lines
    assert ["Ours", "marketing", "Be", "read", "4"] in lines


def test_one_is_shown_with_how_its_key_results_are_measured_and_what_is_wrong(cairn: Run) -> None:
    assert cairn("template", "bad-posts").out.splitlines() == [
        "Be read",
        "  Who is read is remembered.",
        "  - Write posts: from 0 to 10 posts",
        "  - Churn: at most 3 percent",
        "  - A blog: A name",
        "  - It is there: done or not",
        "what to avoid: Posts are written by whoever decides to.",
        "the coach would find: output; `cairn coach --rules` says more",
    ]


def test_programs_are_given_what_the_api_answers(cairn: Run) -> None:
    assert cairn("template", "bad-posts", "--json").json == TEMPLATE


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Customers:34:50:percent", {"title": "Customers", "measure": "metric", "start": 34, "target": 50, "unit": "percent"}),
        ("Customers: new ones:34:50", {"title": "Customers: new ones", "measure": "metric", "start": 34, "target": 50, "unit": ""}),
        ("It is: there", {"title": "It is: there", "measure": "binary"}),
    ],
)
def test_a_key_result_of_a_new_one_is_said_in_a_line(cairn: Run, gateway: FakeGateway, said: str, meant: dict[str, Any]) -> None:
    assert cairn("add", "template", "Ours", "--title", "Be read", "--key-result", said).code == 0
    assert gateway.sent("POST", "/v1/templates") == [{"name": "Ours", "title": "Be read", "key_results": [meant]}]


def test_key_results_of_one_that_is_used_are_named_by_their_numbers(cairn: Run, gateway: FakeGateway) -> None:
    words = ("--target-of", "1=6", "--owner-of", "3=ann", "--owner-of", "3=bob", "--due-of", "3=2026-02-01", "--under", "J1")
    assert cairn("use", "bad-posts", "--cycle", "2026-Q1", *words).code == 0
    assert gateway.sent("POST", "/v1/templates/bad-posts/objectives") == [
        {
            "cycle": "2026-Q1",
            "parent": {"objective": "J1"},
            "key_results": [{"target": 6}, {}, {"owners": ["ann", "bob"], "due_day": "2026-02-01"}],
        }
    ]


@pytest.mark.parametrize("words", [("--target-of", "6"), ("--target-of", "0=6"), ("--owner-of", "x=ann"), ("--target-of", "1=many")])
def test_what_names_no_key_result_is_refused_before_anything_is_sent(cairn: Run, gateway: FakeGateway, words: tuple[str, str]) -> None:
    assert cairn("use", "bad-posts", "--cycle", "2026-Q1", *words).code == USAGE
    assert gateway.sent("POST", "/v1/templates/bad-posts/objectives") == []


def test_a_new_one_has_a_title_or_is_made_from_an_objective(cairn: Run) -> None:
    assert cairn("add", "template", "Ours").code == USAGE
    assert cairn("add", "template", "Ours", "--from", "J1").code == 0
