"""Requests through the whole gateway, before services that only write down what they were asked."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from cairn.audit.v1 import service_pb2 as audit_pb2
from cairn.checkins.v1 import service_pb2 as checkins
from cairn.checkins.v1.service_pb2 import BATCH_MODE_ROW_BY_ROW
from cairn.common.v1.common_pb2 import Appended
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.directory.v1.events_pb2 import ROLE_ADMIN
from cairn.goals.v1.service_pb2 import ReviseObjectiveResponse
from cairn.operations.v1 import operations_pb2
from cairn.operations.v1.operations_pb2 import GetLogHeadResponse, RebuildResponse
from cairn.progress.v1 import service_pb2 as progress_pb2
from cairn.progress.v1.service_pb2 import GetObjectiveResponse, GetTreeResponse
from chassis.days import day_of
from chassis.errors import Kind, Refused
from chassis.ids import id_of_name, id_text, new_id
from chassis.rpc.identity import IdentityVerifier
from gateway.backends import BACKENDS, NOTHING
from gateway.main import dependencies_of
from gateway.routes.table import API
from shared.roles import ADMIN, AUDITOR, MEMBER
from tests.support.fake_services import AN_ID, plausible
from tests.support.gateway import PERSON, TENANT, Gateway, gateway_before_fakes, settings_before


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


async def test_a_check_in_goes_to_checkins_in_the_caller_s_name(gateway: Gateway, tmp_path: Path) -> None:
    correlation = id_text(new_id())
    response = await gateway.client.post(
        "/v1/key-results/J1/3/check-ins",
        json={"value": 2, "as_of": "2026-01-31", "confidence": 7, "status": "at_risk", "source": "import"},
        headers={"X-Correlation-Id": correlation, "Idempotency-Key": "row-1"},
    )
    assert response.status_code == 201
    asked = gateway.fakes.last("RecordCheckIn")
    check_in = asked.request.check_in
    assert (check_in.key_result_id, check_in.value, check_in.as_of) == (id_of_name("J1/3"), 2.0, day_of_text("2026-01-31"))
    assert (check_in.confidence, check_in.said_status, check_in.source) == (7, 3, 2)
    assert (asked.metadata["cairn-correlation-id"], asked.metadata["cairn-idempotency-key"]) == (correlation, "row-1")
    identity = IdentityVerifier.from_file(tmp_path / "identity.pub").verify(asked.metadata["cairn-identity"], "checkins")
    assert (identity.tenant_id, identity.person_id) == (TENANT, PERSON)
    assert response.headers["X-Correlation-Id"] == correlation
    assert response.headers["Cairn-Position"] == "goals:3:7:7"
    assert response.headers["ETag"] == '"7"'
    assert response.json() == {
        "id": id_text(AN_ID),
        "version": 7,
        "positions": ["goals:3:7:7"],
        "recorded_at": "2026-02-02T02:40:00Z",
        "repeated": False,
        "plausible": False,
    }


def day_of_text(text: str) -> int:
    from datetime import date  # noqa: PLC0415

    return day_of(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("method", "path", "operation", "ref"),
    [
        ("GET", "/v1/key-results/J1/3", "GetKeyResult", "J1/3"),
        ("GET", "/v1/key-results/J1%2F3", "GetKeyResult", "J1/3"),
        ("GET", "/v1/key-results/J1/3/history", "GetHistory", "J1/3"),
        ("POST", "/v1/key-results/a/b/c/cancel", "CancelKeyResult", "a/b/c"),
        ("POST", "/v1/key-results/a/b/c/move", "MoveKeyResult", "a/b/c"),
        ("PUT", "/v1/key-results/J1/3/counts-for/J2", "ShareKeyResult", "J1/3"),
        ("DELETE", "/v1/key-results/K1/counts-for/J2", "UnshareKeyResult", "K1"),
    ],
)
async def test_a_reference_may_hold_slashes(gateway: Gateway, method: str, path: str, operation: str, ref: str) -> None:
    await gateway.client.request(method, path, json={"objective": "J2"} if operation == "MoveKeyResult" else None)
    assert gateway.fakes.last(operation).request.key_result_id == id_of_name(ref)


async def test_an_id_is_taken_as_it_is_and_a_reference_is_looked_up_once(gateway: Gateway) -> None:
    objective = new_id()
    await gateway.client.get(f"/v1/objectives/{id_text(objective)}")
    assert gateway.fakes.last("GetObjective").request.objective_id == objective
    for _ in range(3):
        await gateway.client.get("/v1/objectives/J1")
    assert [asked.method for asked in gateway.fakes.asked].count("ResolveReferences") == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "asked"),
    [
        ("GET", "/v1/objectives/{}", None, "GetObjective"),
        ("GET", "/v1/objectives/{}/history", None, "GetHistory"),
        ("GET", "/v1/key-results/{}", None, "GetKeyResult"),
        ("PUT", "/v1/objectives/J9/parent", {"objective": "{}"}, "AlignObjective"),
        ("POST", "/v1/key-results/{}/check-ins", {"value": 1}, "RecordForwarded"),
        ("POST", "/v1/check-ins", {"mode": "row_by_row", "check_ins": [{"key_result": "{}", "value": 1}]}, "RecordCheckIns"),
        ("POST", "/v1/check-ins", {"mode": "all_or_nothing", "check_ins": [{"key_result": "{}", "value": 1}]}, "RecordCheckIns"),
    ],
)
async def test_what_is_hidden_takes_as_many_questions_as_what_is_not_there(
    gateway: Gateway, method: str, path: str, body: Any, asked: str
) -> None:
    async def ask(reference: str) -> list[str]:
        before = len(gateway.fakes.asked)
        sent = None if body is None else json.loads(json.dumps(body).replace("{}", reference))
        answer = await gateway.client.request(method, path.format(reference), json=sent)
        told.append((answer.status_code, answer.text.replace(reference, "…").replace(answer.headers["x-correlation-id"], "")))
        asked_now = [each.method for each in gateway.fakes.asked[before:]]
        return sorted(method for method in asked_now if method != "GetStanding")  # asked of a copy, where that is followed

    told: list[tuple[int, str]] = []
    await ask("hidden")  # by somebody who may know of it
    kind = "OBJECTIVE" if "objectives" in path else "KEY_RESULT"
    unknown = Refused(f"{kind}_UNKNOWN", "there is no such thing", kind=Kind.UNKNOWN, field=f"{kind.lower()}_id")

    def refuse(request: Any) -> Any:
        if isinstance(request, checkins.RecordCheckInsRequest) and request.mode == checkins.BATCH_MODE_ROW_BY_ROW:
            return checkins.RecordCheckInsResponse(verdicts=[checkins.Verdict(reason=unknown.reason)])
        raise unknown

    gateway.fakes.answers[asked] = refuse
    hidden, missing = await ask("hidden"), await ask("none")
    assert hidden == missing
    assert told[1] == told[2]


async def test_an_unknown_reference_is_404_in_the_path_and_422_in_the_body(gateway: Gateway) -> None:
    response = await gateway.client.get("/v1/objectives/none")
    assert (response.status_code, response.json()["reason"]) == (404, "OBJECTIVE_UNKNOWN")
    response = await gateway.client.post("/v1/objectives", json={"cycle": "none", "title": "x"})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "cycle")


@pytest.mark.parametrize(
    ("method", "path", "body", "asked", "field"),
    [
        (
            "POST",
            "/v1/objectives",
            {"cycle": "2026-Q1", "title": "x", "parent": {"objective": "?"}},
            "parent_objective_id",
            "parent.objective",
        ),
        (
            "POST",
            "/v1/objectives",
            {"cycle": "2026-Q1", "title": "x", "parent": {"key_result": "?"}},
            "parent_key_result_id",
            "parent.key_result",
        ),
        ("PUT", "/v1/objectives/J1/parent", {"objective": "?"}, "parent_objective_id", "objective"),
        ("PUT", "/v1/objectives/?/parent", {"objective": "J1"}, "objective_id", ""),
        (
            "POST",
            "/v1/objectives/J1/key-results",
            {"title": "x", "measure": "binary", "counts_for": ["J2", "?"]},
            "counts_for[1]",
            "counts_for",
        ),
        ("PUT", "/v1/key-results/J1%2F1/counts-for/?", None, "counts_for", ""),
        ("POST", "/v1/key-results/?/check-ins", {"value": 1, "on_behalf_of": "ann"}, "key_result_id", ""),
        (
            "POST",
            "/v1/check-ins",
            {"mode": "all_or_nothing", "check_ins": [{"key_result": "J1/1", "value": 1}, {"key_result": "?", "value": 1}]},
            "check_ins[1].key_result_id",
            "check_ins[1].key_result",
        ),
    ],
)
async def test_what_a_service_hides_is_told_like_a_reference_that_nothing_goes_by(
    gateway: Gateway, method: str, path: str, body: Any, asked: str, field: str
) -> None:
    def hides(request: Any) -> Any:
        kind = "KEY_RESULT" if "key_result" in asked else "OBJECTIVE"
        raise Refused(f"{kind}_UNKNOWN", "there is none that you may see", kind=Kind.UNKNOWN, field=asked)

    async def told(reference: str) -> tuple[int, Any]:
        sent = None if body is None else json.loads(json.dumps(body).replace("?", reference))
        response = await gateway.client.request(method, path.replace("?", reference), json=sent)
        document = response.json()
        del document["correlation_id"]
        return response.status_code, json.loads(json.dumps(document).replace(reference, "?"))

    absent = await told("none")
    assert (absent[0], [error["field"] for error in absent[1]["errors"]]) == ((422, [field]) if field else (404, []))
    for name in ("DefineObjective", "AlignObjective", "DefineKeyResult", "ShareKeyResult", "RecordCheckIn", "RecordCheckIns"):
        gateway.fakes.answers[name] = hides
    assert await told("hidden") == absent


async def test_a_command_comes_after_the_positions_that_it_is_given(gateway: Gateway) -> None:
    await gateway.client.post("/v1/key-results/J1%2F1/check-ins", json={"value": 1}, headers={"Cairn-After": "goals:0:5"})
    assert gateway.fakes.last("RecordCheckIn").metadata["cairn-after"] == "goals:0:5"
    for wrong in ("goals:0", "nonsense", "goals:9999:5"):
        for response in (
            await gateway.client.post("/v1/key-results/J1%2F1/check-ins", json={"value": 1}, headers={"Cairn-After": wrong}),
            await gateway.client.post("/v1/objectives/J1/close", headers={"Cairn-After": wrong}),
            await gateway.client.get("/v1/objectives/J1", headers={"Cairn-After": wrong}),
        ):
            assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "Cairn-After"), wrong


@pytest.mark.parametrize("kind", [Kind.UNAVAILABLE, Kind.BUSY])
async def test_a_cycle_of_whose_closing_nothing_is_known_is_not_closed_without_its_grades(gateway: Gateway, kind: Kind) -> None:
    def silent(_: Any) -> Any:
        raise Refused("UNAVAILABLE", "goals does not answer now", kind=kind)

    gateway.fakes.answers["DryRunCommand"] = silent
    closing = {"grades": [{"key_result": "J1/1", "grade": 0.7}]}
    response = await gateway.client.post("/v1/cycles/2019-Q1/close", json=closing)
    assert response.status_code == 503
    assert not {"CloseCycle", "GradeKeyResults"} & {asked.method for asked in gateway.fakes.asked}


async def test_a_question_waits_for_the_positions_that_it_is_given(gateway: Gateway) -> None:
    await gateway.client.get("/v1/objectives/J1", headers={"Cairn-After": "checkins:3:1234, goals:0:5"})
    after = gateway.fakes.last("GetObjective").request.after
    assert [(p.log, p.partition, p.position) for p in after] == [("checkins", 3, 1234), ("goals", 0, 5)]


async def test_both_time_axes_are_handed_on(gateway: Gateway) -> None:
    await gateway.client.get("/v1/objectives/J1?as_of=2026-01-31&known_at=2026-02-01T12:00:00%2B01:00")
    as_of = gateway.fakes.last("GetObjective").request.as_of
    assert as_of.true_on == day_of_text("2026-01-31")
    assert as_of.known_at.ToJsonString() == "2026-02-01T11:00:00Z"


async def test_if_match_is_the_version_to_change(gateway: Gateway) -> None:
    await gateway.client.patch("/v1/objectives/J1", json={"title": "x"}, headers={"If-Match": '"3"'})
    assert gateway.fakes.last("ReviseObjective").request.expected_version == 3


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("If-Match", "3", "IF_MATCH_MALFORMED"),
        ("If-Match", 'W/"3"', "IF_MATCH_MALFORMED"),
        ("Idempotency-Key", "a b", "IDEMPOTENCY_KEY_MALFORMED"),
        ("Idempotency-Key", "x" * 129, "IDEMPOTENCY_KEY_MALFORMED"),
        ("X-Correlation-Id", "seven", "CORRELATION_ID_MALFORMED"),
    ],
)
async def test_a_malformed_header_is_named(gateway: Gateway, header: str, value: str, reason: str) -> None:
    response = await gateway.client.patch("/v1/objectives/J1", json={"title": "x"}, headers={header: value})
    assert (response.status_code, response.json()["reason"], response.json()["errors"][0]["field"]) == (400, reason, header)


async def test_a_malformed_position_is_named(gateway: Gateway) -> None:
    response = await gateway.client.get("/v1/objectives/J1", headers={"Cairn-After": "checkins"})
    assert (response.status_code, response.json()["reason"]) == (400, "POSITION_MALFORMED")


@pytest.mark.parametrize(
    ("kind", "reason", "status"),
    [
        (Kind.STALE, "STALE_VERSION", 412),
        (Kind.TAKEN, "REFERENCE_TAKEN", 409),
        (Kind.REFUSED, "OBJECTIVE_CLOSED", 409),
        (Kind.REFUSED, "IDEMPOTENCY_KEY_REUSED", 422),
        (Kind.FORBIDDEN, "ROLE_REQUIRED", 403),
        (Kind.UNKNOWN, "TENANT_UNKNOWN", 404),
        (Kind.INVALID, "DUE_BEFORE_START", 422),
        (Kind.BUSY, "LOG_BUSY", 429),
        (Kind.UNAVAILABLE, "LOG_UNAVAILABLE", 503),
    ],
)
async def test_what_a_service_refuses_is_a_problem_with_the_same_reason(gateway: Gateway, kind: Kind, reason: str, status: int) -> None:
    def refuse(_: Any) -> Any:
        raise Refused(reason, "why not", kind=kind)

    gateway.fakes.answers["DefineObjective"] = refuse
    response = await gateway.client.post("/v1/objectives", json={"cycle": "2026-Q1", "title": "x"})
    assert (response.status_code, response.json()["reason"], response.json()["detail"]) == (status, reason, "why not")
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_service_s_own_fault_is_a_500_that_tells_nothing_of_it(gateway: Gateway) -> None:
    def fail(_: Any) -> Any:
        raise ZeroDivisionError("secret of the house")

    gateway.fakes.answers["ListCycles"] = fail
    response = await gateway.client.get("/v1/cycles")
    assert (response.status_code, response.json()["reason"]) == (500, "INTERNAL")
    assert "secret" not in response.text


async def test_a_service_that_is_away_is_a_503_with_a_time_to_ask_again(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path, goals_address="127.0.0.1:1") as gateway:
        gateway.fakes.answers["GetLogHead"] = lambda _: operations_pb2.GetLogHeadResponse()
        gateway.fakes.answers["GetConsumption"] = lambda _: operations_pb2.GetConsumptionResponse()
        response = await gateway.client.get("/v1/cycles")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
        status = (await gateway.client.get("/v1/status")).json()
    assert status["healthy"] is False
    problems = {s["service"]: s["problem"] for s in status["services"] if not s["healthy"]}
    assert problems == {"goals": "it does not answer"}


async def test_the_status_tells_what_it_is_that_a_service_lacks(gateway: Gateway) -> None:
    def lacks(reason: str, message: str) -> Callable[[Any], Any]:
        def refuse(_: Any) -> Any:
            raise Refused(reason, message, kind=Kind.UNAVAILABLE)

        return refuse

    gateway.fakes.answers["GetLogHead"] = lacks("DATABASE_UNAVAILABLE", "this service's database does not answer now; ask again")
    services = (await gateway.client.get("/v1/status")).json()["services"]
    assert {s["problem"] for s in services} == {"this service's database does not answer now; ask again"}
    gateway.fakes.answers["GetLogHead"] = lambda _: GetLogHeadResponse()
    gateway.fakes.answers["GetConsumption"] = lacks("KAFKA_UNAVAILABLE", "Kafka at 127.0.0.1:1 does not answer")
    services = (await gateway.client.get("/v1/status")).json()["services"]
    assert {s["problem"] for s in services} == {"Kafka at 127.0.0.1:1 does not answer"}


async def test_rows_that_name_nothing_known_get_their_verdict_and_the_rest_goes_on(gateway: Gateway) -> None:
    rows = [
        {"key_result": "J1/1", "value": 1},
        {"key_result": "none", "value": 2},
        {"key_result": "J1/2", "abstention": "n/a", "idempotency_key": "k"},
    ]
    response = await gateway.client.post("/v1/check-ins", json={"mode": "row_by_row", "check_ins": rows})
    asked = gateway.fakes.last("RecordCheckIns").request
    assert asked.mode == BATCH_MODE_ROW_BY_ROW
    assert [(c.key_result_id, c.idempotency_key) for c in asked.check_ins] == [
        (id_of_name("J1/1"), ""),
        (NOTHING, ""),  # in its place: rows are numbered as the caller numbered them
        (id_of_name("J1/2"), "k"),
    ]
    verdicts = response.json()["verdicts"]
    assert [verdict["reason"] for verdict in verdicts] == [None, "KEY_RESULT_UNKNOWN", None]
    assert [verdict["position"] for verdict in verdicts] == [1, None, 3]
    assert "'none'" in verdicts[1]["message"]


async def test_all_or_nothing_is_nothing_when_a_row_names_nothing_known(gateway: Gateway) -> None:
    rows = [{"key_result": "J1/1", "value": 1}, {"key_result": "none", "value": 2}]
    response = await gateway.client.post("/v1/check-ins", json={"mode": "all_or_nothing", "check_ins": rows})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "check_ins[1].key_result")


async def test_all_or_nothing_names_every_wrong_row(gateway: Gateway) -> None:
    rows = [{"key_result": "none at all", "value": n} for n in range(7)]
    rows.insert(1, {"key_result": "J1/1", "value": 1})
    response = await gateway.client.post("/v1/check-ins", json={"mode": "all_or_nothing", "check_ins": rows})
    told = response.json()
    assert (response.status_code, told["reason"]) == (422, "KEY_RESULT_UNKNOWN")
    assert [error["field"] for error in told["errors"]] == [f"check_ins[{n}].key_result" for n in (0, 2, 3, 4, 5, 6, 7)]
    assert all("'none at all'" in error["message"] for error in told["errors"])
    assert told["detail"].endswith("; and 2 more; nothing was recorded")


async def test_bodies_that_are_too_large_are_refused_and_many_check_ins_may_be_larger(gateway: Gateway) -> None:
    large = b'{"comment": "' + b"x" * (1 << 20) + b'"}'
    headers = {"Content-Type": "application/json"}
    assert (await gateway.client.post("/v1/key-results/J1/check-ins", content=large, headers=headers)).status_code == 413
    assert (await gateway.client.post("/v1/check-ins", content=large, headers=headers)).status_code == 422
    assert (await gateway.client.post("/v1/check-ins", content=large * 9, headers=headers)).status_code == 413


async def test_a_body_that_says_it_is_something_else_than_json_is_refused(gateway: Gateway) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        response = await gateway.client.post("/v1/cycles", content=b"{}", headers={"Content-Type": media_type})
        assert response.status_code == 415
    response = await gateway.client.post("/v1/cycles", content=b"{}", headers={"Content-Type": "application/json; charset=utf-8"})
    assert response.status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "colour=red", "cursor=AAAA", "limit=1.5", "%ff=1"]
)
async def test_a_query_that_does_not_fit_is_refused(gateway: Gateway, query: str) -> None:
    assert (await gateway.client.get(f"/v1/people?{query}")).status_code in (400, 422)


@pytest.mark.parametrize("instant", ["12345", "2026-01-31", "2026-01-31T12:00:00", "yesterday", "0001-01-01T00:00:00%2B14:00"])
async def test_an_instant_that_is_none_is_refused(gateway: Gateway, instant: str) -> None:
    assert (await gateway.client.get(f"/v1/objectives/J1?known_at={instant}")).status_code == 422


async def test_a_cursor_leads_to_the_next_page_of_the_same_list(gateway: Gateway) -> None:
    gateway.fakes.answers["ListPeople"] = lambda _: directory_pb2.ListPeopleResponse(next_page_token="50")
    cursor = (await gateway.client.get("/v1/people")).json()["next"]
    assert (await gateway.client.get(f"/v1/people?cursor={cursor}")).status_code == 200
    assert gateway.fakes.last("ListPeople").request.page_token == "50"
    assert (await gateway.client.get(f"/v1/cycles?cursor={cursor}")).status_code == 400


async def test_a_page_links_to_the_next_one_with_the_parameters_that_it_was_asked_with(gateway: Gateway) -> None:
    gateway.fakes.answers["ListActions"] = lambda _: audit_pb2.ListActionsResponse(next_page_token="1.goals.1")
    first = await gateway.client.get("/v1/audit/actions?log=goals&limit=7")
    assert first.links["next"]["url"].startswith("/v1/audit/actions?log=goals&limit=7&cursor=")
    assert (await gateway.client.get(first.links["next"]["url"])).status_code == 200
    asked = gateway.fakes.last("ListActions").request
    assert (asked.page_token, asked.page_size, asked.log) == ("1.goals.1", 7, "goals")


async def test_an_action_names_what_it_is_about_as_far_as_its_reader_may_know(gateway: Gateway) -> None:
    known, hidden = id_of_name("known"), id_of_name("hidden")
    actions = [
        audit_pb2.Action(partition_key=known, key_result_id=AN_ID, person_id=AN_ID, reason="late"),
        audit_pb2.Action(partition_key=hidden),
    ]
    gateway.fakes.answers["ListActions"] = lambda _: audit_pb2.ListActionsResponse(actions=actions)
    gateway.fakes.answers["NameThings"] = lambda _: progress_pb2.NameThingsResponse(
        objectives=[progress_pb2.Name(id=known, reference="J1", title="Grow")], key_results=[progress_pb2.Name(id=AN_ID, title="Hire")]
    )
    first, second = (await gateway.client.get("/v1/audit/actions")).json()["items"]
    assert first["objective"] == {"id": id_text(known), "ref": "J1", "title": "Grow"}
    assert first["key_result"] == {"id": id_text(AN_ID), "ref": id_text(AN_ID), "title": "Hire"}
    assert (first["person"]["handle"], first["reason"], first["cycle"]) == ("text", "late", None)
    assert (second["objective"], second["key_result"], second["person"]) == (None, None, None)


async def test_the_last_page_links_to_none(gateway: Gateway) -> None:
    gateway.fakes.answers["ListPeople"] = lambda _: directory_pb2.ListPeopleResponse()
    last = await gateway.client.get("/v1/people")
    assert (last.json()["next"], "Link" in last.headers) == (None, False)


async def test_a_cursor_is_no_good_with_other_parameters_or_to_somebody_else(gateway: Gateway) -> None:
    gateway.fakes.answers["ListActions"] = lambda _: audit_pb2.ListActionsResponse(next_page_token="1.goals.1")
    cursor = (await gateway.client.get("/v1/audit/actions?log=goals")).json()["next"]
    assert (await gateway.client.get(f"/v1/audit/actions?log=checkins&cursor={cursor}")).json()["reason"] == "CURSOR_FOREIGN"
    somebody_else = {"Authorization": f"Bearer {gateway.token(ADMIN, AUDITOR)}"}
    refused = await gateway.client.get(f"/v1/audit/actions?log=goals&cursor={cursor}", headers=somebody_else)
    assert refused.json()["reason"] == "CURSOR_FOREIGN"


async def test_the_dead_letters_of_all_services_are_one_list(gateway: Gateway) -> None:
    def listed(asked: Any) -> operations_pb2.ListDeadLettersResponse:
        first = int(asked.page_token or 1)
        ids = range(first, min(first + asked.page_size, 4))  # three of each service
        letters = [operations_pb2.DeadLetter(dead_letter_id=number) for number in ids]
        return operations_pb2.ListDeadLettersResponse(dead_letters=letters, next_page_token=str(ids.stop) if ids.stop < 4 else "")

    gateway.fakes.answers["ListDeadLetters"] = listed
    address, found = "/v1/dead-letters?limit=5", []
    while address:
        page = await gateway.client.get(address)
        found += [(letter["service"], letter["id"]) for letter in page.json()["items"]]
        address = page.links.get("next", {}).get("url", "")
    assert found == [(service, number) for service in BACKENDS for number in (1, 2, 3)]


@pytest.mark.parametrize("operation", [o for o in API.operations if o.signed_in], ids=lambda o: o.name)
async def test_nobody_gets_an_answer_without_a_token(gateway: Gateway, operation: Any) -> None:
    path = re.sub(r"{\w+}", "x", operation.path)
    response = await gateway.nobody.request(operation.method, path, json={})
    assert (response.status_code, response.json()["reason"]) == (401, "TOKEN_MISSING")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert gateway.fakes.asked == []


@pytest.mark.parametrize("operation", API.operations, ids=lambda o: o.name)
async def test_methods_that_a_path_does_not_have_are_405_and_the_others_are_named(gateway: Gateway, operation: Any) -> None:
    response = await gateway.client.request("TRACE", re.sub(r"{\w+}", "x", operation.path))
    assert response.status_code == 405
    assert operation.method in response.headers["Allow"].split(", ")


async def test_a_path_that_is_none_is_404(gateway: Gateway) -> None:
    for path in ("/", "/v1", "/v1/", "/v2/people", "/v1/people/", "/v1/objectives//history", "/v1/key-results/x/check-ins/y/z"):
        response = await gateway.client.get(path)
        assert (response.status_code, response.json()["reason"]) == (404, "PATH_UNKNOWN"), path


async def test_a_person_is_known_by_the_id_only_where_directory_knows_them(gateway: Gateway) -> None:
    known, stranger = id_of_name("known"), id_of_name("another tenant's")

    def person(request: directory_pb2.GetPersonRequest) -> directory_pb2.GetPersonResponse:
        if request.person_id != known:
            raise Refused("PERSON_UNKNOWN", "there is no such person", kind=Kind.UNKNOWN)
        return directory_pb2.GetPersonResponse(person=directory_pb2.Person(person_id=known))

    gateway.fakes.answers["GetPerson"] = person
    objective = {"cycle": "2026-Q1", "title": "t"}
    for field in ("owner", "contributors", "named_people"):
        for who, status in ((known, 201), (stranger, 422)):
            named = id_text(who) if field == "owner" else [id_text(who)]
            answer = await gateway.client.post("/v1/objectives", json={**objective, field: named})
            assert answer.status_code == status, (field, answer.text)
    assert (answer.json()["reason"], answer.json()["errors"][0]["field"]) == ("PERSON_UNKNOWN", "named_people")
    for path, body in (
        ("/v1/key-results/J1/3/check-ins", {"value": 1, "on_behalf_of": id_text(stranger)}),
        ("/v1/key-results/J1/3/grade", {"grade": 1, "on_behalf_of": id_text(stranger)}),
        ("/v1/objectives/J1/key-results", {"title": "t", "measure": "binary", "owners": [id_text(stranger)]}),
    ):
        assert (await gateway.client.post(path, json=body)).json()["reason"] == "PERSON_UNKNOWN", path


@pytest.mark.parametrize("reference", ["J1/history", "J1/check-ins", "J1/3/grade"])
async def test_a_reference_that_a_path_would_take_for_something_else_is_refused(gateway: Gateway, reference: str) -> None:
    body = {"title": "t", "measure": "binary", "reference": reference}
    answer = await gateway.client.post("/v1/objectives/J1/key-results", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reference")
    assert (await gateway.client.post("/v1/objectives/J1/key-results", json={**body, "reference": "history/1"})).status_code == 201


async def test_what_added_nothing_was_recorded_at_no_time(gateway: Gateway) -> None:
    gateway.fakes.answers["ReviseObjective"] = lambda _: ReviseObjectiveResponse(appended=Appended(version=3))
    answer = await gateway.client.patch("/v1/objectives/J1", json={"title": "as it is"})
    assert (answer.json()["version"], answer.json()["positions"], answer.json()["recorded_at"]) == (3, [], None)


@pytest.mark.parametrize("tag", ['"0"', '"01"', '"-1"', "3", 'W/"3"', '"3", "4"', '"1234567890123456789"'])
async def test_a_version_that_nothing_ever_has_is_no_etag(gateway: Gateway, tag: str) -> None:
    answer = await gateway.client.patch("/v1/objectives/J1", json={"title": "t"}, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["reason"]) == (400, "IF_MATCH_MALFORMED")


async def test_a_limit_is_told_in_every_answer_and_when_it_is_reached_how_long_to_wait(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path, requests_per_second="0.01", tenant_requests_per_second="0") as gateway:
        first = await gateway.client.get("/v1/people/nobody/at/all")  # counted only when it is an operation
        assert (first.status_code, "RateLimit" in first.headers) == (404, False)
        wrong = await gateway.client.get("/v1/people?nonsense=1")
        assert (wrong.status_code, wrong.headers["RateLimit"]) == (422, '"person";r=0;t=100')
        assert wrong.headers["RateLimit-Policy"] == '"person";q=1;w=100'
        refused = await gateway.client.get("/v1/people")
        assert (refused.status_code, refused.json()["reason"]) == (429, "TOO_MANY_REQUESTS")
        assert (refused.headers["RateLimit"], refused.headers["Retry-After"]) == ('"person";r=0;t=100', "100")
        assert "100 s" in refused.json()["detail"]
        assert (await gateway.nobody.get("/health")).headers.get("RateLimit") is None


async def test_a_person_and_a_tenant_are_limited_unless_it_is_said_otherwise(gateway: Gateway) -> None:
    answer = await gateway.client.get("/v1/people")
    assert answer.headers["RateLimit-Policy"] == '"person";q=200;w=2, "tenant";q=2000;w=2'


async def test_without_a_limit_no_answer_speaks_of_one(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path, requests_per_second="0", tenant_requests_per_second="0") as gateway:
        assert "RateLimit" not in (await gateway.client.get("/v1/people")).headers


async def test_only_the_operator_sees_tenants(gateway: Gateway) -> None:
    assert (await gateway.client.get("/v1/tenants")).status_code == 403
    headers = {"Authorization": f"Bearer {gateway.operator_token()}"}
    assert (await gateway.nobody.get("/v1/tenants", headers=headers)).status_code == 200
    registered = directory_pb2.RegisterTenantResponse(tenant=directory_pb2.Tenant(tenant_id=TENANT, name="acme"), first_person_id=PERSON)
    gateway.fakes.answers["RegisterTenant"] = lambda _: registered
    answer = await gateway.nobody.post("/v1/tenants", json={"name": "acme"}, headers=headers)
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["first_person_id"]) == (id_text(TENANT), id_text(PERSON))


async def test_signing_in_gives_a_token_that_opens_the_door(gateway: Gateway) -> None:
    person = directory_pb2.Person(person_id=PERSON, handle="anna", roles=[ROLE_ADMIN])
    gateway.fakes.answers["GetPerson"] = lambda _: directory_pb2.GetPersonResponse(person=person)
    signed_in = (await gateway.nobody.post("/v1/sign-in", json={"tenant": "demo", "person": "anna"})).json()
    assert (signed_in["person_id"], signed_in["roles"]) == (id_text(PERSON), ["admin"])
    headers = {"Authorization": f"{signed_in['token_type']} {signed_in['access_token']}"}
    assert (await gateway.nobody.get("/v1/inbox", headers=headers)).status_code == 200


async def test_who_has_left_signs_in_no_more(gateway: Gateway) -> None:
    gateway.fakes.answers["GetTenant"] = lambda _: directory_pb2.GetTenantResponse(tenant=directory_pb2.Tenant(tenant_id=TENANT))
    person = directory_pb2.Person(person_id=PERSON, handle="anna", state=directory_pb2.PERSON_STATE_LEFT)
    gateway.fakes.answers["GetPerson"] = lambda _: directory_pb2.GetPersonResponse(person=person)
    refused = await gateway.nobody.post("/v1/sign-in", json={"tenant": "demo", "person": "anna"})
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERSON_LEFT")


async def test_signing_in_where_nobody_is_asks_for_nobody(gateway: Gateway) -> None:
    for body in ({}, {"tenant": "demo"}, {"operator": True, "tenant": "demo", "person": "anna"}):
        assert (await gateway.nobody.post("/v1/sign-in", json=body)).status_code == 422


async def test_the_key_set_holds_the_public_key_and_nothing_more(gateway: Gateway) -> None:
    (key,) = (await gateway.nobody.get("/.well-known/jwks.json")).json()["keys"]
    assert set(key) == {"kty", "crv", "use", "alg", "kid", "x"}


def as_operator(gateway: Gateway) -> dict[str, str]:
    return {"Authorization": f"Bearer {gateway.operator_token()}"}


@pytest.mark.parametrize("path", ["/v1/projections/progress/rebuild", "/v1/rebuild/progress", "/v1/rebuild/audit"])
async def test_rebuilding_streams_its_steps_and_is_for_the_operator_alone(gateway: Gateway, path: str) -> None:
    gateway.fakes.answers["Rebuild"] = lambda _: RebuildResponse(phase="done", events=5, total=5)
    response = await gateway.client.post(path, headers=as_operator(gateway))
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.text == '{"phase":"done","events":5,"total":5}\n'
    refused = await gateway.client.post(path)  # an admin of a tenant
    assert (refused.status_code, refused.json()["reason"]) == (403, "ROLE_REQUIRED")
    assert "ask them" in refused.json()["detail"]


@pytest.mark.parametrize("method", ["GetLogHead", "CatchUp"])
async def test_catching_up_names_at_once_the_service_that_does_not_answer(gateway: Gateway, method: str) -> None:
    def away(_: Any) -> Any:
        raise Refused("UNAVAILABLE", "connection refused", kind=Kind.UNAVAILABLE)

    gateway.fakes.answers[method] = away
    answer = await gateway.client.post("/v1/catch-up")
    assert (answer.status_code, answer.json()["reason"]) == (503, "SERVICE_AWAY")
    assert "does not answer" in answer.json()["detail"]


async def test_any_service_that_is_made_from_logs_is_rebuilt_and_no_other(gateway: Gateway) -> None:
    gateway.fakes.answers["Rebuild"] = lambda _: RebuildResponse(phase="done", events=5, total=5)
    for service in ("progress", "audit", "notifications", "checkins"):
        rebuilt = await gateway.client.post(f"/v1/rebuild/{service}", headers=as_operator(gateway))
        assert rebuilt.text == '{"phase":"done","events":5,"total":5}\n'
    unknown = await gateway.client.post("/v1/rebuild/goals", headers=as_operator(gateway))
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "SERVICE_NOT_REBUILT")


async def test_rebuilds_are_bounded_on_the_installation_and_one_of_each_service(gateway: Gateway) -> None:
    gateway.fakes.answers["Rebuild"] = lambda _: RebuildResponse(phase="events", events=5, total=9)
    rebuilds, operator = gateway.dependencies.rebuilds, as_operator(gateway)
    audit, progress = rebuilds.steps("audit", ()), rebuilds.steps("progress", ())
    await anext(audit)
    of_audit = await gateway.client.post("/v1/rebuild/audit", headers=operator)
    assert (of_audit.status_code, of_audit.json()["reason"]) == (429, "REBUILD_RUNNING")
    await anext(progress)
    third = await gateway.client.post("/v1/rebuild/checkins", headers=operator)
    assert (third.status_code, third.json()["reason"]) == (429, "REBUILDS_AT_LIMIT")
    assert "audit and progress" in third.json()["detail"]
    await audit.aclose()
    assert (await gateway.client.post("/v1/rebuild/checkins", headers=operator)).status_code == 200
    await progress.aclose()


async def test_what_is_refused_before_the_first_line_of_a_stream_is_a_problem(gateway: Gateway) -> None:
    def refuse(_: Any) -> Any:
        raise Refused("ROLE_REQUIRED", "this needs the role auditor", kind=Kind.FORBIDDEN)

    gateway.fakes.answers["ExportLog"] = refuse
    assert (await gateway.client.get("/v1/audit/export")).status_code == 403


async def test_catching_up_waits_until_the_log_is_relayed(gateway: Gateway) -> None:
    relayed = iter([3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
    gateway.fakes.answers["GetLogHead"] = lambda _: GetLogHeadResponse(log="goals", head=5, relayed=next(relayed))
    response = await gateway.client.post("/v1/catch-up")
    assert (response.status_code, response.json()) == (200, {"heads": {"goals": 5}})
    assert [asked.method for asked in gateway.fakes.asked].count("CatchUp") == 12


async def test_numbers_are_shown_with_six_digits_and_nothing_that_is_none(gateway: Gateway) -> None:
    answer = plausible(GetObjectiveResponse())
    answer.objective.progress, answer.objective.reference = 1 / 3, ""
    answer.objective.ClearField("grade")
    gateway.fakes.answers["GetObjective"] = lambda _: answer
    shown = (await gateway.client.get("/v1/objectives/J1")).json()
    assert (shown["progress"], shown["grade"], shown["ref"], shown["status"]) == (0.333333, None, id_text(AN_ID), "not_started")


async def test_a_tree_s_columns_become_rows(gateway: Gateway) -> None:
    tree = plausible(GetTreeResponse())
    tree.objectives.progress[0] = float("nan")
    gateway.fakes.answers["GetTree"] = lambda _: tree
    (row,) = (await gateway.client.get("/v1/tree?cycle=2026-Q1")).json()["objectives"]
    assert row["progress"] is None
    assert [k["value"] for k in row["key_results"]] == [0.25]


async def test_a_name_that_leads_here_without_being_ours_is_refused_and_health_is_told_at_any(gateway: Gateway) -> None:
    rebound = {"Host": "rebound.example"}
    for method, path in (("GET", "/v1/people"), ("POST", "/v1/sign-in"), ("GET", "/docs")):
        answer = await gateway.client.request(method, path, headers=rebound)
        assert (answer.status_code, answer.json()["reason"]) == (421, "HOST_UNKNOWN")
    assert (await gateway.nobody.get("/health", headers=rebound)).status_code == 200
    answer = await gateway.client.get("/v1/people", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "ORIGIN_UNKNOWN")
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"])
async def test_nobody_is_signed_in_through_a_proxy(gateway: Gateway, header: str) -> None:
    for path, body in (("/v1/sign-in", {"operator": True}), ("/v1/sign-in/refresh", {"refresh_token": "x"})):
        answer = await gateway.nobody.post(path, json=body, headers={header: "203.0.113.9"})
        assert (answer.status_code, answer.json()["reason"]) == (403, "SIGN_IN_FORWARDED")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"built_in_sign_in": "false"}, "nobody could sign in"),
        ({"environment": "production"}, "lets anyone in"),
        ({"host": "0.0.0.0"}, "lets anyone in"),
        ({"oidc_issuer": "https://idp.example"}, "does not go with an issuer of your own"),
    ],
)
def test_anyone_is_signed_in_only_where_that_is_said_and_nobody_else_can_come(tmp_path: Path, told: dict[str, str], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        dependencies_of(settings_before("127.0.0.1:1", tmp_path, **told))


async def test_a_thing_that_there_is_not_is_told_only_to_those_who_see_all_things(gateway: Gateway) -> None:
    def nobody(_: Any) -> Any:
        raise Refused("PERSON_UNKNOWN", "there is nobody of that name", kind=Kind.UNKNOWN)

    def no_team(request: directory_pb2.GetTeamRequest) -> Any:
        if request.team == "none":
            raise Refused("TEAM_UNKNOWN", "there is no team of that name", kind=Kind.UNKNOWN)
        return plausible(directory_pb2.GetTeamResponse())  # of an action

    def no_pillar(_: Any) -> Any:
        raise Refused("PILLAR_UNKNOWN", "there is no pillar of that name", kind=Kind.UNKNOWN)

    gateway.fakes.answers |= {"GetPerson": nobody, "GetTeam": no_team, "GetPillar": no_pillar}
    told = await gateway.client.get("/v1/audit/actions?thing=none")
    assert (told.status_code, told.json()["reason"]) == (422, "THING_UNKNOWN")
    shown = await gateway.client.get("/v1/audit/actions?thing=none", headers={"Authorization": f"Bearer {gateway.token(MEMBER)}"})
    assert shown.status_code == 200
    assert gateway.fakes.last("ListActions").request.thing_id == NOTHING


DAYS = [
    ("UTC", "from=2026-03-01&to=2026-03-31", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
    ("Europe/Zurich", "from=2026-03-29&to=2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),  # a day of 23 hours
    ("Pacific/Kiritimati", "from=2026-03-01&to=2026-03-01", "2026-02-28T10:00:00Z", "2026-03-01T10:00:00Z"),
    ("Pacific/Honolulu", "from=2026-03-01&to=2026-03-01", "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"),
    ("Asia/Tokyo", "from=0001-01-01&to=9999-12-31", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    ("America/Lima", "from=0001-01-01&to=9999-12-31", "0001-01-01T05:08:12Z", "9999-12-31T23:59:59.999999Z"),
    ("Asia/Tokyo", "from=2026-03-01T10:00:00%2B01:00&to=2026-03-01T12:00:00Z", "2026-03-01T09:00:00Z", "2026-03-01T12:00:00Z"),
]
"""Days and instants that a log is asked about: where, and from when until when that is."""


@pytest.mark.parametrize(("zone", "asked", "begins", "ends"), DAYS)
async def test_a_day_of_the_log_is_a_day_where_the_tenant_is_and_the_last_one_is_in(
    gateway: Gateway, zone: str, asked: str, begins: str, ends: str
) -> None:
    gateway.fakes.time_zone = zone
    assert (await gateway.client.get(f"/v1/audit/actions?{asked}")).status_code == 200
    request = gateway.fakes.last("ListActions").request
    assert (request.from_time.ToJsonString(), request.to_time.ToJsonString()) == (begins, ends)


@pytest.mark.parametrize("field", ["from", "to"])
@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "2026-2-3", "2026-03-01T10:00:00", "0001-01-01T00:00:00+01:00", "1772323200", ""]
)
async def test_what_is_neither_a_day_nor_an_instant_is_refused_in_one_sentence(gateway: Gateway, field: str, text: str) -> None:
    answer = await gateway.client.get("/v1/audit/actions", params={field: text})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, field)
    wrong = "is neither a day nor an instant with its zone; one looks like 2026-03-31 or 2026-03-31T12:00:00Z"
    assert error["message"] == f"{wrong}; got {text!r}"


async def test_who_asks_is_told_with_their_tenant(gateway: Gateway) -> None:
    gateway.fakes.answers["GetTenant"] = lambda _: directory_pb2.GetTenantResponse(
        tenant=directory_pb2.Tenant(tenant_id=TENANT, name="acme", time_zone="Europe/Zurich")
    )
    person = directory_pb2.Person(person_id=PERSON, handle="ann", roles=[ROLE_ADMIN])
    gateway.fakes.answers["GetPerson"] = lambda _: directory_pb2.GetPersonResponse(person=person)
    told = (await gateway.client.get("/v1/me")).json()
    assert (told["tenant"]["name"], told["tenant"]["time_zone"], told["person"]["handle"]) == ("acme", "Europe/Zurich", "ann")
    assert (gateway.fakes.last("GetTenant").request.tenant_id, gateway.fakes.last("GetPerson").request.person_id) == (TENANT, PERSON)
