"""What a person is called is changed everywhere at once: in every answer that names them, in the command line, and for who signs in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pytest

from cairn.directory.v1.service_pb2 import ChangePersonProfileRequest, ProfileChange
from chassis.ids import parse_id
from embedded.ports import wait_until
from gateway.routes.table import API
from tests.e2e.test_who_somebody_is import EFFECTIVE_SECONDS, behind_the_gateway_s_back
from tests.support.company import Company, Json, Person, day, new_tenant
from tests.support.system import System

NAMES_A_PERSON: Final = "#/components/schemas/PersonName"
OF_NOBODY: Final = {
    "list_tenants": "tenants are registered by the operator",
    "get_tenant": "as all tenants",
    "get_report": "the cycle is open, and has none",
    "list_inbox": "nobody is told of what they did themselves",
}
"""What could name a person, and names none of a tenant."""


def embedding() -> list[str]:
    """The questions of the document whose answers name people."""
    document = orjson.loads((Path(__file__).parents[2] / "contracts" / "openapi" / "gateway.json").read_bytes())

    def referred(part: Any, found: set[str]) -> set[str]:
        if isinstance(part, dict):
            name = part.get("$ref", "")
            if name and name not in found:
                found.add(name)
                referred(document["components"]["schemas"].get(name.rpartition("/")[2], {}), found)
            for inner in part.values():
                referred(inner, found)
        elif isinstance(part, list):
            for inner in part:
                referred(inner, found)
        return found

    asked = [methods["get"] for methods in document["paths"].values() if "get" in methods]
    answered = [(each["operationId"], each["responses"]["200"]) for each in asked if "200" in each["responses"]]  # else it leads elsewhere
    return [name for name, answer in answered if NAMES_A_PERSON in referred(answer, set())]


@dataclass(frozen=True)
class Doings:
    """A tenant in which everything was done by one person, who also owns it, and somebody beside them."""

    pat: Person
    admin: Person
    url: str
    paths: dict[str, str]
    """Of the operations whose paths name something."""

    def answer(self, operation: str) -> Json:
        """What a question is answered to that person."""
        if operation == "get_browser_session":
            own_page = {"Origin": self.url, "Sec-Fetch-Site": "same-origin", "Cairn-Csrf": "1"}
            with httpx.Client(base_url=self.url, headers=own_page) as browser:
                browser.post("/v1/session", json={"tenant": self.pat.tenant, "person": self.pat.id})
                told: Json = browser.get("/v1/session").json()
                return told
        path = next(each.path for each in API.operations if each.name == operation)
        for name, value in self.paths.items():
            path = path.replace(f"{{{name}}}", value)
        asked = {"cycle": "now"} if operation in ("get_tree", "compare_cycles") else {}
        return self.pat.get(path.replace("{ref}", "O1/1" if "/key-results/" in path else "O1"), **asked)

    def called(self, operation: str) -> set[tuple[str | None, str | None]]:
        """Handle and name of that person, wherever an answer names them."""
        return {(person["handle"], person["name"]) for person in people_in(self.answer(operation)) if person["id"] == self.pat.id}


def people_in(part: Any) -> Iterator[Json]:
    """Every person in an answer."""
    if isinstance(part, dict):
        if {"id", "handle", "name"} <= part.keys():
            yield part
        for inner in part.values():
            yield from people_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from people_in(inner)


@pytest.fixture
def doings(system: System) -> Doings:
    admin = new_tenant(system.url)
    admin.post("/v1/people", {"handle": "pat-before", "name": "Pat Formerly", "email": "pat@before.example", "roles": ["admin"]})
    pat = Person(system.url, tenant=admin.tenant, person="pat-before")
    pat.post("/v1/people", {"handle": "guest"})
    pat.post("/v1/cycles", {"name": "now", "kind": "custom", "first_day": day(-10), "last_day": day(10)})
    pat.post("/v1/cycles/now/start")
    pat.post(
        "/v1/objectives",
        {"cycle": "now", "reference": "O1", "title": "Grow", "visibility": "private", "named_people": ["guest", "pat-before"]},
    )
    pat.post("/v1/objectives/O1/key-results", {"reference": "O1/1", "title": "Hire", "measure": "metric", "start": 0, "target": 9})
    pat.post("/v1/objectives/O1/activate")
    check_in = pat.post("/v1/key-results/O1/1/check-ins", {"value": 4})["id"]
    pat.post("/v1/teams", {"name": "Core", "lead": "pat-before"})
    pat.put("/v1/teams/Core/members/pat-before", {})
    pat.post("/v1/pillars", {"title": "Growth"})
    pat.post("/v1/kpis", {"reference": "churn", "title": "Churn"})
    pat.post("/v1/kpis/churn/values", {"value": 3})
    pat.post("/v1/initiatives", {"reference": "I1", "title": "Refer", "serves": {"key_result": "O1/1"}})
    pat.post("/v1/tasks", {"reference": "T1", "title": "Ask", "serves": {"key_result": "O1/1"}})
    pat.post("/v1/tasks", {"reference": "T2", "title": "Look", "assignee": "guest"})
    pat.post("/v1/tasks/T1/effort", {"minutes": 90})
    pat.post("/v1/initiatives/I1/effort", {"minutes": 30})
    pat.post("/v1/milestones", {"reference": "M1", "title": "The office opens", "day": day(5)})
    comment = pat.post("/v1/objectives/O1/comments", {"kind": "comment", "text": "What keeps it?"})["id"]
    pat.post("/v1/key-results/O1/1/comments", {"kind": "comment", "text": "What keeps it?"})
    pat.post(f"/v1/check-ins/{check_in}/comments", {"kind": "comment", "text": "What keeps it?"})
    pat.post("/v1/templates", {"name": "A launch", "title": "Grow"})
    pat.post("/v1/views", {"name": "What grows", "address": "/objectives?text=grow"})
    pat.catch_up()
    named = {
        "pillar": "Growth",
        "kpi": "churn",
        "initiative": "I1",
        "task": "T1",
        "milestone": "M1",
        "comment": comment,
        "template": "A launch",
        "view": "What grows",
    }
    return Doings(pat, admin, system.url, {"person": "guest", "cycle": "now", "check_in": check_in, "team": "Core", **named})


NOW: Final = ("pat-now", "Pat Henceforth")


def test_a_person_s_new_name_stands_in_every_answer_at_once(doings: Doings) -> None:
    asked = [operation for operation in embedding() if operation not in OF_NOBODY]
    before = {operation: doings.called(operation) for operation in asked}
    assert before == {operation: {("pat-before", "Pat Formerly")} for operation in asked}, "else it proves nothing"
    doings.admin.patch("/v1/people/pat-before", {"handle": NOW[0], "name": NOW[1], "email": None})
    assert {operation: doings.called(operation) for operation in asked} == {operation: {NOW} for operation in asked}
    for operation in asked:
        text = orjson.dumps(doings.answer(operation)).decode()
        assert not [word for word in ("pat-before", "Formerly", "before.example") if word in text], operation


def test_a_name_that_was_changed_behind_the_gateway_s_back_is_changed_everywhere_within_two_seconds(system: System, doings: Doings) -> None:
    asked = ("get_tree", "get_objective_history", "list_actions", "list_check_ins")
    assert all(doings.called(operation) == {("pat-before", "Pat Formerly")} for operation in asked)
    with behind_the_gateway_s_back(system, doings.admin) as (directory, caller):
        change = ChangePersonProfileRequest(person_id=parse_id(doings.pat.id), profile=ProfileChange(handle=NOW[0], name=NOW[1]))
        directory.ChangePersonProfile(change, metadata=caller, timeout=10)
    began = time.monotonic()
    assert wait_until(lambda: all(doings.called(operation) == {NOW} for operation in asked), 10)
    assert time.monotonic() - began < EFFECTIVE_SECONDS


def test_a_tree_that_a_reader_has_is_another_once_a_name_in_it_is(doings: Doings) -> None:
    def tree(**headers: str) -> httpx.Response:
        return doings.pat.ask("GET", "/v1/tree", cycle="now", headers=headers)

    held = {"If-None-Match": tree().headers["ETag"]}
    assert tree(**held).status_code == 304
    doings.admin.patch("/v1/people/pat-before", {"name": NOW[1]})
    assert tree(**held).status_code == 200


def test_who_has_another_handle_signs_in_by_either_and_is_named_by_either(system: System, doings: Doings) -> None:
    doings.admin.patch("/v1/people/pat-before", {"handle": NOW[0]})
    assert Person(system.url, tenant=doings.admin.tenant, person=doings.pat.id).id == doings.pat.id
    for handle in (NOW[0], "pat-before"):
        assert Person(system.url, tenant=doings.admin.tenant, person=handle).id == doings.pat.id
        assert doings.admin.get(f"/v1/people/{handle}")["handle"] == NOW[0]
        assert [each["ref"] for each in doings.pat.pages("/v1/objectives", owner=handle)] == ["O1"]
    taken = doings.admin.ask("POST", "/v1/people", {"handle": "pat-before"})
    assert (taken.status_code, taken.json()["reason"]) == (409, "NAME_TAKEN")


def test_a_table_that_names_somebody_by_the_handle_before_is_about_them(system: System, doings: Doings) -> None:
    tables = {
        "objectives.csv": f"objective,title,starts_on,ends_on,owner,cycle\nO2,Keep,{day(-9)},{day(9)},pat-before,now\n",
        "key_results.csv": "objective,number,title,kind,start,target,unit\nO2,1,Stay,number,0,4,people\n",
        "checkins.csv": f"objective,key_result,date,by,score,value,note\nO2,1,{day(-1)},pat-before,,2,\n",
    }
    doings.admin.patch("/v1/people/pat-before", {"handle": NOW[0]})
    for dry_run in ("true", "false", "false"):
        *_, last = doings.pat.ask("POST", "/v1/imports", {"tables": tables}, dry_run=dry_run).text.splitlines()
        report = orjson.loads(last)["report"]
        assert (report["refused"], report["people"]["new"], report["different"]) == ([], 0, []), report
    doings.pat.catch_up()
    assert doings.pat.get("/v1/objectives/O2")["owner"]["handle"] == NOW[0]
    assert len(list(doings.pat.pages("/v1/people"))) == 3


def test_one_s_own_name_one_changes_oneself(system: System, company: Company) -> None:
    ann = Person(system.url, tenant=company.name, person="ann")
    told = system.cairn(
        "revise", "person", "ann", "--name", "Ann Sample", "--email", "ann@sample.org", "--tenant", company.name, person="ann"
    )
    assert told.stdout == "ann is changed\n"
    assert [ann.get("/v1/me")["person"][field] for field in ("name", "email")] == ["Ann Sample", "ann@sample.org"]
    for path, change in (("ann", {"handle": "anna"}), ("ann", {"name": "A", "teams": []}), ("admin", {"name": "A"})):
        refused = ann.ask("PATCH", f"/v1/people/{path}", change)
        assert (refused.status_code, refused.json()["reason"]) == (403, "ROLE_REQUIRED"), change
    ann.patch("/v1/people/ann", {"email": None})
    assert ann.get("/v1/people/ann")["email"] is None
    refused = ann.ask("PATCH", "/v1/people/ann", {"handle": None})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "handle")
    stale = ann.ask("PATCH", "/v1/people/ann", {"name": "Ann"}, if_match='"1"')
    assert (stale.status_code, stale.json()["reason"]) == (412, "STALE_VERSION")


def test_the_audit_tells_that_a_profile_changed_and_which_fields_and_never_what_they_said(system: System, doings: Doings) -> None:
    doings.admin.patch("/v1/people/pat-before", {"handle": NOW[0], "name": NOW[1]})
    doings.admin.catch_up()
    (action,) = doings.admin.pages("/v1/audit/actions", type="PersonProfileChanged")
    assert action["content"]["changed"] == ["handle", "name"]
    assert action["person"]["handle"] == NOW[0]
    told = system.cairn("audit", "--what", "PersonProfileChanged", "--tenant", doings.admin.tenant).stdout
    assert NOW[0] in told
    assert "Formerly" not in told
