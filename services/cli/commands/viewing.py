"""Commands that show what teams, pillars, cycles and people come to: team, pillar, person, participation, compare, effort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from chassis.texts import on_a_line
from cli.commands.listing import told_fields
from cli.commands.options import DAY, as_of_option, gateway_command, known_at_option, limit_option
from cli.connection import Cairn, Json, path_of
from cli.output import Output, number, percent, status_text, strong
from cli.references import found as meant
from cli.wording import reference, told


@click.command(short_help="Show a team: its objectives, what they come to, and the teams below.")
@click.argument("team")
@click.option("--cycle", metavar="NAME", help="Only what is of this cycle.")
@as_of_option
@known_at_option
@gateway_command
def team(cairn: Cairn, output: Output, team: str, cycle: str | None, as_of: str | None, known_at: str | None) -> None:
    """Show TEAM, by its name: who leads it, its active objectives, the mean of their progress, and the same of each team below it.

    \b
    Examples:
      cairn team Platform
      cairn team Platform --cycle 2026-Q1 --as-of 2026-03-31 --json
    """
    found = cairn.get(path_of("teams", team, "progress"), {"cycle": cycle, "as_of": as_of, "known_at": known_at})
    details = cairn.get(path_of("teams", found["team"]["id"]), {"as_of": as_of})
    if output.as_json:
        output.json({**details, **found})
        return
    people = f"{details['members']} {'person' if details['members'] == 1 else 'people'}"
    led, above = told("lead", found["lead"]), told("parent", details["parent"])
    output.line(
        ", ".join(filter(None, (found["team"]["name"], led and f"led by {led}", above and f"below {above}", people)))
        + f": progress {_progress(found)}"
    )
    _show_objectives(output, found["objectives"], "no active objectives that you may see")
    if found["teams"]:
        rows = [
            (f"{'  ' * depth}{each['team']['name']}", told("lead", each["lead"]), str(len(each["objectives"])), _progress(each))
            for depth, each in _below(found)
        ]
        output.table(("team", "lead", ">objectives", ">progress"), rows)


@click.command(short_help="Show a strategic pillar: its objectives, and what they come to.")
@click.argument("pillar")
@click.option("--cycle", metavar="NAME", help="Only what is of this cycle.")
@as_of_option
@known_at_option
@gateway_command
def pillar(cairn: Cairn, output: Output, pillar: str, cycle: str | None, as_of: str | None, known_at: str | None) -> None:
    """Show PILLAR, by its reference or its title: what it is about, the active objectives that name it, and the mean of their progress.

    \b
    Examples:
      cairn pillar growth
      cairn pillar growth --cycle 2026-Q1 --as-of 2026-03-31 --json
    """
    asked = {"cycle": cycle, "as_of": as_of, "known_at": known_at}
    found = cairn.get(path_of("pillars", pillar, "progress"), asked)
    details = cairn.get(path_of("pillars", found["pillar"]["id"]))
    if output.as_json:
        output.json({**details, **found})
        return
    output.line(f"{details['title']}: progress {_progress(found)}")
    if details["about"]:
        output.line(details["about"])
    _show_objectives(output, found["objectives"], "no active objectives that you may see")


def _below(found: Json, depth: int = 0) -> Iterator[tuple[int, Json]]:
    for each in found["teams"]:
        yield depth, each
        yield from _below(each, depth + 1)


def _progress(found: Json) -> str:
    """A mean; that it is not told, where something hidden counts."""
    return "hidden" if found["progress"] is None and found["hidden"] else percent(found["progress"])


def _show_objectives(output: Output, objectives: list[Json], nothing: str) -> None:
    if not objectives:
        output.line(nothing)
        return
    rows = [
        (strong(reference(each)), each["title"], percent(each["progress"]), status_text(each["status"] or "hidden")) for each in objectives
    ]
    output.table(("ref", "objective", ">progress", "status"), rows)


@click.command(short_help="Show a person: what is theirs, and what waits for them.")
@click.argument("person")
@as_of_option
@known_at_option
@gateway_command
def person(cairn: Cairn, output: Output, person: str, as_of: str | None, known_at: str | None) -> None:
    """Show PERSON, by handle: who they are, their objectives, key results and tasks, what they gave to others, and what waits for them.

    \b
    Examples:
      cairn person ann
      cairn person ann --as-of 2026-03-31 --json
    """
    details = cairn.get(path_of("people", person), {"as_of": as_of})
    page = cairn.get(path_of("people", person, "page"), {"as_of": as_of, "known_at": known_at})
    if output.as_json:
        output.json({**details, **page})
        return
    output.fields(told_fields(details))
    _show_objectives(output, page["objectives"], "no active objectives")
    if page["key_results"]:
        output.table(
            ("ref", "key result", ">progress", "status", "check-in due by"),
            [
                (reference(each), each["title"], percent(each["progress"]), status_text(each["status"] or "hidden"), each["due_by"] or "–")
                for each in page["key_results"]
            ],
        )
    for name, title, whom in (("tasks", "task", "giver"), ("given", "task given", "assignee")):
        if page[name]:
            rows = [
                (reference(each), each["title"], told(whom, each[whom]), each["priority"], each["due_day"] or "–") for each in page[name]
            ]
            output.table(("ref", title, whom, "priority", "due"), rows)
    if page["approvals"]:
        output.table(("ref", "to approve"), [(reference(each), each["title"]) for each in page["approvals"]])
    if page["feedback"]:
        asked_for = [(told("author", each["author"]), on_a_line(each["text"] or ""), each["id"]) for each in page["feedback"]]
        output.table(("feedback asked by", "about", "id"), asked_for)
    waiting = {"check-ins": page["check_ins_due"], "tasks": page["tasks_due"]}
    unread = "" if page["unread"] is None else f"; {page['unread']} unread in the inbox"
    output.line(f"due: {', '.join(f'{count} {what}' for what, count in waiting.items())}{unread}")


@click.command(short_help="Show how many of the check-ins due in a cycle were made, by team.")
@click.option("--cycle", required=True, metavar="NAME", help="Of this cycle.")
@as_of_option
@known_at_option
@gateway_command
def participation(cairn: Cairn, output: Output, cycle: str, as_of: str | None, known_at: str | None) -> None:
    """Show how many of the check-ins that were due in a cycle were made, by cadence period and team.

    Teams of fewer than five people are not shown, and people never are.

    \b
    Examples:
      cairn participation --cycle 2026-Q1
      cairn participation --cycle 2026-Q1 --as-of 2026-02-15 --json
    """
    found = cairn.get(path_of("cycles", cycle, "participation"), {"as_of": as_of, "known_at": known_at})
    if output.as_json:
        output.json(found)
        return
    rows = [
        (period["from"], period["to"], told("team", each["team"]), _count(each["due"]), _count(each["done"]), _share(each))
        for period in found["periods"]
        for each in period["teams"]
    ]
    if rows:
        output.table(("from", "to", "team", ">due", ">done", ">share"), rows)
    else:
        output.line("nothing to show: no check-in was due of a team of five people or more")


def _count(value: int | None) -> str:
    return "hidden" if value is None else f"{value:,}"


def _share(of_team: Json) -> str:
    return "–" if not of_team["due"] or of_team["done"] is None else percent(of_team["done"] / of_team["due"])


@click.command(short_help="Compare cycles by what came of their objectives.")
@click.argument("cycle", nargs=-1, required=True)
@as_of_option
@known_at_option
@gateway_command
def compare(cairn: Cairn, output: Output, cycle: tuple[str, ...], as_of: str | None, known_at: str | None) -> None:
    """Compare each CYCLE, by name, with the others: what its objectives that are active or closed come to, as equals.

    \b
    Examples:
      cairn compare 2025-Q4 2026-Q1
      cairn compare 2025-Q4 2026-Q1 --json
    """
    found = cairn.get("/v1/cycle-comparison", {"cycle": list(cycle), "as_of": as_of, "known_at": known_at})
    if output.as_json:
        output.json(found)
        return
    output.table(
        ("cycle", ">objectives", ">key results", ">progress", ">grade", ">coverage", "statuses"),
        [
            (
                told("cycle", each["cycle"]),
                str(each["objectives"]),
                str(each["key_results"]),
                _progress(each),
                number(each["grade"]),
                percent(each["coverage"]),
                ", ".join(f"{said['objectives']} {said['status'].replace('_', ' ')}" for said in each["statuses"]),
            )
            for each in found["cycles"]
        ],
    )


_from_option: Final = click.option("--from", "from", type=DAY, metavar="DATE", help="From this day on; of a team from its week on.")
_to_option: Final = click.option("--to", type=DAY, metavar="DATE", help="To this day; of a team to the end of its week.")


@click.command(short_help="Show time that was logged: yours, on a task or an initiative, or where a team's weeks went.")
@click.argument("ref", required=False)
@click.option("--team", metavar="NAME", help="Where the weeks of this team went, objective by objective.")
@_from_option
@_to_option
@limit_option
@as_of_option
@known_at_option
@gateway_command
def effort(cairn: Cairn, output: Output, ref: str | None, team: str | None, limit: int, **asked: str | None) -> None:
    """Show the time that you logged, or what was logged on REF, a task or an initiative, or where the weeks of a team went.

    Of a team it is told by objective, never by person; for its people, who leads it or a team above it, admins and auditors.

    \b
    Examples:
      cairn effort --from 2026-03-01
      cairn effort T1
      cairn effort --team Platform --from 2026-03-01 --to 2026-03-31 --json
    """
    if team is not None:
        if ref is not None:
            raise click.UsageError("give a REF, or --team, and not both")
        _show_team_effort(output, cairn.get(path_of("teams", team, "effort"), asked))
        return
    path = path_of("effort")
    if ref is not None:
        kind, its_ref = meant(cairn, ref, ("tasks", "initiatives"))
        path = path_of(kind, its_ref, "effort")
    page = cairn.whole(path, asked, limit)
    nothing = "nothing is logged" if page["minutes"] == 0 else "nothing that you are shown; others logged"
    output.entries(page, ("day", ">time", "who", "on", "note", "id"), _entry, nothing)
    if not output.as_json and page["minutes"]:
        output.line(f"{spent(page['minutes'])} in all")


def _entry(entry: Json) -> list[str]:
    on = entry["task"] or (entry["serves"] or {}).get("initiative")
    return [entry["day"], spent(entry["minutes"]), told("person", entry["person"]), on["title"] if on else "–", entry["note"], entry["id"]]


def _show_team_effort(output: Output, found: Json) -> None:
    if output.as_json:
        output.json(found)
        return
    weeks, withheld = found["weeks"], [week["from"] for week in found["weeks"] if week["withheld"]]
    output.line(f"{found['team']['name']}, {weeks[0]['from']} to {weeks[-1]['to']}: {spent(found['minutes'])}")
    if found["objectives"]:
        rows = [
            (
                reference(each["objective"]) if each["objective"] else "–",
                each["objective"]["title"] if each["objective"] else "no objective",
                spent(each["minutes"]),
                percent(each["minutes"] / found["minutes"]),
            )
            for each in found["objectives"]
        ]
        output.table(("ref", "objective", ">time", ">share"), rows)
        output.table(("week from", ">time"), [(week["from"], spent(week["minutes"])) for week in weeks if not week["withheld"]])
    else:
        output.line("nothing to show: nothing is logged in these weeks that you may know of; `cairn spend TASK TIME` logs some")
    if withheld:
        output.line(f"not told, since one person alone logged: the weeks from {', '.join(withheld)}")
    if found["hidden"]:
        output.line("what went into objectives that you may not know of is left out")


def spent(minutes: int) -> str:
    """Minutes as people say them: 1 h 30 min."""
    hours, rest = divmod(minutes, 60)
    return " ".join(([f"{hours:,} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else []))


COMMANDS: Final = (team, pillar, person, participation, compare, effort)
