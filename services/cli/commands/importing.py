"""Bringing a folder of tables in: it is uploaded whole, and the report is shown."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click
import orjson

from cli.commands.options import gateway_command
from cli.connection import Cairn, Json
from cli.errors import SOME_REFUSED, USAGE, Failed, Problem
from cli.output import Output, number, steps
from shared.tables import (
    CHANGES,
    CHECK_INS,
    COMMENTS,
    CONTRIBUTIONS,
    CYCLES,
    GRADES,
    INITIATIVES,
    KEY_RESULTS,
    KPI_VALUES,
    KPIS,
    LOCALES,
    MILESTONES,
    NEEDED,
    OBJECTIVES,
    PEOPLE,
    PILLARS,
    SETTINGS,
    TABLES,
    TASKS,
    TEAMS,
    TOTALS,
    missing_table,
)

_KINDS: Final = {
    "settings": SETTINGS,
    "cycles": CYCLES,
    "people": PEOPLE,
    "teams": TEAMS,
    "pillars": PILLARS,
    "objectives": OBJECTIVES,
    "key results": KEY_RESULTS,
    "KPIs": KPIS,
    "initiatives": INITIATIVES,
    "tasks": TASKS,
    "milestones": MILESTONES,
    "check-ins": CHECK_INS,
    "KPI values": KPI_VALUES,
    "grades": GRADES,
    "comments": COMMENTS,
}
"""What an import counts, each with its table."""
_COUNTED_WITH_OTHERS: Final = {"contributions": CONTRIBUTIONS, "changes": CHANGES, "published totals": TOTALS}
"""Tables whose rows say something of what stands in others; those that were refused are counted by themselves."""
_ALWAYS_SHOWN: Final = frozenset({"cycles", "people", "teams", "objectives", "key results", "check-ins", "grades"})
"""Of the others only those of which there are any."""
ZIP: Final = "application/zip"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN: Final = 50  # of a kind of lines
_REFERENCE, _TITLE, _TEXT = 16, 32, 60  # characters that are shown: a table of objectives fits 100 columns


locale_option: Final = click.option(
    "--locale", type=click.Choice(LOCALES, case_sensitive=False), help="Whose numbers and days the tables are written with."
)
date_format_option: Final = click.option(
    "--date-format", metavar="FORMAT", help="How days are written, such as dd.mm.yyyy; it goes before the locale's."
)


@click.command("import", short_help="Bring a folder of CSV tables in, or a workbook.")
@click.argument("folder", metavar="DIR|FILE.xlsx", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would become of every row, and write nothing.")
@locale_option
@date_format_option
@gateway_command
def import_folder(cairn: Cairn, output: Output, folder: Path, dry_run: bool, locale: str | None, date_format: str | None) -> None:
    """Bring a folder of CSV tables in, or a workbook with a sheet for each of them (objectives, key_results, …). A tenant that is not
    there yet is made.

    Two shapes are read, told apart by the files in DIR:

    \b
      objectives.csv, key_results.csv (numbered inside their objective: J1/3),
          and perhaps checkins.csv, grades.csv, published_totals.csv
      objectives.csv, key_results.csv (each with its own id: K1), contributions.csv

    \b
    teams.csv         team, name; perhaps parent, lead
    people.csv        person, name; perhaps email, roles, team, manager, from, to (a further row: teams of other days)
    pillars.csv       pillar, title; perhaps about
    settings.csv      setting, value; perhaps day
    cycles.csv        cycle, first_day, last_day; perhaps kind, enclosing, cadence, weekday, state
    objectives.csv    objective, title, starts_on, ends_on; perhaps cycle, level, team, owner, kind, parent, pillar, roll_up,
                      child_weight, visibility, contributors, named, labels, why, state, active_from, ended_on, outcome
    key_results.csv   objective, number, title, kind (number, maintain, binary, milestones, score, baseline, sum); perhaps start,
                      target, unit, low, high, mode, milestones, feeds, weight, owners, due, plan, commit, stretch, cancelled_on, from
    contributions.csv objective, key_result; perhaps from
    kpis.csv          kpi, title, unit; perhaps low, high, owner, team
    initiatives.csv   initiative, title, owner, for; perhaps state, start, end
    tasks.csv         task, title, assignee; perhaps giver, priority, due, for, done_on
    milestones.csv    milestone, title, day; perhaps team, state
    changes.csv       ref, day, field, value
    checkins.csv      objective, key_result (1, or J1/1), date, score or value; perhaps by, done, confidence, blockers, status, part,
                      abstained, note, retracted
    kpi_values.csv    kpi, date, value
    grades.csv        objective, key_result, graded_on, grade; perhaps as_of, note
    comments.csv      on, day, by, text; perhaps reply_to (the number of a row before it)

    Columns are parted by commas, semicolons or tabs; texts are UTF-8, UTF-16 or Windows-1252; how a table was read is said. --locale tells
    what numbers (1.234,5) and days (31.03.2026) look like, --date-format days alone; 2026-03-31 is always read. Without them a cell with
    one meaning is read (0,75; 75 %; 31.03.2026), and a row with one that could be either (1,234; 03/04/2026) is refused with both.

    The ids of the tables become references that every other command takes. Dates stay the days that things were true on. Run again, it
    adds nothing; interrupted, run it again and it completes. Objectives and key results that are there already are left as they are; where
    they are otherwise, that is said. A check-in or a grade whose row says something else than before is corrected, one that was retracted
    stands again, and one that no row names any more is left as it is and listed. KPIs, work, milestones and comments become what their
    rows say.

    Exit code 0: all is in and durable. 3: some rows could not be taken; each is named with file, line, column and reason, the rest is in
    (with --dry-run: it would be). Rows that only lack what another row should have defined are counted with that one.
    2: DIR, or one of its tables, cannot be read.

    \b
    Examples:
      cairn import examples/joystream-2019
      cairn import examples/sourcegraph-fy22q3 --tenant sourcegraph
      cairn import examples/joystream-2019 --dry-run
      cairn import okrs.xlsx
      cairn import okrs --locale de
      cairn import okrs --locale en-US --date-format dd/mm/yyyy
    """
    content, media_type = (folder.read_bytes(), XLSX) if folder.is_file() else (packed(tables_in(folder)), ZIP)
    told = {"dry_run": "true" if dry_run else None, "locale": locale, "date_format": date_format}
    params = {name: value for name, value in told.items() if value is not None}
    if dry_run and not cairn.is_there():
        _tell_that_it_would_be_made(output, cairn.tenant)
        return
    tenant_made = False if dry_run else cairn.make_tenant_if_missing()
    report = {"tenant": cairn.tenant, "tenant_made": tenant_made, **_imported(cairn, folder, content, media_type, params)}
    if output.as_json:
        output.json(report)
    else:
        _show_report(output, report)
    if refused := report["refused_count"]:
        taken = any(report[what] for what in _TAKEN)
        rest = "nothing was written" if dry_run else "the rest is in" if taken else "nothing is in"
        raise Failed(f"{refused} rows {'cannot' if dry_run else 'could not'} be taken; {rest}", SOME_REFUSED)


def _tell_that_it_would_be_made(output: Output, tenant: str) -> None:
    if output.as_json:
        output.json({"dry_run": True, "tenant": tenant, "tenant_made": True})
    else:
        output.line(f"a dry run: tenant {tenant} is not there and would be made; nothing was written")
        output.line("how its rows would be taken can be told once it is there: `cairn add tenant` makes it")


def tables_in(folder: Path) -> dict[str, bytes]:
    """The tables of a folder. Raises Failed where one cannot be read, or one that is needed is not there."""
    try:
        tables: dict[str, bytes] = {name: (folder / name).read_bytes() for name in TABLES if (folder / name).is_file()}
    except OSError as error:
        raise Failed(f"{error.filename} cannot be read: {error.strerror}", USAGE) from None
    for needed in NEEDED:
        if needed not in tables:
            raise Failed(f"{folder}: {missing_table(needed)}", USAGE)
    return tables


def _imported(cairn: Cairn, folder: Path, content: bytes, media_type: str, params: dict[str, str]) -> Json:
    """The report of the import. Raises Failed when it broke off, or the tables cannot be read."""
    last: Json = {}
    try:
        with (
            steps("importing") as shown,
            cairn.lines("POST", "/v1/imports", params=params, content=content, media_type=media_type) as lines,
        ):
            for line in lines:
                last = orjson.loads(line)
                if "step" in last:
                    shown.begin(last["step"], last["total"])
                    shown.reached(last["done"], last["total"])
    except Problem as problem:
        if problem.reason != "TABLES_UNREADABLE":
            raise
        raise Failed(f"{folder}: {problem.message}", USAGE) from None
    if "report" not in last:
        raise Failed(f"the import broke off: {last.get('detail', 'its report is missing')}; run it again to go on")
    report: Json = last["report"]
    return report


def packed(tables: dict[str, bytes]) -> bytes:
    """The tables as a zip: how they are sent."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tables.items():
            archive.writestr(name, content)
    return written.getvalue()


