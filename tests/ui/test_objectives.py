"""Somebody signs in, finds an objective and checks in, with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.company import Company, day
from tests.ui.conftest import by_ctrl_k, choose, look_at, sign_in


def test_one_signs_in_and_comes_to_the_page_that_one_asked_for(page: Page, company: Company, refused: None) -> None:
    page.goto("/objectives?text=Objective+2")
    expect(page.get_by_role("heading", name="Sign in to Cairn")).to_be_visible()
    look_at(page, "sign-in")
    page.get_by_label("Organisation").fill(company.name)
    page.get_by_label("User name").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Organisation")).to_have_value(company.name)
    page.get_by_label("User name").fill("ann")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Objective 2")).to_be_visible()
    expect(page.get_by_role("row", name="Objective 1")).to_have_count(0)


def test_one_finds_an_objective_and_checks_in_by_keyboard_alone(page: Page, company: Company) -> None:
    sign_in(page, company)
    first = page.get_by_role("row", name="Objective 1")
    expect(first).to_be_visible()
    look_at(page, "objectives")
    first.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("row", name="Objective 3")).to_be_focused()
    page.keyboard.press("Home")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Objective 1")
    button = panel.get_by_role("button", name="Check in: Key result 1")
    expect(button).to_be_visible()
    look_at(page, "objective")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_label("New value")).to_be_focused()
    for typed in ("40", "7", "Two have signed."):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("article", name="Key result 1")).to_contain_text("40%")
    expect(panel.get_by_role("region", name="What happened")).to_contain_text("Two have signed.")
    expect(first).to_contain_text("20%")


_WITHIN_A_FRAME = """async keys => {
  for (const key of keys) {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))
    await new Promise(done => queueMicrotask(done))
  }
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame)
}"""
"""Keys that are pressed faster than anything is drawn."""


def test_one_checks_in_from_a_row_of_the_tree_as_in_a_spreadsheet(page: Page, company: Company, refused: None) -> None:
    sign_in(page, company)
    objective = page.get_by_role("row", name="Objective 2")
    objective.focus()
    page.keyboard.press("F2")  # its key results get rows, and the first of them the focus
    first, second = page.get_by_role("row", name="Key result 1"), page.get_by_role("row", name="Key result 2")
    expect(first).to_be_focused()
    page.keyboard.type("45")  # a digit begins
    expect(first.get_by_label("New value")).to_have_value("45")
    page.keyboard.press("Tab")
    page.keyboard.type("8")
    page.keyboard.press("Tab")
    page.keyboard.type("Half of it is signed.")
    look_at(page, "objectives-check-in")
    page.keyboard.press("Enter")
    expect(first).to_be_focused()
    expect(first).to_contain_text("45%")
    expect(objective).to_contain_text("22%")

    page.evaluate(_WITHIN_A_FRAME, ["ArrowDown", "Enter"])
    page.keyboard.type("30")
    page.keyboard.press("Escape")  # what was typed stays
    expect(second).to_be_focused()
    expect(second).to_contain_text("Typed, not sent")
    page.route("**/v1/key-results/*/check-ins", lambda route: route.abort())
    page.keyboard.press("F2")
    expect(second.get_by_label("New value")).to_have_value("30")
    page.keyboard.press("Enter")
    expect(second.get_by_role("alert")).to_have_text("Not saved")
    page.keyboard.press("Enter")
    expect(second).to_contain_text("What you typed is still here")
    page.unroute("**/v1/key-results/*/check-ins")
    page.keyboard.press("Enter")
    expect(second).to_contain_text("30%")

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Objective 2")
    quick = panel.get_by_role("button", name="Check in here: Key result 2")
    expect(quick).to_contain_text("30")
    quick.press("Enter")
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(quick).to_contain_text("60")
    expect(quick).to_be_focused()


def test_one_aligns_objectives_by_keyboard_and_takes_it_back(page: Page, company: Company) -> None:
    sign_in(page, company)
    first, third = page.get_by_role("row", name="Objective 1"), page.get_by_role("row", name="Objective 3")
    third.focus()
    page.keyboard.press("Control+x")
    expect(page.get_by_text("“Objective 3”: go to what it shall serve")).to_be_visible()
    look_at(page, "objectives-align")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It cannot serve itself.")).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Objective 3” serves “Objective 1” now.")).to_be_visible()
    expect(third).to_have_attribute("aria-level", "2")
    expect(first).to_be_focused()

    page.keyboard.press("Control+x")  # what it serves cannot come to serve it
    page.keyboard.press("ArrowDown")
    expect(third).to_be_focused()
    page.keyboard.press("Control+v")
    expect(page.get_by_text("“Objective 3” serves “Objective 1” itself")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("go to what it shall serve")).to_have_count(0)
    third.focus()
    page.keyboard.press("Control+x")
    page.get_by_role("button", name="To the top").press("Enter")
    expect(third).to_have_attribute("aria-level", "1")
    page.keyboard.press("Control+z")
    expect(third).to_have_attribute("aria-level", "2")
    page.keyboard.press("Control+z")
    expect(third).to_have_attribute("aria-level", "1")


def test_what_is_dragged_under_another_serves_it_unless_the_gateway_refuses(page: Page, company: Company, refused: None) -> None:
    company.admin.post("/v1/people", {"handle": "ben", "name": "Ben", "roles": ["member"]})
    sign_in(page, company)
    first, second = page.get_by_role("row", name="Objective 1"), page.get_by_role("row", name="Objective 2")
    second.drag_to(first)
    expect(page.get_by_text("“Objective 2” serves “Objective 1” now.")).to_be_visible()
    expect(second).to_have_attribute("aria-level", "2")
    second.drag_to(page.get_by_role("columnheader", name="Objective"))
    expect(second).to_have_attribute("aria-level", "1")

    page.context.clear_cookies()
    sign_in(page, company, "ben")
    second.drag_to(first)
    expect(page.get_by_text("“Objective 2” stays where it was.")).to_be_visible()
    expect(page.get_by_text("Only its owner, who made it and admins may align it.")).to_be_visible()
    expect(second).to_have_attribute("aria-level", "1")


def test_ctrl_k_finds_an_objective_by_its_words(page: Page, company: Company) -> None:
    sign_in(page, company)
    by_ctrl_k(page, "Objective 3")
    expect(page.get_by_role("complementary", name="Objective 3")).to_be_visible()


def test_one_moves_an_objective_to_another_cycle_and_a_key_result_to_another_objective(page: Page, company: Company, refused: None) -> None:
    company.admin.post("/v1/cycles", {"name": "next", "kind": "tactical", "first_day": day(101), "last_day": day(200)})
    company.admin.patch("/v1/objectives/O3", {"due_day": day(50)})
    sign_in(page, company)
    page.goto("/objectives/O3")
    expect(page.get_by_role("heading", name="Objective 3", level=1)).to_be_visible()
    dialog = page.get_by_role("dialog")

    by_ctrl_k(page, "Move to another cycle: Objective 3")
    cycle = dialog.get_by_role("combobox", name="Cycle")
    expect(cycle).to_be_focused()
    choose(page, "next", typed="next")
    move = dialog.get_by_role("button", name="Move to another cycle")
    move.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(day(50))  # the day that stands in the way is named
    look_at(page, "objective-move")
    dialog.get_by_label("Cut these days to the new cycle").press("Space")
    move.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="next", exact=True)).to_be_visible()

    by_ctrl_k(page, "Move to another objective: Key result 2")
    expect(dialog.get_by_role("combobox", name="To which objective?")).to_be_focused()
    choose(page, "Objective 1", typed="Objective 1")
    dialog.get_by_role("button", name="Move to another objective").press("Enter")
    expect(page.get_by_role("article", name="Key result 2")).to_have_count(0)
    expect(page.get_by_role("article", name="Key result 1")).to_be_visible()
    page.goto("/objectives/O1")
    expect(page.get_by_role("article", name="Key result 2")).to_have_count(2)
