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


def test_what_was_defined_a_moment_before_is_handed_over_as_well(company: Company) -> None:
    admin = company.admin
    wanted = [("objective", f"L{n}") for n in range(5)] + [("key_result", f"L{n}/{k}") for n in range(5) for k in (1, 2)]
    for n in range(5):
        key_results = [{"reference": f"L{n}/{k}", "title": "Late", "owners": ["ann"], **BINARY} for k in (1, 2)]
        admin.post("/v1/objectives", {"cycle": "now", "reference": f"L{n}", "title": "Late", "owner": "ann", "key_results": key_results})
    left = admin.post("/v1/people/ann/leave", {"hand_over_to": "bob"})
    assert (sorted(refs(left["handed_over"])), left["not_handed_over"]) == (sorted([*EVERYTHING, *wanted]), [])


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


NEWLY_RESPONSIBLE: list[tuple[str, str, Json, str]] = [
    ("POST", "/v1/objectives", {"cycle": "now", "title": "New", "owner": "ann"}, "owner"),
    ("POST", "/v1/objectives", {"cycle": "now", "title": "New", "contributors": ["bob", "ann"]}, "contributors"),
    ("PATCH", "/v1/objectives/O2", {"owner": "ann"}, "owner"),
    ("PATCH", "/v1/objectives/O2", {"contributors": ["ann"]}, "contributors"),
    ("POST", "/v1/objectives/O2/copy", {"owner": "ann"}, "owner"),
    ("POST", "/v1/objectives/O1/carry-over", {"cycle": "now"}, "owner"),  # whose owner she is
    ("POST", "/v1/objectives/O2/key-results", {"title": "New", "owners": ["ann"], **BINARY}, "owners"),
    ("POST", "/v1/objectives/O1/key-results", {"title": "New", **BINARY}, "owners"),  # the objective's owner, who is she
    ("PATCH", "/v1/key-results/O2/2", {"owners": [{"person": "bob", "share": 1}, {"person": "ann", "share": 1}]}, "owners"),
    ("POST", "/v1/tasks", {"title": "New", "assignee": "ann"}, "assignee"),
    ("PATCH", "/v1/tasks/T2", {"assignee": "ann"}, "assignee"),
    ("POST", "/v1/initiatives", {"title": "New", "owner": "ann", "serves": {"objective": "O2"}}, "owner"),
    ("PATCH", "/v1/initiatives/I1", {"owner": "ann"}, "owner"),
    ("POST", "/v1/kpis", {"title": "New", "owner": "ann"}, "owner"),
    ("PATCH", "/v1/kpis/K1", {"owner": "ann"}, "owner"),
    ("POST", "/v1/objectives/O2/comments", {"kind": "kudos", "text": "Well done", "to": ["ann"]}, "to"),
]


def test_nobody_who_has_left_is_made_responsible_for_anything_and_whoever_is_so_already_stays(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/objectives/O2/key-results", {"reference": "O2/2", "title": "It is seen", "owners": ["bob"], **BINARY})
    admin.post("/v1/tasks", {"reference": "T2", "title": "Ask", "assignee": "bob"})
    admin.post("/v1/initiatives", {"reference": "I1", "title": "Ask", "owner": "bob", "serves": {"objective": "O2"}})
    admin.post("/v1/kpis", {"reference": "K1", "title": "Churn", "owner": "bob"})
    admin.patch("/v1/objectives/O1", {"contributors": ["ann"]})
    admin.post("/v1/people/ann/leave")
    admin.catch_up()
    for method, path, body, field in NEWLY_RESPONSIBLE:
        answer = admin.ask(method, path, body)
        told = answer.json()
        assert (answer.status_code, told["reason"]) == (409, "PERSON_LEFT"), (method, path, body, told)
        assert field in answer.text, (method, path, told)

    assert admin.patch("/v1/objectives/O1", {"owner": "ann", "contributors": ["ann", "bob"]})
    assert admin.patch("/v1/key-results/O2/1", {"owners": [{"person": "ann", "share": 2}, {"person": "bob", "share": 1}]})
    assert admin.patch("/v1/tasks/T1", {"assignee": "ann", "priority": "high"})
    carried = admin.post("/v1/objectives/O1/carry-over", {"cycle": "now", "owner": "bob"})
    copied = admin.post("/v1/objectives/O2/copy")
    admin.catch_up()
    on = admin.get(f"/v1/objectives/{carried['id']}")
    assert (on["owner"]["handle"], [each["handle"] for each in on["contributors"]]) == ("bob", ["bob"])
    assert [[owner["person"]["handle"] for owner in each["owners"]] for each in on["key_results"]] == [["bob"]]
    again = admin.get(f"/v1/objectives/{copied['id']}")
    assert [[owner["person"]["handle"] for owner in each["owners"]] for each in again["key_results"]] == [["bob"], ["bob"]]


def test_what_else_a_leaver_answers_for_is_told_and_handed_over(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/teams", {"name": "Core", "lead": "ann"})
    admin.put("/v1/people/bob/manager", {"manager": "ann"})
    admin.post("/v1/people", {"handle": "cleo"})
    admin.put("/v1/people/cleo/manager", {"manager": "ann"})
    admin.post("/v1/initiatives", {"reference": "I1", "title": "Ask", "owner": "ann", "serves": {"objective": "O2"}})
    admin.post("/v1/initiatives", {"reference": "I2", "title": "Asked", "owner": "ann", "serves": {"objective": "O2"}, "state": "done"})
    admin.post("/v1/kpis", {"reference": "K1", "title": "Churn", "owner": "ann"})
    graded = {"reference": "O2/2", "title": "It is good", "owners": ["ann", "bob"], "measure": "graded"}
    admin.post("/v1/objectives/O2/key-results", graded)
    admin.post("/v1/key-results/O2/2/check-ins", {"value": 0.4, "part": "ann"})
    admin.catch_up()

    duties = [("team", "Core"), ("person", "bob"), ("person", "cleo"), ("initiative", "Ask"), ("kpi", "Churn")]
    owned = admin.get("/v1/people/ann/owned")
    assert [(duty["kind"], duty["title"]) for duty in owned["duties"]] == duties
    assert [part["ref"] for part in owned["parts"]] == ["O2/2"]

    left = admin.post("/v1/people/ann/leave", {"hand_over_to": "bob"})
    assert [(duty["kind"], duty["title"]) for duty in left["duties_handed_over"]] == [each for each in duties if each[1] != "bob"]
    assert [(duty["title"], duty["reason"]) for duty in left["duties_not_handed_over"]] == [
        ("bob", "MANAGER_LOOP")
    ]  # nobody manages himself
    assert [part["ref"] for part in left["parts_ended"]] == ["O2/2"]
    admin.catch_up()
    assert admin.get("/v1/teams/Core")["lead"]["handle"] == "bob"
    assert admin.get("/v1/people/cleo")["manager"]["handle"] == "bob"
    assert admin.get("/v1/initiatives/I1")["owner"]["handle"] == "bob"
    assert admin.get("/v1/initiatives/I2")["owner"]["handle"] == "ann"
    assert admin.get("/v1/kpis/K1")["owner"]["handle"] == "bob"
    assert admin.get("/v1/key-results/O2/2")["parts"] == []


def test_nothing_is_handed_to_whoever_may_not_report(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/people", {"handle": "vera", "roles": ["viewer"]})
    answer = admin.ask("POST", "/v1/people/ann/leave", {"hand_over_to": "vera"})
    assert (answer.status_code, answer.json()["reason"]) == (422, "MAY_NOT_REPORT")
    assert admin.get("/v1/people/ann")["state"] == "active"
