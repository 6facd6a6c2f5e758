"""Browsers are signed in by a cookie: what it opens, and that no page of elsewhere can use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cairn.directory.v1 import service_pb2 as directory
from chassis.errors import Kind, Refused
from gateway.auth import browser_sessions
from gateway.http import Operation
from gateway.main import dependencies_of
from gateway.routes.table import API
from tests.support.gateway import Gateway, example_path, gateway_before_fakes, settings_before
from tests.support.monotonic_time import MonotonicTime

ANN: Final = {"tenant": "acme", "person": "ann"}
HOST: Final = "localhost:8600"
ORIGIN: Final = f"http://{HOST}"
COOKIE: Final = "cairn_session_8600"
OWN_PAGE: Final = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Cairn-Csrf": "1"}
SIGNED_IN: Final = [operation for operation in API.operations if operation.signed_in]
CHANGING: Final = [operation for operation in SIGNED_IN if operation.method != "GET"]
OF_MANY_CALLS: Final = {"import_tables", "coach_tables"}
"""What asks fake services so much that it takes seconds."""
NOT_PROVED: Final = {
    "no header that a form cannot send": {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
    "another header": {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Cairn-Csrf": "0"},
    "nothing of where it comes from": {"Cairn-Csrf": "1"},
    "another port": {"Origin": "http://localhost:8601", "Sec-Fetch-Site": "same-site", "Cairn-Csrf": "1"},
    "another port, of a browser that says less": {"Origin": "http://localhost:8601", "Cairn-Csrf": "1"},
    "HTTPS of the same name": {"Origin": f"https://{HOST}", "Cairn-Csrf": "1"},
    "a page without an origin": {"Origin": "null", "Cairn-Csrf": "1"},
    "another site, that says nothing of its origin": {"Sec-Fetch-Site": "cross-site", "Cairn-Csrf": "1"},
    "no page": {"Sec-Fetch-Site": "none", "Cairn-Csrf": "1"},
}


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


@pytest.fixture
async def browser(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(gateway) as browser:
        yield browser


def browser_of(gateway: Gateway, origin: str = ORIGIN, **headers: str) -> httpx.AsyncClient:
    """What a page of the gateway's own asks with; its cookies are kept."""
    transport = httpx.ASGITransport(gateway.application)
    return httpx.AsyncClient(transport=transport, base_url=origin, headers={**OWN_PAGE, "Origin": origin, **headers})


async def signed_in(browser: httpx.AsyncClient, body: dict[str, Any] | None = None) -> str:
    """Signs in, and answers what stands in the cookie."""
    answer = await browser.post("/v1/session", json=body or ANN)
    assert answer.status_code == 200, answer.text
    return next(iter(SimpleCookie(answer.headers["set-cookie"]).values())).value


def asked_by(gateway: Gateway, cookie: str, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(gateway.application), base_url=ORIGIN, headers={"Cookie": f"{COOKIE}={cookie}", **headers}
    )


async def ask(client: httpx.AsyncClient, operation: Operation, headers: dict[str, str]) -> httpx.Response:
    return await client.request(operation.method, example_path(operation), headers=headers, json=operation.example)


