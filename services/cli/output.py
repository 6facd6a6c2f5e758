"""What a command shows: tables for people, JSON for programs, both on stdout; how far it is, on stderr when that is a terminal."""

from __future__ import annotations

import os
import re
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

_WIDE: Final = 200  # columns where nobody's terminal, and no COLUMNS, limits them
_TITLE: Final = 20  # columns that a title has at least, however narrow the terminal is
_BESIDE_A_COLUMN: Final = 3  # columns of space
_LONG_WORD: Final = 30  # columns; a longer one may be broken

_DAY_OR_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2})?", re.ASCII)

STATUS_STYLES: Final = {"achieved": "bold green", "on_track": "green", "behind": "yellow", "at_risk": "red", "not_started": "dim"}


class Output:
    """Where a command's result goes, and in which form."""

    def __init__(self, as_json: bool) -> None:
        self.as_json: Final = as_json

    def json(self, result: Any) -> None:
        """The result for a program."""
        click.echo(escaped(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode()))

    def line(self, text: str) -> None:
        """A line for people."""
        click.echo(on_a_line(text))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str = "") -> None:
        """A table for people. Columns whose name begins with ">" hold numbers."""
        table = Table(
            title=Text(on_a_line(title)) if title else None,
            title_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            show_header=any(columns),
        )
        cells = [[cell if isinstance(cell, Text) else Text(on_a_line(cell)) for cell in row] for row in rows]
        for at, column in enumerate(columns):
            name, texts = column.lstrip(">"), [row[at] for row in cells]
            fixed = column.startswith(">") or name in _NEVER_WRAPPED or _are_days_or_instants(texts)
            least = max(text.cell_len for text in (Text(name), *texts)) if fixed else _least_width(name, (Text(name), *texts))
            justify: Literal["left", "right"] = "right" if column.startswith(">") else "left"
            table.add_column(Text(name), justify=justify, no_wrap=fixed, min_width=least, overflow="fold")
        for row in cells:
            table.add_row(*row)
        colour: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
        limited = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()
        console = Console(file=sys.stdout, highlight=False, width=None if limited else _WIDE, color_system=colour)
        needed = sum((column.min_width or 0) + _BESIDE_A_COLUMN for column in table.columns)
        console.width = max(console.width, needed)
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


_NEVER_WRAPPED: Final = frozenset({"ref", "status"})


def _are_days_or_instants(texts: Sequence[Text]) -> bool:
    return any(texts) and all(_DAY_OR_INSTANT.fullmatch(text.plain) for text in texts if text)


def _least_width(name: str, texts: Sequence[Text]) -> int:
    """So many columns that no word is broken, and that a title is still one."""
    longest_word = max((cell_len(word) for text in texts for word in text.plain.split()), default=0)
    title = min(_TITLE, max((text.cell_len for text in texts), default=0)) if name == "title" else 0
    return max(min(longest_word, _LONG_WORD), title, 1)


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
