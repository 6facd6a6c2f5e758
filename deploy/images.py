"""Whether the images are the ones that were checked: `python deploy/images.py`, a part of `make check`.

`deploy/container/images.lock` lists every image that is named in docker-compose.yml or a Dockerfile, and its digest once somebody has
verified one against the publisher's registry. From then on it has to be named with that digest wherever it is used: `name@sha256:…`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = "deploy/container/images.lock"
USERS: Final = ("docker-compose.yml", "deploy/container/Dockerfile")
OURS: Final = "cairn"
"""Built here, from the others."""

_USE: Final = re.compile(r"(?m)^\s*(?:image:|FROM)\s+([^\s@:]+:[^\s@]+)(?:@(\S+))?")
_LINE: Final = re.compile(r"^([^\s@:]+:[^\s@]+)(?:\s+(sha256:[0-9a-f]{64}))?$")


class Image(NamedTuple):
    """An image, and the digest that pins it; empty: none."""

    name: str
    digest: str


def locked(text: str) -> dict[str, str]:
    """The digest of each image of a lock file. Raises ValueError for a line that is none."""
    lines = [line.strip() for line in text.splitlines()]
    found = {}
    for line in lines:
        if line and not line.startswith("#"):
            if (image := _LINE.match(line)) is None:
                raise ValueError(f"{LOCK}: {line!r} is not a name with a version, and perhaps a sha256: digest")
            found[image[1]] = image[2] or ""
    return found


def used(text: str) -> list[Image]:
    """The images that a file of compose, or a Dockerfile, names; but for ours."""
    return [Image(name, digest or "") for name, digest in _USE.findall(text) if name.partition(":")[0] != OURS]


def faults(lock: dict[str, str], uses: Iterable[tuple[str, Image]]) -> list[str]:
    """What is not as the lock says, in words; `uses` are images by the file that names them."""
    told, named = [], set()
    for file, image in uses:
        named.add(image.name)
        if image.name not in lock:
            told.append(f"{file}: {image.name} does not stand in {LOCK}")
        elif image.digest != lock[image.name]:
            right = f"@{lock[image.name]}" if lock[image.name] else ", as no digest of it is known"
            told.append(f"{file}: {image.name} has to be named {image.name}{right}")
    return [*told, *(f"{LOCK}: nothing uses {name}" for name in lock if name not in named)]


def main() -> int:
    """Tells what is not as the lock says; 1 where something is."""
    uses = [(file, image) for file in USERS for image in used((ROOT / file).read_text())]
    told = faults(locked((ROOT / LOCK).read_text()), uses)
    print("\n".join(told), end="\n" if told else "", file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
