"""The vision board through all services: what the tenant is there for, its pillars, and the objectives that name them."""

from __future__ import annotations

import json

import pytest

from tests.support.company import Json, Person, day, new_tenant
from tests.support.system import System


@pytest.fixture
def admin(system: System) -> Person:
    admin = new_tenant(system.url)
    for name in ("now", "next"):
        admin.post("/v1/cycles", {"name": name, "kind": "custom", "first_day": day(-10), "last_day": day(90)})
    return admin


def titles(admin: Person) -> list[str]:
    return [pillar["title"] for pillar in admin.get("/v1/pillars")["items"]]


def refusal(admin: Person, method: str, path: str, body: Json, status: int, if_match: str = "") -> str:
    answer = admin.ask(method, path, body, if_match=if_match)
    assert answer.status_code == status, answer.text
    return str(answer.json()["reason"])


def test_a_tenant_states_its_mission_and_vision_and_orders_its_pillars(admin: Person) -> None:
    empty = admin.get("/v1/vision")
    assert (empty["mission"], empty["pillars"], empty["version"]) == (None, [], 0)
    admin.patch("/v1/vision", {"mission": "To be of use", "vision": "Everybody is glad"})
    for _ in ("taken away", "as it is"):
        assert admin.patch("/v1/vision", {"mission": None})["id"] == admin.get("/v1/vision")["id"]
    growth = admin.post("/v1/pillars", {"title": "Growth", "reference": "growth"})["id"]
    admin.post("/v1/pillars", {"title": "Trust", "about": "Of those who use it"})
    admin.post("/v1/pillars", {"title": "People", "before": "growth"})
    admin.patch("/v1/pillars/people", {"before": None})
    admin.patch("/v1/pillars/trust", {"title": "Confidence", "before": growth})
    board = admin.get("/v1/vision")
    assert (board["mission"], board["vision"]) == (None, "Everybody is glad")
    assert [(pillar["title"], pillar["place"]) for pillar in board["pillars"]] == [("Confidence", 1), ("Growth", 2), ("People", 3)]
    assert admin.get("/v1/pillars/growth")["id"] == growth
    assert board["created_by"]["handle"] == board["pillars"][0]["updated_by"]["handle"] == "admin"


def test_who_decided_on_a_board_that_was_changed_since_is_refused(admin: Person) -> None:
    seen = admin.ask("GET", "/v1/vision").headers["ETag"]
    admin.post("/v1/pillars", {"title": "Growth"})
    newest = admin.ask("GET", "/v1/pillars/Growth").headers["ETag"]
    admin.patch("/v1/pillars/Growth", {"about": "More"}, if_match=newest)
    assert seen != newest
    assert refusal(admin, "PATCH", "/v1/vision", {"mission": "To be of use"}, 412, if_match=newest) == "STALE_VERSION"


def test_objectives_name_a_pillar_are_found_by_it_and_show_what_it_is_called_now(admin: Person) -> None:
    growth = admin.post("/v1/pillars", {"title": "Growth", "reference": "growth"})["id"]
    trust = admin.post("/v1/pillars", {"title": "Trust"})["id"]
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O1", "title": "Grow", "pillar": "growth"})
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O2", "title": "Be trusted", "pillar": trust})
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O3", "title": "Something else"})
    admin.post("/v1/objectives/O1/copy", {"reference": "C1"})
    admin.catch_up()
    admin.post("/v1/objectives/O1/carry-over", {"cycle": "next", "reference": "N1"})
    admin.patch("/v1/pillars/growth", {"title": "Profitable growth"})
    admin.catch_up()
    named = {"id": growth, "title": "Profitable growth"}
    assert [(o["ref"], o["pillar"]) for o in admin.pages("/v1/objectives", pillar="growth")] == [(ref, named) for ref in ("O1", "C1", "N1")]
    assert {o["ref"] for o in admin.pages("/v1/objectives", pillar=["Trust", growth])} == {"O1", "O2", "C1", "N1"}
    assert admin.get("/v1/objectives/O3")["pillar"] is None


def test_an_objective_goes_over_to_another_pillar_and_its_history_says_so(admin: Person) -> None:
    admin.post("/v1/pillars", {"title": "Growth"})
    admin.post("/v1/pillars", {"title": "Trust"})
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O1", "title": "Grow", "pillar": "Growth"})
    admin.post("/v1/objectives/O1/activate", {"holds_from": day(-9)})
    admin.patch("/v1/objectives/O1", {"pillar": "Trust", "holds_from": day(-2)})
    admin.catch_up()
    assert [o["ref"] for o in admin.get("/v1/pillars/trust/progress", cycle="now")["objectives"]] == ["O1"]
    before = admin.get("/v1/pillars/Growth/progress", as_of=day(-3))
    assert (before["pillar"]["title"], [o["ref"] for o in before["objectives"]], before["hidden"]) == ("Growth", ["O1"], False)
    assert admin.get("/v1/objectives/O1", as_of=day(-3))["pillar"]["title"] == "Growth"
    assert admin.get("/v1/objectives/O1")["pillar"]["title"] == "Trust"
    assert not list(admin.pages("/v1/objectives", pillar="Growth"))
    assert [o["ref"] for o in admin.pages("/v1/objectives", pillar="Growth", as_of=day(-3))] == ["O1"]
    assert "pillar changed" in [change["summary"] for change in admin.pages("/v1/objectives/O1/history")]
    admin.patch("/v1/objectives/O1", {"pillar": None})
    admin.catch_up()
    assert admin.get("/v1/objectives/O1")["pillar"] is None


