"""Somebody plans a milestone, postpones it and notes that it was reached, with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.company import Company, day
from tests.ui.conftest import look_at, sign_in


def test_one_plans_postpones_and_reaches_a_milestone_by_keyboard_alone(page: Page, company: Company) -> None:
    for title, when in (("The new site is live", day(40)), ("Audit passed", day(-20)), ("The second office opens", day(45))):
        company.admin.post("/v1/milestones", {"title": title, "day": when})
    company.admin.catch_up()
    sign_in(page, company)
    page.goto("/milestones")
    audit = page.get_by_role("button", name="Audit passed")
    expect(audit.get_by_label("Overdue")).to_be_visible()
    page.get_by_role("button", name="Plan a milestone").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Milestone")).to_be_focused()
    page.keyboard.type("Version 2 is out")
    dialog.get_by_label("Day").fill(day(-1))
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Version 2 is out")
    expect(panel).to_contain_text("Overdue")
    look_at(page, "milestones")

    panel.get_by_role("button", name="Postpone").press("Enter")
    expect(panel.get_by_label("To which day?")).to_be_focused()
    panel.get_by_label("To which day?").fill(day(14))
    page.keyboard.press("Tab")
    panel.get_by_label("Why?").fill("Two reviews are missing.")
    panel.get_by_role("button", name="Save").press("Enter")
    expect(panel).to_contain_text("Postponed")
    expect(panel).to_contain_text("Planned first")
    panel.get_by_role("button", name="Reached").press("Enter")
    panel.get_by_role("button", name="Save").press("Enter")
    expect(panel).to_contain_text("Reached on")

    page.goto("/milestones?view=list&phase=planned")
    expect(page.get_by_role("row", name="The new site is live")).to_be_visible()
    expect(page.get_by_role("row", name="Version 2 is out")).to_have_count(0)
    page.get_by_role("button", name="Audit passed").press("Enter")  # who did not plan it is told who may change it
    expect(page.get_by_role("complementary", name="Audit passed")).to_contain_text("Who planned it, champions and admins")
    look_at(page, "milestones-list")
