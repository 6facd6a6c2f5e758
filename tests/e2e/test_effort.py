"""Time that people log on work, through every service: where a team's weeks went, as of any day, and nobody lined up by it."""

from __future__ import annotations

import orjson
import pytest

from tests.support.company import Json, Person, day, new_tenant
from tests.support.system import System


@pytest.fixture(scope="module")
def admin(system: System) -> Person:
    """A team of three with two objectives, one of them private, a task for each, and an initiative."""
    admin = new_tenant(system.url)
    for handle in ("ann", "bea", "cid", "out"):
        admin.post("/v1/people", {"handle": handle})
    admin.post("/v1/cycles", {"name": "now", "kind": "custom", "first_day": day(-60), "last_day": day(20)})
    admin.post("/v1/teams", {"name": "Core", "lead": "cid", "holds_from": day(-60)})
    for handle in ("ann", "bea"):
        admin.put(f"/v1/teams/Core/members/{handle}", {"holds_from": day(-60)})
    for ref, visibility in (("C1", "company"), ("C2", "private")):
        what = {"cycle": "now", "reference": ref, "title": f"Reach {ref}", "team": "Core", "owner": "ann", "visibility": visibility}
        admin.post("/v1/objectives", what)
        admin.post(f"/v1/objectives/{ref}/activate", {})
    admin.post("/v1/tasks", {"reference": "T1", "title": "Call", "assignee": "ann", "serves": {"objective": "C1"}})
    admin.post("/v1/tasks", {"reference": "T2", "title": "Write", "assignee": "ann", "serves": {"objective": "C2"}})
    admin.post("/v1/initiatives", {"reference": "I1", "title": "Try", "owner": "bea", "serves": {"objective": "C1"}})
    admin.catch_up()
    return admin


def somebody(admin: Person, handle: str) -> Person:
    return Person(str(admin.http.base_url), tenant=admin.tenant, person=handle)


def refused(who: Person, method: str, path: str, body: Json | None = None) -> tuple[int, str, str]:
    answer = who.ask(method, path, body)
    problem = answer.json()
    return answer.status_code, problem["reason"], (problem.get("errors") or [{"field": ""}])[0]["field"]


def test_where_the_weeks_of_a_team_went_is_told_by_objective_on_any_day_and_as_it_was_known(admin: Person) -> None:
    ann, bea, cid = (somebody(admin, handle) for handle in ("ann", "bea", "cid"))
    ann.post("/v1/tasks/T1/effort", {"minutes": 90, "day": day(-7), "note": "three agencies"})
    long_ago = ann.post("/v1/tasks/T2/effort", {"minutes": 60, "day": day(-7)})
    bea.post("/v1/initiatives/I1/effort", {"minutes": 240, "day": day(-7)})
    before = long_ago["recorded_at"]
    admin.catch_up()
    of_team = cid.get("/v1/teams/Core/effort")
    assert (of_team["team"]["name"], of_team["minutes"], of_team["hidden"], len(of_team["weeks"])) == ("Core", 330, True, 4)
    (only,) = of_team["objectives"]
    assert (only["objective"]["ref"], only["minutes"], sum(only["weeks"])) == ("C1", 330, 330)
    assert [(each["objective"]["ref"], each["minutes"]) for each in ann.get("/v1/teams/Core/effort")["objectives"]] == [
        ("C1", 330),
        ("C2", 60),
    ]
    assert cid.get("/v1/teams/Core/effort", as_of=day(-8))["minutes"] == 0
    entry = bea.get("/v1/effort")["items"][0]
    bea.post(f"/v1/effort/{entry['id']}/correction", {"minutes": 30})
    admin.catch_up()
    assert cid.get("/v1/teams/Core/effort")["minutes"] == 120
    assert cid.get("/v1/teams/Core/effort", known_at=before)["minutes"] == 0  # one person's alone
    (week,) = cid.get("/v1/teams/Core/effort", **{"from": day(-7), "to": day(-7)})["weeks"]
    assert (week["minutes"], week["withheld"]) == (120, False)


