"""Whoever is in the company reads what came of a cycle, as it was at each of its closings; by keyboard alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.company import Company, found_company
from tests.support.system import System
from tests.ui.conftest import look_at, sign_in


@pytest.fixture(scope="module")
def closed(system: System) -> Company:
    """A company whose cycle was closed, reopened and closed again."""
    company = found_company(system.url, owner="ann", objectives=1, key_results=1)
    admin = company.admin
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 70})
    admin.post("/v1/cycles/now/review")
    grade = {"key_result": "O1/1", "grade": 0.7}
    admin.post("/v1/cycles/now/close", {"objectives": [{"objective": "O1", "outcome": "Seventy signed."}], "grades": [grade]})
    admin.post("/v1/cycles/now/reopen", {"reason": "What was learnt is missing."})
    admin.post("/v1/cycles/now/close", {"objectives": [{"objective": "O1", "learnt": "Begin earlier.", "carry": True}]})
    admin.catch_up()
    return company


def test_the_report_of_a_cycle_is_read_and_taken_along_by_keyboard_alone(page: Page, closed: Company) -> None:
    sign_in(page, closed)
    page.goto("/company")
    page.get_by_role("link", name="Report of its closing").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Report of now", level=1)).to_be_visible()
    objective = page.get_by_role("region", name="Objective 1")
    for told in ("Begin earlier.", "Seventy signed.", "Carried over", "70%", "0.7"):
        expect(objective).to_contain_text(told)
    look_at(page, "cycle-report")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as JSON").focus()
        page.keyboard.press("Enter")
    report = json.loads(Path(saved.value.path()).read_text())
    assert (report["version"], report["objectives"][0]["grade"]) == (2, 0.7)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").focus()
        page.keyboard.press("Enter")
    assert "O1,O1/1,Key result 1" in Path(saved.value.path()).read_text()
    page.get_by_role("combobox", name="Version").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("version=1"))
    expect(objective).to_contain_text("Seventy signed.")
    expect(objective).not_to_contain_text("Begin earlier.")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(objective).to_have_css("color", "rgb(0, 0, 0)")
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 780})
    look_at(page, "cycle-report-phone")
