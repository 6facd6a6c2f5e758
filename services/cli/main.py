"""The entry point of `cairn`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from cli.commands import auditing, exporting, importing, operating, people, reading, writing
from cli.errors import FAILED, STOPPED, Failed


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cairn", message="%(prog)s %(version)s")
def cli() -> None:
    """Cairn: objectives and key results, every number provable from the log.

    Talks to the gateway at CAIRN_URL (http://127.0.0.1:8600 unless set) and signs in by itself as `admin` of the tenant, or as the
    person that CAIRN_PERSON names; where people sign in elsewhere, CAIRN_TOKEN holds the bearer token. Exit code 0 means: done, and
    durable.

    \b
    Examples:
      cairn import examples/joystream-2019
      cairn tree --cycle 2019-Q1
      cairn check-in J1/1 2 --as-of 2019-04-05 --comment "two have signed"
      cairn export demo.cairn-export && cairn replay demo.cairn-export
    """


_GROUPS: Final = (reading, writing, importing, exporting, operating, auditing, people)

for _command in (command for group in _GROUPS for command in group.COMMANDS):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its exit code; what went wrong is one line on stderr."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; answers its exit code."""
    try:
        answer = cli.main(arguments, prog_name="cairn", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        click.echo("cairn: stopped; run it again to go on", err=True)
        return STOPPED
    except Failed as failed:
        failed.show()
        return failed.code
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except BrokenPipeError:  # whoever read us has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return answer if isinstance(answer, int) else 0


if __name__ == "__main__":
    main()
