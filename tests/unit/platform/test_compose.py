"""docker-compose.yml describes the same processes as the table of services does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

from embedded.kafka import BROKER, OPERATOR
from gateway.main import GatewaySettings
from stack.database_roles import logins_of
from stack.kafka_users import KAFKA_USERS
from stack.layout import SERVERS, Layout
from stack.services import BY_NAME, SERVICES, Service

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, Any] = COMPOSE["services"]
each_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


SIGNING_IN = {"CAIRN_BUILT_IN_SIGN_IN", "CAIRN_ISSUER_KEY", "CAIRN_OPERATOR_ISSUER_KEY"}
"""What makes the built-in issuer sign anyone in."""


def test_it_has_the_servers_the_services_and_what_makes_the_keys_and_the_users() -> None:
    assert set(CONTAINERS) == {*SERVERS, *BY_NAME, "keys", "token", "kafka-users", "database-roles"}


@each_service
def test_a_service_runs_the_same_module(service: Service) -> None:
    assert CONTAINERS[service.name]["command"] == ["python", "-m", service.module]


@each_service
def test_a_service_is_told_the_same_settings_as_without_containers(service: Service, tmp_path: Path) -> None:
    told = set(CONTAINERS[service.name]["environment"])
    assert told <= {f"CAIRN_{name.upper()}" for name in GatewaySettings.model_fields}
    without_containers = set(Layout(tmp_path, 9600).environment(service.name))
    # The relay serves nothing but metrics; the built-in issuer runs on one machine only, elsewhere tokens come from outside.
    assert without_containers - told <= {"relay": {"CAIRN_PORT"}, "gateway": SIGNING_IN}.get(service.name, set())


@each_service
def test_what_follows_logs_goes_behind_what_commands_wait_for(service: Service, tmp_path: Path) -> None:
    commands_wait_for_it = service.name in ("gateway", "directory", "goals", "checkins")
    assert (service.nice == 0) is commands_wait_for_it
    assert ("cpu_shares" in CONTAINERS[service.name]) is not commands_wait_for_it
    told = CONTAINERS[service.name]["environment"].get("CAIRN_NICE")
    assert told == Layout(tmp_path, 9600).environment(service.name).get("CAIRN_NICE") == (str(service.nice) if service.nice else None)


def test_no_service_may_sign_anyone_in() -> None:
    for service in SERVICES:
        assert CONTAINERS[service.name]["environment"]["CAIRN_ENVIRONMENT"] == "production"
        assert not SIGNING_IN & CONTAINERS[service.name]["environment"].keys()
        assert not any("issuer-key" in volume for volume in CONTAINERS[service.name].get("volumes", ()))


@each_service
def test_a_service_waits_for_what_it_needs_and_says_whether_it_is_well(service: Service) -> None:
    container = CONTAINERS[service.name]
    assert container["healthcheck"]["test"] == ["CMD", "python", "check.py", service.protocol]
    conditions = {need["condition"] for need in container["depends_on"].values()}
    assert conditions <= {"service_healthy", "service_completed_successfully"}


def test_a_health_check_fits_in_the_address_that_others_use() -> None:
    for service in SERVICES:
        if service.protocol == "grpc":
            port = CONTAINERS[service.name]["environment"]["CAIRN_PORT"]
            assert CONTAINERS["gateway"]["environment"][f"CAIRN_{service.name.upper()}_ADDRESS"] == f"{service.name}:{port}"


def test_only_the_gateway_holds_the_key_that_signs_and_a_door_to_the_outside() -> None:
    holders = {name for name, container in CONTAINERS.items() if any("private-key" in volume for volume in container.get("volumes", ()))}
    assert holders == {"gateway", "keys"}
    assert [name for name, container in CONTAINERS.items() if "ports" in container] == ["gateway"]


@pytest.mark.parametrize("user", [*(user.name for user in KAFKA_USERS), OPERATOR, BROKER])
def test_a_password_of_kafka_is_given_to_its_user_alone(user: str) -> None:
    holders = {name for name, container in CONTAINERS.items() if any(f"kafka-{user}:" in volume for volume in container.get("volumes", ()))}
    its_own = {BROKER: {"kafka"}, OPERATOR: set()}.get(user, {user})
    assert holders == {"keys", "kafka-users"} | its_own
    assert f"kafka-{user}" in COMPOSE["volumes"]


def test_the_passwords_of_a_process_are_given_to_it_alone() -> None:
    for service in SERVICES:
        volume = f"database-{service.name}"
        holders = {name for name, container in CONTAINERS.items() if any(f"{volume}:" in each for each in container.get("volumes", ()))}
        assert holders == ({"keys", "database-roles", service.name} if logins_of(service) else set())
        assert (volume in COMPOSE["volumes"]) == bool(logins_of(service))


@each_service
def test_a_service_connects_as_the_same_roles_as_without_containers(service: Service) -> None:
    told = CONTAINERS[service.name]["environment"]
    addresses = [told[name] for name in told if name.endswith("DATABASE_URL")] + [*json.loads(told.get("CAIRN_LOGS", "{}")).values()]
    connections = [conninfo_to_dict(address) for address in addresses]
    assert [(c["dbname"], c["user"]) for c in connections] == [(login.database, login.name) for login in logins_of(service)]
    assert all(c["passfile"] == "/keys/database/pgpass" and "password" not in c for c in connections)


def test_a_service_signs_in_to_kafka_under_its_own_name() -> None:
    for user in KAFKA_USERS:
        assert CONTAINERS[user.name]["environment"]["CAIRN_KAFKA_USERNAME"] == user.name


def test_kafka_is_as_closed_as_without_containers(tmp_path: Path) -> None:
    """What the image makes of a variable's name: `_` is a dot, `___` a dash."""
    told = {
        name.removeprefix("KAFKA_").replace("___", "-").replace("_", ".").lower(): value
        for name, value in CONTAINERS["kafka"]["environment"].items()
    }
    node = Layout(tmp_path, 9600).kafka
    node.write_configuration()
    without_containers = dict(line.split("=", 1) for line in node.properties_file.read_text().splitlines())
    closing = {name for name in without_containers if "sasl" in name or name in {"authorizer.class.name", "super.users"}}
    from_the_password = {name for name in closing if name.endswith("plain.sasl.jaas.config")}
    assert {name: told[name] for name in closing - from_the_password} == {
        name: without_containers[name] for name in closing - from_the_password
    }
    assert told["listener.security.protocol.map"] == without_containers["listener.security.protocol.map"]


def test_a_database_is_made_for_every_service_that_has_one() -> None:
    made = (ROOT / "deploy" / "container" / "databases.sql").read_text()
    for service in SERVICES:
        assert (f"CREATE DATABASE cairn_{service.name};" in made) == service.has_database


def test_no_image_runs_without_a_version() -> None:
    assert all(":" in container["image"] for container in CONTAINERS.values())
