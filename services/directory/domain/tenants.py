"""A tenant: one enterprise, apart from every other, with its settings, each of which holds from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import SettingChanged, TenantRegistered
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from shared.holding import LAST_DAY, SINCE_EVER, Asked, day_of
from shared.settings import SETTINGS, TIME_ZONE, TRAVELLING


class Held(NamedTuple):
    """A value of a setting, and from which day on it holds."""

    holds_from: Day
    value: str


@dataclass(slots=True)
class Tenant:
    """Folded from the events of one tenant; without a name, there is none."""

    name: str = ""
    said: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)
    """By setting, in the order in which they were said."""

    def held(self, setting: str, day: Day = LAST_DAY) -> Held:
        """What a setting says on a day: of what was said of days up to it, that of the latest day, and of that day what was said last."""
        found = Held(SINCE_EVER, SETTINGS[setting].default)
        for said in self.said.get(setting, ()):
            if found.holds_from <= said.holds_from <= day:
                found = said
        return found

    @property
    def time_zone(self) -> str:
        """Where its days begin now."""
        return self.held(TIME_ZONE.name).value

    def travelling(self) -> dict[str, str]:
        """The settings that commands need and that are not as they are by default, as they are now; but for the time zone."""
        names = TRAVELLING - {TIME_ZONE.name}
        return {name: value for name in names if (value := self.held(name).value) != SETTINGS[name].default}


def apply(tenant: Tenant, event: Message) -> None:
    """Folds one event. Raises TypeError for one that is no event of a tenant."""
    match event:
        case TenantRegistered():
            tenant.name = event.name
            tenant.said = {TIME_ZONE.name: (Held(SINCE_EVER, event.time_zone),)}
        case SettingChanged():
            held = Held(day_of(event), event.value)
            tenant.said = {**tenant.said, event.setting: (*tenant.said.get(event.setting, ()), held)}
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a tenant")


def unknown_tenant(name: str) -> Refused:
    """The refusal of a name or an id that no tenant has."""
    return Refused("TENANT_UNKNOWN", f"there is no tenant {name!r}", kind=Kind.UNKNOWN)


def register(tenant_id: Id, name: str, time_zone: str) -> TenantRegistered:
    """A new tenant, in an IANA time zone. Raises Refused: TIME_ZONE_UNKNOWN."""
    return TenantRegistered(tenant_id=tenant_id, name=name, time_zone=_value_of(TIME_ZONE.name, time_zone, TIME_ZONE.name))


def change_setting(tenant: Tenant, tenant_id: Id, setting: str, value: str, asked: Asked) -> SettingChanged | tuple[()]:
    """Another value of a setting, from a day on; nothing where it says so already, on that day and since.

    Raises Refused: SETTING_UNKNOWN, TIME_ZONE_UNKNOWN, INVALID for what is no value of the setting, HOLDS_FROM_AHEAD.
    """
    require_setting(setting)
    canonical, day = _value_of(setting, value, "value"), asked.day(draft=False)
    since = tenant.held(setting).holds_from
    if canonical == tenant.held(setting, day).value and since <= day:
        return ()
    return SettingChanged(tenant_id=tenant_id, setting=setting, value=canonical, holds_from=day)


def require_setting(name: str) -> None:
    """Raises Refused (SETTING_UNKNOWN) unless there is a setting of this name."""
    if name not in SETTINGS:
        raise Refused("SETTING_UNKNOWN", f"there is no setting {name[:40]!r}; there are {', '.join(SETTINGS)}", kind=Kind.UNKNOWN)


def _value_of(setting: str, value: str, field_name: str) -> str:
    try:
        return SETTINGS[setting].canonical(value)
    except ValueError as wrong:
        raise invalid(field_name, str(wrong), SETTINGS[setting].unknown) from None
