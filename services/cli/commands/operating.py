"""Commands for whoever runs Cairn: rebuild, log, dead-letters, clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import click
import orjson

from cli.commands.options import DURATION, act_as_operator, gateway_command, limit_option
from cli.connection import Cairn, Json
from cli.days import shown
from cli.errors import Failed
from cli.output import Output, steps
from cli.wording import event_words

_SERVICES: Final = ("directory", "goals", "checkins", "progress", "notifications", "audit")
_LOGS: Final = ("directory", "goals", "checkins", "progress", "notifications")
_REBUILT: Final = ("progress", "audit", "notifications", "checkins")
_PHASES: Final = {"events": "folding events", "indexes": "making indexes", "swap": "swapping", "done": "done"}

service_option: Final = click.option("--service", type=click.Choice(_SERVICES), help="Of this service alone.")
all_tenants_option: Final = click.option(
    "--all-tenants", is_flag=True, help="As the operator: of every tenant, and those that do not tell whose they are."
)


@click.command(short_help="Make what a service keeps from the logs anew.")
@click.argument("service", type=click.Choice(_REBUILT))
@gateway_command
def rebuild(cairn: Cairn, output: Output, service: str) -> None:
    """Make what a SERVICE keeps from the logs anew, beside the live tables, and swap. Questions are answered all the while.

    progress: every number. audit: who did what, and what exports hold. notifications: inboxes; nobody is told anything again, and what was
    read stays read. checkins: its copy of what goals defined. As the installation's operator, since it
    is of all tenants. One that is interrupted leaves the live tables as they were.

    \b
    Examples:
      cairn rebuild progress
      cairn rebuild audit
    """
    act_as_operator(cairn, output)
    last: Json = {}
    with steps("beginning") as shown, cairn.lines("POST", f"/v1/rebuild/{service}") as lines:
        for line in lines:
            step = orjson.loads(line)
            if "error" in step:
                raise Failed(f"the rebuild broke off: {step.get('detail', step['error'])}; the live tables are as they were")
            if step["phase"] != last.get("phase"):
                shown.begin(_PHASES.get(step["phase"], step["phase"]), step["total"] or None)
            shown.reached(step["events"], step["total"] or None)
            last = step
    if last.get("phase") != "done":
        raise Failed("the rebuild broke off before its end; the live tables are as they were")
    if output.as_json:
        output.json({"service": service, "events": last["events"]})
    else:
        output.line(f"{service} is rebuilt from {last['events']:,} events")


@click.group(short_help="Recover a log that was restored from an older state.")
def log() -> None:
    """The logs of the services, which everything else is made from."""


@log.command("recover")
@click.argument("names", nargs=-1, type=click.Choice(_LOGS), metavar="[LOG]...")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--take-nothing-back", is_flag=True, help="Count all newer events as lost, instead of taking them back from Kafka.")
@gateway_command
def recover_log(cairn: Cairn, output: Output, names: tuple[str, ...], dry_run: bool, take_nothing_back: bool) -> None:
    """Bring each LOG (all of them, unless named) that is older than what Kafka has of it to a new generation.

    Until then it takes nothing, and `cairn status` says so. Newer events are taken back from Kafka where they follow on from the log; every
    one that is not is listed: it was acknowledged and is lost, and has to be recorded again. A log that is not behind is left as it is.

    \b
    Examples:
      cairn log recover --dry-run
      cairn log recover goals
    """
    act_as_operator(cairn, output)
    how = f"dry_run={str(dry_run).lower()}&take_back={str(not take_nothing_back).lower()}"
    for name in names or _LOGS:
        with steps(f"recovering {name}"), cairn.lines("POST", f"/v1/logs/{name}/recovery?{how}") as lines:
            told = [orjson.loads(line) for line in lines]
        if not told or "generation" not in told[-1]:
            raise Failed(f"the recovery of {name} broke off: {told[-1].get('detail', '') if told else ''}; `cairn status` says how it is")
        *not_taken, recovery = told
        if output.as_json:
            output.json({**recovery, "not_taken": not_taken})
        else:
            _show_recovery(output, recovery, not_taken)


def _show_recovery(output: Output, recovery: Json, not_taken: list[Json]) -> None:
    for message in not_taken:
        what = "lost" if message["lost"] else "not of the log"
        event = (message["type"] or "a message that cannot be read").rpartition(".")[2]
        output.line(
            f"{what}: position {message['position'] or '?'}, {event} of {message['aggregate_id'] or '?'} in tenant"
            f" {message['tenant_id'] or '?'}, recorded {shown(message['recorded_at']) or '?'}, id {message['event_id'] or '?'}"
            f" (partition {message['partition']}, offset {message['offset']}): {message['why']}"
        )
    done = recovery["taken_back"] or recovery["lost"]
    would = "would be " if recovery["dry_run"] else ""
    summary = (
        f"{recovery['taken_back']:,} events {would}taken back from Kafka, {recovery['lost']:,} lost; generation {recovery['generation']}"
        f" begins at position {recovery['first_position']:,}"
    )
    output.line(f"{recovery['log']}: {summary if done else 'not behind Kafka; it is in generation ' + str(recovery['generation'])}")


@click.group("dead-letters", short_help="List or replay messages that could not be consumed.")
def dead_letters() -> None:
    """Messages that could not be consumed: list them, or hand them over once more.

    A message that fails is put aside with the reason, and later ones of the same thing behind it; all others go on.
    """


@dead_letters.command("list")
@service_option
@click.option("--log", multiple=True, type=click.Choice(_LOGS), help="Whose messages. May be repeated.")
@click.option("--reason", default="", metavar="TEXT", help="What their reason begins with, e.g. NOT_IN_LOG.")
@all_tenants_option
@limit_option
@gateway_command
def list_letters(
    cairn: Cairn, output: Output, service: str | None, log: tuple[str, ...], reason: str, all_tenants: bool, limit: int
) -> None:
    """List the messages of the tenant that could not be consumed, oldest first. For admins and auditors.

    `cairn status` counts those of all tenants.

    \b
    Examples:
      cairn dead-letters list
      cairn dead-letters list --service progress --json
      cairn dead-letters list --all-tenants
    """
    if all_tenants:
        act_as_operator(cairn, output)
    output.entries(
        cairn.whole("/v1/dead-letters", {"service": service, "log": log, "reason": reason or None}, limit),
        ("service", ">id", "when", "event", "from", ">tries", "why"),
        lambda letter: (
            letter["service"],
            str(letter["id"]),
            shown(letter["failed_at"]),
            event_words(letter["event"]),
            f"{letter['topic']}[{letter['partition']}]@{letter['offset']}",
            str(letter["attempts"]),
            letter["reason"],
        ),
    )


@dead_letters.command("replay")
@click.argument("ids", nargs=-1, type=click.IntRange(min=1))
@service_option
@all_tenants_option
@gateway_command
def replay_letters(cairn: Cairn, output: Output, ids: tuple[int, ...], service: str | None, all_tenants: bool) -> None:
    """Hand dead letters of the tenant to their consumers once more, oldest first: those with these IDS, or all. For admins.

    Exit code 1 when some failed again; they stay.

    \b
    Examples:
      cairn dead-letters replay
      cairn dead-letters replay 17 18 --service progress
      cairn dead-letters replay --all-tenants
    """
    if ids and service is None:
        raise click.UsageError("IDS are those of one service; name it with --service")
    if all_tenants:
        act_as_operator(cairn, output)
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


@click.group(short_help="Show the installation's clock, or move it on.")
def clock() -> None:
    """The installation's clock, by which everything is recorded and days begin.

    Where the installation says that its clock may be moved (CAIRN_CLOCK_MAY_BE_MOVED), tests and demonstrations live in another year.
    """


@clock.command("show")
@gateway_command
def show_clock(cairn: Cairn, output: Output) -> None:
    """Show what the clock says, and how far it is ahead of the machine's in each service.

    \b
    Example:
      cairn clock show
    """
    act_as_operator(cairn, output)
    _show_clock(output, cairn.get("/v1/clock"))


@clock.command("advance")
@click.argument("by", type=DURATION, metavar="BY")
@gateway_command
def advance_clock(cairn: Cairn, output: Output, by: timedelta) -> None:
    """Move the clock on BY so many seconds (s), minutes (m), hours (h), days (d) or weeks (w), in every service. There is no way back.

    0d brings services along that were away when it was moved.

    \b
    Examples:
      cairn clock advance 7d
      cairn clock advance 12h
    """
    act_as_operator(cairn, output)
    ahead = cairn.get("/v1/clock")["ahead_seconds"]
    _show_clock(output, cairn.put("/v1/clock", {"ahead_seconds": ahead + by.total_seconds()}))


@clock.command("confirm")
@gateway_command
def confirm_clock(cairn: Cairn, output: Output) -> None:
    """Say that the machine's clock is right, after it has jumped ahead.

    A clock that jumps ahead by more than a minute is not believed: nothing is recorded until it is right again, or confirmed.

    \b
    Example:
      cairn clock confirm
    """
    act_as_operator(cairn, output)
    _show_clock(output, cairn.post("/v1/clock/confirm", {}))


def _show_clock(output: Output, found: Json) -> None:
    if output.as_json:
        output.json(found)
        return
    output.line(f"{shown(found['now'])}, {_ahead(found['ahead_seconds'])}")
    for service in found["services"]:
        if service["ahead_seconds"] is None:
            output.line(f"{service['service']} does not answer")
        elif service["ahead_seconds"] != found["ahead_seconds"]:
            output.line(f"{service['service']}: {_ahead(service['ahead_seconds'])}; `cairn clock advance 0d` brings it along")
        if service["jumped_seconds"]:
            jump = timedelta(seconds=round(service["jumped_seconds"]))
            output.line(f"{service['service']}: jumped {jump} ahead; nothing is recorded until it is right, or `cairn clock confirm`")
        if service["recorded_ahead_seconds"]:
            lead = timedelta(seconds=round(service["recorded_ahead_seconds"]))
            output.line(f"{service['service']}: its newest event was recorded {lead} ahead of now, when the clock was wrong")


def _ahead(seconds: float) -> str:
    side = "ahead of" if seconds > 0 else "behind"
    return f"{timedelta(seconds=abs(seconds))} {side} the machine's clock" if seconds else "as the machine's clock"


COMMANDS: Final = (rebuild, log, dead_letters, clock)
