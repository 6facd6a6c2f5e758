"""A real Chromium, and somebody who is signed in with it. Each page is looked at in both colour schemes; a picture of each is kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from embedded import web_app
from tests.support.chromium import unpacked
from tests.support.company import Company, found_company
from tests.support.system import System

PICTURES = Path(os.environ.get("CAIRN_PICTURES") or Path(tempfile.gettempdir()) / "cairn-pictures")
_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SECONDS = 300
_LONG_LIST = 30
_MILLISECONDS_TO_SHOW = 30_000  # on a machine that does something else, too

expect.set_options(timeout=_MILLISECONDS_TO_SHOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives the tests of this folder their deadline: the first waits until the system is up."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(_SECONDS))


@pytest.fixture(scope="module")
def chromium(built_web_app: None) -> Iterator[Browser]:
    """The Chromium that npm's package carries, unpacked. A run where none can be had fails and says so.

    Playwright runs an event loop for as long as it is open: kept for the whole run, no other test could start one.
    """
    launch = unpacked()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def company(system: System) -> Company:
    """A company whose objective O1 is ann's: one for each module, as what one module makes stands in every list of its company."""
    return found_company(system.url, owner="ann", objectives=3)


@pytest.fixture
def refused() -> None:
    """Asked for by a test in which the gateway refuses something, as the browser then tells its console."""


@pytest.fixture
def page(chromium: Browser, system: System, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that nobody is signed in on. The test fails where anything was told to the console as an error."""
    with _in_a_browser(chromium, system, request) as opened:
        yield opened


@pytest.fixture
def other(chromium: Browser, system: System, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of somebody else, in a browser of their own."""
    with _in_a_browser(chromium, system, request) as opened:
        yield opened


@contextmanager
def _in_a_browser(chromium: Browser, system: System, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(base_url=system.url, viewport={"width": 1440, "height": 860}, reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(_MILLISECONDS_TO_SHOW)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda said: errors.append(f"{said.text} {said.location['url']}") if said.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    expected = "Failed to load resource" if "refused" in request.fixturenames else None
    assert [error for error in errors if expected is None or not error.startswith(expected)] == []


def sign_in(page: Page, company: Company, person: str = "ann") -> None:
    """Signs somebody in by keyboard alone."""
    page.goto("/")
    page.get_by_label("Organisation").press_sequentially(company.name)
    page.keyboard.press("Tab")
    page.keyboard.type(person)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Objectives", level=1).wait_for()


def by_ctrl_k(page: Page, words: str) -> None:
    """Takes what Ctrl-K finds by these words, by keyboard alone."""
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox")).to_be_focused()  # what is typed before goes to the page
    page.keyboard.type(words)
    expect(dialog.get_by_role("button", name=words)).to_have_attribute("data-selected", "true")
    page.keyboard.press("Enter")


def press(within: Page | Locator, button: str) -> None:
    """Presses the button that is called so, by keyboard alone."""
    within.get_by_role("button", name=button, exact=True).press("Enter")


def choose(page: Page, name: str, *, typed: str = "") -> None:
    """Takes what is called so in the select that has the focus, by going down its list, narrowed by what is typed."""
    wanted = page.get_by_role("option", name=name, exact=True)
    if typed:
        page.keyboard.press("Control+a")
        page.keyboard.type(typed)
    else:
        page.keyboard.press("Enter")
    expect(wanted).to_be_visible()
    for _ in range(_LONG_LIST):  # a list that is told anew meanwhile forgets which of it was come to
        if wanted.get_attribute("data-combobox-selected") is not None:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def look_at(page: Page, name: str) -> None:
    """Takes a picture of the page in both colour schemes, and holds each to the rules of axe."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    axe = (web_app.ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.locator(f"[data-mantine-color-scheme={scheme}]").wait_for(state="attached")
        with suppress(OSError):
            page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
        page.evaluate(axe)
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", _AXE)["violations"]
        assert [f"{it['id']}: {node['html'][:160]}" for it in found for node in it["nodes"]] == [], f"{name}, {scheme}"
    page.emulate_media(color_scheme="light")
