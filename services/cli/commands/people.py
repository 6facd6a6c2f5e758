"""Commands about who may come in: sign-out, leave, reinstate, appoint-admin."""

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

    They may sign in anew; whoever shall not has left (`cairn leave`), or is given other roles.

    \b
    Example:
      cairn sign-out ann
    """
    done = cairn.command("POST", path_of("people", person, "sign-out"))
    if output.as_json:
        output.json(done)
    else:
        output.line(f"every session of {person} is ended")


@click.command("leave", short_help="Note that a person has left.")
@click.argument("person")
@gateway_command
def leave(cairn: Cairn, output: Output, person: str) -> None:
    """Note that PERSON, by handle, has left: they sign in no more, and every session of theirs ends. For admins.

    What is theirs keeps their name, and their handle stays theirs. They may come back: `cairn reinstate`. A tenant always keeps an admin.

    \b
    Example:
      cairn leave ann
    """
    done = cairn.command("POST", path_of("people", person, "leave"))
    if output.as_json:
        output.json(done)
    else:
        output.line(f"{person} has left, and every session of theirs is ended")


@click.command("reinstate", short_help="Let a person who has left come back.")
@click.argument("person")
@gateway_command
def reinstate(cairn: Cairn, output: Output, person: str) -> None:
    """Let PERSON, by handle, who has left come back, with the roles and teams that they have. For admins.

    \b
    Example:
      cairn reinstate ann
    """
    done = cairn.command("POST", path_of("people", person, "reinstate"))
    if output.as_json:
        output.json(done)
    else:
        output.line(f"{person} is back")


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


COMMANDS: Final = (sign_out, leave, reinstate, appoint_admin)
