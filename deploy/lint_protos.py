"""Checks `protos/` with buf: `python deploy/lint_protos.py`, part of `make check`.

They keep buf's rules, and they only grow: whatever a released version had (`contracts/protos/`) is there, with the same meaning. A
service may give something up where `contracts/protos/given-up.txt` says so, an event never.

buf reads the descriptors that protoc makes here, so it needs no registry for the rules that the protos import.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from generate_protos import PROTOS, ROOT, write_image

CONFIGURATION = PROTOS / "buf.yaml"
RELEASED = ROOT / "contracts" / "protos"
GIVEN_UP = RELEASED / "given-up.txt"


def lint(image: Path) -> int:
    """Prints what buf finds in a descriptor set; its exit code."""
    return subprocess.run([_buf(), "lint", str(image), "--config", str(CONFIGURATION)], check=False).returncode


def broken(image: Path, released: Path) -> list[str]:
    """What a descriptor set no longer has, or means otherwise, of a released one: a line each. Raises RuntimeError when buf cannot tell."""
    command = [_buf(), "breaking", str(image), "--against", str(released), "--config", str(CONFIGURATION), "--error-format", "json"]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    if bool(findings) != bool(result.returncode):
        raise RuntimeError(f"buf breaking ended with {result.returncode}: {result.stderr}")
    return [f"{finding['path']}: {finding['message']}" for finding in findings]


def not_given_up(lines: list[str], given_up: str) -> list[str]:
    """Those of the lines that nobody gave up knowingly, and all that are about events."""
    known = set(given_up.splitlines())
    return [line for line in lines if line not in known or line.partition(":")[0].endswith("/events.proto")]


def _buf() -> str:
    return str(Path(sys.executable).with_name("buf"))


def main() -> int:
    """The command line above."""
    with tempfile.TemporaryDirectory() as scratch:
        image, released = Path(scratch) / "image.binpb", Path(scratch) / "released.binpb"
        write_image(image)
        code = lint(image)
        for version in sorted(path for path in RELEASED.iterdir() if path.is_dir()):
            write_image(released, version)
            for line in not_given_up(broken(image, released), GIVEN_UP.read_text()):
                print(f"{line} It was released with {version.name}.")
                code = 1
    return code


if __name__ == "__main__":
    raise SystemExit(main())
