"""What HTTP says of answers that somebody has already, and of what was made: entity tags, 304, Location, Prefer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cairn.progress.v1.service_pb2 import GetObjectiveResponse, GetTreeResponse
from gateway.http import Operation, Router
from gateway.routes.table import API
from tests.support.fake_services import plausible
from tests.support.gateway import Gateway, example_path, gateway_before_fakes

QUESTIONS: Final = [operation for operation in API.operations if operation.tagged]
COMMANDS: Final = [operation for operation in API.operations if operation.resource]
ROUTER: Final = Router(API)
NEEDED: Final = {"get_tree": {"cycle": "2026-Q1"}, "coach_objectives": {"cycle": "2026-Q1"}, "compare_cycles": {"cycle": "2026-Q1"}}
"""The parameters of questions that need some."""
OTHER_BODIES: Final[dict[str, Any]] = {"leave_person": {}}
"""Where the example names somebody whom the fake services cannot tell from the one in the path."""


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


async def sent(gateway: Gateway, operation: Operation, **headers: str) -> httpx.Response:
    for_operators = {"Authorization": f"Bearer {gateway.operator_token()}"} if operation.path.startswith("/v1/tenants") else {}
    json: dict[str, Any] = {} if operation.body is None else {"json": OTHER_BODIES.get(operation.name, operation.example)}
    path, query = example_path(operation), NEEDED.get(operation.name)
    return await gateway.client.request(operation.method, path, params=query, headers=for_operators | headers, **json)


@pytest.mark.parametrize("operation", QUESTIONS, ids=lambda operation: operation.name)
async def test_who_has_an_answer_is_not_sent_it_again(gateway: Gateway, operation: Operation) -> None:
    is_private = operation.signed_in or operation.personal
    told = await sent(gateway, operation)
    assert (told.status_code, told.headers["cache-control"]) == (200, "private, no-cache" if is_private else "no-cache")
    assert told.headers.get("vary") == ("Authorization, Cookie" if is_private else None)
    if any(word in told.text for word in ('"now"', "_seconds")):  # it tells the time
        return
    again = await sent(gateway, operation, **{"If-None-Match": f'"other", W/{told.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert {name: again.headers[name] for name in ("etag", "cache-control")} == {
        name: told.headers[name] for name in ("etag", "cache-control")
    }
    assert (await sent(gateway, operation, **{"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("given", ["7", "", '"7', '"7",', "W/7"])
async def test_what_is_no_list_of_tags_is_refused(gateway: Gateway, given: str) -> None:
    response = await gateway.client.get("/v1/objectives/J1", headers={"If-None-Match": given})
    assert (response.status_code, response.json()["reason"]) == (400, "IF_NONE_MATCH_MALFORMED")


async def test_a_tag_changes_with_the_numbers_and_if_match_heeds_the_version_alone(gateway: Gateway) -> None:
    first = plausible(GetObjectiveResponse())
    second = GetObjectiveResponse.FromString(first.SerializeToString())
    second.objective.progress = 0.123
    answers = iter((first, second))
    gateway.fakes.answers["GetObjective"] = lambda _: next(answers)
    tags = [(await gateway.client.get("/v1/objectives/J1")).headers["etag"] for _ in range(2)]
    assert tags[0] != tags[1]
    assert all(tag.startswith(f'"{first.objective.version}.') for tag in tags)
    for tag in (*tags, f'"{first.objective.version}"'):
        await gateway.client.patch("/v1/objectives/J1", json={"title": "x"}, headers={"If-Match": tag})
        assert gateway.fakes.last("ReviseObjective").request.expected_version == first.objective.version


async def test_a_tree_that_still_stands_is_neither_made_nor_sent_again(gateway: Gateway) -> None:
    def tree(request: Any) -> GetTreeResponse:
        return (
            GetTreeResponse(state=b"as it is now")
            if request.unless_state == b"as it is now"
            else GetTreeResponse(state=b"as it is now", total=3)
        )

    gateway.fakes.answers["GetTree"] = tree
    told = await gateway.client.get("/v1/tree?cycle=2026-Q1")
    again = await gateway.client.get("/v1/tree?cycle=2026-Q1", headers={"If-None-Match": told.headers["etag"]})
    assert (told.json()["total"], again.status_code, again.headers["etag"]) == (3, 304, told.headers["etag"])
    gateway.fakes.answers["GetTree"] = lambda _: GetTreeResponse(state=b"as it is then", total=4)
    newer = await gateway.client.get("/v1/tree?cycle=2026-Q1", headers={"If-None-Match": told.headers["etag"]})
    assert (newer.status_code, newer.json()["total"]) == (200, 4)
    gateway.fakes.answers["GetTree"] = lambda _: GetTreeResponse(state=b"another one", total=3)
    same = await gateway.client.get("/v1/tree?cycle=2026-Q1", headers={"If-None-Match": told.headers["etag"]})
    assert (same.status_code, same.headers["etag"]) == (304, told.headers["etag"])


@pytest.mark.parametrize("operation", COMMANDS, ids=lambda operation: operation.name)
async def test_what_a_command_made_or_changed_is_found_where_it_says(gateway: Gateway, operation: Operation) -> None:
    done = await sent(gateway, operation)
    assert done.status_code == operation.status
    place = done.headers["location" if operation.status == 201 else "content-location"]
    assert place.startswith(operation.resource.partition("{")[0])
    assert done.headers["cache-control"] == "no-store"
    question, _ = ROUTER.find("GET", place)
    shown = await sent(gateway, operation, Prefer='return="representation"; foo=bar, respond-async')
    assert (shown.status_code, shown.headers["preference-applied"]) == (operation.status, "return=representation")
    assert (shown.headers["content-location"], shown.headers.get("etag")) == (place, done.headers.get("etag"))
    assert shown.json().keys() == question.answer.model_fields.keys() if question.answer else False


@pytest.mark.parametrize("operation", [o for o in API.operations if o.status == 201], ids=lambda operation: operation.name)
def test_whatever_makes_something_says_where_it_is_found(operation: Operation) -> None:
    assert operation.resource


async def test_a_resource_that_was_preferred_has_seen_the_command(gateway: Gateway) -> None:
    await gateway.client.patch("/v1/objectives/J1", json={"title": "x"}, headers={"Prefer": "return=representation", "If-Match": '"7"'})
    assert [position.log for position in gateway.fakes.last("GetObjective").request.after] == ["goals"]


async def test_a_command_is_answered_as_ever_where_the_resource_cannot_be_shown(gateway: Gateway) -> None:
    def fails(_: Any) -> Any:
        raise AssertionError("a defect")

    gateway.fakes.answers["GetObjective"] = fails
    done = await gateway.client.patch("/v1/objectives/J1", json={"title": "x"}, headers={"Prefer": "return=representation"})
    assert (done.status_code, "positions" in done.json(), "preference-applied" in done.headers) == (200, True, False)
