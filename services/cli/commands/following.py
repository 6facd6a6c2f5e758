"""Following along: events as they come."""

from __future__ import annotations

import time
from typing import Final

import click
import orjson

from cli.commands.options import gateway_command
from cli.connection import Cairn, Json
from cli.days import shown as shown_instant
from cli.names import Names
from cli.output import Output
from cli.wording import event_words

_PAGE: Final = 1000
_PAUSE_SECONDS: Final = 1.0


@click.command(short_help="Show what happened, event by event, and go on as more happens.")
@click.option("--after", metavar="POSITIONS", default="", help="Only what comes after these, as this command told them when it ended.")
@click.option("--follow", is_flag=True, help="Go on as more happens, until Ctrl-C.")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="At most so many events; 0, unless given: all.")
@gateway_command
def events(cairn: Cairn, output: Output, after: str, follow: bool, limit: int) -> None:
    """Show the tenant's events in the order in which they were recorded. For admins and auditors.

    A line for each, in words and at your own clock's time. With --json a line of JSON: the line that an export has of it. The last line on
    stderr says where to go on from.

    \b
    Examples:
      cairn events --json --follow | jq -c '{type, event}'
      cairn events --after checkins:3:1234,goals:1:90
    """
    shown, told_to_go_on = 0, False
    names = None if output.as_json else Names(cairn)
    try:
        while True:
            size = min(_PAGE, limit - shown) if limit else _PAGE
            page, reached = cairn.get_and_position("/v1/events", {"after": after or None, "limit": size})
            for event in page["items"]:
                _show(output, names, event)
            shown, told_to_go_on, after = shown + len(page["items"]), True, reached or after
            if (limit and shown >= limit) or not (page["next"] or follow):
                break
            if not page["next"]:
                time.sleep(_PAUSE_SECONDS)
    finally:
        if after and told_to_go_on:
            click.echo(f"go on from here: cairn events --after {after}", err=True)


def _show(output: Output, names: Names | None, event: Json) -> None:
    if names is None:
        click.echo(orjson.dumps(event))
        return
    said = names.content_of({"content": event["event"] or {}})
    output.line(f"{shown_instant(event['recorded_at'])}  {event_words(event['type'])}  {said}".rstrip())


COMMANDS: Final = (events,)
