"""Texts in the cells of tables: kept from being taken for formulas on the way out, as they were on the way in; and what says nothing."""

from __future__ import annotations

import re
from typing import Final

_NOTHING: Final = frozenset({"na", "n/a", "n.a.", "#n/a", "-", "–", "—"})
YES_OR_NO: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
"""Words in small letters, and what they say."""

_FORMULA: Final = re.compile(r"'*[=+\-@]")
_NEUTRALISED: Final = re.compile(r"'+[=+\-@]")


def neutralised(text: str) -> str:
    """A text with an apostrophe before what a spreadsheet takes for a formula: = + - @, also behind apostrophes that it begins with."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Exactly that undone."""
    return cell[1:] if cell[:1] == "'" and _NEUTRALISED.match(cell) else cell


def says_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing: NA, n/a, n.a., #N/A, a dash."""
    return cell.lower() in _NOTHING
