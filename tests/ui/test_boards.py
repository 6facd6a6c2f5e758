"""The boards: strategy, KPIs, the map, and how the company, a team and a person stand, each used by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.company import Company, day, found_company
from tests.support.system import System
from tests.ui.conftest import by_ctrl_k, look_at, sign_in

_TOLD_OF = 5
"""Of fewer people in a team no participation is told."""


@pytest.fixture(scope="module")
def firm(system: System) -> Company:
    """A company whose team Core has a late objective, and one that serves it; most of its people have not reported."""
    company = found_company(system.url, owner="ann", objectives=3)
    admin = company.admin
    for number in range(_TOLD_OF):
        admin.post("/v1/people", {"handle": f"p{number}", "name": f"Person {number}", "roles": ["member"]})
    admin.post("/v1/teams", {"name": "Core", "lead": "ann"})
    for handle in ("ann", *(f"p{number}" for number in range(_TOLD_OF))):
        admin.put(f"/v1/teams/Core/members/{handle}", {"holds_from": day(-50)})
    admin.patch("/v1/objectives/O1", {"team": "Core", "holds_from": day(-99)})
    admin.put("/v1/objectives/O2/parent", {"objective": "O1"})
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 20})
    admin.post("/v1/tasks", {"title": "Ask the agency", "assignee": "ann"})
    admin.catch_up()
    return company


def test_strategy_is_stated_and_its_pillars_are_put_in_order_by_keyboard_alone(page: Page, firm: Company) -> None:
    sign_in(page, firm, "admin")
    by_ctrl_k(page, "Strategy")
    expect(page.get_by_text("No mission has been stated yet.")).to_be_visible()
    page.get_by_role("button", name="Edit").press("Enter")
    page.get_by_label("Mission").focus()
    page.keyboard.type("Everybody finds good work near home.")
    page.keyboard.press("Tab")
    page.keyboard.type("The first place to look.")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("definition").first).to_have_text("Everybody finds good work near home.")

    for title, about in (("Quality", "Whoever comes stays."), ("Reach", "Everybody knows us.")):
        page.get_by_role("button", name="Add a pillar").press("Enter")
        expect(page.get_by_label("Title")).to_be_focused()
        page.keyboard.type(title)
        page.keyboard.press("Tab")
        page.keyboard.type(about)
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.get_by_role("region", name=title, exact=True)).to_contain_text(about)
    page.get_by_role("button", name="Change Reach").press("Enter")
    up = page.get_by_role("menuitem", name="Move up")
    expect(up).to_be_visible()
    up.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text(["What we are there for", "Reach", "Quality"])
    page.keyboard.press("Escape")
    firm.admin.patch("/v1/objectives/O1", {"pillar": "Reach"})
    reach = page.get_by_role("region", name="Reach", exact=True)
    expect(reach.get_by_role("link", name="Objective 1")).to_be_visible()  # what others change is there by itself
    look_at(page, "strategy")


def test_a_kpi_that_leaves_its_range_starts_an_objective_by_keyboard_alone(page: Page, firm: Company) -> None:
    sign_in(page, firm, "admin")
    page.goto("/kpis")
    expect(page.get_by_text("There are no KPIs yet")).to_be_visible()
    page.get_by_role("button", name="Define a KPI").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Waiting on the phone")
    dialog.get_by_label("Reference").focus()
    page.keyboard.type("waiting")
    page.keyboard.press("Tab")
    page.keyboard.type("s")
    dialog.get_by_label("Healthy up to").focus()
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    panel = page.get_by_role("complementary", name="Waiting on the phone")
    expect(panel).to_contain_text("Not measured")
    panel.get_by_role("form", name="Record a value").get_by_role("textbox", name="Value").focus()
    page.keyboard.type("95")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Out of range")
    look_at(page, "kpis")

    start = panel.get_by_role("form", name="Start an objective from it")
    expect(start.get_by_label("Title of the objective")).to_have_value("Waiting on the phone is healthy again")
    start.get_by_label("Reference").focus()
    page.keyboard.type("W1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/objectives"))
    expect(page.get_by_role("complementary", name="Waiting on the phone is healthy again")).to_be_visible()
    (key_result,) = firm.admin.get("/v1/objectives/W1")["key_results"]
    assert (key_result["start"], key_result["target"]) == (95, 60)


def test_one_walks_the_map_and_opens_what_serves_an_objective_by_keyboard_alone(page: Page, firm: Company) -> None:
    sign_in(page, firm)
    by_ctrl_k(page, "Alignment map")
    walked = page.get_by_role("application", name="Alignment map")
    walked.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status").filter(has_text=re.compile("Objective 1, .*1 below it"))).to_be_attached()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.get_by_label("Find on the map").focus()
    page.keyboard.type("objective 2")
    expect(page.get_by_text("1 found")).to_be_visible()
    page.keyboard.press("Enter")
    walked.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Objective 2")).to_be_visible()
    look_at(page, "map")
    page.get_by_role("radio", name="Map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("treegrid").get_by_role("row", name="Objective 2")).to_be_visible()


def test_one_goes_from_the_company_to_a_team_and_a_person_by_keyboard_alone(page: Page, firm: Company) -> None:
    sign_in(page, firm)
    by_ctrl_k(page, "Company")
    risk = page.get_by_role("region", name="At risk")
    expect(risk.get_by_role("link", name="Objective 1")).to_be_visible()
    expect(page.get_by_role("region", name="now in short")).to_contain_text("50% expected by the calendar")
    look_at(page, "company")

    by_ctrl_k(page, "Participation")
    helped = page.get_by_role("region", name="Where a hand would help")
    expect(helped).to_contain_text("0 of 2")
    look_at(page, "participation")
    helped.get_by_role("link", name="Core").press("Enter")
    expect(page.get_by_role("heading", name="Core", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Objectives")).to_contain_text("Objective 1")
    expect(page.get_by_role("region", name="In the team").get_by_role("link")).to_have_count(1 + _TOLD_OF)
    look_at(page, "team")
    page.get_by_role("region", name="In the team").get_by_role("link", name="Ann").press("Enter")
    expect(page.get_by_role("heading", name="Ann", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Open tasks")).to_contain_text("Ask the agency")
    expect(page.get_by_role("region", name="Key results to report on")).to_contain_text("Key result 2")
    look_at(page, "person")

    by_ctrl_k(page, "Inbox")
    given = page.get_by_role("listitem").filter(has_text="Ask the agency")
    expect(given).to_contain_text("Unread")
    page.get_by_role("button", name="Mark all as read").press("Enter")
    expect(given).not_to_contain_text("Unread")
    look_at(page, "inbox")
