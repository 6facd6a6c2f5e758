"""A whole Cairn of a test's own: its folder, its ports, started and ended like anyone's."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.ports import can_listen
from stack.layout import PROGRAMS, Layout
from stack.supervision import ProcessManager
from tests.support.infrastructure import scratch_folder


def free_layout(home: Path) -> Layout:
    """A layout at a base port of which every port is free."""
    for _ in range(200):
        layout = Layout(home, random.randrange(20_000, 32_000, 200))
        if all(can_listen(port) for program in PROGRAMS for port in layout.ports(program)):
            return layout
    raise RuntimeError("no 200 free ports in a row")


def stack(layout: Layout, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m stack WORDS` for the layout."""
    environment = {**os.environ, "CAIRN_HOME": str(layout.home), "CAIRN_BASE_PORT": str(layout.base_port)}
    return subprocess.run([sys.executable, "-m", "stack", *words], env=environment, capture_output=True, text=True, check=False)


@contextmanager
def installation() -> Iterator[Layout]:
    """A running Cairn without the example company; ended, and its folder removed, when the context ends."""
    scratch = scratch_folder()
    layout = free_layout(scratch / "home")
    try:
        started = stack(layout, "up", "--no-example")
        if started.returncode != 0:
            raise RuntimeError(started.stderr)
        yield layout
    finally:
        manager = ProcessManager(layout)
        if manager.answers():
            manager.stop()
        manager.end_orphans()
        shutil.rmtree(scratch, ignore_errors=True)
