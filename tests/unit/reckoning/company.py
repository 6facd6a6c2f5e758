"""A company of a few rows, in a cycle of a hundred days: on day n after its first day, the expected pace is n / 100."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.reckoning import organisations
from tests.reckoning.organisation import Organisation
from tests.reckoning.reckoning import tree
from tests.reckoning.tables import read

FIRST_DAY = date(2025, 1, 1)
LENGTH = 100

Json = dict[str, Any]


def day(number: int) -> str:
    """The day so many days after the first one, as tables write it."""
    return (FIRST_DAY + timedelta(days=number)).isoformat()


class Company:
    """Rows of tables, said one by one, and what comes of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: defaultdict[str, list[dict[str, str]]] = defaultdict(list)

    def row(self, file: str, **cells: object) -> None:
        """A row of any table; a trailing underscore keeps a column's name from being a word of Python."""
        self._rows[file].append({name.rstrip("_"): "" if cell is None else str(cell) for name, cell in cells.items()})

    def objective(self, ref: str, first: int = 0, last: int = LENGTH, **cells: object) -> None:
        self.row("objectives.csv", objective=ref, cycle="Q", title=ref, owner="ann", starts_on=day(first), ends_on=day(last), **cells)

    def key_result(self, ref: str, kind: str, **cells: object) -> None:
        objective, number = ref.split("/")
        if kind == "number":
            cells = {"start": 0, "target": 10} | cells
        self.row("key_results.csv", objective=objective, number=number, title=ref, kind=kind, **cells)

    def check_in(self, ref: str, on: int, **cells: object) -> None:
        objective, number = ref.split("/")
        self.row("checkins.csv", objective=objective, key_result=number, date=day(on), by="ann", **cells)

    def grade(self, ref: str, on: int, grade: float | None) -> None:
        objective, number = ref.split("/")
        self.row("grades.csv", objective=objective, key_result=number, graded_on=day(on), as_of=day(on), grade=grade)

    def change(self, ref: str, on: int, name: str, value: object) -> None:
        self.row("changes.csv", ref=ref, day=day(on), field=name, value=value)

    def setting(self, setting: str, value: str, **cells: object) -> None:
        self.row("settings.csv", setting=setting, value=value, **cells)

    @property
    def organisation(self) -> Organisation:
        tables = {}
        for file, rows in self._rows.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            tables[file] = [dict.fromkeys(columns, "") | row for row in rows]
        organisations.write(self._folder, tables)
        return read(self._folder)

    def on(self, number: int) -> dict[str, Json]:
        """The objectives by their references."""
        return {objective["ref"]: objective for objective in tree(self.organisation, date.fromisoformat(day(number)))["objectives"]}

    def objective_on(self, number: int, ref: str = "O") -> Json:
        return self.on(number)[ref]

    def key_result_on(self, number: int, ref: str = "O/1", seen_from: str | None = None) -> Json:
        """A key result as an objective sees it: its home, unless another one is named."""
        listed = self.on(number)[seen_from or ref.split("/", maxsplit=1)[0]]["key_results"]
        return next(one for one in listed if one["ref"] == ref)

    def refs_on(self, number: int, objective: str) -> list[str]:
        """The key results that an objective lists."""
        return [one["ref"] for one in self.on(number)[objective]["key_results"]]
