"""The web app in headless Chromium, as somebody sits before it: on a company of 10,000 objectives, and on one of 2,000 for its past.

Browser, gateway and everything behind it share the machine, so each time is what all of them take together. The browser draws by software:
what a frame costs it without us stands beside how many it draws. Times are taken in the page, from the event that a person caused to the
frame that shows what came of it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import psutil
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from embedded import web_app
from tests.bench.figures import Figure
from tests.bench.imports import founded, imported, table
from tests.support.chromium import unpacked
from tests.support.system import System


class Size(NamedTuple):
    """Of what is measured."""

    objectives: int
    past: int
    """Objectives of the company that is looked at as of a year ago."""
    browsers: int
    """That are connected and idle."""
    times: int
    """That each thing is done: the median counts."""
    seconds: float
    """That is scrolled, and that is listened to the idle."""


WHOLE: Final = Size(objectives=10_000, past=2_000, browsers=500, times=7, seconds=10)
BRIEF: Final = Size(objectives=300, past=200, browsers=50, times=3, seconds=2)
"""To see that it works."""

_KEY_RESULTS: Final = 3  # of an objective
_FIRST_LEVEL, _BELOW, _TEAMS = 20, 20, 20
_MONTHS: Final = 12
_PROBES: Final = Path(__file__).with_name("web_probes.js").read_text()
_FIRST_ROW: Final = ".tree-body [role=row]"
_SCROLLED_PER_SECOND: Final = 2_400  # px: sixty rows
_EMPTY_LIST: Final = "<body style='margin:0;height:100vh;overflow:auto' class='tree-body'><div style='height:400000px'></div></body>"
_VIEWPORT: Final = {"width": 1440, "height": 860}


class Company(NamedTuple):
    """One that was imported."""

    name: str
    admin: str
    """A bearer token."""


async def measure_web(system: System, size: Size = WHOLE) -> list[Figure]:
    """Every figure of this file. The system runs without limits, its gateway serves the app as it is now, and nobody else uses it."""
    company = await _imported(system, size.objectives, size.browsers, months=1)
    idle = await _idle_browsers(system, company, size)
    past = await _imported(system, size.past, people=_TEAMS, months=_MONTHS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**unpacked())
        try:
            return [
                *await _first_views(browser, system, company, size),
                await _scrolled(browser, system, company, size),
                await _opened(browser, system, company, size),
                *await _checked_in(browser, system, company, size),
                await _gone_back(browser, system, past, size),
                *idle,
            ]
        finally:
            await browser.close()


# -- what is looked at


async def _imported(system: System, objectives: int, people: int, months: int) -> Company:
    """A company in a cycle of a year that has a month to go, with a check-in on each objective's first key result in each of the months."""
    name, admin = await founded(system, "web")
    report = await imported(system, admin, json.dumps({"tables": dict(_tables(objectives, people, months))}).encode())
    if report["refused"] or report["objectives"]["new"] != objectives:
        raise RuntimeError(f"the import came to something else: {str(report)[:2000]}")
    async with httpx.AsyncClient(base_url=system.url, timeout=120, headers={"Authorization": f"Bearer {admin}"}) as client:
        (await client.post("/v1/catch-up")).raise_for_status()
    return Company(name, admin)


def _day(before: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=before)).isoformat()


def _tables(objectives: int, people: int, months: int) -> Iterator[tuple[str, str]]:
    numbers, columns = range(objectives), "objective,cycle,title,starts_on,ends_on,owner,team,level,parent"
    above = ["" if o < _FIRST_LEVEL else f"J{o // _BELOW}" for o in numbers]
    first, last = _day(365), _day(-30)
    yield (
        "objectives.csv",
        table(columns, (f"J{o},now,Objective {o},{first},{last},person{o % people},Team {o % _TEAMS},team,{above[o]}" for o in numbers)),
    )
    pairs = [(o, k) for o in numbers for k in range(_KEY_RESULTS)]
    measured = (f"K{o}.{k},Key result {k} of {o},number,0,100,points" for o, k in pairs)
    yield "key_results.csv", table("key_result,title,kind,start,target,unit", measured)
    yield "contributions.csv", table("objective,key_result", (f"J{o},K{o}.{k}" for o, k in pairs))
    said = (f"K{o}.0,{_day(30 * m + 3)},person{o % people},{40 - 3 * m}," for o in numbers for m in range(months))
    yield "checkins.csv", table("key_result,date,by,value,note", said)


@asynccontextmanager
async def _signed_in(browser: Browser, system: System, company: Company, person: str = "admin") -> AsyncIterator[BrowserContext]:
    """A browser that has nothing but somebody's session."""
    context = await browser.new_context(base_url=system.url, viewport=_VIEWPORT, locale="en-GB")  # type: ignore[arg-type]  # a literal of Playwright's
    await context.add_init_script(_PROBES)
    answer = await context.request.post(
        "/v1/session", data={"tenant": company.name, "person": person}, headers={"Cairn-Csrf": "1", "Origin": system.url}
    )
    if not answer.ok:
        raise RuntimeError(f"{person} cannot sign in: {answer.status} {(await answer.text())[:300]}")
    try:
        yield context
    finally:
        await context.close()


