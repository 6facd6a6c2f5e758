"""A table of a folder: a CSV file, read row by row, whatever state it is in. Pure: bytes in, rows and refusals out."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, Self

from gateway.importing.encodings import Encoding, decoded
from gateway.importing.notation import Notation
from shared.cells import plain, says_nothing

_LONGEST_FIELD: Final = 1 << 20
_SHORT: Final = 40
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # with its end
_DELIMITERS: Final = ",;\t"
_DELIMITER_LINE: Final = re.compile(r"sep=([,;\t])\s*", re.ASCII)  # a first line by which spreadsheets tell each other
Delimiter = Literal["comma", "semicolon", "tab"]
_DELIMITER_NAMES: Final[Mapping[str, Delimiter]] = {",": "comma", ";": "semicolon", "\t": "tab"}
MOST_LINES: Final = 500_000
"""Of a table, blank ones and those inside of quotes among them: a few kilobytes of a zip may hold millions."""


class TableUnreadable(Exception):  # noqa: N818 - it is what happened
    """A file that cannot be taken as a table at all; the text is one clear line."""


class Named(NamedTuple):
    """Something that rows define or refer to."""

    kind: str  # objective, key result, cycle, person
    name: str  # as `name_key` has it


@dataclass(frozen=True, slots=True)
class Refusal:
    """What could not be taken, and why."""

    file: str
    line: int  # in the file, from 1
    column: str  # empty: the row as a whole
    reason: str
    defines: Named | None = None  # what is not there, since this row was refused
    lacks: Named | None = None  # what is not there, and therefore the row was refused

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}{f', column {self.column}' if self.column else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    file: str
    line: int  # on which it begins, from 1
    columns: Mapping[str, int]  # the place of each in `cells`; the same for every row of a table: a hundred thousand are held at once
    cells: Sequence[str]  # without spaces around; those at the end may be missing
    notation: Notation = field(default=Notation(), compare=False)  # of its numbers and days

    def refused(self, column: str, reason: str, *, defines: Named | None = None, lacks: Named | None = None) -> Refusal:
        """This row, refused for what stands in `column`."""
        return Refusal(self.file, self.line, column, reason, defines, lacks)

    def cell(self, column: str) -> str:
        """What stands in a column; empty where the table has no such column."""
        place = self.columns.get(column, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    def said(self, column: str) -> str:
        """What a cell says; empty also where it says that there is nothing: NA, n/a, n.a., #N/A, a dash."""
        text = self.cell(column)
        return "" if says_nothing(text) else text


