"""The coach: what an experienced eye says of a folder of tables, of a file of drafts, of an objective, of a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import click
import orjson

from cli.commands.importing import ZIP, date_format_option, locale_option, packed, tables_in
from cli.commands.options import as_of_option, gateway_command, known_at_option
from cli.connection import Cairn, Json
from cli.errors import USAGE, Failed, Problem
from cli.output import Output
from cli.references import reference_of
from cli.wording import is_an_id


@click.command(short_help="Say what an experienced eye would, of tables, drafts, an objective or a cycle.")
@click.argument("what", metavar="[DIR|FILE.json|REF]", required=False)
@click.option("--cycle", metavar="NAME", help="Look at this cycle's objectives.")
@click.option("--rules", is_flag=True, help="List what the coach looks for.")
@as_of_option
@known_at_option
@locale_option
@date_format_option
@gateway_command
def coach(
    cairn: Cairn,
    output: Output,
    what: str | None,
    cycle: str | None,
    rules: bool,
    as_of: str | None,
    known_at: str | None,
    locale: str | None,
    date_format: str | None,
) -> None:
    """Say what an experienced eye would of objectives and key results, each finding with what to do about it.

    DIR is a folder of tables as `cairn import` takes it; nothing of it is imported. FILE.json holds drafts, as POST /v1/coach takes them:
    {"objectives": [{"title": …, "key_results": [{"title": …}]}]}. REF is an objective. Findings never keep anybody from anything.

    \b
    Examples:
      cairn coach examples/sourcegraph-fy22q3
      cairn coach --cycle 2026-Q1 --as-of 2026-03-31
      cairn coach J1
      cairn coach drafts.json --json
      cairn coach --rules
    """
    if sum((what is not None, cycle is not None, rules)) != 1:
        raise click.UsageError("say what to look at: a folder, a file of drafts, an objective, or --cycle NAME; --rules lists the rules")
    if rules:
        _show_rules(cairn, output)
        return
    found = _findings(cairn, what, cycle, {"as_of": as_of, "known_at": known_at}, {"locale": locale, "date_format": date_format})
    if output.as_json:
        output.json(found["findings"])
    else:
        _show(output, found)


def _show_rules(cairn: Cairn, output: Output) -> None:
    known = cairn.get("/v1/coach/rules")
    if output.as_json:
        output.json(known)
    else:
        output.table(("rule", "severity", "looks for"), [(rule["rule"], rule["severity"], rule["about"]) for rule in known["items"]])


def _findings(cairn: Cairn, what: str | None, cycle: str | None, when: dict[str, str | None], notation: dict[str, str | None]) -> Json:
    if cycle is not None:
        return cairn.get("/v1/coach", {"cycle": reference_of(cairn, cycle, "cycles"), **when})
    assert what is not None
    path = Path(what)
    if path.exists() and any(when.values()):
        raise click.UsageError("--as-of and --known-at ask about what Cairn has; tables and drafts are looked at as they stand")
    if path.is_dir():
        return _of_tables(cairn, path, {name: value for name, value in notation.items() if value is not None})
    if path.is_file():
        return _of_drafts(cairn, path)
    return cairn.get("/v1/coach", {"objective": reference_of(cairn, what, "objectives"), **when})


def _of_tables(cairn: Cairn, folder: Path, notation: dict[str, str]) -> Json:
    tables = packed(tables_in(folder))
    try:
        return cairn.upload("/v1/coach/tables", tables, ZIP, notation)
    except Problem as problem:
        if problem.reason != "TABLES_UNREADABLE":
            raise
        raise Failed(f"{folder}: {problem.message}", USAGE) from None


def _of_drafts(cairn: Cairn, file: Path) -> Json:
    try:
        drafts = orjson.loads(file.read_bytes())
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}", USAGE) from None
    except orjson.JSONDecodeError as error:
        raise Failed(f"{file} is not JSON: {error}", USAGE) from None
    return cairn.post("/v1/coach", drafts)


def _show(output: Output, found: Json) -> None:
    findings: Sequence[Json] = found["findings"]
    for (ref, title), of_one in groupby(findings, key=lambda finding: (finding["ref"], finding["title"])):
        output.line(title if is_an_id(ref) else f"{ref}  {title}")
        for finding in of_one:
            output.line(f"  {finding['severity']}: {finding['says']} [{finding['rule']}]")
            output.line(f"    {finding['suggests']}")
    looked_at = f"{found['objectives']:,} objectives with {found['key_results']:,} key results"
    warnings = sum(finding["severity"] == "warning" for finding in findings)
    if findings:
        output.line(f"{looked_at}: {warnings:,} warnings, {len(findings) - warnings:,} hints")
    else:
        output.line(f"{looked_at}: nothing to say")


COMMANDS: Final = (coach,)
