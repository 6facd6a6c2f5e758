"""What feeds sums: never themselves, on no day, also through others; at most ten one upon another; of one unit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from chassis.errors import Refused
from chassis.ids import Id
from goals.domain import key_results, kpis, objectives, sums
from goals.domain.kpis import Kpi
from goals.domain.objectives import Objective
from goals.domain.sums import Sums
from shared.limits import MOST_SUMS_IN_A_CHAIN
from tests.support.events import KEY_RESULT, OBJECTIVE, an_id, key_result_defined, objective_defined


def fed(*said: tuple[str, int, str]) -> Sums:
    """Of each sum, from which day on, by what (letters)."""
    state = Sums()
    for key_result, day, feeds in said:
        for event in sums.feed(state, OBJECTIVE, an_id(key_result), ids(feeds), day):
            sums.apply(state, event)
    return state


def told(*events: Message) -> Objective:
    objective = Objective()
    for event in events:
        objectives.apply(objective, event)
    return objective


def ids(letters: str) -> list[Id]:
    return [an_id(letter) for letter in letters]


def reason(state: Sums, key_result: str, day: int, feeds: str) -> str:
    with pytest.raises(Refused) as refused:
        sums.feed(state, OBJECTIVE, an_id(key_result), ids(feeds), day)
    return refused.value.reason


def test_a_sum_does_not_feed_itself() -> None:
    assert reason(Sums(), "a", 1, "a") == "SUM_LOOP"


def test_a_sum_does_not_feed_itself_through_three_others() -> None:
    assert reason(fed(("b", 1, "a"), ("c", 1, "b"), ("d", 1, "c")), "a", 1, "d") == "SUM_LOOP"


def test_no_loop_arises_on_a_later_day_or_an_earlier_one() -> None:
    assert reason(fed(("b", 10, "a")), "a", 5, "b") == "SUM_LOOP"
    assert reason(fed(("b", 1, "a"), ("b", 10, "")), "a", 5, "b") == "SUM_LOOP"


def test_what_feeds_no_longer_may_be_fed() -> None:
    assert sums.feed(fed(("b", 1, "a"), ("b", 10, "")), OBJECTIVE, an_id("a"), ids("b"), 10)


def test_sums_stand_at_most_so_many_one_upon_another() -> None:
    letters = "abcdefghijklmnop"[: MOST_SUMS_IN_A_CHAIN + 1]
    chain = fed(*((upper, 1, lower) for lower, upper in pairwise(letters)))
    assert reason(chain, "z", 1, letters[-1]) == "SUM_TOO_DEEP"


def test_the_unit_of_what_feeds_a_sum_and_of_a_sum_that_is_fed_stays() -> None:
    state = fed(("a", 1, "b"))
    for letter in "ab":
        with pytest.raises(Refused, match="unit"):
            sums.require_not_feeding(state, an_id(letter))
    sums.require_not_feeding(state, an_id("c"))


@pytest.mark.parametrize(
    ("measure", "refusal"),
    [
        ({"metric": goals.Metric(start=0, target=3, unit="h")}, "FEED_OF_OTHER_UNIT"),
        ({"maintain": goals.Maintain(low=2, unit="CHF")}, "FEED_NOT_ADDABLE"),
        ({"binary": goals.Binary()}, "FEED_NOT_ADDABLE"),
    ],
)
def test_only_metrics_baselines_and_sums_of_the_same_unit_are_added_up(measure: dict[str, Message], refusal: str) -> None:
    objective = told(objective_defined(), key_result_defined(**measure))
    with pytest.raises(Refused) as refused:
        key_results.require_feeding(objective, {KEY_RESULT: "feeds[0]"}, "CHF")
    assert (refused.value.reason, refused.value.field) == (refusal, "feeds[0]")
    fits = told(objective_defined(), key_result_defined(baseline=goals.Baseline(unit="CHF")))
    key_results.require_feeding(fits, {KEY_RESULT: "feeds[0]"}, "CHF")


def test_a_kpi_of_the_same_unit_feeds_a_sum_and_one_that_is_retired_goes_on_feeding_what_it_fed() -> None:
    kpi = Kpi()
    kpis.apply(kpi, goals.KpiDefined(kpi_id=an_id("p"), title="Churn", unit="percent"))
    kpis.require_feeding(kpi, "percent", "feeds[0]", fed_before=False)
    assert refused(kpi, "CHF", fed_before=True) == "FEED_OF_OTHER_UNIT"
    kpis.apply(kpi, goals.KpiRetired(kpi_id=an_id("p")))
    kpis.require_feeding(kpi, "percent", "feeds[0]", fed_before=True)
    assert refused(kpi, "percent", fed_before=False) == "KPI_RETIRED"
    assert refused(Kpi(), "percent", fed_before=True) == "KPI_UNKNOWN"


def refused(kpi: Kpi, unit: str, *, fed_before: bool) -> str:
    with pytest.raises(Refused) as refusal:
        kpis.require_feeding(kpi, unit, "feeds[0]", fed_before=fed_before)
    return refusal.value.reason
