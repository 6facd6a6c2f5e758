"""Writes `contracts/asyncapi.yaml`, `contracts/topics/` and the gateway's catalogue of event types anew.

`make proto` runs it after the protos.

With --check it fails where what is committed is not what the protos and the golden events say.
"""

from __future__ import annotations

import sys
from pathlib import Path

from stream_contract import asyncapi, cards, event_types
from stream_contract.topics import TOPICS


def files() -> dict[Path, str]:
    """What is generated, by where it belongs."""
    generated = {asyncapi.PATH: asyncapi.render(), event_types.PATH: event_types.render()}
    return {**generated, **{cards.FOLDER / f"{topic.address}.md": cards.render(topic) for topic in TOPICS}}


def outdated() -> list[Path]:
    """The files that are not what the protos and the golden events say."""
    wanted = files()
    different = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    return different + [path for path in cards.FOLDER.glob("*.md") if path not in wanted]


def main() -> None:
    """See above."""
    different = outdated()
    if "--check" in sys.argv[1:] and different:
        raise SystemExit(f"not what the protos and the golden events say: run `make proto` ({', '.join(map(str, different))})")
    wanted = files()
    cards.FOLDER.mkdir(exist_ok=True)
    for path in different:
        if path in wanted:
            path.write_text(wanted[path])
        else:
            path.unlink()
    print(f"contracts/asyncapi.yaml and contracts/topics are what the protos say ({len(different)} files changed)")


if __name__ == "__main__":
    main()
