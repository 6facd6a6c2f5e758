"""What an objective and its key results came to, day by day."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from cairn.progress.v1 import service_pb2
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.fields import DayText
from gateway.schemas.mapping import JsonMapping, part, read
from gateway.schemas.names import KEY_RESULT_NAME, OBJECTIVE_NAME, KeyResultName, ObjectiveName
from gateway.schemas.objectives import Coverage, MeanConfidence, ObjectiveStatus, Progress, ProgressRaw
from gateway.schemas.values import day_text, six_digits


class SeriesQuery(AsOf):
    """Of how many days."""

    points: Annotated[int, Field(ge=2, le=400)] = 100
    """Days at most: of a longer span as many as that, as far from each other as they can be."""


class ExpectedPace(Answer):
    """A day that is to come."""

    day: Annotated[DayText, read("day", write=day_text)]
    pace: Annotated[float | None, read("pace", write=six_digits)]


class SeriesPoint(Answer):
    """An objective on a day."""

    day: Annotated[DayText, read("day", write=day_text)]
    progress: Progress
    progress_raw: ProgressRaw
    status: ObjectiveStatus
    pace: Annotated[float | None, read("expected_pace", write=six_digits)]
    """Expected by the calendar of that day."""
    coverage: Coverage
    confidence: MeanConfidence
    hidden: bool
    """Something counts that you may not know of."""


class KeyResultPoint(Answer):
    """A key result on a day, as the objective sees it."""

    day: Annotated[DayText, read("day", write=day_text)]
    value: float | None
    progress: Progress


SERIES_POINT: Final = JsonMapping(SeriesPoint, service_pb2.SeriesPoint)
EXPECTED_PACE: Final = JsonMapping(ExpectedPace, service_pb2.ExpectedPace)
KEY_RESULT_POINT: Final = JsonMapping(KeyResultPoint, service_pb2.KeyResultPoint)


class KeyResultSeries(Answer):
    """A key result along the days on which it counted."""

    key_result: Annotated[KeyResultName, part("key_result", KEY_RESULT_NAME)]
    points: Annotated[list[KeyResultPoint], part("points", KEY_RESULT_POINT)]


KEY_RESULT_SERIES: Final = JsonMapping(KeyResultSeries, service_pb2.KeyResultSeries)


class Series(Answer):
    """An objective along its days."""

    objective: Annotated[ObjectiveName, part("objective", OBJECTIVE_NAME)]
    first_day: Annotated[DayText, read("first_day", write=day_text)]
    due_day: Annotated[DayText, read("due_day", write=day_text)]
    points: Annotated[list[SeriesPoint], part("points", SERIES_POINT)]
    """From its first day to the one asked about, or that of its end; the oldest first."""
    ahead: Annotated[list[ExpectedPace], part("ahead", EXPECTED_PACE)]
    """The days that are to come until it is due; none: it is due, or has ended."""
    key_results: Annotated[list[KeyResultSeries], part("key_results", KEY_RESULT_SERIES)]
    """Those that counted on any of the days."""
    formula_version: int


SERIES: Final = JsonMapping(Series, service_pb2.GetSeriesResponse)
