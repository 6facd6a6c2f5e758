"""Commands about who is asking: whoami, sign-out."""

from __future__ import annotations

from typing import Final

import click

from cli.commands.changing import show_owned
from cli.commands.options import gateway_command
from cli.connection import Cairn, path_of
from cli.output import Output


@click.command(short_help="Show who asks, and what they may.")
@gateway_command
def whoami(cairn: Cairn, output: Output) -> None:
    """Show as whom commands are carried out: the person, their tenant, roles and teams, and where.

    \b
    Examples:
      cairn whoami
      CAIRN_PERSON=martin cairn whoami --json
    """
    found = cairn.get("/v1/me")
    if output.as_json:
        output.json(found)
        return
    person, tenant = found["person"], found["tenant"]
    called = "the operator" if person is None else person["name"] or person["handle"]
    output.line(called if person is None or called == person["handle"] else f"{called} ({person['handle']})")
    if tenant is not None:
        output.line(f"tenant {tenant['name']}, whose days begin in {tenant['time_zone']}")
    teams = f"; teams {', '.join(team['name'] for team in person['teams'])}" if person and person["teams"] else ""
    output.line(f"roles {', '.join(found['roles'])}{teams}")
    if person is not None and not cairn.token_given:
        output.line("what is for the operator alone is done as the operator of the installation, unless CAIRN_PERSON names somebody")
    output.line(f"at {cairn.url}")


@click.command("sign-out", short_help="End every session of a person.")
@click.argument("person", required=False)
@gateway_command
def sign_out(cairn: Cairn, output: Output, person: str | None) -> None:
    """End every session of PERSON, by handle: no token that they have is taken any more. For admins, and for oneself.

    They may sign in anew; whoever shall not has left (`cairn leave`), or is given other roles. Without PERSON, the session of CAIRN_TOKEN
    ends.

    \b
    Examples:
      cairn sign-out ann
      CAIRN_TOKEN=... cairn sign-out
    """
    if person is None and not cairn.token_given:
        raise click.UsageError("name a PERSON; without one, the session of CAIRN_TOKEN ends, and there is none")
    done = cairn.command("POST", "/v1/sign-out" if person is None else path_of("people", person, "sign-out"))
    if output.as_json:
        output.json(done)
    else:
        output.line("the session is ended" if person is None else f"every session of {person} is ended")


@click.command(short_help="Show what a person has that has not ended.")
@click.argument("person")
@gateway_command
def owned(cairn: Cairn, output: Output, person: str) -> None:
    """Show what PERSON, by handle, has that has not ended: objectives and key results that they own, their open tasks, the
    teams that they lead, the people whom they manage, and their initiatives and KPIs.

    What `cairn leave PERSON --hand-over-to PERSON` hands over.

    \b
    Examples:
      cairn owned ann
      cairn owned ann --json
    """
    found = cairn.get(path_of("people", person, "owned"))
    if output.as_json:
        output.json(found)
    else:
        show_owned(output, found)


COMMANDS: Final = (whoami, owned, sign_out)
