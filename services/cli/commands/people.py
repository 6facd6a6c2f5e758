"""Commands about who may come in: sign-out, appoint-admin."""

from __future__ import annotations

from typing import Final

import click

from cli.commands.options import gateway_command
from cli.connection import Cairn, path_of
from cli.output import Output


@click.command("sign-out", short_help="End every session of a person.")
@click.argument("person")
@gateway_command
def sign_out(cairn: Cairn, output: Output, person: str) -> None:
    """End every session of PERSON, by handle: no token that they have is taken any more. For admins, and for oneself.

    They may sign in anew; whoever shall not is given other roles, or is kept out where they sign in.

    \b
    Example:
      cairn sign-out ann
    """
    done = cairn.command("POST", path_of("people", person, "sign-out"))
    if output.as_json:
        output.json(done)
    else:
        output.line(f"every session of {person} is ended")


@click.command("appoint-admin", short_help="As the operator: make a person an admin of a tenant that has none.")
@click.argument("person")
@gateway_command
def appoint_admin(cairn: Cairn, output: Output, person: str) -> None:
    """As the operator, make PERSON, by handle, an admin of a tenant that has none any more.

    Where there is an admin, it is theirs to say who else is one.

    \b
    Example:
      cairn appoint-admin ann --tenant acme
    """
    cairn.as_operator()
    done = cairn.command("POST", path_of("tenants", cairn.tenant, "appoint-admin"), {"person": person})
    if output.as_json:
        output.json(done)
    else:
        output.line(f"{person} is an admin of {cairn.tenant}")


COMMANDS: Final = (sign_out, appoint_admin)
