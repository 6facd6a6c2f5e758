"""`python -m stack up|down|status|become PROGRAM|environment SERVICE`: what `make up` and its siblings call."""

from __future__ import annotations

import argparse
import os
import shlex
import sys

from embedded.errors import SetUpError
from embedded.launch import OWNER_ONLY
from stack.become import become
from stack.layout import BY_NAME, PROGRAMS, Layout
from stack.up import down, status, up


def main() -> int:
    """The command line; the exit code is 0 only when what was asked for is so."""
    parser = argparse.ArgumentParser(prog="python -m stack")
    commands = parser.add_subparsers(dest="command", required=True)
    up_options = commands.add_parser("up", help="bring everything up, or find it up")
    up_options.add_argument("--no-example", action="store_true", help="without the example company")
    commands.add_parser("down", help="end everything, keep the data")
    commands.add_parser("status", help="a line a program")
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
