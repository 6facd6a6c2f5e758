"""Lists in cells: `;` separates items and `:` their parts, split from the right; `\\;` and `\\:` stand for themselves."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date

from gateway.importing.cell_values import CellRefused, shown
from gateway.importing.notation import NotWritten
from gateway.importing.plan import Milestone, Owner
from gateway.importing.tables import Row
from shared.figures import written


def items(text: str) -> list[str]:
    """The items of a list, as they are written; empty ones are passed over."""
    return [item.strip() for item in _split(text, ";") if item.strip()]


def parts(item: str, most: int) -> list[str]:
    """The parts of an item, plain: at most so many, split from the right."""
    found = _split(item, ":")
    first = ":".join(found[: max(len(found) - most + 1, 1)])
    return [_plain(part).strip() for part in (first, *found[max(len(found) - most + 1, 1) :])]


def _split(text: str, separator: str) -> list[str]:
    return re.split(rf"(?<!\\){separator}", text)


def _plain(text: str) -> str:
    return re.sub(r"\\([;:])", r"\1", text)


def names_in(row: Row, column: str) -> tuple[str, ...]:
    """References, or what people go by."""
    return tuple(parts(item, 1)[0] for item in items(row.said(column)))


def each_once_in(row: Row, column: str) -> tuple[str, ...]:
    """The same, each once."""
    return tuple(dict.fromkeys(names_in(row, column)))


def owners_in(row: Row, column: str) -> tuple[Owner, ...]:
    """`person:share`. Raises CellRefused."""
    return tuple(_owners(row, column))


def _owners(row: Row, column: str) -> Iterator[Owner]:
    for item in items(row.said(column)):
        person, *share = parts(item, 2)
        yield Owner(person, _number(row, column, share[0], "a share") if share and share[0] else None)


def milestones_in(row: Row, column: str) -> tuple[Milestone, ...]:
    """`title:weight:due`. Raises CellRefused."""
    found = tuple(_milestone(row, column, item) for item in items(row.said(column)))
    if not found:
        raise CellRefused(column, "is empty; name the milestones, as title:weight:due;title:weight:due")
    return found


def _milestone(row: Row, column: str, item: str) -> Milestone:
    title, *more = parts(item, 3)
    weight = _number(row, column, more[0], "a weight") if more and more[0] else 1.0
    return Milestone(title, weight, _day(row, column, more[1]) if len(more) > 1 and more[1] else None)


def _number(row: Row, column: str, text: str, what: str) -> float:
    try:
        number = float(row.notation.figure(text).text)
    except NotWritten as why:
        raise CellRefused(column, f"{shown(text)} {why.told}") from None
    if not math.isfinite(number) or number < 0:
        raise CellRefused(column, f"{written(number)} is not {what}: a number from 0")
    return number


def _day(row: Row, column: str, text: str) -> date:
    try:
        return row.notation.day(text)
    except NotWritten as why:
        raise CellRefused(column, f"{shown(text)} {why.told}") from None
