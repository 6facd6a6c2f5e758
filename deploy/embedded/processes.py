"""Processes and who they are: started with a log, known again by pid and birth, ended by pid, never by name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from embedded.errors import SetUpError
from embedded.ports import wait_until

_SAME_BIRTH_SECONDS = 1.0  # two readings of one process's birth differ by rounding; a reused pid is younger by far more


@dataclass(frozen=True)
class ProcessIdentity:
    """A process that a later one of the same pid is not taken for: pid, and when it was born (seconds since 1970)."""

    pid: int
    born: float

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity:
        """The identity of a running process. Raises psutil.NoSuchProcess."""
        return cls(pid, psutil.Process(pid).create_time())

    @classmethod
    def read(cls, path: Path) -> ProcessIdentity | None:
        """What `write` left at `path`; None when there is nothing, nothing readable, or a copy of what another folder's process left.

        A folder that was copied from a running installation must not end that one.
        """
        try:
            pid, born, *folder = path.read_text().split(maxsplit=2)
            of_here = not folder or Path(folder[0].rstrip("\n")) == path.parent.resolve()  # earlier releases wrote no folder
            return cls(int(pid), float(born)) if of_here else None
        except (OSError, ValueError):
            return None

    def write(self, path: Path) -> None:
        """Leaves the identity at `path`, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f"{path.name}.{self.pid}")
        scratch.write_text(f"{self.pid} {self.born} {path.parent.resolve()}\n")
        scratch.replace(path)

    def process(self) -> psutil.Process | None:
        """The process itself while it runs; None once it ended or its pid went to another."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.born) < _SAME_BIRTH_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None

    def end(self, first: signal.Signals = signal.SIGTERM, seconds: float = 20) -> None:
        """Asks the process to end, waits, and kills it with its children when it did not. Nothing to do when it is gone."""
        process = self.process()
        if process is None:
            return
        family = [process, *process.children(recursive=True)]
        process.send_signal(first)
        if not wait_until(lambda: self.process() is None, seconds):
            for member in family:
                if member.is_running():
                    member.kill()
            wait_until(lambda: self.process() is None, 5)


def processes_in(directory: Path, name: str) -> list[psutil.Process]:
    """The processes called `name` whose working directory is `directory`: how a server of that directory is recognised."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == name and Path(process.cwd()) == directory and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # ended meanwhile, or another user's
    return found


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log on one line, for a message."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return "(no log)"
    return " | ".join(lines[-count:]) or "(empty log)"


class Child:
    """A server started by this process, that ends with it whatever happens, and writes to its own log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        reach: Sequence[Path] = (),
    ):
        self.name = name
        self.log = log
        as_user = ["--user", user, *(f"--reach={path}" for path in reach)] if user else []
        launcher = [sys.executable, "-m", "embedded.launch", f"--die-with={os.getpid()}", *as_user, "--", *command]
        python_path = os.pathsep.join([str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")])
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                launcher,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C on the terminal is for the starter, who ends its children in order
                env={**os.environ, **(environment or {}), "PYTHONPATH": python_path},
            )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait_ready(self, ready: str, seconds: float) -> None:
        """Waits until the log holds the text `ready`. Raises SetUpError when the process ended before, or time ran out."""
        if not wait_until(lambda: not self.running() or self._logged(ready), seconds) or not self.running():
            ended = "ended" if not self.running() else f"was not ready after {seconds:.0f} s"
            self.stop()
            raise SetUpError(f"{self.name} {ended}: {last_lines(self.log)}")

    def _logged(self, text: str) -> bool:
        return text in self.log.read_text(errors="replace")

    def stop(self, first: signal.Signals = signal.SIGTERM, seconds: float = 20) -> None:
        """Ends it in order; kills it when it does not end within `seconds`."""
        if self.running():
            self._process.send_signal(first)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill -9, as a crash of the machine would: with whatever it has begun, which would do what it is asked for a moment longer."""
        begun: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):  # it has ended already
            begun = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for process in begun:
            with suppress(psutil.NoSuchProcess):  # or noticed by itself
                process.kill()
        self._process.wait()
        psutil.wait_procs(begun, timeout=10)
