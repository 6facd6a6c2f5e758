"""One whole system for the run's e2e tests, and who uses it. Each test brings a tenant of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.layout import ROOT
from tests.e2e.firm import Firm, found_firm
from tests.support.company import Company, Person, found_company, unique_name
from tests.support.system import System
from tests.support.verdicts import command_log_heads

_SECONDS = 300  # a test's deadline: the first one waits until the system is up, and its machine may be busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives the tests of this folder their deadline."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.timeout(_SECONDS))


@pytest.fixture(scope="session")
def joystream(system: System) -> Person:
    """The admin of a tenant into which the command line imported Joystream's OKRs of 2019."""
    return _imported(system, "joystream-2019")


@pytest.fixture(scope="session")
def sourcegraph(system: System) -> Person:
    """The admin of a tenant into which the command line imported Sourcegraph's OKRs."""
    return _imported(system, "sourcegraph-fy22q3")


def _imported(system: System, name: str) -> Person:
    tenant = unique_name(name.partition("-")[0])
    system.cairn("import", str(ROOT / "examples" / name), "--tenant", tenant)
    admin = Person(system.url, tenant=tenant, person="admin")
    admin.catch_up()
    return admin


@pytest.fixture
def company(system: System) -> Company:
    """A new tenant with one active objective, O1, of ann's, and its metrics O1/1 and O1/2, both from 0 to 100."""
    return found_company(system.url, owner="ann")


@pytest.fixture(scope="session")
def firm(system: System) -> Firm:
    """A company in which everything that can be refused stands ready."""
    return found_firm(system)


@pytest.fixture
def no_event(system: System) -> Iterator[None]:
    """Holds when the test appended nothing to any log that takes commands."""
    before = command_log_heads(system)
    yield
    assert command_log_heads(system) == before