def _show_report(output: Output, report: Json) -> None:
    if report["dry_run"]:
        output.line("a dry run: this is what an import would do, and nothing was written")
    if report["tenant_made"]:
        output.line(f"tenant {report['tenant']} is new")
    for table in report["tables"]:
        if read := _read_as(table):
            output.line(f"{table['file']} was read as {read}")
    refused = _refused_by_table(report)
    rows = [(kind, *(report[_field(kind)][what] for what in _TAKEN), refused[table]) for kind, table in _KINDS.items()]
    rows = [row for row in rows if row[0] in _ALWAYS_SHOWN or any(row[1:])]
    rows += [(kind, *("–" for _ in _TAKEN), refused[table]) for kind, table in _COUNTED_WITH_OTHERS.items() if refused[table]]
    output.table(("", ">new", ">corrected", ">already there", ">refused"), [[*map(str, row)] for row in rows])
    if report["dry_run"]:
        _show_objectives(output, report)
    _show_some(output, len(report["refused"]), (f"refused: {_where(one)}: {one['reason']}{_with_it(one)}" for one in report["refused"]))
    repeated = (
        f"repeated: {one['file']}, line {one['line']} says the same as line {one['same_as']}; both count" for one in report["repeated"]
    )
    _show_some(output, report["repeated_count"], repeated)
    _show_some(output, report["implausible_count"], map(_asked_about, report["implausible"]))
    for one in report["different"]:
        here, there = _said(one["here"]), _said(one["there"])
        output.line(f"different: {one['ref']}: {one['what']} is {here} here and {there} in Cairn; left as it is")
    _show_some(output, report["left_out_count"], map(_left_out, report["left_out"]))
    if totals := report["published_totals"]:
        agreeing = [total for total in totals if total["agrees"]]
        output.line(f"{len(agreeing)} of {len(totals)} published totals are the grades that came out")
        for total in totals:
            if not total["agrees"]:
                computed = "none" if total["computed"] is None else number(total["computed"])
                output.line(f"{total['ref']}: published {number(total['published'])}, computed {computed}")
    corrected = f"{report['corrected']} corrected, " if report["corrected"] else ""
    output.line(f"{report['new']} new, {corrected}{report['already_there']} already there, {report['refused_count']} refused")