@dataclass(frozen=True, slots=True)
class Table:
    """A table as far as it can be read."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]
    broken: tuple[Row, ...]  # those of the refused whose cells can be guessed at
    encoding: Encoding
    delimiter: Delimiter


def read_table(file: str, content: bytes, required: Sequence[str], notation: Notation = Notation()) -> Table:  # noqa: B008 - it is frozen
    """The rows of a CSV file: quotes where needed, the first row names the columns. In UTF-8, UTF-16 or Windows-1252.

    What parts them is what parts the names that are needed: a comma, a semicolon, a tab. A byte order mark, CRLF, quoted line feeds, a
    first line `sep=;` and empty cells behind the last column are fine, and so are columns that nobody asked for. An apostrophe before
    = + - @, which an export writes, is taken away. A row that is broken is refused by itself: one with fewer cells too, since nobody can
    tell it from one that was cut off.

    Raises TableUnreadable when there are no rows to speak of: no header, a column missing or there twice, not a text of bytes; and for more
    than MOST_LINES.
    """
    try:
        text, encoding = decoded(content)
    except UnicodeDecodeError:
        raise TableUnreadable(f"{file} begins as UTF-16 and is broken; save it as UTF-8") from None
    if text.count("\n") + text.count("\r") - text.count("\r\n") > MOST_LINES:
        raise TableUnreadable(f"{file} has more than {MOST_LINES:,} lines; take out the blank ones, or send it in parts")
    first = next(_Lines(text), "")
    told = _DELIMITER_LINE.fullmatch(first)
    delimiter = told[1] if told else _delimiter(_Lines(text), required)
    notation = replace(notation, point_told=delimiter == ",")
    lines = _lines(file, text, len(first) if told else 0, delimiter)
    header = _header(file, lines, required)
    columns = {name: place for place, name in enumerate(header)}
    named = len(_without_empty_end(header))
    known: dict[str, str] = {}  # short cells say the same again and again, and are kept once
    rows: list[Row] = []
    refused: list[Refusal] = []
    broken: list[Row] = []
    for line, fields in lines:
        if isinstance(fields, Refusal):
            refused.append(fields)
            continue
        cells = tuple(
            [known.setdefault(cell, cell) if len(cell) <= _SHORT else cell for cell in (plain(field.strip()) for field in fields)]
        )
        filled = len(_without_empty_end(fields))
        fits = len(fields) >= named and filled <= len(header)
        fault = _fault(file, line, header, cells) if fits else _miscounted(file, line, max(filled, min(len(fields), named)), named)
        if fault is not None:
            refused.append(fault)
            broken.append(Row(file, line, columns, cells, notation))
        else:
            rows.append(Row(file, line, columns, cells, notation))
    return Table(tuple(header), tuple(rows), tuple(refused), tuple(broken), encoding, _DELIMITER_NAMES[delimiter])


def _without_empty_end(cells: Sequence[str]) -> Sequence[str]:
    """The cells up to the last one that is not empty: spreadsheets write empty ones behind it."""
    filled = len(cells)
    while filled and not cells[filled - 1].strip():
        filled -= 1
    return cells[:filled]


def _delimiter(lines: Iterable[str], required: Sequence[str]) -> str:
    """What parts the columns: by which the first row names the most of those that are needed."""
    first = next((line for line in lines if line.strip()), "")

    def named(delimiter: str) -> int:
        names = {name.strip().strip('"') for name in first.split(delimiter)}
        return len(names.intersection(required))

    return max(_DELIMITERS, key=named)


def _lines(file: str, text: str, begin: int, delimiter: str) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Each row from a place in the text on that is not blank, with the line on which it begins. After a broken row it goes on with the line
    that follows.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    line = 2 if begin else 1
    while begin < len(text):
        lines = _Lines(text, begin)
        reader = csv.reader(lines, strict=True, delimiter=delimiter)
        first = line
        try:
            for fields in reader:
                if any(field.strip() for field in fields):
                    yield line, fields
                begin, line = lines.place, first + reader.line_num
            return
        except csv.Error as error:
            yield line, Refusal(file, line, "", _told(str(error)))
            lines = _Lines(text, begin)
            next(lines)
            begin, line = lines.place, line + 1


class _Lines:
    """The lines of a text from a place on, each with its end, which is LF, CR or both; made as they are asked for."""

    def __init__(self, text: str, place: int = 0) -> None:
        self._text: Final = text
        self.place = place
        """Where the next one begins."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        found = _LINE.match(self._text, self.place)
        if found is None:
            raise StopIteration
        self.place = found.end()
        return found[0]


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
        raise TableUnreadable(f"{file} has no column {' and no column '.join(missing)}; it has {_shown(', '.join(header))}")
    return header


def _miscounted(file: str, line: int, cells: int, named: int) -> Refusal:
    return Refusal(file, line, "", f"{cells} columns where the first row names {named}")


def _fault(file: str, line: int, header: Sequence[str], cells: Sequence[str]) -> Refusal | None:
    if _FAULTY.search("\n".join(cells)) is None:  # at once: nearly no row has any
        return None
    for column, cell in zip(header, cells, strict=False):
        if (found := _FAULTY.search(cell)) is not None:
            fault = "holds the character NUL (U+0000)" if found[0] == "\x00" else f"not UTF-8: {_shown(cell)}"
            return Refusal(file, line, column, fault)
    return None


_FAULTY: Final = re.compile("[\udc80-\udcff\x00]")
"""What a cell may not hold: NUL, and bytes that are no UTF-8, as they are decoded."""


def _shown(text: str) -> str:
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text if len(text) <= 100 else text[:100] + "…"