def test_a_pillar_that_is_removed_is_named_still_by_what_named_it_and_by_nothing_new(admin: Person) -> None:
    growth = admin.post("/v1/pillars", {"title": "Growth"})["id"]
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O1", "title": "Grow", "pillar": "Growth"})
    admin.ask("DELETE", "/v1/pillars/Growth").raise_for_status()
    again = admin.post("/v1/pillars", {"title": "Growth"})["id"]
    admin.catch_up()
    assert admin.get("/v1/objectives/O1")["pillar"] == {"id": growth, "title": "Growth"}
    assert [o["ref"] for o in admin.pages("/v1/objectives", pillar=growth)] == ["O1"]
    assert not list(admin.pages("/v1/objectives", pillar=again))
    assert (admin.get(f"/v1/pillars/{growth}")["place"], titles(admin)) == (None, ["Growth"])
    assert refusal(admin, "PATCH", "/v1/objectives/O1", {"pillar": growth}, 409) == "PILLAR_REMOVED"
    assert refusal(admin, "PATCH", f"/v1/pillars/{growth}", {"about": "?"}, 409) == "PILLAR_REMOVED"
    admin.patch("/v1/objectives/O1", {"title": "Grow more"})
    assert admin.ask("DELETE", f"/v1/pillars/{growth}").json()["recorded_at"] is None


def test_the_audit_tells_what_was_done_to_a_pillar(admin: Person) -> None:
    growth = admin.post("/v1/pillars", {"title": "Growth"})["id"]
    admin.patch("/v1/pillars/Growth", {"title": "Profitable growth"})
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O1", "title": "Grow", "pillar": growth})
    admin.ask("DELETE", f"/v1/pillars/{growth}").raise_for_status()
    admin.catch_up()
    actions = list(admin.pages("/v1/audit/actions", thing=growth, sort="recorded_at"))
    assert [action["event"].rpartition(".")[2] for action in actions] == [
        "PillarAdded",
        "PillarChanged",
        "ObjectiveDefined",
        "PillarRemoved",
    ]
    assert {action["pillar"]["title"] for action in actions} == {"Profitable growth"}


def test_the_projection_is_the_same_when_it_is_built_anew(admin: Person) -> None:
    admin.post("/v1/pillars", {"title": "Growth"})
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O1", "title": "Grow", "pillar": "Growth"})
    admin.catch_up()
    before = admin.digest()
    admin.operator().rebuild()
    assert admin.digest() == before
    assert admin.get("/v1/objectives/O1")["pillar"]["title"] == "Growth"


TABLES = {
    "pillars.csv": "pillar,title,about\ngrowth,Profitable growth,Not at any price\ntrust,Trust,\n",
    "objectives.csv": "objective,cycle,title,starts_on,ends_on,pillar\nI1,now,Grow,{day},{day},growth\n"
    "I2,now,Be trusted,{day},{day},Trust\n"
    "I3,now,Hire,{day},{day},People\nI4,now,Else,{day},{day},\n",
    "key_results.csv": "objective,number,title,kind\nI1,1,It is done,binary\n",
}


def report_of(admin: Person, tables: dict[str, str], *, dry_run: bool = False) -> Json:
    body = {"tables": {file: text.replace("{day}", day(0)) for file, text in tables.items()}}
    answer = admin.ask("POST", "/v1/imports", body, dry_run=str(dry_run).lower())
    return dict(json.loads(answer.text.splitlines()[-1])["report"])


def test_tables_bring_pillars_and_which_of_them_each_objective_serves(admin: Person) -> None:
    tried = report_of(admin, TABLES, dry_run=True)
    assert (tried["pillars"]["new"], tried["refused"], titles(admin)) == (3, [], [])
    assert report_of(admin, TABLES)["pillars"] == {"new": 3, "corrected": 0, "already_there": 0, "refused": 0}
    assert titles(admin) == ["Profitable growth", "Trust", "People"]
    assert admin.get("/v1/pillars/growth")["about"] == "Not at any price"
    named = {o["ref"]: o["pillar"] and o["pillar"]["title"] for o in admin.pages("/v1/objectives")}
    assert named == {"I1": "Profitable growth", "I2": "Trust", "I3": "People", "I4": None}


def test_tables_that_come_again_add_nothing_and_tell_what_is_otherwise(admin: Person) -> None:
    report_of(admin, TABLES)
    admin.patch("/v1/pillars/growth", {"title": "Growth"})
    admin.patch("/v1/objectives/I2", {"pillar": "growth"})
    again = report_of(admin, TABLES)
    assert (again["pillars"]["new"], again["pillars"]["already_there"], again["refused"]) == (0, 3, [])
    different = {(each["ref"], each["what"]): (each["here"], each["there"]) for each in again["different"]}
    assert different == {("growth", "title"): ("Profitable growth", "Growth"), ("I2", "pillar"): ("Trust", "Growth")}
