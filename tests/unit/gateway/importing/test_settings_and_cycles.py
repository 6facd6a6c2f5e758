"""What settings.csv, cycles.csv and the plans of key results say, row by row."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.importing.plan import Cycle, ImportPlan
from gateway.importing.planner import plan_of

OBJECTIVES = b"objective,title,starts_on,ends_on,cycle\nJ1,Grow,2026-01-01,2026-03-31,Q1\n"
KEY_RESULTS = b"objective,number,title,kind,start,target,plan,commit,stretch\nJ1,1,Hire,number,0,4,%s\n"


def planned(settings: str = "", cycles: str = "", key_result: str = ",,") -> ImportPlan:
    files = {"objectives.csv": OBJECTIVES, "key_results.csv": KEY_RESULTS % key_result.encode()}
    if settings:
        files["settings.csv"] = f"setting,value,day\n{settings}\n".encode()
    if cycles:
        files["cycles.csv"] = f"cycle,kind,first_day,last_day,cadence,weekday,state\n{cycles}\n".encode()
    return plan_of(files)


def test_a_setting_holds_from_its_day_or_since_ever() -> None:
    found = planned(settings="bounds,0.05;0.2,\nCadence,Monthly,2026-02-01").settings
    assert [(one.setting, one.value, one.day) for one in found] == [
        ("bounds", "0.05;0.2", None),
        ("cadence", "monthly", date(2026, 2, 1)),
    ]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("colour,red,", "setting", "no setting"),
        ("bounds,0.2;0.1,", "value", "lower one"),
        ("time_zone,Mars/Olympus,", "value", "time zone"),
        ("cadence,,", "value", "empty"),
        ("cadence,weekly,soon", "day", "soon"),
    ],
)
def test_a_row_that_is_no_setting_is_refused_with_its_column(row: str, column: str, says: str) -> None:
    (refusal,) = planned(settings=row).refused
    assert (refusal.file, refusal.column) == ("settings.csv", column)
    assert says in refusal.reason


def test_a_cycle_with_a_row_of_its_own_has_its_days_and_cadence() -> None:
    (cycle,) = planned(cycles="q1,strategic,2026-01-01,2026-12-31,none,fri,active").cycles
    assert (cycle.name, cycle.kind, cycle.first_day, cycle.last_day) == ("q1", "strategic", date(2026, 1, 1), date(2026, 12, 31))
    assert (cycle.cadence, cycle.weekday, cycle.state) == ("none", "fri", "active")


@pytest.mark.parametrize(("said", "cadence"), [("every 2 weeks", "two-weekly"), ("Every two  weeks", "two-weekly"), ("weekly", "weekly")])
def test_a_cadence_may_be_written_as_people_say_it(said: str, cadence: str) -> None:
    plan = planned(settings=f"cadence,{said},", cycles=f"q1,strategic,2026-01-01,2026-12-31,{said},,")
    assert ([one.value for one in plan.settings], [one.cadence for one in plan.cycles]) == ([cadence], [cadence])


def test_a_cycle_without_a_row_spans_its_objectives() -> None:
    assert planned().cycles == [Cycle("Q1", date(2026, 1, 1), date(2026, 3, 31))]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Q1,quarter,2026-01-01,2026-03-31,,,", "kind"),
        ("Q1,custom,2026-03-31,2026-01-01,,,", "last_day"),
        ("Q1,custom,2026-01-01,2026-03-31,daily,,", "cadence"),
        ("Q1,custom,2026-01-01,2026-03-31,,monday,", "weekday"),
        ("Q1,custom,2026-01-01,2026-03-31,,,open", "state"),
    ],
)
def test_a_row_that_is_no_cycle_is_refused_with_its_column(row: str, column: str) -> None:
    (refusal,) = planned(cycles=row).refused
    assert (refusal.file, refusal.column) == ("cycles.csv", column)


def test_a_plan_is_days_with_shares_and_marks_are_numbers() -> None:
    (key_result,) = planned(key_result="2026-02-01:0.25;2026-03-01:0.5,3,6").key_results
    assert key_result.plan == ((date(2026, 2, 1), 0.25), (date(2026, 3, 1), 0.5))
    assert (key_result.commit, key_result.stretch) == (3.0, 6.0)
    (refusal,) = planned(key_result="soon:0.5,,").refused
    assert refusal.column == "plan"
