"""How far a process goes behind the others of its machine: as nice(1) says, which takes from nobody what the others leave."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_OF_SESSION: Final = Path("/proc/self/autogroup")


def give_way(niceness: int, *, session: bool = False) -> None:
    """Puts this process, and whatever it begins from now on, `niceness` (0 to 19) further behind others.

    Linux may share a machine out among sessions first, and among the processes of one after that; with `session`, the one that leads its
    session puts that back as well: no other process need be in it. To be called before there are threads: each has a niceness of its own.
    """
    if not niceness:
        return
    os.nice(niceness)
    if session and os.getsid(0) == os.getpid():
        with suppress(OSError):  # no such thing on this system, or switched off
            _OF_SESSION.write_text(str(niceness))
