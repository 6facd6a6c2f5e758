"""What a command shows: tables for people, JSON for programs, both on stdout; how far it is, on stderr when that is a terminal."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal

import click
import orjson
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from chassis.texts import on_a_line, steers
from shared import figures

_OF_A_PAGE: Final = 100  # columns where nobody's terminal, and no COLUMNS, limits them
_FEWEST: Final = 20  # columns; what is narrower shows nothing anyway
_TITLE: Final = 20  # columns that a title has at least, however narrow the terminal is
_TITLES: Final = frozenset({"title", "objective", "key result", "task", "task given"})
_BESIDE_A_COLUMN: Final = 3  # columns of space
_LONG_WORD: Final = 30  # columns; a longer one may be broken
_WORD: Final = 16  # columns; a longer one may be broken where there is no other way
_COLUMNS_OF_FIELDS: Final = 2
_FURTHER_IN: Final = 2  # columns that a line goes on further in
_SPACE_AND_WORD: Final = re.compile("( *)((?:`[^`]*`|[^ ])+)")
"""A command that is quoted is one word: it is there to be copied."""
_MEASURING: Final = Console(width=_OF_A_PAGE, color_system=None)

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

STATUS_STYLES: Final = {"achieved": "bold green", "on_track": "green", "behind": "yellow", "at_risk": "red", "not_started": "dim"}


class Output:
    """Where a command's result goes, and in which form."""

    def __init__(self, as_json: bool) -> None:
        self.as_json: Final = as_json

    def json(self, result: Any) -> None:
        """The result for a program."""
        click.echo(escaped(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode()))

    def line(self, text: str) -> None:
        """A line for people; one that is too long goes on below, a little further in."""
        said = on_a_line(text)
        if cell_len(said) <= columns_there_are():
            click.echo(said)
            return
        indent = " " * (len(said) - len(said.lstrip()) + _FURTHER_IN)
        first, *others = _parted(said, columns_there_are(), len(indent))
        for one in (first, *(f"{indent}{other}" for other in others)):
            click.echo(one)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str = "") -> None:
        """A table for people, no wider than there are columns to show it in. Columns whose name begins with ">" hold numbers.

        Where it is too wide, columns in which nothing stands are left out, and texts go on below; where that is not enough, each row is
        told by itself, a field a line.
        """
        cells = [[cell if isinstance(cell, Text) else Text(on_a_line(cell)) for cell in row] for row in rows]
        there = [_Column(name, [row[at] for row in cells]) for at, name in enumerate(columns)]
        widths = _widths(there, columns_there_are())
        if widths is None:
            there = [column for column in there if column.says_something]
            widths = _widths(there, columns_there_are())
        if widths is None and len(there) > _COLUMNS_OF_FIELDS:
            there = _a_field_a_line(there)
            widths = _widths(there, columns_there_are())
        table = Table(
            title=Text(on_a_line(title)) if title else None,
            title_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            show_header=any(column.name for column in there),
        )
        for column, width in zip(there, widths or _narrowest(there, columns_there_are()), strict=True):
            justify: Literal["left", "right"] = "right" if column.of_numbers else "left"
            table.add_column(Text(column.name), justify=justify, width=width, overflow="fold")
        for row in zip(*(column.texts for column in there), strict=True):
            table.add_row(*row)
        colour: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
        console = Console(file=sys.stdout, highlight=False, width=columns_there_are(), color_system=colour)
        console.print(table, crop=False)

    def entries(
        self,
        page: Mapping[str, Any],
        columns: Sequence[str],
        row: Callable[[Any], Sequence[str | Text]],
        nothing: str = "nothing found",
    ) -> None:
        """A list of the API, of which there may be more: a row for each item, or `nothing`; as JSON as the API tells it."""
        if self.as_json:
            self.json({**page})
        elif page["items"]:
            self.table(columns, map(row, page["items"]))
            if page["next"]:
                self.line(f"… the first {len(page['items'])}{_of_all(page.get('total'))}; there is more: --limit 0 shows all")
        else:
            self.line(nothing)

    def fields(self, fields: Mapping[str, str]) -> None:
        """What is told of one thing, a field a line."""
        self.table(("", ""), [(name.replace("_", " "), text) for name, text in fields.items()])


def _of_all(total: Mapping[str, Any] | None) -> str:
    """Of how many they are, where that is known."""
    return "" if total is None else f" of {'more than ' if total['at_least'] else ''}{total['count']:,}"


class _Column:
    """A column of a table: what stands in it, and how narrow it may become."""

    def __init__(self, name: str, texts: Sequence[Text]) -> None:
        self.name: Final = name.removeprefix(">")
        self.of_numbers: Final = name.startswith(">")
        self.texts: Final = texts
        self._longest: Final = max((text.cell_len for text in texts), default=0)
        self._longest_word: Final = max((cell_len(word) for text in texts for word in text.plain.split()), default=0)
        self._longest_of_name: Final = max(map(cell_len, self.name.split()), default=0)
        self._of_ids: Final = self._are_all(_ID)
        self.of_instants: Final = self._are_all(_INSTANT)
        self._whole: Final = self.of_numbers or self._of_ids or self.name == "ref" or self._are_all(_DAY)

    @property
    def says_something(self) -> bool:
        """Whether anything stands in it."""
        return self._longest > 0

    @property
    def widest(self) -> int:
        """So many columns that nothing in it goes on below."""
        return max(self._longest, cell_len(self.name), 1)

    def least(self, narrowed: int) -> int:
        """So many columns it has to have, the more a table has to be narrowed: 0 to `_NARROWEST`."""
        longest_word = min(self._longest_word, _LONG_WORD if narrowed < _NARROWEST else _WORD)
        name = cell_len(self.name) if narrowed == 0 and self._longest == self._longest_word else self._longest_of_name
        if self._whole or (self.name == "status" and narrowed == 0):
            return max(self._longest, name, 1)
        title = min(_TITLE, self._longest) if self.name in _TITLES else 0
        return max(longest_word, title, name, 1)

    def _are_all(self, what: re.Pattern[str]) -> bool:
        return any(self.texts) and all(what.fullmatch(text.plain) for text in self.texts if text and text.plain != "–")


