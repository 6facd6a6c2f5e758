"""The table of services: ports that do not meet, settings that every service knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.runtime import load
from embedded.errors import SetUpError
from gateway.main import GatewaySettings
from stack.layout import DEFAULT_BASE_PORT, PROGRAMS, Layout
from stack.services import SERVICES

KNOWN_SETTINGS = {f"CAIRN_{name.upper()}" for name in GatewaySettings.model_fields}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "home", DEFAULT_BASE_PORT)


def test_the_default_ports_are_the_documented_ones(layout: Layout) -> None:
    assert {name: layout.port(name) for name in PROGRAMS} == {
        "gateway": 8600, "directory": 8601, "goals": 8602, "checkins": 8603, "progress": 8604, "notifications": 8605, "audit": 8606,
        "relay": 8607, "postgres": 8632, "kafka": 8692,
    }  # fmt: skip


def test_no_two_programs_share_a_port(layout: Layout) -> None:
    ports = [port for program in PROGRAMS for port in layout.ports(program)]
    assert len(ports) == len(set(ports))


def test_a_service_is_told_only_settings_that_exist(layout: Layout) -> None:
    for service in SERVICES:
        assert set(layout.environment(service.name)) <= KNOWN_SETTINGS


def test_what_a_service_is_told_is_accepted(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    layout.clock_ahead = 34_560_000
    for service in SERVICES:
        with monkeypatch.context() as environment:
            for name, value in layout.environment(service.name).items():
                environment.setenv(name, value)
            settings = load(GatewaySettings)
        assert settings.port == layout.port(service.name)
        assert tuple(settings.logs) == service.reads_logs
        assert bool(settings.database_url) == settings.clock_may_be_moved == service.has_database


def test_only_the_gateway_is_told_the_key_that_signs(layout: Layout) -> None:
    told = [service.name for service in SERVICES if "CAIRN_IDENTITY_PRIVATE_KEY" in layout.environment(service.name)]
    assert told == ["gateway"]


def test_a_log_that_is_read_is_kept_by_its_service() -> None:
    keepers = {service.name for service in SERVICES if service.keeps_log}
    assert {log for service in SERVICES for log in service.reads_logs} <= keepers


def test_the_base_port_of_last_time_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAIRN_BASE_PORT", raising=False)
    Layout(tmp_path, 9600).remember()
    assert Layout(tmp_path).base_port == 9600


@pytest.mark.parametrize(("told", "says"), [("eighty", "not a number"), ("80", "1024 to"), ("65530", "1024 to")])
def test_a_base_port_that_cannot_be_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, says: str) -> None:
    monkeypatch.setenv("CAIRN_BASE_PORT", told)
    with pytest.raises(SetUpError, match=says) as refusal:
        Layout(tmp_path)
    assert "\n" not in str(refusal.value)


def test_secrets_are_for_their_owner_alone(layout: Layout) -> None:
    password = layout.postgres.password
    file = layout.keys / "postgres.password"
    assert file.read_text() == password
    assert file.stat().st_mode & 0o077 == 0


def clock_of(home: Path, service: str = "goals") -> dict[str, str]:
    told = Layout(home, DEFAULT_BASE_PORT).environment(service)
    return {name: value for name, value in told.items() if "CLOCK" in name}


def test_the_clock_is_the_machines_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    assert clock_of(tmp_path) == {}


def test_every_service_with_a_database_is_told_the_same_clock_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starts_at = datetime.now(UTC) + timedelta(days=7)
    with monkeypatch.context() as environment:
        environment.setenv("CAIRN_CLOCK_STARTS_AT", starts_at.isoformat())
        Layout(tmp_path, DEFAULT_BASE_PORT).remember()
    (tmp_path / "postgres").mkdir()
    told = [clock_of(tmp_path, service.name) for service in SERVICES if service.has_database]
    assert told == [told[0]] * len(told)
    assert told[0]["CAIRN_CLOCK_MAY_BE_MOVED"] == "true"
    assert timedelta(days=6) < timedelta(seconds=int(told[0]["CAIRN_CLOCK_AHEAD_SECONDS"])) <= timedelta(days=7)


def test_a_demonstration_begins_in_the_past_and_once_it_has_caught_up_stays_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as environment:
        environment.setenv("CAIRN_CLOCK_STARTS_AT", (datetime.now(UTC) - timedelta(days=364)).isoformat())
        layout = Layout(tmp_path, DEFAULT_BASE_PORT)
    layout.remember()
    assert timedelta(seconds=int(clock_of(tmp_path)["CAIRN_CLOCK_AHEAD_SECONDS"])) < timedelta(days=-363)
    layout.clock_is_the_machines()
    assert clock_of(tmp_path)["CAIRN_CLOCK_AHEAD_SECONDS"] == "0"


def test_a_clock_that_may_be_moved_starts_as_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRN_CLOCK_MAY_BE_MOVED", "true")
    assert clock_of(tmp_path) == {"CAIRN_CLOCK_MAY_BE_MOVED": "true", "CAIRN_CLOCK_AHEAD_SECONDS": "0"}


@pytest.mark.parametrize("starts_at", ["soon", "2027-03-01T09:00:00", "1820-01-01T00:00:00Z"], ids=["no instant", "no zone", "far away"])
def test_a_clock_that_cannot_start_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, starts_at: str) -> None:
    monkeypatch.setenv("CAIRN_CLOCK_STARTS_AT", starts_at)
    with pytest.raises(SetUpError, match="CAIRN_CLOCK_STARTS_AT"):
        Layout(tmp_path, DEFAULT_BASE_PORT)


def test_the_clock_of_an_installation_with_data_does_not_start_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres").mkdir()
    monkeypatch.setenv("CAIRN_CLOCK_STARTS_AT", "2999-01-01T00:00:00Z")
    with pytest.raises(SetUpError, match="cairn clock advance"):
        Layout(tmp_path, DEFAULT_BASE_PORT)
