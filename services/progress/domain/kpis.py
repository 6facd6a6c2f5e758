"""KPIs as they stand at one point of both time axes."""

from __future__ import annotations

from typing import NamedTuple

from chassis.days import Day
from chassis.ids import Id
from progress.domain.measures import lies_between


class FeedingKpi(NamedTuple):
    """A KPI that feeds a sum, with its value at a point."""

    kpi_id: Id
    reference: str
    title: str
    value: float | None  # None: not measured yet
    measurement_id: Id | None  # which is the id of the event that says the value


class Kpi(NamedTuple):
    """A KPI: its definition that holds, and its value: of those that stand that of the latest day, and of one day the one said last."""

    kpi_id: Id
    reference: str
    title: str
    unit: str
    low: float | None  # of its healthy range; None: no such bound
    high: float | None
    owner_id: Id | None
    creator_id: Id | None
    team: str
    retired: bool
    event_id: Id  # of the definition that holds
    version: int  # of the aggregate, as far as it is known there
    value: float | None = None  # None: not measured yet
    as_of: Day | None = None
    measurement_id: Id | None = None

    @property
    def in_range(self) -> bool | None:
        """Whether its value lies in its range, bounds included; None without a value. Source: formulas, Others."""
        return None if self.value is None else lies_between(self.low, self.value, self.high)
