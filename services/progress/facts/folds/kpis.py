"""What events say of KPIs, as facts."""

from __future__ import annotations

from cairn.goals.v1 import events_pb2 as goals
from progress.facts.definitions import (
    kpi_as_defined,
    kpi_changes,
)
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import changed, first_version, new_versions, recording_of
from progress.facts.rows import (
    KpiValue,
    KpiVersion,
)


@folds(goals.KpiDefined)
def kpi_defined(recorded: Recorded, event: goals.KpiDefined, facts: Facts) -> None:
    """The first version holds since ever."""
    first_version(recorded, event, event.kpi_id, kpi_as_defined(event), facts.kpi_versions, KpiVersion, facts)
    facts.moved_by[event.kpi_id] = recorded.event_id


@folds(goals.KpiRevised)
def kpi_revised(recorded: Recorded, event: goals.KpiRevised, facts: Facts) -> None:
    """What was revised is true from the day on that the event says."""
    made = changed(facts.by_themselves[event.kpi_id], recorded, event, kpi_changes(event))
    new_versions(recorded, made, facts.kpi_versions, KpiVersion)


@folds(goals.KpiRetired)
def kpi_retired(recorded: Recorded, event: goals.KpiRetired, facts: Facts) -> None:
    """It keeps the value that it had."""
    made = changed(facts.by_themselves[event.kpi_id], recorded, event, {"retired": True})
    new_versions(recorded, made, facts.kpi_versions, KpiVersion, event.reason)


@folds(goals.KpiMeasured)
def kpi_measured(recorded: Recorded, event: goals.KpiMeasured, facts: Facts) -> None:
    """Of one day the value that was recorded last counts."""
    _kpi_value(recorded, event, facts, event.value, event.comment)


@folds(goals.KpiMeasurementRetracted)
def kpi_measurement_retracted(recorded: Recorded, event: goals.KpiMeasurementRetracted, facts: Facts) -> None:
    """The value before it counts again."""
    _kpi_value(recorded, event, facts, None, event.reason)


def _kpi_value(
    recorded: Recorded, event: goals.KpiMeasured | goals.KpiMeasurementRetracted, facts: Facts, value: float | None, comment: str
) -> None:
    facts.kpi_values.append(
        KpiValue(
            kpi_id=event.kpi_id,
            true_on=event.as_of,
            measurement_id=event.measurement_id,
            value=value,
            tenant_id=recorded.tenant_id,
            recording=recording_of(recorded),
            version=recorded.aggregate_version,
            comment=comment,
        )
    )
    facts.moved_by[event.kpi_id] = recorded.event_id
