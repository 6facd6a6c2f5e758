"""Commands about what was done and told: audit, inbox."""

from __future__ import annotations

from typing import Final

import click
from rich.text import Text

from cli.commands.options import DAY_OR_INSTANT, changed_since_option, gateway_command, limit_option, sort_option
from cli.connection import Cairn
from cli.days import shown
from cli.names import Names
from cli.output import Output, strong
from cli.wording import by_whom, event_words

_MARKED_AT_ONCE: Final = 1000


@click.command(short_help="Show who did what, when, on whose behalf, to which thing.")
@click.option("--who", metavar="PERSON", help="Only what this person did.")
@click.option("--thing", metavar="REF", help="Only what was done to this objective, key result, cycle or person.")
@click.option("--what", metavar="EVENT", help="Only events of this type, e.g. CheckInRecorded.")
@click.option("--on-behalf-of", metavar="PERSON", help="Only what was done for this person.")
@click.option("--log", type=click.Choice(("directory", "goals", "checkins", "progress", "notifications")), help="Only what is in this log.")
@click.option("--since", type=DAY_OR_INSTANT, metavar="DATE", help="Only what was recorded on this day or later, or from this instant on.")
@click.option("--until", type=DAY_OR_INSTANT, metavar="DATE", help="Only what was recorded on this day or earlier, or before this instant.")
@sort_option("recorded_at", otherwise="newest first")
@changed_since_option
@limit_option
@gateway_command
def audit(
    cairn: Cairn,
    output: Output,
    who: str | None,
    thing: str | None,
    what: str | None,
    on_behalf_of: str | None,
    log: str | None,
    since: str | None,
    until: str | None,
    sort: str | None,
    changed_since: str | None,
    limit: int,
) -> None:
    """Show who did what, when, on whose behalf, to which thing. Newest first, unless sorted otherwise.

    Admins and auditors see what everyone did, others what they did themselves. A day is one in the tenant's time zone; the times that are
    shown are in yours.

    \b
    Examples:
      cairn audit --thing J1 --since 2026-03-01 --until 2026-03-31
      cairn audit --since 2026-03-01T09:00:00+01:00
      cairn audit --who admin --what CheckInRecorded --limit 0
      cairn audit --json | jq '.items[] | {recorded_at, event, actor}'
    """
    wanted = {"actor": who, "thing": thing, "type": what, "from": since, "to": until}
    wanted |= {"on_behalf_of": on_behalf_of, "log": log, "sort": sort, "changed_since": changed_since}
    page = cairn.whole("/v1/audit/actions", wanted, limit)
    names = Names(cairn) if page["items"] and not output.as_json else None
    output.entries(
        page,
        ("when", "who", "what", "thing", "says"),
        lambda action: (
            shown(action["recorded_at"]),
            by_whom(action),
            event_words(action["event"]),
            names.thing_of(action) if names else "",
            names.content_of(action) if names else "",
        ),
    )


@click.command(short_help="Show what you were told.")
@click.option("--unread", is_flag=True, help="Only what you have not read yet.")
@click.option("--mark-read", is_flag=True, help="Mark what is shown as read.")
@limit_option
@gateway_command
def inbox(cairn: Cairn, output: Output, unread: bool, mark_read: bool, limit: int) -> None:
    """Show the notifications of whoever is signed in. Newest first.

    \b
    Examples:
      cairn inbox --unread
      CAIRN_PERSON=martin cairn inbox
      cairn inbox --unread --mark-read --json
    """
    page = cairn.whole("/v1/inbox", {"unread_only": "true" if unread else None}, limit)
    if output.as_json or page["items"]:
        output.entries(
            page,
            ("when", "kind", "what", "read"),
            lambda told: (
                shown(told["created_at"]),
                told["kind"].replace("_", " "),
                told["subject"] if told["read_at"] else strong(told["subject"]),
                Text(shown(told["read_at"]), "dim") if told["read_at"] else Text("new", "bold"),
            ),
        )
    else:
        output.line("nothing new" if unread else "your inbox is empty")
    if mark_read:
        _mark_read(cairn, [notification["id"] for notification in page["items"] if notification["read_at"] is None])


def _mark_read(cairn: Cairn, ids: list[str]) -> None:
    for start in range(0, len(ids), _MARKED_AT_ONCE):
        cairn.post("/v1/inbox/read", {"notification_ids": ids[start : start + _MARKED_AT_ONCE]})


COMMANDS: Final = (audit, inbox)
