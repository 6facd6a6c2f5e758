"""The OpenAPI document as the gateway serves it, written to a file.

`python -m gateway.release_document contracts/openapi/gateway.json` writes it to where its releases are kept.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gateway.http import document_bytes
from gateway.routes.table import API


def main(arguments: Sequence[str]) -> int:
    """The command line above."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m gateway.release_document FILE\n")
        return 2
    Path(arguments[0]).write_bytes(document_bytes(API) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
