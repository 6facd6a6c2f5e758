"""What changes is told to whoever listens, as far as they may know of it, and to nobody else (decision 47)."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.support.company import Company, Person
from tests.support.listening import listening
from tests.support.system import System


@pytest.fixture
def zoe(system: System, company: Company) -> Person:
    """A member who is named by no objective."""
    company.admin.post("/v1/people", {"handle": "zoe"})
    return Person(system.url, tenant=company.name, person="zoe")


def test_each_hears_of_what_they_may_know_of_as_it_comes_and_goes(system: System, company: Company, zoe: Person) -> None:
    admin, url = company.admin, system.url
    o1 = admin.get("/v1/objectives/O1")
    key_result = admin.get("/v1/key-results/O1/1")["id"]
    secret = admin.post("/v1/objectives", {"cycle": o1["cycle"]["id"], "title": "Secret", "visibility": "private"})["id"]
    admin.catch_up()
    with listening(url, admin.token) as sees_all, listening(url, zoe.token) as sees_some:
        began = time.monotonic()
        admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
        for listener in (sees_all, sees_some):
            heard = listener.hears("changes", kind="key_result", id=key_result, objective_id=o1["id"], what="check_ins")
            assert heard.at - began < 5  # a second, where nothing else is under way
            listener.hears("changes", kind="objective", id=o1["id"], what="numbers")
        admin.patch(f"/v1/objectives/{secret}", {"title": "More secret"})
        admin.post("/v1/milestones", {"title": "The office opens", "day": "2026-12-01"})
        sees_all.hears("changes", kind="objective", id=secret, what="definition")
        sees_some.hears("changes", kind="milestone")
        admin.patch("/v1/objectives/O1", {"visibility": "private"})
        sees_all.hears("changes", kind="objective", id=o1["id"], what="definition")
        gone = sees_some.hears("gone", kind="objective", id=o1["id"])
        place = sees_some.place
        admin.post("/v1/key-results/O1/1/check-ins", {"value": 20})
        admin.post("/v1/kpis", {"title": "Churn"})
        sees_some.hears("changes", kind="kpi")
        heard_since = [heard for heard in sees_some.heard if heard.at > gone.at]
        assert {thing["kind"] for heard in heard_since for thing in heard.data.get("changes", ())} == {"kpi"}
        assert secret not in sees_some.told_of()
    admin.patch("/v1/objectives/O1", {"visibility": "company"})
    with listening(url, zoe.token, place) as again:  # nothing that came meanwhile is lost, and what was hidden is in sight again
        again.hears("changes", kind="kpi")
        again.hears("changes", kind="objective", id=o1["id"])


def test_a_key_result_that_was_moved_is_told_of_with_where_it_is(system: System, company: Company, zoe: Person) -> None:
    admin, o1 = company.admin, company.admin.get("/v1/objectives/O1")
    key_result = admin.get("/v1/key-results/O1/1")["id"]
    home = admin.post("/v1/objectives", {"cycle": o1["cycle"]["id"], "title": "Its next home"})["id"]
    admin.post(f"/v1/objectives/{home}/activate", {})
    admin.patch("/v1/objectives/O1", {"visibility": "private"})
    admin.catch_up()
    with listening(system.url, zoe.token) as listener:
        admin.post(f"/v1/key-results/{key_result}/move", {"objective": home})
        listener.hears("changes", kind="key_result", id=key_result, objective_id=home, what="definition")
        admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": 10})
        listener.hears("changes", kind="key_result", id=key_result, objective_id=home, what="check_ins")
        assert o1["id"] not in listener.told_of()


def test_who_was_away_is_told_once_what_came_and_goes_on_from_there(system: System, company: Company) -> None:
    admin = company.admin
    with listening(system.url, admin.token, once="true") as now:
        assert now.ended.wait(10)
    ids = [admin.post("/v1/kpis", {"title": f"KPI {number}"})["id"] for number in range(3)]
    admin.catch_up()
    with listening(system.url, admin.token, now.place, once="true") as since:
        assert since.ended.wait(10)
    assert since.told_of() == set(ids)
    with listening(system.url, admin.token, once="true", after=since.place) as nothing:
        assert nothing.ended.wait(10)
    assert nothing.told_of() == set()


def test_other_teams_and_roles_and_an_ended_session_are_heard_of(system: System, company: Company, zoe: Person) -> None:
    with listening(system.url, zoe.token) as listener:
        company.admin.patch("/v1/people/zoe", {"roles": ["auditor"]})
        listener.hears("anew", reason="SIGHT_CHANGED")
        company.admin.post("/v1/people/zoe/sign-out")
        listener.hears("end", reason="SESSION_ENDED")
        assert listener.ended.wait(5)


def test_the_operator_of_the_installation_and_nobody_hear_nothing(system: System) -> None:
    operator = Person(system.url, operator=True)
    assert operator.ask("GET", "/v1/changes").status_code == 403
    assert httpx.get(f"{system.url}/v1/changes").status_code == 401