_TAKEN: Final = ("new", "corrected", "already_there")


def _field(kind: str) -> str:
    """What the report calls a kind."""
    return kind.lower().replace(" ", "_").replace("-", "_")


def _refused_by_table(report: Json) -> Counter[str]:
    """How many rows of each table were refused, with those that lack what another one should have defined."""
    refused = Counter[str](one["file"] for one in report["refused"])
    for one in report["refused"]:
        refused.update({behind["file"]: behind["rows"] for behind in one["consequences"]})
    return refused


def _show_objectives(output: Output, report: Json) -> None:
    """What would become of each objective, but for those that stay as they are; and of what is there, each field before and after."""
    told = [one for one in report["by_objective"] if one["verdict"] != "unchanged"]
    output.table(
        ("objective", "", "title", ">key results", ">check-ins", ">grades"),
        [
            (
                _shortened(one["ref"], _REFERENCE),
                one["verdict"],
                _shortened(one["title"] or "", _TITLE),
                *(_added(one[f"new_{what}"]) for what in ("key_results", "check_ins", "grades")),
            )
            for one in told[:_SHOWN]
        ],
    )
    if len(told) > _SHOWN or report["by_objective_count"] > len(report["by_objective"]):
        output.line("… and more objectives; --json names them")
    if unchanged := len(report["by_objective"]) - len(told):
        output.line(f"{unchanged} objectives stay as they are")
    changes = [*(change for one in report["by_objective"] for change in one["changes"]), *report["changes"]]
    _show_some(output, sum(one["changes_count"] for one in report["by_objective"]) + report["changes_count"], map(_change, changes))


