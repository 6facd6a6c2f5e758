"""The recipes of docs/sql.md, run in DuckDB as their reader does: from top to bottom, over a file in the present folder."""

from __future__ import annotations

import re
from typing import Any, Final

import duckdb

from stack.layout import ROOT

EXPORT: Final = "demo.cairn-export"
"""What the page calls the file."""

PAGE: Final = ROOT / "docs" / "sql.md"
_BLOCK: Final = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def answers() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each recipe that asks something, by the heading that it stands under."""
    found = {}
    with duckdb.connect() as database:
        for section in PAGE.read_text().split("\n## ")[1:]:
            for recipe in _BLOCK.findall(section):
                rows = database.execute(recipe).fetchall()
                if recipe.startswith("SELECT"):
                    found[section.partition("\n")[0]] = rows
    return found