async def _page(context: BrowserContext, address: str = "/objectives") -> Page:
    """The page, once its first row is painted and nothing of it is under way."""
    page = await context.new_page()
    await page.goto(address, wait_until="commit")
    await page.evaluate(f"shown('{_FIRST_ROW}')")
    await page.wait_for_load_state("load")
    return page


# -- figures


async def _first_views(browser: Browser, system: System, company: Company, size: Size) -> list[Figure]:
    cold: list[float] = []
    warm: list[float] = []
    empty: list[float] = []
    scripts = 0.0
    for number in range(size.times + 1):
        async with _signed_in(browser, system, company) as context:
            empty.append(await _usable(context, "/health/live", "pre"))
            cold.append(await _usable(context, "/objectives", _FIRST_ROW))
            warm.append(await _usable(context, "/objectives", _FIRST_ROW))
        if number == 0:  # the servers have seen nothing of the company yet
            for each in (cold, warm, empty):
                each.clear()
    async with _signed_in(browser, system, company) as context:
        scripts = await _scripts(context)
    of = f"the tree of {size.objectives:,} objectives shows its first rows; peer: a short answer of the gateway, shown as text"
    return [
        _beside("first view usable, cold cache", cold, empty, 1_500, of),
        _beside("first view usable, warm cache", warm, empty, 600, of),
        Figure("JavaScript until the first view, as it comes over the wire", scripts, "kB", ceiling=300),
    ]


def _beside(name: str, times: Sequence[float], peer: Sequence[float], ceiling: float, note: str) -> Figure:
    return Figure(name, statistics.median(times), "ms", statistics.median(peer), ceiling=ceiling, note=f"{note}; {_each(times)}")


def _each(times: Sequence[float]) -> str:
    return "each " + ", ".join(f"{it:.0f}" for it in times)


async def _usable(context: BrowserContext, address: str, wanted: str) -> float:
    page = await context.new_page()
    await page.goto(address, wait_until="commit")
    lasted = float(await page.evaluate(f"shown('{wanted}')"))
    await page.wait_for_load_state("load")
    await page.close()
    return lasted


async def _scripts(context: BrowserContext) -> float:
    """Kilobytes, with their headers."""
    page = await _page(context)
    sizes = await page.evaluate("performance.getEntriesByType('resource').filter(it => it.name.endsWith('.js')).map(it => it.transferSize)")
    return float(sum(sizes)) / 1_000


async def _scrolled(browser: Browser, system: System, company: Company, size: Size) -> Figure:
    async with _signed_in(browser, system, company) as context:
        page = await _page(context)
        await page.get_by_role("button", name="Open everything").click()
        counted = "least => Number(document.querySelector('[role=treegrid]').ariaRowCount) > least"
        await page.wait_for_function(counted, arg=size.objectives)  # all of them are there
        rate, longest = await _frames(page, size.seconds)
        blank = await context.new_page()
        await blank.goto("about:blank")
        await blank.set_content(_EMPTY_LIST)
        peer, _ = await _frames(blank, size.seconds)
    note = f"longest frame {longest:.0f} ms; peer: an empty list in the same browser"
    return Figure(f"tree of {size.objectives:,} rows, scrolled", rate, "frames/s", peer, rate / peer, floor=55 / 60, note=note)


async def _frames(page: Page, seconds: float) -> tuple[float, float]:
    """Frames a second while a list is scrolled as by a finger, and milliseconds of the longest."""
    devtools = await page.context.new_cdp_session(page)
    box = await page.locator(".tree-body").bounding_box()
    assert box is not None
    counting = asyncio.create_task(page.evaluate("frames()"))
    await devtools.send(
        "Input.synthesizeScrollGesture",
        {
            "x": box["x"] + box["width"] / 2,
            "y": box["y"] + min(box["height"], _VIEWPORT["height"]) / 2,
            "yDistance": -int(_SCROLLED_PER_SECOND * seconds),
            "speed": _SCROLLED_PER_SECOND,
            "gestureSourceType": "mouse",
        },
    )
    await page.evaluate("window.ended = true")
    told = await counting
    return float(told["perSecond"]), float(told["longest"])


async def _opened(browser: Browser, system: System, company: Company, size: Size) -> Figure:
    async with _signed_in(browser, system, company) as context:
        page = await _page(context)
        took = []
        for number in range(size.times + 1):
            row = page.locator(_FIRST_ROW).nth(number)
            title = await row.locator(".tree-title .ellipsis").inner_text()
            told = await _answer(page, f"following('click', \"aside[aria-label='{title}'] article\")", row.click())
            took.append(float(told["milliseconds"]))
            await page.get_by_role("button", name="Close the panel").click()
    first, *others = took
    return Figure(
        "an objective opened beside the tree", statistics.median(others), "ms", ceiling=150, note=f"first {first:.0f}; {_each(others)}"
    )


