"""Holds `contracts/` to the tools of those who rely on it: `python deploy/check_contracts.py [NAME...]`, what `make contracts` runs.

A line a check; exit code 1 where one fails, and a warning fails it. Node.js and Go are those on the PATH, else, or where that Node.js is
too old, their wheels (`requirements/contracts.txt`); what they install is locked in `deploy/contract_tools/`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
NODE: Final = ROOT / "deploy" / "contract_tools" / "node"
PYTHON: Final = ROOT / "deploy" / "contract_tools" / "python"
NODE_TOOLS: Final = NODE / "node_modules" / ".bin"
OPENAPI: Final = ROOT / "contracts" / "openapi" / "gateway.json"
INTEGRATION: Final = ROOT / "examples" / "integration"
OLDEST_NODE: Final = (22, 18)  # which @hey-api/openapi-ts asks for

_PATH: Final = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
_LOCK: Final = ROOT / "deploy" / "requirements" / "contracts.txt"
_WITHOUT_NETWORK: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
_IMPORT_ALL: Final = """
import importlib, pkgutil, cairn_client
names = [module.name for module in pkgutil.walk_packages(cairn_client.__path__, "cairn_client.")]
print(len([importlib.import_module(name) for name in names]))
"""


class Failed(Exception):  # noqa: N818 - it is what happened
    """A check that did not pass; the text is what its tool said."""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a command prints. Raises Failed where it fails or is not there."""
    program = shutil.which(command[0], path=_PATH)
    if program is None:
        raise Failed(f"{command[0]} is neither on the PATH nor installed")
    environment = {**os.environ, **_WITHOUT_NETWORK, "PATH": _PATH}
    result = subprocess.run([program, *command[1:]], cwd=cwd, check=False, capture_output=True, text=True, env=environment)
    printed = (result.stdout + result.stderr).strip()
    if result.returncode:
        raise Failed(printed)
    return printed


def run_without_warning(*command: str | Path, cwd: Path = ROOT) -> None:
    """Runs a command that has no option for failing on its warnings. Raises Failed where it warns, too."""
    printed = run(*command, cwd=cwd)
    if re.search("warn|deprecat", printed, re.IGNORECASE):
        raise Failed(printed)


def last_line(printed: str) -> str:
    """How it went, as tools say at the end."""
    return (printed.splitlines() or [""])[-1]


def node_is_recent() -> bool:
    """Whether there is a Node.js that all the tools run on."""
    if shutil.which("node", path=_PATH) is None:
        return False
    major, minor, *_ = run("node", "--version").lstrip("v").split(".")
    return (int(major), int(minor)) >= OLDEST_NODE


def install_toolchains() -> None:
    """Installs Node.js and Go from their wheels where the machine lacks one. Raises Failed."""
    if not (node_is_recent() and all(shutil.which(name, path=_PATH) for name in ("npm", "go"))):
        run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", _LOCK)


def install_node_tools() -> None:
    """Installs the locked packages, unless they are there. Raises Failed."""
    lock, installed = NODE / "package-lock.json", NODE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=NODE)


def compile_typescript(folder: Path) -> None:
    """Raises Failed where what was generated into a folder has an error of types. Nothing is written."""
    options = ("--strict", "--noEmit", "--target", "es2022", "--module", "nodenext")
    run(NODE_TOOLS / "tsc", *options, *sorted(folder.rglob("*.ts")), cwd=folder)


def asyncapi() -> str:
    """contracts/asyncapi.yaml, by AsyncAPI's own parser."""
    install_node_tools()
    return last_line(run("node", "asyncapi.mjs", ROOT / "contracts" / "asyncapi.yaml", cwd=NODE))


def go_consumer() -> str:
    """The Go of a topic card, compiled and run against Kafka."""
    return last_line(run(sys.executable, "-m", "pytest", "-q", "tests/contract/stream/consumer_in_go.py"))


def python_client() -> str:
    """A client by openapi-python-client: generated, typed as examples/integration uses it, and each of its modules imported."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        generated = (
            "--path",
            OPENAPI,
            "--output-path",
            folder / "cairn_client",
            "--meta",
            "none",
            "--config",
            INTEGRATION / "openapi-python-client.yaml",
        )
        run("openapi-python-client", "generate", "--fail-on-warning", *generated)
        shutil.copy(INTEGRATION / "quarter.py", folder)
        run("mypy", "--config-file", PYTHON / "mypy.ini", "--cache-dir", os.devnull, "cairn_client", "quarter.py", cwd=folder)
        return f"{run(sys.executable, '-c', _IMPORT_ALL, cwd=folder)} modules"


def typescript_types() -> str:
    """Types by openapi-typescript, compiled."""
    install_node_tools()
    with tempfile.TemporaryDirectory() as scratch:
        run_without_warning(NODE_TOOLS / "openapi-typescript", OPENAPI, "--output", Path(scratch) / "schema.ts")
        compile_typescript(Path(scratch))
        return "compiles"


def typescript_client() -> str:
    """A client by @hey-api/openapi-ts, compiled."""
    install_node_tools()
    with tempfile.TemporaryDirectory() as scratch:
        run_without_warning(NODE_TOOLS / "openapi-ts", "--input", OPENAPI, "--output", Path(scratch) / "client")
        compile_typescript(Path(scratch))
        return "compiles"


def redocly() -> str:
    """The document, by Redocly's linter."""
    install_node_tools()
    return last_line(run(NODE_TOOLS / "redocly", "lint", "--config", NODE / "redocly.yaml", OPENAPI))


def spectral() -> str:
    """The document, by Spectral's rules for OpenAPI."""
    install_node_tools()
    return last_line(run(NODE_TOOLS / "spectral", "lint", "--ruleset", NODE / "spectral.yaml", "--fail-severity", "hint", OPENAPI))


CHECKS: Final[Mapping[str, Callable[[], str]]] = {
    "asyncapi": asyncapi,
    "go-consumer": go_consumer,
    "redocly": redocly,
    "spectral": spectral,
    "openapi-python-client": python_client,
    "openapi-typescript": typescript_types,
    "openapi-ts": typescript_client,
}


def main() -> int:
    """The command line above."""
    code = 0
    print("toolchains: Node.js and Go, installed where they are not there ...", flush=True)
    install_toolchains()
    for name in sys.argv[1:] or CHECKS:
        try:
            check = CHECKS[name]
            print(f"{name} ...", flush=True)
            print(f"{name}: {check()}", flush=True)
        except Failed as failure:
            print(f"{name}: FAILED\n{failure}", flush=True)
            code = 1
        except KeyError:
            raise SystemExit(f"there is no check {name}: {', '.join(CHECKS)}") from None
    return code


if __name__ == "__main__":
    raise SystemExit(main())
