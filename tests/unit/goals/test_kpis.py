"""KPIs: a range in which all is well, values that are measured and taken back, an end."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from goals import policy
from goals.aggregates import KPI as KPIS
from goals.domain import kpis
from goals.domain.kpis import Kpi, WayBack
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER
from tests.support.events import ANN, BOB, CYD, KPI, MONDAY, TUESDAY, an_id, kpi_defined, kpi_measured, kpi_retracted
from tests.unit.domain_dsl import folded, given
from tests.unit.goals.examples import NOW, TODAY, ever, on, today

RETIRED = goals.KpiRetired(kpi_id=KPI, reason="measured elsewhere")


def wanted(**changed: Any) -> api.DefineKpiRequest:
    fields: dict[str, Any] = {"title": "Churn", "unit": "percent", "high": 3.0, "owner_id": ANN}
    return api.DefineKpiRequest(**fields | changed)


def revision(**changed: Any) -> api.ReviseKpiRequest:
    return api.ReviseKpiRequest(kpi_id=KPI, **changed)


def value(number: float, as_of: int | None = None) -> api.MeasureKpiRequest:
    return api.MeasureKpiRequest(kpi_id=KPI, value=number, as_of=as_of)


def test_a_kpi_is_defined_and_belongs_to_whom_it_is_given_or_to_who_defines_it() -> None:
    given(KPIS).when(kpis.define, KPI, BOB, wanted()).then(ever(kpi_defined()))
    given(KPIS).when(kpis.define, KPI, BOB, wanted(owner_id=b"")).then(ever(kpi_defined(owner_id=BOB)))


def test_a_kpi_is_defined_once() -> None:
    given(KPIS, kpi_defined()).when(kpis.define, KPI, BOB, wanted()).then_refused("KPI_DEFINED", kind=Kind.TAKEN)


def test_a_range_has_its_bounds_in_order() -> None:
    given(KPIS).when(kpis.define, KPI, BOB, wanted(low=4.0)).then_refused("BOUNDS_SWAPPED", field="high")
    moved = revision(low=goals.Bound(value=3.5))
    given(KPIS, kpi_defined()).when(kpis.revise, moved, NOW).then_refused("BOUNDS_SWAPPED", field="high")


def test_a_bound_moves_from_a_day_on_and_may_be_taken_away() -> None:
    narrower = goals.KpiRevised(kpi_id=KPI, high=goals.Bound(value=2.5))
    given(KPIS, kpi_defined()).when(kpis.revise, revision(high=goals.Bound(value=2.5)), NOW).then(today(narrower))
    open_above = goals.KpiRevised(kpi_id=KPI, high=goals.Bound(), holds_from=TODAY - 9)
    given(KPIS, kpi_defined()).when(kpis.revise, revision(high=goals.Bound()), on(TODAY - 9)).then(open_above)


def test_a_kpi_out_of_its_range_is_as_far_from_it_as_its_newest_value_of_today_says() -> None:
    kpi = folded(KPIS, kpi_defined(low=1.0))
    assert kpis.way_back(kpi, TODAY) is None, "it was not measured yet"
    said: list[tuple[float, int, WayBack | None]] = [
        (2.0, TODAY - 9, None),
        (5.0, TODAY - 1, WayBack(5.0, 3.0)),
        (4.0, TODAY - 1, WayBack(4.0, 3.0)),  # of one day the one that was recorded last
        (2.5, TODAY - 5, WayBack(4.0, 3.0)),
        (9.0, TODAY + 1, WayBack(4.0, 3.0)),  # it counts from tomorrow on
        (3.0, TODAY, None),  # bounds included
        (0.5, TODAY, WayBack(0.5, 1.0)),
    ]
    for number, (value, as_of, back) in enumerate(said):
        kpis.apply(kpi, goals.KpiMeasured(kpi_id=KPI, measurement_id=an_id(f"m{number}"), as_of=as_of, value=value))
        assert kpis.way_back(kpi, TODAY) == back, number
    kpis.apply(kpi, goals.KpiMeasurementRetracted(kpi_id=KPI, measurement_id=an_id("m6"), as_of=TODAY))
    assert kpis.way_back(kpi, TODAY) is None


def test_nothing_is_started_from_a_kpi_in_its_range_nor_from_one_that_was_measured_meanwhile() -> None:
    kpi = folded(KPIS, kpi_defined(), goals.KpiMeasured(kpi_id=KPI, measurement_id=an_id("m"), as_of=TODAY, value=4.0))
    kpis.require_out_of_range(kpi, TODAY, WayBack(4.0, 3.0))
    assert started(kpi, WayBack(5.0, 3.0)) == "STALE_VERSION"
    kpis.apply(kpi, goals.KpiMeasured(kpi_id=KPI, measurement_id=an_id("n"), as_of=TODAY, value=3.0))
    assert started(kpi, WayBack(4.0, 3.0)) == "KPI_IN_RANGE"
    kpis.apply(kpi, RETIRED)
    assert started(kpi, None) == "KPI_RETIRED"
    assert started(Kpi(), None) == "KPI_UNKNOWN"


def started(kpi: Kpi, seen: WayBack | None) -> str:
    with pytest.raises(Refused) as refused:
        kpis.require_out_of_range(kpi, TODAY, seen)
    return refused.value.reason


def test_the_key_result_that_follows_a_kpi_back_goes_from_where_it_is_to_the_bound_that_it_left() -> None:
    kpi = folded(KPIS, kpi_defined(low=1.0))
    above = kpis.back_in_range(kpi, WayBack(4.5, 3.0), "C1/1")
    assert (above.reference, above.title, list(above.sum.feeds)) == ("C1/1", "Churn: at most 3 percent", [KPI])
    assert (above.sum.start, above.sum.target, above.sum.unit) == (4.5, 3.0, "percent")
    assert kpis.back_in_range(kpi, WayBack(0.5, 1.0), "").title == "Churn: at least 1 percent"


def test_what_is_so_already_is_no_change() -> None:
    given(KPIS, kpi_defined()).when(kpis.revise, revision(title="Churn", high=goals.Bound(value=3.0)), NOW).then()


def test_a_range_does_not_hold_from_a_day_that_lies_ahead() -> None:
    given(KPIS, kpi_defined()).when(kpis.revise, revision(title="Loss"), on(TODAY + 1)).then_refused("HOLDS_FROM_AHEAD")


def test_a_kpi_is_measured_today_unless_a_day_is_named() -> None:
    given(KPIS, kpi_defined()).when(kpis.measure, an_id("m"), value(2.0), TODAY).then(kpi_measured("m", as_of=TODAY))
    given(KPIS, kpi_defined()).when(kpis.measure, an_id("m"), value(2.0, MONDAY), TODAY).then(kpi_measured("m"))


def test_a_kpi_is_not_measured_on_a_day_that_has_not_come() -> None:
    given(KPIS, kpi_defined()).when(kpis.measure, an_id("m"), value(2.0, TODAY + 1), TODAY).then(kpi_measured("m", as_of=TODAY + 1))
    for day in (TODAY + 2, 2**31 - 1):
        given(KPIS, kpi_defined()).when(kpis.measure, an_id("m"), value(2.0, day), TODAY).then_refused("DAY_IN_FUTURE", field="as_of")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300])
def test_what_cannot_be_measured_is_no_value(number: float) -> None:
    given(KPIS, kpi_defined()).when(kpis.measure, an_id("m"), value(number), TODAY).then_refused("INVALID_ARGUMENT", field="value")


def test_a_value_is_taken_back_and_to_do_so_again_changes_nothing() -> None:
    measured = given(KPIS, kpi_defined(), kpi_measured("m", as_of=TUESDAY))
    measured.when(kpis.retract, an_id("m"), "mistyped").then(kpi_retracted("m", TUESDAY))
    given(KPIS, kpi_defined(), kpi_measured("m"), kpi_retracted("m")).when(kpis.retract, an_id("m"), "again").then()


def test_a_value_that_is_not_there_is_not_taken_back() -> None:
    given(KPIS, kpi_defined()).when(kpis.retract, an_id("m"), "").then_refused("MEASUREMENT_UNKNOWN", kind=Kind.UNKNOWN)


def test_what_is_retired_takes_no_values_and_no_longer_changes() -> None:
    retired = given(KPIS, kpi_defined(), kpi_measured("m"), RETIRED)
    retired.when(kpis.measure, an_id("n"), value(2.0), TODAY).then_refused("KPI_RETIRED")
    retired.when(kpis.revise, revision(title="Loss"), NOW).then_refused("KPI_RETIRED")
    retired.when(kpis.retire, "again", NOW).then_refused("KPI_RETIRED")
    retired.when(kpis.retract, an_id("m"), "mistyped").then(kpi_retracted("m"))


def test_nothing_is_done_to_a_kpi_that_is_not_there() -> None:
    for asked in ((kpis.measure, an_id("m"), value(1.0), TODAY), (kpis.retire, "", NOW), (kpis.retract, an_id("m"), "")):
        given(KPIS).when(*asked).then_refused("KPI_UNKNOWN", kind=Kind.UNKNOWN)


def a_person(person_id: Id, *roles: str) -> Identity:
    return Identity(an_id("tenant"), person_id, frozenset(roles))


@pytest.mark.parametrize("identity", [a_person(ANN, MEMBER), a_person(BOB, MEMBER), a_person(CYD, ADMIN)])
def test_owner_creator_and_admins_keep_a_kpi(identity: Identity) -> None:
    policy.require_kpi_keeper(identity, folded(KPIS, kpi_defined()))
    policy.require_measurer(identity, folded(KPIS, kpi_defined()))


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (a_person(CYD, MEMBER), "NOT_ITS_KEEPER"),
        (a_person(CYD, CHAMPION), "NOT_ITS_KEEPER"),
        (a_person(ANN, VIEWER), "ROLE_REQUIRED"),
        (a_person(ANN, AUDITOR), "ROLE_REQUIRED"),
    ],
)
def test_nobody_else_keeps_or_measures_it(identity: Identity, reason: str) -> None:
    for may in (policy.require_kpi_keeper, policy.require_measurer):
        with pytest.raises(Refused) as caught:
            may(identity, folded(KPIS, kpi_defined()))
        assert caught.value.reason == reason


def test_services_measure_any_kpi_and_keep_none() -> None:
    policy.require_measurer(a_person(CYD, SERVICE), folded(KPIS, kpi_defined()))
    with pytest.raises(Refused):
        policy.require_kpi_keeper(a_person(CYD, SERVICE), folded(KPIS, kpi_defined()))
