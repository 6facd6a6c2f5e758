"""Becomes another program: as another user, with a pid file, bound to its parent's life.

    python -m embedded.launch [--die-with PID] [--pid-file FILE] [--user NAME --reach DIRECTORY...] -- COMMAND...

The process stays the same one from the launcher to the program, so whoever started it watches the program itself.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from embedded.errors import SetUpError
from embedded.processes import ProcessIdentity

_PR_SET_PDEATHSIG = 1


def may_reach(user: str, paths: Sequence[Path]) -> bool:
    """Whether the user may walk down to every one of the paths, by the permission bits on the way."""
    record = pwd.getpwnam(user)
    groups = set(os.getgrouplist(user, record.pw_gid))

    def may_enter(directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == record.pw_uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid in groups else 0o001))

    return all(may_enter(directory) for path in paths for directory in path.resolve().parents)


def as_user(user: str, command: Sequence[str], reach: Sequence[Path], die_with_parent: bool = False) -> list[str]:
    """The command line with which root runs `command` as `user`, who has to get at the paths `reach`.

    A clone may lie where that user cannot go (below /root, say). Then the program keeps the one capability that lets it walk there;
    everything else of root is dropped as usual. Raises SetUpError where the system has no `setpriv`.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise SetUpError("setpriv is missing: install util-linux, or run as a normal user (PostgreSQL refuses to run as root)")
    record = pwd.getpwnam(user)
    # The kernel forgets the bond to the parent when the user changes, so it is made again after that.
    bond = ["--pdeathsig=KILL"] if die_with_parent else []
    walk = "-all" if may_reach(user, reach) else "-all,+dac_read_search"
    ambient = [] if walk == "-all" else ["--ambient-caps=+dac_read_search"]
    identity = [f"--reuid={record.pw_uid}", f"--regid={record.pw_gid}", "--clear-groups"]
    return [setpriv, *identity, f"--inh-caps={walk}", *ambient, *bond, "--", *command]


def main() -> None:
    """The command line above."""
    parser = argparse.ArgumentParser(prog="embedded.launch")
    parser.add_argument("--die-with", type=int, metavar="PID")
    parser.add_argument("--pid-file", type=Path)
    parser.add_argument("--user")
    parser.add_argument("--reach", type=Path, action="append", default=[])
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    command = asked.command
    try:
        if asked.user:
            command = as_user(asked.user, command, asked.reach, die_with_parent=bool(asked.die_with))
    except SetUpError as error:
        raise SystemExit(str(error)) from None
    if asked.pid_file:
        ProcessIdentity.of(os.getpid()).write(asked.pid_file)
    if asked.die_with and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != asked.die_with:
            raise SystemExit(f"process {asked.die_with}, which asked for this one, is gone")
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
