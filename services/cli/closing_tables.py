"""The tables that a cycle is closed with: grades of key results, and what came of objectives."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Final

import click

from cli.commands.options import number_said
from cli.connection import Json
from shared.cells import YES_OR_NO, plain, says_nothing

_COLUMNS: Final = frozenset({"objective", "key_result", "grade", "note", "outcome", "well", "learnt", "carry"})


def said_in(tables: Iterable[Path]) -> Json:
    """What some tables say, as a closing takes it: of objectives, and as grades.

    Raises UsageError for a file that cannot be read, is no such table, or has a cell that cannot be taken.
    """
    rows = [row for table in tables for row in _rows_of(table)]
    objectives = [_of_objective(row) for row in rows if any(row.get(name) for name in ("outcome", "well", "learnt", "carry"))]
    grades = [_graded(row) for row in rows if row.get("key_result")]
    return {**({"objectives": objectives} if objectives else {}), **({"grades": grades} if grades else {})}


def _rows_of(table: Path) -> list[dict[str, str]]:
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
    return [{name: plain((value or "").strip()) for name, value in row.items() if name} for row in reader]


def _of_objective(row: Mapping[str, str]) -> Json:
    said: Json = {name: row[name] for name in ("objective", "outcome", "well", "learnt") if row.get(name)}
    if carry := row.get("carry"):
        if carry.lower() not in YES_OR_NO:
            raise click.UsageError(f"carry of {row.get('objective')}: {carry!r} is neither yes nor no")
        said["carry"] = YES_OR_NO[carry.lower()]
    return said


def _graded(row: Mapping[str, str]) -> Json:
    key_result, figure = _reference(row), row.get("grade", "")
    abstained = not figure or says_nothing(figure) or figure.lower() == "abstain"
    grade = None if abstained else number_said(figure.replace(",", "."))
    if grade is None and not abstained:
        raise click.UsageError(f"grade of {key_result}: {figure!r} is no number from 0 to 1")
    return {"key_result": key_result, "grade": grade, "note": row.get("note", "")}


def _reference(row: Mapping[str, str]) -> str:
    """Of a key result by its number inside its objective, as tables of an import may have it, or by its own reference."""
    objective, key_result = row.get("objective", ""), row["key_result"]
    return f"{objective}/{key_result}" if objective and key_result.isdecimal() else key_result
