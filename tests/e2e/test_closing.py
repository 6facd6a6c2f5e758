"""A cycle is closed with what came of it, reported, reopened and closed again; what is not done goes on in the next one."""

from __future__ import annotations

from typing import Any

from tests.support.company import Company, Json, Person, positions_of


def a_cycle(admin: Person, name: str, first_day: str, last_day: str) -> None:
    admin.post("/v1/cycles", {"name": name, "kind": "tactical", "first_day": first_day, "last_day": last_day})


def an_objective(admin: Person, cycle: str, ref: str, **more: Any) -> None:
    admin.post("/v1/objectives", {"cycle": cycle, "reference": ref, "title": f"Objective {ref}", **more})
    admin.post(
        f"/v1/objectives/{ref}/key-results",
        {"reference": f"{ref}/1", "title": "Be more", "measure": "metric", "start": 0, "target": 10, "unit": "parts"},
    )


def named(report: Json) -> dict[str, Json]:
    return {objective["ref"]: objective for objective in report["objectives"]}


def test_the_report_of_a_closing_stays_as_it_was_and_a_second_closing_has_one_of_its_own(company: Company) -> None:
    admin = company.admin
    a_cycle(admin, "Closing-1", "2020-01-01", "2020-03-31")
    a_cycle(admin, "Closing-2", "2020-04-01", "2020-06-30")
    for ref in ("C1", "C2", "C3"):
        an_objective(admin, "Closing-1", ref)
    for ref in ("C1", "C2"):
        admin.post(f"/v1/objectives/{ref}/activate", {})
    admin.post("/v1/key-results/C1/1/check-ins", {"value": 4, "as_of": "2020-03-01"})
    too_early = admin.ask("POST", "/v1/cycles/Closing-1/close", dry_run="true")
    assert (too_early.status_code, too_early.json()["reason"]) == (409, "CYCLE_STEP")
    early = admin.ask("GET", "/v1/cycles/Closing-1/report")
    assert (early.status_code, early.json()["reason"]) == (409, "CYCLE_NOT_CLOSED")

    for step in ("start", "review"):
        admin.post(f"/v1/cycles/Closing-1/{step}", {})
    said = {"objective": "C1", "outcome": "Four of ten", "well": "the beginning", "learnt": "begin earlier", "carry": True}
    grades = [{"key_result": "C1/1", "grade": 0.4, "note": "four of ten"}, {"key_result": "C2/1", "grade": None}]
    of_a_draft = [*grades, {"key_result": "C3/1", "grade": 1}]
    refused = {"holds_from": "2020-03-31", "grades": of_a_draft}
    refusals = [
        admin.ask("POST", "/v1/cycles/Closing-1/close", refused, dry_run="true"),
        admin.ask("POST", "/v1/cycles/Closing-1/close", refused),
    ]
    assert [(one.status_code, one.json()["reason"]) for one in refusals] == [(409, "OBJECTIVE_NOT_ACTIVE")] * 2
    assert refusals[0].json()["errors"] == refusals[1].json()["errors"]
    closing = {"holds_from": "2020-03-31", "objectives": [said], "grades": grades}
    tried = admin.post("/v1/cycles/Closing-1/close", closing, dry_run="true")
    admin.catch_up()
    assert admin.get("/v1/key-results/C1/1")["grade"] is None  # all or none
    there = admin.get("/v1/cycles/Closing-1")
    assert (tried["version"], tried["recorded_at"], tried["positions"], there["state"]) == (there["version"], None, [], "review")
    closed = admin.post("/v1/cycles/Closing-1/close", closing)
    first = admin.get("/v1/cycles/Closing-1/report", after=positions_of(closed))
    assert (first["version"], first["versions"], first["closed_on"], first["closed_by"]["handle"]) == (1, 1, "2020-03-31", "admin")
    told = named(first)
    assert told.keys() == {"C1", "C2"}  # drafts never counted
    told_of_it = {name: told["C1"][name] for name in ("state", "progress", "grade", "outcome", "well", "learnt", "carried_over")}
    assert told_of_it == {
        "state": "closed",
        "progress": 0.4,
        "grade": 0.4,
        "outcome": "Four of ten",
        "well": "the beginning",
        "learnt": "begin earlier",
        "carried_over": True,
    }
    assert (told["C2"]["state"], told["C2"]["outcome"], told["C2"]["carried_over"]) == ("closed", None, None)
    assert {objective["ended_on"] for objective in first["objectives"]} == {"2020-03-31"}
    assert {objective["key_results"][0]["grade_note"] for objective in first["objectives"]} == {"four of ten", None}
    assert {objective["key_results"][0]["unit"] for objective in first["objectives"]} == {"parts"}

    carried = admin.post("/v1/objectives/C1/carry-over", {"cycle": "Closing-2", "reference": "D1"})
    (key_result,) = admin.get("/v1/objectives/D1", after=positions_of(carried))["key_results"]
    assert (key_result["start"], key_result["target"]) == (4, 10)

    admin.post("/v1/objectives", {"cycle": "Closing-2", "reference": "D8", "title": "Defined a moment ago"})
    admin.post("/v1/objectives/D8/carry-over", {"cycle": "Closing-2", "reference": "D9"})  # it waits for what has just been defined

    reopened = admin.post("/v1/cycles/Closing-1/reopen", {"reason": "A check-in was missing."})
    assert admin.get("/v1/objectives/C1", after=positions_of(reopened))["state"] == "active"
    admin.post("/v1/key-results/C1/1/check-ins", {"value": 5, "as_of": "2020-03-30"})
    again = admin.ask("GET", "/v1/cycles/Closing-1/report")
    assert (again.status_code, again.json()["reason"]) == (409, "CYCLE_NOT_CLOSED")
    admin.patch("/v1/cycles/Closing-1", {"last_day": "2020-04-02"})
    closed = admin.post("/v1/cycles/Closing-1/close", {"holds_from": "2020-03-31"})
    second = admin.get("/v1/cycles/Closing-1/report", after=positions_of(closed))
    assert (second["version"], named(second)["C1"]["progress"], named(second)["C1"]["outcome"]) == (2, 0.5, "Four of ten")
    assert admin.get("/v1/cycles/Closing-1/report?version=1") == first
    assert (second["versions"], admin.get("/v1/cycles/Closing-1")["closings"]) == (2, 2)
    assert (first["last_day"], second["last_day"]) == ("2020-03-31", "2020-04-02")
    unknown = admin.ask("GET", "/v1/cycles/Closing-1/report?version=3")
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "REPORT_UNKNOWN")


def test_a_cycle_is_shortened_with_its_objectives_as_asked(company: Company) -> None:
    admin = company.admin
    a_cycle(admin, "Shorter", "2021-01-01", "2021-03-31")
    an_objective(admin, "Shorter", "S1")
    refused = admin.ask("PATCH", "/v1/cycles/Shorter", {"last_day": "2021-03-15"})
    assert (refused.status_code, refused.json()["reason"]) == (409, "OBJECTIVES_OUTSIDE")
    assert "Objective S1" in refused.json()["detail"]
    moved = admin.patch("/v1/cycles/Shorter", {"last_day": "2021-03-15", "objectives": "move", "name": "Short"})
    objective = admin.get("/v1/objectives/S1", after=positions_of(moved))
    assert (objective["due_day"], objective["key_results"][0]["due_day"], objective["cycle"]["name"]) == (
        "2021-03-15",
        "2021-03-15",
        "Short",
    )
    assert admin.get("/v1/cycles/Shorter")["name"] == "Short"  # found by the name that it had
