"""The report of a cycle's closing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.http import Answer, Query
from gateway.schemas.fields import DayText, InstantText
from gateway.schemas.names import CycleName, PersonName
from gateway.schemas.trees import TreeKeyResult, TreeObjective


class ReportQuery(Query):
    """Which report."""

    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Of which closing, counted from 1; none: of the newest, and the cycle is closed."""


class ClosedKeyResult(TreeKeyResult):
    """A key result as it was at the closing, and why it was graded as it was."""

    unit: str | None
    """null: it has none."""
    grade_note: str | None
    """Why it was graded so, or abstained from; null: nothing was said."""


class ReportedObjective(TreeObjective):
    """An objective as it was at the closing, and what was said of it."""

    outcome: str | None
    """What came of it; null: nothing was said."""
    well: str | None
    """What went well; null: nothing was said."""
    learnt: str | None
    """What was learnt; null: nothing was said."""
    carried_over: bool | None
    """Whether it was to go on in another cycle; null: nothing was said."""
    key_results: list[ClosedKeyResult]  # type: ignore[assignment]  # with more than in a tree


class Report(Answer):
    """What came of a cycle, as it was known at its closing; people by the names that they have now."""

    cycle: CycleName
    first_day: DayText
    last_day: DayText
    version: int
    """Of which closing it is, counted from 1."""
    versions: int
    """How many there were when it was made: it is the newest of these. How many there are now, its cycle tells (`closings`)."""
    closed_on: DayText
    closed_at: InstantText
    closed_by: PersonName | None
    formula_version: int
    objectives: list[ReportedObjective]
    """All but drafts that you may see, parents before children."""
