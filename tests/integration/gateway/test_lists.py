"""Lists of objectives, key results and check-ins through the gateway, before services that only write down what they were asked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from cairn.common.v1.common_pb2 import LogPosition
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.days import day_of
from chassis.errors import Kind, Refused
from gateway.http import Operation
from gateway.http.openapi import document
from gateway.routes.table import API
from tests.support.gateway import Gateway, gateway_before_fakes


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


async def test_a_filter_may_be_given_more_than_once(gateway: Gateway) -> None:
    await gateway.client.get("/v1/objectives?state=active&state=draft&label=a%26b&sort=-ref&limit=3")
    asked = gateway.fakes.last("ListObjectives").request
    assert list(asked.states) == [goals.OBJECTIVE_STATE_ACTIVE, goals.OBJECTIVE_STATE_DRAFT]
    assert list(asked.labels) == ["a&b"]
    assert (asked.order, asked.descending, asked.page_size) == (pb.OBJECTIVE_ORDER_REF, True, 3)
    await gateway.client.get("/v1/key-results?state=active&state=draft&label=a&label=b&sort=-due_day&due_before=2026-04-01")
    asked = gateway.fakes.last("ListKeyResults").request
    assert list(asked.states) == [goals.OBJECTIVE_STATE_ACTIVE, goals.OBJECTIVE_STATE_DRAFT]
    assert list(asked.labels) == ["a", "b"]
    assert (asked.order, asked.descending, asked.due_to) == (pb.KEY_RESULT_ORDER_DUE_DAY, True, day_of(date(2026, 3, 31)))


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/objectives?state=open", "state"),
        ("/v1/objectives?state=active&state=open", "state"),
        ("/v1/objectives?sort=progress", "sort"),
        ("/v1/objectives?sort=ref&sort=title", "sort"),
        ("/v1/objectives?changed_since=yesterday", "changed_since"),
        ("/v1/objectives?changed_since=goals:1", "changed_since"),
        ("/v1/key-results?cancelled=perhaps", "cancelled"),
        ("/v1/key-results?measure=percent", "measure"),
        ("/v1/key-results?state=open", "state"),
        ("/v1/check-ins?as_of_from=31.1.2026", "as_of_from"),
        ("/v1/check-ins?created_to=2026-01-31", "created_to"),
        ("/v1/check-ins?colour=red", "colour"),
    ],
)
async def test_what_is_no_value_of_a_parameter_is_refused_by_its_name(gateway: Gateway, path: str, parameter: str) -> None:
    answer = await gateway.client.get(path)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].partition("[")[0] == parameter


@pytest.mark.parametrize(
    ("path", "method", "field", "parameter"),
    [
        ("/v1/objectives?parent=J1&parent=J9", "ListObjectives", "parent_objective_ids[1]", "parent"),
        ("/v1/key-results?objective=J9&counts_for=J1", "ListKeyResults", "objective_ids[0]", "objective"),
        ("/v1/check-ins?objective=J9", "ListCheckIns", "objective_ids[0]", "objective"),
    ],
)
async def test_a_filter_by_what_one_may_not_know_of_is_refused_by_its_name(
    gateway: Gateway, path: str, method: str, field: str, parameter: str
) -> None:
    def refuse(_: Any) -> Any:
        raise Refused("OBJECTIVE_UNKNOWN", "there is no such objective", kind=Kind.UNKNOWN, field=field)

    gateway.fakes.answers[method] = refuse
    answer = await gateway.client.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, parameter)
    assert "'J9'" in answer.json()["detail"]


async def test_a_list_can_be_followed_by_the_positions_that_its_answer_bears(gateway: Gateway) -> None:
    gateway.fakes.answers["ListKeyResults"] = lambda _: pb.ListKeyResultsResponse(
        positions=[LogPosition(log="goals", partition=0, position=17), LogPosition(log="checkins", partition=1, position=4, generation=2)]
    )
    position = (await gateway.client.get("/v1/key-results")).headers["Cairn-Position"]
    assert position == "goals:0:17,checkins:1:4:2"
    await gateway.client.get("/v1/key-results", params={"changed_since": position})
    asked = gateway.fakes.last("ListKeyResults").request.changed_since
    assert [(p.log, p.partition, p.position) for p in asked.positions] == [("goals", 0, 17), ("checkins", 1, 4)]
    await gateway.client.get("/v1/key-results?changed_since=2026-03-31T14:00:00%2B02:00")
    assert gateway.fakes.last("ListKeyResults").request.changed_since.instant.ToJsonString() == "2026-03-31T12:00:00Z"


async def test_a_check_in_that_is_not_of_the_key_result_is_unknown(gateway: Gateway) -> None:
    gateway.fakes.answers["ListCheckIns"] = lambda _: pb.ListCheckInsResponse()
    answer = await gateway.client.get("/v1/key-results/J1/1/check-ins/01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10")
    assert (answer.status_code, answer.json()["reason"]) == (404, "CHECK_IN_UNKNOWN")


DOCUMENT: Final = document(API)
SCHEMAS: Final = DOCUMENT["components"]["schemas"]


def resolved(schema: Any) -> Any:
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def fields_out_of_order(told: Any, schema: Any, where: str = "") -> list[str]:
    """Where an answer has its fields in another order than the document."""
    schema = resolved(schema)
    if isinstance(told, list):
        return [one for item in told for one in fields_out_of_order(item, schema.get("items", {}), f"{where}[]")]
    if not isinstance(told, dict):
        return []
    if "anyOf" in schema:
        choices = [choice for choice in map(resolved, schema["anyOf"]) if told.keys() <= choice.get("properties", {}).keys()]
        schema = choices[0] if choices else {}  # none: an object of any fields
    named = schema.get("properties", {})
    found = [where or "the answer"] if list(told) != [name for name in named if name in told] and named else []
    return found + [one for name in told if name in named for one in fields_out_of_order(told[name], named[name], f"{where}.{name}")]


@pytest.mark.parametrize("operation", [o for o in API.operations if o.answer is not None], ids=lambda operation: operation.name)
async def test_an_answer_has_its_fields_in_the_order_of_the_document(gateway: Gateway, operation: Operation) -> None:
    path = re.sub(r"{(\w+)}", lambda match: API.path_parameters[match[1]].example, operation.path)
    for_operators = {"Authorization": f"Bearer {gateway.operator_token()}"} if operation.path.startswith("/v1/tenants") else {}
    query = {"cycle": "2026-Q1"} if operation.name == "get_tree" else None
    body: dict[str, Any] = {} if operation.body is None else {"json": operation.example}
    response = await gateway.client.request(operation.method, path, params=query, headers=for_operators, **body)
    if response.is_success:
        answered = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"][str(response.status_code)]
        assert fields_out_of_order(response.json(), answered["content"]["application/json"]["schema"]) == []
