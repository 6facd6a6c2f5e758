"""What opens above a page is held to the rules of axe, too, while it is open: menus, lists of choices, and what stands in them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.company import Company
from tests.ui.conftest import look_at, sign_in


def test_every_kind_of_menu_and_list_is_opened_by_keyboard_and_is_for_everyone(page: Page, company: Company) -> None:
    company.admin.post("/v1/pillars", {"reference": "P", "title": "Calm"})
    company.admin.post("/v1/people", {"handle": "bob", "name": "Bob", "roles": ["member"]})
    company.admin.post("/v1/objectives/O1/comments", {"kind": "comment", "text": "Seen"})
    company.admin.catch_up()
    sign_in(page, company, "admin")
    _opened(page, "button", "Saved views", "menu")
    _opened(page, "button", "admin", "menu", exact=False)
    _opened(page, "combobox", "Status", "listbox")
    _opened(page, "button", "More filters", "dialog")

    page.goto("/objectives/O1")
    _opened(page, "button", "Actions", "menu")
    _opened(page, "button", "React", "menu", exact=False)
    page.get_by_label("Comment, with @ for people").first.focus()
    page.keyboard.type("@b")
    expect(page.get_by_role("option", name="Bob")).to_be_visible()
    look_at(page, "opened-mention")

    page.goto("/strategy")
    _opened(page, "button", "Change Calm", "menu")
    page.goto("/objectives/new")
    page.get_by_role("button", name="More", exact=True).click()
    _opened(page, "combobox", "Contributors", "listbox")


def _opened(page: Page, role: str, name: str, opens: str, *, exact: bool = True) -> None:
    """Opens what bears this name with the keyboard, looks at it, and closes it."""
    opener = page.get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]
    opener.focus()
    page.keyboard.press("Enter")
    opened = page.get_by_role(opens).first  # type: ignore[arg-type]
    expect(opened).to_be_visible()
    look_at(page, f"opened-{name.lower().replace(' ', '-')}")
    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
