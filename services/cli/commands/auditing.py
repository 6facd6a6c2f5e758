"""Commands about what was done and told: audit, inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click
from rich.text import Text

from cli.commands.options import DAY_OR_INSTANT, gateway_command, limit_option
from cli.commands.reading import by_whom, handles
from cli.connection import Cairn, Json, path_of
from cli.days import shown
from cli.errors import Problem
from cli.output import Output, strong

_UNKNOWN: Final = 404
_MARKED_AT_ONCE: Final = 1000
_LONGEST: Final = 80  # characters of a field's value in a table


@click.command(short_help="Show who did what, when, on whose behalf, to which thing.")
@click.option("--who", metavar="PERSON", help="Only what this person did.")
@click.option("--thing", metavar="REF", help="Only what was done to this objective, key result, cycle or person.")
@click.option("--what", metavar="EVENT", help="Only events of this type, e.g. CheckInRecorded.")
@click.option("--since", type=DAY_OR_INSTANT, metavar="DATE", help="Only what was recorded on this day or later, or from this instant on.")
@click.option("--until", type=DAY_OR_INSTANT, metavar="DATE", help="Only what was recorded on this day or earlier, or before this instant.")
@limit_option
@gateway_command
def audit(
    cairn: Cairn,
    output: Output,
    who: str | None,
    thing: str | None,
    what: str | None,
    since: str | None,
    until: str | None,
    limit: int,
) -> None:
    """Show who did what, when, on whose behalf, to which thing. Newest first.

    Admins and auditors see what everyone did, others what they did themselves. A day is one in the tenant's time zone; the times that are
    shown are in yours.

    \b
    Examples:
      cairn audit --thing J1 --since 2026-03-01 --until 2026-03-31
      cairn audit --since 2026-03-01T09:00:00+01:00
      cairn audit --who admin --what CheckInRecorded --limit 0
      cairn audit --json | jq '.actions[] | {recorded_at, event, actor}'
    """
    wanted = {"actor": who, "thing": thing, "type": what, "from": since, "to": until}
    actions = cairn.pages("/v1/audit/actions", wanted, limit)
    if output.as_json:
        output.json({"tenant": cairn.tenant, "actions": actions})
        return
    people, things = handles(cairn), _Things(cairn)
    output.table(
        ("when", "who", "what", "thing", "says"),
        [
            (
                shown(action["recorded_at"]),
                by_whom(action),
                action["event"].rpartition(".")[2],
                things.name(action, people),
                _says(action["content"]),
            )
            for action in actions
        ],
    )
    if limit and len(actions) == limit:
        output.line(f"the newest {limit}; --limit 0 shows all")


class _Things:
    """What the things are called that actions were done to; each is asked for once."""

    def __init__(self, cairn: Cairn) -> None:
        self._cairn: Final = cairn
        self._names: Final[dict[str, str]] = {}

    def name(self, action: Json, people: Mapping[str, str]) -> str:
        """The reference of the thing; its id where it has none."""
        thing = str(action["objective_id"] or action["aggregate_id"])
        if thing not in self._names:
            self._names[thing] = people.get(thing) or self._asked(action, thing)
        return self._names[thing]

    def _asked(self, action: Json, thing: str) -> str:
        kind, name = ("cycles", "name") if "Cycle" in action["event"] else ("objectives", "ref")
        try:
            return str(self._cairn.get(path_of(kind, thing))[name] or thing)
        except Problem as problem:
            if problem.status != _UNKNOWN:
                raise
            return thing  # a name that was taken, the tenant itself, or what the caller may no longer see


def _says(content: Mapping[str, Any]) -> str:
    """An event's fields in words, without the ids that programs read."""
    said = {name: value for name, value in content.items() if not name.endswith(("_id", "_ids")) and value not in ("", [], {}, None)}
    return ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in said.items())


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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
    found = cairn.pages("/v1/inbox", {"unread_only": "true" if unread else None}, limit)
    if output.as_json:
        output.json({"tenant": cairn.tenant, "notifications": found})
    elif found:
        output.table(
            ("when", "kind", "what", "read"),
            [
                (
                    shown(notification["created_at"]),
                    notification["kind"].replace("_", " "),
                    notification["subject"] if notification["read_at"] else strong(notification["subject"]),
                    Text(shown(notification["read_at"]), "dim") if notification["read_at"] else Text("new", "bold"),
                )
                for notification in found
            ],
        )
    else:
        output.line("nothing new" if unread else "your inbox is empty")
    if mark_read:
        _mark_read(cairn, [notification["id"] for notification in found if notification["read_at"] is None])


def _mark_read(cairn: Cairn, ids: list[str]) -> None:
    for start in range(0, len(ids), _MARKED_AT_ONCE):
        cairn.post("/v1/inbox/read", {"notification_ids": ids[start : start + _MARKED_AT_ONCE]})


COMMANDS: Final = (audit, inbox)
