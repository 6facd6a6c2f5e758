"""Tables as spreadsheets write them, and what stands in their cells (issue 11, The shapes that are relied on; examples/README.md)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

_NOTHING: Final = frozenset({"", "NA", "N/A", "n/a", "n.a.", "#N/A", "-", "–", "—"})
_NO: Final = frozenset({"no", "false", "0"})
_ITEMS: Final = re.compile(r"(?<!\\);")
_PARTS: Final = re.compile(r"(?<!\\):")


@dataclass(frozen=True)
class Row:
    """A row by the names of its columns; a column that is left out is empty."""

    file: str
    line: int
    cells: Mapping[str, str]

    def typed(self, column: str) -> str:
        """A cell as it was typed: titles, references and notes, in which NA is a word."""
        return self.cells.get(column, "").strip()

    def text(self, column: str) -> str | None:
        cell = self.typed(column)
        return None if cell in _NOTHING else cell

    def number(self, column: str) -> Fraction | None:
        cell = self.text(column)
        try:
            return None if cell is None else number(cell)
        except ValueError:
            raise self.unreadable(column, "a number") from None

    def needed_number(self, column: str) -> Fraction:
        value = self.number(column)
        if value is None:
            raise self.unreadable(column, "a number")
        return value

    def day(self, column: str) -> date | None:
        cell = self.text(column)
        try:
            return None if cell is None else date.fromisoformat(cell)
        except ValueError:
            raise self.unreadable(column, "a day") from None

    def needed_day(self, column: str) -> date:
        day = self.day(column)
        if day is None:
            raise self.unreadable(column, "a day")
        return day

    def says(self, column: str) -> bool:
        """Whether a reason stands there, or a yes (`retracted`)."""
        cell = self.text(column)
        return cell is not None and cell.lower() not in _NO

    def items(self, column: str) -> list[str]:
        return items(self.text(column) or "")

    def unreadable(self, column: str, needed: str) -> ValueError:
        return ValueError(f"{self.file}, line {self.line}, column {column}: {self.typed(column)!r} is not {needed}")


def number(cell: str) -> Fraction:
    """A number with a point, exactly as it was written."""
    return Fraction(cell)


def items(cell: str) -> list[str]:
    r"""The items of a list, which `;` separates; `\;` stands for itself, and stays as it is until `parts` takes the item apart."""
    return [item.strip() for item in _ITEMS.split(cell) if item.strip()]


def parts(item: str, most: int) -> list[str]:
    r"""The parts of an item, which `:` separates, split from the right into at most so many; `\:` stands for itself."""
    split = _PARTS.split(item)
    if len(split) > most:
        split = [":".join(split[: len(split) - most + 1]), *split[len(split) - most + 1 :]]
    return [part.replace("\\;", ";").replace("\\:", ":").strip() for part in split]


def escaped(text: str) -> str:
    """A text as a part of an item."""
    return text.replace(";", "\\;").replace(":", "\\:")


def rows(folder: Path, file: str) -> Iterator[Row]:
    """The rows of a table; none where there is no such file."""
    path = folder / file
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    if lines and lines[0].strip().lower().startswith("sep="):
        lines = lines[1:]
    if not lines:
        return
    delimiter = max(",;\t", key=lines[0].count)
    for line, cells in enumerate(csv.DictReader(lines, delimiter=delimiter, restkey="", restval=""), start=2):
        if any(value for name, value in cells.items() if name):
            yield Row(file, line, {name.strip(): value for name, value in cells.items() if name})


def name_key(name: str) -> str:
    """Names are compared in Unicode's form C without case, letter by letter (ß is not ss): domain.md 7, the last point."""
    return "".join(folded if len(folded := letter.casefold()) == 1 else letter for letter in unicodedata.normalize("NFC", name))


@dataclass
class Names:
    """However a name is written, it is the one that was written first."""

    written: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        return self.written.setdefault(name_key(name), name)

    def perhaps(self, name: str | None) -> str | None:
        return None if name is None else self.of(name)
