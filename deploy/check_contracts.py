"""Holds `contracts/` to the tools of those who rely on it: `python deploy/check_contracts.py [NAME...]`, what `make contracts` runs.

A line a check; exit code 1 where one fails. It needs node with npm, and go, on the PATH; what it installs of theirs is locked in
`deploy/contract_tools/`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
NODE: Final = ROOT / "deploy" / "contract_tools" / "node"


class Failed(Exception):  # noqa: N818 - it is what happened
    """A check that did not pass; the text is what its tool said."""


def run(*command: str, cwd: Path = ROOT) -> str:
    """What a command prints, its last line. Raises Failed where it fails or is not there."""
    if shutil.which(command[0]) is None:
        raise Failed(f"{command[0]} is not on the PATH")
    result = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    if result.returncode:
        raise Failed((result.stdout + result.stderr).strip())
    return (result.stdout.strip().splitlines() or [""])[-1]


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
