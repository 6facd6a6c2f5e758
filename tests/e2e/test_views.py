"""What teams and cycles come to, who takes part, and what waits for somebody, through every service and on the command line."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.support.company import Json, Person, day, new_tenant
from tests.support.system import System


@pytest.fixture(scope="module")
def admin(system: System) -> Person:
    """A company of two teams, one of six people below one of one person."""
    admin = new_tenant(system.url)
    for handle in ("ann", "bea", "cid", "dan", "eva", "flo"):
        admin.post("/v1/people", {"handle": handle})
    admin.post("/v1/cycles", {"name": "now", "kind": "custom", "first_day": day(-10), "last_day": day(20), "cadence": "weekly"})
    admin.post("/v1/cycles", {"name": "next", "kind": "custom", "first_day": day(21), "last_day": day(50)})
    admin.post("/v1/teams", {"name": "Firm", "lead": "ann", "holds_from": day(-30)})
    admin.post("/v1/teams", {"name": "Core", "parent": "Firm", "lead": "bea", "holds_from": day(-30)})
    admin.put("/v1/teams/Firm/members/ann", {"holds_from": day(-30)})
    for handle in ("ann", "bea", "cid", "dan", "eva", "flo"):
        admin.put(f"/v1/teams/Core/members/{handle}", {"holds_from": day(-30)})
    objective(admin, "F1", "Firm", owner="ann")
    objective(admin, "C1", "Core", owner="bea")
    objective(admin, "C2", "Core", owner="bea", visibility="private")
    objective(admin, "C3", "Core", owner="bea", state="draft")
    admin.post("/v1/key-results/F1/1/check-ins", {"value": 8, "as_of": day(-9)})
    admin.post("/v1/key-results/C1/1/check-ins", {"value": 2, "as_of": day(-2)})
    admin.post("/v1/tasks", {"reference": "T1", "title": "Call", "assignee": "bea", "due_day": day(-1)})
    admin.post("/v1/tasks", {"reference": "T2", "title": "Write", "assignee": "bea"})
    admin.catch_up()
    return admin


def objective(admin: Person, ref: str, team: str, *, owner: str, state: str = "active", **more: Any) -> None:
    admin.post("/v1/objectives", {"cycle": "now", "reference": ref, "title": f"Reach {ref}", "team": team, "owner": owner, **more})
    defined = {"reference": f"{ref}/1", "title": "Grow", "measure": "metric", "start": 0, "target": 10, "owners": [owner]}
    admin.post(f"/v1/objectives/{ref}/key-results", defined)
    if state == "active":
        admin.post(f"/v1/objectives/{ref}/activate", {})


def a_member(admin: Person, handle: str = "flo") -> Person:
    return Person(str(admin.http.base_url), tenant=admin.tenant, person=handle)


def test_a_team_comes_to_the_mean_of_its_own_objectives_and_the_teams_below_stand_beside_it(admin: Person) -> None:
    firm = admin.get("/v1/teams/Firm/progress")
    assert (firm["team"]["name"], firm["lead"]["handle"], firm["progress"], firm["hidden"]) == ("Firm", "ann", 0.8, False)
    assert [(each["ref"], each["progress"], each["status"]) for each in firm["objectives"]] == [("F1", 0.8, "on_track")]
    (core,) = firm["teams"]
    assert (core["team"]["name"], core["lead"]["handle"], core["progress"]) == ("Core", "bea", 0.1)  # (0.2 + 0) / 2
    assert ([each["ref"] for each in core["objectives"]], core["teams"]) == (["C1", "C2"], [])
    assert admin.get("/v1/teams/Core/progress") == core
    assert admin.get("/v1/teams/Core/progress", cycle="next")["progress"] is None
    assert admin.get("/v1/teams/Core/progress", as_of=day(-5))["progress"] == 0.0
    refused = admin.ask("GET", "/v1/teams/None/progress")
    assert (refused.status_code, refused.json()["reason"]) == (404, "TEAM_UNKNOWN")


def test_whoever_may_not_see_one_objective_of_a_team_is_not_told_what_it_comes_to(admin: Person) -> None:
    core = a_member(admin).get("/v1/teams/Core/progress")
    assert (core["progress"], core["hidden"], [each["ref"] for each in core["objectives"]]) == (None, True, ["C1"])
    assert a_member(admin).get("/v1/teams/Firm/progress")["progress"] == 0.8


def test_the_teams_are_those_of_the_day(admin: Person) -> None:
    admin.post("/v1/teams", {"name": "Young", "parent": "Firm"})
    assert [each["team"]["name"] for each in admin.get("/v1/teams/Firm/progress")["teams"]] == ["Core", "Young"]
    assert [each["team"]["name"] for each in admin.get("/v1/teams/Firm/progress", as_of=day(-1))["teams"]] == ["Core"]


def test_participation_is_told_by_period_of_teams_that_are_large_enough(admin: Person) -> None:
    found = admin.get("/v1/cycles/now/participation")
    assert (found["cycle"]["name"], [(each["from"], each["to"]) for each in found["periods"]]) == (
        "now",
        [(day(-10), day(-4)), (day(-3), day(3))],
    )
    told = [[(each["team"]["name"], each["due"], each["done"]) for each in period["teams"]] for period in found["periods"]]
    assert told == [[("Core", 2, 0)], [("Core", 2, 1)]]  # Firm has one person
    (core,) = a_member(admin).get("/v1/cycles/now/participation")["periods"][0]["teams"]
    assert (core["due"], core["done"], core["hidden"]) == (None, None, True)
    admin.ask("DELETE", "/v1/teams/Core/members/eva", holds_from=day(-1))
    admin.ask("DELETE", "/v1/teams/Core/members/flo", holds_from=day(-1))
    assert [len(period["teams"]) for period in admin.get("/v1/cycles/now/participation")["periods"]] == [1, 0]


def test_cycles_stand_side_by_side(admin: Person) -> None:
    now, later = admin.get("/v1/cycle-comparison", cycle=["now", "next"])["cycles"]
    assert (now["cycle"]["name"], now["objectives"], now["key_results"], now["progress"]) == ("now", 3, 3, 0.333333)
    assert (now["coverage"], now["grade"], now["hidden"]) == (0.666667, None, False)
    assert {each["status"]: each["objectives"] for each in now["statuses"]} == {"on_track": 1, "behind": 1, "not_started": 1}
    assert (later["cycle"]["name"], later["objectives"], later["progress"]) == ("next", 0, None)
    (seen,) = a_member(admin).get("/v1/cycle-comparison", cycle="now")["cycles"]
    assert (seen["objectives"], seen["progress"], seen["hidden"]) == (2, None, True)
    refused = admin.ask("GET", "/v1/cycle-comparison", cycle="none")
    assert (refused.status_code, refused.json()["reason"]) == (422, "CYCLE_UNKNOWN")


def test_a_person_s_page_tells_what_is_theirs_and_what_waits_for_them(admin: Person) -> None:
    page = a_member(admin, "bea").get("/v1/people/bea/page")
    assert [each["ref"] for each in page["objectives"]] == ["C1", "C2"]
    assert [(each["ref"], each["due_by"]) for each in page["key_results"]] == [("C2/1", day(3)), ("C1/1", None)]
    assert ([each["ref"] for each in page["tasks"]], page["given"]) == (["T1", "T2"], [])
    assert (page["check_ins_due"], page["tasks_due"]) == (1, 1)
    assert page["unread"] > 0
    assert [each["ref"] for each in admin.get("/v1/people/admin/page")["given"]] == ["T1", "T2"]
    seen = a_member(admin).get("/v1/people/bea/page")
    assert ([each["ref"] for each in seen["objectives"]], [each["ref"] for each in seen["key_results"]]) == (["C1"], ["C1/1"])
    assert (seen["tasks"], seen["unread"]) == ([], None)
    refused = admin.ask("GET", "/v1/people/nobody/page")
    assert (refused.status_code, refused.json()["reason"]) == (404, "PERSON_UNKNOWN")


def test_the_command_line_shows_each_view_to_people_in_a_hundred_columns_and_to_programs(
    system: System, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    def said(*words: str) -> str:
        text = system.cairn(*words, "--tenant", admin.tenant).stdout
        assert all(len(line) <= 100 for line in text.splitlines()), text
        return text

    def as_json(*words: str) -> Json:
        found: Json = orjson.loads(system.cairn(*words, "--tenant", admin.tenant, "--json").stdout)
        return found

    shown = said("team", "Firm")
    assert "Firm, led by ann, 1 person: progress 80.0 %" in shown
    assert "Core" in shown
    assert as_json("team", "Firm")["teams"][0]["team"]["name"] == "Core"
    assert "due: 1 check-ins, 1 tasks" in said("person", "bea")
    assert as_json("person", "bea")["check_ins_due"] == 1
    assert "Core" in said("participation", "--cycle", "now")
    assert as_json("participation", "--cycle", "now")["cycle"]["name"] == "now"
    assert "33.3 %" in said("compare", "now", "next")
    assert len(as_json("compare", "now", "next")["cycles"]) == 2
