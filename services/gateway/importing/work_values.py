"""What a row of the tables of KPIs, work and talk says."""

from __future__ import annotations

from typing import Final

from gateway.importing import cell_values as cells
from gateway.importing.cell_values import CellRefused
from gateway.importing.plan import Comment, Initiative, Kpi, KpiValue, Task, TimelineMilestone
from gateway.importing.row_values import word_of
from gateway.importing.tables import Row
from gateway.schemas.enums import INITIATIVE_STATES, MILESTONE_PHASES, PRIORITIES
from shared.figures import written

_LONGEST_TEXT: Final = 4000


def kpi_of(row: Row) -> Kpi:
    """A KPI. Raises CellRefused."""
    unit = row.said("unit")
    low, high = (cells.optional(row, column, cells.number_in(unit)) for column in ("low", "high"))
    if low is not None and high is not None and low > high:
        raise CellRefused("high", f"low {written(low)} lies above high {written(high)}")
    return Kpi(
        row=row,
        reference=cells.required(row, "kpi"),
        title=cells.one_line(row, "title"),
        unit=unit,
        low=low,
        high=high,
        owner=row.said("owner") or None,
        team=row.said("team"),
    )


def kpi_value_of(row: Row, kpi: Kpi) -> KpiValue:
    """A value of a KPI. Raises CellRefused."""
    return KpiValue(row, kpi.reference, cells.day(row, "date"), cells.number_in(kpi.unit)(row, "value"))


def initiative_of(row: Row) -> Initiative:
    """An initiative. Raises CellRefused."""
    start, end = (cells.optional(row, column, cells.day) for column in ("start", "end"))
    if start is not None and end is not None and end < start:
        raise CellRefused("end", f"{end} lies before start, {start}")
    return Initiative(
        row=row,
        reference=cells.required(row, "initiative"),
        title=cells.one_line(row, "title"),
        owner=cells.required(row, "owner"),
        serves=cells.required(row, "for"),
        state=word_of(row, "state", INITIATIVE_STATES),
        start_day=start,
        end_day=end,
    )


def task_of(row: Row) -> Task:
    """A task. Raises CellRefused."""
    return Task(
        row=row,
        reference=cells.required(row, "task"),
        title=cells.one_line(row, "title"),
        assignee=cells.required(row, "assignee"),
        giver=row.said("giver") or None,
        priority=word_of(row, "priority", PRIORITIES),
        due_day=cells.optional(row, "due", cells.day),
        serves=row.said("for") or None,
        done_on=cells.optional(row, "done_on", cells.day),
    )


def milestone_of(row: Row) -> TimelineMilestone:
    """A milestone of the company or of a team. Raises CellRefused."""
    return TimelineMilestone(
        row=row,
        reference=cells.required(row, "milestone"),
        title=cells.one_line(row, "title"),
        day=cells.day(row, "day"),
        team=row.said("team"),
        phase=word_of(row, "state", MILESTONE_PHASES),
    )


def comment_of(row: Row, number: int) -> Comment:
    """A comment, the row of so many. Raises CellRefused."""
    text = cells.required(row, "text")
    if len(text) > _LONGEST_TEXT:
        raise CellRefused("text", f"at most {_LONGEST_TEXT} characters; this has {len(text)}")
    reply_to = cells.optional(row, "reply_to", cells.number)
    if reply_to is not None and not (1 <= reply_to < number and reply_to == int(reply_to)):
        raise CellRefused("reply_to", f"{written(reply_to)} is not the number of a row before this one, which is row {number}")
    return Comment(
        row=row,
        number=number,
        on=cells.required(row, "on"),
        day=cells.day(row, "day"),
        by=cells.required(row, "by"),
        text=text,
        reply_to=None if reply_to is None else int(reply_to),
    )
