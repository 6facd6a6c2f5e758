"""The coach through the whole system: what it says of a cycle, of an objective, of drafts and of a folder; and to whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.company import Company, Json, Person, day, found_company
from tests.support.system import System

EXAMPLES = Path(__file__).parents[2] / "examples"
SHOWN = ("rule", "severity", "ref", "says", "suggests")


def rules(found: Json, ref: str) -> set[str]:
    """What was said of an objective or a key result."""
    return {finding["rule"] for finding in found["findings"] if finding["ref"] == ref}


@pytest.fixture(scope="module")
def company(system: System) -> Company:
    """A cycle from 40 days ago to 60 days ahead: O1 was reached on its third day, O2 is badly written, O3 is private."""
    company = found_company(system.url, key_results=0)
    cycle = {"name": "coached", "kind": "custom", "first_day": day(-40), "last_day": day(60)}
    company.admin.post("/v1/cycles", cycle)
    company.admin.post("/v1/teams", {"name": "Core"})
    for reference, title, more in (
        ("C1", "Be read", {}),
        ("C2", "Become a better blog", {"level": "team", "team": "Core"}),
        ("C3", "Be read by nobody", {"visibility": "private"}),
    ):
        company.admin.post("/v1/objectives", {"cycle": "coached", "reference": reference, "title": title, **more})
    metric = {"measure": "metric", "start": 0, "target": 10}
    for objective, reference, body in (
        ("C1", "C1/1", {"title": "Win 10 readers", **metric}),
        ("C1", "C1/2", {"title": "Win 10 customers", **metric}),
        ("C2", "C2/1", {"title": "Write posts", "measure": "graded"}),
        ("C3", "C3/1", {"title": "Publish a secret", "measure": "graded"}),
    ):
        company.admin.post(f"/v1/objectives/{objective}/key-results", {"reference": reference, **body})
    for objective in ("C1", "C3"):
        company.admin.post(f"/v1/objectives/{objective}/activate")
    company.admin.post("/v1/key-results/C1/1/check-ins", {"value": 10, "as_of": day(-38)})
    company.admin.post("/v1/key-results/C1/2/check-ins", {"value": 10, "as_of": day(-20)})
    company.admin.post("/v1/people", {"handle": "guest", "roles": ["viewer"]})
    company.admin.catch_up()
    return company


def test_a_cycle_is_looked_at_draft_or_not(company: Company) -> None:
    found = company.admin.get("/v1/coach", cycle="coached")
    assert (found["objectives"], found["key_results"]) == (3, 4)
    assert rules(found, "C1") == set()
    assert rules(found, "C2") == {"vague-objective", "too-few-key-results", "no-parent"}
    assert rules(found, "C2/1") == {"no-number", "output"}


def test_what_was_reached_in_the_first_tenth_is_told_by_what_held_then(company: Company) -> None:
    found = company.admin.get("/v1/coach", cycle="coached")
    assert (rules(found, "C1/1"), rules(found, "C1/2")) == ({"sandbagging"}, set())


def test_one_objective_is_looked_at_alone(company: Company) -> None:
    found = company.admin.get("/v1/coach", objective="C2")
    assert found["objectives"] == 1
    assert {finding["ref"] for finding in found["findings"]} == {"C2", "C2/1"}


def test_what_somebody_may_not_see_is_not_told_either(system: System, company: Company) -> None:
    guest = Person(system.url, tenant=company.name, person="guest")
    found = guest.get("/v1/coach", cycle="coached")
    assert found["objectives"] == 2
    assert "secret" not in json.dumps(found)
    assert guest.ask("GET", "/v1/coach?objective=C3").json()["reason"] == guest.ask("GET", "/v1/coach?objective=C99").json()["reason"]


def test_something_to_look_at_is_named(company: Company) -> None:
    for query in ("", "?cycle=coached&objective=C1"):
        assert company.admin.ask("GET", f"/v1/coach{query}").status_code == 422


def test_a_cycle_is_looked_at_as_it_was_on_a_day(company: Company) -> None:
    before = company.admin.get("/v1/coach", cycle="coached", as_of=day(-39))
    assert (before["objectives"], rules(before, "C1/1")) == (3, set())
    assert rules(company.admin.get("/v1/coach", cycle="coached", as_of=day(-38)), "C1/1") == {"sandbagging"}
    assert company.admin.get("/v1/coach", objective="C1", as_of=day(-39))["findings"] == []
    assert company.admin.get("/v1/coach", cycle="coached", known_at="2020-01-01T00:00:00Z")["objectives"] == 0


def test_drafts_are_looked_at_before_they_are_written(company: Company) -> None:
    draft: Json = {
        "title": "Be read",
        "cycle": "coached",
        "owner": "ann",
        "key_results": [{"title": "10 Artikel schreiben"}, {"title": "1000 Leser"}],
    }
    found = company.admin.post("/v1/coach", {"objectives": [draft]})
    assert [(finding["ref"], finding["rule"]) for finding in found["findings"]] == [("1/1", "output")]
    nobodys = company.admin.post("/v1/coach", {"objectives": [{"title": "Be read"}]})
    assert rules(nobodys, "1") == {"no-owner", "no-due-day", "too-few-key-results"}


def test_every_finding_is_of_a_rule_that_is_listed(company: Company) -> None:
    listed = {rule["rule"] for rule in company.admin.get("/v1/coach/rules")["items"]}
    assert {finding["rule"] for finding in company.admin.get("/v1/coach", cycle="coached")["findings"]} <= listed


def test_a_folder_is_looked_at_and_nothing_of_it_imported(system: System, company: Company) -> None:
    told = system.cairn("coach", str(EXAMPLES / "sourcegraph-fy22q3"), "--tenant", company.name, "--json").stdout
    findings: list[dict[str, Any]] = json.loads(told)
    assert all(set(SHOWN) <= finding.keys() for finding in findings)
    named = {finding["ref"] for finding in findings if finding["rule"] == "no-number"}
    assert {"K5", "K6", "K7", "K32"} <= named
    assert not named & {"K1", "K8", "K16", "K19"}
    assert company.admin.ask("GET", "/v1/objectives/S1").status_code == 404


def test_a_folder_of_values_tells_what_was_reached_at_once(company: Company) -> None:
    tables = {
        "objectives.csv": "objective,cycle,title,starts_on,ends_on\nT1,c,Be read,2026-01-01,2026-03-31\n",
        "key_results.csv": "objective,number,title,kind,start,target\nT1,1,Win 10 readers,number,0,10\nT1,2,Win 10 customers,number,0,10\n",
        "checkins.csv": "objective,key_result,date,score,value\nT1,1,2026-01-05,,10\nT1,2,2026-02-05,,10\n",
    }
    found = company.admin.post("/v1/coach/tables", {"tables": tables})
    assert [(finding["ref"], finding["rule"]) for finding in found["findings"]] == [("T1/1", "sandbagging")]