def _added(count: int) -> str:
    return f"+{count}" if count else ""


def _change(change: Json) -> str:
    """A field, before and after."""
    day = f" of {change['as_of']}" if change["as_of"] else ""
    by = f" by {change['by']}" if change["by"] else ""
    return f"{change['ref']}{day}{by}: {change['what'].replace('_', ' ')} {_said(change['before'])} → {_said(change['after'])}"


def _said(value: Any) -> str:
    """A value of a field, as a person would write it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case float() | int():
            return number(value)
        case list():
            return ", ".join(map(str, value)) or "nobody"
        case _:
            return f'"{_shortened(str(value), _TEXT)}"'


def _shortened(text: str, at_most: int) -> str:
    return text if len(text) <= at_most else text[: at_most - 1] + "…"


def _show_some(output: Output, count: int, lines: Iterable[str]) -> None:
    shown = list(islice(lines, _SHOWN))
    for line in shown:
        output.line(line)
    if count > len(shown):
        output.line(f"… and {count - len(shown)} more; --json names them")


def _read_as(table: Json) -> str:
    """How a table was read, where it is not UTF-8 with commas."""
    encoding = "" if table["encoding"] == "utf-8" else str(table["encoding"]).capitalize().replace("Utf", "UTF")
    delimiter = "" if table["delimiter"] == "comma" else f"parted by {table['delimiter']}s"
    return ", ".join(filter(None, (encoding, delimiter)))


def _where(refusal: Json) -> str:
    column = f", column {refusal['column']}" if refusal["column"] else ""
    return f"{refusal['file']}, line {refusal['line']}{column}"


def _with_it(refusal: Json) -> str:
    """How many rows were refused for nothing else."""
    rows = ", ".join(f"{one['rows']} of {one['file']}" for one in refusal["consequences"])
    return f"; refused with it: {rows}" if rows else ""


def _asked_about(one: Json) -> str:
    """Whether a value is a slip."""
    return (
        f"asked about: {one['file']}, line {one['line']}: {number(one['value'])} of {one['ref']} on {one['as_of']} lies more than 50 times "
        "as far from the start as the target does; it counts all the same. If it is a slip, correct the row and import the folder again"
    )


def _left_out(one: Json) -> str:
    said = "abstained" if one["value"] is None else number(one["value"])
    by = f" by {one['by']}" if one["by"] else ""
    return f"left out: {one['file']} says nothing any more of {one['ref']} on {one['as_of']}{by}: {said}; it stands as it is"


COMMANDS: Final = (import_folder,)
