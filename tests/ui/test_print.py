"""What is printed of a page is all of what it says, without what one works it by, and dark on white."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.company import Company, found_company
from tests.support.system import System
from tests.ui.conftest import PICTURES, sign_in

_MORE_THAN_ARE_IN_SIGHT = 70
_LIGHT, _DARK = "227,230,234", "52,55,61"
"""The lines of charts in both colour schemes: `--line` of ui.css."""
_PAINTED = """([there, away]) => [...document.querySelectorAll('figure.chart canvas, .progress-chart canvas')].map(canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const told = new Set()
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) told.add(data.slice(at, at + 3).join())
    return told.has(there) && !told.has(away)
}).reduce((all, each) => (all ?? true) && each, null) === true"""
"""Whether there are charts, and each has something of one colour and nothing of another."""
_GROUNDS = """() => [...new Set([...document.querySelectorAll('figure.chart, .progress-chart')]
    .map(it => getComputedStyle(it).backgroundColor))]"""


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
        page.emulate_media(media="screen", color_scheme="dark")
        page.goto(path)
        expect(page.get_by_role("region", name=words)).to_be_visible()
        page.wait_for_function(_PAINTED, arg=[_DARK, _LIGHT])
        page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(_PAINTED, [_LIGHT, _DARK]), "the browser takes what is there when the event returns"
        page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
        page.wait_for_function(_PAINTED, arg=[_DARK, _LIGHT])
        page.emulate_media(media="print")
        page.wait_for_function(_PAINTED, arg=[_LIGHT, _DARK])
        assert page.evaluate(_GROUNDS) == ["rgba(0, 0, 0, 0)"], "charts stand on the white of the paper"
        expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
        assert page.evaluate("() => document.querySelector('.page').scrollHeight <= document.body.scrollHeight + 1"), "nothing is cut"
        _printed(page, path.split("/")[1] + "-page")


def _printed(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.pdf(path=PICTURES / f"print-{name}.pdf")
    page.screenshot(path=PICTURES / f"print-{name}.png")
