"""What is asked for most and easily forgotten. An undone closing has its tests in test_closing.py."""

from __future__ import annotations

import pytest

from tests.support.company import Company, day, found_company
from tests.support.system import System


@pytest.fixture(scope="module")
def company(system: System) -> Company:
    """O1 has two key results of two currencies, O2 none, and O3 one that is due long before the other. A hundred of 200 days are gone."""
    company = found_company(system.url, objectives=3, key_results=0, owner="ann")
    admin = company.admin
    admin.patch("/v1/objectives/O2", {"title": "Zürich wächst über sich hinaus"})
    for ref, unit, target in (("O1/1", "CHF", 200), ("O1/2", "EUR", 400)):
        metric = {"reference": ref, "title": f"Earned in {unit}", "measure": "metric", "start": 0, "target": target, "unit": unit}
        admin.post("/v1/objectives/O1/key-results", metric)
        admin.post(f"/v1/key-results/{ref}/check-ins", {"value": 100})
    for ref, due_day in (("O3/1", day(-1)), ("O3/2", day(100))):
        metric = {"reference": ref, "title": f"Due {ref}", "measure": "metric", "start": 0, "target": 10, "due_day": due_day}
        admin.post("/v1/objectives/O3/key-results", metric)
        admin.post(f"/v1/key-results/{ref}/check-ins", {"value": 6})
    admin.catch_up()
    return company


def test_key_results_of_several_currencies_are_shares_of_their_own_ways(company: Company) -> None:
    objective = company.admin.get("/v1/objectives/O1")
    assert [(k["value"], k["unit"], k["progress"]) for k in objective["key_results"]] == [(100, "CHF", 0.5), (100, "EUR", 0.25)]
    assert objective["progress"] == 0.375


def test_an_objective_without_key_results_has_no_number_and_is_not_started(company: Company) -> None:
    objective = company.admin.get("/v1/objectives/O2")
    assert (objective["progress"], objective["status"], objective["coverage"]) == (None, "not_started", None)


def test_a_key_result_that_is_due_before_the_others_is_measured_by_its_own_day(company: Company) -> None:
    early, later = company.admin.get("/v1/objectives/O3")["key_results"]
    assert (early["progress"], early["pace"], early["status"]) == (0.6, 1, "at_risk")
    assert (later["progress"], later["pace"], later["status"]) == (0.6, 0.5, "on_track")


@pytest.mark.parametrize("word", ["wächst", "WACHST", "zuri", "hinaus zürich"])
def test_it_is_found_by_words_of_its_title_with_accents_and_without(company: Company, word: str) -> None:
    assert [objective["ref"] for objective in company.admin.get("/v1/objectives", text=word)["items"]] == ["O2"]


def test_a_person_who_is_called_otherwise_is_called_so_everywhere(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/tasks", {"reference": "T1", "title": "Ask", "assignee": "ann"})
    admin.patch("/v1/people/ann", {"name": "Ann Newname"})
    admin.catch_up()
    (task,) = admin.get("/v1/tasks", assignee="ann")["items"]
    history = admin.get("/v1/audit/actions", thing="O1", type="ObjectiveDefined")["items"]
    tree = admin.get("/v1/tree", cycle="now")["objectives"]
    named = [admin.get("/v1/objectives/O1")["owner"], task["assignee"], tree[0]["owner"], history[0]["content"]["owner_id"]]
    assert [person["name"] for person in named[:3]] == ["Ann Newname"] * 3
    assert named[3] == named[0]["id"], "an event holds who it was, and no name that could be outdated"
