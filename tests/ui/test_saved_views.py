"""Somebody keeps what they look at under a name, comes back to it, changes it and removes it, by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.support.company import Company, day
from tests.ui.conftest import by_ctrl_k, look_at, sign_in


def of_menu(page: Page, name: str) -> None:
    """Takes something of the menu of views."""
    page.get_by_role("button", name=re.compile("^Saved views")).press("Enter")
    page.get_by_role("menuitem", name=name).press("Enter")


def test_one_keeps_a_view_comes_back_to_it_and_removes_it_by_keyboard_alone(page: Page, company: Company, refused: None) -> None:
    company.admin.post("/v1/views", {"name": "All by progress", "address": "/objectives?sort=-progress", "shared": True})
    sign_in(page, company)
    page.goto("/objectives?columns=owner,pace&sort=-pace&mine=true&open=O1")
    page.get_by_role("button", name="Saved views").wait_for()
    by_ctrl_k(page, "Save this view…")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    page.keyboard.type("Mine by pace")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Mine by pace” is saved.")).to_be_visible()
    link = page.get_by_role("navigation").get_by_role("link", name="Mine by pace")
    expect(link).to_have_attribute("aria-current", "page")
    assert [view["name"] for view in company.admin.get("/v1/views")["items"]] == ["All by progress"]  # not shared: nobody else's
    look_at(page, "saved-views")

    page.get_by_role("switch", name="Mine").press("Space")
    expect(page.get_by_role("button", name="Saved views: Mine by pace changed")).to_be_visible()
    page.get_by_role("button", name="Saved views").press("Enter")
    look_at(page, "saved-views-menu")
    page.get_by_role("menuitem", name="Replace “Mine by pace” by what is shown").press("Enter")
    expect(page.get_by_text("“Mine by pace” keeps what is shown now.")).to_be_visible()
    expect(page.get_by_role("button", name="Saved views: Mine by pace", exact=True)).to_be_visible()
    of_menu(page, "Rename or share…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("By pace")
    dialog.get_by_role("switch", name="Share with everybody").press("Space")
    look_at(page, "saved-views-form")
    dialog.get_by_label("Name").press("Enter")
    expect(page.get_by_role("navigation").get_by_role("link", name="By pace", exact=True)).to_be_visible()
    [shared] = [view for view in company.admin.get("/v1/views")["items"] if view["name"] == "By pace"]
    assert (shared["owner"]["handle"], shared["address"]) == ("ann", "/objectives?columns=owner%2Cpace&sort=-pace")

    by_ctrl_k(page, "All by progress")  # somebody else's: to follow, and to save as one's own
    expect(page).to_have_url(re.compile("sort=-progress"))
    page.get_by_role("button", name="Saved views: All by progress").press("Enter")
    expect(page.get_by_role("menuitem", name="All by progress")).to_contain_text("by admin")
    expect(page.get_by_role("menuitem", name="Rename or share…")).to_have_count(0)
    page.keyboard.press("Escape")

    page.goto("/kpis")
    of_menu(page, "Save this view…")
    page.get_by_role("dialog").get_by_label("Name").fill("BY PACE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_text("you have a saved view 'BY PACE'")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("BY PACE")
    page.keyboard.press("Escape")

    page.get_by_role("navigation").get_by_role("link", name="By pace", exact=True).press("Enter")
    expect(page.get_by_role("columnheader", name="Expected")).to_be_visible()
    of_menu(page, "Remove “By pace”")
    expect(page.get_by_role("navigation").get_by_role("link", name="By pace", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation").get_by_role("link", name="By pace", exact=True)).to_have_attribute("aria-current", "page")

    page.goto(f"/objectives?as_of={day(-7)}")  # in the past one follows views, and saves none
    page.get_by_role("button", name="Saved views").press("Enter")
    expect(page.get_by_role("menuitem", name="Save this view…")).to_have_count(0)
    page.get_by_role("menuitem", name="By pace").press("Enter")
    expect(page).to_have_url(re.compile(f"as_of={day(-7)}"))
    expect(page).to_have_url(re.compile("sort=-pace"))
