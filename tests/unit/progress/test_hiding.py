"""What a number that is made of hidden ones tells."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.hiding import counted_in, hidden_from
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
    """Of "top", "middle" and sums: those in which something hidden counts, and those whose numbers are not told."""
    hidden = hidden_from({an_id(name) for name in visible}, counted_in(given.evaluated()))
    partly, withheld = ({i.decode().rstrip(".") for i in of} for of in (hidden.partly, hidden.withheld))
    return partly, withheld


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


def test_numbers_that_would_tell_of_the_same_hidden_thing_tell_it_together_as_well(given: Told) -> None:
    """Somebody who puts two objectives of their own above what is withheld from them is told no more than of one."""
    given.objective("top", **CHILDREN).objective("middle", "top", **CHILDREN)
    given.objective("hidden").key_result("hidden", "hidden/1", metric=goals.Metric(start=0, target=10)).check_in("hidden/1", 3.0)
    summing(given, "a", "a/sum", "hidden/1", parent="middle")
    summing(given, "b", "b/sum", "hidden/1", parent="middle")
    everything = {"top", "middle", "a", "a/sum", "b", "b/sum"}
    assert seen(given, "top", "middle", "a", "b") == (everything, everything)


@pytest.fixture
def fed(given: Told) -> Told:
    """Two hidden objectives with a value each, and one without."""
    for name, value in (("x", 1.0), ("y", 2.0), ("z", None)):
        given.objective(name).key_result(name, f"{name}/1", metric=goals.Metric(start=0, target=10))
        if value is not None:
            given.check_in(f"{name}/1", value)
    return given


def summing(given: Told, home: str, name: str, *feeds: str, parent: str = "", **more: Any) -> Told:
    """A sum, in an objective that is made for it where there is none."""
    if more.pop("new", True):
        given.objective(home, parent, **more.pop("objective", {}))
    return given.key_result(home, name, sum=goals.Sum(target=10, feeds=[an_id(feed) for feed in feeds]), **more)


def test_one_hidden_feed_takes_the_numbers_of_the_sum_and_of_its_objective_away(fed: Told) -> None:
    summing(fed, "top", "k", "x/1", "y/1")
    assert seen(fed, "top", "y") == ({"top", "k"}, {"top", "k"})
    assert seen(fed, "top") == ({"top", "k"}, set())
    assert seen(fed, "top", "x", "y") == (set(), set())


def test_a_hidden_feed_without_a_value_does_not_stand_before_one_that_has_one(fed: Told) -> None:
    summing(fed, "top", "k", "x/1", "z/1")
    assert seen(fed, "top")[1] == {"top", "k"}


def test_what_a_hidden_sum_is_fed_by_is_no_second_thing_that_is_hidden(fed: Told) -> None:
    summing(fed, "hidden", "inner", "x/1")
    summing(fed, "top", "k", "inner")
    assert seen(fed, "top")[1] >= {"top", "k"}


def test_a_sum_of_a_sum_that_is_seen_tells_the_one_hidden_thing_that_feeds_that(fed: Told) -> None:
    summing(fed, "middle", "inner", "x/1")
    summing(fed, "top", "k", "inner", "y/1")
    assert seen(fed, "top", "middle", "y")[1] == {"top", "k", "middle", "inner"}
    assert seen(fed, "top", "middle")[1] == {"middle", "inner"}  # of the sum two things are unknown


@pytest.mark.parametrize("idle", [{"weight": 0.0}, {"cancelled": True}])
def test_a_sum_that_does_not_count_does_not_stand_before_one_that_does(fed: Told, idle: dict[str, Any]) -> None:
    cancelled = idle.pop("cancelled", False)
    summing(fed, "top", "k", "x/1")
    summing(fed, "top", "idle", "y/1", new=False, **idle)
    if cancelled:
        fed.event(goals.KeyResultCancelled(objective_id=an_id("top"), key_result_id=an_id("idle"), reason=""))
    assert "top" in seen(fed, "top")[1]


def test_a_sum_of_an_objective_for_which_its_children_speak_does_not_stand_before_them(fed: Told) -> None:
    summing(fed, "top", "k", "x/1", objective=CHILDREN)
    with_a_number(fed, "hidden", "top")
    assert "top" in seen(fed, "top")[1]
