"""A PostgreSQL server and a Kafka broker for the tests of a folder, whose conftest.py imports these fixtures.

They end with the last test of the folder: a server that waits for the end of the run takes a tenth of a core from those that work.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.support.infrastructure import Broker, DatabaseServer, Infrastructure, scratch_folder

__all__ = ["database", "infrastructure", "kafka", "postgres", "server_scratch"]


@cache
def infrastructure() -> Infrastructure:
    """How this run gets its servers: chosen once."""
    return Infrastructure.choose()


@pytest.fixture(scope="package")
def server_scratch() -> Iterator[Path]:
    """Where the servers keep their files."""
    scratch = scratch_folder()
    yield scratch
    shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="package")
def postgres(server_scratch: Path) -> Iterator[DatabaseServer]:
    """The folder's PostgreSQL server: `postgres.create_database()` answers the connection string of a fresh database."""
    server = infrastructure().start_postgres(server_scratch)
    yield server
    server.stop()


@pytest.fixture(scope="package")
def kafka(server_scratch: Path) -> Iterator[Broker]:
    """The folder's Kafka broker: `kafka.bootstrap`. It is shared: name logs, topics and consumers with `unique`."""
    broker = infrastructure().start_kafka(server_scratch)
    yield broker
    broker.stop()


@pytest.fixture
def database(postgres: DatabaseServer) -> Iterator[str]:
    """The connection string of an empty database of this test alone."""
    dsn = postgres.create_database()
    yield dsn
    postgres.drop_database(str(conninfo_to_dict(dsn)["dbname"]))
