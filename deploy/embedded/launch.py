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

OWNER_ONLY = 0o077
"""The umask of every process of an installation: what it writes is for its owner alone."""

_PR_SET_PDEATHSIG = 1
# The first is the smaller one; containers often allow only the second.
_WALKING = {"dac_read_search": 2, "dac_override": 1}


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
    everything else of root is dropped as usual. Raises SetUpError where the system has no `setpriv`, or forbids that capability too.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise SetUpError("setpriv is missing: install util-linux, or run as a normal user (PostgreSQL refuses to run as root)")
    record = pwd.getpwnam(user)
    identity = [f"--reuid={record.pw_uid}", f"--regid={record.pw_gid}", "--clear-groups"]
    # The kernel forgets the bond to the parent when the user changes, so it is made again after that.
    bond = ["--pdeathsig=KILL"] if die_with_parent else []
    walk = ["--inh-caps=-all"] if may_reach(user, reach) else _walking(user, reach)
    return [setpriv, *identity, *walk, *bond, "--", *command]


def _walking(user: str, reach: Sequence[Path]) -> list[str]:
    """The options of setpriv that let a program walk through folders closed to its user."""
    allowed = _capabilities_that_may_be_given()
    for name, number in _WALKING.items():
        if allowed & (1 << number):
            # The last one keeps access(2), by which PostgreSQL looks at its own files, from forgetting the capability.
            return [f"--inh-caps=-all,+{name}", f"--ambient-caps=+{name}", "--securebits=+no_setuid_fixup"]
    places = ", ".join(str(path) for path in reach)
    raise SetUpError(f"PostgreSQL has to run as {user}, who may not go to {places}: clone where everyone may, or run as a normal user")


def _capabilities_that_may_be_given() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    return 0


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
    os.umask(OWNER_ONLY)
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
