"""PostgreSQL and Kafka for a test run: containers where a Docker daemon answers, the embedded servers elsewhere.

A run takes its own ports and folders and ends only what it started, so nothing that an earlier run left can make it fail.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import docker
import psutil
import psycopg
from docker.errors import DockerException
from psycopg import sql
from psycopg.conninfo import make_conninfo

from embedded.errors import SetUpError
from embedded.kafka import KafkaNode, takes_clients
from embedded.ports import LOOPBACK, free_ports, wait_until
from embedded.postgres import Postgres

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.1.0"
_SCRATCH_PREFIX = "cairn-tests-"


class DatabaseServer(Protocol):
    """A PostgreSQL server that tests take fresh databases from."""

    def create_database(self, name: str | None = None) -> str:
        """Makes an empty database, of a name of its own unless told one, and answers its connection string."""
        ...

    def drop_database(self, name: str) -> None:
        """Drops a database and whoever is connected to it."""
        ...

    def stop(self) -> None:
        """Stops the server."""
        ...


class Broker(Protocol):
    """A Kafka broker shared by the run: a test's topics carry names of its own."""

    @property
    def bootstrap(self) -> str:
        """The address that clients start from."""
        ...

    def stop(self) -> None:
        """Stops the broker."""
        ...


@dataclass(frozen=True)
class Infrastructure:
    """Which of the two ways a run takes, and why."""

    containers: bool
    reason: str

    def __str__(self) -> str:
        return f"{'containers' if self.containers else 'embedded servers'} ({self.reason})"

    @classmethod
    def choose(cls) -> Infrastructure:
        """Containers when a daemon answers and has, or can get, both images. CAIRN_TEST_SERVERS=embedded|containers decides otherwise."""
        told = os.environ.get("CAIRN_TEST_SERVERS")
        if told in {"embedded", "containers"}:
            return cls(told == "containers", "CAIRN_TEST_SERVERS says so")
        try:
            client = docker.from_env(timeout=5)
            client.ping()
        except DockerException:
            return cls(False, "no Docker daemon answers")
        try:
            for image in (POSTGRES_IMAGE, KAFKA_IMAGE):
                if not client.images.list(name=image):
                    docker.from_env(timeout=300).images.pull(image)
        except DockerException as error:
            return cls(False, f"a Docker daemon answers, but {image} cannot be had: {str(error)[:120]}")
        return cls(True, "a Docker daemon answers")

    def start_postgres(self, scratch: Path) -> DatabaseServer:
        """Starts the run's PostgreSQL server."""
        if self.containers:
            return ContainerPostgres()
        server = Postgres(scratch / "postgres", free_ports(1)[0])
        server.start()
        return server

    def start_kafka(self, scratch: Path) -> Broker:
        """Starts the run's Kafka broker."""
        if self.containers:
            return ContainerKafka()
        port, controller_port = free_ports(2)
        node = KafkaNode(scratch / "kafka", port, controller_port)
        node.start()
        return node


def scratch_folder() -> Path:
    """A folder for this run's servers. Folders whose run is gone, killed before it could clean up, are removed."""
    root = Path(tempfile.gettempdir())
    for left in root.glob(f"{_SCRATCH_PREFIX}*"):
        owner = left.name.removeprefix(_SCRATCH_PREFIX).split("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH_PREFIX}{os.getpid()}-"))
    scratch.chmod(0o755)  # PostgreSQL's user passes through when we are root
    return scratch


def _container(image: str) -> Any:
    # The reaper is an image of its own, which machines without a registry lack; the fixtures stop what they start.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - reads its environment when imported

    return DockerContainer(image)


class ContainerPostgres:
    """A PostgreSQL server in a container."""

    def __init__(self) -> None:
        self._port = free_ports(1)[0]
        self._password = uuid.uuid4().hex
        self._container = _container(POSTGRES_IMAGE).with_bind_ports(5432, self._port)
        for name, value in {
            "POSTGRES_USER": "cairn",
            "POSTGRES_PASSWORD": self._password,
            "POSTGRES_INITDB_ARGS": "--locale=C --encoding=UTF8",
        }.items():
            self._container.with_env(name, value)
        self._container.with_command("postgres -c jit=off -c max_connections=300 -c shared_buffers=256MB")
        _start(self._container, self._takes_clients)

    def _takes_clients(self) -> bool:
        # While the image sets itself up its server listens on a socket only, so over TCP the first that answers is the one that stays.
        try:
            with psycopg.connect(self._dsn("postgres"), connect_timeout=3):
                return True
        except psycopg.OperationalError:
            return False

    def _dsn(self, database: str) -> str:
        return make_conninfo(host=LOOPBACK, port=self._port, user="cairn", password=self._password, dbname=database)

    def create_database(self, name: str | None = None) -> str:
        """Makes an empty database, of a name of its own unless told one, and answers its connection string."""
        name = name or f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._dsn(name)

    def drop_database(self, name: str) -> None:
        """Drops a database, whoever is connected to it, and the roles that are named after it."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (f"{name}_",)).fetchall():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    def stop(self) -> None:
        """Stops and removes the container."""
        self._container.stop()


class ContainerKafka:
    """A Kafka broker in a container, which tells clients the port that it has on this machine."""

    def __init__(self) -> None:
        port = free_ports(1)[0]
        self.bootstrap = f"{LOOPBACK}:{port}"
        self._container = _container(KAFKA_IMAGE).with_bind_ports(9092, port)
        for name, value in {
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap}",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        }.items():
            self._container.with_env(name, value)
        _start(self._container, lambda: takes_clients(port))

    def stop(self) -> None:
        """Stops and removes the container."""
        self._container.stop()


def _start(container: Any, ready: Callable[[], bool]) -> None:
    """Starts a container and waits until it is ready; one that does not get so far is removed."""
    container.start()
    if not wait_until(ready, 90, pause=0.2):
        output, errors = container.get_logs()
        container.stop()
        raise SetUpError(f"{container.image} is not ready after 90 s: {output[-500:]!r} {errors[-500:]!r}")
