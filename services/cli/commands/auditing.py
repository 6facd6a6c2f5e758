"""Commands about what was done and told: audit, inbox."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

import click
from rich.text import Text

from chassis.texts import name_key, quoted
from cli.commands.options import DAY_OR_INSTANT, changed_since_option, gateway_command, limit_option, sort_option
from cli.connection import Cairn, Json
from cli.days import shown as shown_instant
from cli.errors import Failed
from cli.names import Names
from cli.output import Output, strong
from cli.wording import by_whom, event_words

_ACTIONS: Final = "/v1/audit/actions"
_PAGE: Final = 1000
_OF_SECURITY: Final = "SecurityEventNoted"
_MARKED_AT_ONCE: Final = 1000


@click.command(short_help="Show who did what, when, on whose behalf, to which thing.")
@click.option("--who", metavar="PERSON", help="Only what this person did.")
@click.option("--thing", metavar="REF", help="Only what was done to this objective, key result, cycle, person, team or pillar.")
@click.option("--what", metavar="EVENT", help="Only events of this type, e.g. CheckInRecorded; `cairn event-types` lists them.")
@click.option("--security", is_flag=True, help="Sign-ins, refusals and what else concerns security, too; --json has them anyway.")
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
    security: bool,
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
    wanted = {"actor": who, "thing": thing, "type": _event_type(cairn, what), "from": since, "to": until}
    wanted |= {"on_behalf_of": on_behalf_of, "log": log, "sort": sort, "changed_since": changed_since}
    shows_all = security or what is not None or output.as_json
    page, hidden = (cairn.whole(_ACTIONS, wanted, limit), 0) if shows_all else _without_security(cairn, wanted, limit)
    names = Names(cairn) if page["items"] and not output.as_json else None
    output.entries(
        page,
        ("when", "who", "what", "thing", "says"),
        lambda action: (
            shown_instant(action["recorded_at"]),
            by_whom(action),
            event_words(action["event"]),
            names.thing_of(action) if names else "",
            names.content_of(action) if names else "",
        ),
    )
    if hidden:
        output.line(f"{hidden} events of security between them are hidden; --security shows them")


def _event_type(cairn: Cairn, said: str | None) -> str | None:
    """The type of events that is meant, whatever its capitals. Raises Failed for one that there is not, with the nearest."""
    if said is None:
        return None
    types = {name_key(word): one["name"] for one in cairn.get("/v1/event-types")["items"] for word in (one["name"], one["type"])}
    if name_key(said) in types:
        return str(types[name_key(said)])
    near = [types[key] for key in get_close_matches(name_key(said), types, n=1, cutoff=0.3)]
    meant = f"; did you mean {near[0]}?" if near else ";"
    raise Failed(f"there is no type of events {quoted(said)}{meant} `cairn event-types` lists them", reason="EVENT_TYPE_UNKNOWN")


def _without_security(cairn: Cairn, wanted: Mapping[str, Any], limit: int) -> tuple[Json, int]:
    """A list of actions without those of security, and how many of these were passed over."""
    shown: list[Json] = []
    hidden, cursor = 0, None
    while True:
        page = cairn.get(_ACTIONS, {**wanted, "limit": min(2 * limit, _PAGE) or _PAGE, "cursor": cursor})
        for action in page["items"]:
            if limit and len(shown) == limit:
                return {"items": shown, "next": page["next"] or "more"}, hidden
            if event_words(action["event"]) == _OF_SECURITY:
                hidden += 1
            else:
                shown.append(action)
        cursor = page["next"]
        if not cursor:
            return {"items": shown, "next": None}, hidden


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
                shown_instant(told["created_at"]),
                told["kind"].replace("_", " "),
                told["subject"] if told["read_at"] else strong(told["subject"]),
                Text(shown_instant(told["read_at"]), "dim") if told["read_at"] else Text("new", "bold"),
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
