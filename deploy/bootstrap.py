"""Makes the virtual environment with the locked packages: `python3 deploy/bootstrap.py embedded|dev [this]`.

Of several Pythons of one version it takes the fastest; `this` is the one it runs with, whatever else there is.

Runs before anything is installed, with whatever Python 3 there is: it takes no package and no syntax newer than 3.7.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import interpreters

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "deploy" / "requirements"
IMPORT_ROOTS = (ROOT / "services", ROOT / "protos" / "generated", ROOT / "deploy")
OLDEST_PYTHON = (3, 11)
ENOUGH_MEGABYTES = 1500
SETS = ("embedded", "dev")  # the second holds the first


class InstallError(Exception):
    """What is in the way, in one line."""


def check_python(version: tuple[int, int], modules: tuple[str, ...] = ("venv", "ensurepip")) -> None:
    """Raises InstallError when this Python is too old, or lacks what makes environments."""
    if version < OLDEST_PYTHON:
        found = ".".join(str(part) for part in version)
        raise InstallError(f"Python 3.11 or later is needed, {sys.executable} is {found}: `make PYTHON=python3.12 up` names another")
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise InstallError(f"the Python module {module} is missing: install it (Debian: apt install python3-venv)")


def check_disk(free_bytes: int) -> None:
    """Raises InstallError when the packages would not fit."""
    free = free_bytes // 2**20
    if free < ENOUGH_MEGABYTES:
        raise InstallError(f"the disk is nearly full: {free} MB are free at {ROOT}, at least {ENOUGH_MEGABYTES} MB are needed to install")


def fingerprint(name: str) -> str:
    """Tells one state of what is to be installed from another: the lock, our own packages, and where they lie."""
    digest = hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    packages = sorted(str(folder) for root in IMPORT_ROOTS for folder in root.glob("[a-z]*") if folder.is_dir())
    digest.update("\n".join(packages).encode())
    return digest.hexdigest()


def stamp(name: str) -> Path:
    """Where the environment keeps the fingerprint of a set that it holds."""
    return VENV / f".cairn-{name}"


def is_installed(name: str) -> bool:
    """Whether the environment holds the set, or one that includes it, as it is locked now."""
    including = SETS[SETS.index(name) :]
    return any(stamp(each).exists() and stamp(each).read_text() == fingerprint(each) for each in including)


def usable() -> bool:
    """Whether the environment's Python still runs and is recent enough: what it was made from may have been removed."""
    code = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    return VENV_PYTHON.exists() and subprocess.run([str(VENV_PYTHON), "-c", code], capture_output=True, check=False).returncode == 0


def make_environment(this: bool) -> None:
    """An empty environment, from this Python or from a faster build of the same version. Raises InstallError."""
    python, times = (sys.executable, 1.0) if this else interpreters.chosen()
    if python == sys.executable:
        say("making the virtual environment .venv")
    else:
        say(f"making the virtual environment .venv from {python}: {sys.executable} is a build that takes {times:.1f} times as long")
    shutil.rmtree(str(VENV), ignore_errors=True)
    run([python, "-m", "venv", str(VENV)], "the virtual environment cannot be made")


def install(name: str, this: bool = False) -> None:
    """Installs the set, hashes checked, and cairn itself. Raises InstallError when a package cannot be had."""
    if not usable():
        make_environment(this)
    lock = REQUIREMENTS / f"{name}.txt"
    total = sum(1 for line in lock.read_text().splitlines() if "==" in line and not line.startswith((" ", "#")))
    pip = [str(VENV_PYTHON), "-m", "pip", "--no-input", "--disable-pip-version-check", "install", "--progress-bar", "off"]
    run([*pip, "--require-hashes", "-r", str(lock)], "the packages cannot be installed", total)
    # Without isolation and dependencies: the lock has brought the build tools and everything else.
    run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "cairn itself cannot be installed")
    # Nine processes would each compile them at every start where Python may not write beside them.
    sources = [str(ROOT / folder) for folder in ("services", "protos/generated", "deploy")]
    run([str(VENV_PYTHON), "-m", "compileall", "-q", *sources], "cairn cannot be compiled")
    stamp(name).write_text(fingerprint(name))


def run(command: list[str], otherwise: str, total: int = 0) -> None:
    """Runs a command and, told how many packages there are, tells how many it has come to. Raises InstallError when it fails."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, env=environment
    )
    terminal = sys.stdout.isatty()
    seen, last, error = 0, "", ""
    for line in process.stdout or ():
        last = line.strip() or last
        if line.startswith("ERROR:"):
            error = error or line[len("ERROR:") :].strip()
        if total and line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            if terminal or seen % 20 == 0:
                say(f"installing packages: {min(seen, total)} of {total}", end="\r" if terminal else "\n")
        if total and line.startswith("Installing collected"):
            say("installing packages: unpacking them      ")
    if process.wait() != 0:
        raise InstallError(f"{otherwise}: {(error or last)[:300]}")


def say(line: str, end: str = "\n") -> None:
    """Tells how far it is."""
    sys.stdout.write(line + end)
    sys.stdout.flush()


def main() -> int:
    """The command line above."""
    name = sys.argv[1]
    try:
        check_python((sys.version_info[0], sys.version_info[1]))
        if not (is_installed(name) and usable()):
            check_disk(shutil.disk_usage(str(ROOT)).free)
            install(name, this="this" in sys.argv[2:])
    except InstallError as error:
        sys.stderr.write(f"cairn: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"cairn: {error.strerror}: {error.filename}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
