"""Somebody opens an objective as a page, corrects a check-in, talks about it and closes it, with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.company import Company
from tests.ui.conftest import look_at, sign_in


def test_one_corrects_talks_and_asks_before_closing_by_keyboard_alone(page: Page, company: Company) -> None:
    sign_in(page, company)
    page.goto("/objectives/O2")
    expect(page.get_by_role("heading", name="Objective 2", level=1)).to_be_visible()
    button = page.get_by_role("button", name="Check in: Key result 1")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_label("New value").focus()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    history = page.get_by_role("region", name="What happened")
    correct = history.get_by_role("button", name="Correct: Key result 1")
    expect(correct).to_be_visible()

    correct.focus()
    page.keyboard.press("Enter")
    right = history.get_by_label("What is right")
    right.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("50")
    page.keyboard.press("Tab")
    page.keyboard.type("Miscounted.")
    page.keyboard.press("Enter")
    expect(history).to_contain_text("Check-in corrected")
    expect(history).to_contain_text("Miscounted.")

    talk = page.get_by_role("region", name="Conversation")
    talk.get_by_label("Comment, with @ for people").focus()
    page.keyboard.type("Well done, @an")
    expect(talk.get_by_role("option", name="ann")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(talk.get_by_role("listitem")).to_contain_text("Well done, @ann")

    page.locator("label", has_text="Table").click()
    expect(page.get_by_role("region", name="Table")).to_contain_text("Check-in")
    look_at(page, "objective-page")
    page.get_by_role("button", name="Actions").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Close").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("What came of it?")).to_be_focused()
    look_at(page, "objective-close")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_what_one_may_not_see_any_longer_is_shown_no_longer(page: Page, company: Company, refused: None) -> None:
    company.admin.post("/v1/objectives", {"cycle": "now", "reference": "S1", "title": "A quiet plan"})
    company.admin.catch_up()
    sign_in(page, company)
    page.goto("/objectives/S1")
    heading = page.get_by_role("heading", name="A quiet plan", level=1)
    expect(heading).to_be_visible()
    company.admin.patch("/v1/objectives/S1", {"visibility": "private"})
    expect(heading).to_have_count(0)
    expect(page.get_by_role("main")).not_to_contain_text("A quiet plan")
