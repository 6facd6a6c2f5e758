"""Commands that ask: status, tree, objective, history, digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import click
from rich.text import Text

from chassis.texts import on_a_line
from cli.commands.options import as_of_option, formula_option, gateway_command, known_at_option, limit_option
from cli.connection import Cairn, Json, path_of
from cli.days import shown
from cli.errors import Failed, Problem
from cli.output import Output, number, percent, status_text, steps, strong

_UNKNOWN: Final = 404


@click.command(short_help="Show whether every service is well.")
@gateway_command
def status(cairn: Cairn, output: Output) -> None:
    """Show whether every service is well, what is relayed and consumed, what could not be, and what is not as the logs say.

    Exit code 1 when one of them is not well.

    \b
    Example:
      cairn status
      cairn status --json
    """
    found = cairn.get("/v1/status")
    if output.as_json:
        output.json(found)
    else:
        output.table(
            ("service", "health", ">log", ">relayed", ">lag", ">dead letters"),
            [
                (
                    service["service"],
                    Text(on_a_line(service["problem"]), "bold red") if service["problem"] else Text("well", "green"),
                    *(_count(service[name]) for name in ("head", "relayed", "lag", "dead_letters")),
                )
                for service in found["services"]
            ],
        )
        for service in found["services"]:
            if lead := service.get("recorded_ahead_seconds"):
                ahead = timedelta(seconds=round(lead))
                output.line(f"{service['service']} recorded its newest event {ahead} ahead of now, when the clock was wrong")
            for alarm in service.get("alarms") or ():
                output.line(f"{service['service']}: {alarm['message']}")
            if unknown := service.get("unknown_event_types"):
                output.line(f"{service['service']} passed over events of types that it did not know: {', '.join(unknown)}")
    if not found["healthy"]:
        ill = (f"{service['service']} ({service['problem']})" for service in found["services"] if not service["healthy"])
        raise Failed(f"not well: {', '.join(ill)}")


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


@click.command(short_help="Show objectives, key results and progress.")
@click.option("--cycle", metavar="NAME", help="Of this cycle alone; otherwise of all.")
@as_of_option
@known_at_option
@gateway_command
def tree(cairn: Cairn, output: Output, cycle: str | None, as_of: str | None, known_at: str | None) -> None:
    """Show objectives with their key results and progress, cycle by cycle.

    \b
    Examples:
      cairn tree
      cairn tree --cycle 2019-Q2 --as-of 2019-05-31
      cairn tree --json | jq '.objectives[] | {ref, progress}'
    """
    cycles = [cairn.get(path_of("cycles", cycle))] if cycle else list(reversed(cairn.pages("/v1/cycles")))
    shown: list[Json] = []
    for one in cycles:
        objectives = cairn.pages("/v1/tree", {"cycle": one["id"], "as_of": as_of, "known_at": known_at}, of="objectives")
        shown += [{**objective, "cycle": one["name"]} for objective in objectives]
        if not output.as_json:
            _show_tree(output, one, objectives)
    if output.as_json:
        output.json({"tenant": cairn.tenant, "cycles": cycles, "objectives": shown})
    elif not cycles:
        output.line(f"tenant {cairn.tenant} has no objectives yet; `cairn import DIR` brings some in")


def _show_tree(output: Output, cycle: Json, objectives: list[Json]) -> None:
    rows: list[tuple[str | Text, ...]] = []
    for objective in objectives:
        indent = "  " * objective["depth"]
        rows.append(
            (
                strong(f"{indent}{objective['ref']}"),
                strong(objective["title"]),
                strong(percent(objective["progress"])),
                _told_status(objective),
                number(objective["grade"]),
                _team(objective) or _called(objective["owner"]),
            )
        )
        for key_result in objective["key_results"]:
            ref, title = f"{indent}  {key_result['ref']}", key_result["title"]
            progress, grade = percent(key_result["progress"]), _grade(key_result)
            rows.append((ref, title, progress, status_text(_status(key_result)), grade, ""))
    title = f"{cycle['name']}  {cycle['first_day']} to {cycle['last_day']}, {cycle['state']}"
    output.table(("ref", "title", ">progress", "status", ">grade", "who"), rows, title)


def _told_status(objective: Json) -> Text:
    """Its status; where its numbers would tell those of something that the caller may not see: that they are not told."""
    return status_text(objective["status"] or "hidden")


def _grade(key_result: Json) -> str:
    return "abstained" if key_result["abstained"] and key_result["grade"] is None else number(key_result["grade"])


def _status(key_result: Json) -> str:
    return "cancelled" if key_result["cancelled"] else str(key_result["status"])


@click.command(short_help="Show an objective and where its number comes from.")
@click.argument("ref")
@as_of_option
@known_at_option
@gateway_command
def objective(cairn: Cairn, output: Output, ref: str, as_of: str | None, known_at: str | None) -> None:
    """Show the objective REF with its key results and where its number comes from.

    \b
    Examples:
      cairn objective J1
      cairn objective J5 --as-of 2019-05-31 --json
    """
    found = cairn.get(path_of("objectives", ref), {"as_of": as_of, "known_at": known_at})
    if output.as_json:
        output.json(found)
        return
    output.line(f"{found['ref']}  {found['title']}")
    who = ", ".join(filter(None, (_team(found), _called(found["owner"]))))
    output.line(f"{found['level']} · {who} · {found['state']} · {found['start_day']} to {found['due_day']}")
    output.line(
        f"progress {percent(found['progress'])} (raw {number(found['progress_raw'])}), {_told_status(found)}; "
        f"expected {percent(found['expected_pace'])}; coverage {percent(found['coverage'])}; grade {number(found['grade'])}"
    )
    if found["hidden"]:
        output.line("something counts that you cannot see")
    output.table(
        ("ref", "title", "measure", ">value", ">progress", "status", ">grade", "true on"),
        [
            (
                key_result["ref"],
                key_result["title"],
                _measure(key_result),
                number(key_result["value"]),
                percent(key_result["progress"]),
                status_text(_status(key_result)),
                _grade(key_result),
                key_result["as_of"] or "–",
            )
            for key_result in found["key_results"]
        ],
    )


def _measure(key_result: Json) -> str:
    shared = ", shared" if key_result["shared"] else ""
    if key_result["measure"] != "metric":
        return f"{key_result['measure']}{shared}"
    return f"{number(key_result['start'])} → {number(key_result['target'])} {key_result['unit'] or ''}".rstrip() + shared


@click.command(short_help="Show what changed, by which event, when, by whom.")
@click.argument("ref")
@limit_option
@as_of_option
@known_at_option
@gateway_command
def history(cairn: Cairn, output: Output, ref: str, limit: int, as_of: str | None, known_at: str | None) -> None:
    """Show what changed on the objective or key result REF: by which event, when, by whom. Newest first.

    \b
    Examples:
      cairn history J1
      cairn history J1/3 --json
    """
    wanted = {"as_of": as_of, "known_at": known_at}
    changes = _history(cairn, ref, wanted, limit)
    if output.as_json:
        output.json({"ref": ref, "changes": changes})
        return
    output.table(
        ("when", "true on", "what", "says", "by"),
        [
            (
                shown(change["recorded_at"]),
                change["true_on"] or "",
                change["event"].rpartition(".")[2],
                change["summary"] + (" (superseded)" if change["superseded"] else ""),
                by_whom(change),
            )
            for change in changes
        ],
    )


def _history(cairn: Cairn, ref: str, wanted: dict[str, Any], limit: int) -> list[Json]:
    try:
        return cairn.pages(path_of("objectives", ref, "history"), wanted, limit)
    except Problem as problem:
        if problem.status != _UNKNOWN:
            raise
    try:
        return cairn.pages(path_of("key-results", ref, "history"), wanted, limit)
    except Problem as problem:
        if problem.status != _UNKNOWN:
            raise
    raise Failed(f"there is no objective and no key result {ref[:100]!r} in tenant {cairn.tenant}; `cairn tree` shows what there is")


def by_whom(change: Json) -> str:
    """Who did it, and for whom where it was for somebody else."""
    actor, behalf = _called(change["actor"]), change["on_behalf_of"]
    return actor if behalf is None else f"{actor} for {_called(behalf)}"


def _called(person: Json | None) -> str:
    """What to call a person: by handle; a service by its name."""
    return "" if person is None else str(person["handle"] or person["name"] or "(forgotten)")


def _team(objective: Json) -> str:
    return "" if objective["team"] is None else str(objective["team"]["name"])


@click.command(short_help="Print the digest of the tenant's state.")
@formula_option
@gateway_command
def digest(cairn: Cairn, output: Output, formula: int | None) -> None:
    """Print the digest of the tenant's state: one SHA-256 over every row and every computed number. For admins and auditors.

    Everything said so far is taken in first. `cairn rebuild progress` does not change it, and `cairn replay` of an export prints the same.

    \b
    Examples:
      cairn digest
      cairn digest --formula 1
    """
    with steps("waiting until Cairn has taken everything in"):
        cairn.catch_up(or_say_who_is_away=True)
        found = cairn.get("/v1/projections/progress/digest", {"formula": formula})
    if output.as_json:
        output.json(found)
    else:
        output.line(found["digest"])


def handles(cairn: Cairn) -> dict[str, str]:
    """What people are called, by their ids."""
    return {person["id"]: person["handle"] or "(forgotten)" for person in cairn.pages("/v1/people")}


COMMANDS: Final = (status, tree, objective, history, digest)
