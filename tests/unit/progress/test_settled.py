"""What a tenant has settled, and what a key result says of its own way: bounds, pace, plans, staleness, marks, confidence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from cairn.directory.v1.events_pb2 import SettingChanged
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import day_of
from progress.domain.evaluation import is_objective_stale
from progress.domain.formulas import formula_of
from progress.domain.points import LAST_INSTANT, Point
from progress.domain.settings import DEFAULTS, Said, SettingsInTime
from progress.domain.stale import goes_stale_after, oldest_fresh
from progress.domain.status import (
    AT_RISK,
    BEHIND,
    NOT_STARTED,
    ON_TRACK,
    Status,
    expected_pace,
    key_result_status,
    marks_reached,
    objective_status,
    planned_pace,
)
from shared.settings import CADENCES
from tests.support.events import an_id
from tests.support.told import DAY, DUE, START, Told

METRIC = goals.Metric(start=0, target=10)
DAYS = st.integers(0, 30_000)


def settled(setting: str, value: str, day: int = START) -> SettingChanged:
    return SettingChanged(tenant_id=an_id("tenant"), setting=setting, value=value, holds_from=day)


def told() -> Told:
    return Told().objective("O").key_result("O", "k", metric=METRIC)


def status(given: Told, day: int, key_result: str = "k") -> Status:
    evaluated = given.evaluated(day)
    k = evaluated.tree.key_results[an_id(key_result)]
    paces = evaluated.calendar(day).at()
    return key_result_status(k, evaluated.raw[k.key_result_id] or 0.0, evaluated.homes[k.objective_id], paces)[0]


def stale(given: Told, day: int, known_at: int | None = None) -> bool:
    evaluated = given.evaluated(day, known_at)
    return is_objective_stale(evaluated, an_id("O"), evaluated.calendar(day))


# -- settings


def test_what_was_not_settled_is_as_by_default() -> None:
    assert SettingsInTime().at(Point(START, LAST_INSTANT)) == DEFAULTS
    assert (DEFAULTS.bounds, DEFAULTS.bands, DEFAULTS.cadence, DEFAULTS.pace) == ((0.10, 0.25), (0.4, 0.7), "weekly", (0.0, 1.0))


def test_of_a_day_holds_what_was_said_of_the_latest_day_up_to_it_as_far_as_it_was_known() -> None:
    said = [Said("cadence", "monthly", 200, 1), Said("cadence", "quarterly", 100, 2), Said("cadence", "none", 200, 3)]
    settings = SettingsInTime(said)
    found = {(day, known): settings.at(Point(day, known)).cadence for day in (99, 150, 200) for known in (0, 1, 2, 3)}
    assert found == {
        **dict.fromkeys(((99, known) for known in (0, 1, 2, 3)), "weekly"),
        (150, 0): "weekly", (150, 1): "weekly", (150, 2): "quarterly", (150, 3): "quarterly",
        (200, 0): "weekly", (200, 1): "monthly", (200, 2): "monthly", (200, 3): "none",
    }  # fmt: skip


def test_the_status_follows_the_bounds_of_its_day() -> None:
    given = told().check_in("k", 3, START + 40).event(settled("bounds", "0.15;0.5", START + 60))
    assert [status(given, START + day) for day in (43, 55, 56, 60, 79, 81)] == [BEHIND, BEHIND, AT_RISK, BEHIND, BEHIND, AT_RISK]


def test_of_what_ended_the_bounds_are_those_of_its_end() -> None:
    given = told().check_in("k", 3, START + 40)
    given.event(goals.ObjectiveClosed(objective_id=an_id("O"), holds_from=START + 50), day=START + 50)
    given.event(settled("bounds", "0.9;0.95", START), day=START + 60)
    evaluated = given.evaluated(START + 90)
    paces = evaluated.calendar(START + 90).at(evaluated.cut[an_id("O")])
    assert objective_status(evaluated.tree.objectives[an_id("O")], evaluated.numbers[an_id("O")], paces) == BEHIND


# -- pace


@pytest.mark.parametrize(("day", "pace"), [(0, 0.0), (25, 0.1), (50, 0.2), (75, 0.6), (99, 0.984), (100, 1.0), (120, 1.0)])
def test_a_default_pace_is_straight_between_shares_at_equal_steps(day: int, pace: float) -> None:
    assert expected_pace(0, 100, day, (0.0, 0.2, 1.0)) == pytest.approx(pace)


@pytest.mark.parametrize(("day", "pace"), [(0, 0.0), (5, 0.25), (10, 0.5), (50, 0.5), (75, 0.75), (100, 1.0)])
def test_a_plan_is_straight_between_the_start_its_points_and_the_due_day(day: int, pace: float) -> None:
    assert planned_pace(0, 100, day, [(10, 0.5), (50, 0.5)]) == pytest.approx(pace)


@for_all(st.integers(0, 100), st.lists(st.tuples(st.integers(1, 99), st.floats(0, 1)), unique_by=lambda p: p[0], max_size=5))
def test_a_pace_lies_from_0_to_1_and_never_falls(day: int, points: list[tuple[int, float]]) -> None:
    days, shares = sorted(day for day, _ in points), sorted(share for _, share in points)
    plan = list(zip(days, shares, strict=True))
    here, next_day = planned_pace(0, 100, day, plan), planned_pace(0, 100, day + 1, plan)
    assert 0.0 <= here <= next_day + 1e-12
    assert next_day <= 1.0


def test_a_plan_takes_the_place_of_the_default_pace_and_may_be_taken_away() -> None:
    plan = goals.Plan(points=[goals.PlannedShare(day=START + 90, share=0.0)])
    given = Told().event(settled("default_pace", "0;1;1", START)).objective("O").key_result("O", "k", metric=METRIC, plan=plan)
    given.check_in("k", 1, START)
    assert status(given, START + 50) == ON_TRACK
    ids: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id("k"), "holds_from": START + 60}
    given.event(goals.KeyResultRevised(plan=goals.Plan(), **ids))
    assert [status(given, START + day) for day in (59, 60)] == [ON_TRACK, AT_RISK]


# -- stale


@pytest.mark.parametrize(
    ("heard_on", "cadence", "fresh_until"),
    [
        ("2026-01-01", "weekly", "2026-01-15"),
        ("2026-01-01", "two-weekly", "2026-01-29"),
        ("2025-12-31", "monthly", "2026-02-28"),
        ("2024-12-31", "monthly", "2025-02-28"),
        ("2023-12-31", "monthly", "2024-02-29"),
        ("2026-01-15", "monthly", "2026-03-15"),
        ("2025-08-31", "quarterly", "2026-02-28"),
        ("2026-01-01", "none", None),
    ],
)
def test_two_cadences_later_is_the_same_day_of_the_month_or_its_last(heard_on: str, cadence: str, fresh_until: str | None) -> None:
    found = goes_stale_after(day_of(date.fromisoformat(heard_on)), cadence)
    assert found == (None if fresh_until is None else day_of(date.fromisoformat(fresh_until)))


@for_all(DAYS, DAYS, st.sampled_from(CADENCES))
def test_what_is_fresh_is_what_was_heard_since_the_oldest_fresh_day(heard_on: int, today: int, cadence: str) -> None:
    fresh_until, oldest = goes_stale_after(heard_on, cadence), oldest_fresh(today, cadence)
    assert (fresh_until is not None and today > fresh_until) == (oldest is not None and heard_on < oldest)


def test_a_key_result_is_stale_when_nothing_was_heard_for_more_than_two_cadences() -> None:
    assert [stale(told(), START + day) for day in (14, 15)] == [False, True]
    heard = told().abstain("k", START + 10)
    assert [stale(heard, START + day) for day in (15, 24, 25)] == [False, False, True]
    assert not stale(told().event(settled("cadence", "none")), DUE)


def test_a_cycle_has_a_cadence_of_its_own() -> None:
    cycle = goals.CycleDefined(cycle_id=an_id("Q"), name="Q", first_day=START, last_day=DUE, cadence="two-weekly")
    given = Told().event(cycle).objective("O").key_result("O", "k", metric=METRIC)
    assert [stale(given, START + day) for day in (28, 29)] == [False, True]


def test_a_cycle_that_is_given_another_cadence_has_it_in_all_of_its_time_and_what_was_known_before_stays() -> None:
    days: dict[str, Any] = {"cycle_id": an_id("Q"), "name": "Q", "first_day": START, "last_day": DUE}
    given = Told().event(goals.CycleDefined(cadence="two-weekly", **days)).objective("O").key_result("O", "k", metric=METRIC)
    given.event(goals.CycleRevised(cadence="monthly", **days), day=START + 40)
    assert [stale(given, START + day) for day in (29, 58, 63)] == [False, False, True]
    assert [stale(given, START + day, (START + 40) * DAY) for day in (28, 29)] == [False, True]
    given.event(goals.CycleRevised(**days), day=START + 41).event(goals.CycleRevised(cadence="", **days), day=START + 41)
    assert [stale(given, START + day) for day in (14, 15)] == [False, True]


def test_drafts_ended_things_and_what_is_cancelled_are_never_stale() -> None:
    assert not stale(Told().objective("O", draft=True).key_result("O", "k"), DUE)
    ids: dict[str, Any] = {"objective_id": an_id("O"), "holds_from": START + 30}
    assert not stale(told().event(goals.ObjectiveClosed(**ids), day=START + 30), DUE)
    assert not stale(told().event(goals.KeyResultCancelled(key_result_id=an_id("k"), **ids), day=START + 30), DUE)


def test_a_key_result_that_came_later_is_fresh_from_its_first_day() -> None:
    given = Told().objective("O").key_result("O", "k", metric=METRIC, holds_from=START + 40)
    assert [stale(given, START + day) for day in (54, 55)] == [False, True]


# -- marks, confidence, abstentions


@pytest.mark.parametrize(
    ("start", "target", "value", "reached"),
    [
        (0, 10, 6, []),
        (0, 10, 7, ["commit"]),
        (0, 10, 12, ["commit", "stretch"]),
        (20, 2, 7, ["commit", "stretch"]),
        (20, 2, 9, ["stretch"]),
    ],
)
def test_a_mark_is_reached_in_the_direction_of_the_target(start: float, target: float, value: float, reached: list[str]) -> None:
    metric = goals.Metric(start=start, target=target)
    given = Told().objective("O").key_result("O", "k", metric=metric, commit=7, stretch=12).check_in("k", value)
    assert marks_reached(given.standing("k")) == reached
    assert marks_reached(Told().objective("O").key_result("O", "k", metric=metric, commit=7).standing("k")) == []
    assert given.numbers("O").progress_raw == pytest.approx((value - start) / (target - start)), "to the target, whatever the marks"


def test_the_confidence_of_an_objective_is_the_weighted_mean_of_the_newest_said() -> None:
    given = Told().objective("O").key_result("O", "a", weight=1).key_result("O", "b", weight=3).key_result("O", "c")
    given.check_in("a", 0.1, START, confidence=4).check_in("a", 0.2, START + 1).check_in("b", 0.1, START, confidence=8)
    assert given.numbers("O").confidence == (4 + 3 * 8) / 4
    assert Told().objective("O").key_result("O", "a").numbers("O").confidence is None
    weightless = Told().objective("O").key_result("O", "a", weight=0).check_in("a", 0.1, confidence=4)
    assert weightless.numbers("O").confidence is None


def test_abstentions_alone_are_no_start_by_formula_3_and_were_one_before() -> None:
    given = Told().objective("O").key_result("O", "a").abstain("a")
    assert status(given, START + 50, "a") == NOT_STARTED
    shares = [given.numbers("O", formula=formula_of(version)).not_started_share for version in (1, 2, 3)]
    assert shares == [0.0, 0.0, 1.0]


def test_an_abstention_after_a_value_lets_it_stand() -> None:
    given = Told().objective("O").key_result("O", "a").check_in("a", 0.5).abstain("a", START + 1)
    assert (given.numbers("O").progress, given.numbers("O").not_started_share) == (0.5, 0.0)
