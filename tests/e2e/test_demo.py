"""The demo company in small: two cycles of four weeks of ten people, told to a system whose clock began in the past."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo import company
from demo.quarter import WEEK, Scale, plan
from demo.run import Teller
from tests.support.company import Person, unique_name
from tests.support.system import System

KEYS = {"LEAD", "PROD", "APP", "SALE", "HOUS"}
SMALL = Scale(10, tuple(team for team in company.TEAMS if team.key in KEYS), weeks=12, weeks_of_cycle=4, objectives=14)
FIRST_DAY = datetime.now(UTC).date() - timedelta(days=datetime.now(UTC).weekday()) - 12 * WEEK
STEPS = plan(SMALL, FIRST_DAY, 7)


@pytest.fixture(scope="module")
def began_in_the_past() -> Iterator[System]:
    """A system whose clock stands a quarter before the machine's."""
    told = {"CAIRN_CLOCK_MAY_BE_MOVED": "true", "CAIRN_CLOCK_AHEAD_SECONDS": str(int(-(13 * WEEK).total_seconds()))}
    with System(environment=told) as running:
        yield running


@pytest.fixture(scope="module")
def admin(began_in_the_past: System, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """Of the company, after everything was told."""
    tenant, memory = unique_name(), tmp_path_factory.mktemp("demo") / "progress.json"
    said: list[str] = []
    Teller(began_in_the_past.url, tenant, memory).tell(STEPS, said.append)
    assert len(said) == len(STEPS)
    return Person(began_in_the_past.url, tenant=tenant, person="admin")


def test_what_happened_then_was_recorded_then_and_the_clock_is_the_machines(admin: Person) -> None:
    first, *_, last = sorted(admin.pages("/v1/check-ins"), key=lambda each: str(each["created_at"]))
    began = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    assert began + 3 * WEEK < datetime.fromisoformat(first["created_at"]) < began + 4 * WEEK
    assert datetime.fromisoformat(last["created_at"]) < datetime.now(UTC)
    assert admin.operator().get("/v1/clock")["ahead_seconds"] == 0


def test_two_cycles_are_closed_with_grades_and_the_third_runs(admin: Person) -> None:
    states = {cycle["name"]: cycle["state"] for cycle in admin.get("/v1/cycles")["items"]}
    assert states == {"Strategy": "active", "T1": "closed", "T2": "closed", "T3": "active"}
    report = admin.get("/v1/cycles/T1/report")
    grades = [objective["grade"] for objective in report["objectives"] if objective["grade"] is not None]
    assert 0.5 < sum(grades) / len(grades) < 0.85


def test_halfway_most_is_on_track_some_is_not_and_what_was_given_up_says_why(admin: Person) -> None:
    thursday = (FIRST_DAY + 9 * WEEK + timedelta(days=3)).isoformat()
    statuses = Counter(each["status"] for each in admin.pages("/v1/key-results", cycle="T2", as_of=thursday))
    told = statuses.total() - statuses["not_started"]
    assert told > 15
    assert 0.4 < (statuses["on_track"] + statuses["achieved"]) / told < 0.85
    assert statuses["behind"] + statuses["at_risk"] > 2
    given_up = [o["reference"] for cycle in ("T1", "T2") for o in admin.pages("/v1/objectives", cycle=cycle, state="cancelled")]
    assert given_up
    assert any(entry.get("reason") for ref in given_up for entry in admin.pages(f"/v1/objectives/{ref}/history"))


def test_a_kpi_is_out_of_its_range_and_an_objective_was_started_from_it(admin: Person) -> None:
    assert [kpi["reference"] for kpi in admin.pages("/v1/kpis", in_range=False)] == ["PIPE"]
    started = admin.get("/v1/objectives/T3-PIPE")
    assert started["state"] == "active"


def test_who_moved_the_target_is_found(admin: Person) -> None:
    moved = [entry for entry in admin.pages("/v1/key-results/T1-SALE1/1/history") if "3200000" in str(entry)]
    assert [entry["actor"]["handle"] for entry in moved] == [company.cast(10, SMALL.teams, 7)["SALE"][0].handle]


def test_told_again_nothing_happens_twice(admin: Person, began_in_the_past: System, tmp_path: Path) -> None:
    before = len(list(admin.pages("/v1/check-ins")))
    memory = tmp_path / "progress.json"
    memory.write_text(json.dumps({"ids": {}, "next": len(STEPS) - 1}))
    Teller(began_in_the_past.url, admin.tenant, memory).tell(STEPS, print)
    assert len(list(admin.pages("/v1/check-ins"))) == before
