"""Objectives that end on one day."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from gateway.importing.ends import innermost_first


def objective(reference: str, parent: str | None = None, state: str = "cancelled") -> Any:
    return SimpleNamespace(reference=reference, parent=parent, state=state)


def key_result(reference: str, home: str, *counts_for: str, feeds: tuple[str, ...] = ()) -> Any:
    return SimpleNamespace(reference=reference, home=home, counts_for=counts_for, feeds=feeds)


def all_in_order(objectives: list[Any], key_results: tuple[Any, ...] = (), redefinitions: tuple[Any, ...] = ()) -> list[str]:
    plan: Any = SimpleNamespace(objectives=objectives, key_results=key_results, redefinitions=redefinitions, ends=())
    places = innermost_first(plan)
    return [thing.name for thing in sorted(places, key=places.__getitem__)]


def in_order(objectives: list[Any], key_results: tuple[Any, ...] = (), redefinitions: tuple[Any, ...] = ()) -> list[str]:
    named = {one.reference.lower() for one in objectives}
    return [name for name in all_in_order(objectives, key_results, redefinitions) if name in named]


def test_a_child_ends_before_its_parent_however_deep() -> None:
    assert in_order([objective("A"), objective("B", "A"), objective("C", "b")]) == ["c", "b", "a"]
    chain = [objective("0"), *(objective(str(n), str(n - 1)) for n in range(1, 5000))]
    assert in_order(chain) == [str(n) for n in reversed(range(5000))]


def test_a_child_of_a_key_result_ends_before_the_home_of_that() -> None:
    assert in_order([objective("A"), objective("B", "K1")], (key_result("K1", "A"),)) == ["b", "a"]


def test_what_shares_a_key_result_ends_before_what_that_counts_for_also_from_a_later_day_on() -> None:
    later: Any = SimpleNamespace(field="counts_for+", reference="K1", says="A")
    assert in_order([objective("A"), objective("B")], (key_result("K1", "B", "A"),)) == ["b", "a"]
    assert in_order([objective("A"), objective("B")], (key_result("K1", "B"),), (later,)) == ["b", "a"]


def test_of_two_that_count_for_each_other_what_is_cancelled_ends_first() -> None:
    assert in_order([objective("A", "B", "closed"), objective("B", "A")])[0] == "a"
    assert in_order([objective("A", state="closed"), objective("B")]) == ["b", "a"]


def test_a_key_result_ends_before_its_objective_and_before_a_sum_that_it_feeds_also_from_a_later_day_on() -> None:
    key_results = (key_result("Sum", "A", feeds=("Churn", "Part")), key_result("Part", "B"))  # Churn is a KPI
    assert all_in_order([objective("A"), objective("B")], key_results) == ["part", "b", "sum", "a"]
    later: Any = SimpleNamespace(field="feeds", reference="Sum", says=("Part",))
    key_results = (key_result("Sum", "A"), key_result("Part", "A"))
    assert all_in_order([objective("A")], key_results, (later,)) == ["part", "sum", "a"]


def test_what_a_key_result_was_moved_to_ends_after_it_and_after_its_children() -> None:
    moved: Any = SimpleNamespace(field="home", reference="K1", says="B")
    order = all_in_order([objective("B"), objective("A"), objective("C", "K1")], (key_result("K1", "A"),), (moved,))
    assert order == ["c", "k1", "b", "a"]
