"""Approval through REST: a draft is submitted, sent back, submitted again, approved, and activated by who owns it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.company import Company, Json, Person, positions_of


def a_member(company: Company, handle: str) -> Person:
    company.admin.post("/v1/people", {"handle": handle, "roles": ["member"]})
    return Person(str(company.admin.http.base_url), tenant=company.name, person=handle)


@pytest.fixture
def approving(company: Company) -> Iterator[Company]:
    company.admin.put("/v1/settings/approval", {"value": "on"})
    yield company
    company.admin.put("/v1/settings/approval", {"value": "off"})


def test_an_objective_goes_through_its_approval(approving: Company) -> None:
    admin = approving.admin
    ann, bob = a_member(approving, "appro-ann"), a_member(approving, "appro-bob")
    admin.post("/v1/cycles", {"name": "Approval", "kind": "custom", "first_day": "2026-01-01", "last_day": "2026-03-31"})
    bob.post("/v1/objectives", {"cycle": "Approval", "reference": "AP1", "title": "Above"})
    ann.post("/v1/objectives", {"cycle": "Approval", "reference": "AP2", "title": "Below", "parent": {"objective": "AP1"}})

    early = ann.ask("POST", "/v1/objectives/AP2/activate")
    assert (early.status_code, early.json()["reason"]) == (409, "APPROVAL_NEEDED")
    submitted = ann.post("/v1/objectives/AP2/submit", {"comment": "as we said"})
    assert ann.get("/v1/objectives/AP2", after=positions_of(submitted))["approval"] == "submitted"
    assert [one["ref"] for one in bob.get("/v1/objectives?approval=submitted&cycle=Approval")["items"]] == ["AP2"]
    assert ann.get("/v1/people/appro-ann/page")["approvals"] == []
    assert [one["ref"] for one in bob.get("/v1/people/appro-bob/page")["approvals"]] == ["AP2"]
    assert "AP2" not in [one["ref"] for one in admin.get("/v1/people/admin/page")["approvals"]]  # bob is asked
    assert ann.get("/v1/people/appro-bob/page")["approvals"] is None
    own = ann.ask("POST", "/v1/objectives/AP2/approve")
    assert (own.status_code, own.json()["reason"]) == (403, "NOT_AN_APPROVER")

    sent_back = bob.post("/v1/objectives/AP2/send-back", {"reason": "it has no number"})
    assert ann.get("/v1/objectives/AP2", after=positions_of(sent_back))["approval"] == "sent_back"
    ann.post("/v1/objectives/AP2/key-results", {"title": "Be more", "measure": "metric", "start": 0, "target": 10})
    ann.post("/v1/objectives/AP2/submit")
    approved = bob.post("/v1/objectives/AP2/approve")
    assert ann.get("/v1/objectives/AP2", after=positions_of(approved))["approval"] == "approved"

    assert bob.get("/v1/people/appro-bob/page", after=positions_of(approved))["approvals"] == []

    changed = ann.patch("/v1/objectives/AP2", {"title": "Lower"})
    assert ann.get("/v1/objectives/AP2", after=positions_of(changed))["approval"] is None
    assert ann.ask("POST", "/v1/objectives/AP2/activate").json()["reason"] == "APPROVAL_NEEDED"
    ann.post("/v1/objectives/AP2/submit")
    bob.post("/v1/objectives/AP2/approve")
    activated = ann.post("/v1/objectives/AP2/activate")
    now = ann.get("/v1/objectives/AP2", after=positions_of(activated))
    assert (now["state"], now["approval"]) == ("active", "approved")

    ann.catch_up()
    of_bob, of_ann = [
        [(item["kind"], item["objective"]["ref"], item["by"]["handle"]) for item in who.get("/v1/inbox")["items"]] for who in (bob, ann)
    ]
    assert of_bob == [("approval_asked", "AP2", "appro-ann")] * 3
    assert of_ann == [(kind, "AP2", "appro-bob") for kind in ("approved", "approved", "sent_back")]

    told = [(change["summary"], change["comment"]) for change in reversed(ann.get("/v1/objectives/AP2/history")["items"])]
    said = [summary for summary, _ in told]
    words = ["submitted for approval", "sent back", "submitted for approval", "approved", "changed since it was approved"]
    assert [word for word in said if word in words] == [*words, "submitted for approval", "approved"]
    assert ("submitted for approval", "as we said") in told
    assert ("sent back", "it has no number") in told


def test_who_has_a_task_and_who_gave_it_are_told_what_becomes_of_it(company: Company) -> None:
    ann, bob, cyd = (a_member(company, f"task-{name}") for name in ("ann", "bob", "cyd"))
    ann.post("/v1/tasks", {"reference": "TT1", "title": "Ask the agency", "assignee": "task-bob"})
    ann.patch("/v1/tasks/TT1", {"assignee": "task-cyd"})
    cyd.post("/v1/tasks/TT1/finish")
    company.admin.catch_up()
    told = [
        [(item["kind"], item["task"] and item["task"]["ref"], item["objective"]) for item in who.get("/v1/inbox")["items"]]
        for who in (ann, bob, cyd)
    ]
    assert told == [
        [("task_done", "TT1", None)],
        [("task_reassigned", None, None), ("task_given", None, None)],  # it is theirs no more
        [("task_given", "TT1", None)],
    ]


def test_what_an_objective_goes_back_to_is_told_who_may_know_of_it(company: Company) -> None:
    admin = company.admin
    ann = a_member(company, "back-ann")
    for cycle, first, last in (("Back-1", "2026-01-01", "2026-03-31"), ("Back-2", "2026-04-01", "2026-06-30")):
        admin.post("/v1/cycles", {"name": cycle, "kind": "custom", "first_day": first, "last_day": last})
    admin.post("/v1/objectives", {"cycle": "Back-1", "reference": "BA1", "title": "First"})
    admin.post("/v1/objectives/BA1/copy", {"reference": "BA2"})
    admin.catch_up()
    carried = admin.post("/v1/objectives/BA1/carry-over", {"cycle": "Back-2", "reference": "BA3"})
    source = admin.get("/v1/objectives/BA1", after=positions_of(carried))
    name = {"id": source["id"], "ref": "BA1", "title": "First"}
    back = {ref: admin.get(f"/v1/objectives/{ref}") for ref in ("BA1", "BA2", "BA3")}
    assert [(one["carried_from"], one["copied_from"]) for one in back.values()] == [(None, None), (None, name), (name, None)]
    hidden = admin.patch("/v1/objectives/BA1", {"visibility": "private"})
    assert ann.get("/v1/objectives/BA3", after=positions_of(hidden))["carried_from"] is None


def test_grades_have_a_band_and_say_whether_an_objective_is_met(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/cycles", {"name": "Bands", "kind": "custom", "first_day": "2020-01-01", "last_day": "2020-03-31"})
    for ref, kind in (("BD1", "committed"), ("BD2", "aspirational"), ("BD3", "committed")):
        admin.post("/v1/objectives", {"cycle": "Bands", "reference": ref, "title": "Banded", "kind": kind})
        admin.post(f"/v1/objectives/{ref}/key-results", {"reference": f"{ref}/1", "title": "Be there", "measure": "binary"})
        admin.post(f"/v1/objectives/{ref}/activate")
    for ref in ("BD1", "BD2"):
        graded = admin.post(f"/v1/key-results/{ref}/1/grade", {"grade": 0.7, "as_of": "2020-03-31"})
    said = {"BD1": (0.7, "green", False), "BD2": (0.7, "green", True), "BD3": (None, None, None)}

    def told(objectives: list[Json]) -> dict[str, tuple[object, ...]]:
        return {one["ref"]: (one["grade"], one["band"], one["met"]) for one in objectives}

    assert told([admin.get(f"/v1/objectives/{ref}", after=positions_of(graded)) for ref in said]) == said
    tree = admin.get("/v1/tree?cycle=Bands")["objectives"]
    assert told(tree) == said
    assert told([one["key_results"][0] for one in tree]) == {f"{ref}/1": told_of for ref, told_of in said.items()}
    assert told([admin.get(f"/v1/key-results/{ref}/1") for ref in said]) == {f"{ref}/1": told_of for ref, told_of in said.items()}
    settled = admin.put("/v1/settings/bands", {"value": "0.5;0.8", "holds_from": "2020-01-01"})
    assert admin.get("/v1/objectives/BD2", after=positions_of(settled))["band"] == "yellow"
    admin.put("/v1/settings/bands", {"value": "0.4;0.7", "holds_from": "2020-01-01"})
