"""Objectives and their teams: called by what a team is called now, seen by whom it is of, founded by an import."""

from __future__ import annotations

from typing import Any

import orjson

from tests.support.company import Json, Person, day, new_tenant
from tests.support.system import System


def objective(admin: Person, reference: str, **more: Any) -> str:
    body = {"cycle": "now", "reference": reference, "title": f"Reach {reference}", **more}
    return str(admin.post("/v1/objectives", body)["id"])


def with_cycle(url: str) -> Person:
    admin = new_tenant(url)
    admin.post("/v1/cycles", {"name": "now", "kind": "custom", "first_day": day(-10), "last_day": day(10)})
    return admin


def test_a_team_that_is_called_otherwise_is_so_on_its_objectives_at_once(system: System) -> None:
    admin = with_cycle(system.url)
    core = admin.post("/v1/teams", {"name": "Core"})["id"]
    objective(admin, "O1", team="core")
    objective(admin, "O2", team=core)
    objective(admin, "O3")
    admin.catch_up()

    def told() -> list[list[Json | None]]:
        answers = (list(admin.pages("/v1/objectives")), list(admin.pages("/v1/tree", of="objectives", cycle="now")))
        return [[each["team"] for each in answer] for answer in answers]

    assert told() == [[{"id": core, "name": "Core"}, {"id": core, "name": "Core"}, None]] * 2
    admin.patch("/v1/teams/Core", {"name": "Platform"})
    assert told() == [[{"id": core, "name": "Platform"}, {"id": core, "name": "Platform"}, None]] * 2
    for named in ("platform", core, "Core"):  # by what it was called, too, as long as no other team is called so
        assert [each["ref"] for each in admin.pages("/v1/objectives", team=named)] == ["O1", "O2"]
    refused = admin.ask("GET", "/v1/objectives", team="Kernel")
    assert (refused.status_code, refused.json()["reason"], refused.json()["errors"][0]["field"]) == (422, "TEAM_UNKNOWN", "team")
    admin.patch("/v1/objectives/O1", {"team": None})
    admin.catch_up()
    assert [each["ref"] for each in admin.pages("/v1/objectives", team="Platform")] == ["O2"]


def test_what_is_a_team_s_is_seen_by_its_people_its_lead_and_the_leads_above_as_they_are_today(system: System) -> None:
    admin = with_cycle(system.url)
    people = {}
    for handle in ("top", "lead", "mate", "aside", "late"):
        admin.post("/v1/people", {"handle": handle})
        people[handle] = Person(system.url, tenant=admin.tenant, person=handle)
    admin.post("/v1/teams", {"name": "Engineering", "lead": "top"})
    admin.post("/v1/teams", {"name": "Core", "parent": "Engineering", "lead": "lead"})
    admin.put("/v1/teams/Core/members/mate", {})
    admin.put("/v1/teams/Engineering/members/aside", {})
    objective(admin, "O1", team="Core", visibility="team")
    admin.catch_up()

    def seeing() -> dict[str, bool]:
        listed = {handle: [each["ref"] for each in person.pages("/v1/objectives")] == ["O1"] for handle, person in people.items()}
        alone = {handle: person.ask("GET", "/v1/objectives/O1").status_code == 200 for handle, person in people.items()}
        before = {handle: person.ask("GET", "/v1/objectives/O1", as_of=day(-1)).status_code == 200 for handle, person in people.items()}
        assert listed == alone == before
        return listed

    assert seeing() == {"top": True, "lead": True, "mate": True, "aside": False, "late": False}
    admin.ask("DELETE", "/v1/teams/Core/members/mate")
    admin.put("/v1/teams/Core/members/late", {})
    admin.patch("/v1/teams/Core", {"parent": None})
    for path, parent, told in (("Core", "Nowhere", (422, ["parent"])), ("Nowhere", None, (404, []))):
        refused = admin.ask("PATCH", f"/v1/teams/{path}", {"parent": parent})
        problem = refused.json()
        assert (problem["reason"], (refused.status_code, [each["field"] for each in problem["errors"]])) == ("TEAM_UNKNOWN", told)
    assert seeing() == {"top": False, "lead": True, "mate": False, "aside": False, "late": True}


