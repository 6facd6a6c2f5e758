"""Browsers are signed in at the installation's own issuer, and by nothing but an answer to what they asked it themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from chassis.errors import Kind, Refused
from chassis.ids import id_text
from gateway.main import application, dependencies_of
from tests.support.fake_services import FakeServices
from tests.support.gateway import PERSON, TENANT, Gateway, settings_before
from tests.support.openid_issuer import CLIENT_ID, CLIENT_SECRET, OpenIdIssuer, openid_issuer

HOST: Final = "localhost:8600"
ORIGIN: Final = f"http://{HOST}"
CALLBACK: Final = f"{ORIGIN}/v1/session/callback"
SESSION: Final = "cairn_session_8600"
ATTEMPT: Final = "cairn_sign_in_8600"
WRONG: Final[dict[str, dict[str, Any]]] = {
    "another question's nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody-else"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "made for another of its readers": {"azp": "somebody-else"},
    "expired": {"exp": 1},
    "no person": {"sub": None},
    "a name of two lines": {"sub": "ann\nbob"},
    "no tenant": {"tenant": None},
}


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdIssuer]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the issuer is on this machine
    with openid_issuer() as issuer:
        yield issuer


@pytest.fixture
async def gateway(issuer: OpenIdIssuer, tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_of(issuer, tmp_path) as gateway:
        yield gateway


@pytest.fixture
async def browser(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.application), base_url=ORIGIN) as browser:
        yield browser


@asynccontextmanager
async def gateway_of(issuer: OpenIdIssuer, folder: Path, **more: str) -> AsyncIterator[Gateway]:
    """A gateway whose people are signed in by an issuer, of which it has the keys where the issuer says who it is."""
    secret = folder / "client-secret"
    secret.write_text(f"{CLIENT_SECRET}\n")
    told = {"oidc_issuer": issuer.address, "oidc_client_id": CLIENT_ID, "oidc_client_secret_file": str(secret), "oidc_name": "Acme"}
    async with FakeServices() as fakes:
        settings = settings_before(fakes.address, folder, built_in_sign_in="false", **told | more)
        dependencies = dependencies_of(settings)
        assert dependencies.openid is not None
        answering = application(settings, dependencies)
        following = asyncio.create_task(dependencies.openid.follow())
        async with asyncio.timeout(30):
            while not dependencies.openid.trusted.keys and not issuer.described:  # noqa: ASYNC110 - of the issuer
                await asyncio.sleep(0.01)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(answering), base_url="http://localhost") as nobody:
            yield Gateway(dependencies, fakes, answering, nobody, nobody)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await dependencies.backends.close()


async def sent_to(browser: httpx.AsyncClient, return_to: str = "/objectives?cycle=Q1") -> str:
    """Where a browser is sent to sign in."""
    answer = await browser.get("/v1/session/sign-in", params={"return_to": return_to})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def back(browser: httpx.AsyncClient, said: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The path to which a browser is led that comes back with this, and its parameters."""
    answer = await browser.get("/v1/session/callback", params=said, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    assert not parts.netloc
    return parts.path, dict(parse_qsl(parts.query))


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/v1/session")).json()["session"] is not None


def named(gateway: Gateway) -> tuple[str, str]:
    """The tenant and the person that directory was asked about."""
    asked = {each.method: each.request for each in reversed(gateway.fakes.asked)}
    return asked["GetTenant"].name, asked["GetPerson"].handle


async def test_how_one_signs_in_is_told_by_the_name_of_the_issuer(browser: httpx.AsyncClient) -> None:
    told = (await browser.get("/v1/session")).json()
    assert told["sign_in"] == {"built_in": False, "issuer": {"name": "Acme", "href": "/v1/session/sign-in"}}


async def test_whoever_signs_in_at_the_issuer_comes_back_to_where_they_wanted_to_be(
    issuer: OpenIdIssuer, browser: httpx.AsyncClient, gateway: Gateway
) -> None:
    address = await sent_to(browser)
    asked = dict(parse_qsl(urlsplit(address).query))
    assert (asked["redirect_uri"], asked["scope"]) == (CALLBACK, "openid profile email")
    assert await back(browser, issuer.authorize(address, "ann", "acme")) == ("/objectives", {"cycle": "Q1"})
    assert await is_signed_in(browser)
    assert named(gateway) == ("acme", "ann")


async def test_of_the_way_there_a_script_learns_nothing_and_it_is_bound_to_the_browser(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/v1/session/sign-in")
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (cookie.key, cookie["samesite"], cookie["httponly"], cookie["max-age"]) == (ATTEMPT, "Lax", True, "600")
    asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert not any(secret in cookie.value for secret in (asked["state"], asked["nonce"]))


async def test_a_session_that_was_there_before_ends(issuer: OpenIdIssuer, browser: httpx.AsyncClient, gateway: Gateway) -> None:
    await back(browser, issuer.authorize(await sent_to(browser), "ann", "acme"))
    before = browser.cookies[SESSION]
    await sent_to(browser)
    transport = httpx.ASGITransport(gateway.application)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Cookie": f"{SESSION}={before}"}) as thief:
        assert (await thief.get("/v1/session")).json()["ended"] == "SESSION_ENDED"


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
async def test_an_id_token_that_says_something_else_signs_nobody_in(
    issuer: OpenIdIssuer, browser: httpx.AsyncClient, said: dict[str, Any]
) -> None:
    issuer.said = said
    path, parameters = await back(browser, issuer.authorize(await sent_to(browser), "ann", "acme"))
    assert (path, parameters["failed"], parameters["return_to"]) == ("/sign-in", "ID_TOKEN_INVALID", "/objectives?cycle=Q1")
    assert not await is_signed_in(browser)


async def test_a_key_that_the_issuer_never_published_signs_nobody_in(issuer: OpenIdIssuer, browser: httpx.AsyncClient) -> None:
    address = await sent_to(browser)
    issuer.rotate()
    issuer.key_id = "forged"
    assert (await back(browser, issuer.authorize(address, "ann", "acme")))[1]["failed"] == "ID_TOKEN_INVALID"


async def test_the_answer_to_somebody_elses_question_signs_nobody_in(
    issuer: OpenIdIssuer, browser: httpx.AsyncClient, gateway: Gateway
) -> None:
    said = issuer.authorize(await sent_to(browser), "ann", "acme")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.application), base_url=ORIGIN) as other:
        assert (await back(other, said))[1]["failed"] == "SIGN_IN_EXPIRED", "it asked nothing"
        await sent_to(other)
        assert (await back(other, said))[1]["failed"] == "SIGN_IN_EXPIRED", "it asked something else"
        assert not await is_signed_in(other)


