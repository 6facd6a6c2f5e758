"""Somebody sets an objective with its key results, coached; starts from a template; moves a target: with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.company import Company
from tests.ui.conftest import look_at, sign_in


def type_into(page: Page, label: str, text: str) -> None:
    page.get_by_role("textbox", name=label, exact=True).focus()
    page.keyboard.type(text)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def test_an_objective_with_two_key_results_is_set_coached_activated_and_a_target_moved(page: Page, company: Company) -> None:
    sign_in(page, company)
    page.goto("/objectives/new")
    page.get_by_role("heading", name="New objective", level=1).wait_for()
    type_into(page, "Objective", "Customers stay because they want to")
    first, second = (page.get_by_role("region", name=f"Key result {number}") for number in (1, 2))
    first.get_by_role("textbox", name="What is measured").focus()
    page.keyboard.type("Write 10 posts")
    expect(first).to_contain_text("It says what you do (write)")
    look_at(page, "new-objective")
    page.keyboard.press("Control+a")
    page.keyboard.type("Customers who renew")
    first.get_by_role("textbox", name="Start").focus()
    page.keyboard.type("80")
    first.get_by_role("textbox", name="Target").focus()
    page.keyboard.type("92")
    page.keyboard.press("Tab")
    page.keyboard.type("percent")
    expect(first.get_by_role("figure")).to_contain_text("84.8 percent is 40% progress")
    second.get_by_role("textbox", name="What is measured").focus()
    page.keyboard.type("Hours until support answers")
    second.get_by_role("radio", name="Number").focus()
    page.keyboard.press("ArrowRight")
    second.get_by_role("textbox", name="At most").focus()
    page.keyboard.type("24")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="is here again")).to_be_visible()
    press(page, "Activate")
    panel = page.get_by_role("complementary", name="Customers stay because they want to")
    expect(panel).to_contain_text("Customers who renew")
    made = company.admin.get("/v1/objectives", text="Customers stay because")["items"][0]
    assert (made["state"], [each["measure"] for each in made["key_results"]]) == ("active", ["metric", "maintain"])

    page.goto(f"/objectives/{made['id']}/edit")
    first.get_by_role("textbox", name="Target").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("95")
    expect(page.get_by_role("status").filter(has_text="A moved goalpost is remembered")).to_contain_text("Customers who renew: target")
    look_at(page, "edit-objective")
    press(page, "Save")
    expect(panel).to_be_visible()
    kept = company.admin.get(f"/v1/objectives/{made['id']}")["key_results"][0]
    assert kept["target"] == 95
    (moved,) = company.admin.get(f"/v1/key-results/{kept['id']}")["goalposts"]
    assert (moved["field"], moved["present"]["number"], moved["moves"]) == ("target", 95, 1)
    said = f"Target moved from {moved['first']['number']:g} to 95 by "
    expect(panel.get_by_role("list", name="Moved goalposts").get_by_role("listitem")).to_contain_text(said)


def test_one_starts_from_a_template(page: Page, company: Company) -> None:
    sign_in(page, company)
    page.goto("/templates")
    use = page.get_by_role("link", name="Use this").first
    expect(use).to_be_visible()
    look_at(page, "templates")
    use.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("replace the figures with your own")).to_be_visible()
    expect(page.get_by_role("textbox", name="Objective", exact=True)).not_to_have_value("")
    press(page, "Save as draft")
    expect(page.get_by_role("complementary")).to_be_visible()
