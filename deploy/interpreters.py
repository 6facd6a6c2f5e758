"""Which of a machine's Pythons the virtual environment is made from.

Two builds of one version can differ by half in speed: one that a tool compiled from source without profile-guided optimisation, as
pyenv does unless it is told otherwise, and the one that the distribution ships. Runs before anything is installed, as bootstrap does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import NamedTuple

WORTH_IT = 1.15
"""Another build must be so many times as fast before it is taken: less lies within what a busy machine adds by chance."""

_SECONDS = 20
# Nothing that a build could leave out; the best of several rounds, since whatever else runs only adds.
_ASKED = """
import ensurepip, ssl, sys, time, venv
def took():
    started = time.perf_counter()
    total = 0
    for number in range(200_000):
        total += number * number
    return time.perf_counter() - started
print(sys.version_info[0], sys.version_info[1], min(took() for _ in range(9)))
"""


class Interpreter(NamedTuple):
    """A Python that can make an environment."""

    executable: str
    version: tuple[int, int]
    seconds: float  # for one and the same piece of work


def examined(executable: str) -> Interpreter | None:
    """What a Python says of itself; None where it does not run, or lacks what makes environments."""
    try:
        answer = subprocess.run(
            [executable, "-I", "-c", _ASKED], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = answer.stdout.decode("ascii", "replace").split()
    if answer.returncode != 0 or len(words) != 3:
        return None
    return Interpreter(executable, (int(words[0]), int(words[1])), float(words[2]))


def on_this_machine(version: tuple[int, int]) -> list[str]:
    """Every Python of this version in the folders of PATH and where distributions put theirs, each once."""
    folders = [*os.get_exec_path(), "/usr/bin", "/usr/local/bin"]
    found: dict[str, str] = {}
    for folder in folders:
        executable = shutil.which("python{}.{}".format(*version), path=folder)
        if executable is not None:
            found.setdefault(os.path.realpath(executable), executable)
    return list(found.values())


def quickest(own: Interpreter, others: list[Interpreter]) -> Interpreter:
    """The one to take: `own`, unless another of its version is clearly faster."""
    same = [other for other in others if other.version == own.version]
    best = min([own, *same], key=lambda each: each.seconds)
    return best if best.seconds * WORTH_IT <= own.seconds else own


def chosen() -> tuple[str, float]:
    """The Python to make the environment from, and how many times as fast as this one it is."""
    version = (sys.version_info[0], sys.version_info[1])
    own = examined(sys.executable)
    if own is None:
        return sys.executable, 1.0
    this = os.path.realpath(sys.executable)
    others = [examined(executable) for executable in on_this_machine(version) if os.path.realpath(executable) != this]
    best = quickest(own, [other for other in others if other is not None])
    return best.executable, own.seconds / best.seconds
