"""Readers of cells: a day, a number, a name. Each answers the value in a row's column, or raises CellRefused with what would be right."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from gateway.importing.notation import Figure, NotWritten
from gateway.importing.tables import Named, Row
from shared.figures import written

_LONGEST_SHOWN: Final = 60
_LONGEST_NOTE: Final = 4000

T = TypeVar("T")


class CellRefused(Exception):  # noqa: N818 - it is what happened
    """A cell that cannot be taken: in which column, and why; `lacks` is what it refers to and is not there."""

    def __init__(self, column: str, reason: str, lacks: Named | None = None) -> None:
        super().__init__(reason)
        self.lacks: Final = lacks
        self.column: Final = column
        self.reason: Final = reason


def required(row: Row, column: str) -> str:
    """What stands in a cell that must not be empty."""
    text = row.cell(column)
    if not text:
        raise CellRefused(column, "is empty")
    return text


def one_line(row: Row, column: str) -> str:
    """The text of a cell that must not be empty, on one line: line feeds and runs of spaces become a space."""
    return " ".join(required(row, column).split())


def optional(row: Row, column: str, read: Callable[[Row, str], T]) -> T | None:
    """What `read` finds in a cell; None where it says nothing."""
    return read(row, column) if row.said(column) else None


def day(row: Row, column: str) -> date:
    """A day: YYYY-MM-DD, or as the table's notation writes it."""
    text = required(row, column)
    try:
        return row.notation.day(text)
    except NotWritten as why:
        raise CellRefused(column, f"{shown(text)} {why.told}") from None


def number(row: Row, column: str) -> float:
    """A finite number. A percent sign is refused, since it could be either."""
    return _number(row, column, "")


def number_in(unit: str) -> Callable[[Row, str], float]:
    """A reader of finite numbers in a unit: where it is %, a percent sign says the same."""
    return lambda row, column: _number(row, column, unit)


def _number(row: Row, column: str, unit: str) -> float:
    figure = _figure(row, column)
    if figure.percent and unit != "%":
        text = row.cell(column)
        raise CellRefused(
            column, f"{shown(text)} could be {figure.text} or a hundredth of it; leave the percent sign out, or name % as the unit"
        )
    return _finite(row, column, figure.text)


def share(row: Row, column: str, *, beyond: str = "") -> float:
    """A number from 0 to 1, as scores and grades are everywhere, or so many percent. `beyond` is said where it lies outside."""
    figure = _figure(row, column)
    value = _finite(row, column, f"{figure.text}e-2" if figure.percent else figure.text)
    if not 0 <= value <= 1:
        raise CellRefused(column, f"{written(value)} does not lie from 0 to 1; 70 % is written 0.7{beyond}")
    return value


def digits_of_share(row: Row, column: str) -> int:
    """How many digits behind the point a share was written with."""
    figure = _figure(row, column)
    return len(figure.text.partition(".")[2]) + (2 if figure.percent else 0)


def _figure(row: Row, column: str) -> Figure:
    text = required(row, column)
    try:
        return row.notation.figure(text)
    except NotWritten as why:
        raise CellRefused(column, f"{shown(text)} {why.told}") from None


def _finite(row: Row, column: str, text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise CellRefused(column, f"{shown(row.cell(column))} is too large for a number")
    return value


def note(row: Row, column: str) -> str:
    """A text that may be empty."""
    text = row.cell(column)
    if len(text) > _LONGEST_NOTE:
        raise CellRefused(column, f"at most {_LONGEST_NOTE} characters; this has {len(text)}")
    return text


def shown(text: str) -> str:
    """A cell as a message shows it."""
    return repr(short(text))


def short(name: str) -> str:
    """What something goes by, as a message shows it."""
    return name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "…"
