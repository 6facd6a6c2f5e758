"""Holds `contracts/` to the tools of those who rely on it: `python deploy/check_contracts.py [NAME...]`, what `make contracts` runs.

A line a check; exit code 1 where one fails. Node.js and Go are those on the PATH, else their wheels (`requirements/contracts.txt`); what
they install is locked in `deploy/contract_tools/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
NODE: Final = ROOT / "deploy" / "contract_tools" / "node"
_PATH: Final = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
_LOCK: Final = ROOT / "deploy" / "requirements" / "contracts.txt"


class Failed(Exception):  # noqa: N818 - it is what happened
    """A check that did not pass; the text is what its tool said."""


def run(*command: str, cwd: Path = ROOT) -> str:
    """What a command prints, its last line. Raises Failed where it fails or is not there."""
    program = shutil.which(command[0], path=_PATH)
    if program is None:
        raise Failed(f"{command[0]} is neither on the PATH nor installed")
    arguments = [program, *command[1:]]
    result = subprocess.run(arguments, cwd=cwd, check=False, capture_output=True, text=True, env={**os.environ, "PATH": _PATH})
    if result.returncode:
        raise Failed((result.stdout + result.stderr).strip())
    return (result.stdout.strip().splitlines() or [""])[-1]


def install_toolchains() -> None:
    """Installs Node.js and Go from their wheels where the machine lacks one. Raises Failed."""
    if not all(shutil.which(name, path=_PATH) for name in ("node", "npm", "go")):
        run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(_LOCK))


def install_node_tools() -> None:
    """Installs the locked packages, unless they are there. Raises Failed."""
    lock, installed = NODE / "package-lock.json", NODE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=NODE)


def asyncapi() -> str:
    """contracts/asyncapi.yaml, by AsyncAPI's own parser."""
    install_node_tools()
    return run("node", "asyncapi.mjs", str(ROOT / "contracts" / "asyncapi.yaml"), cwd=NODE)


def go_consumer() -> str:
    """The Go of a topic card, compiled and run against Kafka."""
    return run(sys.executable, "-m", "pytest", "-q", "tests/contract/stream/consumer_in_go.py")


CHECKS: Final[Mapping[str, Callable[[], str]]] = {"asyncapi": asyncapi, "go-consumer": go_consumer}


def main() -> int:
    """The command line above."""
    code = 0
    install_toolchains()
    for name in sys.argv[1:] or CHECKS:
        try:
            print(f"{name}: {CHECKS[name]()}", flush=True)
        except Failed as failure:
            print(f"{name}: FAILED\n{failure}", flush=True)
            code = 1
        except KeyError:
            raise SystemExit(f"there is no check {name}: {', '.join(CHECKS)}") from None
    return code


if __name__ == "__main__":
    raise SystemExit(main())
