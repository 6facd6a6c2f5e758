"""What a service refuses, as something that is wrong with a row of a table: in which column, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from chassis.errors import Kind, Refused
from chassis.rpc import InvalidRequest
from gateway.importing.tables import Named, Row
from shared.tables import (
    CHECK_INS,
    COMMENTS,
    GRADES,
    INITIATIVES,
    KEY_RESULTS,
    KPI_VALUES,
    KPIS,
    MILESTONES,
    OBJECTIVES,
    TASKS,
)

_ABOUT_THE_REQUEST: Final = frozenset({Kind.INVALID, Kind.UNKNOWN, Kind.TAKEN, Kind.REFUSED, Kind.STALE})
"""Kinds of refusals that are about what was sent, and not about who sent it, or about Cairn itself."""

_SERVED: Final = dict.fromkeys(("objective_id", "key_result_id", "initiative_id"), "for")
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    OBJECTIVES: {
        "reference": "objective",
        "start_day": "starts_on",
        "due_day": "ends_on",
        "cycle_id": "cycle",
        "owner_id": "owner",
        "contributor_ids": "contributors",
        "named_person_ids": "named",
        "team_id": "team",
        "holds_from": "ended_on",
        **dict.fromkeys(("parent_objective_id", "parent_key_result_id"), "parent"),
    },
    KEY_RESULTS: {"reference": "number", "measure": "kind", "holds_from": "cancelled_on"},
    CHECK_INS: {
        "as_of": "date",
        "value": "score",
        "abstention": "note",
        "comment": "note",
        "on_behalf_of": "by",
        "key_result_id": "key_result",
        "milestones_done": "done",
        "numbers": "done",
        "said_status": "status",
    },
    GRADES: {"reason": "note", "key_result_id": "key_result"},
    KPIS: {"reference": "kpi", "owner_id": "owner"},
    KPI_VALUES: {"as_of": "date", "kpi_id": "kpi"},
    INITIATIVES: {"reference": "initiative", "owner_id": "owner", "start_day": "start", "end_day": "end", **_SERVED},
    TASKS: {"reference": "task", "assignee_id": "assignee", "due_day": "due", "on_behalf_of": "giver", **_SERVED},
    MILESTONES: {"reference": "milestone", "on_day": "day", "to_day": "day"},
    COMMENTS: {"on_behalf_of": "by", "written_day": "day", "reply_to_id": "reply_to", "words": "text", "mentions": "text"},
}
"""By file: from the fields of a request to the columns that they were read from."""


class RowRefused(Exception):  # noqa: N818 - it is what happened
    """A row that is not taken; `refused` is what a service said, where one was asked, `lacks` what the row refers to and is not there."""

    def __init__(self, column: str, reason: str, refused: Refused | None = None, lacks: Named | None = None) -> None:
        super().__init__(reason)
        self.lacks: Final = lacks
        self.column: Final = column
        self.reason: Final = reason
        self.refused: Final = refused


@contextmanager
def refusals_of(row: Row, columns: Mapping[str, str] | None = None) -> Iterator[None]:
    """Turns a refusal that is about the row into RowRefused; others go on as they are.

    `columns` tells the columns of those fields of the request that are read from others than usual.
    """
    try:
        yield
    except Refused as refused:
        if not is_about_the_request(refused):
            raise
        message = refused.first_message if isinstance(refused, InvalidRequest) else refused.message
        column = (columns or {}).get(refused.field) or column_of(row, refused.field)
        raise RowRefused(column, message, refused) from None


def is_about_the_request(refused: Refused) -> bool:
    """Whether it is about what was sent, and not about who sent it, or about Cairn itself."""
    return refused.kind in _ABOUT_THE_REQUEST


def column_of(row: Row, field: str) -> str:
    """The column that a field of a request was read from; empty where it is none of the table's."""
    field = field.rpartition(".")[2].partition("[")[0]
    name = _COLUMNS.get(row.file, {}).get(field, field)
    if field == "value" and row.said("value"):
        name = "value"
    if name == "number" and name not in row.columns:
        name = "key_result"
    if name == "contributors" and name not in row.columns:  # then it is individual:NAME
        name = "level"
    if name == "as_of" and not row.said("as_of"):  # then it is the day of the grade
        name = "graded_on"
    return name if name in row.columns else ""
