"""The framework by itself, with an API that has nothing to do with the product."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from typing import Any

import httpx
import pytest
from starlette.responses import Response, StreamingResponse

from chassis.runtime import telemetry
from gateway.http import (
    AllowedHosts,
    Answer,
    Api,
    Application,
    AtOnce,
    Body,
    Change,
    PathParameter,
    Problem,
    RateLimit,
    RateLimiter,
    Request,
    Resource,
    document,
    json_response,
    page,
)
from gateway.http.limits import UNKNOWN_BODY_LIMIT
from gateway.http.server import HEADER_BYTES

shop = Resource("Shop", "What there is to buy.")


class Order(Body):
    """What is bought."""

    apples: int


class Receipt(Answer):
    """What was bought."""

    apples: int


class Known(Request):
    async def identify(self) -> None:
        if not self.header(b"x-name"):
            raise Problem(401, "NOBODY", "say who you are")

    @property
    def callers(self) -> Sequence[Hashable]:
        return self.header(b"x-name"), "shop"


@shop.post("/orders", body=Order, body_limit=100, example={"apples": 3}, answer=Receipt, status=201, command=True)
async def order(request: Request, body: Order) -> Response:
    """Order apples."""
    return json_response({"apples": body.apples}, request.operation.status)


@shop.get("/stock", at_once=AtOnce("stocks", person=1, tenant=2, all=3))
async def stock(_: Request) -> Response:
    """Get what there is, apple by apple."""

    async def apples() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"apple"

    return StreamingResponse(apples())


class Greeting(Body):
    """What anybody says."""


@shop.post("/greetings", body=Greeting, example={}, answer=Receipt, signed_in=False)
async def greet(_: Request, body: Greeting) -> Response:
    """Greet."""
    return json_response({"apples": 0})


class Reorder(Change):
    """What shall be otherwise."""

    apples: int | None = None


@shop.patch("/shop/orders/{order}", body=Reorder, example={"apples": 4}, answer=Receipt, command=True, versioned=True)
async def reorder(_: Request, body: Reorder) -> Response:
    """Order otherwise."""
    return json_response({"apples": body.apples})


@shop.get("/receipts", answer=Receipt)
async def last_receipt(_: Request) -> Response:
    """Get the last receipt."""
    return json_response({"apples": 3})


@shop.get("/orders", answer=Receipt)
async def last_order(_: Request) -> Response:
    """Get the last order."""
    raise LookupError("the database's password is hunter2")


API = Api(
    resources=(shop,),
    namespace="shop",
    title="Shop",
    version="1",
    summary="",
    description="Apples.",
    license="MIT",
    path_parameters={"order": PathParameter("An order.", "7")},
)


@pytest.fixture
def application() -> Application[Known]:
    return Application(
        API,
        Known,
        lambda error, _: Problem(503, "BUSY", "later") if isinstance(error, asyncio.QueueFull) else None,
        RateLimiter(RateLimit("person", 1.5)),
        AllowedHosts(["shop"]),
    )


@pytest.fixture
async def client(application: Application[Known]) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://shop", headers={"X-Name": "ann"}) as client:
        yield client


async def test_an_operation_answers_at_its_path(client: httpx.AsyncClient) -> None:
    response = await client.post("/orders", json={"apples": 3})
    assert (response.status_code, response.json()) == (201, {"apples": 3})
    assert response.headers["ratelimit"].startswith('"person";r=2')


async def test_what_is_no_order_is_a_problem_that_names_the_field(client: httpx.AsyncClient) -> None:
    response = await client.post("/orders", json={"apples": "three"})
    assert response.status_code == 422
    assert response.json()["type"] == "urn:shop:problem:invalid-argument"
    assert response.json()["errors"][0]["field"] == "apples"


async def test_a_body_over_its_limit_is_not_read_into_memory(client: httpx.AsyncClient) -> None:
    response = await client.post("/orders", content=b"9" * 101)
    assert (response.status_code, response.json()["reason"]) == (413, "BODY_TOO_LARGE")


async def test_the_body_of_somebody_who_is_not_known_is_not_read(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"9"
        raise AssertionError("the body is read")

    assert (await client.post("/orders", content=endless(), headers={"X-Name": ""})).status_code == 401


@pytest.fixture
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for 20 bodies of people whom nobody knows, 10 of an address."""
    for name, bodies in (("UNKNOWN_BODIES_TOTAL", 20), ("UNKNOWN_BODIES_OF_ONE", 10)):
        monkeypatch.setattr(f"gateway.http.application.{name}", bodies * 3)


