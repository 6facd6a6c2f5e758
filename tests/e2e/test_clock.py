"""An installation that lives in another year: its operator moves the clock on, and everything that is told of time follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from embedded.ports import wait_until
from tests.support import sql_recipes
from tests.support.company import Person, new_tenant, positions_of, unique_name
from tests.support.system import System

AHEAD, WEEK = timedelta(days=400), timedelta(days=7)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[System]:
    """A system whose clock began 400 days before the machine's, and may be moved."""
    told = {"CAIRN_CLOCK_MAY_BE_MOVED": "true", "CAIRN_CLOCK_AHEAD_SECONDS": str(int(AHEAD.total_seconds()))}
    with System(environment=told) as running:
        yield running


def clock(system: System, *words: str) -> Any:
    return json.loads(system.cairn("clock", *words, "--json").stdout)


def today(system: System) -> date:
    return datetime.fromisoformat(clock(system, "show")["now"]).date()


def fortnight(admin: Person, first_day: date) -> None:
    """An active objective of ann's with a metric of 100, in a cycle of two weeks."""
    last_day = first_day + 2 * WEEK
    admin.post("/v1/people", {"handle": "ann", "name": "Ann", "roles": ["member"]})
    admin.post("/v1/cycles", {"name": "now", "kind": "tactical", "first_day": first_day.isoformat(), "last_day": last_day.isoformat()})
    admin.post("/v1/cycles/now/start")
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O1", "title": "One", "owner": "ann"})
    metric = {"reference": "O1/1", "title": "First", "measure": "metric", "start": 0, "target": 100}
    admin.post("/v1/objectives/O1/key-results", metric)
    admin.post("/v1/objectives/O1/activate")


def test_a_week_passes_in_a_moment(elsewhere: System) -> None:
    monday = today(elsewhere)
    assert monday >= (datetime.now(UTC) + AHEAD - DAY).date()
    admin = new_tenant(elsewhere.url)
    fortnight(admin, monday)
    then = admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    assert datetime.fromisoformat(then["recorded_at"]).date() >= monday
    admin.catch_up()
    assert admin.get("/v1/objectives/O1")["status"] == "on_track"
    known_then = datetime.fromisoformat(clock(elsewhere, "show")["now"])

    moved = clock(elsewhere, "advance", "7d")

    assert {service["ahead_seconds"] for service in moved["services"]} == {(AHEAD + WEEK).total_seconds()}
    now = admin.get("/v1/objectives/O1")  # half of the time is gone, a tenth is done
    assert (now["status"], now["progress"]) == ("at_risk", 0.1)
    assert admin.get("/v1/objectives/O1", as_of=monday.isoformat())["status"] == "on_track"
    assert admin.get("/v1/objectives/O1", known_at=known_then.isoformat())["status"] == "on_track"

    ann = Person(elsewhere.url, tenant=admin.tenant, person="ann")
    assert wait_until(lambda: any("at risk" in item["subject"] for item in ann.get("/v1/inbox")["items"]), 60), "the day has not turned"
    (told,) = [item for item in ann.get("/v1/inbox")["items"] if "at risk" in item["subject"]]
    assert datetime.fromisoformat(told["created_at"]).date() >= monday + WEEK
    ann.post("/v1/inbox/read", {"notification_ids": [told["id"]]})
    assert datetime.fromisoformat(ann.get("/v1/inbox")["items"][0]["read_at"]).date() >= monday + WEEK

    later = admin.post("/v1/key-results/O1/1/check-ins", {"value": 60})
    assert datetime.fromisoformat(later["recorded_at"]) - datetime.fromisoformat(then["recorded_at"]) >= WEEK
    assert admin.get("/v1/objectives/O1", after=positions_of(later))["status"] == "on_track"
    assert admin.get("/v1/key-results/O1/1")["as_of"] >= (monday + WEEK).isoformat()


def test_a_service_that_is_started_again_goes_on_where_the_clock_is(elsewhere: System) -> None:
    before = clock(elsewhere, "advance", "1d")
    for service in ("goals", "notifications"):
        elsewhere.kill(service)
    elsewhere.wait_until_healthy(["goals", "notifications"])
    assert wait_until(lambda: clock(elsewhere, "show")["services"] == before["services"], 60)
    assert clock(elsewhere, "show")["now"] >= before["now"]


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_sql_over_an_export_of_just_after_the_tenants_midnight_says_what_the_tree_says(
    elsewhere: System, time_zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = datetime.fromisoformat(clock(elsewhere, "show")["now"]).astimezone(ZoneInfo(time_zone))
    midnight = datetime.combine(there.date() + DAY, datetime.min.time(), ZoneInfo(time_zone))
    clock(elsewhere, "advance", f"{int((midnight - there).total_seconds()) // 3600 + 1}h")
    tenant = unique_name()
    Person(elsewhere.url, operator=True).post("/v1/tenants", {"name": tenant, "time_zone": time_zone})
    admin = Person(elsewhere.url, tenant=tenant, person="admin")
    today_there = midnight.date()
    fortnight(admin, today_there)
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 30, "as_of": today_there.isoformat()})
    admin.catch_up()
    monkeypatch.chdir(tmp_path)
    elsewhere.cairn("export", str(tmp_path / sql_recipes.EXPORT), "--tenant", tenant)
    answers = sql_recipes.answers()
    assert [row[2] for row in answers["Progress by objective"]] == [admin.get("/v1/objectives/O1")["progress"]] == [0.3]
    monday = today_there - DAY * today_there.weekday()
    assert answers["Check-ins by week"] == [(monday, 1, 1)]


def test_it_runs_neither_backwards_nor_where_nobody_said_that_it_may(elsewhere: System, system: System) -> None:
    operator = Person(elsewhere.url, operator=True)
    answer = operator.ask("PUT", "/v1/clock", {"ahead_seconds": 0})
    assert (answer.status_code, answer.json()["reason"]) == (409, "CLOCK_RUNS_FORWARD")
    refused = system.cairn("clock", "advance", "7d", check=False)
    assert refused.returncode == 1
    assert "CAIRN_CLOCK_MAY_BE_MOVED=true" in refused.stderr
    assert clock(system, "show")["ahead_seconds"] == 0
