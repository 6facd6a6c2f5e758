"""A service stands in every list of services; one that is forgotten in one of them fails here. See docs/adding-a-service.md."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from audit.actions import LOGS as AUDITED
from cli.commands.operating import list_letters, rebuild, recover_log
from gateway.backends import BACKENDS, LOGS, REBUILT
from stack.services import BY_NAME, SERVICES

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = {path.parent.name for path in (ROOT / "services").glob("*/__init__.py")}
NO_SERVICES = {"chassis", "cli", "shared"}

KEEPING_A_LOG = {service.name for service in SERVICES if service.keeps_log}


def test_every_package_is_a_service_of_the_stack_or_known_to_be_none() -> None:
    assert {service.name for service in SERVICES if service.module == f"{service.name}.main"} | NO_SERVICES == PACKAGES


def test_the_borders_of_every_service_are_held() -> None:
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) >= PACKAGES
    assert set(PROJECT["tool"]["ruff"]["lint"]["isort"]["known-first-party"]) >= PACKAGES
    (independent,) = [contract for contract in PROJECT["tool"]["importlinter"]["contracts"] if contract["type"] == "independence"]
    assert set(independent["modules"]) == PACKAGES - NO_SERVICES
    for contract in PROJECT["tool"]["importlinter"]["contracts"]:
        if set(contract.get("source_modules", ())) & {"chassis", "shared"}:
            assert set(contract["forbidden_modules"]) >= PACKAGES - NO_SERVICES, contract["name"]


def test_the_gateway_asks_every_service() -> None:
    assert set(BACKENDS) == set(BY_NAME["gateway"].asks) == {service.name for service in SERVICES if service.protocol == "grpc"}


def test_every_service_with_a_database_gets_one_in_containers_too() -> None:
    made = re.findall(r"CREATE DATABASE cairn_(\w+);", (ROOT / "deploy" / "container" / "databases.sql").read_text())
    assert set(made) == {service.name for service in SERVICES if service.has_database}


def test_every_log_is_relayed_and_audited_and_recovered() -> None:
    assert set(BY_NAME["relay"].reads_logs) == KEEPING_A_LOG
    assert set(AUDITED) == KEEPING_A_LOG
    assert set(LOGS) == KEEPING_A_LOG
    assert _choices(recover_log, "names") == KEEPING_A_LOG
    assert _choices(list_letters, "log") == KEEPING_A_LOG


def test_the_command_line_knows_what_is_rebuilt_and_who_has_dead_letters() -> None:
    assert _choices(rebuild, "service") == set(REBUILT)
    assert _choices(list_letters, "service") == set(BACKENDS)


def _choices(command: click.Command, name: str) -> set[str]:
    """What may stand for a parameter of a command that is a choice."""
    (choice,) = [parameter.type for parameter in command.params if isinstance(parameter.type, click.Choice) and parameter.name == name]
    return set(choice.choices)


@pytest.mark.parametrize("log", sorted(KEEPING_A_LOG))
def test_every_log_has_its_events_in_the_protos(log: str) -> None:
    assert (ROOT / "protos" / "cairn" / log / "v1" / "events.proto").exists()


@pytest.mark.parametrize("main", sorted((ROOT / "services").glob("*/main.py")), ids=lambda path: path.parent.name)
def test_whatever_a_service_asks_it_asks_with_the_credentials_of_its_links(main: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(main.read_text())) if isinstance(node, ast.Call) and _name(node.func) == "channel"]
    without = [ast.unparse(call) for call in calls if "channel_credentials" not in ast.unparse(call)]
    assert not without, "an encrypted installation takes no such call"


REBUILDING = {path.parent.name for path in (ROOT / "services").glob("*/rebuild*")} - NO_SERVICES


@pytest.mark.parametrize("service", sorted(REBUILDING))
def test_every_service_that_is_made_from_logs_rebuilds_itself_when_one_was_restored(service: str) -> None:
    assert set(REBUILT) == REBUILDING
    named = {_name(node) for node in ast.walk(ast.parse((ROOT / "services" / service / "main.py").read_text()))}
    assert {"RebuildProcess", "SelfRebuild"} <= named


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""
