"""Taking everything out as tables: CSV files, and a workbook of the same."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

import click
import orjson

from chassis.texts import on_a_line
from cli.commands.options import gateway_command
from cli.connection import Cairn, Json
from cli.errors import Failed
from cli.output import Output, Steps, steps
from shared.figures import as_a_workbook_keeps, written
from shared.tables import TABLES

_SHOWN: Final = 50
_OWNER_ALONE: Final = 0o600


@click.command("export-tables", short_help="Write the tenant as the tables that an import reads.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--xlsx", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="A workbook of the same tables, too.")
@gateway_command
def export_tables(cairn: Cairn, output: Output, folder: Path, xlsx: Path | None) -> None:
    """Write the tenant as the tables that `cairn import` reads into DIR. For admins; that it was done is noted.

    Imported into an empty tenant they give the same numbers on every day, as far as is known now: corrections stand with their last value.
    What an end has cut off, and what the tables have no word for, is left out and listed. The files appear, or are replaced, only once the
    export is whole. A text that begins with = + - @ bears an apostrophe, so that no spreadsheet takes it for a formula; an import takes it
    away again.

    \b
    Examples:
      cairn export-tables acme-tables
      cairn export-tables acme-tables --xlsx acme.xlsx && cairn import acme.xlsx --tenant acme-2
    """
    with steps("waiting until Cairn has taken everything in") as shown:
        cairn.catch_up(or_say_who_is_away=True)
        shown.begin("exporting tables")
        try:
            report = _exported(cairn, folder, xlsx, shown)
        except OSError as error:
            raise Failed(f"{error.filename or folder} cannot be written: {error.strerror or error}") from None
    if output.as_json:
        output.json({"folder": str(folder), "xlsx": None if xlsx is None else str(xlsx), **report})
        return
    for table in report["tables"]:
        output.line(f"{folder / table['file']}: {table['rows']:,} rows")
    if xlsx is not None:
        output.line(f"{xlsx}: the same as a workbook")
    for one in report["left_out"][:_SHOWN]:
        output.line(on_a_line(f"left out: {one['file']}, {one['ref']}: {one['what']}"))
    if (more := report["left_out_count"] - _SHOWN) > 0:
        output.line(f"… and {more} more left out; --json names them")


def _exported(cairn: Cairn, folder: Path, xlsx: Path | None, shown: Steps) -> Json:
    """Writes the tables beside where they belong, and moves them there once all went well. Raises Failed where it broke off."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as unfinished:
        with cairn.lines("GET", "/v1/export-tables") as lines:
            report = _write_tables(Path(unfinished), lines, shown)
        names = [table["file"] for table in report["tables"]]
        if xlsx is not None:
            workbook = Path(unfinished) / "workbook"
            write_workbook(workbook, [Path(unfinished) / name for name in names])
            with tempfile.NamedTemporaryFile(dir=xlsx.parent, prefix=f".{xlsx.name}.", delete=False) as beside:
                beside.write(workbook.read_bytes())
            Path(beside.name).replace(xlsx)
        for name in names:
            (Path(unfinished) / name).chmod(_OWNER_ALONE)
            (Path(unfinished) / name).replace(folder / name)
    return report


def _write_tables(folder: Path, lines: Iterable[bytes], shown: Steps) -> Json:
    last: Json = {}
    with ExitStack() as opened:
        files: dict[str, IO[str]] = {}
        for number, line in enumerate(lines):
            last = orjson.loads(line)
            if "text" in last and last["file"] in TABLES:
                name = last["file"]
                if name not in files:
                    files[name] = opened.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
                files[name].write(last["text"])
            shown.reached(number)
    if "report" not in last:
        raise Failed(f"the export broke off: {last.get('detail', 'its report is missing')}; nothing was written")
    report: Json = last["report"]
    return report


def write_workbook(file: Path, tables: Iterable[Path]) -> None:
    """Tables as the sheets of a workbook, each called as its file without `.csv`: numbers as such, everything else as it is written.

    Raises Failed for a cell that a workbook cannot hold.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - the other commands start without it

    with Workbook(
        file, {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for table in tables:
            sheet = book.add_worksheet(table.stem)
            with table.open(encoding="utf-8", newline="") as rows:
                for row, cells in enumerate(csv.reader(rows)):
                    for column, cell in enumerate(cells):
                        number = _number(cell)
                        told = sheet.write_string(row, column, cell) if number is None else sheet.write_number(row, column, number)
                        if told:
                            raise Failed(f"{table.name}, line {row + 1}: a workbook holds no more; take the tables alone")


def _number(cell: str) -> float | None:
    """The number that a cell is, where a workbook, which keeps 16 digits, gives it back as it is written; else None."""
    try:
        number = float(cell)
        return number if written(as_a_workbook_keeps(number)) == cell else None
    except (ValueError, OverflowError):
        return None
