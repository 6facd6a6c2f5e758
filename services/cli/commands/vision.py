"""The vision board of a tenant: shown, and what it is there for stated. Pillars have verbs of their own."""

from __future__ import annotations

from typing import Final

import click

from cli.commands.options import command_of, if_match_option, key_option
from cli.commands.options import gateway_command as asks_gateway
from cli.connection import Cairn
from cli.output import Output
from cli.verbs import since
from cli.wording import told

PILLARS: Final = ("place", "reference", "title", "about")
"""What is shown of each pillar."""


@asks_gateway
def _vision(cairn: Cairn, output: Output, mission: str | None, vision: str | None, if_match: int | None, idempotency_key: str) -> None:
    statement = {name: said for name, said in (("mission", mission), ("vision", vision)) if said is not None}
    if statement:
        answer = cairn.command("PATCH", "/v1/vision", body=statement, key=idempotency_key, if_match=if_match)
        if output.as_json:
            output.json(answer)
        else:
            output.line(f"{' and '.join(statement)} {'is' if len(statement) == 1 else 'are'} stated{since(answer)}")
        return
    if if_match is not None or idempotency_key:
        raise click.UsageError("give --mission or --vision; --if-match and --idempotency-key belong to a change")
    board = cairn.get("/v1/vision")
    if output.as_json:
        output.json(board)
        return
    if statements := {name: board[name] for name in ("mission", "vision") if board[name]}:
        output.fields(statements)
    page = {"items": board["pillars"], "next": None}
    nothing = "no pillars; `cairn add pillar TITLE` adds one"
    output.entries(page, PILLARS, lambda entry: [told(name, entry[name]) for name in PILLARS], nothing)


vision: Final = command_of(
    "vision",
    "Show the mission, the vision and the strategic pillars of the tenant, or state the former. The latter for admins.\n\n"
    "An empty text takes a statement away. `cairn add pillar`, `cairn revise pillar` and `cairn remove pillar` change the pillars.",
    (
        "cairn vision",
        'cairn vision --mission "Software that stays simple" --vision "Every team knows what matters"',
    ),
    (
        click.option("--mission", metavar="TEXT", help="What the tenant is there for."),
        click.option("--vision", metavar="TEXT", help="What it wants to have become."),
        if_match_option,
        key_option,
    ),
    _vision,
)

COMMANDS: Final = (vision,)
