"""The command line, each command in a process of its own, forked from one that has loaded it: to load it takes as long as most commands."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]


def run_command(words: Sequence[str], environment: Mapping[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    """What `cairn WORDS` told, and its exit code. Nothing is typed. Raises subprocess.TimeoutExpired, with the process ended."""
    with tempfile.TemporaryDirectory(prefix="cairn-command-") as folder:
        told, complained = Path(folder, "stdout"), Path(folder, "stderr")
        process = _loaded().Process(target=_run, args=(list(words), dict(environment), told, complained))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(words), seconds, told.read_bytes(), complained.read_bytes())
        return subprocess.CompletedProcess(list(words), process.exitcode, told.read_text(), complained.read_text())


@cache
def _loaded() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cli.main"])
    return context


def _run(words: list[str], environment: dict[str, str], told: Path, complained: Path) -> None:
    for number, file in enumerate((Path(os.devnull), told, complained)):
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(_ROOT)
    from cli.main import main  # noqa: PLC0415 - its subcommands load what they need with the environment that they are given

    main(words)
