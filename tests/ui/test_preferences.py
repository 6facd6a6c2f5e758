"""A person chooses language and colours by keyboard alone; what they typed stays, and their browser remembers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.company import Company
from tests.ui.conftest import by_ctrl_k, look_at, sign_in


@pytest.mark.usefixtures("refused")
def test_language_and_colours_are_chosen_without_losing_what_is_typed_and_are_remembered(page: Page, company: Company) -> None:
    sign_in(page, company)
    page.goto("/objectives/new")
    title = page.locator("main input").first
    title.focus()
    page.keyboard.type("Half a sentence")
    by_ctrl_k(page, "Language: Deutsch")
    expect(page.get_by_role("heading", name="Neues Ziel", level=1)).to_be_visible()
    expect(title).to_have_value("Half a sentence")
    expect(page.locator("html[lang=de]")).to_be_attached()

    look_at(page, "preferences")
    page.get_by_role("banner").get_by_role("button", name="Ann").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio", name="Deutsch")).to_be_checked()
    page.get_by_role("menuitemradio", name="Wie mein System").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("html[data-mantine-color-scheme=dark]")).to_be_attached()

    with page.expect_response("**/objectives") as answered:
        page.goto("/objectives")
    served = answered.value.text()
    assert '<html lang="de">' in served
    assert '<meta name="color-scheme" content="dark" />' in served
    expect(page.get_by_role("heading", name="Ziele", level=1)).to_be_visible()
    expect(page.locator("html[data-mantine-color-scheme=dark]")).to_be_attached()
    by_ctrl_k(page, "Farben: Wie mein System")

    page.goto("/objectives/NOWHERE")
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Dieses Ziel gibt es nicht, oder es ist für Sie nicht sichtbar.")
    expect(refusal.locator("[lang=en]")).to_contain_text("NOWHERE")
    look_at(page, "preferences-refused")
    by_ctrl_k(page, "Sprache: Wie mein Browser (English)")
    expect(page.get_by_role("navigation").get_by_role("link", name="Objectives", exact=True)).to_be_visible()
    expect(refusal).not_to_contain_text("Dieses Ziel")
    assert [cookie for cookie in page.context.cookies() if cookie["name"] in ("cairn_language", "cairn_scheme")] == []
