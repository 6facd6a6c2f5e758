"""`python -m stack up|down|status|backup|restore|become PROGRAM|environment SERVICE`: what `make up` and its siblings call."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from embedded.errors import SetUpError
from embedded.launch import OWNER_ONLY
from stack.become import become
from stack.layout import PROGRAMS, Layout
from stack.services import BY_NAME
from stack.up import backup, down, restore, status, up


def main() -> int:
    """The command line; the exit code is 0 only when what was asked for is so."""
    parser = argparse.ArgumentParser(prog="python -m stack")
    commands = parser.add_subparsers(dest="command", required=True)
    up_options = commands.add_parser("up", help="bring everything up, or find it up")
    up_options.add_argument("--no-example", action="store_true", help="without the example company")
    commands.add_parser("down", help="end everything, keep the data")
    commands.add_parser("status", help="a line a program")
    backup_options = commands.add_parser("backup", help="every database at one moment, and the keys")
    backup_options.add_argument("--to", type=Path, required=True, help="a folder of backups")
    restore_options = commands.add_parser("restore", help="put a backup in the place of what there is, which is kept")
    restore_options.add_argument("--from", dest="backups", type=Path, required=True, help="a folder of backups")
    restore_options.add_argument("--backup", help="which one: by its name; the newest, unless told")
    restore_options.add_argument("--with-wal", action="store_true", help="and what was written after it")
    commands.add_parser("become", help="turn into a program: for the process manager").add_argument("program", choices=PROGRAMS)
    commands.add_parser("environment", help="what a service is told").add_argument("service", choices=list(BY_NAME))
    asked = parser.parse_args()
    os.umask(OWNER_ONLY)
    try:
        layout = Layout()
        if asked.command == "up":
            up(layout, example=not asked.no_example)
        elif asked.command == "down":
            down(layout)
        elif asked.command == "status":
            return 0 if status(layout) else 1
        elif asked.command == "backup":
            backup(layout, asked.to)
        elif asked.command == "restore":
            restore(layout, asked.backups, asked.backup, asked.with_wal)
        elif asked.command == "become":
            become(layout, asked.program)
        else:
            for name, value in layout.environment(asked.service).items():
                print(f"export {name}={shlex.quote(value)}")
    except SetUpError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
    except KeyboardInterrupt:
        return _failed("interrupted; `make up` goes on where it stopped, `make down` ends what runs")
    return 0


def _failed(why: str) -> int:
    print(f"cairn: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
