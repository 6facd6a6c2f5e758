"""Somebody leaves: what they have that has not ended is told, and becomes somebody else's in one command."""

from __future__ import annotations

import pytest

from tests.support.company import Company, Json, day, found_company
from tests.support.system import System

BINARY = {"measure": "binary"}


@pytest.fixture
def company(system: System) -> Company:
    """Ann owns O1 with O1/1, shares O2/1 with Bob, has a task, and had an objective and a key result that have ended."""
    company = found_company(system.url, objectives=2, key_results=0)
    admin = company.admin
    for handle in ("ann", "bob"):
        admin.post("/v1/people", {"handle": handle})
    admin.patch("/v1/objectives/O1", {"owner": "ann"})
    admin.post("/v1/objectives/O1/key-results", {"reference": "O1/1", "title": "It is there", "owners": ["ann"], **BINARY})
    admin.post("/v1/objectives/O1/key-results", {"reference": "O1/2", "title": "It is gone", "owners": ["ann"], **BINARY})
    admin.post("/v1/key-results/O1/2/cancel")
    admin.post("/v1/objectives/O2/key-results", {"reference": "O2/1", "title": "It is liked", "owners": ["ann", "bob"], **BINARY})
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O3", "title": "Over", "owner": "ann"})
    admin.post("/v1/objectives/O3/key-results", {"reference": "O3/1", "title": "It was", **BINARY})
    admin.post("/v1/objectives/O3/activate")
    admin.post("/v1/objectives/O3/close")
    admin.post("/v1/tasks", {"reference": "T1", "title": "Ask the agency", "assignee": "ann", "due_day": day(3)})
    admin.catch_up()
    return company


def refs(things: list[Json]) -> list[tuple[str, str]]:
    return [(thing["kind"], thing["ref"]) for thing in things]


EVERYTHING = [("objective", "O1"), ("key_result", "O1/1"), ("key_result", "O2/1"), ("task", "T1")]


def test_what_has_not_ended_is_told_and_nothing_else(company: Company) -> None:
    assert refs(company.admin.get("/v1/people/ann/owned")["things"]) == EVERYTHING


def test_it_becomes_somebody_elses_in_one_command(company: Company) -> None:
    admin = company.admin
    left = admin.post("/v1/people/ann/leave", {"hand_over_to": "bob"})
    assert (refs(left["handed_over"]), left["not_handed_over"]) == (EVERYTHING, [])
    admin.catch_up()
    assert admin.get("/v1/objectives/O1")["owner"]["handle"] == "bob"
    assert admin.get("/v1/objectives/O3")["owner"]["handle"] == "ann"
    for key_result in ("O1/1", "O2/1"):
        assert [owner["person"]["handle"] for owner in admin.get(f"/v1/key-results/{key_result}")["owners"]] == ["bob"]
    assert admin.get("/v1/tasks/T1")["assignee"]["handle"] == "bob"
    assert admin.get("/v1/people/ann")["state"] == "left"
    assert admin.get("/v1/people/ann/owned")["things"] == []


def test_sent_again_it_goes_on_with_what_is_left(company: Company) -> None:
    admin = company.admin
    admin.patch("/v1/objectives/O1", {"owner": "bob"})  # as a command that was cut off would have left it
    admin.catch_up()
    assert refs(admin.post("/v1/people/ann/leave", {"hand_over_to": "bob"})["handed_over"]) == EVERYTHING[1:]
    admin.catch_up()
    assert admin.post("/v1/people/ann/leave", {"hand_over_to": "bob"})["handed_over"] == []


def test_what_cannot_be_handed_over_is_named_with_the_reason(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O4", "title": "Never begun", "owner": "ann"})
    for step, state in (("start", "active"), ("review", "review"), ("close", "closed")):
        if admin.get("/v1/cycles/now")["state"] != state:
            admin.post(f"/v1/cycles/now/{step}")
    admin.catch_up()
    left = admin.post("/v1/people/ann/leave", {"hand_over_to": "bob"})
    assert refs(left["handed_over"]) == [("task", "T1")]  # the active objectives were closed with their cycle
    assert [(thing["ref"], thing["reason"]) for thing in left["not_handed_over"]] == [("O4", "CYCLE_CLOSED")]
    assert admin.get("/v1/people/ann")["state"] == "left"


def test_nothing_is_handed_to_whoever_leaves_or_has_left(company: Company) -> None:
    admin = company.admin
    assert admin.ask("POST", "/v1/people/ann/leave", {"hand_over_to": "ann"}).status_code == 422
    admin.post("/v1/people/bob/leave")
    admin.catch_up()
    answer = admin.ask("POST", "/v1/people/ann/leave", {"hand_over_to": "bob"})
    assert (answer.status_code, answer.json()["reason"]) == (422, "PERSON_LEFT")
    assert admin.get("/v1/people/ann")["state"] == "active"
