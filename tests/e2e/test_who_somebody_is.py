"""What somebody may is what directory says now; sessions end when they are ended; and who watches over a tenant hears of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import grpc
import httpx
import pytest

from cairn.directory.v1.events_pb2 import ROLE_VIEWER, SecurityEventNoted
from cairn.directory.v1.service_pb2 import ChangePersonRolesRequest, LeavePersonRequest
from cairn.directory.v1.service_pb2_grpc import DirectoryServiceStub
from chassis.calls import Identity
from chassis.ids import parse_id
from chassis.rpc import IdentitySigner, Metadata, metadata
from embedded.ports import wait_until
from shared.roles import ADMIN
from tests.support.company import Company, Json, Person
from tests.support.system import System

EFFECTIVE_SECONDS = 2.0
NOTED = SecurityEventNoted.DESCRIPTOR.full_name

FOR_ADMINS: dict[str, Callable[[Person], int]] = {
    "directory": lambda who: who.ask("POST", "/v1/people", {"handle": f"p{time.monotonic_ns()}"}).status_code,
    "goals": lambda who: who.ask("POST", "/v1/cycles/now/review").status_code,
    "checkins": lambda who: who.ask("POST", "/v1/key-results/O1/1/check-ins", {"value": 1}).status_code,
    "audit": lambda who: who.ask("GET", "/v1/audit/export").status_code,
    "progress": lambda who: who.ask("GET", "/v1/dead-letters", service="progress").status_code,
    "notifications": lambda who: who.ask("GET", "/v1/dead-letters", service="notifications").status_code,
}
"""Something that an admin may and a viewer may not, of each service."""


@pytest.fixture
def second(system: System, company: Company) -> Person:
    """Another admin of the tenant."""
    company.admin.post("/v1/people", {"handle": "second", "roles": ["admin"]})
    return Person(system.url, tenant=company.name, person="second")


@pytest.mark.parametrize("service", FOR_ADMINS)
def test_a_role_that_was_taken_away_behind_the_gateway_s_back_is_gone_everywhere_within_two_seconds(
    system: System, company: Company, second: Person, service: str
) -> None:
    attempt = FOR_ADMINS[service]
    assert attempt(second) < 300
    with behind_the_gateway_s_back(system, company.admin) as (directory, caller):
        directory.ChangePersonRoles(
            ChangePersonRolesRequest(person_id=parse_id(second.id), roles=[ROLE_VIEWER]), metadata=caller, timeout=10
        )
    began = time.monotonic()
    assert wait_until(lambda: attempt(second) == 403, 10)
    assert time.monotonic() - began < EFFECTIVE_SECONDS


@contextmanager
def behind_the_gateway_s_back(system: System, admin: Person) -> Iterator[tuple[DirectoryServiceStub, Metadata]]:
    """Directory itself, and the metadata of an admin's calls."""
    by = Identity(parse_id(admin.tenant_id), parse_id(admin.id), frozenset({ADMIN}))
    token = IdentitySigner.from_file(system.layout.private_key).sign(by, "directory", lifetime=60)
    with grpc.insecure_channel(system.address("directory")) as channel:
        yield DirectoryServiceStub(channel), metadata(token)


@pytest.mark.parametrize("service", FOR_ADMINS)
def test_who_has_left_is_nobody_anywhere_within_two_seconds(system: System, company: Company, second: Person, service: str) -> None:
    attempt = FOR_ADMINS[service]
    assert attempt(second) < 300
    with behind_the_gateway_s_back(system, company.admin) as (directory, caller):
        directory.LeavePerson(LeavePersonRequest(person_id=parse_id(second.id)), metadata=caller, timeout=10)
    began = time.monotonic()
    assert wait_until(lambda: attempt(second) == 401, 10)
    assert time.monotonic() - began < EFFECTIVE_SECONDS


