"""The folder of an installation is for its owner alone."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from embedded.launch import OWNER_ONLY

_MAY_PASS = stat.S_IXGRP


def close_to_others(folder: Path, server_user: str | None = None) -> int:
    """Takes every right of others from a folder and all in it, and answers from how much of it.

    Where PostgreSQL runs as a `server_user`, that user's group may still pass through the folder itself, to the files that are that
    user's own, and see nothing there. What vanishes meanwhile is passed over.
    """
    closed = _close(folder, _MAY_PASS if server_user else 0)
    if server_user:
        let_pass(folder, server_user)
    for place, folders, files in os.walk(folder):
        closed += sum(_close(Path(place, name)) for name in (*folders, *files))
    return closed


def let_pass(folder: Path, user: str) -> None:
    """Lets a user's group pass through a folder, to what is that user's own, and see nothing there."""
    os.chown(folder, -1, pwd.getpwnam(user).pw_gid)
    folder.chmod(stat.S_IMODE(folder.stat().st_mode) | _MAY_PASS)


def _close(path: Path, leave: int = 0) -> int:
    try:
        status = path.lstat()
        excess = stat.S_IMODE(status.st_mode) & OWNER_ONLY & ~leave
        if stat.S_ISLNK(status.st_mode) or not excess:
            return 0
        path.chmod(stat.S_IMODE(status.st_mode) & ~excess)
    except FileNotFoundError:
        return 0
    return 1
