"""Commands that ask: status, tree, objective, history, digest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
from rich.text import Text

from chassis.texts import on_a_line
from cli.commands.options import as_of_option, formula_option, gateway_command, known_at_option, limit_option
from cli.connection import Cairn, Json, path_of
from cli.days import shown
from cli.errors import Failed
from cli.output import Output, number, percent, steps
from cli.references import found as meant_by
from cli.reports import as_csv, as_html, show
from cli.trees import how_it_is, natural, show_trees, value_of, verdict_of
from cli.wording import by_whom, called, event_words, heading, reference, told


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
            if waiting := service.get("states_waiting"):
                output.line(f"{service['service']} has still to tell the present state of {waiting} objectives on Kafka")
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
    wanted = {"as_of": as_of, "known_at": known_at}
    if as_of or known_at:
        cycles = [{**one, "state": None} for one in cycles]  # it is told as of now alone
    trees = [(one, cairn.whole("/v1/tree", {"cycle": one["id"], **wanted}, of="objectives")) for one in cycles]
    show_trees(output, trees, of_one=cycle is not None)
    if not cycles and not output.as_json:
        output.line(f"tenant {cairn.tenant} has no cycle yet; `cairn import DIR` brings some in, `cairn add cycle` makes one")


@click.command(short_help="Show what came of a cycle at its closing.")
@click.argument("cycle")
@click.option("--version", type=click.IntRange(1), metavar="N", help="Of which closing; the newest unless given.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it as a page to be printed.")
@click.option("--csv", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it as a table.")
@gateway_command
def report(cairn: Cairn, output: Output, cycle: str, version: int | None, html: Path | None, csv: Path | None) -> None:
    """Show the report of CYCLE: what came of each objective, its grade and its numbers, as they were known at the closing.

    \b
    Examples:
      cairn report 2019-Q2
      cairn report 2019-Q2 --version 1 --html report.html
      cairn report 2019-Q2 --csv report.csv
    """
    found = cairn.get(path_of("cycles", cycle, "report"), {"version": version})
    for file, written in ((html, as_html), (csv, as_csv)):
        if file is not None:
            try:
                file.write_text(written(found), encoding="utf-8")
            except OSError as error:
                raise Failed(f"{file} cannot be written: {error.strerror}") from None
    if output.as_json:
        output.json(found)
        return
    show(output, found, cairn.get(path_of("cycles", cycle))["closings"])
    for file in filter(None, (html, csv)):
        output.line(f"written: {file}")


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
    output.line(found["title"] if heading(found) == found["title"] else f"{found['ref']}  {found['title']}")
    if found["why"]:
        output.line(found["why"])
    who = ", ".join(filter(None, (told("owner", found["owner"]), told("team", found["team"]))))
    output.line(" · ".join(filter(None, (found["level"], who, found["state"], f"{found['start_day']} to {found['due_day']}"))))
    partly = found["coverage"] not in (None, 1)  # else it says nothing
    figures = [
        f"progress {percent(found['progress'])} (raw {number(found['progress_raw'])}), {how_it_is(found)}",
        f"expected {percent(found['pace'])}",
        *([f"coverage {percent(found['coverage'])}"] if partly else []),
        f"grade {verdict_of(found)}",
    ]
    output.line("; ".join(figures))
    for said in _SAID_OF_AN_OBJECTIVE:
        if text := told(said, found[said]):
            output.line(f"{said.replace('_', ' ')} {text}")
    if found["hidden"]:
        output.line("something counts that you cannot see")
    _show_key_results(output, found["key_results"])
    if found["children"]:
        children = cairn.pages("/v1/objectives", {"parent": [found["id"]], "as_of": as_of, "known_at": known_at})
        _show_children(output, children)


_SAID_OF_AN_OBJECTIVE: Final = (
    *("kind", "roll_up", "approval", "cycle", "pillar", "parent", "carried_from", "copied_from", "started_from", "contributors", "labels"),
)


def _show_children(output: Output, children: Collection[Json]) -> None:
    output.table(
        ("child", "title", ">progress", "status", ">grade", "owner"),
        [
            (
                reference(child),
                child["title"],
                percent(child["progress"]),
                how_it_is(child),
                number(child["grade"]),
                told("owner", child["owner"]),
            )
            for child in sorted(children, key=natural)
        ],
    )


def _show_key_results(output: Output, key_results: Collection[Json]) -> None:
    if not key_results:
        output.line("no key results; `cairn add key-result` defines one")
        return
    output.table(
        ("ref", "title", "measure", ">value", ">progress", "status", ">grade", "true on", "owners"),
        [
            (
                reference(key_result),
                key_result["title"],
                _measure(key_result),
                value_of(key_result),
                percent(key_result["progress"]),
                how_it_is(key_result),
                number(key_result["grade"]),
                key_result["as_of"] or "–",
                told("owners", key_result["owners"]),
            )
            for key_result in sorted(key_results, key=natural)
        ],
    )


def _measure(key_result: Json) -> str:
    shared = ", shared" if key_result["shared"] else ""
    if key_result["measure"] == "maintain":
        return (
            f"{_bounds(key_result)} {key_result['unit'] or ''}".rstrip() + (", by share" if key_result["mode"] == "share" else "") + shared
        )
    if key_result["measure"] not in ("metric", "sum"):
        return f"{key_result['measure']} {key_result['unit'] or ''}".rstrip() + shared
    if key_result["measure"] == "sum":
        feeds = key_result["feeds"]
        follows = len(feeds) == 1 and feeds[0]["kind"] == "kpi"
        shared = f", {f'follows {reference(feeds[0])}' if follows else f'sum of {len(feeds)}'}{shared}"
    return f"{number(key_result['start'])} → {number(key_result['target'])} {key_result['unit'] or ''}".rstrip() + shared


def _bounds(key_result: Json) -> str:
    """What is maintained: at least, at most, or between."""
    low, high = key_result["low"], key_result["high"]
    if low is None:
        return f"≤ {number(high)}"
    return f"≥ {number(low)}" if high is None else f"{number(low)} to {number(high)}"


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
    kind, ref = meant_by(cairn, ref, ("objectives", "key-results"))
    found = cairn.whole(path_of(kind, ref, "history"), {"as_of": as_of, "known_at": known_at}, limit)
    taken_back = {change["check_in_id"] for change in found["items"] if change["event"].endswith("CheckInRetracted")}
    output.entries(
        found,
        ("when", "true on", "about", "what", "says", "why", "by"),
        lambda change: (
            shown(change["recorded_at"]),
            change["true_on"] or "",
            called(change["key_result"] or change["objective"] or {}),
            event_words(change["event"]),
            change["summary"] + _no_longer(change, taken_back),
            "; ".join(filter(None, (change["reason"], change["comment"]))),
            by_whom(change),
        ),
    )


def _no_longer(change: Json, taken_back: Collection[str | None]) -> str:
    """That a change counts no longer, and why: it was taken back, or another one took its place."""
    if not change["superseded"]:
        return ""
    return " (retracted)" if change["check_in_id"] is not None and change["check_in_id"] in taken_back else " (superseded)"


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


COMMANDS: Final = (status, tree, report, objective, history, digest)