def test_one_person_s_week_is_not_told_to_others_and_a_sum_of_one_neither(admin: Person) -> None:
    ann, bea, out = (somebody(admin, handle) for handle in ("ann", "bea", "out"))
    admin.post("/v1/tasks", {"reference": "T3", "title": "Ask", "assignee": "ann", "serves": {"objective": "C1"}})
    ann.post("/v1/tasks/T3/effort", {"minutes": 45, "day": day(-35)})
    admin.catch_up()
    alone = {"from": day(-35), "to": day(-35)}
    (week,) = bea.get("/v1/teams/Core/effort", **alone)["weeks"]
    assert (week["minutes"], week["withheld"]) == (0, True)
    assert ann.get("/v1/teams/Core/effort", **alone)["minutes"] == 45
    seen = [who.get("/v1/tasks/T3/effort") for who in (ann, admin, bea, out)]
    assert [(len(page["items"]), page["minutes"]) for page in seen] == [(1, 45), (1, 45), (0, None), (0, None)]
    bea.post("/v1/tasks/T3/effort", {"minutes": 15, "day": day(-35)})
    admin.catch_up()
    page = out.get("/v1/tasks/T3/effort")
    assert (page["items"], page["minutes"]) == ([], 60)
    (own,) = bea.get("/v1/tasks/T3/effort")["items"]
    assert (own["person"]["handle"], own["minutes"], own["task"]["ref"], own["serves"]["objective"]["ref"]) == ("bea", 15, "T3", "C1")
    of_both = [page["items"] for page in (ann.get("/v1/tasks/T3/effort", limit=1), ann.get("/v1/tasks/T3/effort"))]
    assert ([len(items) for items in of_both], sorted(entry["minutes"] for entry in of_both[1])) == ([1, 2], [15, 45])
    assert refused(out, "GET", "/v1/teams/Core/effort") == (403, "NOT_OF_THE_TEAM", "team")
    assert refused(out, "GET", "/v1/tasks/T2/effort") == (404, "TASK_UNKNOWN", "")


def test_what_was_logged_wrong_is_corrected_or_taken_back_by_oneself_alone_and_the_audit_tells_all(admin: Person) -> None:
    ann, bea = somebody(admin, "ann"), somebody(admin, "bea")
    logged = ann.post("/v1/tasks/T1/effort", {"minutes": 20, "day": day(-3), "note": "calls"})
    path = f"/v1/effort/{logged['id']}"
    assert refused(bea, "POST", f"{path}/correction", {"minutes": 1}) == (404, "EFFORT_UNKNOWN", "effort")
    assert refused(admin, "POST", f"{path}/retraction", {}) == (404, "EFFORT_UNKNOWN", "effort")
    corrected = ann.post(f"{path}/correction", {"minutes": 25})
    admin.catch_up()
    (entry,) = [each for each in ann.get("/v1/effort")["items"] if each["id"] == logged["id"]]
    assert (entry["minutes"], entry["note"], entry["corrected"], entry["day"]) == (25, "calls", True, day(-3))
    (then,) = [each for each in ann.get("/v1/effort", known_at=logged["recorded_at"])["items"] if each["id"] == logged["id"]]
    assert (then["minutes"], then["corrected"]) == (20, False)
    ann.post(f"{path}/retraction", {"reason": "another task"})
    assert ann.post(f"{path}/retraction", {"reason": "another task"})["recorded_at"] is None
    admin.catch_up()
    assert not [each for each in ann.get("/v1/effort")["items"] if each["id"] == logged["id"]]
    assert refused(ann, "POST", f"{path}/correction", {"minutes": 30})[1] == "EFFORT_RETRACTED"
    assert corrected["id"] == logged["id"]
    task = admin.get("/v1/tasks/T1")["id"]
    told = {action["event"].rpartition(".")[2] for action in admin.get("/v1/audit/actions", thing=task, limit=100)["items"]}
    assert told >= {"EffortLogged", "EffortCorrected", "EffortRetracted"}


