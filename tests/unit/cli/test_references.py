"""What is meant by a reference: what goes by it, else what goes by that title alone, or by an id that begins so."""

from __future__ import annotations

import re

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway
from tests.unit.cli.fake_tenant import Refusal

TITLE = "expand the JSGENESIS team"
WORDS = (
    ("objective", "{}", "--json"),
    ("history", "{}"),
    ("close", "{}"),
    ("activate", "{}"),
    ("align", "J2", "--under", "{}"),
    ("share", "J2/1", "{}"),
    ("objectives", "--parent", "{}"),
    ("key-results", "--objective", "{}"),
)


@pytest.fixture(autouse=True)
def titled(imported: None, gateway: FakeGateway) -> None:
    gateway.tenants["demo"].objectives["J1"]["state"] = "draft"
    gateway.requests.clear()


@pytest.mark.parametrize("words", WORDS)
def test_a_title_or_the_beginning_of_an_id_is_taken_wherever_a_reference_is(
    cairn: Run, gateway: FakeGateway, words: tuple[str, ...]
) -> None:
    tenant = gateway.tenants["demo"]
    for said in (TITLE, tenant.objectives["J1"]["id"][:12]):
        tenant.objectives["J1"]["state"] = "draft"
        ran = cairn(*(word.format(said) for word in words))
        assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("words", "title", "beginning"),
    [
        ("task {}", "ask the agency", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a13"),
        ("finish {}", "ask the agency", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a13"),
        ("revise task {} --priority low", "ask the agency", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a13"),
        ("revise initiative {} --state running", "A referral programme", "01a0c7e3"),
        ("milestone {}", "The office opens", "01a0c7e4"),
        ("reach {}", "The office opens", "01a0c7e4-5b1d-7c"),
        ("postpone {} 2026-06-01", "The office opens", "01a0c7e4"),
        ("revise milestone {} --title Open", "The office opens", "01a0c7e4"),
        ("measure {} 2.4", "Churn", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"),
        ("retire {}", "churn", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"),
    ],
)
def test_work_and_what_is_measured_go_by_their_titles_too(cairn: Run, words: str, title: str, beginning: str) -> None:
    for said in (title, beginning):
        ran = cairn(*(word.format(said) for word in words.split()))
        assert ran.code == 0, ran.err
    unknown = cairn(*(word.format("Something else") for word in words.split()))
    assert (unknown.code, unknown.err) == (1, "cairn: there is no 'Something else' in this tenant\n")


def test_a_title_in_a_body_is_sent_as_the_id_of_what_it_names(cairn: Run, gateway: FakeGateway) -> None:
    cairn("add", "key-result", "J2", "Hire", "--target", "3", "--counts-for", TITLE)
    (body,) = gateway.sent("POST", "/v1/objectives/J2/key-results")
    assert body["counts_for"] == [gateway.tenants["demo"].objectives["J1"]["id"]]


def test_a_key_result_may_be_named_by_its_title(cairn: Run, gateway: FakeGateway) -> None:
    tenant = gateway.tenants["demo"]
    tenant.objectives["J1"]["state"] = "active"
    assert cairn("check-in", tenant.key_results["J1/1"]["title"], "2").code == 0
    assert tenant.check_ins[-1]["value"] == 2.0


def test_a_reference_goes_before_a_title(cairn: Run, gateway: FakeGateway) -> None:
    gateway.tenants["demo"].objectives["J2"]["title"] = "J1"
    assert cairn("objective", "J1", "--json").json["ref"] == "J1"
    assert not [path for _, path, _ in gateway.requests if path == "/v1/objectives"]


def test_of_a_title_that_several_bear_each_is_named(cairn: Run, gateway: FakeGateway) -> None:
    tenant = gateway.tenants["demo"]
    tenant.objectives["J2"]["title"] = tenant.objectives["J1"]["title"]
    ran = cairn("objective", TITLE)
    assert ran.code == 1
    assert all(f"{ref} 'Expand the Jsgenesis team' is {tenant.objectives[ref]['id']}" in ran.err for ref in ("J1", "J2"))


def test_no_error_speaks_of_a_thing_by_an_id_that_has_a_name(cairn: Run, gateway: FakeGateway) -> None:
    tenant = gateway.tenants["demo"]
    objective, tenant.objectives["J1"]["state"] = tenant.objectives["J1"], "active"

    def refuse(reference: str) -> None:
        raise Refusal(409, "OBJECTIVE_ACTIVE", f"objective {objective['id']} is active")

    tenant.activate_objective = refuse  # type: ignore[method-assign,assignment]
    assert cairn("activate", "J1").err == "cairn: objective 'J1' is active\n"
    assert re.search("[0-9a-f]{8}-", cairn("activate", "J1", "--json").err)


def test_what_was_recorded_a_moment_ago_is_waited_for(cairn: Run, gateway: FakeGateway) -> None:
    objectives = gateway.tenants["demo"].objectives
    recorded = objectives.pop("J1")

    def folded_in_by_then(_: str, path: str) -> None:
        if path == "/v1/catch-up":
            objectives["J1"] = recorded

    gateway.interrupt = folded_in_by_then
    assert cairn("activate", "J1").code == 0
    assert cairn("objective", "J99").code == 1
