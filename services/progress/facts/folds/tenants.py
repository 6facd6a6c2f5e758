"""What tenants settle, as facts."""

from __future__ import annotations

from cairn.directory.v1 import events_pb2 as directory
from progress.domain.points import BEFORE_ALL_DAYS
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import from_day, recording_of
from progress.facts.rows import (
    SettingFact,
)


@folds(directory.TenantRegistered)
def tenant_registered(_recorded: Recorded, event: directory.TenantRegistered, facts: Facts) -> None:
    """Its days begin in its time zone."""
    facts.time_zones[event.tenant_id] = event.time_zone


@folds(directory.SettingChanged)
def setting_changed(recorded: Recorded, event: directory.SettingChanged, facts: Facts) -> None:
    """It says so from that day on."""
    facts.settings.append(
        SettingFact(
            setting=event.setting,
            value=event.value,
            tenant_id=recorded.tenant_id,
            true_from=from_day(event, BEFORE_ALL_DAYS),
            recording=recording_of(recorded),
        )
    )
