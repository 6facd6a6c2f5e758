"""Goals and checkins as processes of their own, over PostgreSQL; Kafka is away, so checkins asks goals for what it must know."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from chassis.rpc import IdentitySigner, write_keys
from embedded.ports import free_ports
from tests.integration.goals_checkins.callers import Processes
from tests.support.infrastructure import DatabaseServer
from tests.support.relayed import compared_with_its_topic

_START_SECONDS = 90.0


@pytest.fixture(scope="package")
def processes(postgres: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Both services, answering."""
    folder = tmp_path_factory.mktemp("goals_checkins")
    write_keys(folder / "identity.key", folder / "identity.pub")
    goals_port, checkins_port, no_kafka = free_ports(3)
    running = Processes(
        goals_address=f"127.0.0.1:{goals_port}",
        checkins_address=f"127.0.0.1:{checkins_port}",
        goals_database=postgres.create_database(),
        checkins_database=postgres.create_database(),
        signer=IdentitySigner.from_file(folder / "identity.key"),
    )
    shared = {
        "CAIRN_KAFKA_BOOTSTRAP": f"127.0.0.1:{no_kafka}",
        "CAIRN_IDENTITY_PUBLIC_KEY": str(folder / "identity.pub"),
        "CAIRN_GOALS_ADDRESS": running.goals_address,
        "CAIRN_LOG_LEVEL": "error",
        "CAIRN_METRICS_PORT": "0",
    }
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(_start("goals", goals_port, running.goals_database, shared, folder))
        started.append(_start("checkins", checkins_port, running.checkins_database, shared, folder))
        for address, process in zip((running.goals_address, running.checkins_address), started, strict=True):
            _wait_until_serving(address, process, folder)
        for database in (running.goals_database, running.checkins_database):
            compared_with_its_topic(database)
        yield running
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=_START_SECONDS)


def _start(service: str, port: int, database: str, shared: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    environment |= shared | {"CAIRN_PORT": str(port), "CAIRN_DATABASE_URL": database, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / f"{service}.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", f"{service}.main"], env=environment, stderr=log, stdout=log)


def _wait_until_serving(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with grpc.insecure_channel(address) as channel:
        while not _is_ready(channel):
            logs = "\n".join(path.read_text() for path in folder.glob("*.log"))
            assert process.poll() is None, f"the process ended:\n{logs}"
            assert time.monotonic() < deadline, f"{address} does not answer\n{logs}"


def _is_ready(channel: grpc.Channel) -> bool:
    try:
        grpc.channel_ready_future(channel).result(timeout=1.0)
    except grpc.FutureTimeoutError:
        return False
    return True
