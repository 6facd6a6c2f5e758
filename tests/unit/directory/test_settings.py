"""The rules of a tenant's settings: each from a day on, none unknown, none that cannot be meant."""

from __future__ import annotations

from cairn.directory.v1.events_pb2 import SettingChanged, TenantRegistered
from chassis.errors import Kind
from directory.aggregates import TENANT
from directory.domain import tenants
from shared.holding import SINCE_EVER, Asked
from tests.support.events import an_id
from tests.unit.domain_dsl import folded, given

ACME = an_id("acme")
TODAY = 20_000
NOW = Asked(None, TODAY)
REGISTERED = TenantRegistered(tenant_id=ACME, name="acme", time_zone="Europe/Zurich")


def changed(setting: str, value: str, day: int = TODAY) -> SettingChanged:
    return SettingChanged(tenant_id=ACME, setting=setting, value=value, holds_from=day)


def test_a_setting_says_something_else_from_today_on_or_from_the_day_that_is_named() -> None:
    given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "bounds", "0.05;0.2", NOW).then(changed("bounds", "0.05;0.2"))
    since_ever = Asked(SINCE_EVER, TODAY)
    given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "approval", "yes", since_ever).then(changed("approval", "on", SINCE_EVER))


def test_the_weekday_is_the_tenants_from_a_day_on() -> None:
    changing = given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "weekday", "FRI", Asked(TODAY - 9, TODAY))
    changing.then(changed("weekday", "fri", TODAY - 9))
    tenant = folded(TENANT, REGISTERED, changed("weekday", "fri", TODAY - 9))
    assert [tenant.held("weekday", day).value for day in (TODAY - 10, TODAY - 9, TODAY)] == ["mon", "fri", "fri"]


def test_no_setting_changes_on_a_day_to_come() -> None:
    tomorrow = Asked(TODAY + 1, TODAY)
    given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "approval", "on", tomorrow).then_refused("HOLDS_FROM_AHEAD")


def test_what_it_says_already_changes_nothing() -> None:
    given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "time_zone", "Europe/Zurich", NOW).then()
    given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "weekday", "MON", NOW).then()


def test_what_there_is_no_setting_of_is_unknown() -> None:
    given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "colour", "red", NOW).then_refused("SETTING_UNKNOWN", kind=Kind.UNKNOWN)


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    given(TENANT, REGISTERED).when(tenants.change_setting, ACME, "time_zone", "Mars/Olympus", NOW).then_refused(
        "TIME_ZONE_UNKNOWN", "value", Kind.INVALID
    )


def test_on_a_day_it_says_what_was_said_of_the_latest_day_up_to_it_and_of_one_day_what_was_said_last() -> None:
    tenant = folded(
        TENANT, REGISTERED, changed("cadence", "monthly", 200), changed("cadence", "quarterly", 100), changed("cadence", "none", 200)
    )
    assert [tenant.held("cadence", day).value for day in (99, 100, 199, 200, TODAY)] == [
        "weekly", "quarterly", "quarterly", "none", "none",
    ]  # fmt: skip


def test_the_time_zone_of_the_registration_holds_since_ever() -> None:
    tenant = folded(TENANT, REGISTERED, changed("time_zone", "Asia/Tokyo"))
    assert [tenant.held("time_zone", day).value for day in (0, TODAY - 1, TODAY)] == ["Europe/Zurich", "Europe/Zurich", "Asia/Tokyo"]
    assert tenant.time_zone == "Asia/Tokyo"


def test_what_commands_need_travels_where_it_is_not_as_by_default() -> None:
    tenant = folded(TENANT, REGISTERED, changed("approval", "on"), changed("bounds", "0.05;0.2"), changed("default_visibility", "company"))
    assert tenant.travelling() == {"approval": "on"}
