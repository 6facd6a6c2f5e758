"""`make pictures`: takes the pictures of docs/pictures anew, of the demo company, which it brings up first.

python -m tests.pictures [NAME …]   these alone; CAIRN_URL names a demo installation that runs already
"""

from __future__ import annotations

import argparse
import base64
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from demo import company
from demo.quarter import TIME_ZONE, Scale
from embedded.errors import SetUpError
from stack.layout import ROOT, Layout
from tests.support.chromium import unpacked

FOLDER: Final = ROOT / "docs" / "pictures"
MOST_BYTES: Final = 250_000
"""Of a picture: a README is read over slow lines, too."""

_SEED: Final = 1
_QUALITIES: Final = (88, 80, 70, 60)
_WIDTH, _SCALE = 1440, 2
_STEPS_NEARER: Final = 5
_SETTLED_MILLISECONDS: Final = 1_200
_WAITS_MILLISECONDS: Final = 60_000
_STILL_ASKING: Final = ".mantine-Loader-root, .mantine-Skeleton-root"


@dataclass(frozen=True)
class Picture:
    """What is taken: who looks at which address, and what has to be there first."""

    address: str
    shows: str
    """A selector."""
    who: str = "LEAD"
    """Of which team the lead looks."""
    scheme: Literal["light", "dark"] = "light"
    height: int = 900
    first: Callable[[Page], None] = lambda page: None
    """What is done before."""


def _pictures() -> Mapping[str, Picture]:
    months_ago = (datetime.now(UTC).date() - timedelta(days=45)).isoformat()
    row = ".tree-body [role=row]"
    return {
        "objectives": Picture("/objectives", row),
        "objectives-dark": Picture("/objectives", row, scheme="dark", first=_open_third),
        "objective": Picture("/objectives/T3-APP1", "canvas", "APP", height=1160),
        "check-ins": Picture("/check-ins", "main h2", "APP", height=680),
        "time-travel": Picture(f"/objectives?as_of={months_ago}", ".difference-bar button"),
        "map": Picture("/map", "canvas", first=_go_nearer),
        "strategy": Picture("/strategy", "main h2", height=720),
        "report": Picture("/cycles/T2", "main h2"),
    }


def _open_third(page: Page) -> None:
    page.locator(".tree-body [role=row]").nth(2).click()
    page.locator("aside article").first.wait_for()


def _go_nearer(page: Page) -> None:
    for _ in range(_STEPS_NEARER):
        page.get_by_role("button", name="Nearer").click()


def main() -> int:
    """The exit code is 0 once every picture is there."""
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *_pictures()], default=[])
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder that they go to")
    told = parser.parse_args()
    try:
        url = os.environ.get("CAIRN_URL") or _demo()
        launch = unpacked()
    except SetUpError as error:
        print(f"cairn: {error}", file=sys.stderr)
        return 1
    told.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch)
        for name, picture in _pictures().items():
            if not told.name or name in told.name:
                content = _taken(browser, url, picture)
                (told.to / f"{name}.webp").write_bytes(content)
                print(f"{name}.webp  {len(content) / 1_000:.0f} kB")
        browser.close()
    return 0


def _demo() -> str:
    """Brings the demo company up, and tells its year where that was not done yet. Answers where it is."""
    if subprocess.run([sys.executable, "-m", "demo"], check=False).returncode:
        raise SetUpError("without the demo company there is nothing to take pictures of")
    os.environ["CAIRN_HOME"] = os.environ.get("CAIRN_HOME") or str(ROOT / ".cairn-demo")
    return Layout().gateway_url


def _taken(browser: Browser, url: str, picture: Picture) -> bytes:
    """A picture as WebP, as good as it may be within MOST_BYTES."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": _WIDTH, "height": picture.height},
        device_scale_factor=_SCALE,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id=TIME_ZONE,
    )
    context.set_default_timeout(_WAITS_MILLISECONDS)
    handle = company.cast(Scale().people, company.TEAMS, _SEED)[picture.who][0].handle
    who = {"tenant": company.TENANT, "person": handle}
    signed_in = context.request.post("/v1/session", data=who, headers={"Cairn-Csrf": "1", "Origin": url})
    if not signed_in.ok:
        raise SystemExit(f"cairn: {handle} cannot sign in at {url}: {signed_in.status} {signed_in.text()[:200]}")
    page = context.new_page()
    page.goto(picture.address)
    page.locator(picture.shows).first.wait_for()
    picture.first(page)
    expect(page.locator(_STILL_ASKING)).to_have_count(0, timeout=_WAITS_MILLISECONDS)
    page.wait_for_timeout(_SETTLED_MILLISECONDS)  # charts are drawn, and what changes live is there
    devtools = context.new_cdp_session(page)
    for quality in _QUALITIES:
        shot = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        content = base64.b64decode(shot["data"])
        if len(content) <= MOST_BYTES:
            break
    else:
        raise SystemExit(f"cairn: {picture.address} takes {len(content)} bytes, where {MOST_BYTES} are allowed")
    context.close()
    return content


if __name__ == "__main__":
    raise SystemExit(main())
