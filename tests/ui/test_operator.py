"""The operator of the installation signs in, sees what differs and what was not taken in, and makes it right, by keyboard alone."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.support.company import Company
from tests.support.messages import forge_check_in
from tests.support.system import System
from tests.ui.conftest import look_at, sign_in

_FAR_BEYOND = 10**15


@pytest.fixture
def well(system: System) -> None:
    """What other tests forged on Kafka, or put there that nobody can read, is found no more."""
    for service in ("progress", "audit", "notifications"):
        system.cairn("rebuild", service)


@pytest.mark.usefixtures("well")
def test_the_operator_finds_what_is_in_no_log_and_makes_what_services_keep_anew(page: Page, system: System, company: Company) -> None:
    company.admin.post(f"/v1/key-results/{company.key_results[0]}/check-ins", {"value": 1})
    company.admin.catch_up()
    page.goto("/objectives")
    page.get_by_role("button", name="Sign in as operator of this installation").focus()
    look_at(page, "sign-in")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Operation", level=1)).to_be_focused()
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_text(["Operation"])
    services = page.get_by_role("table", name="Services")
    expect(services.get_by_role("row", name="checkins")).to_contain_text("Well")
    reconciliation = page.get_by_role("region", name="Reconciliation")
    expect(reconciliation.get_by_text("Nothing differs: every service took in what the logs say.")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("obj")
    expect(page.get_by_role("dialog").get_by_text("Nothing is called that.")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/company")
    expect(page).to_have_url(re.compile("/admin/operator$"))

    with ThreadPoolExecutor(1) as beside:  # Playwright runs the event loop of this thread
        beside.submit(asyncio.run, forge_check_in(system, _FAR_BEYOND)).result()
    found = reconciliation.get_by_role("list", name="What was found")
    expect(found.get_by_text("progress: messages that are in no log")).to_be_visible()
    page.get_by_role("button", name="Look again").focus()
    page.keyboard.press("Enter")
    letters = page.get_by_role("region", name="Dead letters")
    forged = letters.get_by_role("row", name="progress")
    expect(forged).to_contain_text("NOT_IN_LOG")
    expect(forged).to_contain_text("Find out who can write to Kafka")
    look_at(page, "operator")
    forged.get_by_role("button", name="Try again").focus()
    page.keyboard.press("Enter")
    expect(letters.get_by_text("Taken in: 0; left: 1.")).to_be_visible()

    reconciliation.get_by_role("button", name="Make anew: progress").focus()
    page.keyboard.press("Enter")
    expect(reconciliation.get_by_text(re.compile(r"^Made anew from [\d,]+ events?\.$"))).to_be_visible()
    expect(found.get_by_text("progress:")).to_have_count(0)
    page.get_by_role("button", name="Operator").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Sign out everywhere").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sign in to Cairn").wait_for()

    sign_in(page, company, "admin")
    page.goto("/admin/operator")
    expect(letters.get_by_text("There are none: everything was taken in.")).to_be_visible()
    expect(reconciliation.get_by_role("button")).to_have_count(0)
