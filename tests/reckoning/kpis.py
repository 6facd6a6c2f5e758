"""KPIs (formulas.md, Others: KPI)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.reckoning.organisation import SINCE_EVER, Kpi


def measured_on(kpi: Kpi, day: date) -> tuple[date, Fraction] | None:
    """The value on the latest day ≤ T, on one day the later row; and that day."""
    newest: tuple[date, Fraction] | None = None
    for measured_day, value in kpi.values:
        if (newest[0] if newest else SINCE_EVER) <= measured_day <= day:
            newest = measured_day, value
    return newest


def in_range(kpi: Kpi, value: Fraction) -> bool:
    """In range if low ≤ v ≤ high, each bound if given."""
    return (kpi.low is None or kpi.low <= value) and (kpi.high is None or value <= kpi.high)
