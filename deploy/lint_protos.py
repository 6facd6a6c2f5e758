"""Lints `protos/` with buf: `python deploy/lint_protos.py`, part of `make check`.

buf reads the descriptors that protoc makes here, so it needs no registry for the rules that the protos import.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from generate_protos import PROTOS, write_image

CONFIGURATION = PROTOS / "buf.yaml"


def lint(image: Path) -> int:
    """Prints what buf finds in a descriptor set; its exit code."""
    buf = Path(sys.executable).with_name("buf")
    return subprocess.run([str(buf), "lint", str(image), "--config", str(CONFIGURATION)], check=False).returncode


def main() -> int:
    """The command line above."""
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch) / "image.binpb"
        write_image(image)
        return lint(image)


if __name__ == "__main__":
    raise SystemExit(main())
