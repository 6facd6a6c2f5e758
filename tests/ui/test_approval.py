"""A draft is submitted, sent back, submitted again, approved and activated, by two people, each by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.support.company import Company
from tests.ui.conftest import by_ctrl_k, choose, look_at, press, sign_in


def test_a_draft_goes_through_its_approval_between_two_people(page: Page, other: Page, company: Company) -> None:
    company.admin.put("/v1/settings/approval", {"value": "on"})
    company.admin.post("/v1/people", {"handle": "bob", "name": "Bob", "roles": ["member"]})
    company.admin.catch_up()
    sign_in(page, company, "bob")
    page.goto("/objectives/new")
    page.get_by_role("textbox", name="Objective", exact=True).focus()
    page.keyboard.type("Answers within a day")
    page.get_by_role("combobox", name="Serves").focus()
    choose(page, "Objective 1", typed="Objective 1")
    first = page.get_by_role("region", name="Key result 1")
    for label, typed in (("What is measured", "Answered within a day"), ("Start", "60"), ("Target", "95")):
        first.get_by_role("textbox", name=label).focus()
        page.keyboard.type(typed)
    expect(page.get_by_role("button", name="Activate", exact=True)).to_have_count(0)
    page.get_by_role("textbox", name="A word for whoever approves it").focus()
    page.keyboard.type("As we said on Monday.")
    press(page, "Submit for approval")
    mine = page.get_by_role("complementary", name="Answers within a day")
    expect(_told(mine)).to_contain_text("Waits for approval")
    expect(mine.get_by_role("button", name="Approve", exact=True)).to_have_count(0)  # nobody approves their own

    sign_in(other, company, "ann")
    by_ctrl_k(other, "Inbox")
    asked = other.get_by_role("listitem").filter(has_text="Approval asked").filter(has_text="Bob")
    asked.get_by_role("link").press("Enter")
    theirs = other.get_by_role("complementary", name="Answers within a day")
    expect(_told(theirs)).to_contain_text("“As we said on Monday.” Bob")
    look_at(other, "approval-asked")
    press(theirs, "Send back")
    expect(other.get_by_role("dialog").get_by_role("textbox", name="Why?")).to_be_focused()
    other.keyboard.type("Which questions?")
    press(other.get_by_role("dialog"), "Send back")
    expect(_told(theirs)).to_contain_text("Sent back")

    expect(_told(mine)).to_contain_text("“Which questions?” Ann")  # by itself: somebody else did it
    look_at(page, "approval-sent-back")
    by_ctrl_k(page, "Edit: Answers within a day")
    expect(_told(page)).to_contain_text("“Which questions?” Ann")
    title = page.get_by_role("textbox", name="Objective", exact=True)
    expect(title).to_have_value("Answers within a day")
    title.press("End")
    page.keyboard.type(" to customers")
    press(page, "Submit for approval")
    mine = page.get_by_role("complementary", name="Answers within a day to customers")
    expect(_told(mine)).to_contain_text("Waits for approval")

    theirs = other.get_by_role("complementary", name="Answers within a day to customers")
    expect(_told(theirs)).to_contain_text("Waits for approval")
    press(theirs, "Approve")
    press(other.get_by_role("dialog"), "Approve")
    expect(_told(theirs)).to_contain_text("A change takes the approval away")

    expect(_told(mine)).to_contain_text("Approved")
    by_ctrl_k(page, "Activate: Answers within a day to customers")
    press(page.get_by_role("dialog"), "Activate")
    expect(_told(mine)).to_have_count(0)
    expect(mine.get_by_role("button", name="Check in: Answered within a day")).to_be_visible()
    expect(theirs.get_by_role("region", name="What happened")).to_contain_text("Activated")
    (active,) = company.admin.get("/v1/objectives", text="to customers")["items"]
    assert (active["state"], active["approval"], active["parent"]["objective"]["ref"]) == ("active", "approved", "O1")


def _told(within: Page | Locator) -> Locator:
    """What is told of the approval."""
    return within.get_by_role("status").filter(has_text="pproval").or_(within.get_by_role("status").filter(has_text="Sent back"))
