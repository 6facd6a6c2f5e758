"""python -m tests.support.rules FILE: writes the page of rules there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.rules import page


def main(arguments: Sequence[str]) -> int:
    """Writes the page to the file that is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.support.rules FILE\n")
        return 2
    Path(arguments[0]).write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
