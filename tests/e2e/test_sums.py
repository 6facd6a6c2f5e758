"""Sums, baselines, milestones that are redefined and parts of several owners, from the outside: what is defined, reported, shown, refused.

Sums: CHF 40,000 of sales and 20,000 of support against a target of 100,000 are 60 %.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.company import Company, Json, found_company
from tests.support.system import System


@pytest.fixture(scope="module")
def company(system: System) -> Company:
    company = found_company(system.url, key_results=0)
    for handle in ("bea", "cleo"):
        company.admin.post("/v1/people", {"handle": handle, "name": handle.title()})
    return company


def defined(company: Company, reference: str, measure: str, objective: str = "O1", **more: Any) -> None:
    body = {"reference": reference, "title": f"Of {reference}", "measure": measure, **more}
    company.admin.post(f"/v1/objectives/{objective}/key-results", body)


def reported(company: Company, reference: str, value: float, **more: Any) -> None:
    company.admin.post(f"/v1/key-results/{reference}/check-ins", {"value": value, **more})


def shown(company: Company, reference: str, **at: str) -> Json:
    company.admin.catch_up()
    found: Json = company.admin.get(f"/v1/key-results/{reference}", **at)
    (in_tree,) = [
        one
        for objective in company.admin.pages("/v1/tree", of="objectives", cycle="now", **at)
        for one in objective["key_results"]
        if one["ref"] == reference
    ]
    assert {name: found[name] for name in in_tree} == in_tree, "the tree says otherwise"
    return found


def refused(company: Company, path: str, body: Json, method: str = "post") -> str:
    answer = company.admin.ask(method.upper(), path, body)
    assert answer.status_code >= 400, answer.text
    reason: str = answer.json()["reason"]
    return reason


@pytest.fixture(scope="module")
def budget(company: Company) -> Company:
    defined(company, "sales", "metric", start=0, target=80000, unit="CHF")
    defined(company, "support", "baseline", unit="CHF")
    defined(company, "hours", "metric", start=0, target=10, unit="h")
    defined(company, "total", "sum", target=100000, unit="CHF", feeds=["sales", "support"])
    return company


def test_a_sum_is_what_its_feeds_come_to(budget: Company) -> None:
    before = shown(budget, "total")
    assert (before["status"], before["value"], before["progress"]) == ("not_started", None, 0)
    assert [feed["ref"] for feed in before["feeds"]] == ["sales", "support"]
    reported(budget, "sales", 40000)
    assert (shown(budget, "total")["value"], shown(budget, "total")["progress"]) == (40000, 0.4)
    reported(budget, "support", 20000)
    assert (shown(budget, "total")["value"], shown(budget, "total")["progress"]) == (60000, 0.6)


def test_a_check_in_on_a_sum_is_refused(budget: Company) -> None:
    assert refused(budget, "/v1/key-results/total/check-ins", {"value": 3}) == "IS_A_SUM"
    assert refused(budget, "/v1/key-results/total/check-ins", {"abstention": "nobody counted"}) == "IS_A_SUM"


def test_a_sum_of_several_units_is_refused(budget: Company) -> None:
    body = {"title": "Mixed", "measure": "sum", "target": 9, "unit": "CHF", "feeds": ["sales", "hours"]}
    assert refused(budget, "/v1/objectives/O1/key-results", body) == "FEED_OF_OTHER_UNIT"
    assert refused(budget, "/v1/key-results/sales", {"unit": "EUR"}, "patch") == "FEEDS_A_SUM"


def test_a_sum_that_feeds_itself_through_three_others_is_refused(budget: Company) -> None:
    for number, feeds in ((1, []), (2, ["loop1"]), (3, ["loop2"]), (4, ["loop3"])):
        defined(budget, f"loop{number}", "sum", target=9, unit="CHF", feeds=feeds)
    assert refused(budget, "/v1/key-results/loop1", {"feeds": ["loop4"]}, "patch") == "SUM_LOOP"
    assert refused(budget, "/v1/key-results/loop1", {"feeds": ["loop1"]}, "patch") == "SUM_LOOP"


@pytest.fixture(scope="module")
def churn(company: Company) -> Company:
    company.admin.post("/v1/kpis", {"reference": "churn", "title": "Churn", "unit": "percent", "high": 3})
    defined(company, "back", "sum", start=5, target=3, unit="percent", feeds=["churn"])
    return company


def test_a_key_result_follows_a_kpi(churn: Company) -> None:
    before = shown(churn, "back")
    assert (before["status"], before["value"], before["progress"]) == ("not_started", None, 0)
    assert [(feed["ref"], feed["title"], feed["kind"]) for feed in before["feeds"]] == [("churn", "Churn", "kpi")]
    since = churn.admin.ask("GET", "/v1/key-results").headers["Cairn-Position"]
    first = churn.admin.post("/v1/kpis/churn/values", {"value": 5})["id"]
    second = churn.admin.post("/v1/kpis/churn/values", {"value": 4})["id"]
    found = shown(churn, "back")
    assert (found["value"], found["progress"], found["stale"]) == (4, 0.5, False)
    assert second in found["event_ids"]
    assert "back" in [one["ref"] for one in churn.admin.pages("/v1/key-results", changed_since=since)]
    churn.admin.post(f"/v1/kpis/churn/values/{second}/retraction", {"reason": "Another month."})
    found = shown(churn, "back")
    assert (found["value"], found["progress"]) == (5, 0)
    assert first in found["event_ids"]


def test_what_follows_a_kpi_takes_no_check_in_and_its_kpi_keeps_its_unit(churn: Company) -> None:
    assert refused(churn, "/v1/key-results/back/check-ins", {"value": 3}) == "IS_A_SUM"
    assert refused(churn, "/v1/kpis/churn", {"unit": "people"}, "patch") == "FEEDS_A_SUM"
    churn.admin.patch("/v1/kpis/churn", {"unit": "percent", "title": "Churn of the month"})
    body = {"title": "Mixed", "measure": "sum", "target": 9, "unit": "CHF", "feeds": ["churn"]}
    assert refused(churn, "/v1/objectives/O1/key-results", body) == "FEED_OF_OTHER_UNIT"


def test_neither_what_is_not_there_nor_what_is_no_measure_nor_what_is_retired_feeds_a_sum(churn: Company) -> None:
    churn.admin.post("/v1/kpis", {"reference": "gone", "title": "Gone", "unit": "percent"})
    churn.admin.post("/v1/kpis/gone/retire", {})
    objective = churn.admin.get("/v1/objectives/O1")["id"]
    for feed, reason in (("nothing", "KEY_RESULT_UNKNOWN"), (objective, "KEY_RESULT_UNKNOWN"), ("gone", "KPI_RETIRED")):
        assert refused(churn, "/v1/key-results/back", {"feeds": [feed]}, "patch") == reason


def test_a_baseline_is_measured_and_does_not_count_until_it_has_a_target(company: Company) -> None:
    defined(company, "answers", "baseline", unit="minutes")
    assert (shown(company, "answers")["status"], shown(company, "answers")["progress"]) == ("not_started", None)
    reported(company, "answers", 30)
    known = shown(company, "answers")
    assert (known["status"], known["value"], known["progress"], known["counts"]) == ("on_track", 30, None, False)
    company.admin.patch("/v1/key-results/answers", {"target": 10})
    known = shown(company, "answers")
    assert (known["measure"], known["start"], known["target"], known["progress"]) == ("metric", 30, 10, 0)
    company.admin.patch("/v1/key-results/answers", {"target": 20})
    assert shown(company, "answers")["start"] == 30, "a later target does not move the start"


def test_milestones_that_are_redefined_are_read_by_the_list_that_holds(company: Company) -> None:
    defined(company, "office", "milestones", milestones=[{"title": "Find one"}, {"title": "Sign"}, {"title": "Move"}])
    company.admin.post("/v1/key-results/office/check-ins", {"milestones_done": [1, 3]})
    assert shown(company, "office")["progress"] == 0.666667
    company.admin.post("/v1/key-results/office/check-ins", {"milestones_done": [2]})
    assert shown(company, "office")["progress"] == 0.333333, "what was done before is said again, or is done no more"
    company.admin.post("/v1/key-results/office/check-ins", {"milestones_done": [1, 3]})
    company.admin.patch("/v1/key-results/office", {"milestones": [{"title": "Find one", "weight": 1}, {"title": "Sign", "weight": 3}]})
    found = shown(company, "office")
    assert (found["progress"], [step["done"] for step in found["milestones"]]) == (0.25, [True, False])


def test_the_value_is_the_mean_of_the_parts_by_share(company: Company) -> None:
    owners = [{"person": "admin", "share": 3}, {"person": "bea", "share": 1}]
    defined(company, "parts", "metric", start=0, target=100, owners=owners)
    reported(company, "parts", 40, part="admin")
    assert (shown(company, "parts")["value"], len(shown(company, "parts")["parts"])) == (40, 1)
    reported(company, "parts", 80, part="bea")
    found = shown(company, "parts")
    assert (found["value"], found["progress"], len(found["event_ids"])) == (50, 0.5, 3)
    reported(company, "parts", 10)
    assert (shown(company, "parts")["value"], shown(company, "parts")["parts"]) == (10, []), "a whole check-in supersedes earlier parts"
    reported(company, "parts", 80, part="bea")
    company.admin.patch("/v1/key-results/parts", {"owners": ["admin"]})
    assert shown(company, "parts")["value"] == 10, "the part of who is no owner gives no value"


def test_parts_are_of_owners_and_of_what_has_parts(company: Company) -> None:
    defined(company, "whole", "binary")
    defined(company, "mine", "metric", start=0, target=1)
    assert refused(company, "/v1/key-results/whole/check-ins", {"value": 1, "part": "admin"}) == "PART_IMPOSSIBLE"
    assert refused(company, "/v1/key-results/mine/check-ins", {"value": 1, "part": "cleo"}) == "NOT_AN_OWNER"


def test_what_is_exported_is_replayed_and_rebuilt_to_the_same_digest(budget: Company, system: System, tmp_path: Path) -> None:
    budget.admin.catch_up()
    live = budget.admin.digest()
    export = tmp_path / "export"
    system.cairn("export", str(export), "--tenant", budget.name)
    assert json.loads(system.cairn("replay", str(export), "--json").stdout)["digest"] == live
    budget.admin.operator().rebuild()
    assert budget.admin.digest() == live
