"""Resolves every version anew: `python deploy/lock.py`, what `make lock` runs.

Writes `deploy/requirements/*.txt` with the hashes of every wheel for every platform and no address of where they came from, and
`deploy/kafka/jars.lock`. What is locked already stays at its version unless the inputs (`*.in`) forbid it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements"
# The larger set first: the smaller ones then take its versions.
SETS = ("dev", "embedded", "runtime", "web", "contracts")
_OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--quiet",
]


def main() -> None:
    """The command line above."""
    with tempfile.TemporaryDirectory() as scratch:
        # Only this command needs the resolver, so it stays out of the environment.
        venv.create(scratch, with_pip=True)
        subprocess.run([f"{scratch}/bin/pip", "install", "--quiet", "--disable-pip-version-check", "uv"], check=True)
        for name in SETS:
            constraints = [] if name == SETS[0] else ["--constraint", f"{SETS[0]}.txt"]
            command = [f"{scratch}/bin/uv", "pip", "compile", *_OPTIONS, *constraints, "--output-file", f"{name}.txt", f"{name}.in"]
            subprocess.run(command, check=True, cwd=REQUIREMENTS)
    subprocess.run([sys.executable, "-m", "embedded.jars", "lock"], check=True)


if __name__ == "__main__":
    main()
