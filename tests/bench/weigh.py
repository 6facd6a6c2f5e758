"""Memory, watched by a process of its own: `python weigh.py` with {name: pid} on standard input; told to end, it says the largest.

It looks through all processes of the machine, which in the process that measures times would be measured, too.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from typing import Final, NamedTuple

import psutil

_PAUSE: Final = 0.1  # s


class Size(NamedTuple):
    """Of a process: its resident memory in MB, and of which service it is."""

    megabytes: float
    service: str


def sizes(services: dict[str, int]) -> list[Size]:
    """Of each service, and of each process that it has begun, as a rebuild is."""
    found: list[Size] = []
    for name, pid in services.items():
        with suppress(psutil.NoSuchProcess):  # it may end while it is looked at
            service = psutil.Process(pid)
            found.extend(Size(process.memory_info().rss / 1e6, name) for process in (service, *service.children(recursive=True)))
    return found


def main() -> None:
    """Watches until it gets SIGTERM."""
    os.nice(10)
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    services = json.load(sys.stdin)
    largest = Size(0.0, "")
    while not ended:
        largest = max([largest, *sizes(services)])
        time.sleep(_PAUSE)
    print(json.dumps(largest))


if __name__ == "__main__":
    main()