def test_who_has_left_is_nobody_at_once_keeps_their_name_and_may_come_back(system: System, company: Company, second: Person) -> None:
    company.admin.post("/v1/cycles", {"name": "2031", "kind": "custom", "first_day": "2031-01-01", "last_day": "2031-12-31"})
    objective = company.admin.post("/v1/objectives", {"cycle": "2031", "title": "Theirs", "owner": "second"})["id"]
    company.admin.post("/v1/people/second/leave")
    assert {service: attempt(second) for service, attempt in FOR_ADMINS.items()} == dict.fromkeys(FOR_ADMINS, 401)
    assert second.ask("POST", "/v1/sign-in/refresh", {"refresh_token": second.refresh_token}).status_code == 401
    refused = second.ask("POST", "/v1/sign-in", {"tenant": company.name, "person": "second"})
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERSON_LEFT")
    assert company.admin.ask("POST", "/v1/people/admin/leave").json()["reason"] == "LAST_ADMIN"

    known = {person["handle"]: person["state"] for person in company.admin.pages("/v1/people")}
    assert (known["admin"], known["second"]) == ("active", "left")
    company.admin.catch_up()
    assert company.admin.get(f"/v1/objectives/{objective}")["owner"]["id"] == second.id
    told = system.cairn("audit", "--what", "PersonLeft", "--tenant", company.name)
    assert "PersonLeft" in told.stdout

    company.admin.post("/v1/people/second/reinstate")
    assert second.ask("GET", "/v1/people").json()["reason"] == "SESSION_ENDED"
    again = Person(system.url, tenant=company.name, person="second")
    assert again.get("/v1/people/second")["state"] == "active"


def test_a_role_that_was_taken_away_is_gone_at_once_where_it_was_done(company: Company, second: Person) -> None:
    company.admin.patch("/v1/people/second", {"roles": ["viewer"]})
    answers = {service: attempt(second) for service, attempt in FOR_ADMINS.items()}
    assert set(answers.values()) == {403}, answers
    assert second.ask("PATCH", "/v1/people/second", {"roles": ["admin"]}).status_code == 403


def test_a_tenant_keeps_an_admin_and_the_operator_makes_none_beside_them(system: System, company: Company) -> None:
    refused = company.admin.ask("PATCH", "/v1/people/admin", {"roles": ["member"]})
    assert (refused.status_code, refused.json()["reason"]) == (409, "LAST_ADMIN")
    operator = Person(system.url, operator=True)
    refused = operator.ask("POST", f"/v1/tenants/{company.name}/appoint-admin", {"person": "admin"})
    assert refused.status_code == 200  # as it is already
    company.admin.post("/v1/people", {"handle": "ida"})
    refused = operator.ask("POST", f"/v1/tenants/{company.name}/appoint-admin", {"person": "ida"})
    assert (refused.status_code, refused.json()["reason"]) == (409, "TENANT_HAS_ADMIN")


def test_who_signs_out_of_a_session_is_nobody_with_its_tokens_and_somebody_with_those_of_another(system: System, company: Company) -> None:
    first, other = (Person(system.url, tenant=company.name, person="admin") for _ in range(2))
    first.post("/v1/sign-out")
    assert first.ask("GET", "/v1/people").json()["reason"] == "SESSION_ENDED"
    assert first.ask("POST", "/v1/sign-in/refresh", {"refresh_token": first.refresh_token}).status_code == 401
    assert other.ask("GET", "/v1/people").status_code == 200


def test_an_admin_ends_every_session_of_a_person(system: System, company: Company, second: Person) -> None:
    company.admin.post("/v1/people/second/sign-out")
    assert second.ask("GET", "/v1/people").json()["reason"] == "SESSION_ENDED"
    again = Person(system.url, tenant=company.name, person="second")
    assert again.ask("GET", "/v1/people").status_code == 200


