"""What Cairn refuses, as something that is wrong with a row of a table: in which column, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from cli.errors import Problem
from cli.importing.tables import Row

_TOO_LARGE: Final = 413

_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "objectives.csv": {"reference": "objective", "start_day": "starts_on", "due_day": "ends_on"},
    "key_results.csv": {"reference": "number", "measure": "kind"},
    "checkins.csv": {"as_of": "date", "value": "score", "abstention": "note", "comment": "note", "on_behalf_of": "by"},
    "grades.csv": {"reason": "note"},
}
"""By file: from the fields of a request to the columns that they were read from."""


class RowRefused(Exception):  # noqa: N818 - it is what happened
    """A row that Cairn refuses; `status` and `problem_reason` are those of its answer, where it was asked."""

    def __init__(self, column: str, reason: str, status: int = 0, problem_reason: str = "") -> None:
        super().__init__(reason)
        self.column: Final = column
        self.reason: Final = reason
        self.status: Final = status
        self.problem_reason: Final = problem_reason


@contextmanager
def refusals_of(row: Row) -> Iterator[None]:
    """Turns a problem that is about the row into RowRefused; others go on as they are."""
    try:
        yield
    except Problem as problem:
        if not is_about_the_request(problem):
            raise
        field = problem.errors[0][0] if problem.errors else ""
        column = _longest(row) if problem.status == _TOO_LARGE else column_of(row, field)
        raise RowRefused(column, problem.message, problem.status, problem.reason) from None


def is_about_the_request(problem: Problem) -> bool:
    """Whether a problem is about what was sent, and not about who sent it, or about Cairn itself."""
    return problem.status in (400, 404, 409, 412, _TOO_LARGE, 422)


def _longest(row: Row) -> str:
    """The column that makes a row too large."""
    return max(row.cells, key=lambda column: len(row.cells[column]))


def column_of(row: Row, field: str) -> str:
    """The column that a field of a request was read from; empty where it is none of the table's."""
    name = _COLUMNS.get(row.file, {}).get(field, field)
    if field == "value" and row.said("value"):
        name = "value"
    if name == "number" and name not in row.cells:
        name = "key_result"
    if name == "as_of" and not row.said("as_of"):  # then it is the day of the grade
        name = "graded_on"
    return name if name in row.cells else ""
