"""One company through two cycles, by REST alone; every number is worked out by hand beside it.

Lumen sells a service to other companies. In the first half of 2025 it wants its customers to stay.

    C1  Customers stay because it works (company, of both: its key results and its children)
        C1/1  churn, from 10 % down to 4 %
        C1/2  renewals, CHF 100,000: the sum of P1/2 and S1/1
    P1  under C1, of Product (counts once)
        P1/1  milestones: found (1), built (2), shipped (1)
        P1/2  renewals that Product won, CHF 0 to 60,000
        P1/3  conversations, 0 to 40, said by Ann (3 parts of 4) and Cleo (1 part)
    S1  under C1, of Sales (counts twice)
        S1/1  renewals that Sales won, CHF 0 to 50,000, from April on to 40,000; weight 2
        S1/2  the partner has signed; weight 1

In the second half a KPI, the time to an answer, leaves its range (8 hours at most), and starts A1, which follows it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.company import Json, Person, new_tenant, positions_of
from tests.support.system import System

FIRST_DAY, SPRING, BEFORE_THE_END, LAST_DAY = "2025-01-01", "2025-03-31", "2025-06-29", "2025-06-30"


@dataclass(frozen=True)
class Lumen:
    """Who acts."""

    admin: Person
    ann: Person  # leads Product
    ben: Person  # leads Sales, and leaves
    cleo: Person

    def shown(self, path: str, **at: str) -> Json:
        """What stands there, once everything before has been taken in."""
        self.admin.catch_up()
        return self.admin.get(path, **at)

    def progress(self, *refs: str, **at: str) -> dict[str, tuple[float, str]]:
        """The numbers and statuses of objectives in the tree of the first half."""
        self.admin.catch_up()
        objectives = {o["ref"]: o for o in self.admin.pages("/v1/tree", of="objectives", cycle="2025-H1", **at)}
        return {ref: (objectives[ref]["progress"], objectives[ref]["status"]) for ref in refs}


@pytest.fixture(scope="module")
def lumen(system: System) -> Lumen:
    """The organisation, what it wants, and what was reported until the end of June."""
    admin = new_tenant(system.url)
    for handle in ("ann", "ben", "cleo"):
        admin.post("/v1/people", {"handle": handle, "name": handle.title(), "roles": ["member"]})
    for team, lead in (("Product", "ann"), ("Sales", "ben")):
        admin.post("/v1/teams", {"name": team, "lead": lead, "holds_from": FIRST_DAY})
    for handle in ("ann", "cleo", "dora", "emil", "fay"):
        if handle not in ("ann", "cleo"):
            admin.post("/v1/people", {"handle": handle, "roles": ["member"]})
        admin.put(f"/v1/teams/Product/members/{handle}", {"holds_from": FIRST_DAY})
    admin.patch("/v1/vision", {"mission": "Whoever works with customers knows them", "vision": "No customer leaves unheard"})
    admin.post("/v1/pillars", {"reference": "trust", "title": "Trust", "about": "Who trusts us stays"})
    for cycle, first_day, last_day in (("2025-H1", FIRST_DAY, LAST_DAY), ("2025-H2", "2025-07-01", "2025-12-31")):
        admin.post("/v1/cycles", {"name": cycle, "kind": "custom", "first_day": first_day, "last_day": last_day})
        admin.post(f"/v1/cycles/{cycle}/start")
    people = {handle: Person(system.url, tenant=admin.tenant, person=handle) for handle in ("ann", "ben", "cleo")}
    lumen = Lumen(admin, **people)
    _what_it_wants(lumen)
    _what_was_reported(lumen)
    return lumen


def _what_it_wants(lumen: Lumen) -> None:
    admin, ann, ben = lumen.admin, lumen.ann, lumen.ben
    customers = {"reference": "C1", "title": "Customers stay because it works", "level": "company", "roll_up": "both", "pillar": "trust"}
    admin.post("/v1/objectives", {"cycle": "2025-H1", **customers})
    key_result(admin, "C1/1", "Fewer customers leave", "metric", start=10, target=4, unit="percent")
    product = {"reference": "P1", "title": "The product does what was promised", "level": "team", "team": "Product", "owner": "ann"}
    of_ann = ann.post("/v1/objectives", {"cycle": "2025-H1", "parent": {"objective": "C1"}, **product})
    milestones = [{"title": "Found"}, {"title": "Built", "weight": 2}, {"title": "Shipped"}]
    key_result(ann, "P1/1", "The export is with customers", "milestones", after=of_ann, milestones=milestones)
    key_result(ann, "P1/2", "Renewals won by Product", "metric", start=0, target=60_000, unit="CHF")
    parts = [{"person": "ann", "share": 3}, {"person": "cleo", "share": 1}]
    key_result(ann, "P1/3", "Conversations with customers", "metric", start=0, target=40, owners=parts)
    sales = {"reference": "S1", "title": "Whoever bought buys again", "level": "team", "team": "Sales", "owner": "ben", "child_weight": 2}
    of_ben = ben.post("/v1/objectives", {"cycle": "2025-H1", "parent": {"objective": "C1"}, **sales})
    key_result(ben, "S1/1", "Renewals won by Sales", "metric", after=of_ben, start=0, target=50_000, unit="CHF", weight=2)
    key_result(ben, "S1/2", "The partner has signed", "binary")
    key_result(admin, "C1/2", "Renewals", "sum", target=100_000, unit="CHF", feeds=["P1/2", "S1/1"])
    admin.put("/v1/settings/approval", {"value": "on"})
    for ref, owner in (("P1", ann), ("S1", ben), ("C1", admin)):
        submitted = owner.post(f"/v1/objectives/{ref}/submit")
        approved = admin.post(f"/v1/objectives/{ref}/approve", after=positions_of(submitted))
        owner.post(f"/v1/objectives/{ref}/activate", {"holds_from": FIRST_DAY}, after=positions_of(approved))


def key_result(person: Person, ref: str, title: str, measure: str, *, after: Json | None = None, **more: Any) -> None:
    """Of the objective by whose reference it begins."""
    body = {"reference": ref, "title": title, "measure": measure, **more}
    person.post(f"/v1/objectives/{ref.partition('/')[0]}/key-results", body, after=positions_of(after) if after else "")


def _what_was_reported(lumen: Lumen) -> None:
    admin, ann, ben, cleo = lumen.admin, lumen.ann, lumen.ben, lumen.cleo
    for who, ref, day, said in (
        (admin, "C1/1", "2025-02-01", {"value": 8.5}),
        (ann, "P1/2", "2025-02-15", {"value": 15_000, "confidence": 6}),
        (ann, "P1/3", "2025-03-03", {"value": 20, "part": "ann"}),
        (cleo, "P1/3", "2025-03-05", {"value": 40, "part": "cleo"}),
        (ann, "P1/1", "2025-03-10", {"milestones_done": [1, 2]}),
        (ben, "S1/1", "2025-03-20", {"value": 20_000, "blockers": ["Two contracts wait for the lawyers"]}),
        (admin, "C1/1", "2025-05-01", {"value": 7}),
        (ann, "P1/2", "2025-05-15", {"value": 30_000}),
        (ben, "S1/1", "2025-05-20", {"value": 30_000}),
        (ben, "S1/2", "2025-05-22", {"value": 1}),
    ):
        who.post(f"/v1/key-results/{ref}/check-ins", {"as_of": day, **said})
    ben.patch("/v1/key-results/S1/1", {"target": 40_000, "holds_from": "2025-04-01"})


def test_what_was_drafted_badly_the_coach_says_before_it_is_saved(lumen: Lumen) -> None:
    draft = {"title": "Do more for customers", "key_results": [{"title": "Write 10 articles"}]}
    found = lumen.ann.post("/v1/coach", {"objectives": [draft]})["findings"]
    assert {"output", "too-few-key-results"} <= {finding["rule"] for finding in found}
    better = {
        "title": "Customers understand what they have bought",
        "owner": "ann",
        "cycle": "2025-H1",
        "key_results": [
            {"title": "Questions to support fall from 40 to 10 a week", "measure": "metric", "start": 40, "target": 10},
            {"title": "80 of 100 customers finish the introduction", "measure": "metric", "start": 20, "target": 80},
        ],
    }
    assert lumen.ann.post("/v1/coach", {"objectives": [better]})["findings"] == []


def test_what_nobody_has_approved_does_not_become_active(lumen: Lumen) -> None:
    lumen.ann.post("/v1/objectives", {"cycle": "2025-H2", "reference": "X1", "title": "Nobody has read it"})
    answer = lumen.ann.ask("POST", "/v1/objectives/X1/activate")
    assert (answer.status_code, answer.json()["reason"]) == (409, "APPROVAL_NEEDED")
    lumen.ann.post("/v1/objectives/X1/cancel")


def test_the_company_serves_its_vision(lumen: Lumen) -> None:
    board = lumen.shown("/v1/vision")
    assert (board["vision"], [pillar["title"] for pillar in board["pillars"]]) == ("No customer leaves unheard", ["Trust"])
    assert [o["ref"] for o in lumen.admin.get("/v1/objectives", pillar="trust")["items"]] == ["C1"]
    assert lumen.admin.get("/v1/objectives/C1")["pillar"]["title"] == "Trust"


def test_in_spring_the_numbers_are_those_of_spring(lumen: Lumen) -> None:
    # P1: milestones (1 + 2) / 4 = 0.75; 15,000 / 60,000 = 0.25; parts (3 × 20 + 1 × 40) / 4 = 25 of 40 = 0.625; together 1.625 / 3.
    # S1: 20,000 / 50,000 = 0.4, twice; nothing signed: 0.8 / 3.
    # C1: churn (8.5 - 10) / (4 - 10) = 0.25; renewals 35,000 / 100,000 = 0.35: of its own 0.3.
    #     With its children: (0.541667 + 2 × 0.266667 + 0.3) / 4 = 0.34375.
    # 89 of 180 days are gone: 0.494 is expected. C1 is 0.151 behind that, S1 0.228, P1 is ahead.
    assert lumen.progress("P1", "S1", "C1", as_of=SPRING) == {
        "P1": (0.541667, "on_track"),
        "S1": (0.266667, "behind"),
        "C1": (0.34375, "behind"),
    }


def test_at_the_end_of_june_they_are_those_of_june_with_the_goalpost_that_was_moved(lumen: Lumen) -> None:
    # P1: 0.75, 30,000 / 60,000 = 0.5, 0.625: 1.875 / 3 = 0.625.
    # S1: 30,000 of now 40,000 = 0.75, twice, and signed: 2.5 / 3.
    # C1: churn 0.5, renewals 60,000 / 100,000 = 0.6: 0.55; with its children (0.625 + 2 × 0.833333 + 0.55) / 4 = 0.710417.
    # 179 of 180 days: 0.994 is expected. S1 is 0.161 behind, P1 0.369, C1 0.284.
    assert lumen.progress("P1", "S1", "C1", as_of=BEFORE_THE_END) == {
        "P1": (0.625, "at_risk"),
        "S1": (0.833333, "behind"),
        "C1": (0.710417, "at_risk"),
    }


def test_a_team_sees_what_it_reached_and_how_often_it_told(lumen: Lumen) -> None:
    # Product has P1 alone. Its weeks begin on Wednesdays, as the cycle does: in that until the fourth of March Ann told of
    # one of three key results, in the next Cleo of the same and Ann of the milestones, in that of the second of April nobody of any.
    team = lumen.shown("/v1/teams/Product/progress", cycle="2025-H1", as_of=BEFORE_THE_END)
    assert (team["lead"]["handle"], team["progress"], [o["ref"] for o in team["objectives"]]) == ("ann", 0.625, ["P1"])
    periods = lumen.admin.get("/v1/cycles/2025-H1/participation", as_of=BEFORE_THE_END)["periods"]
    told = {period["from"]: [(each["team"]["name"], each["due"], each["done"]) for each in period["teams"]] for period in periods}
    assert told["2025-02-26"] == [("Product", 3, 1)], "of Sales, where fewer than five are, nothing is told"
    assert told["2025-03-05"] == [("Product", 3, 2)]
    assert told["2025-04-02"] == [("Product", 3, 0)]


def test_the_goalpost_that_was_moved_is_remembered_with_who_and_when(lumen: Lumen) -> None:
    assert lumen.shown("/v1/key-results/S1/1", as_of=SPRING)["target"] == 50_000
    moved = [entry for entry in lumen.admin.pages("/v1/key-results/S1/1/history") if "target" in str(entry)]
    assert [entry["actor"]["handle"] for entry in moved if "40000" in str(entry) and "50000" in str(entry)] == ["ben"]


def test_who_leaves_hands_over_and_the_numbers_stay(lumen: Lumen) -> None:
    before = lumen.progress("S1", as_of=BEFORE_THE_END)
    left = lumen.admin.post("/v1/people/ben/leave", {"hand_over_to": "cleo"})
    assert [thing["ref"] for thing in left["handed_over"]] == ["S1", "S1/1", "S1/2"]
    lumen.admin.patch("/v1/teams/Sales", {"lead": "cleo"})
    assert lumen.shown("/v1/objectives/S1")["owner"]["handle"] == "cleo"
    assert lumen.progress("S1", as_of=BEFORE_THE_END) == before
    (signed,) = lumen.admin.get("/v1/check-ins", key_result="S1/2")["items"]
    assert signed["created_by"]["handle"] == "ben"


@pytest.fixture(scope="module")
def closed(lumen: Lumen) -> Lumen:
    """The first half is over: grades, what was learnt, and what goes on."""
    grades = {"C1/1": 0.5, "C1/2": 0.6, "P1/1": 0.8, "P1/2": 0.5, "P1/3": 0.6, "S1/1": 0.8, "S1/2": 1}
    looked_back = [
        {"objective": "P1", "outcome": "Built, not shipped", "learnt": "Ship the half of it", "carry": True},
        {"objective": "S1", "outcome": "The partner sells, too", "well": "The partner"},
    ]
    lumen.admin.post("/v1/cycles/2025-H1/review")
    lumen.admin.post(
        "/v1/cycles/2025-H1/close",
        {
            "holds_from": LAST_DAY,
            "objectives": looked_back,
            "grades": [{"key_result": ref, "grade": grade} for ref, grade in grades.items()],
        },
    )
    return lumen


def test_the_report_tells_what_came_of_each(closed: Lumen) -> None:
    # Grades: C1 of its own key results (0.5 + 0.6) / 2; P1 (0.8 + 0.5 + 0.6) / 3 = 0.633333; S1 (2 × 0.8 + 1) / 3 = 0.866667.
    report = closed.shown("/v1/cycles/2025-H1/report")
    told = {o["ref"]: (o["state"], o["progress"], o["grade"], o["outcome"], o["carried_over"]) for o in report["objectives"]}
    assert (report["version"], report["closed_on"]) == (1, LAST_DAY)
    assert told == {
        "C1": ("closed", 0.710417, 0.55, None, None),
        "P1": ("closed", 0.625, 0.633333, "Built, not shipped", True),
        "S1": ("closed", 0.833333, 0.866667, "The partner sells, too", None),
    }


def test_nothing_is_reported_on_what_is_over(closed: Lumen) -> None:
    answer = closed.ann.ask("POST", "/v1/key-results/P1/2/check-ins", {"value": 60_000, "as_of": LAST_DAY})
    assert (answer.status_code, answer.json()["reason"]) == (409, "OBJECTIVE_CLOSED")


def test_what_was_not_done_goes_on_from_where_it_got_to(closed: Lumen) -> None:
    # Of the milestones one is left; renewals go from 30,000 to 60,000, conversations from 25 to 40.
    carried = closed.ann.post("/v1/objectives/P1/carry-over", {"cycle": "2025-H2", "reference": "Q1"})
    found = closed.shown("/v1/objectives/Q1", after=positions_of(carried))
    milestones, renewals, conversations = found["key_results"]
    assert [step["title"] for step in milestones["milestones"]] == ["Shipped"]
    assert [(k["start"], k["target"]) for k in (renewals, conversations)] == [(30_000, 60_000), (25, 40)]
    # In October 45,000 are half of the way that was left: the three of them are 0, 0.5 and 0.
    closed.admin.post("/v1/objectives/Q1/activate", {"holds_from": "2025-07-01"})
    closed.ann.post(f"/v1/key-results/{renewals['id']}/check-ins", {"value": 45_000, "as_of": "2025-10-01"})
    assert closed.shown("/v1/objectives/Q1", as_of="2025-10-02")["progress"] == 0.166667


def test_a_kpi_out_of_its_range_starts_an_objective_that_follows_it_back(closed: Lumen) -> None:
    admin, ann = closed.admin, closed.ann
    ann.post("/v1/kpis", {"reference": "answer", "title": "Time to an answer", "unit": "hours", "high": 8})
    ann.post("/v1/kpis/answer/values", {"value": 6, "as_of": "2025-07-31"})
    started = {"cycle": "2025-H2", "reference": "A1", "title": "Whoever asks hears soon", "owner": "cleo"}
    refused = ann.ask("POST", "/v1/kpis/answer/objectives", started)
    assert (refused.status_code, refused.json()["reason"]) == (409, "KPI_IN_RANGE")
    ann.post("/v1/kpis/answer/values", {"value": 14, "as_of": "2025-08-31"})
    assert (closed.shown("/v1/kpis/answer")["in_range"], closed.shown("/v1/kpis/answer")["objectives"]) == (False, [])
    made = ann.post("/v1/kpis/answer/objectives", started)
    admin.post("/v1/objectives/A1/activate")
    ann.post("/v1/kpis/answer/values", {"value": 11, "as_of": "2025-09-30"})
    before = closed.shown("/v1/objectives/A1")
    assert (before["started_from"]["ref"], before["owner"]["handle"], before["key_results"][0]["id"]) == (
        *("answer", "cleo"),
        made["key_result"],
    )
    # From 14 hours to 8: 11 are half of the way.
    assert (before["key_results"][0]["title"], before["progress"]) == ("Time to an answer: at most 8 hours", 0.5)
    assert [one["ref"] for one in closed.shown("/v1/kpis/answer")["objectives"]] == ["A1"]
    known_at = before["key_results"][0]["updated_at"]
    # 12.5 were meant: a quarter of the way in September, and at the end of August none. As far as was known before, nothing is there yet.
    ann.post("/v1/kpis/answer/values", {"value": 12.5, "as_of": "2025-09-30"})
    ann.post("/v1/kpis/answer/values", {"value": 8, "as_of": "2025-10-31"})
    days = ("2025-08-31", "2025-09-30", "2025-10-31")
    assert [closed.shown("/v1/objectives/A1", as_of=day)["progress"] for day in days] == [0, 0.25, 1]
    assert closed.shown("/v1/objectives/A1", as_of="2025-09-30", known_at=known_at)["progress"] == 0
    assert closed.shown("/v1/kpis/answer")["in_range"] is True


def test_the_whole_story_is_rebuilt_and_told_again(closed: Lumen) -> None:
    closed.admin.catch_up()
    live = closed.admin.digest()
    closed.admin.operator().rebuild()
    assert closed.admin.digest() == live
    assert closed.progress("C1", as_of=SPRING) == {"C1": (0.34375, "behind")}
