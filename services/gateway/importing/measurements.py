"""The values of KPIs on their way, and which values no row speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from cairn.goals.v1 import service_pb2 as goals_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import Day, day_of, day_text
from chassis.ids import Id
from chassis.texts import name_key
from gateway.backends import pages_of
from gateway.importing.bulk import all_at_once
from gateway.importing.outcomes import Change
from gateway.importing.plan import ImportPlan, KpiValue
from gateway.importing.report import MOST_LEFT_OUT, LeftOut
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.things import Things
from shared.tables import KPI_VALUES

_PAGE: Final = 1000
_TOLD_EVERY: Final = 20


class _OfDay(NamedTuple):
    """What rows say of one KPI and day, in their order, and the values that are there, in the order in which they were recorded."""

    kpi_id: Id
    rows: Sequence[KpiValue]
    before: Sequence[float]


class Measurements:
    """Brings the values of KPIs in: of one day the one that was recorded last counts, so rows that were said last are passed over."""

    def __init__(self, things: Things, plan: ImportPlan) -> None:
        self._things: Final = things
        self._plan: Final = plan
        self._there_before: set[Id] = set()

    def look_up(self) -> None:
        """The KPIs that are there already: those of this import have no values yet."""
        self._there_before = set(self._things.known.kpis.values())

    async def take(self) -> AsyncIterator[tuple[int, int]]:
        """Sends the rows, KPI by KPI, many days at once; tells how many of how many are done."""
        services, done, told = self._things.services, 0, 0
        async for window in self._windows():
            if done >= told:
                yield done, len(self._plan.kpi_values)
                told = done + _TOLD_EVERY
            await all_at_once(window, self._measure, services.definitions)
            done += sum(len(of_day.rows) for of_day in window)

    async def _windows(self) -> AsyncIterator[list[_OfDay]]:
        """The days, as many as are taken at the same time."""
        window: list[_OfDay] = []
        async for of_day in self._days():
            window.append(of_day)
            if len(window) == self._things.services.at_once:
                yield window
                window = []
        if window:
            yield window

    async def _days(self) -> AsyncIterator[_OfDay]:
        """What the rows say, KPI by KPI and day by day; those of a KPI that is not there are refused, and days without rows are listed."""
        rows_of: defaultdict[str, list[KpiValue]] = defaultdict(list)
        for row in self._plan.kpi_values:
            rows_of[name_key(row.kpi)].append(row)
        for name, rows in rows_of.items():
            try:
                self._things.known.require("kpi", "KPI", rows[0].kpi)
            except RowRefused as refused:
                for row in rows:
                    self._things.refuse(row.row, refused)
                continue
            kpi_id = self._things.known.kpis[name]
            standing = await self._standing(kpi_id)
            days: defaultdict[date, list[KpiValue]] = defaultdict(list)
            for row in rows:
                days[row.as_of].append(row)
            for day, of_day in days.items():
                yield _OfDay(kpi_id, of_day, standing.pop(day_of(day), []))
            self._list_left_out(rows[0].kpi, standing)

    async def _standing(self, kpi_id: Id) -> dict[Day, list[float]]:
        """The values of each day, in the order in which they were recorded."""
        values: defaultdict[Day, list[float]] = defaultdict(list)
        if kpi_id in self._there_before:
            services = self._things.services
            question = progress_pb2.ListKpiValuesRequest(kpi_id=kpi_id, retracted=False, page_size=_PAGE)
            async for page in pages_of(services.ask, services.backends.progress.ListKpiValues, question):
                for one in page.values:
                    values[one.as_of].append(one.value)
        return values

    async def _measure(self, of_day: _OfDay) -> None:
        """Records what the rows of one day say, in their order, but for the first of them that were said last."""
        kpi_id, rows, before = of_day
        things, count = self._things, self._things.report.counts.kpi_values
        said = [row.value for row in rows]
        there = max(n for n in range(min(len(before), len(said)) + 1) if list(before[len(before) - n :]) == said[:n])
        count.already_there += there
        last = before[-1] if before else None
        for row in rows[there:]:
            request = goals_pb2.MeasureKpiRequest(kpi_id=kpi_id, value=row.value, as_of=day_of(row.as_of))
            try:
                with refusals_of(row.row):
                    await things.services.ask(things.services.backends.goals.MeasureKpi, request)
            except RowRefused as refused:
                things.refuse(row.row, refused)
                continue
            if last is None:
                count.new += 1
            else:
                count.corrected += 1
                things.report.changes.append(Change(row.kpi, "value", last, row.value, row.as_of.isoformat()))
            last = row.value

    def _list_left_out(self, kpi: str, values: dict[Day, list[float]]) -> None:
        report = self._things.report
        report.left_out_count += len(values)
        for day, of_day in list(values.items())[: MOST_LEFT_OUT - len(report.left_out)]:
            report.left_out.append(LeftOut(KPI_VALUES, kpi, day_text(day), None, of_day[-1]))
