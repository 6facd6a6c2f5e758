"""Somebody says what is due, one after the other; another sees it; whatever fails, nothing typed is lost. And the inbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from embedded.ports import wait_until
from tests.support.company import Company, Person, found_company
from tests.support.system import System
from tests.ui.conftest import look_at, sign_in

_PHONE: Final[ViewportSize] = {"width": 390, "height": 780}
_AT_ONCE = 100  # milliseconds: some frames of a busy machine
_SEEN_BY_OTHERS = 5  # seconds; 0.3 to 1 where nothing else runs


@pytest.fixture(scope="module")
def reporting(system: System) -> Company:
    """A company whose five key results are ann's, of which ben owns a half of one: a company of its own, as its check-ins are counted."""
    company = found_company(system.url, owner="ann", objectives=1, key_results=2)
    admin = company.admin
    admin.post("/v1/people", {"handle": "ben", "name": "Ben", "roles": ["member"]})
    for made in (
        {"reference": "O1/3", "title": "Launched", "measure": "binary"},
        {"reference": "O1/4", "title": "Steps", "measure": "milestones", "milestones": [{"title": "Plan"}, {"title": "Build"}]},
        {
            "reference": "O1/5",
            "title": "Shared",
            "measure": "metric",
            "start": 0,
            "target": 10,
            "owners": [{"person": "ann"}, {"person": "ben"}],
        },
    ):
        admin.post("/v1/objectives/O1/key-results", made)
    admin.catch_up()
    return company


@contextmanager
def _another_browser(chromium: Browser, system: System) -> Iterator[Page]:
    context = chromium.new_context(base_url=system.url, viewport=_PHONE, reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(30_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def test_all_that_is_due_is_said_by_keyboard_alone_and_others_see_it(
    page: Page, chromium: Browser, system: System, reporting: Company
) -> None:
    sign_in(page, reporting)
    with _another_browser(chromium, system) as other:
        sign_in(other, reporting, "ben")
        other.get_by_role("row", name="Objective 1").click()
        seen = other.get_by_role("complementary").get_by_role("article", name="Key result 1")
        expect(seen).to_be_visible()
        page.goto("/check-ins")
        expect(page.get_by_text("5 check-ins are due")).to_be_visible()
        expect(page.get_by_label("New value")).to_be_focused()
        look_at(page, "check-ins")
        page.keyboard.type("40")
        page.keyboard.press("Tab")
        page.keyboard.type("7")
        said_at = time.monotonic()
        page.keyboard.press("Enter")
        expect(page.get_by_role("article", name="Key result 2")).to_be_visible(timeout=2_000)
        expect(seen).to_contain_text("40 · towards 100")
        assert time.monotonic() - said_at < _SEEN_BY_OTHERS
    expect(page.get_by_label("New value")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Type a number, or say that you cannot say.")).to_be_visible()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_role("radio", name="Not done")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Plan")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Whose value")).to_contain_text("My part")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    # The one that was passed over comes last; of it nothing can be said.
    page.get_by_role("button", name="I cannot say").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why is there no value?")).to_be_focused()
    page.keyboard.type("The report is late")
    page.keyboard.press("Enter")
    expect(page.get_by_text("All done for now")).to_be_visible()
    expect(page.get_by_text("Nothing is due")).to_be_visible()
    ann = Person(system.url, tenant=reporting.name, person="ann")

    def numbers_of() -> dict[str, Any]:
        return {it["ref"]: it for it in ann.get("/v1/objectives/O1")["key_results"]}

    assert wait_until(lambda: numbers_of()["O1/2"]["abstained"], 30)  # it is shown before it is sent
    numbers = numbers_of()
    assert numbers["O1/1"]["value"] == 40
    assert numbers["O1/1"]["confidence"] == 7
    assert numbers["O1/3"]["value"] == 1
    assert [it["done"] for it in numbers["O1/4"]["milestones"]] == [True, False]
    assert [it["person"]["handle"] for it in numbers["O1/5"]["parts"]] == ["ann"]
    page.set_viewport_size(_PHONE)
    page.get_by_role("button", name="Key result 2").click()
    expect(page.get_by_label("New value")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == _PHONE["width"]
    look_at(page, "check-ins-phone")


def test_what_was_typed_outlives_a_gateway_that_is_killed_and_a_session_that_is_ended(
    page: Page, system: System, reporting: Company, refused: None
) -> None:
    sign_in(page, reporting)
    page.goto("/check-ins")
    page.get_by_role("button", name="Key result 1").click()
    page.get_by_label("New value").fill("55")
    page.get_by_label("What changed?").fill("Three have signed.")
    page.route("**/check-ins", lambda route: route.abort())  # the gateway is gone for this one
    page.keyboard.press("Enter")
    notice = page.get_by_role("alert").filter(has_text="not saved")
    expect(notice).to_be_visible()
    page.get_by_role("button", name="Key result 1").click()
    expect(page.get_by_label("New value")).to_have_value("55")
    expect(page.get_by_label("What changed?")).to_have_value("Three have signed.")
    page.unroute("**/check-ins")

    system.kill("gateway", restart=False)  # one that is back within three seconds is not missed
    expect(page.get_by_text("Not connected")).to_be_visible()
    system.start("gateway")
    system.wait_until_healthy()
    expect(page.get_by_text("Not connected")).to_have_count(0)

    ann = Person(system.url, tenant=reporting.name, person="ann")
    ann.post("/v1/people/ann/sign-out")
    ended = page.get_by_role("dialog", name="Your session is over")
    expect(ended).to_be_visible()
    ended.get_by_label("Organisation").fill(reporting.name)
    ended.get_by_label("User name").fill("ann")
    page.keyboard.press("Enter")
    expect(ended).to_have_count(0)
    expect(page.get_by_label("What changed?")).to_have_value("Three have signed.")
    page.get_by_role("button", name="Save check-in").click()
    reader = Person(system.url, tenant=reporting.name, person="ann")
    expect(page.get_by_role("button", name="Key result 1")).to_contain_text("Checked in")
    assert reader.get("/v1/key-results/O1/1/check-ins")["items"][0]["value"] == 55


def test_the_inbox_tells_at_once_and_is_read(page: Page, reporting: Company) -> None:
    sign_in(page, reporting)
    page.goto("/inbox")
    expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    reporting.admin.post("/v1/tasks", {"title": "Ask the agency", "assignee": "ann"})
    item = page.get_by_role("listitem").filter(has_text="Ask the agency")
    expect(item).to_be_visible()
    look_at(page, "inbox")
    page.set_viewport_size(_PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == _PHONE["width"]
    look_at(page, "inbox-phone")
    page.get_by_role("button", name="Mark all as read").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing unread")).to_be_visible()
    page.get_by_role("button", name="Show the pages").focus()
    page.keyboard.press("Enter")
    pages = page.get_by_role("navigation", name="Pages")
    expect(pages.get_by_role("link", name="Inbox")).to_be_visible()
    expect(pages).not_to_contain_text("unread")