@pytest.mark.parametrize(
    ("body", "reason", "field"),
    [
        ({"minutes": -30}, "INVALID_ARGUMENT", "minutes"),
        ({"minutes": 0}, "INVALID_ARGUMENT", "minutes"),
        ({"minutes": 25 * 60}, "INVALID_ARGUMENT", "minutes"),
        ({"minutes": 1.5}, "INVALID_ARGUMENT", "minutes"),
        ({}, "INVALID_ARGUMENT", "minutes"),
        ({"minutes": 30, "day": day(1)}, "DAY_IN_FUTURE", "day"),
        ({"minutes": 30, "person": "bea"}, "INVALID_ARGUMENT", "person"),
        ({"minutes": 30, "note": "x" * 1001}, "INVALID_ARGUMENT", "note"),
    ],
)
def test_what_cannot_have_been_spent_is_refused_and_says_why(admin: Person, body: Json, reason: str, field: str) -> None:
    assert refused(somebody(admin, "ann"), "POST", "/v1/tasks/T1/effort", body) == (422, reason, field)


def test_a_day_takes_24_hours_and_work_that_is_over_or_elsewhere_nothing(admin: Person, system: System) -> None:
    cid = somebody(admin, "cid")
    cid.post("/v1/tasks/T1/effort", {"minutes": 1400, "day": day(-20)})
    assert refused(cid, "POST", "/v1/initiatives/I1/effort", {"minutes": 41, "day": day(-20)}) == (422, "EFFORT_OVER_A_DAY", "minutes")
    cid.post("/v1/initiatives/I1/effort", {"minutes": 40, "day": day(-20)})
    admin.post("/v1/tasks", {"reference": "T9", "title": "Over", "assignee": "cid", "serves": {"objective": "C1"}})
    admin.post("/v1/tasks/T9/cancel", {})
    cid.post("/v1/tasks/T9/effort", {"minutes": 10})
    cid.post("/v1/initiatives", {"reference": "I9", "title": "Over", "serves": {"objective": "C1"}})
    cid.ask("PATCH", "/v1/initiatives/I9", {"state": "dropped", "holds_from": day(-5)})
    assert refused(cid, "POST", "/v1/initiatives/I9/effort", {"minutes": 10}) == (422, "EFFORT_AFTER_END", "day")
    elsewhere = new_tenant(system.url)
    task = admin.get("/v1/tasks/T1")["id"]
    assert refused(elsewhere, "POST", f"/v1/tasks/{task}/effort", {"minutes": 10}) == (404, "TASK_UNKNOWN", "")
    assert refused(elsewhere, "GET", f"/v1/tasks/{task}/effort") == (404, "TASK_UNKNOWN", "")
    for query in ({"from": day(0), "to": day(-30)}, {"from": day(-400)}):
        answer = cid.http.get("/v1/teams/Core/effort", params=query)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "from")


def test_time_is_logged_and_shown_on_the_command_line(admin: Person, system: System) -> None:
    def cairn(*words: str) -> str:
        return str(system.cairn(*words, "--tenant", admin.tenant).stdout)

    assert "T1: 90 minutes logged" in cairn("spend", "T1", "1h30", "--day", "yesterday", "--note", "phoned")
    told = cairn("effort", "T1")
    assert "phoned" in told
    assert "1 h 30 min" in told
    assert "C1" in cairn("effort", "--team", "Core")
    (entry,) = [each for each in orjson.loads(cairn("effort", "T1", "--json"))["items"] if each["note"] == "phoned"]
    cairn("correct-effort", entry["id"], "45m")
    cairn("retract-effort", entry["id"], "--reason", "another task")
    assert "phoned" not in cairn("effort", "T1")
