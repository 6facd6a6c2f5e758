"""A cycle is closed, reopened and carried on, and whoever is in the company reads what came of it; by keyboard alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.company import Company, day, found_company
from tests.support.system import System
from tests.ui.conftest import by_ctrl_k, choose, look_at, sign_in


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


@pytest.fixture
def ending(system: System) -> Company:
    """A company whose cycle is at its end: a champion reports on one objective, not on the other; one is a draft still."""
    company = found_company(system.url, owner="ann", objectives=2, key_results=2)
    admin = company.admin
    admin.post("/v1/people", {"handle": "cleo", "name": "Cleo", "roles": ["champion"]})
    admin.patch("/v1/objectives/O1", {"contributors": ["cleo"]})
    admin.post("/v1/objectives", {"cycle": "now", "title": "Not begun", "reference": "D1"})
    admin.post("/v1/cycles", {"name": "next", "kind": "tactical", "first_day": day(101), "last_day": day(200)})
    for key_result, value in (("O1/1", 70), ("O2/1", 100), ("O2/2", 40)):
        admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": value})
    admin.catch_up()
    return company


def press(at: Locator, *keys: str) -> None:
    """Keys, where somebody has come to by Tab."""
    at.focus()
    for key in keys or ("Enter",):
        at.page.keyboard.press(key)


def typed_into(at: Locator, text: str) -> None:
    press(at, "Control+a")
    at.page.keyboard.type(text)


def test_a_champion_grades_what_they_report_on_closes_the_cycle_and_reopens_it(page: Page, ending: Company) -> None:
    sign_in(page, ending, "cleo")
    by_ctrl_k(page, "Close now")
    press(page.get_by_role("button", name="Begin its review"))
    left = page.get_by_role("region", name="What to know before")
    for told in ("1 draft not closed", "1 key result without any check-in", "3 key results without a grade"):
        expect(left).to_contain_text(told)
    press(left.get_by_text("1 draft not closed"))
    expect(left.get_by_role("link", name="Not begun")).to_be_visible()

    press(page.get_by_role("button", name="Objective 1"))
    first = page.get_by_role("group", name="Objective 1")
    grade = first.get_by_role("textbox", name="Grade of Key result 1")
    expect(grade).to_have_value("0.7")
    typed_into(grade, "0.8")
    typed_into(first.get_by_label("Why Key result 1 is graded so"), "The last one was big.")
    typed_into(first.get_by_label("What came of it"), "Seventy signed.")
    first.get_by_role("combobox", name="Carried over").focus()
    choose(page, "Yes, by its owner")
    look_at(page, "cycle-closing")
    press(first.get_by_role("button", name="Next objective"))
    second = page.get_by_role("group", name="Objective 2")
    expect(second).to_contain_text("Graded by those who report on it.")
    expect(second.get_by_role("textbox", name="Grade of Key result 1")).to_have_count(0)
    page.reload()
    press(page.get_by_role("button", name="Objective 1"))
    expect(first.get_by_label("What came of it")).to_have_value("Seventy signed.")

    press(page.get_by_role("button", name="Check, and close…"))
    sure = page.get_by_role("dialog", name="Close now?")
    for told in ("2 objectives", "1 grade is recorded", "Something is said of 1 objective"):
        expect(sure).to_contain_text(told)
    look_at(page, "cycle-closing-sure")
    press(sure.get_by_role("button", name="Close now"))
    expect(page.get_by_role("heading", name="Report of now", level=1)).to_be_visible()
    reported = page.get_by_role("region", name="Objective 1")
    for told in ("Seventy signed.", "0.8", "Carried over"):
        expect(reported).to_contain_text(told)

    press(page.get_by_role("button", name="Reopen…"))
    typed_into(page.get_by_role("dialog").get_by_label("Why"), "A grade is missing.")
    press(page.get_by_role("dialog").get_by_role("button", name="Reopen"))
    expect(page.get_by_text("The cycle was reopened since.")).to_be_visible()
    press(page.get_by_role("link", name="Close the cycle"))
    press(page.get_by_role("button", name="Objective 1"))
    expect(first.get_by_label("What came of it")).to_have_value("Seventy signed.")
    expect(grade).to_have_value("0.8")
    page.set_viewport_size({"width": 390, "height": 780})
    look_at(page, "cycle-closing-phone")


@pytest.mark.usefixtures("refused")
def test_an_admin_closes_a_cycle_though_the_gateway_was_away_and_carries_on_what_is_not_done(page: Page, ending: Company) -> None:
    ending.admin.post("/v1/cycles/now/review")
    ending.admin.catch_up()
    sign_in(page, ending, "admin")
    page.goto("/company")
    press(page.get_by_role("link", name="Close the cycle"))
    press(page.get_by_role("button", name="Objective 2"))
    second = page.get_by_role("group", name="Objective 2")
    typed_into(second.get_by_label("What was learnt"), "Begin earlier.")
    second.get_by_role("combobox", name="Carried over").focus()
    choose(page, "To next")
    typed_into(second.get_by_label("New target of Key result 1"), "200")
    page.route("**/close?dry_run=true", lambda route: route.abort())
    press(page.get_by_role("button", name="Check, and close…"))
    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here.")
    page.unroute("**/close?dry_run=true")
    expect(second.get_by_label("What was learnt")).to_have_value("Begin earlier.")
    press(page.get_by_role("button", name="Check, and close…"))
    sure = page.get_by_role("dialog", name="Close now?")
    for told in ("3 grades are recorded", "1 objective will then be carried over"):
        expect(sure).to_contain_text(told)
    press(sure.get_by_role("button", name="Close now"))
    expect(page.get_by_text("1 objective waits to be carried over")).to_be_visible()
    press(page.get_by_role("button", name="Carry over now"))
    expect(page.get_by_role("heading", name="Report of now", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Objective 2")).to_contain_text("Begin earlier.")
    ending.admin.catch_up()
    (carried,) = ending.admin.get("/v1/objectives", cycle="next")["items"]
    assert (carried["title"], carried["carried_from"]["ref"], carried["key_results"][0]["target"]) == ("Objective 2", "O2", 200)

    page.context.clear_cookies()
    sign_in(page, ending)
    page.goto("/cycles/now")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    expect(page.get_by_role("button", name="Reopen…")).to_have_count(0)
    page.goto("/cycles/now/close")
    expect(page.get_by_text("Admins and champions close a cycle")).to_be_visible()
