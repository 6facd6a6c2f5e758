"""What is printed of a page is all of what it says, without what one works it by, and dark on white."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.company import Company, found_company
from tests.support.system import System
from tests.ui.conftest import PICTURES, sign_in

_MORE_THAN_ARE_IN_SIGHT = 70


@pytest.fixture(scope="module")
def company(system: System) -> Company:
    return found_company(system.url, owner="ann", objectives=_MORE_THAN_ARE_IN_SIGHT, key_results=1)


def test_a_tree_is_printed_whole_and_so_are_an_objective_and_the_company(page: Page, company: Company) -> None:
    sign_in(page, company)
    rows = page.get_by_role("treegrid").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    assert rows.count() < _MORE_THAN_ARE_IN_SIGHT, "those out of sight are not made"
    page.emulate_media(media="print", color_scheme="dark")
    expect(rows).to_have_count(_MORE_THAN_ARE_IN_SIGHT + 1)
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    expect(page.get_by_role("banner")).to_be_hidden()
    apart = """rows => rows.map(it => it.getBoundingClientRect())
        .every((box, place, all) => place === 0 || all[place - 1].bottom <= box.top + 1)"""
    assert rows.evaluate_all(apart), "one stands below the other"
    ground, ink = page.evaluate("() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    _printed(page, "objectives")
    for path, words in (("/objectives/O2", "What happened"), ("/company", "In short")):
        page.emulate_media(media="screen")
        page.goto(path)
        expect(page.get_by_role("region", name=words)).to_be_visible()
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
        assert page.evaluate("() => document.querySelector('.page').scrollHeight <= document.body.scrollHeight + 1"), "nothing is cut"
        _printed(page, path.split("/")[1] + "-page")


def _printed(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.pdf(path=PICTURES / f"print-{name}.pdf")
    page.screenshot(path=PICTURES / f"print-{name}.png")
