"""Values that are made: of parts, of what feeds a sum; and what becomes of a baseline."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.settings import NOTHING_SETTLED
from progress.domain.status import NOT_STARTED, ON_TRACK, Paces, Status, is_stale, key_result_status
from progress.domain.values import coverage_of, kpis_of
from tests.support.events import an_id
from tests.support.told import DAY, DUE, START, Told

METRIC = goals.Metric(start=0, target=10)


@pytest.fixture
def given() -> Told:
    return Told().objective("O")


def revised(key_result: str, day: int, home: str = "O", **change: Any) -> goals.KeyResultRevised:
    return goals.KeyResultRevised(objective_id=an_id(home), key_result_id=an_id(key_result), holds_from=day, **change)


def owners(**shares: float | None) -> list[goals.Owner]:
    return [goals.Owner(person_id=an_id(person), share=share) for person, share in shares.items()]


def status(given: Told, day: int, key_result: str = "k") -> Status:
    evaluated = given.evaluated(day)
    k = evaluated.tree.key_results[an_id(key_result)]
    return key_result_status(k, evaluated.raw[k.key_result_id], evaluated.homes[k.objective_id], Paces(day))[0]


# -- parts


def in_parts(given: Told, **shares: float | None) -> Told:
    return given.key_result("O", "k", metric=METRIC, owners=owners(**shares))


def part(given: Told, of: str, value: float, as_of: int = START) -> Told:
    return given.check_in("k", value, as_of, name=f"{of}@{as_of}", part_id=an_id(of))


def test_the_value_is_the_mean_of_the_newest_parts_by_share_among_those_who_have_told_theirs(given: Told) -> None:
    in_parts(given, ann=3.0, ben=1.0, cleo=1.0)
    part(part(part(given, "ann", 1.0), "ann", 4.0, START + 1), "ben", 8.0, START + 2)
    assert [given.standing("k", START + n).value for n in (0, 1, 2)] == [1.0, 4.0, (3 * 4 + 8) / 4]


def test_an_owner_without_a_share_has_1_and_one_of_share_0_gives_nothing(given: Told) -> None:
    part(part(part(in_parts(given, ann=None, ben=3.0, cleo=0.0), "ann", 8.0), "ben", 4.0), "cleo", 100.0)
    assert given.standing("k").value == 5.0


def test_a_whole_check_in_supersedes_earlier_parts(given: Told) -> None:
    part(in_parts(given, ann=None, ben=None), "ann", 8.0).check_in("k", 2.0, START + 1)
    assert given.standing("k").value == 2.0
    part(given, "ben", 6.0, START + 2)
    assert given.standing("k").value == 6.0


def test_the_part_of_who_is_no_owner_any_more_gives_no_value_and_with_none_left_the_whole_before_stands(given: Told) -> None:
    in_parts(given, ann=None, ben=None).check_in("k", 2.0)
    part(part(given, "ann", 8.0, START + 1), "ben", 6.0, START + 1)
    given.event(revised("k", START + 5, owners=goals.Owners(owners=owners(ben=None))))
    given.event(revised("k", START + 9, owners=goals.Owners(owners=owners(cleo=None))))
    assert [given.standing("k", START + n).value for n in (4, 5, 9)] == [7.0, 6.0, 2.0]


# -- baselines


def test_a_baseline_is_measured_and_does_not_count(given: Told) -> None:
    given.key_result("O", "k", baseline=goals.Baseline(unit="h"))
    assert status(given, START) == NOT_STARTED
    given.check_in("k", 4.0)
    assert (status(given, DUE), given.standing("k").value, given.numbers("O").progress) == (ON_TRACK, 4.0, None)


def test_a_baseline_with_a_target_is_a_metric_from_that_day_on_and_starts_at_its_value_at_the_end_of_it(given: Told) -> None:
    given.key_result("O", "k", baseline=goals.Baseline()).check_in("k", 2.0).event(revised("k", START + 10, target=10))
    given.check_in("k", 4.0, START + 10, day=START + 12).check_in("k", 7.0, START + 11)
    assert [given.numbers("O", START + n).progress for n in (9, 10, 11)] == [None, 0.0, 0.5]


def test_later_targets_do_not_move_the_start_of_what_was_a_baseline_nor_is_one_that_was_given_replaced(given: Told) -> None:
    given.key_result("O", "k", baseline=goals.Baseline()).check_in("k", 2.0).event(revised("k", START + 10, target=10))
    given.check_in("k", 6.0, START + 15).event(revised("k", START + 20, target=18))
    assert [given.numbers("O", START + n).progress for n in (15, 20)] == [0.5, 0.25]
    started = Told().objective("O").key_result("O", "k", baseline=goals.Baseline(start=0)).check_in("k", 5.0)
    assert started.event(revised("k", START + 1, target=10)).numbers("O").progress == 0.5


# -- sums


def summing(given: Told, *feeds: str, **more: Any) -> Told:
    fed = goals.Sum(**{"start": 0, "target": 100} | more, feeds=[an_id(feed) for feed in feeds])
    return given.key_result("O", "k", sum=fed)


def feeding(given: Told, *names: str, home: str = "O") -> Told:
    for name in names:
        given.key_result(home, name, metric=METRIC)
    return given


def test_a_sum_adds_up_what_feeds_it_unclamped_and_what_has_no_value_adds_nothing(given: Told) -> None:
    summing(feeding(given, "a", "b"), "a", "b", "measured", "total").key_result("O", "measured", baseline=goals.Baseline())
    given.key_result("O", "total", sum=goals.Sum(start=0, target=1, feeds=[an_id("c")]))
    feeding(given, "c").check_in("a", 30.0).check_in("measured", -10.0).check_in("c", 5.0)
    assert given.standing("k").value == 25.0
    assert given.evaluated().raw[an_id("k")] == 0.25


def test_a_sum_starts_where_it_is_said_to(given: Told) -> None:
    summing(feeding(given, "a"), "a", start=20).check_in("a", 60.0)
    assert given.evaluated().raw[an_id("k")] == 0.5


def test_the_coverage_of_a_sum_is_the_mean_of_its_feeds_and_stands_in_the_objectives_for_0_or_1() -> None:
    given = summing(feeding(Told().objective("O").objective("F"), "a", "b", home="F"), "a", "b").check_in("a", 5.0)
    assert given.numbers("O").not_started_share == 0.5


def test_a_sum_without_a_feed_that_has_a_value_is_not_started(given: Told) -> None:
    assert status(summing(feeding(given, "a"), "a"), START + 50) == NOT_STARTED
    assert status(summing(Told().objective("O")), START + 50) == NOT_STARTED


def test_a_cancelled_feed_is_left_out_from_its_day_and_one_that_is_not_there_yet_is_none() -> None:
    given = summing(feeding(Told().objective("O").objective("F"), "a", home="F"), "a", "b", "later")
    feeding(given, "b", home="F").key_result("F", "later", metric=METRIC, holds_from=START + 20)
    given.check_in("a", 30.0).check_in("b", 4.0)
    given.event(goals.KeyResultCancelled(objective_id=an_id("F"), key_result_id=an_id("a"), holds_from=START + 10), START + 10)
    assert [given.standing("k", START + n).value for n in (9, 10)] == [34.0, 4.0]
    assert [given.numbers("O", START + n).not_started_share for n in (10, 20)] == [0.0, 0.5]


def test_a_feed_of_what_ended_keeps_the_value_of_its_end_and_one_of_what_was_cancelled_is_left_out() -> None:
    given = Told().objective("O").objective("closed").objective("cancelled")
    feeding(feeding(given, "a", home="closed"), "b", home="cancelled").check_in("a", 30.0).check_in("b", 4.0)
    summing(given, "a", "b")
    given.event(goals.ObjectiveClosed(objective_id=an_id("closed"), holds_from=START + 10), START + 10)
    given.event(goals.ObjectiveCancelled(objective_id=an_id("cancelled"), holds_from=START + 10), START + 10)
    given.check_in("a", 90.0, START + 12, day=START + 12)
    assert [given.standing("k", START + n).value for n in (9, 12)] == [34.0, 30.0]


def test_a_sum_is_never_stale(given: Told) -> None:
    summing(given)
    home = given.tree().objectives[an_id("O")]
    assert not is_stale(given.standing("k"), home, Paces(DUE), NOTHING_SETTLED)


# -- KPIs that feed sums


def kpi(given: Told, name: str) -> Told:
    return given.event(goals.KpiDefined(kpi_id=an_id(name), title=name, owner_id=an_id("ann"), holds_from=0))


def measured(given: Told, name: str, value: float, as_of: int = START, day: int = START) -> Told:
    ids: Any = {"kpi_id": an_id(name), "measurement_id": an_id(f"{name}@{as_of}")}
    return given.event(goals.KpiMeasured(value=value, as_of=as_of, **ids), day)


def test_a_sum_that_a_kpi_feeds_follows_its_values_on_both_time_axes(given: Told) -> None:
    summing(kpi(given, "churn"), "churn", start=20)
    assert (given.standing("k").value, given.numbers("O").not_started_share) == (None, 1.0)
    measured(measured(given, "churn", 60.0, START + 1, day=START + 1), "churn", 100.0, START + 5, day=START + 9)
    assert [given.standing("k", START + n).value for n in (0, 1, 4, 5)] == [None, 60.0, 60.0, 100.0]
    assert given.evaluated(START + 1).raw[an_id("k")] == 0.5
    assert given.standing("k", START + 5, (START + 6) * DAY).value == 60.0, "the later value was not known yet"
    taken_back: Any = {"kpi_id": an_id("churn"), "measurement_id": an_id(f"churn@{START + 5}")}
    given.event(goals.KpiMeasurementRetracted(as_of=START + 5, **taken_back), START + 10)
    assert given.standing("k", START + 5).value == 60.0
    assert given.standing("k", START + 5, (START + 10) * DAY).value == 100.0, "it was not taken back yet"


def test_key_results_and_kpis_feed_a_sum_together_and_each_stands_in_its_coverage(given: Told) -> None:
    summing(kpi(kpi(feeding(given, "a"), "p"), "silent"), "a", "p", "silent", "nowhere").check_in("a", 30.0)
    measured(given, "p", 4.5)
    assert given.standing("k").value == 34.5
    assert [one.title for one in kpis_of(given.standing("k"))] == ["p", "silent"]
    assert coverage_of(given.standing("k")) == 2 / 3


def test_a_sum_of_what_ended_keeps_the_value_that_a_kpi_had_at_the_end(given: Told) -> None:
    measured(summing(kpi(given, "p"), "p"), "p", 30.0)
    given.event(goals.ObjectiveClosed(objective_id=an_id("O"), holds_from=START + 10), START + 10)
    measured(measured(given, "p", 90.0, START + 12, day=START + 12), "p", 50.0, START + 5, day=START + 13)
    assert [given.standing("k", START + n).value for n in (4, 12)] == [30.0, 30.0]
    assert given.numbers("O", START + 12).progress == 0.3
