"""What a KPI is at a point of both time axes."""

from __future__ import annotations

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.kpis import Kpi
from progress.facts import Facts, FactsInMemory, fold
from tests.support.events import KPI, MONDAY, TUESDAY, WEDNESDAY, kpi_defined, kpi_measured, kpi_retracted
from tests.support.recorded import JANUARY, Log

EVER = -719_162


def after(*events: object, on: int | None = None, told: int | None = None) -> Kpi:
    """The KPI on a day, as far as it was known after so many events."""
    log, facts = Log("goals"), Facts()
    for event in events:
        fold(log.append(event, aggregate_id=KPI), facts)  # type: ignore[arg-type]
    known_at = None if told is None else JANUARY + 1_000_000 * told + 7
    (kpi,) = FactsInMemory(facts).kpis(on, known_at)
    return kpi


DEFINED = kpi_defined(holds_from=EVER)


def test_its_value_is_that_of_the_latest_day_whatever_was_recorded_last() -> None:
    kpi = after(DEFINED, kpi_measured("new", 2.5, TUESDAY), kpi_measured("late", 9.0, MONDAY))
    assert (kpi.value, kpi.as_of) == (2.5, TUESDAY)


def test_of_one_day_the_value_that_was_recorded_last_counts() -> None:
    assert after(DEFINED, kpi_measured("a", 2.5), kpi_measured("b", 2.0)).value == 2.0


def test_what_is_dated_later_does_not_count_before_its_day() -> None:
    values = kpi_measured("a", 2.5, MONDAY), kpi_measured("b", 2.0, WEDNESDAY)
    assert after(DEFINED, *values, on=TUESDAY).value == 2.5
    assert after(DEFINED, *values, on=MONDAY - 1).value is None


def test_what_was_taken_back_was_the_value_until_then() -> None:
    events = DEFINED, kpi_measured("a", 2.5), kpi_measured("b", 9.0), kpi_retracted("b")
    assert after(*events).value == 2.5
    assert after(*events, told=3).value == 9.0


def test_it_is_in_range_between_its_bounds_themselves_included() -> None:
    between = kpi_defined(low=1.0, high=3.0, holds_from=EVER)
    assert [after(between, kpi_measured("a", value)).in_range for value in (0.9, 1.0, 2.0, 3.0, 3.1)] == [False, True, True, True, False]


def test_without_a_value_it_is_neither_in_range_nor_out_of_it() -> None:
    assert after(DEFINED).in_range is None


def test_a_range_holds_from_its_day_on() -> None:
    narrower = goals.KpiRevised(kpi_id=KPI, high=goals.Bound(value=2.0), holds_from=TUESDAY)
    events = DEFINED, kpi_measured("a", 2.5), narrower
    assert (after(*events, on=MONDAY).in_range, after(*events, on=TUESDAY).in_range) == (True, False)


def test_its_version_rises_with_every_event_on_it() -> None:
    assert after(DEFINED, kpi_measured("a"), kpi_retracted("a")).version == 3
