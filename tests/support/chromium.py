"""The Chromium that npm's package carries: what tests drive, what a bench measures, what pictures are taken with."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final, TypedDict

from embedded import web_app

_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--font-render-hinting=none",
)


class Launch(TypedDict):
    """How Playwright starts it."""

    executable_path: Path
    args: list[str]
    env: dict[str, str | float | bool]


def unpacked() -> Launch:
    """It, unpacked once for all runs. Raises SetUpError where its package is not installed."""
    folder = web_app.unpacked_browser(Path(tempfile.gettempdir()) / "cairn-chromium")
    libraries = os.pathsep.join([str(folder / "lib"), str(folder)])
    return Launch(executable_path=folder / "chromium", args=list(_FLAGS), env={**os.environ, "LD_LIBRARY_PATH": libraries})