@pytest.mark.usefixtures("_little_room")
async def test_bodies_of_people_nobody_knows_take_no_room_of_others_and_an_address_takes_its_share() -> None:
    application = Application(API, Known, lambda *_: None, RateLimiter(), AllowedHosts(["shop"]))
    half = [asyncio.create_task(posted(application, "/greetings", "10.0.0.1", b"123")) for _ in range(10)]
    await asyncio.sleep(0)
    assert await posted(application, "/greetings", "10.0.0.1", b"{}", ends=True) == 503
    assert await posted(application, "/greetings", "10.0.0.2", b"{}", ends=True) == 200
    assert await posted(application, "/orders", "10.0.0.1", b'{"apples": 3}', ends=True) == 201
    for task in half:
        task.cancel()
    await asyncio.gather(*half, return_exceptions=True)
    assert await posted(application, "/greetings", "10.0.0.1", b"{}", ends=True) == 200


async def test_a_body_of_somebody_nobody_knows_has_a_few_kilobytes_and_is_refused_by_what_it_announces(
    application: Application[Known],
) -> None:
    assert await posted(application, "/greetings", "10.0.0.1", b"", announced=UNKNOWN_BODY_LIMIT + 1) == 413
    assert await posted(application, "/greetings", "10.0.0.1", b"x" * (UNKNOWN_BODY_LIMIT + 1)) == 413


