"""Check-ins from the outside: read back at once, corrected, taken back, repeated, many at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.company import Company, Person, found_company
from tests.support.system import System


def _after(answer: dict[str, object]) -> str:
    positions = answer["positions"]
    assert isinstance(positions, list)
    return ",".join(positions)


def test_one_reads_ones_own_writes(company: Company) -> None:
    for value in range(1, 41):
        answer = company.admin.ask("POST", "/v1/key-results/O1/1/check-ins", {"value": value})
        objective = company.admin.get("/v1/objectives/O1", after=answer.headers["Cairn-Position"])
        assert objective["key_results"][0]["value"] == value
        assert objective["progress"] == pytest.approx(value / 200)


def test_a_definition_is_read_back_before_anything_else_is_done(company: Company) -> None:
    admin = company.admin
    made = admin.post("/v1/objectives", {"cycle": "now", "reference": "O2", "title": "Another one"})
    assert admin.get("/v1/objectives/O2", after=_after(made))["title"] == "Another one"
    admin.post("/v1/objectives/O2/key-results", {"reference": "O2/1", "title": "Done", "measure": "binary"})
    activated = admin.post("/v1/objectives/O2/activate")
    # At once: checkins may not have heard of the key result, and asks goals.
    answer = admin.post("/v1/key-results/O2/1/check-ins", {"value": 1})
    both = f"{_after(activated)},{_after(answer)}"
    assert admin.get("/v1/objectives/O2", after=both)["progress"] == 1


def test_a_correction_takes_the_day_and_the_place_of_what_it_corrects(company: Company) -> None:
    admin = company.admin
    first = admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    second = admin.post("/v1/key-results/O1/1/check-ins", {"value": 30})
    corrected = admin.post(f"/v1/key-results/O1/1/check-ins/{first['id']}/correction", {"value": 15, "reason": "typed wrong"})
    assert admin.get("/v1/key-results/O1/1", after=_after(corrected))["value"] == 30
    corrected = admin.post(f"/v1/key-results/O1/1/check-ins/{second['id']}/correction", {"value": 40})
    assert admin.get("/v1/key-results/O1/1", after=_after(corrected))["value"] == 40


def test_a_retracted_check_in_gives_the_value_before_it(company: Company) -> None:
    admin = company.admin
    first = admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    admin.post(f"/v1/key-results/O1/1/check-ins/{first['id']}/correction", {"value": 15})
    second = admin.post("/v1/key-results/O1/1/check-ins", {"value": 30})
    retracted = admin.post(f"/v1/key-results/O1/1/check-ins/{second['id']}/retraction", {"reason": "of another team"})
    assert admin.get("/v1/key-results/O1/1", after=_after(retracted))["value"] == 15
    retracted = admin.post(f"/v1/key-results/O1/1/check-ins/{first['id']}/retraction")
    found = admin.get("/v1/key-results/O1/1", after=_after(retracted))
    assert (found["value"], found["progress"], found["status"]) == (None, 0, "not_started")


def test_an_abstention_is_a_check_in_but_not_a_value(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    abstained = admin.post("/v1/key-results/O1/1/check-ins", {"abstention": "nobody measured it"})
    found = admin.get("/v1/key-results/O1/1", after=_after(abstained))
    assert (found["value"], found["abstained"]) == (10, True)


def test_of_many_at_once_each_gets_its_verdict_or_none_is_taken(company: Company) -> None:
    admin = company.admin
    rows = [{"key_result": "O1/1", "value": 20}, {"key_result": "O9/9", "value": 1}, {"key_result": "O1/2", "value": 40}]
    before = admin.heads()["checkins"]
    refused = admin.ask("POST", "/v1/check-ins", {"mode": "all_or_nothing", "check_ins": rows})
    assert (refused.status_code, admin.heads()["checkins"]) == (422, before)
    assert "O9/9" in refused.text
    taken = admin.post("/v1/check-ins", {"mode": "row_by_row", "check_ins": rows})
    assert [verdict["reason"] for verdict in taken["verdicts"]] == [None, "KEY_RESULT_UNKNOWN", None]
    assert (taken["recorded"], admin.heads()["checkins"]) == (2, before + 2)
    assert admin.get("/v1/objectives/O1", after=_after(taken))["progress"] == pytest.approx(0.3)


@pytest.mark.parametrize("service", ["checkins", "gateway"])
def test_a_repeated_key_gets_the_first_answer_also_after_a_crash(system: System, company: Company, service: str) -> None:
    admin = company.admin
    path, body = "/v1/key-results/O1/1/check-ins", {"value": 10}
    first = admin.post(path, body, key="once")
    head = admin.heads()["checkins"]
    system.kill(service)
    system.wait_until_healthy([service])
    admin.wait_until_well()
    again = admin.post(path, body, key="once")
    assert (again["id"], again["positions"], again["repeated"]) == (first["id"], first["positions"], True)
    other = admin.ask("POST", path, {"value": 11}, key="once")
    assert (other.status_code, other.json()["reason"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert admin.heads()["checkins"] == head


def test_a_repeated_key_defines_an_objective_once(system: System, company: Company) -> None:
    admin, body = company.admin, {"cycle": "now", "reference": "O7", "title": "Only one"}
    first = admin.post("/v1/objectives", body, key="objective")
    system.kill("goals")
    system.wait_until_healthy(["goals"])
    admin.wait_until_well()
    again = admin.post("/v1/objectives", body, key="objective")
    assert (again["id"], again["repeated"]) == (first["id"], True)
    assert len(list(admin.pages("/v1/tree", of="objectives", cycle="now", limit=1))) == 2


def test_only_those_who_report_of_a_key_result_check_in(system: System, company: Company) -> None:
    admin = company.admin
    admin.post("/v1/people", {"handle": "bob", "name": "Bob", "roles": ["member"]})
    admin.post("/v1/people", {"handle": "vera", "name": "Vera", "roles": ["viewer"]})
    ann, bob, vera = (Person(system.url, tenant=company.name, person=name) for name in ("ann", "bob", "vera"))
    path = "/v1/key-results/O1/1/check-ins"
    answer = ann.post(path, {"value": 5})
    assert bob.ask("POST", path, {"value": 5}).status_code == 403
    assert vera.ask("POST", path, {"value": 5}).status_code == 403
    assert ann.ask("POST", path, {"value": 5, "on_behalf_of": "bob"}).status_code == 403
    for_ann = admin.post(path, {"value": 6, "on_behalf_of": "ann"})
    assert vera.get("/v1/key-results/O1/1", after=_after(for_ann))["value"] == 6
    changes = vera.get("/v1/key-results/O1/1/history")["items"]
    told = {change["event_id"]: tuple(who and who["id"] for who in (change["actor"], change["on_behalf_of"])) for change in changes}
    assert told[answer["id"]] == (ann.id, None)
    assert told[for_ann["id"]] == (admin.id, ann.id)


def test_what_one_tenant_takes_back_is_refused_while_another_asks(system: System) -> None:
    """Goals' connections each show one tenant's rows: what changed is asked of all of them."""
    ours, theirs = found_company(system.url, objectives=8), found_company(system.url)
    with ThreadPoolExecutor(4) as others:
        for objective in ours.objectives:
            asking = [others.submit(theirs.admin.get, "/v1/cycles") for _ in range(4)]
            ours.admin.post(f"/v1/objectives/{objective}/close")
            answer = ours.admin.ask("POST", f"/v1/key-results/{objective}/1/check-ins", {"value": 1})
            assert (answer.status_code, answer.json()["reason"]) == (409, "OBJECTIVE_CLOSED")
            for question in asking:
                question.result()


def test_commands_of_two_tenants_at_once_are_answered_with_their_days(system: System) -> None:
    companies = [found_company(system.url), found_company(system.url)]
    with ThreadPoolExecutor(8) as callers:
        answers = [
            callers.submit(companies[number % 2].admin.post, "/v1/objectives", {"cycle": "now", "title": f"At once {number}"})
            for number in range(24)
        ]
        assert {answer.result()["holds_from"] for answer in answers} == {"0001-01-01"}
