"""Tasks are given, done, taken back and their time is logged, by keyboard alone; and seen at the width of a phone."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.support.company import Company, Person, day, found_company
from tests.support.system import System
from tests.ui.conftest import choose, look_at, sign_in

_PHONE: Final[ViewportSize] = {"width": 390, "height": 780}


@pytest.fixture(scope="module")
def working(system: System) -> Company:
    """A company in which ben has given ann tasks, and an initiative is on its way: of its own, as its tasks are counted."""
    company = found_company(system.url, owner="ann", objectives=1, key_results=1)
    admin = company.admin
    admin.post("/v1/people", {"handle": "ben", "name": "Ben", "roles": ["member"]})
    ben = Person(system.url, tenant=company.name, person="ben")
    admin.post("/v1/initiatives", {"title": "A referral programme", "state": "running", "serves": {"key_result": "O1/1"}})
    for task in (
        {"title": "Ask the agency", "due_day": day(-2), "priority": "high", "serves": {"key_result": "O1/1"}},
        {"title": "Write the advertisement", "due_day": day(), "serves": {"objective": "O1"}},
        {"title": "Tidy the shelf", "priority": "low"},
    ):
        ben.post("/v1/tasks", {**task, "assignee": "ann"})
    admin.catch_up()
    return company


def test_a_task_is_given_done_taken_back_and_its_time_logged_by_keyboard_alone(page: Page, working: Company) -> None:
    sign_in(page, working)
    page.goto("/tasks")
    overdue, whenever = page.get_by_role("region", name="Overdue"), page.get_by_role("region", name="Without a day")
    agency = overdue.get_by_role("button", name="Ask the agency", exact=True)
    shelf = whenever.get_by_role("button", name="Tidy the shelf", exact=True)
    expect(agency).to_be_visible()
    expect(page.get_by_text("Nothing logged.")).to_be_visible()
    look_at(page, "tasks")

    agency.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Write the advertisement", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(shelf).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Done: Tidy the shelf")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="“Tidy the shelf” is done.")).to_be_visible()
    expect(whenever).to_have_count(0)
    expect(page.get_by_role("button", name="Write the advertisement", exact=True)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(shelf).to_be_visible()

    agency.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Ask the agency")
    time = panel.get_by_role("textbox", name="Time")
    time.focus()
    page.keyboard.type("a while")
    page.keyboard.press("Enter")
    expect(panel.get_by_text("Say how long, as 1:30 or 90, and no more than a day.")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("1:30")
    note = panel.get_by_label("Note")
    note.focus()
    page.keyboard.type("Three agencies")
    page.keyboard.press("Enter")
    expect(panel.get_by_text("1 hr 30 min logged.")).to_be_visible()
    expect(panel.get_by_text("1 hr 30 min in all")).to_be_visible()
    look_at(page, "task")
    panel.get_by_role("button", name=re.compile("^Correct 1 hr 30 min")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("2h")
    page.keyboard.press("Enter")
    expect(panel.get_by_text("2 hr in all")).to_be_visible()
    page.get_by_role("button", name="Close the panel").focus()
    page.keyboard.press("Enter")
    week = page.get_by_role("region", name="My time this week")
    expect(week.get_by_role("listitem").filter(has_text="Three agencies")).to_contain_text("corrected")
    week.get_by_role("button", name=re.compile("^Take back 2 hr")).focus()
    page.keyboard.press("Enter")
    expect(week.get_by_text("Nothing logged.")).to_be_visible()
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("Control+z")
    expect(week.get_by_role("listitem").filter(has_text="Three agencies")).to_be_visible()

    page.keyboard.press("Alt+n")
    given = page.get_by_role("dialog", name="Give a task")
    expect(given.get_by_label("What is to be done")).to_be_focused()
    page.keyboard.type("Print the posters")
    page.keyboard.press("Tab")
    choose(page, "Ben", typed="Ben")
    given.get_by_role("combobox", name="For").focus()
    choose(page, "A referral programme", typed="refer")
    look_at(page, "task-given")
    given.get_by_label("What is to be done").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("whose=given"))
    posters = page.get_by_role("complementary", name="Print the posters")
    expect(posters).to_contain_text("A referral programme · Key result 1 · Objective 1")
    posters.get_by_role("button", name="Cancel it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Print the posters” is cancelled.")).to_be_visible()
    expect(page.get_by_text("You have given nothing that is open")).to_be_visible()
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Without a day").get_by_text("Print the posters")).to_be_visible()


def test_one_s_tasks_of_the_week_are_seen_and_done_on_a_phone(page: Page, working: Company) -> None:
    page.set_viewport_size(_PHONE)
    sign_in(page, working, "ben")
    page.goto("/tasks?whose=given&due=week")
    expect(page.get_by_role("button", name="Write the advertisement", exact=True)).to_be_visible()
    expect(page.get_by_text("Tidy the shelf")).to_have_count(0)
    look_at(page, "tasks-phone")
    page.get_by_role("button", name="Write the advertisement", exact=True).click()
    panel = page.get_by_role("complementary", name="Write the advertisement")
    panel.get_by_role("button", name="Done", exact=True).click()
    expect(panel).to_contain_text("Done on")
    look_at(page, "task-phone")
    page.get_by_role("button", name="Close the panel").click()
    page.goto("/tasks?whose=given&state=done")
    page.get_by_role("button", name="Open again: Write the advertisement").click()
    expect(page.get_by_text("“Write the advertisement” is open again.")).to_be_visible()
    expect(page.get_by_text("No such task")).to_be_visible()