async def test_a_body_that_does_not_end_is_a_problem(application: Application[Known], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.http.limits.BODY_SECONDS", 0.05)
    assert await posted(application, "/orders", "10.0.0.1", b"{") == 408
    assert await posted(application, "/greetings", "10.0.0.1", b"{") == 408


async def test_a_line_and_headers_that_the_server_let_pass_are_refused_above_their_bound(client: httpx.AsyncClient) -> None:
    for too_large in (client.get("/" + "a" * HEADER_BYTES), client.get("/receipts", headers={"X": "a" * HEADER_BYTES})):
        response = await too_large
        assert (response.status_code, response.json()["reason"]) == (431, "HEADERS_TOO_LARGE")


async def test_a_method_that_a_path_does_not_have_names_those_that_it_has(client: httpx.AsyncClient) -> None:
    response = await client.delete("/orders")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


async def test_whatever_answers_get_answers_head_without_a_body(client: httpx.AsyncClient) -> None:
    asked, told = await client.head("/receipts"), await client.get("/receipts")
    assert (asked.status_code, asked.content, told.json()) == (200, b"", {"apples": 3})
    assert asked.headers["content-length"] == str(len(told.content))
    assert (await client.head("/stock")).content == b""


async def test_a_path_tells_what_can_be_done_there(client: httpx.AsyncClient) -> None:
    response = await client.options("/shop/orders/7")
    assert (response.status_code, response.headers["allow"]) == (204, "OPTIONS, PATCH")
    assert response.headers["accept-patch"] == "application/json, application/merge-patch+json"
    assert (await client.options("/nothing")).status_code == 404
    assert (await client.options("/orders", headers={"Host": "elsewhere"})).status_code == 421


async def test_what_can_be_done_somewhere_is_answered_with_the_headers_of_every_answer_and_counted(client: httpx.AsyncClient) -> None:
    counted = telemetry.REQUESTS.labels("gateway", "none", "204")
    before = counted._sum.get()
    correlation_id = "0190d9a2-7b3c-7def-8123-456789abcdef"
    headers = (await client.options("/orders", headers={"X-Correlation-Id": correlation_id})).headers
    assert headers["x-correlation-id"] == correlation_id
    assert (headers["x-content-type-options"], headers["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
    assert headers["cache-control"] == "no-store"
    assert counted._sum.get() > before


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
async def test_a_change_is_a_merge_patch(client: httpx.AsyncClient, media_type: str) -> None:
    response = await client.patch("/shop/orders/7", content=b'{"apples": 4}', headers={"Content-Type": media_type})
    assert (response.status_code, response.json()) == (200, {"apples": 4})


async def test_a_change_of_another_type_is_told_which_there_are(client: httpx.AsyncClient) -> None:
    response = await client.patch("/shop/orders/7", content=b"apples=4", headers={"Content-Type": "text/plain"})
    assert (response.status_code, response.headers["accept-patch"]) == (415, "application/json, application/merge-patch+json")
    assert (await client.post("/orders", json={"apples": 3}, headers={"Content-Type": "application/merge-patch+json"})).status_code == 415


async def test_a_header_that_is_said_twice_is_a_list(client: httpx.AsyncClient) -> None:
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    response = await client.post("/orders", json={"apples": 3}, headers=twice)
    assert (response.status_code, response.json()["reason"]) == (400, "IDEMPOTENCY_KEY_MALFORMED")


async def test_a_request_without_a_correlation_id_has_that_of_its_trace(client: httpx.AsyncClient) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    response = await client.post("/orders", json={"apples": 3}, headers={"traceparent": trace})
    assert response.headers["x-correlation-id"].replace("-", "") == trace[3:35]


async def test_a_defect_is_answered_without_what_it_says(client: httpx.AsyncClient) -> None:
    response = await client.get("/orders")
    assert response.status_code == 500
    assert "hunter2" not in response.text
    assert response.json()["correlation_id"] == response.headers["x-correlation-id"]


async def test_who_asks_too_often_is_told_when_to_ask_again(client: httpx.AsyncClient) -> None:
    statuses = [(await client.post("/orders", json={"apples": 1})).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
    assert (await client.post("/orders", json={"apples": 1}, headers={"X-Name": "ben"})).status_code == 201


def test_the_document_and_the_page_tell_of_every_operation() -> None:
    assert set(document(API)["paths"]["/orders"]) == {"get", "post"}
    assert 'id="last_order"' in page(API)


async def test_what_is_under_way_is_counted_until_its_answer_is_sent_whatever_becomes_of_it(application: Application[Known]) -> None:
    taken = asyncio.Event()

    async def unread(_: object) -> None:
        await taken.wait()

    reading = asyncio.create_task(asked_for_stock(application, unread))
    for _ in range(3):
        await asyncio.sleep(0)
    refused = await asked_for_stock(application)
    assert (refused[0]["status"], dict(refused[0]["headers"])[b"retry-after"]) == (429, b"1")
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert (await asked_for_stock(application))[0]["status"] == 200


async def posted(
    application: Application[Known], path: str, address: str, body: bytes, *, ends: bool = False, announced: int | None = None
) -> int:
    """The status of what is posted from an address: a body, and then nothing more, unless it ends."""
    parts = iter([{"type": "http.request", "body": body, "more_body": not ends}])
    sent: list[Any] = []

    async def receive() -> Any:
        part = next(parts, None)
        if part is None:
            await asyncio.Event().wait()
        return part

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"shop"), (b"x-name", address.encode()), (b"content-type", b"application/json")]
    if announced is not None:
        headers.append((b"content-length", str(announced).encode()))
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, "client": (address, 1)}
    await application(scope, receive, send)
    status: int = sent[0]["status"]
    return status


async def asked_for_stock(application: Application[Known], send: Callable[[Any], Awaitable[None]] | None = None) -> list[Any]:
    """What the application sends."""
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def keep(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"shop"), (b"x-name", b"ben")]
    scope = {"type": "http", "method": "GET", "path": "/stock", "query_string": b"", "headers": headers, "asgi": {"spec_version": "2.3"}}
    await application(scope, receive, send or keep)
    return sent
