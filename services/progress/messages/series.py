"""What an objective came to day by day, as it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_UNSPECIFIED
from chassis.ids import Id
from progress.domain.shown import shown_key_results
from progress.domain.status import (
    objective_status,
)
from progress.domain.tree import KeyResult
from progress.messages.pieces import UNTOLD
from progress.queries import (
    DaySeen,
    SeriesSeen,
)


def series_message(seen: SeriesSeen) -> pb.GetSeriesResponse:
    """An objective along its days."""
    o: Any = seen.objective
    message = pb.GetSeriesResponse(
        objective=pb.Name(id=o.objective_id, reference=o.reference, title=o.title),
        first_day=o.start_day,
        due_day=o.due_day,
        points=[_series_point(o.objective_id, each) for each in seen.days],
        ahead=[pb.ExpectedPace(day=day, pace=pace) for day, pace in seen.ahead],
    )
    series: dict[Id, pb.KeyResultSeries] = {}
    for each in seen.days:
        message.formula_version = each.tree.evaluated.formula.version
        for key_result, point in _key_result_points(o.objective_id, each):
            its = series.setdefault(key_result.key_result_id, pb.KeyResultSeries())
            its.key_result.CopyFrom(pb.Name(id=key_result.key_result_id, reference=key_result.reference, title=key_result.title))
            its.points.append(point)
    message.key_results.extend(series[i] for i in sorted(series))
    return message


def _series_point(objective_id: Id, seen: DaySeen) -> pb.SeriesPoint:
    evaluated, hidden = seen.tree.evaluated, seen.tree.hidden
    o: Any = evaluated.tree.objectives[objective_id]
    withheld = objective_id in hidden.withheld
    numbers = UNTOLD if withheld else evaluated.numbers[objective_id]
    paces = evaluated.calendar(seen.day).at(evaluated.cut.get(objective_id))
    return pb.SeriesPoint(
        day=seen.day,
        progress=numbers.progress,
        progress_raw=numbers.progress_raw,
        status=STATUS_UNSPECIFIED if withheld else objective_status(o, numbers, paces),
        expected_pace=paces.of_objective(o),
        coverage=None if numbers.not_started_share is None else 1.0 - numbers.not_started_share,
        confidence=numbers.confidence,
        hidden=objective_id in hidden.partly,
    )


def _key_result_points(objective_id: Id, seen: DaySeen) -> Iterator[tuple[KeyResult, pb.KeyResultPoint]]:
    """The key results that count for an objective on a day, as it sees them."""
    evaluated = seen.tree.evaluated
    counting = evaluated.tree.counting.get(objective_id, ())
    shown = shown_key_results(evaluated, [(objective_id, counting)], evaluated.calendar(seen.day), seen.tree.hidden)
    for key_result, its in zip(counting, shown, strict=True):
        if not key_result.cancelled:
            yield key_result, pb.KeyResultPoint(day=seen.day, value=its.value, progress=its.progress)
