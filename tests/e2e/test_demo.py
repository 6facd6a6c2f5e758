"""The demo company in small: two cycles of four weeks of ten people, told to a system whose clock began in the past."""

from __future__ import annotations

import json
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
    assert any(objective["grade"] is not None for objective in report["objectives"])


def test_who_moved_the_target_is_found(admin: Person) -> None:
    moved = [entry for entry in admin.pages("/v1/key-results/T1-SALE1/1/history") if "3200000" in str(entry)]
    assert [entry["actor"]["handle"] for entry in moved] == [company.cast(10, SMALL.teams, 7)["SALE"][0].handle]


def test_told_again_nothing_happens_twice(admin: Person, began_in_the_past: System, tmp_path: Path) -> None:
    before = len(list(admin.pages("/v1/check-ins")))
    memory = tmp_path / "progress.json"
    memory.write_text(json.dumps({"ids": {}, "next": len(STEPS) - 1}))
    Teller(began_in_the_past.url, admin.tenant, memory).tell(STEPS, print)
    assert len(list(admin.pages("/v1/check-ins"))) == before
