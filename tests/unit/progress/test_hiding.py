"""What a number that is made of hidden ones tells."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.hiding import hidden_from
from tests.support.events import an_id
from tests.support.told import Told

CHILDREN: dict[str, Any] = {"roll_up": goals.ROLL_UP_CHILDREN}
BOTH: dict[str, Any] = {"roll_up": goals.ROLL_UP_BOTH}


@pytest.fixture
def given() -> Told:
    return Told()


def with_a_number(given: Told, name: str, parent: str, **more: Any) -> None:
    given.objective(name, parent, **more).key_result(name, f"{name}/1", binary=goals.Binary())


def seen(given: Told, *visible: str) -> tuple[set[str], set[str]]:
    """Of "top" and "middle": those in which something hidden counts, and those whose numbers are not told."""
    hidden = hidden_from({an_id(name) for name in visible}, given.evaluated().counted)
    names = {an_id(name): name for name in ("top", "middle")}
    return {names[i] for i in hidden.partly}, {names[i] for i in hidden.withheld}


@pytest.mark.parametrize("roll_up", [CHILDREN, BOTH])
def test_one_hidden_child_that_counts_takes_the_number_away(given: Told, roll_up: dict[str, Any]) -> None:
    given.objective("top", **roll_up)
    with_a_number(given, "a", "top")
    with_a_number(given, "b", "top")
    assert seen(given, "top", "a") == ({"top"}, {"top"})
    assert seen(given, "top", "a", "b") == (set(), set())


def test_of_two_hidden_children_neither_can_be_told(given: Told) -> None:
    given.objective("top", **CHILDREN)
    for name in "abc":
        with_a_number(given, name, "top")
    assert seen(given, "top", "a") == ({"top"}, set())


def test_what_does_not_count_hides_nothing(given: Told) -> None:
    given.objective("top", **BOTH).objective("empty", "top")
    with_a_number(given, "draft", "top", draft=True)
    with_a_number(given, "a", "top")
    assert seen(given, "top", "a") == (set(), set())
    given.objective("middle")
    with_a_number(given, "b", "middle")
    assert seen(given, "top", "a", "middle") == (set(), set())


def test_what_is_not_told_of_a_child_cannot_be_had_from_its_parent(given: Told) -> None:
    given.objective("top", **CHILDREN).objective("middle", "top", **CHILDREN)
    with_a_number(given, "hidden", "middle")
    with_a_number(given, "a", "top")
    assert seen(given, "top", "middle", "a") == ({"top", "middle"}, {"top", "middle"})
    with_a_number(given, "also hidden", "middle")
    assert seen(given, "top", "middle", "a") == ({"top", "middle"}, set())
