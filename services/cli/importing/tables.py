"""A table of a folder: a CSV file, read row by row, whatever state it is in. Pure: bytes in, rows and refusals out."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

_BOM: Final = "\ufeff"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_FIELD: Final = 1 << 20
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class TableUnreadable(Exception):  # noqa: N818 - it is what happened
    """A file that cannot be taken as a table at all; the text is one clear line."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What could not be taken, and why."""

    file: str
    line: int  # in the file, from 1
    column: str  # empty: the row as a whole
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}{f', column {self.column}' if self.column else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    file: str
    line: int  # on which it begins, from 1
    cells: Mapping[str, str]  # by the column's name, without spaces around

    def refused(self, column: str, reason: str) -> Refusal:
        """This row, refused for what stands in `column`."""
        return Refusal(self.file, self.line, column, reason)

    def cell(self, column: str) -> str:
        """What stands in a column; empty where the table has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as far as it can be read."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]
    broken: tuple[Row, ...]  # those of the refused whose cells can be guessed at


def read_table(file: str, content: bytes, required: Sequence[str]) -> Table:
    """The rows of a CSV file in UTF-8: commas, quotes where needed, the first row names the columns.

    A byte order mark, CRLF and quoted line feeds are fine, and so are columns that nobody asked for. A row that is broken is refused by
    itself. Raises TableUnreadable when there are no rows to speak of: no header, a column missing or there twice, not a text of bytes.
    """
    if content.startswith(_UTF_16):
        raise TableUnreadable(f"{file} is written in UTF-16; save it as UTF-8")
    lines = _lines(file, content.decode("utf-8", "surrogateescape").removeprefix(_BOM))
    header = _header(file, lines, required)
    rows: list[Row] = []
    refused: list[Refusal] = []
    broken: list[Row] = []
    for line, fields in lines:
        if isinstance(fields, Refusal):
            refused.append(fields)
            continue
        cells = dict(zip(header, map(str.strip, fields), strict=False))
        fault = _fault(file, line, header, fields, cells)
        if fault is not None:
            refused.append(fault)
            broken.append(Row(file, line, cells))
        else:
            rows.append(Row(file, line, cells))
    return Table(tuple(header), tuple(rows), tuple(refused), tuple(broken))


def _lines(file: str, text: str) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Each row that is not blank, with the line on which it begins. After a broken row it goes on with the line that follows."""
    csv.field_size_limit(_LONGEST_FIELD)
    lines = _LINE.findall(text)
    begun = 0
    while begun < len(lines):
        reader = csv.reader(islice(lines, begun, None), strict=True)
        line = begun + 1
        try:
            for fields in reader:
                if any(field.strip() for field in fields):
                    yield line, fields
                line = begun + reader.line_num + 1
            return
        except csv.Error as error:
            yield line, Refusal(file, line, "", _told(str(error)))
            begun = line


def _told(error: str) -> str:
    if "unexpected end" in error:
        return "a quotation mark is opened and never closed"
    if "expected after" in error:
        return "a field goes on after its closing quotation mark; a quotation mark inside of a field is written twice"
    if "field larger than" in error:
        return f"a field holds more than {_LONGEST_FIELD} characters"
    return f"not a row of a CSV table: {error}"


def _header(file: str, lines: Iterator[tuple[int, list[str] | Refusal]], required: Sequence[str]) -> list[str]:
    _, first = next(lines, (0, None))
    if first is None:
        raise TableUnreadable(f"{file} is empty; its first row must name the columns {', '.join(required)}")
    if isinstance(first, Refusal):
        raise TableUnreadable(str(first))
    header = [name.strip() for name in first]
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise TableUnreadable(f"{file} has the column {twice} twice")
    missing = [name for name in required if name not in header]
    if missing:
        hint = "; columns are parted by commas" if len(header) == 1 and (";" in header[0] or "\t" in header[0]) else ""
        raise TableUnreadable(f"{file} has no column {' and no column '.join(missing)}; it has {_shown(', '.join(header))}{hint}")
    return header


def _fault(file: str, line: int, header: list[str], fields: list[str], cells: Mapping[str, str]) -> Refusal | None:
    if len(fields) != len(header):
        return Refusal(file, line, "", f"{len(fields)} columns where the first row names {len(header)}")
    for column, cell in cells.items():
        if any("\udc80" <= c <= "\udcff" for c in cell):
            return Refusal(file, line, column, f"not UTF-8: {_shown(cell)}")
        if "\x00" in cell:
            return Refusal(file, line, column, "holds the character NUL (U+0000)")
    return None


def _shown(text: str) -> str:
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text if len(text) <= 100 else text[:100] + "…"
