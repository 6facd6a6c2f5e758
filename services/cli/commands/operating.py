"""Commands for whoever runs Cairn: rebuild, dead-letters."""

from __future__ import annotations

from typing import Any, Final

import click
import orjson

from cli.commands.options import gateway_command
from cli.connection import Cairn, Json
from cli.errors import Failed
from cli.output import Output, steps

_SERVICES: Final = ("directory", "goals", "checkins", "progress", "notifications", "audit")
_PHASES: Final = {"events": "folding events", "indexes": "making indexes", "swap": "swapping", "done": "done"}

service_option: Final = click.option("--service", type=click.Choice(_SERVICES), help="Of this service alone.")


@click.command(short_help="Build a projection anew from the logs.")
@click.argument("projection", type=click.Choice(["progress"]))
@gateway_command
def rebuild(cairn: Cairn, output: Output, projection: str) -> None:
    """Build a projection anew from the logs, beside the live one, and swap. Questions are answered all the while.

    \b
    Example:
      cairn rebuild progress
    """
    last: Json = {}
    with steps("beginning") as shown, cairn.lines("POST", f"/v1/projections/{projection}/rebuild") as lines:
        for line in lines:
            step = orjson.loads(line)
            if "error" in step:
                raise Failed(f"the rebuild broke off: {step.get('detail', step['error'])}; the live projection is as it was")
            if step["phase"] != last.get("phase"):
                shown.begin(_PHASES.get(step["phase"], step["phase"]), step["total"] or None)
            shown.reached(step["events"], step["total"] or None)
            last = step
    if last.get("phase") != "done":
        raise Failed("the rebuild broke off before its end; the live projection is as it was")
    if output.as_json:
        output.json({"projection": projection, "events": last["events"]})
    else:
        output.line(f"{projection} is rebuilt from {last['events']:,} events")


@click.group("dead-letters", short_help="List or replay messages that could not be consumed.")
def dead_letters() -> None:
    """Messages that could not be consumed: list them, or hand them over once more.

    A message that fails is put aside with the reason, and later ones of the same thing behind it; all others go on.
    """


@dead_letters.command("list")
@service_option
@gateway_command
def list_letters(cairn: Cairn, output: Output, service: str | None) -> None:
    """List the messages that could not be consumed, oldest first.

    \b
    Examples:
      cairn dead-letters list
      cairn dead-letters list --service progress --json
    """
    names = (service,) if service else _SERVICES
    letters = [letter for name in names for letter in cairn.pages("/v1/dead-letters", "dead_letters", {"service": name})]
    if output.as_json:
        output.json({"dead_letters": letters})
        return
    if not letters:
        output.line("no dead letters")
        return
    output.table(
        ("service", ">id", "when", "event", "from", ">tries", "why"),
        [
            (
                letter["service"],
                str(letter["id"]),
                letter["failed_at"][:19].replace("T", " "),
                letter["event"].rpartition(".")[2],
                f"{letter['topic']}[{letter['partition']}]@{letter['offset']}",
                str(letter["attempts"]),
                letter["reason"],
            )
            for letter in letters
        ],
    )


@dead_letters.command("replay")
@click.argument("ids", nargs=-1, type=click.IntRange(min=1))
@service_option
@gateway_command
def replay_letters(cairn: Cairn, output: Output, ids: tuple[int, ...], service: str | None) -> None:
    """Hand dead letters to their consumers once more, oldest first: those with these IDS, or all.

    Exit code 1 when some failed again; they stay.

    \b
    Examples:
      cairn dead-letters replay
      cairn dead-letters replay 17 18 --service progress
    """
    if ids and service is None:
        raise click.UsageError("IDS are those of one service; name it with --service")
    body: dict[str, Any] = {"ids": list(ids)}
    if service is not None:
        body["service"] = service
    with steps("replaying dead letters"):
        done = cairn.post("/v1/dead-letters/replay", body)
    if output.as_json:
        output.json(done)
    else:
        output.line(f"{done['replayed']} replayed, {done['remaining']} remain")
    if done["remaining"] and not ids:
        raise Failed(f"{done['remaining']} dead letters remain; `cairn dead-letters list` says why")


COMMANDS: Final = (rebuild, dead_letters)
