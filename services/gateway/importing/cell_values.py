"""Readers of cells: a day, a number, a name. Each answers the value in a row's column, or raises CellRefused with what would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from gateway.importing.tables import Row
from shared.figures import written

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_YES_OR_NO: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_LONGEST_SHOWN: Final = 60
_LONGEST_NOTE: Final = 4000

T = TypeVar("T")


class CellRefused(Exception):  # noqa: N818 - it is what happened
    """A cell that cannot be taken: in which column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
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
    """A day, YYYY-MM-DD."""
    text = required(row, column)
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise CellRefused(column, f"there is no day {text}") from None
    raise CellRefused(column, f"{shown(text)} is not a day; one looks like 2026-03-31")


def number(row: Row, column: str) -> float:
    """A finite number, with a point."""
    text = required(row, column)
    if not _NUMBER.fullmatch(text):
        raise CellRefused(column, f"{shown(text)} is not a number; one looks like 0.75")
    value = float(text)
    if not math.isfinite(value):
        raise CellRefused(column, f"{shown(text)} is too large for a number")
    return value


def share(row: Row, column: str) -> float:
    """A number from 0 to 1, as scores and grades are everywhere."""
    value = number(row, column)
    if not 0 <= value <= 1:
        raise CellRefused(column, f"{written(value)} does not lie from 0 to 1; 70 % is written 0.7")
    return value


def note(row: Row, column: str) -> str:
    """A text that may be empty."""
    text = row.cell(column)
    if len(text) > _LONGEST_NOTE:
        raise CellRefused(column, f"at most {_LONGEST_NOTE} characters; this has {len(text)}")
    return text


def yes_or_no(row: Row, column: str) -> bool:
    """Yes or no, as people and spreadsheets write them."""
    text = required(row, column)
    said = _YES_OR_NO.get(text.lower())
    if said is None:
        raise CellRefused(column, f"{shown(text)} is neither yes nor no")
    return said


def shown(text: str) -> str:
    """A cell as a message shows it."""
    return repr(short(text))


def short(name: str) -> str:
    """What something goes by, as a message shows it."""
    return name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "…"
