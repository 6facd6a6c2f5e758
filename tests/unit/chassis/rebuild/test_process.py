"""A rebuild as a process beside the one that answers queries."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from chassis.rebuild import RebuildProcess, Step
from chassis.runtime import Settings

_SECOND = """
import pathlib, sys, time
for _ in range(6000):
    time.sleep(0.01)
    if pathlib.Path(sys.argv[1]).exists():
        break
"""
_FIRST = """
import json, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", *sys.argv[1:]])  # outlives the first, with its output open
print(json.dumps({"phase": "events", "events": 1, "total": 9}), flush=True)
time.sleep(60)
"""


@pytest.fixture
def second_may_end(tmp_path: Path) -> Path:
    """A file; once it is there, the second process ends."""
    return tmp_path / "may end"


@pytest.fixture
def rebuild_of_two_processes(monkeypatch: pytest.MonkeyPatch, second_may_end: Path) -> RebuildProcess:
    popen = partial(subprocess.Popen, [sys.executable, "-c", _FIRST, _SECOND, str(second_may_end)])
    monkeypatch.setattr("chassis.rebuild.process.subprocess.Popen", lambda _command, **options: popen(**options))
    monkeypatch.setattr("chassis.rebuild.process.refuse_if_running", lambda _database: None)
    return RebuildProcess("any.rebuild", Settings())


@pytest.mark.timeout(60)  # who were stopped would never let the second process end
async def test_whoever_stops_listening_to_a_rebuild_stops_nobody_else(
    rebuild_of_two_processes: RebuildProcess, second_may_end: Path
) -> None:
    steps = rebuild_of_two_processes.run()
    assert await anext(steps) == Step("events", 1, 9)
    listening = asyncio.ensure_future(anext(steps))
    await asyncio.sleep(0.1)  # a thread reads now
    listening.cancel()
    asyncio.get_running_loop().call_later(0.5, second_may_end.touch)
    await asyncio.wait([listening])
    assert listening.cancelled()
