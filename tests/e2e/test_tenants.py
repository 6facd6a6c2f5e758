"""No tenant sees another's anything, though both call their things by the same names."""

from __future__ import annotations

import pytest

from tests.support.company import Company, Person, found_company, positions_of, unique_name
from tests.support.system import System


@pytest.fixture
def stranger(system: System) -> Company:
    """Another tenant, with an O1 of its own."""
    return found_company(system.url)


def test_the_same_reference_is_ones_own_thing(company: Company, stranger: Company) -> None:
    answer = company.admin.post("/v1/key-results/O1/1/check-ins", {"value": 80})
    after = positions_of(answer)
    stranger.admin.catch_up()
    ours, theirs = (who.admin.get("/v1/objectives/O1", after=after) for who in (company, stranger))
    assert ours["id"] != theirs["id"]
    assert (ours["progress"], theirs["progress"]) == (0.4, 0)


def test_lists_hold_only_ones_own(system: System, company: Company, stranger: Company) -> None:
    company.admin.post("/v1/key-results/O1/1/check-ins", {"value": 80})
    company.admin.catch_up()
    ours, theirs = company.admin, stranger.admin
    for path in ("/v1/people", "/v1/cycles", "/v1/inbox"):
        own = {item["id"] for item in ours.pages(path)}
        assert own.isdisjoint(item["id"] for item in theirs.pages(path))
    own_actions = {action["event_id"] for action in ours.pages("/v1/audit/actions", limit=20)}
    assert own_actions
    assert own_actions.isdisjoint(action["event_id"] for action in theirs.pages("/v1/audit/actions", limit=20))
    tree = theirs.get("/v1/tree", cycle="now")
    assert (tree["total"], [objective["ref"] for objective in tree["objectives"]]) == (1, ["O1"])
    assert ours.get("/v1/objectives/O1")["id"] not in {objective["id"] for objective in tree["objectives"]}


def test_an_export_holds_only_ones_own(system: System, company: Company, stranger: Company) -> None:
    company.admin.post("/v1/key-results/O1/1/check-ins", {"value": 80, "comment": "nobody else's business"})
    company.admin.catch_up()
    theirs = b"\n".join(stranger.admin.lines("GET", "/v1/audit/export"))
    assert stranger.admin.tenant_id.encode() in theirs
    assert company.admin.tenant_id.encode() not in theirs


def test_a_digest_does_not_depend_on_other_tenants(company: Company, stranger: Company) -> None:
    stranger.admin.catch_up()
    before = stranger.admin.digest()
    answer = company.admin.post("/v1/key-results/O1/1/check-ins", {"value": 80})
    company.admin.get("/v1/objectives/O1", after=positions_of(answer))
    assert stranger.admin.digest() == before
    assert company.admin.digest() != before


def test_a_new_tenant_is_answered_with_the_id_of_its_first_person(system: System) -> None:
    name, operator = unique_name(), Person(system.url, operator=True)
    registered = operator.post("/v1/tenants", {"name": name}, key="once")
    first = Person(system.url, tenant=name, person="admin")
    assert (first.tenant_id, first.id) == (registered["id"], registered["first_person_id"])
    assert operator.post("/v1/tenants", {"name": name}, key="once") == registered


def test_the_operator_registers_tenants_and_sees_none_of_their_data(system: System, company: Company) -> None:
    operator = Person(system.url, operator=True)
    assert company.name in {tenant["name"] for tenant in operator.pages("/v1/tenants", limit=3)}
    for path in ("/v1/objectives/O1", "/v1/key-results/O1/1"):
        assert operator.ask("GET", path).status_code in (403, 404)
    check_in = company.admin.post("/v1/key-results/O1/1/check-ins", {"value": 80})
    company.admin.catch_up()
    seen = "".join(action["event_id"] for action in operator.pages("/v1/audit/actions", limit=1000))
    assert check_in["id"] not in seen
