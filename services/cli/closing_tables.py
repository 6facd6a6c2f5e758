"""The tables that a cycle is closed with: grades of key results, and what came of objectives."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Final

import click

from cli.commands.options import number_said
from cli.connection import Json
from shared.cells import YES_OR_NO, plain, says_nothing

_COLUMNS: Final = frozenset({"objective", "key_result", "grade", "note", "outcome", "well", "learnt", "carry"})


@dataclass(frozen=True, slots=True)
class Said:
    """What tables say, as a closing takes it, and where each of it stands."""

    objectives: Sequence[Json] = ()
    grades: Sequence[Json] = ()
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by `objectives` and `grades`

    @property
    def body(self) -> Json:
        """Both, as far as there is any."""
        return {name: [*said] for name, said in (("objectives", self.objectives), ("grades", self.grades)) if said}

    def by_row(self, message: str) -> str:
        """A refusal, told of the rows of the tables: grades.csv, line 3 (J1/2)."""
        return _OF_A_ROW.sub(self._row, message)

    def _row(self, found: re.Match[str]) -> str:
        rows = self.where.get(found[1], ())
        return rows[int(found[2])] if int(found[2]) < len(rows) else found[0]


_OF_A_ROW: Final = re.compile(r"\b(objectives|grades)[.\[](\d+)\]?(?:\.\w+)?", re.ASCII)

_Row = tuple[str, Mapping[str, str]]
"""Where a row stands, and its cells by their columns."""


def said_in(tables: Iterable[Path]) -> Said:
    """What some tables say. Raises UsageError for a file that cannot be read, is no such table, or has a cell that cannot be taken."""
    rows = [row for table in tables for row in _rows_of(table)]
    of_objectives = [row for row in rows if any(row[1].get(name) for name in ("outcome", "well", "learnt", "carry"))]
    graded = [row for row in rows if row[1].get("key_result")]
    return Said(
        [_of_objective(*row) for row in of_objectives],
        [_graded(*row) for row in graded],
        {
            "objectives": [f"{where} ({cells.get('objective', '')})" for where, cells in of_objectives],
            "grades": [f"{where} ({_reference(cells)})" for where, cells in graded],
        },
    )


def _rows_of(table: Path) -> list[_Row]:
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{table} cannot be read: {error}") from None
    first_line = text.partition("\n")[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=separator)  # a cell may have several lines
    unknown = set(reader.fieldnames or ()) - _COLUMNS
    if unknown or not reader.fieldnames:
        raise click.UsageError(
            f"{table}: {', '.join(sorted(unknown)) or 'an empty file'} is no column of grades; docs/command-line.md lists them"
        )
    return [
        (f"{table.name}, line {reader.line_num}", {name: plain((value or "").strip()) for name, value in row.items() if name})
        for row in reader
    ]


def _of_objective(where: str, row: Mapping[str, str]) -> Json:
    said: Json = {name: row[name] for name in ("objective", "outcome", "well", "learnt") if row.get(name)}
    if carry := row.get("carry"):
        if carry.lower() not in YES_OR_NO:
            raise click.UsageError(f"{where}: carry of {row.get('objective')}: {carry!r} is neither yes nor no")
        said["carry"] = YES_OR_NO[carry.lower()]
    return said


def _graded(where: str, row: Mapping[str, str]) -> Json:
    key_result, figure = _reference(row), row.get("grade", "")
    abstained = not figure or says_nothing(figure) or figure.lower() == "abstain"
    grade = None if abstained else number_said(figure.replace(",", "."))
    if not abstained and (grade is None or not 0 <= grade <= 1):
        raise click.UsageError(f"{where}: grade of {key_result}: {figure!r} is no number from 0 to 1")
    return {"key_result": key_result, "grade": grade, "note": row.get("note", "")}


def _reference(row: Mapping[str, str]) -> str:
    """Of a key result by its number inside its objective, as tables of an import may have it, or by its own reference."""
    objective, key_result = row.get("objective", ""), row["key_result"]
    return f"{objective}/{key_result}" if objective and key_result.isdecimal() else key_result
