"""The web application is served as it was built, and nothing else is."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from starlette.responses import Response

from embedded import web_app
from gateway.http import AllowedHosts, Application, RateLimiter
from gateway.routes.request import Request
from gateway.routes.table import API
from gateway.web_app import _LANGUAGES, _WITHOUT_WISHES, WebApp

SCRIPT: Final = b"export const a = 1"
PAGE: Final = (
    b'<!doctype html><html lang="en"><meta name="color-scheme" content="light dark" /><meta property="csp-nonce" nonce="__CSP_NONCE__">'
    b'<script type="module" src="/assets/a-1.js" nonce="__CSP_NONCE__"></script>'
)
BROWSER: Final = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_bytes(PAGE)
    (dist / "favicon.svg").write_text("<svg/>")
    (dist / "assets" / "a-1.js").write_bytes(SCRIPT)
    (dist / "assets" / "a-1.js.br").write_bytes(b"as brotli has it")
    (dist / "assets" / "a-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (dist / "assets" / "a-1.js.map").write_text("{}")
    (dist / "assets" / "b-2.css").write_text("a{}")
    (tmp_path / "secret.txt").write_text("for nobody")
    (dist / "leads-out.txt").symlink_to(tmp_path / "secret.txt")
    (dist / "folder-out").symlink_to(tmp_path)
    return dist


@pytest.fixture
async def browser(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with served(built) as browser:
        yield browser


def served(folder: Path) -> httpx.AsyncClient:
    def no_request(*_: object) -> Request:
        raise AssertionError("no operation is asked")

    application = Application(API, no_request, lambda *_: None, RateLimiter(), AllowedHosts(), pages=WebApp(folder, API).answer)
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost", headers=BROWSER)


def nonce_of(page: httpx.Response) -> str:
    (nonce,) = re.findall(r"style-src 'self' 'nonce-([^']+)'", page.headers["content-security-policy"])
    return str(nonce)


@pytest.mark.parametrize("path", ["/", "/objectives/J1/3", "/index.html", "/people/a.b", "/v2", "/objectives?as_of=2026-03-01"])
async def test_wherever_somebody_goes_is_the_application(browser: httpx.AsyncClient, path: str) -> None:
    page = await browser.get(path)
    assert (page.status_code, page.headers["content-type"], page.headers["cache-control"]) == (200, "text/html; charset=utf-8", "no-cache")
    assert page.content == PAGE.replace(b"__CSP_NONCE__", nonce_of(page).encode())


async def test_each_page_has_a_nonce_of_its_own_and_a_strict_policy(browser: httpx.AsyncClient) -> None:
    pages = [await browser.get("/") for _ in range(2)]
    assert nonce_of(pages[0]) != nonce_of(pages[1])
    policy = dict(part.strip().partition(" ")[::2] for part in pages[0].headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert (policy["require-trusted-types-for"], policy["trusted-types"]) == ("'script'", "default")
    assert "unsafe" not in pages[0].headers["content-security-policy"]
    for name, value in {
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }.items():
        assert pages[0].headers[name] == value
    assert "camera=()" in pages[0].headers["permissions-policy"]


async def test_a_page_that_a_browser_has_is_not_sent_again_and_keeps_its_policy(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    again = await browser.get("/objectives", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-security-policy" not in again.headers, "its nonce would be another than the one in the page"
    assert (await browser.get("/", headers={"If-None-Match": '"another"'})).status_code == 200


async def test_a_page_comes_in_the_language_and_the_colours_that_its_reader_chose(browser: httpx.AsyncClient) -> None:
    plain = await browser.get("/")
    wished = {"Cookie": "cairn_session_80=x; cairn_language=fr; cairn_scheme=dark"}
    page = await browser.get("/", headers=wished)
    assert b'<html lang="fr"><meta name="color-scheme" content="dark" />' in page.content
    assert page.headers["vary"] == "Cookie"
    assert (await browser.get("/", headers=wished | {"If-None-Match": plain.headers["etag"]})).status_code == 200, "it is another page"
    assert (await browser.get("/", headers=wished | {"If-None-Match": page.headers["etag"]})).status_code == 304
    other = await browser.get("/", headers={"Cookie": 'cairn_language=x"><script>; cairn_scheme=auto'})
    assert (other.headers["etag"], b"script>;" in other.content) == (plain.headers["etag"], False)


def test_the_page_has_what_a_reader_s_wishes_replace_and_languages_are_those_of_the_application() -> None:
    sources = web_app.ROOT / "services" / "web"
    page = (sources / "index.html").read_bytes()
    assert all(page.count(plain) == 1 for plain in _WITHOUT_WISHES)
    (listed,) = re.findall(r"LANGUAGES = \[(.*)\]", (sources / "src" / "i18n" / "language.ts").read_text())
    assert set(re.findall(r"'(\w+)'", listed)) == _LANGUAGES


@pytest.mark.parametrize("accepted", ["br", "gzip"])
async def test_assets_are_kept_for_ever_and_sent_as_they_were_compressed(browser: httpx.AsyncClient, built: Path, accepted: str) -> None:
    async with browser.stream("GET", "/assets/a-1.js", headers={"Accept-Encoding": f"zstd, {accepted}"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == (accepted, "Accept-Encoding")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert raw == (built / "assets" / f"a-1.js.{'br' if accepted == 'br' else 'gz'}").read_bytes()


@pytest.mark.parametrize("accepted", ["", "identity", "br;q=0, gzip; q=0.0", "deflate"])
async def test_who_takes_no_compression_gets_none(browser: httpx.AsyncClient, accepted: str) -> None:
    answer = await browser.get("/assets/a-1.js", headers={"Accept-Encoding": accepted})
    assert answer.content == SCRIPT
    assert "content-encoding" not in answer.headers


async def test_the_best_compression_is_taken_and_each_has_a_tag_of_its_own(browser: httpx.AsyncClient) -> None:
    tags = {}
    for accepted in ("gzip, br", "gzip", "identity"):
        async with browser.stream("GET", "/assets/a-1.js", headers={"Accept-Encoding": accepted}) as answer:
            tags[accepted] = answer.headers["etag"], answer.headers.get("content-encoding")
    assert [encoding for _, encoding in tags.values()] == ["br", "gzip", None]
    assert len({tag for tag, _ in tags.values()}) == 3
    kept = await browser.get("/assets/a-1.js", headers={"Accept-Encoding": "br", "If-None-Match": tags["gzip, br"][0]})
    assert kept.status_code == 304


async def test_what_is_no_asset_is_asked_for_anew(browser: httpx.AsyncClient) -> None:
    icon = await browser.get("/favicon.svg", headers={"Accept": "image/*", "Sec-Fetch-Mode": "no-cors"})
    assert (icon.status_code, icon.headers["cache-control"]) == (200, "no-cache")
    assert "sandbox" in icon.headers["content-security-policy"], "a picture that is opened by itself runs nothing"


@pytest.mark.parametrize(
    "path",
    [
        *("/leads-out.txt", "/folder-out/secret.txt", "/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd"),
        *("/assets/..%2f..%2fsecret.txt", "/assets\\..\\..\\secret.txt", "/assets/a-1.js.map", "/assets/a-1.js/", "/assets/", "/assets"),
    ],
)
async def test_nothing_is_served_that_was_not_built(browser: httpx.AsyncClient, path: str) -> None:
    script = {"Accept": "*/*", "Sec-Fetch-Mode": "cors"}
    for answer in (await browser.get(path, headers=script), await browser.get(path)):
        assert b"for nobody" not in answer.content
        assert answer.status_code == 404 or answer.content.startswith(PAGE[:30])


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/health/nothing", "/docs/nothing", "/.well-known/nothing"])
async def test_addresses_of_the_api_are_the_api_s_in_a_browser_too(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (404, "PATH_UNKNOWN")


async def test_a_program_is_told_that_there_is_nothing(browser: httpx.AsyncClient) -> None:
    for headers in ({"Accept": "application/json", "Sec-Fetch-Mode": "cors"}, {"Accept": "text/html", "Sec-Fetch-Mode": "cors"}):
        answer = await browser.get("/", headers=headers)
        assert (answer.status_code, answer.json()["reason"]) == (404, "PATH_UNKNOWN")
    del browser.headers["Sec-Fetch-Mode"]
    assert (await browser.get("/", headers={"Accept": "*/*"})).status_code == 404
    assert (await browser.get("/", headers={"Accept": "text/html"})).status_code == 200, "a browser that says less of itself"
    assert (await browser.post("/")).status_code == 404


async def test_the_application_is_shown_at_our_own_names_alone(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/assets/a-1.js"):
        assert (await browser.get(path, headers={"Host": "rebound.example"})).status_code == 421


async def test_where_nothing_was_built_a_page_says_how(tmp_path: Path) -> None:
    async with served(tmp_path / "none") as browser:
        page = await browser.get("/objectives")
        assert (page.status_code, page.headers["cache-control"]) == (503, "no-store")
        assert "make up" in page.text
        assert (await browser.get("/assets/a-1.js")).status_code == 404


def test_a_folder_that_is_no_build_is_refused_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web_app.MOST_BYTES", 10)
    (tmp_path / "large.txt").write_text("more than that")
    with pytest.raises(SystemExit, match="CAIRN_WEB"):
        WebApp(tmp_path, API)


def test_an_asset_is_sent_whole(built: Path) -> None:
    answer = WebApp(built, API).answer("/assets/b-2.css", {})
    assert isinstance(answer, Response)
    assert answer.headers["content-length"] == "3"
