"""What keeps a company in order is done by keyboard alone, by those who may: its cycles."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.support.company import Company, Person, day, found_company, new_tenant
from tests.support.system import System
from tests.ui.conftest import look_at, sign_in


def test_the_first_cycle_is_defined_from_where_one_misses_it_then_shortened_and_taken_on(
    page: Page, system: System, refused: None
) -> None:
    admin = new_tenant(system.url)
    sign_in(page, Company(admin.tenant, admin, "", (), ()), "admin")
    page.get_by_role("link", name="Define the first cycle").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Define a cycle")
    name = dialog.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    expect(name).to_have_value(re.compile(r"^\d{4}-Q[1-4]$"))
    dialog.get_by_role("radio", name="Quarter").focus()
    page.keyboard.press("ArrowRight")
    expect(name).to_have_value(re.compile(r"^\d{4}-H[12]$"))
    page.keyboard.press("ArrowRight")
    expect(name).to_have_value(day()[:4])
    look_at(page, "cycle-defined")
    name.focus()
    page.keyboard.press("Enter")
    year = page.get_by_role("complementary", name=day()[:4])
    expect(year).to_contain_text("In planning")
    year.get_by_role("button", name="Start it").focus()
    page.keyboard.press("Enter")
    expect(year.get_by_role("button", name="Begin its review")).to_be_visible()

    page.get_by_role("button", name="Define a cycle").focus()
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    expect(dialog.get_by_text(f"Shares days with {day()[:4]}.")).to_be_visible()
    expect(dialog.get_by_role("combobox", name="Within")).to_have_value(day()[:4])
    page.keyboard.press("Control+a")
    page.keyboard.type(f"{day()[:4]} ")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert").or_(dialog.locator("[aria-invalid=true]")).first).to_be_visible()
    expect(name).to_have_value(f"{day()[:4]} ")
    name.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Sprint")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Sprint")).to_contain_text(day()[:4])
    expect(page.get_by_role("row", name="Sprint")).to_contain_text(f"in {day()[:4]}")


def test_a_cycle_is_shortened_once_it_is_said_what_becomes_of_the_objectives_outside(page: Page, system: System, refused: None) -> None:
    company = found_company(system.url, objectives=2, key_results=1)
    sign_in(page, company, "admin")
    page.goto("/admin/cycles")
    row = page.get_by_role("row", name="now")
    expect(row).to_contain_text("Active")
    expect(row.get_by_role("link", name="2 objectives: show them")).to_be_visible()
    row.get_by_role("button", name="now").focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="now")
    panel.get_by_role("button", name="Change name or days").focus()
    page.keyboard.press("Enter")
    form = panel.get_by_role("form", name="Change name or days")
    expect(form.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type(" and then")
    form.get_by_label("Last day").fill(day(10))
    expect(form.get_by_text("It becomes shorter")).to_be_visible()
    page.keyboard.press("Enter")
    asked = form.get_by_role("alert")
    expect(asked).to_contain_text("'Objective 1', 'Objective 2'")
    look_at(page, "cycles")
    asked.get_by_role("button", name="Cut their days to the cycle’s").focus()
    page.keyboard.press("Enter")
    renamed = page.get_by_role("complementary", name="now and then")
    expect(renamed.get_by_role("button", name="Change name or days")).to_be_visible()
    assert company.admin.get("/v1/objectives/O1")["due_day"] == day(10)
    renamed.get_by_role("button", name="Begin its review").focus()
    page.keyboard.press("Enter")
    renamed.get_by_role("button", name="Close it").focus()
    page.keyboard.press("Enter")
    renamed.get_by_role("button", name="Close it now").focus()
    page.keyboard.press("Enter")
    expect(renamed.get_by_role("link", name="Report of now and then")).to_be_visible()
    renamed.get_by_role("button", name="Reopen it").focus()
    page.keyboard.press("Enter")
    expect(renamed.get_by_label("Why")).to_be_focused()
    page.keyboard.type("Two grades were missing.")
    renamed.get_by_role("form", name="Reopen it").get_by_role("button", name="Reopen it").focus()
    page.keyboard.press("Enter")
    expect(renamed.get_by_role("button", name="Close it")).to_be_visible()
    company.admin.post("/v1/people", {"handle": "ann", "name": "Ann", "roles": ["member"]})
    Person(system.url, tenant=company.name, person="ann")
    sign_in_as_another(page, company, "ann")
    expect(page.get_by_role("link", name="Cycles")).to_have_count(0)
    page.goto("/admin/cycles")
    expect(page.get_by_text("Admins and champions use it.")).to_be_visible()


def sign_in_as_another(page: Page, company: Company, person: str) -> None:
    """Signs somebody else in, in the same browser."""
    page.context.clear_cookies()
    sign_in(page, company, person)
