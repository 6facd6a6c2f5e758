"""Somebody looks at the past, by keyboard alone: every page is of then, says so, and leads back."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from embedded import web_app
from tests.support.company import Company, day
from tests.ui.conftest import by_ctrl_k, look_at, sign_in

_GATEWAY = json.loads((web_app.ROOT / "contracts" / "openapi" / "gateway.json").read_text())["paths"]
_NAVIGATION = web_app.ROOT / "services" / "web" / "src" / "shell" / "navigation.ts"
_TAKES = [
    (
        re.compile("^" + re.sub(r"{\w+}", "[^/]+", path) + "$"),
        path.count("{"),
        path,
        {it.get("name") for it in operations["get"].get("parameters", [])},
    )
    for path, operations in _GATEWAY.items()
    if "get" in operations
]
_LOOKED_BACK_FROM = {
    "/v1/cycle-comparison",
    "/v1/pillars/{pillar}/progress",
    "/v1/teams/{team}/progress",
    "/v1/tree",
}  # what a page asks of days before the one that it looks at, too: the course until then, the week before
_PAGES = sorted(set(re.findall(r"\{ to: '(/[^']*)'", _NAVIGATION.read_text())))


def test_one_goes_back_a_week_by_keyboard_alone_and_sees_what_changed_since(page: Page, company: Company) -> None:
    company.admin.post("/v1/key-results/O2/1/check-ins", {"value": 20, "as_of": day(-20)})
    company.admin.post("/v1/key-results/O2/1/check-ins", {"value": 90, "as_of": day(-1)})
    company.admin.catch_up()
    sign_in(page, company)
    expect(page.get_by_role("row", name="Objective 2")).to_contain_text("45%")
    page.get_by_role("button", name="Time travel").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Time travel")).to_be_visible()
    look_at(page, "time-travel-control")
    week_ago = page.get_by_role("button", name="A week ago")
    week_ago.focus()
    page.keyboard.press("Enter")
    banner = page.get_by_role("region", name="Time travel")
    expect(banner).to_contain_text("as it is known today")
    row = page.get_by_role("row", name="Objective 2")
    expect(row).to_contain_text("10%")
    expect(row).to_contain_text("45%")
    look_at(page, "time-travel")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page).to_have_url(re.compile(f"as_of={date.fromisoformat(day(-8))}"))
    row.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Objective 2")
    expect(panel.get_by_role("article", name="Key result 1")).to_contain_text("20%")
    expect(panel.get_by_role("button", name="Check in: Key result 1")).to_have_count(0)
    by_ctrl_k(page, "Back to today")
    expect(banner).to_have_count(0)
    expect(row).to_contain_text("45%")


def test_who_compares_today_with_a_month_s_beginning_sees_whose_goalposts_were_moved(page: Page, company: Company) -> None:
    company.admin.patch("/v1/key-results/O3/1", {"target": 60})
    company.admin.catch_up()
    sign_in(page, company)
    month = date.fromisoformat(day(0)).replace(day=1) - timedelta(days=1)
    by_ctrl_k(page, f"Compare today with the start of {month:%B %Y}")
    expect(page).to_have_url(re.compile(f"as_of={month.replace(day=1)}"))
    moved = page.get_by_role("group", name="Since then:").get_by_role("button", name="Goalposts moved 1")
    moved.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Objective 3")).to_contain_text("aims at something else now")
    expect(page.get_by_role("row", name="Objective 1")).to_have_count(0)
    look_at(page, "time-travel-goalposts")


def test_the_tree_is_sorted_and_its_columns_are_chosen_by_the_address(page: Page, company: Company) -> None:
    sign_in(page, company)
    page.goto("/objectives?columns=ref,progress&sort=-title")
    rows = page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Objective 3")
    expect(page.get_by_role("columnheader", name="Owner")).to_have_count(0)
    heading = page.get_by_role("columnheader", name="Objective")
    expect(heading).to_have_attribute("aria-sort", "descending")
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_contain_text("Objective 1")
    rows.nth(1).focus()
    page.keyboard.type("objective 2")
    expect(page.get_by_role("row", name="Objective 2")).to_be_focused()


def test_every_question_of_every_page_in_the_past_bears_its_instant(page: Page, company: Company) -> None:
    sign_in(page, company)
    then, today = day(-7), day()
    known_at = f"{date.fromisoformat(then) + timedelta(days=1)}T00:00:00.000Z"
    page.goto("about:blank")  # what the page of today was still asking is not of the past
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "GET" and "/v1/" in request.url else None)
    for path in _PAGES:
        page.goto(f"{path}?as_of={then}&known_at={known_at}")
        expect(page.get_by_role("region", name="Time travel")).to_be_visible()
        expect(page.get_by_role("main").get_by_role("heading", level=1).first).to_be_visible()
        expect(page.get_by_role("region", name="Time travel").get_by_label("Going there")).to_have_count(0)
    assert any("/v1/tree" in url for url in asked), "the pages have asked"
    for url in asked:
        address = urlsplit(url)
        said = parse_qs(address.query)
        _, _, path, takes = min((it for it in _TAKES if it[0].match(address.path)), key=lambda it: it[1])
        days = said.get("as_of", [])
        of_then = (days == [then] or (path in _LOOKED_BACK_FROM and len(days) == 1 and days[0] < then)) and (
            "known_at" not in takes or said.get("known_at") == [known_at]
        )
        compared = days == [today] and path == "/v1/tree" and "known_at" not in said  # what is different today
        assert "as_of" not in takes or of_then or compared, url
