"""The entry point of `cairn`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from cli.commands import (
    auditing,
    changing,
    coaching,
    conversing,
    exporting,
    following,
    importing,
    listing,
    operating,
    people,
    reading,
    settings,
    streaming,
    templating,
    viewing,
    vision,
    writing,
)
from cli.days import DAYS_SAID
from cli.errors import ENOUGH, EXIT_CODES, STOPPED, Failed, show

_HELP: Final = f"""Cairn: objectives and key results, every number provable from the log.

Talks to the gateway at CAIRN_URL (http://127.0.0.1:8600 unless set) and signs in by itself as `admin` of the tenant, or as the person that
CAIRN_PERSON names; where people sign in elsewhere, CAIRN_TOKEN holds the bearer token. `cairn whoami` tells who that is.

A reference is what people call a thing (J1, J1/3, 2026-Q1, a handle) or its id. Capitals make no difference in one: J1 is j1, Martin is
martin; a tenant's name is in small letters.

A day is {DAYS_SAID}; an instant is 2026-03-31T12:00:00Z, 12h (ago) or now. They are meant, and times are shown, in the time zone of this
machine, or of TZ.

With --json every command prints what the API answers, and what went wrong as a JSON object on stderr, with `reason` and `detail`.

\b
Exit codes:
{"".join(f"  {code:<4} {meaning}" + chr(10) for code, meaning in EXIT_CODES.items())}
\b
Examples:
  cairn import examples/joystream-2019
  cairn tree --cycle 2019-Q1
  cairn check-in J1/1 2 --as-of 2019-04-05 --comment "two have signed"
  cairn export demo.cairn-export && cairn replay demo.cairn-export
"""


_SECTIONS: Final = {
    "See": (
        *reading.COMMANDS,
        *viewing.COMMANDS,
        *vision.COMMANDS,
        *listing.COMMANDS,
        *conversing.SEE,
        *templating.COMMANDS,
        *auditing.COMMANDS,
    ),
    "Report": writing.COMMANDS,
    "Talk": conversing.TALK,
    "Set, change and end": (*changing.COMMANDS, *settings.COMMANDS),
    "Bring in, take out, check": (*importing.COMMANDS, *coaching.COMMANDS, *exporting.COMMANDS, *following.COMMANDS),
    "Who asks": people.COMMANDS,
    "Run the installation": (*operating.COMMANDS, *streaming.COMMANDS),
}


_ALSO_CALLED: Final = {"create": "add"}
"""Words that people try, and the command that does it."""

_SIGNS_IN: Final = frozenset({"sign-in", "signin", "login", "log-in"})


class _Sectioned(click.Group):
    """Lists its commands by what they are for."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name. Raises UsageError for what nobody has to do."""
        if cmd_name in _SIGNS_IN:
            raise click.UsageError("every command signs in by itself, as CAIRN_PERSON or by CAIRN_TOKEN; `cairn whoami` tells who that is")
        return super().get_command(ctx, _ALSO_CALLED.get(cmd_name, cmd_name))

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was named; ends it where whoever reads the output has enough, which click would call a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ENOUGH)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click hands it over
        """Writes them, a section for each purpose."""
        for title, commands in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(str(command.name), command.get_short_help_str(limit=100)) for command in commands])


@click.group(cls=_Sectioned, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cairn", message="%(prog)s %(version)s")
def cli() -> None:
    """The command line."""


for _command in (command for commands in _SECTIONS.values() for command in commands):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its exit code; what went wrong is one line on stderr."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; answers its exit code."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        answer = cli.main(arguments, prog_name="cairn", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        click.echo("cairn: stopped; run it again to go on", err=True)
        return STOPPED
    except click.ClickException as error:
        show(error, as_json=as_json)
        return error.code if isinstance(error, Failed) else error.exit_code
    return answer if isinstance(answer, int) else 0


if __name__ == "__main__":
    main()