async def _answer(page: Page, question: str, act: Any) -> dict[str, Any]:
    """What a page says of what is done to it."""
    await page.evaluate(f"void (window.answer = {question})")
    await act
    return dict(await page.evaluate("window.answer"))


async def _checked_in(browser: Browser, system: System, company: Company, size: Size) -> list[Figure]:
    frames, own, others = [], [], []
    address = "/objectives?key_results=true"
    async with _signed_in(browser, system, company) as author, _signed_in(browser, system, company, "person1") as reader:
        page, other = await _page(author, address), await _page(reader, address)
        await asyncio.sleep(1)  # both listen
        title = "Key result 1 of 0"
        for number in range(size.times):
            percent = 11 + number
            seen = f"row('{title}', 'progress', '{percent}%')"
            watching = asyncio.create_task(other.evaluate(f"shownAt({seen})"))
            await page.locator(".tree-body [role=row]").filter(has_text=title).first.focus()
            await page.keyboard.press("F2")
            await page.keyboard.type(str(percent))
            told = await _answer(page, f"following('keydown', {seen})", page.keyboard.press("Enter"))
            frames.append(float(told["frames"]))
            own.append(float(told["milliseconds"]))
            others.append(float(await watching) - float(told["began"]))
            await asyncio.sleep(2)
    return [
        Figure("a check-in shown to its author", statistics.median(frames), "frames", ceiling=1, note=f"painted after {_each(own)} ms"),
        Figure("a check-in shown in another browser", statistics.median(others), "ms", ceiling=1_000, note=_each(others)),
    ]


async def _gone_back(browser: Browser, system: System, company: Company, size: Size) -> Figure:
    async with _signed_in(browser, system, company) as context:
        page = await _page(context)
        took = []
        for number in range(size.times + 1):
            await page.get_by_role("button", name="Time travel").click()
            await page.get_by_label("True on").fill(_day(330 - number))
            look = page.get_by_role("button", name="Look", exact=True)
            told = await _answer(page, "following('submit', '.difference-bar button')", look.click())
            took.append(float(told["milliseconds"]))
            await page.get_by_role("button", name="Back to today").click()
            await page.locator(".time-banner").wait_for(state="detached")
    first, *others = took
    return Figure(
        f"to a day of last year, tree of {size.past:,}, with what differs",
        statistics.median(others),
        "ms",
        ceiling=400,
        note=f"first {first:.0f}; {_each(others)}",
    )


async def _idle_browsers(system: System, company: Company, size: Size) -> list[Figure]:
    """What the gateway holds and does more for browsers that listen to `/v1/changes` while nothing happens, each of another person."""
    people = [f"person{n}" for n in range(size.browsers)]
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        tokens = [await _token(client, company, person) for person in people]
        await asyncio.to_thread(system.restart, "gateway")  # what it let go of before would be counted as if it were free
        for token in tokens:
            (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).raise_for_status()
    gateway = psutil.Process(system.pid("gateway"))
    memory = gateway.memory_info().rss
    at_rest = await _share_of_core(gateway, size.seconds)
    streams = [await _listening(system, token) for token in tokens]
    await asyncio.sleep(2)
    busy = await _share_of_core(gateway, size.seconds)
    grown = (gateway.memory_info().rss - memory) / 1e6
    for _, writer in streams:
        writer.close()
    of = f"{size.browsers} idle on /v1/changes"
    return [
        Figure(f"{of}: memory of the gateway", grown, "MB", ceiling=150, note=f"more than the {memory / 1e6:.0f} that it had"),
        Figure(f"{of}: processor of the gateway", busy, "% of a core", at_rest, ceiling=10, note="peer: without them"),
    ]


async def _token(client: httpx.AsyncClient, company: Company, person: str) -> str:
    answer = await client.post("/v1/sign-in", json={"tenant": company.name, "person": person})
    return str(answer.raise_for_status().json()["access_token"])


async def _share_of_core(process: psutil.Process, seconds: float) -> float:
    def used() -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    before, began = used(), time.monotonic()
    await asyncio.sleep(seconds)
    return 100 * (used() - before) / (time.monotonic() - began)


async def _listening(system: System, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that has been told that it is there."""
    host, _, port = system.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET /v1/changes HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
    writer.write(head.encode())
    first = await reader.readuntil(b"data: {}")
    if not first.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(first.decode()[:500])
    return reader, writer


def prepare() -> None:
    """What has to be there before a system starts: the app as its sources say, and a browser. Raises SetUpError."""
    web_app.ensure_installed(print, checks=True)
    web_app.ensure_built(print)
