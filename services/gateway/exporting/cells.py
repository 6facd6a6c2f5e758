"""How cells are written, so that the cells' readers of an import find the same again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from chassis.days import Day, date_of
from shared.cells import neutralised, says_nothing
from shared.figures import written
from shared.tables import COLUMNS, TableName


class OnDay(NamedTuple):
    """A day, as a cell."""

    day: Day


Cell = str | float | OnDay | None
"""None: an empty one. A text is neutralised where a spreadsheet would take it for a formula; a number never is."""


def day_or_none(day: Day) -> OnDay | None:
    """A day, where 0 is none."""
    return OnDay(day) if day else None


def text_of(cell: Cell) -> str:
    """What is written."""
    match cell:
        case None:
            return ""
        case str():
            return neutralised(cell.strip())
        case OnDay(day):
            return date_of(day).isoformat()
        case _:
            return written(cell)


def plain_text_of(cell: Cell) -> str:
    """The same within a list: the list is neutralised as a whole."""
    return cell.strip() if isinstance(cell, str) else text_of(cell)


_PARTING: Final = re.compile(r"([;:])")


def listed(items: Iterable[Iterable[Cell]]) -> str:
    """A list: `;` between its items and `:` between their parts; those that stand for themselves are escaped.

    Parts at the end that say nothing are left out. A list that would be taken for an empty cell, as NA is, bears a `;` at its end.
    """
    text = ";".join(":".join(_without_empty_end([_escaped(plain_text_of(part)) for part in item])) for item in items)
    return f"{text};" if says_nothing(text) else text


def _escaped(part: str) -> str:
    """A backslash at its end would escape what parts it from the next; the space between them is taken away by whoever reads it."""
    escaped = _PARTING.sub(r"\\\1", part)
    return f"{escaped} " if escaped.endswith("\\") else escaped


def _without_empty_end(parts: list[str]) -> list[str]:
    while parts and not parts[-1]:
        parts.pop()
    return parts


def names_listed(names: Iterable[str]) -> str:
    """A list of names."""
    return listed([name] for name in names)


Row = Mapping[str, Cell]


def rows_text(file: TableName, rows: Iterable[Row], *, header: bool = False) -> str:
    """Rows of a table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = COLUMNS[file].all
    if header:
        writer.writerow(columns)
    for row in rows:
        unknown = row.keys() - set(columns)
        assert not unknown, f"{file} has no column {unknown}"
        writer.writerow([text_of(row.get(column)) for column in columns])
    return text.getvalue()