def test_a_browser_s_session_ends_by_its_own_sign_out_and_by_an_admin_s(system: System, company: Company, second: Person) -> None:
    own_page = {"Origin": system.url, "Sec-Fetch-Site": "same-origin", "Cairn-Csrf": "1"}
    who = {"tenant": company.name, "person": "second"}
    with httpx.Client(base_url=system.url, headers=own_page) as browser, httpx.Client(base_url=system.url, headers=own_page) as thief:
        assert browser.post("/v1/session", json=who).json()["session"]["person"]["handle"] == "second"
        assert browser.post("/v1/cycles", json={}).status_code == 422, "it may do what they may"
        thief.cookies.update(browser.cookies)
        assert thief.get("/v1/people").status_code == 200
        assert browser.delete("/v1/session").json()["session"] is None
        assert thief.get("/v1/people").json()["reason"] == "SESSION_ENDED"
        assert second.ask("GET", "/v1/people").status_code == 200, "their other session goes on"
        browser.post("/v1/session", json=who)
        company.admin.post("/v1/people/second/sign-out")
        refused = browser.get("/v1/people")
        assert (refused.status_code, refused.json()["reason"]) == (401, "SESSION_ENDED")
        assert "Max-Age=0" in refused.headers["set-cookie"]
        assert browser.get("/v1/session").json()["session"] is None


def test_a_refresh_token_is_good_once_and_its_session_ends_when_it_comes_again(company: Company, second: Person) -> None:
    refreshed = second.post("/v1/sign-in/refresh", {"refresh_token": second.refresh_token})
    assert refreshed["access_token"] != second.token
    assert second.ask("POST", "/v1/sign-in/refresh", {"refresh_token": second.refresh_token}).status_code == 401
    assert wait_until(lambda: second.ask("GET", "/v1/people").status_code == 401, EFFECTIVE_SECONDS)
    assert wait_until(lambda: ("refresh_token_reused", "refresh_session") in noted(company.admin), 20)


def noted(admin: Person) -> dict[tuple[str, str], int]:
    """How often each kind of security event was noted of what, in the tenant."""
    admin.catch_up()
    counts: dict[tuple[str, str], int] = {}
    for action in admin.pages("/v1/audit/actions", type=NOTED, limit=1000):
        said: Json = action["content"]
        counts[said["kind"], said["what"]] = counts.get((said["kind"], said["what"]), 0) + said["count"]
    return counts


def test_denials_exports_and_refused_tokens_are_told_to_admins_with_their_count_and_by_a_rebuilt_audit(
    system: System, company: Company
) -> None:
    ann = Person(system.url, tenant=company.name, person="admin")
    company.admin.post("/v1/people", {"handle": "vic", "roles": ["viewer"]})
    vic = Person(system.url, tenant=company.name, person="vic")
    for _ in range(20):
        assert vic.ask("GET", "/v1/audit/export").status_code == 403
    list(ann.lines("GET", "/v1/audit/export"))
    ann.post("/v1/sign-out")
    for _ in range(3):
        ann.ask("GET", "/v1/people")
    assert Person.refused(system.url, tenant=company.name, person="nobody") == 404
    wanted = {
        ("denied", "export_log"): 20,
        ("log_exported", "export_log"): 1,
        ("token_refused", "SESSION_ENDED"): 3,
        ("sign_in_failed", "PERSON_UNKNOWN"): 1,
    }
    assert wait_until(lambda: wanted.items() <= noted(company.admin).items(), 30), noted(company.admin)
    assert {action["actor"]["id"] for action in vic.pages("/v1/audit/actions", type=NOTED)} == {vic.id}
    # The admin signed in twice: what is repeated after a while is told a minute after it began.
    assert wait_until(lambda: noted(company.admin)["signed_in", "sign_in_person"] >= 3, 90), noted(company.admin)
    list(Person(system.url, operator=True).lines("POST", "/v1/rebuild/audit"))
    assert wanted.items() <= noted(company.admin).items()


def test_twenty_forged_tokens_are_told_in_the_gateway_s_log(system: System, company: Company) -> None:
    before = system.log_tail("gateway", 2000).count("security.token_refused")
    head, claims, _ = company.admin.token.split(".")
    for number in range(20):
        forged = {"Authorization": f"Bearer {head}.{claims}.{number:086}"}
        assert company.admin.ask("GET", "/v1/people", headers=forged).status_code == 401
    assert wait_until(lambda: system.log_tail("gateway", 2000).count("security.token_refused") > before, 10)
