"""Each promised input takes effect or is refused: every header, field and parameter of every operation."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cairn.operations.v1.operations_pb2 import GetLogChecksumsResponse, LogGeneration
from chassis.errors import Kind, Refused
from gateway.http import Change, Operation, document
from gateway.routes.table import API
from tests.support.gateway import Gateway, example_path, gateway_before_fakes
from tests.support.probes import Schema, probe_of

DOCUMENT: Final = document(API)
SCHEMAS: Final = DOCUMENT["components"]["schemas"]
MALFORMED: Final = {
    "X-Correlation-Id": ("", "7", "00000000-0000-0000-0000-000000000000"),
    "traceparent": ("", "00-0af7", f"00-{'0' * 32}-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"),
    "Idempotency-Key": ("", "a b", "k" * 129),
    "If-Match": ("", "7", '"0"', 'W/"7"'),
    "Cairn-After": ("", ",", "goals:0", "goals:9999:5", "nobody:0:5"),
}
"""Of each header that says something: what it cannot be."""
WELL_FORMED: Final = {"Idempotency-Key": "k", "If-Match": '"7"', "Cairn-After": "goals:0:5"}
NOT_ASKED_ELSEWHERE: Final = {
    ("sign_in_person", "lifetime_seconds"),
    ("coach_drafts", "objectives"),
}
"""Fields whose effect is in the answer alone."""
OF_SOME_CELLS: Final = {(name, how) for name in ("import_tables", "coach_tables") for how in ("locale", "date_format")}
"""Parameters that change how cells are read that could be either, of which the example has none: tests/unit/gateway/importing asks that."""

ASKED_OF: Final = {"coach_objectives": "objective"}
"""Parameters without which a question is of nothing, where the document leaves open which one of some it is."""

OF_THE_ISSUER: Final = {"come_back_from_issuer"}
"""Operations whose parameters an issuer sends to the address that it was given: test_issuer_sign_in.py asks what each of them does."""


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path, requests_per_second="0", tenant_requests_per_second="0") as gateway:
        yield gateway


def described(operation: Operation) -> Any:
    return DOCUMENT["paths"][operation.path][operation.method.lower()]


def headers_of(operation: Operation) -> set[str]:
    return {parameter["name"] for parameter in described(operation)["parameters"] if parameter["in"] == "header"}


def schema_name(operation: Operation) -> str:
    reference: str = described(operation)["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return reference.rpartition("/")[2]


def kinds_of(operation: Operation) -> Iterator[tuple[Schema, Mapping[str, Any]]]:
    """Each kind that its body can be of, with an example of it."""
    schema, example = SCHEMAS[schema_name(operation)], example_of(operation)
    if "oneOf" not in schema:
        yield schema, example
    for kind in (SCHEMAS[one["$ref"].rpartition("/")[2]] for one in schema.get("oneOf", ())):
        fitting = {name: value for name, value in example.items() if "const" not in kind["properties"].get(name, {"const": None})}
        yield kind, {name: probe_of(kind["properties"][name], SCHEMAS) for name in kind["required"]} | fitting


def parameters_of(operation: Operation) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in described(operation)["parameters"] if parameter["in"] == "query"}


def needed_by(operation: Operation) -> dict[str, str]:
    """Values of the parameters without which the operation answers nothing."""
    needed = {
        name: str(probe_of(parameter["schema"], SCHEMAS))
        for name, parameter in parameters_of(operation).items()
        if parameter["required"] or name == ASKED_OF.get(operation.name)
    }
    return needed | ({"once": "true"} if operation.lasts else {})


def example_of(operation: Operation) -> Any:
    return dict(operation.example) if operation.example is not None else None


OWN_PAGE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "Cairn-Csrf": "1"}
"""Without which a browser is signed in by nobody."""


async def sent(
    gateway: Gateway,
    operation: Operation,
    body: Any = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[httpx.Response, list[tuple[str, bytes]]]:
    """The answer, and what the services were asked on the way to it."""
    path = example_path(operation)
    json = {} if body is None else {"json": body}
    for signed_in in ({}, {"Authorization": f"Bearer {gateway.operator_token()}"}):
        before = len(gateway.fakes.asked)
        response = await gateway.client.request(
            operation.method, path, params=query, headers={**OWN_PAGE, **signed_in, **(headers or {})}, **json
        )
        if response.status_code != 403:
            break
    return response, [(asked.method, asked.request.SerializeToString(deterministic=True)) for asked in gateway.fakes.asked[before:]]


def names(response: httpx.Response, field: str) -> bool:
    """Whether it is refused for this field, or for how it goes together with others."""
    errors = {error["field"] for error in response.json()["errors"]} if response.status_code in (400, 422) else set()
    return any(error == "body" or re.split(r"[.\[]", error)[0] == field for error in errors)


@pytest.mark.parametrize("operation", API.operations, ids=lambda operation: operation.name)
async def test_a_header_is_heeded_or_refused(gateway: Gateway, operation: Operation) -> None:
    heeded, body = headers_of(operation), example_of(operation)
    for name, value in WELL_FORMED.items():
        response, _ = await sent(gateway, operation, body, headers={name: value})
        assert (response.status_code == 400 and response.json()["reason"] == "HEADER_UNUSED") == (name not in heeded), name
    for name, values in MALFORMED.items():
        for value in values:
            response, asked = await sent(gateway, operation, body, headers={name: value})
            assert response.status_code == 400, (name, value, response.text)
            assert response.json()["errors"][0]["field"] == name
            assert [method for method, _ in asked if method != "GetStanding"] == []


@pytest.mark.parametrize("operation", [o for o in API.operations if o.body is None], ids=lambda operation: operation.name)
async def test_a_body_where_none_has_an_effect_is_refused(gateway: Gateway, operation: Operation) -> None:
    response, _ = await sent(gateway, operation, {"holds_from": "2026-02-03"})
    assert (response.status_code, response.json()["reason"]) == (400, "BODY_UNUSED")


@pytest.mark.parametrize("operation", [o for o in API.operations if o.body is not None], ids=lambda operation: operation.name)
async def test_a_field_of_a_body_reaches_a_service_or_is_refused(gateway: Gateway, operation: Operation) -> None:
    assert operation.body is not None
    for schema, example in kinds_of(operation):
        await require_fields_that_matter(gateway, operation, schema, example)


async def require_fields_that_matter(gateway: Gateway, operation: Operation, schema: Schema, example: Mapping[str, Any]) -> None:
    await sent(gateway, operation, example)  # what is looked up once is known from here on
    for field, part in schema["properties"].items():
        with_it = {**example, field: probe_of(part, SCHEMAS, example.get(field))}
        without = {name: value for name, value in example.items() if name != field}
        await sent(gateway, operation, with_it)
        (response, asked), (_, asked_without) = await sent(gateway, operation, with_it), await sent(gateway, operation, without)
        if asked == asked_without:  # the probe is what holds where it is left out: the example's own value is another
            _, asked = await sent(gateway, operation, example)
        assert names(response, field) or asked != asked_without or (operation.name, field) in NOT_ASKED_ELSEWHERE, field


@pytest.mark.parametrize(
    "operation", [o for o in API.operations if o.body is not None and issubclass(o.body, Change)], ids=lambda operation: operation.name
)
async def test_null_empties_a_field_of_a_change_or_is_refused_with_its_name(gateway: Gateway, operation: Operation) -> None:
    assert operation.body is not None
    for field in operation.body.model_fields.keys() - {"holds_from"}:
        emptied, _ = await sent(gateway, operation, {field: None}, headers={"Content-Type": "application/merge-patch+json"})
        if emptied.status_code == 422:
            assert [error["field"] for error in emptied.json()["errors"]] == [field]
            continue
        assert emptied.status_code == 200, emptied.text
        other = next(
            name for name in ("title", "roles", "name", "mission", "vision") if name in operation.body.model_fields.keys() - {field}
        )
        _, asked_without = await sent(gateway, operation, {other: ["member"] if other == "roles" else "x"})
        _, asked_with = await sent(gateway, operation, {field: None, other: ["member"] if other == "roles" else "x"})
        assert asked_with != asked_without, field


@pytest.mark.parametrize(
    "operation",
    [o for o in API.operations if o.query is not None and o.name not in OF_THE_ISSUER],
    ids=lambda operation: operation.name,
)
async def test_a_parameter_reaches_a_service_or_is_refused(gateway: Gateway, operation: Operation) -> None:
    parameters = parameters_of(operation)
    needed = needed_by(operation)
    for name, parameter in parameters.items():
        if operation.lasts and name == "once":
            continue  # it would last: test_changes.py
        query = needed | {name: str(probe_of(parameter["schema"], SCHEMAS, needed.get(name)))}
        without = needed | ({name: str(probe_of(parameter["schema"], SCHEMAS))} if name in needed else {})
        body = example_of(operation)
        await sent(gateway, operation, body, query)
        response, asked = await sent(gateway, operation, body, query)
        other, asked_without = await sent(gateway, operation, body, without)
        told = response.status_code == 200 and response.content != other.content
        felt = names(response, name) or asked != asked_without or told
        assert felt or name in needed or (operation.name, name) in OF_SOME_CELLS, name


POSITIONS: Final = [
    (operation, parameter["name"], parameter["in"])
    for operation in API.operations
    for parameter in described(operation)["parameters"]
    if parameter["name"] in ("Cairn-After", "changed_since", "after") and not operation.lasts  # whoever listens is told to read anew
]
NOT_THERE: Final = ("nolog:0:1", "goals:9999:1", "goals:0:1001", "goals:0:1:7", "goals:0:5,checkins:0:99999999")


def test_lists_that_are_followed_events_and_what_waits_take_positions() -> None:
    assert {"list_people", "list_cycles", "list_objectives", "list_key_results", "list_check_ins", "list_actions", "list_events"} <= {
        operation.name for operation, _, place in POSITIONS if place == "query"
    }
    assert {"get_tree", "record_check_in", "add_person"} <= {operation.name for operation, _, place in POSITIONS if place == "header"}


@pytest.mark.parametrize(("operation", "name", "place"), POSITIONS, ids=lambda value: getattr(value, "name", value))
async def test_a_position_that_there_is_not_is_refused(gateway: Gateway, operation: Operation, name: str, place: str) -> None:
    reach = GetLogChecksumsResponse(head=1_000, generations=[LogGeneration(generation=1, first_position=1)])
    gateway.fakes.answers["GetLogChecksums"] = lambda _: reach

    async def told(value: str) -> tuple[httpx.Response, set[str]]:
        query, headers = ({}, {name: value}) if place == "header" else ({name: value}, {})
        response, asked = await sent(gateway, operation, example_of(operation), needed_by(operation) | query, headers)
        return response, {method for method, _ in asked} - {"GetStanding", "GetLogChecksums", "ResolveReferences", "FindTalkedAbout"}

    for value in NOT_THERE:
        response, asked = await told(value)
        problem = response.json()
        assert (problem["reason"], [error["field"] for error in problem["errors"]]) == ("POSITION_UNKNOWN", [name]), (value, problem)
        assert not asked
    response, _ = await told("goals:0:1000,checkins:0:1000")
    assert "POSITION_UNKNOWN" not in response.text


async def test_while_the_owner_of_a_log_does_not_say_how_far_it_is_whoever_answers_decides(gateway: Gateway) -> None:
    def away(_: object) -> GetLogChecksumsResponse:
        raise Refused("CHECKSUMS_NOT_READY", "not yet", kind=Kind.UNAVAILABLE)

    gateway.fakes.answers["GetLogChecksums"] = away
    answer = await gateway.client.get("/v1/objectives/J1", headers={"Cairn-After": "goals:0:1001"})
    assert answer.status_code == 200
    assert gateway.fakes.last("GetObjective").request.after[0].position == 1001