_NARROWEST: Final = 2
"""How much a table is narrowed: first a status of several words goes on below, at last long words are broken."""


def columns_there_are() -> int:
    """How many columns whoever reads has: those of the terminal, or of COLUMNS; elsewhere what a page of text has."""
    return max(shutil.get_terminal_size((_OF_A_PAGE, 0)).columns, _FEWEST)


def _widths(columns: Sequence[_Column], at_most: int) -> list[int] | None:
    """How wide each column becomes in a table that is so wide at most; none where they have no room beside each other."""
    room = at_most - _beside(columns)
    wanted = [[column.widest for column in columns]]
    for narrowed in range(_NARROWEST + 1):
        wanted.insert(0, [column.least(narrowed) for column in columns])
        if sum(wanted[0]) <= room:
            widths = _shared_out(room, wanted)
            in_two = {at for at, column in enumerate(columns) if column.of_instants and widths[at] < column.widest}
            return _shared_out(room, [[wanted[0][at] if at in in_two else width for at, width in enumerate(step)] for step in wanted])
    return None


def _beside(columns: Sequence[_Column]) -> int:
    return _BESIDE_A_COLUMN * len(columns) - 1


def _shared_out(room: int, wanted: Sequence[Sequence[int]]) -> list[int]:
    """Widths that get from what each has to have to what it would like, in these steps; of all, the narrowest gets the next column."""
    widths = list(wanted[0])
    for step in wanted[1:]:
        while sum(widths) < room and (growing := [at for at, width in enumerate(widths) if width < step[at]]):
            widths[min(growing, key=widths.__getitem__)] += 1
    return widths


def _narrowest(columns: Sequence[_Column], at_most: int) -> list[int]:
    """Widths of the columns of fields, where there is hardly any room: what they are called, and the rest for what they say."""
    room = at_most - _beside(columns)
    first = min(columns[0].widest, room // 3 if columns[1:] else room)
    return [first, *(room - first for _ in columns[1:])]


def _a_field_a_line(columns: Sequence[_Column]) -> list[_Column]:
    """The same rows one below the other, each of what stands in it; a blank line between them."""
    lines: list[tuple[Text, Text]] = []
    for cells in zip(*(column.texts for column in columns), strict=True):
        lines += [(Text(), Text())] if lines else []
        lines += [(Text(column.name), cell) for column, cell in zip(columns, cells, strict=True) if cell.plain]
    return [_Column("", [name for name, _ in lines]), _Column("", [cell for _, cell in lines])]


def _parted(text: str, width: int, indent: int) -> list[str]:
    """A long line in parts: between words, and inside of one only where it has no room in a line. Further ones without the indent."""
    parts = [""]
    for space, word in _SPACE_AND_WORD.findall(text):
        room = width - (indent if len(parts) > 1 else 0)
        if cell_len(parts[-1] + space + word) <= room:
            parts[-1] += space + word
            continue
        first, *others = [piece.plain for piece in Text(word).wrap(_MEASURING, width - indent, overflow="fold")]
        parts = [*parts, first, *others] if parts[-1] else [space + first, *others]
    return parts


def escaped(json: str) -> str:
    """The same JSON, without characters that would steer a terminal: JSON itself escapes no more than the first 32."""
    if json.isascii() and "\x7f" not in json:
        return json
    return "".join(_escape(c) if c != "\n" and steers(c) else c for c in json)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def strong(text: str) -> Text:
    """A text that stands out."""
    return Text(on_a_line(text), "bold")


def status_text(status: str) -> Text:
    """A status in its colour; one that only a newer gateway knows, and "cancelled", in none."""
    return Text(status.replace("_", " "), style=STATUS_STYLES.get(status, ""))


def percent(share: float | None) -> str:
    """A share of 0 to 1 as people read it."""
    return "–" if share is None else figures.percent(share)


def number(value: float | None) -> str:
    """A number as people write it."""
    return "–" if value is None else figures.written(value)


class Steps:
    """How far something is, shown while it takes long."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress: Final = progress
        self._task: Final = task

    def begin(self, what: str, total: int | None = None) -> None:
        """The next step begins; `total` is how much there is to do, where that is known."""
        self._progress.reset(self._task, total=total, description=what)

    def reached(self, completed: int, total: int | None = None) -> None:
        """So much is done."""
        self._progress.update(self._task, completed=completed, total=total)

    def advance(self, by: int = 1) -> None:
        """So much more is done."""
        self._progress.advance(self._task, by)


@contextmanager
def steps(what: str) -> Iterator[Steps]:
    """Shows how far something is, while it lasts; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Steps(progress, progress.add_task(what, total=None))
