"""A rebuild as a process beside the one that answers queries."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from functools import partial

import pytest

from chassis.runtime import Settings
from progress.rebuild import Step
from progress.rebuild.process import RebuildProcess

_WITH_A_SECOND_PROCESS = """
import json, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(2)"])  # outlives the first, with its output open
print(json.dumps({"phase": "events", "events": 1, "total": 9}), flush=True)
time.sleep(60)
"""


@pytest.fixture
def rebuild_of_two_processes(monkeypatch: pytest.MonkeyPatch) -> RebuildProcess:
    popen = partial(subprocess.Popen, [sys.executable, "-c", _WITH_A_SECOND_PROCESS])
    monkeypatch.setattr("progress.rebuild.process.subprocess.Popen", lambda _command, **options: popen(**options))
    return RebuildProcess(Settings())


async def test_whoever_stops_listening_to_a_rebuild_stops_nobody_else(rebuild_of_two_processes: RebuildProcess) -> None:
    steps = rebuild_of_two_processes.run()
    assert await anext(steps) == Step("events", 1, 9)
    listening = asyncio.ensure_future(anext(steps))
    await asyncio.sleep(0.1)  # a thread reads now
    listening.cancel()
    longest, before = 0.0, time.monotonic()
    while not listening.done():
        await asyncio.sleep(0.01)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    assert longest < 1.0
