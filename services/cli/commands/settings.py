"""A tenant's settings: shown, and changed."""

from __future__ import annotations

from typing import Final

import click

from cli.commands.options import as_of_option, command_of, holds_from_option, if_match_option, key_option
from cli.commands.options import gateway_command as asks_gateway
from cli.connection import Cairn, Json, path_of
from cli.output import Output
from cli.verbs import since
from cli.wording import told

_COLUMNS: Final = ("name", "value", "default", "since", "meaning")


@asks_gateway
def _settings(
    cairn: Cairn,
    output: Output,
    name: str | None,
    value: str | None,
    as_of: str | None,
    holds_from: str | None,
    if_match: int | None,
    idempotency_key: str,
) -> None:
    if name is not None and value is not None:
        if as_of is not None:
            raise click.UsageError("--as-of asks what a setting said; from which day on it says VALUE is --holds-from")
        body: Json = {"value": value} if holds_from is None else {"value": value, "holds_from": holds_from}
        answer = cairn.command("PUT", path_of("settings", name), body=body, key=idempotency_key, if_match=if_match)
        if output.as_json:
            output.json(answer)
        else:
            output.line(f"{name} is {value}{since(answer)}")
        return
    if holds_from is not None or if_match is not None or idempotency_key:
        raise click.UsageError("give NAME and VALUE; --holds-from, --if-match and --idempotency-key belong to a change")
    if name is None:
        page = cairn.get("/v1/settings", {"as_of": as_of})
        output.entries(page, _COLUMNS, lambda entry: [told(column, entry[column]) for column in _COLUMNS])
        return
    found = cairn.get(path_of("settings", name), {"as_of": as_of})
    if output.as_json:
        output.json(found)
    else:
        output.fields({field: text for field, value in found.items() if (text := told(field, value))})


settings: Final = command_of(
    "settings",
    "Show what the tenant has settled, or let a setting say something else. The latter for admins.\n\n"
    "Without NAME all settings; with NAME that one; with NAME and VALUE it says VALUE from today, or from --holds-from on. Numbers of a\n"
    "list are parted by semicolons.",
    (
        "cairn settings",
        "cairn settings bounds --as-of 2026-03-31",
        'cairn settings bounds "0.05;0.2" --holds-from 2026-01-01',
        "cairn settings cadence two-weekly",
    ),
    (
        click.argument("name", required=False),
        click.argument("value", required=False),
        as_of_option,
        holds_from_option,
        if_match_option,
        key_option,
    ),
    _settings,
)

COMMANDS: Final = (settings,)
