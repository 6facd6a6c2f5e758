"""What every test may ask for: a PostgreSQL server, a Kafka broker, fresh databases and names of its own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from psycopg.conninfo import conninfo_to_dict

from embedded import web_app
from tests.support.infrastructure import Broker, DatabaseServer, Infrastructure, scratch_folder
from tests.support.system import System

# How long an example takes is the machine's business: timing belongs in benches.
hypothesis.settings.register_profile("cairn", deadline=None)
hypothesis.settings.load_profile("cairn")


@cache
def infrastructure() -> Infrastructure:
    """How this run gets its servers: chosen once."""
    return Infrastructure.choose()


def pytest_report_header() -> str:
    """Says where the servers come from."""
    return f"servers: {infrastructure()}"


@pytest.fixture(scope="session")
def built_web_app() -> None:
    """The web app as its sources say, and what it is checked with."""
    web_app.ensure_installed(print, checks=True)
    web_app.ensure_built(print)


@pytest.fixture(scope="session")
def system(built_web_app: None) -> Iterator[System]:
    """Every process of Cairn, on ports of its own; its gateway serves the web app."""
    with System() as running:
        yield running


@pytest.fixture(scope="session")
def server_scratch() -> Iterator[Path]:
    """The folder of the run's servers."""
    scratch = scratch_folder()
    yield scratch
    shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_scratch: Path) -> Iterator[DatabaseServer]:
    """The run's PostgreSQL server: `postgres.create_database()` answers the connection string of a fresh database."""
    server = infrastructure().start_postgres(server_scratch)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kafka(server_scratch: Path) -> Iterator[Broker]:
    """The run's Kafka broker: `kafka.bootstrap`. It is shared: name logs, topics and consumers with `unique`."""
    broker = infrastructure().start_kafka(server_scratch)
    yield broker
    broker.stop()


@pytest.fixture
def database(postgres: DatabaseServer) -> Iterator[str]:
    """The connection string of an empty database of this test alone."""
    dsn = postgres.create_database()
    yield dsn
    postgres.drop_database(str(conninfo_to_dict(dsn)["dbname"]))


@pytest.fixture
def unique() -> str:
    """A short name that no other test has, for logs, topics, consumers and tenants."""
    return f"t{uuid.uuid4().hex[:10]}"
