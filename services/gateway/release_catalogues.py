"""The catalogues as pages to read: `python -m gateway.release_catalogues docs/reference` writes them, with `--check` it only compares."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.catalogues import event_types, limits, reasons
from gateway.routes.limit_catalogue import limits_of
from gateway.routes.limits import PERSON_REQUESTS, TENANT_REQUESTS
from gateway.routes.table import API


def pages() -> Mapping[str, str]:
    """Each page by its file's name."""
    return {
        "event-types.md": event_types.page(),
        "limits.md": limits.page(limits_of(API, (PERSON_REQUESTS, TENANT_REQUESTS), {})),
        "reasons.md": reasons.page(),
    }


def outdated(folder: Path) -> list[Path]:
    """The pages of a folder that are not what the catalogues say."""
    return [path for name, text in pages().items() if not (path := folder / name).exists() or path.read_text() != text]


def main(arguments: Sequence[str]) -> int:
    """The command line above."""
    folders = [Path(argument) for argument in arguments if argument != "--check"]
    if len(folders) != 1:
        sys.stderr.write("usage: python -m gateway.release_catalogues [--check] FOLDER\n")
        return 2
    different = outdated(folders[0])
    if "--check" in arguments:
        sys.stderr.writelines(f"{path} is not what the catalogues say\n" for path in different)
        return 1 if different else 0
    for path in different:
        path.write_text(pages()[path.name])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
