"""A rebuild as a process beside the one that answers queries."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from functools import partial
from pathlib import Path
from threading import Semaphore
from typing import IO, Any

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


class Output:
    """The output of a process, which tells that a thread begins to read it, or to close it, before that may block."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self.read_begun, self.close_begun = Semaphore(0), Semaphore(0)

    def readline(self) -> bytes:
        self.read_begun.release()
        return self._pipe.readline()

    def close(self) -> None:
        self.close_begun.release()
        self._pipe.close()


@pytest.fixture
def outputs() -> list[Output]:
    """Of the processes that were started."""
    return []


@pytest.fixture
def rebuild_of_two_processes(monkeypatch: pytest.MonkeyPatch, second_may_end: Path, outputs: list[Output]) -> RebuildProcess:
    popen = partial(subprocess.Popen, [sys.executable, "-c", _FIRST, _SECOND, str(second_may_end)])

    def started(_command: object, **options: Any) -> Any:
        process: Any = popen(**options)
        outputs.append(Output(process.stdout))
        process.stdout = outputs[-1]
        return process

    monkeypatch.setattr("chassis.rebuild.process.subprocess.Popen", started)
    monkeypatch.setattr("chassis.rebuild.process.refuse_if_running", lambda _database: None)
    return RebuildProcess("any.rebuild", Settings())


@pytest.mark.timeout(60)  # who were stopped would never let the second process end
async def test_whoever_stops_listening_to_a_rebuild_stops_nobody_else(
    rebuild_of_two_processes: RebuildProcess, second_may_end: Path, outputs: list[Output]
) -> None:
    steps = rebuild_of_two_processes.run()
    assert await anext(steps) == Step("events", 1, 9)
    (output,) = outputs
    assert output.read_begun.acquire(blocking=False)
    listening = asyncio.ensure_future(anext(steps))
    await asyncio.to_thread(output.read_begun.acquire)
    listening.cancel()
    await asyncio.to_thread(output.close_begun.acquire)
    await asyncio.to_thread(second_may_end.touch)
    await asyncio.wait([listening])
    assert listening.cancelled()
