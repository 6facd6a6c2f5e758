"""What is there already, and otherwise, is told: whatever the tables say of it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import id_text
from chassis.texts import name_key
from gateway.importing.differences import cycle_differences, key_result_differences, objective_differences, person_differences
from gateway.importing.plan import Cycle, KeyResult, Milestone, Objective, Owner
from gateway.importing.planner import plan_of
from tests.support.events import an_id

DAYS: Final = st.dates(date(2026, 1, 1), date(2026, 3, 1))

PLAN: Final = plan_of(
    {
        "objectives.csv": (
            b"objective,title,starts_on,ends_on,owner,cycle,level,team\nJ1,Grow,2026-01-01,2026-03-31,Ann,Q1,individual:Bob,Core\n"
        ),
        "key_results.csv": b"objective,number,title,kind,start,target,unit,weight\nJ1,1,Hire,number,0,4,people,2\n",
    }
)
OBJECTIVE: Final[Objective] = PLAN.objectives[0]
KEY_RESULT: Final[KeyResult] = PLAN.key_results[0]

OBJECTIVE_THERE: Final[dict[str, Any]] = {
    "title": "Grow",
    "start_day": "2026-01-01",
    "due_day": "2026-03-31",
    "cycle": {"id": "1", "name": "Q1"},
    "level": "individual",
    "team": {"id": "4", "name": "Core"},
    "owner": {"id": "2", "handle": "Ann"},
    "contributors": [{"id": "3", "handle": "Bob"}],
    "child_weight": 1.0,
    "kind": "committed",
    "parent": None,
    "roll_up": "key_results",
    "visibility": "company",
    "named_people": [],
    "labels": [],
    "why": "",
    "state": "active",
    "pillar": None,
}
KEY_RESULT_THERE: Final[dict[str, Any]] = {
    "title": "Hire",
    "measure": "metric",
    "start": 0.0,
    "target": 4.0,
    "low": None,
    "high": None,
    "mode": None,
    "unit": "people",
    "weight": 2.0,
    "plan": [{"day": "2026-02-01", "share": 0.5}],
    "commit": 2.0,
    "stretch": 6.0,
    "due_day": "2026-03-31",
    "owners": [{"person": {"id": "2", "handle": "Ann"}, "share": None}],
    "milestones": None,
    "feeds": None,
}

OTHERWISE: Final[dict[str, Any]] = {
    "title": "Shrink",
    "cycle": "Q2",
    "level": "company",
    "owner": "Bob",
    "contributors": ("Cid",),
    "team": "Edge",
    "start_day": date(2026, 1, 2),
    "due_day": date(2026, 3, 30),
    "measure": "graded",
    "start": 1.0,
    "target": 5.0,
    "low": 2.0,
    "high": 6.0,
    "mode": "share",
    "unit": "heads",
    "weight": 3.0,
    "plan": ((date(2026, 2, 1), 0.6),),
    "commit": 3.0,
    "stretch": 5.0,
    "child_weight": 2.0,
    "kind": "aspirational",
    "parent": "J0",
    "roll_up": "both",
    "visibility": "private",
    "named": ("Cid",),
    "labels": ("growth",),
    "why": "Because",
    "pillar": "Trust",
    "milestones": (Milestone("Sign", 2.0, date(2026, 3, 1)),),
    "feeds": ("J2/1",),
    "owners": (Owner("Ann", 0.5),),
}
CALLED: Final = {"named": "named_people"}
"""Fields that Cairn calls otherwise."""
NOT_COMPARED: Final = {
    "row": "it is where it was read",
    "reference": "it is found by it",
    "home": "it is found by it",
    "counts_for": "what it counts for is added",
    "ended_on": "an end that the table brings happens",
    "state": "what leads to it happens",
    "active_from": "it was active already",
    "reopened": "what leads to it happens",
    "outcome": "an end that the table brings happens",
    "first_day": "it is there already",
    "counts_from": "what it counts for is added",
    "cancelled_on": "an end that the table brings happens",
}


@given(first=DAYS, last=DAYS, there_first=DAYS, there_last=DAYS)
def test_a_cycle_that_does_not_span_its_objectives_is_told(first: date, last: date, there_first: date, there_last: date) -> None:
    there = {"first_day": there_first.isoformat(), "last_day": there_last.isoformat()}
    told = cycle_differences(Cycle("Q1", first, last), there)
    outgrown = {"first_day": first < there_first, "last_day": last > there_last}
    assert [(each.what, each.there) for each in told] == [(what, there[what]) for what, otherwise in outgrown.items() if otherwise]


def test_what_is_as_the_tables_say_is_not_told() -> None:
    assert objective_differences(OBJECTIVE, OBJECTIVE_THERE, {}, {}, {}) == []
    assert key_result_differences(KEY_RESULT, KEY_RESULT_THERE) == []


@pytest.mark.parametrize("what", [field.name for field in fields(Objective) if field.name not in NOT_COMPARED])
def test_whatever_a_table_says_of_an_objective_is_compared(what: str) -> None:
    told = objective_differences(replace(OBJECTIVE, **{what: OTHERWISE[what]}), OBJECTIVE_THERE, {}, {}, {})
    assert [(each.reference, each.what) for each in told] == [("J1", CALLED.get(what, what))]


@pytest.mark.parametrize(
    ("here", "there", "is_told"),
    [
        ("draft", "draft", False),
        ("draft", "active", True),
        ("active", "draft", False),
        ("active", "closed", True),
        ("closed", "active", False),
    ],
)
def test_a_state_is_told_to_which_nothing_leads(here: str, there: str, is_told: bool) -> None:
    ended = ("ended_on", "2026-03-01") if here == "closed" else ("why", "")
    table = f"objective,title,starts_on,ends_on,state,{ended[0]}\nJ1,Grow,2026-01-01,2026-03-31,{here},{ended[1]}\n"
    plan = plan_of({"objectives.csv": table.encode(), "key_results.csv": b"objective,number,title,kind\n"})
    told = objective_differences(plan.objectives[0], {**OBJECTIVE_THERE, "state": there}, {}, {}, {})
    assert [each.there for each in told if each.what == "state"] == ([there] if is_told else [])


def test_whoever_has_another_handle_by_now_is_who_the_tables_say() -> None:
    ann = an_id("Ann")
    renamed = {**OBJECTIVE_THERE, "owner": {"id": id_text(ann), "handle": "renamed"}}
    people = {name_key("Ann"): ann}
    assert objective_differences(OBJECTIVE, renamed, people, {}, {}) == []
    assert [each.there for each in objective_differences(OBJECTIVE, renamed, {}, {}, {})] == ["renamed"]


def test_whoever_is_there_with_another_name_address_or_roles_is_told_as_far_as_the_row_says_them() -> None:
    rows = "person,name,email,roles\nann,Ann Lee,ann@example.com,admin;member\nben,,,\n"
    objectives = b"objective,title,starts_on,ends_on\nJ1,Grow,2026-01-01,2026-03-31\n"
    tables = {"people.csv": rows.encode(), "objectives.csv": objectives, "key_results.csv": b"objective,number,title,kind\n"}
    ann, ben = plan_of(tables).person_rows
    there = {"name": "Ann Lee", "email": "ann@example.com", "roles": ["member", "admin"]}
    assert person_differences(ann, there) == []
    otherwise = {"name": "Ann", "email": "", "roles": ["member"]}
    told = person_differences(ann, otherwise)
    assert [(each.reference, each.what, each.there) for each in told] == [("ann", what, there) for what, there in otherwise.items()]
    assert person_differences(ben, there) == []


@pytest.mark.parametrize("what", [field.name for field in fields(KeyResult) if field.name not in NOT_COMPARED])
def test_whatever_a_table_says_of_a_key_result_is_compared(what: str) -> None:
    told = key_result_differences(replace(KEY_RESULT, **{what: OTHERWISE[what]}), KEY_RESULT_THERE)
    assert [(each.reference, each.what) for each in told] == [("J1/1", what)]


def test_a_team_that_is_called_otherwise_by_now_is_the_one_that_the_tables_say() -> None:
    core = an_id("Core")
    renamed = {**OBJECTIVE_THERE, "team": {"id": id_text(core), "name": "Platform"}}
    assert objective_differences(OBJECTIVE, renamed, {}, {name_key("Core"): core}, {}) == []
    assert [each.there for each in objective_differences(OBJECTIVE, renamed, {}, {}, {})] == ["Platform"]


def test_a_pillar_that_is_called_otherwise_by_now_is_the_one_that_the_tables_say() -> None:
    growth = an_id("growth")
    said, renamed = (
        replace(OBJECTIVE, pillar="growth"),
        {**OBJECTIVE_THERE, "pillar": {"id": id_text(growth), "title": "Profitable growth"}},
    )
    assert objective_differences(said, renamed, {}, {}, {name_key("growth"): growth}) == []
    assert [each.there for each in objective_differences(said, renamed, {}, {}, {})] == ["Profitable growth"]