async def test_an_answer_is_good_once(issuer: OpenIdIssuer, browser: httpx.AsyncClient) -> None:
    said = issuer.authorize(await sent_to(browser), "ann", "acme")
    kept = browser.cookies[ATTEMPT]
    await back(browser, said)
    assert ATTEMPT not in browser.cookies
    browser.cookies.set(ATTEMPT, kept)
    assert (await back(browser, said))[1]["failed"] == "SIGN_IN_REFUSED"


async def test_a_code_of_somebody_elses_browser_is_worth_nothing_here(issuer: OpenIdIssuer, browser: httpx.AsyncClient) -> None:
    stolen = issuer.authorize(await sent_to(browser), "ann", "acme")["code"]
    own = issuer.authorize(await sent_to(browser), "bob", "acme")
    assert (await back(browser, {**own, "code": stolen}))[1]["failed"] == "SIGN_IN_REFUSED", "its verifier is another one's"


async def test_another_issuers_answer_is_refused(issuer: OpenIdIssuer, browser: httpx.AsyncClient) -> None:
    said = issuer.authorize(await sent_to(browser), "ann", "acme")
    assert (await back(browser, {**said, "iss": "https://elsewhere.example"}))[1]["failed"] == "ID_TOKEN_INVALID"


async def test_whoever_the_issuer_does_not_let_in_is_told_so(issuer: OpenIdIssuer, browser: httpx.AsyncClient) -> None:
    state = issuer.authorize(await sent_to(browser), "ann", "acme")["state"]
    path, parameters = await back(browser, {"state": state, "error": "access_denied", "error_description": "not today"})
    assert (path, parameters["failed"]) == ("/sign-in", "SIGN_IN_REFUSED")


@pytest.mark.parametrize(
    ("method", "reason"), [("GetPerson", "PERSON_UNKNOWN"), ("GetTenant", "TENANT_UNKNOWN"), ("GetPerson", "PERSON_LEFT")]
)
async def test_whoever_is_nobody_here_is_told_so(
    issuer: OpenIdIssuer, browser: httpx.AsyncClient, gateway: Gateway, method: str, reason: str
) -> None:
    def nobody(_: object) -> NoReturn:
        raise Refused(reason, "there is none", kind=Kind.UNKNOWN)

    gateway.fakes.answers[method] = nobody
    assert (await back(browser, issuer.authorize(await sent_to(browser), "ann", "acme")))[1]["failed"] == reason
    assert not await is_signed_in(browser)


@pytest.mark.parametrize("return_to", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "elsewhere", "/a b"])
async def test_nobody_is_led_elsewhere(browser: httpx.AsyncClient, return_to: str) -> None:
    assert (await browser.get("/v1/session/sign-in", params={"return_to": return_to})).status_code == 422


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": None},
    ],
)
async def test_an_issuer_that_does_not_say_who_it_is_is_asked_nothing(
    issuer: OpenIdIssuer, tmp_path: Path, described: dict[str, Any]
) -> None:
    issuer.described = described
    async with gateway_of(issuer, tmp_path) as gateway:
        answer = await gateway.nobody.get("/v1/session/sign-in")
        assert (answer.status_code, answer.json()["reason"]) == (503, "ISSUER_UNAVAILABLE")


async def test_programs_show_tokens_of_the_key_that_it_publishes_now(
    issuer: OpenIdIssuer, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gateway.auth.openid._RETRY_SECONDS", 0.05)
    async with gateway_of(issuer, tmp_path) as gateway:

        async def status() -> int:
            headers = {"Authorization": f"Bearer {issuer.bearer_token(id_text(PERSON), id_text(TENANT))}"}
            return (await gateway.nobody.get("/v1/me", headers=headers)).status_code

        assert await status() == 200
        issuer.rotate()
        async with asyncio.timeout(10):
            while await status() != 200:  # noqa: ASYNC110 - of the issuer
                await asyncio.sleep(0.05)


async def test_one_tenant_may_be_that_of_everybody(issuer: OpenIdIssuer, tmp_path: Path) -> None:
    async with gateway_of(issuer, tmp_path, oidc_tenant="acme") as gateway:
        transport = httpx.ASGITransport(gateway.application)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as browser:
            await back(browser, issuer.authorize(await sent_to(browser), "ann", "somewhere"))
            assert named(gateway) == ("acme", "ann")