def tables(**other: str) -> dict[str, str]:
    """An import of two teams, three people and what they pursue, of which some is told otherwise."""
    return {
        "teams.csv": "team,name,parent,lead\ncore,Core,eng,bob\neng,Engineering,,ann\n",
        "people.csv": (
            "person,name,email,roles,team,manager,from,to\n"
            f"ann,Ann Example,ann@example.org,champion;member,eng,,,\nbob,Bob Example,,,core;eng,ann,{day(-30)},\n"
            f"cid,Cid Example,,,core,bob,{day(-30)},{day(-3)}\n"
        ),
        "objectives.csv": f"objective,cycle,title,owner,team,level,starts_on,ends_on\nO1,now,Grow,ann,core,team,{day(-9)},{day(9)}\n"
        f"O2,now,Sell,bob,Sales,,{day(-9)},{day(9)}\n",
        "key_results.csv": "objective,number,title,kind,start,target,unit\nO1,1,Hire,number,0,4,people\nO2,1,Deals,number,0,4,deals\n",
        **{f"{name}.csv": table for name, table in other.items()},
    }


def imported(admin: Person, tables: dict[str, str], dry_run: str = "false") -> Json:
    *_, last = admin.ask("POST", "/v1/imports", {"tables": tables}, dry_run=dry_run).text.splitlines()
    report: Json = orjson.loads(last)["report"]
    return report


def events_of_directory(admin: Person) -> list[str]:
    """What directory has recorded of the tenant, but for who signed in and what they read."""
    admin.catch_up()
    events: list[Json] = []
    after: str | None = ""
    while after is not None:
        page = admin.http.get("/v1/events", params={"limit": 1000, "after": after}).json()
        events += page["items"]
        after = page["next"]
    return [event["event_id"] for event in events if event["log"] == "directory" and not event["type"].endswith("SecurityEventNoted")]


def test_an_import_founds_teams_and_says_who_is_in_them_and_again_it_changes_nothing(system: System) -> None:
    admin = new_tenant(system.url)
    for dry_run in ("true", "false"):
        report = imported(admin, tables(), dry_run=dry_run)
        assert (report["refused"], report["teams"]["new"], report["people"]["new"]) == ([], 3, 3), report
    assert [(team["name"], team["parent"], team["lead"]) for team in admin.pages("/v1/teams")] == [
        ("Engineering", None, {"id": admin.get("/v1/people/ann")["id"], "handle": "ann", "name": "Ann Example"}),
        ("Core", admin.get("/v1/teams/Core")["parent"], admin.get("/v1/teams/Core")["lead"]),
        ("Sales", None, None),
    ]
    core = admin.get("/v1/teams/Core")
    assert (core["parent"]["name"], core["lead"]["handle"], core["founded_on"]) == ("Engineering", "bob", None)
    members = {
        when: [each["person"]["handle"] for each in admin.pages("/v1/teams/Core/members", as_of=day(when))] for when in (-31, -30, -3, -2)
    }
    assert members == {-31: [], -30: ["bob", "cid"], -3: ["bob", "cid"], -2: ["bob"]}
    cid = admin.get("/v1/people/cid")
    assert (cid["manager"]["handle"], cid["state"], cid["left_on"]) == ("bob", "left", day(-2))
    assert [admin.get("/v1/people/cid", as_of=day(when))["manager"] is None for when in (-31, -30)] == [True, False]
    assert admin.get("/v1/people/ann")["roles"] == ["champion", "member"]
    assert {each["ref"]: each["team"]["name"] for each in admin.pages("/v1/objectives")} == {"O1": "Core", "O2": "Sales"}
    before = events_of_directory(admin)
    again = imported(admin, tables())
    assert (again["new"], again["refused"], again["different"]) == (0, [], [])
    assert events_of_directory(admin) == before
    admin.patch("/v1/teams/Core", {"name": "Platform"})
    admin.patch("/v1/teams/Sales", {"lead": "bob"})
    other = tables(teams="team,name,parent,lead\ncore,Platform,,bob\nSales,Sales,core,ann\n")
    report = imported(admin, other)
    assert [(each["ref"], each["what"], each["here"], each["there"]) for each in report["different"]] == [
        ("Sales", "parent", "core", None),
        ("Sales", "lead", "ann", "bob"),
    ]


def test_teams_that_stand_below_themselves_in_the_tables_are_refused_with_what_names_them(system: System) -> None:
    admin = new_tenant(system.url)
    ring = tables(
        teams="team,name,parent,lead\ncore,Core,eng,\neng,Engineering,core,\n",
        people="person,name,roles,from,to\nann,Ann,boss,,\nbob,Bob,,2026-02-01,2026-01-01\n",
    )
    report = imported(admin, ring)
    reasons = {(each["file"], each["line"]): each["reason"] for each in report["refused"]}
    assert "below itself" in reasons["teams.csv", 3]
    assert "'boss' is not a role" in reasons["people.csv", 2]
    assert "lies before from" in reasons["people.csv", 3]
    assert [each["ref"] for each in admin.pages("/v1/objectives")] in (["O2"], [])
