"""A PostgreSQL server that was killed comes back with everything it had acknowledged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from embedded.ports import free_ports
from embedded.postgres import Postgres
from tests.support.infrastructure import scratch_folder


@pytest.fixture
def scratch() -> Iterator[Path]:
    folder = scratch_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(scratch: Path) -> Iterator[Postgres]:
    server = Postgres(scratch / "postgres", free_ports(1)[0])
    server.start()
    yield server
    server.stop()


def test_what_was_committed_survives_a_kill(server: Postgres) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    server.kill()
    server.start()
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_a_lock_file_whose_pid_went_to_another_process_stops_nothing(server: Postgres) -> None:
    server.stop()
    # As after a reboot: the file was left, and its pid is now somebody else's.
    lock = server.directory / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.directory}\n1\n{server.port}\n\n127.0.0.1\n")
    server.start()
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_without_its_starter_is_ended_by_the_next_start(server: Postgres) -> None:
    successor = Postgres(server.directory, server.port, server.password)
    successor.start()
    try:
        with psycopg.connect(successor.dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        successor.stop()


def test_a_set_up_that_was_interrupted_is_made_again(scratch: Path) -> None:
    half = scratch / "half"
    half.mkdir()
    (half / "postgresql.conf").write_text("torn")
    server = Postgres(half, free_ports(1)[0])
    server.start()
    server.stop()
    assert (half / "PG_VERSION").exists()


def test_a_folder_closed_to_the_servers_user_is_reached_all_the_same(scratch: Path) -> None:
    closed = scratch / "closed"
    closed.mkdir(mode=0o700)
    server = Postgres(closed / "postgres", free_ports(1)[0])
    server.start()
    try:
        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()