async def test_whoever_signs_in_is_known_by_a_cookie_that_no_script_reads(gateway: Gateway, browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/v1/session", json=ANN)
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (cookie.key, cookie["path"], cookie["samesite"], cookie["domain"]) == (COOKIE, "/", "Strict", "")
    assert cookie["httponly"]
    assert not cookie["secure"], "on the loopback, over HTTP, it would never come back"
    assert 13 * 86_400 < int(cookie["max-age"]) <= 14 * 86_400
    assert cookie.value not in answer.text
    told = (await browser.get("/v1/session")).json()
    assert told == answer.json()
    assert told["session"]["roles"] == ["admin"]
    assert told["session"]["time_zone"] == "UTC"
    assert told["session"]["expires_at"].endswith("Z")
    assert told["sign_in"] == {"built_in": True, "issuer": None}
    me = (await browser.get("/v1/me")).json()
    assert {name: told["session"][name] for name in me} == me


async def test_nobody_is_signed_in_who_bears_no_cookie(browser: httpx.AsyncClient) -> None:
    told = await browser.get("/v1/session")
    assert (told.status_code, told.json()["session"], told.json()["ended"]) == (200, None, None)
    assert "set-cookie" not in told.headers
    refused = await browser.get("/v1/people")
    assert (refused.status_code, refused.json()["reason"]) == (401, "TOKEN_MISSING")


async def test_the_operator_signs_in_as_people_do(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, {"operator": True})
    told = (await browser.get("/v1/session")).json()["session"]
    assert (told["tenant"], told["person"], told["roles"]) == (None, None, ["operator"])
    assert (await browser.get("/v1/tenants")).status_code == 200


async def test_every_operation_is_asked_by_a_cookie(browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    for operation in sorted(SIGNED_IN, key=lambda operation: operation.name == "sign_out"):
        if operation.name in OF_MANY_CALLS:
            continue
        by_cookie = await ask(browser, operation, {})
        assert by_cookie.status_code != 401, operation.name
        assert "CSRF" not in by_cookie.text, operation.name
        assert by_cookie.headers["vary"] == "Authorization, Cookie"


async def test_what_changes_something_is_done_by_a_cookie_only_for_a_page_of_the_same_origin(gateway: Gateway) -> None:
    async with browser_of(gateway) as browser:
        cookie = await signed_in(browser)
    before = len(gateway.fakes.asked)
    async with asked_by(gateway, cookie) as client:
        for operation in CHANGING:
            for what, headers in NOT_PROVED.items():
                assert_refused(await ask(client, operation, headers), f"{operation.name}: {what}")
    assert len(gateway.fakes.asked) == before, "nothing was asked of anybody"


async def test_what_shows_something_is_shown_by_a_cookie_to_no_page_of_elsewhere(gateway: Gateway) -> None:
    async with browser_of(gateway) as browser:
        cookie = await signed_in(browser)
    before = len(gateway.fakes.asked)
    async with asked_by(gateway, cookie) as client:
        for operation in SIGNED_IN:
            for site in ("cross-site", "same-site"):
                assert_refused(await ask(client, operation, {"Sec-Fetch-Site": site}), f"{operation.name}: {site}")
        assert len(gateway.fakes.asked) == before
        for head in ({}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}):
            assert (await client.get("/v1/me", headers=head)).status_code == 200


def assert_refused(answer: httpx.Response, what: str) -> None:
    assert answer.status_code == 403, what
    assert answer.json()["reason"] in ("CSRF", "ORIGIN_UNKNOWN"), what


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("what", NOT_PROVED)
async def test_no_page_of_elsewhere_signs_anybody_in_or_out(gateway: Gateway, method: str, what: str) -> None:
    async with browser_of(gateway) as browser:
        cookie = await signed_in(browser)
        async with asked_by(gateway, cookie) as client:
            refused = await client.request(method, "/v1/session", headers=NOT_PROVED[what], json=ANN if method == "POST" else None)
        assert_refused(refused, what)
        assert "set-cookie" not in refused.headers
        assert (await browser.get("/v1/me")).status_code == 200


async def test_a_page_of_another_site_is_refused_before_anything_else(gateway: Gateway, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    refused = await browser.post("/v1/session", json=ANN, headers={"Origin": "https://elsewhere.example"})
    assert (refused.status_code, refused.json()["reason"]) == (403, "ORIGIN_UNKNOWN")


async def test_a_bearer_token_beside_a_cookie_is_whose_it_is(gateway: Gateway, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    as_viewer = {"Authorization": f"Bearer {gateway.token('viewer')}", "Cairn-Csrf": ""}
    assert (await browser.get("/v1/me", headers=as_viewer)).json()["roles"] == ["viewer"]
    refused = await browser.get("/v1/me", headers={"Authorization": "Bearer none"})
    assert (refused.status_code, refused.json()["reason"]) == (401, "TOKEN_INVALID")
    assert "set-cookie" not in refused.headers, "the browser's session is as good as before"


async def test_who_signs_out_takes_all_worth_from_the_cookie_and_from_no_other(gateway: Gateway) -> None:
    async with browser_of(gateway) as first, browser_of(gateway) as second:
        stolen = await signed_in(first)
        await signed_in(second)
        answer = await first.delete("/v1/session")
        assert (answer.status_code, answer.json()["session"]) == (200, None)
        assert f"{COOKIE}=; Max-Age=0; Path=/" in answer.headers["set-cookie"]
        assert (await first.get("/v1/session")).json() == {**answer.json(), "ended": None}
        assert (await first.delete("/v1/session")).status_code == 200, "there is nothing to do any more"
        async with asked_by(gateway, stolen) as thief:
            refused = await thief.get("/v1/me")
            assert (refused.status_code, refused.json()["reason"]) == (401, "SESSION_ENDED")
        assert (await second.get("/v1/me")).status_code == 200


async def test_a_session_that_was_ended_elsewhere_says_so_and_its_cookie_is_cleared(gateway: Gateway, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    gateway.fakes.end_all_sessions()
    refused = await browser.post("/v1/cycles", json={})
    assert (refused.status_code, refused.json()["reason"]) == (401, "SESSION_ENDED")
    assert f"{COOKIE}=; Max-Age=0; Path=/" in refused.headers["set-cookie"]


async def test_a_browser_with_an_ended_session_is_told_so_once_and_signs_in_again(gateway: Gateway, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    gateway.fakes.end_browsers_sessions()
    gateway.fakes.end_all_sessions()
    assert [(await browser.get("/v1/session")).json()["ended"] for _ in range(2)] == ["SESSION_ENDED", None]


async def test_who_has_left_is_signed_out_of_their_browser(gateway: Gateway, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    gateway.fakes.answers["GetStanding"] = lambda request: directory.GetStandingResponse()
    refused = await browser.get("/v1/people")
    assert (refused.status_code, refused.json()["reason"]) == (401, "PERSON_UNKNOWN")
    assert "Max-Age=0" in refused.headers["set-cookie"]


async def test_a_session_goes_on_unseen_and_directory_hears_of_it_every_few_minutes(
    gateway: Gateway, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = MonotonicTime()
    monkeypatch.setattr("gateway.auth.browser_sessions.time.monotonic", clock.monotonic)
    await signed_in(browser)

    def asked() -> int:
        return sum(asked.method == "ContinueSession" for asked in gateway.fakes.asked)

    begun = asked()
    for _ in range(5):
        assert (await browser.get("/v1/me")).status_code == 200
    assert asked() == begun
    clock.now += browser_sessions.ASK_AGAIN_SECONDS + 1
    answer = await browser.get("/v1/me")
    assert (answer.status_code, asked()) == (200, begun + 1)
    assert "set-cookie" not in answer.headers
    gateway.fakes.end_browsers_sessions()  # nobody used it
    clock.now += browser_sessions.ASK_AGAIN_SECONDS + 1
    refused = await browser.get("/v1/me")
    assert (refused.status_code, refused.json()["reason"]) == (401, "SESSION_ENDED")


async def test_who_signs_in_goes_on_with_no_session_that_was_there_before(gateway: Gateway) -> None:
    """Somebody may have put their own cookie into the browser, and would share the session of whoever signs in."""
    async with browser_of(gateway) as attacker, browser_of(gateway) as victim:
        planted = await signed_in(attacker)
        victim.cookies.set(COOKIE, planted)
        assert await signed_in(victim) != planted
        assert (await attacker.get("/v1/me")).json()["reason"] == "SESSION_ENDED"


async def test_a_cookie_that_was_not_made_here_asks_nothing_of_directory(gateway: Gateway) -> None:
    async with browser_of(gateway) as browser:
        cookie = await signed_in(browser)
    secret, _, mac = cookie.partition(".")
    asked = len(gateway.fakes.asked)
    for forged in ("none", f"{secret}.", f".{mac}", f"{secret}x.{mac}", f"{mac}.{secret}", "."):
        async with asked_by(gateway, "") as client:
            refused = await client.get("/v1/me", headers={"Cookie": f"{COOKIE}={forged}"})
            assert (refused.status_code, refused.json()["reason"]) == (401, "SESSION_ENDED"), forged
    assert len(gateway.fakes.asked) == asked


async def test_of_two_cookies_neither_is_believed(gateway: Gateway) -> None:
    """The one of another path or port may be an attacker's own session."""
    async with browser_of(gateway) as browser:
        cookie = await signed_in(browser)
    async with asked_by(gateway, cookie) as client:
        refused = await client.get("/v1/me", headers={"Cookie": f"{COOKIE}={cookie}; {COOKIE}={cookie}"})
        assert (refused.status_code, refused.json()["reason"]) == (401, "COOKIE_REPEATED")
        others = await client.get("/v1/me", headers={"Cookie": f"cairn_session_8601=a; x{COOKIE}=b; {COOKIE}={cookie}; theme=dark"})
        assert others.status_code == 200


async def test_installations_on_other_ports_have_cookies_of_their_own(gateway: Gateway) -> None:
    async with browser_of(gateway) as here, browser_of(gateway, "http://localhost:9600") as there:
        await signed_in(here)
        answer = await there.post("/v1/session", json=ANN)
        assert answer.headers["set-cookie"].startswith("cairn_session_9600=")


async def test_over_https_the_cookie_is_secure_and_of_this_host_alone(tmp_path: Path) -> None:
    address = "https://okrs.example.com"
    async with gateway_before_fakes(tmp_path, public_address=address) as gateway, browser_of(gateway, address) as browser:
        answer = await browser.post("/v1/session", json=ANN)
        (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
        assert (cookie.key, cookie["path"], cookie["domain"]) == ("__Host-cairn_session", "/", "")
        assert cookie["secure"]
        assert (await browser.post("/v1/cycles", json={})).status_code == 422
        refused = await browser.post("/v1/cycles", json={}, headers={"Origin": "http://okrs.example.com"})
        assert refused.json()["reason"] == "CSRF"


@pytest.mark.parametrize("address", ["http://okrs.example.com", "okrs.example.com", "https://okrs.example.com/app", "ftp://localhost"])
def test_an_address_at_which_a_cookie_would_not_be_safe_is_refused_at_the_start(tmp_path: Path, address: str) -> None:
    with pytest.raises(SystemExit, match="CAIRN_PUBLIC_ADDRESS"):
        dependencies_of(settings_before("127.0.0.1:1", tmp_path, public_address=address))


async def test_nobody_is_signed_in_through_a_proxy_or_elsewhere_than_at_the_built_in_issuer(browser: httpx.AsyncClient) -> None:
    refused = await browser.post("/v1/session", json=ANN, headers={"X-Forwarded-For": "203.0.113.9"})
    assert (refused.status_code, refused.json()["reason"]) == (403, "SIGN_IN_FORWARDED")


async def test_whoever_is_not_there_is_not_signed_in_and_who_was_before_still_is(gateway: Gateway, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)

    def nobody(_: object) -> Any:
        raise Refused("PERSON_UNKNOWN", "there is none", kind=Kind.UNKNOWN)

    gateway.fakes.answers["GetPerson"] = nobody
    refused = await browser.post("/v1/session", json=ANN)
    assert (refused.status_code, refused.json()["reason"]) == (404, "PERSON_UNKNOWN")
    del gateway.fakes.answers["GetPerson"]
    assert (await browser.get("/v1/me")).status_code == 200


async def test_sign_ins_of_browsers_are_counted_with_those_of_programs(tmp_path: Path) -> None:
    limits = {"sign_ins_per_minute": "1", "address_sign_ins_per_minute": "100"}
    async with gateway_before_fakes(tmp_path, **limits) as gateway, browser_of(gateway) as browser:
        statuses = [(await browser.post("/v1/session", json=ANN)).status_code for _ in range(2)]
        statuses.append((await gateway.nobody.post("/v1/sign-in", json=ANN)).status_code)
        assert statuses == [200, 200, 429]


async def test_the_document_says_how_a_browser_is_known(gateway: Gateway) -> None:
    document = (await gateway.nobody.get("/openapi.json")).json()
    schemes = document["components"]["securitySchemes"]
    assert (schemes["cookie"]["in"], schemes["csrf"]["name"]) == ("cookie", "Cairn-Csrf")
    for operation in SIGNED_IN:
        said = document["paths"][operation.path][operation.method.lower()]["security"]
        assert said == [{"bearer": []}, {"cookie": []} if operation.method == "GET" else {"cookie": [], "csrf": []}]
