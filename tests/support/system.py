"""A whole Cairn for a test run: PostgreSQL, Kafka and every process of the table of services, in a folder and on ports of its own.

    with System() as system:
        httpx.get(f"{system.url}/health")
        system.kill("checkins")  # kill -9; it is started again, as the process manager of `make up` does
        system.wait_until_healthy()

Whatever happens to the run, nothing of it stays: every process ends with the one that started it. Needs no pytest.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis.rpc import write_keys
from chassis.runtime import Settings
from embedded.certificates import Certificate
from embedded.errors import SetUpError
from embedded.kafka import BROKER, OPERATOR, KafkaNode, new_cluster_id
from embedded.ports import LOOPBACK, answers, can_listen, wait_until
from embedded.processes import Child, last_lines
from stack.database_roles import database_of
from stack.health import healthy
from stack.layout import PROGRAMS, Layout
from stack.services import BY_NAME, SERVICES
from stack.up import ensure_databases, grant_kafka_access, make_database_roles
from tests.support.certificates import write_certificates
from tests.support.command_line import run_command
from tests.support.infrastructure import scratch_folder
from tests.support.tls_proxy import TlsProxy

READY_SECONDS = 120.0
"""How long a whole system may take to answer; on two busy cores it takes 15 s."""

SECOND_RELAY = "relay-2"

_UNLIMITED = {
    "CAIRN_REQUESTS_PER_SECOND": "0",
    "CAIRN_TENANT_REQUESTS_PER_SECOND": "0",
    "CAIRN_SIGN_INS_PER_MINUTE": "0",
    "CAIRN_ADDRESS_SIGN_INS_PER_MINUTE": "0",
}
"""A test run is in more of a hurry than a person may be."""

_WATCH_SECONDS = 0.02
_PAUSE_SECONDS = 0.5  # between two starts of one program
_PORTS = range(10_000, 32_000, 200)  # below the ports that the system gives to clients, which could take a dead server's
_BROKER_PORTS, _CONTROLLER_PORTS, _SECOND_RELAY_METRICS, _ENCRYPTED_POSTGRES = 140, 150, 160, 170


@dataclass
class _Program:
    """One process that is kept running."""

    name: str
    prepare: Callable[[], None]
    command: Callable[[], list[str]]
    environment: Mapping[str, str]
    user: Callable[[], str | None]
    reach: Callable[[], list[Path]]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    wanted: bool = False
    child: Child | None = None
    started: list[float] = field(default_factory=list)  # monotonic

    def runs(self) -> bool:
        return self.child is not None and self.child.running()

    def start(self) -> None:
        self.prepare()
        self.child = Child(self.name, self.command(), self.log, environment=self.environment, user=self.user(), reach=self.reach())
        self.started.append(time.monotonic())


class System(AbstractContextManager["System"]):
    """The processes, their addresses, and how to end one of them.

    `brokers` is 1 or 3; with three, topics are kept three times and two must have a message before it counts. `relays` is 1 or 2.
    `environment` is told to every service beside its own. `filled` is called once its databases are there, before the services start.
    With `encrypted` every link speaks TLS, by certificates that are made for this system; PostgreSQL's, which is built without, by a
    proxy in front of it. `without_credentials`, for a bench to compare with, every process is PostgreSQL's superuser, whom row-level
    security does not hold, and nobody to Kafka, which lets everyone in.
    """

    def __init__(
        self,
        *,
        brokers: int = 1,
        relays: int = 1,
        environment: Mapping[str, str] | None = None,
        filled: Callable[[Layout], None] | None = None,
        encrypted: bool = False,
        without_credentials: bool = False,
    ) -> None:
        self._scratch = scratch_folder()
        base_port, self._ports = _take_ports()
        self.layout = Layout(self._scratch / "cairn", base_port)
        self._before_postgres: TlsProxy | None = None
        if encrypted:
            write_certificates(self.layout.certificates, PROGRAMS)
            self._before_postgres = self._tls_proxy()
        self._told = dict(environment or {})
        self._filled = filled
        self._without_credentials = without_credentials
        self._nodes = _kafka_nodes(self.layout, brokers)
        if without_credentials:
            (node,) = self._nodes
            self._nodes = [KafkaNode(node.directory, node.port, node.controller_port)]
        if brokers > 1:
            self._told |= {"CAIRN_KAFKA_BOOTSTRAP": self.bootstrap, "CAIRN_TOPIC_REPLICATION": str(brokers)}
        self._programs = {program.name: program for program in self._table(relays)}
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._failure: BaseException | None = None
        # A child is bound to the life of the thread that starts it: this one lives as long as the system.
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    # -- life

    def __enter__(self) -> System:
        """Starts everything and waits until it answers. Raises SetUpError, with the end of a log, when something does not."""
        try:
            self._supervisor.start()
            self.start(*self.servers)
            self.wait_until_healthy(self.servers)
            if self._before_postgres is not None:
                self._before_postgres.start()
            if not self._without_credentials:
                grant_kafka_access(self.layout, self.bootstrap)
            ensure_databases(self.layout)
            if self._filled is not None:
                self._filled(self.layout)
            make_database_roles(self.layout)
            write_keys(self.layout.private_key, self.layout.public_key)
            self.start(*self.services)
            self.wait_until_healthy()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends every process and removes the folder; the logs are kept in the folder that CAIRN_TEST_LOGS names."""
        self._stopping.set()
        self._wake.set()
        self._supervisor.join()
        if self._before_postgres is not None:
            self._before_postgres.stop()
        if keep := os.environ.get("CAIRN_TEST_LOGS"):
            self.keep_logs(Path(keep))
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._ports.close()

    def keep_logs(self, folder: Path) -> None:
        """Copies every program's log to where it outlives the system."""
        shutil.copytree(self.layout.logs, folder, dirs_exist_ok=True)

    # -- who there is

    @property
    def servers(self) -> tuple[str, ...]:
        """PostgreSQL and Kafka's brokers, by name."""
        return tuple(name for name in self._programs if name == "postgres" or name.startswith("kafka"))

    @property
    def services(self) -> tuple[str, ...]:
        """Our own processes, by name."""
        return tuple(name for name in self._programs if name not in self.servers)

    @property
    def url(self) -> str:
        """Where the API is."""
        return self.layout.gateway_url

    @property
    def bootstrap(self) -> str:
        """Kafka's addresses."""
        return ",".join(node.bootstrap for node in self._nodes)

    def kafka_settings(self, user: str = OPERATOR) -> Settings:
        """How a user of Kafka signs in there."""
        return Settings(
            kafka_bootstrap=self.bootstrap,
            kafka_security_protocol=self.layout.kafka.protocol,  # type: ignore[arg-type]  # one of Kafka's words
            kafka_ca_file=certificate.authority if (certificate := self.layout.kafka.certificate) is not None else None,
            kafka_username=user,
            kafka_password_file=self.layout.kafka_password_file(user),
        )

    def address(self, service: str) -> str:
        """host:port of a service's gRPC."""
        return self.layout.address(service)

    def metrics_url(self, service: str) -> str:
        """Where a service's metrics are."""
        return f"http://{LOOPBACK}:{self.layout.metrics_port(service)}/metrics"

    def dsn(self, service: str) -> str:
        """The connection string of a service's database."""
        return self.layout.database_url(service)

    def pid(self, name: str) -> int:
        """The present process of a program. Raises LookupError while it does not run."""
        child = self._programs[name].child
        if child is None or not child.running():
            raise LookupError(f"{name} does not run")
        return child.pid

    def starts(self, name: str) -> int:
        """How many times a program was started."""
        return len(self._programs[name].started)

    def log_tail(self, name: str, lines: int = 5) -> str:
        """The end of a program's log."""
        return last_lines(self._programs[name].log, lines)

    def relay_of(self, log: str) -> str | None:
        """Which relay holds a log's lock; None when none does now."""
        with psycopg.connect(self.dsn(log)) as connection:
            row = connection.execute(
                "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) JOIN pg_database ON pg_database.oid = database"
                " WHERE pg_database.datname = current_database() AND locktype = 'advisory' AND granted"
                " AND (classid::bigint << 32) | objid::bigint = hashtextextended('cairn relay', 0)"
            ).fetchone()
        if row is None:
            return None
        for name in self.services:
            child = self._programs[name].child
            if name.startswith("relay") and child is not None and row[0] == f"cairn relay {child.pid}":
                return name
        return None

    # -- what a test does to it

    def kill(self, name: str, *, restart: bool = True) -> int:
        """Kill -9 of a program, as a crash; it is started again, unless told not to. Answers the pid that it had."""
        pid = self.pid(name)
        self._programs[name].wanted = restart
        os.kill(pid, signal.SIGKILL)
        return pid

    def start(self, *names: str) -> None:
        """Starts programs that were stopped; does not wait for them."""
        for name in names:
            self._programs[name].wanted = True
        self._wake.set()

    def stop(self, *names: str) -> None:
        """Ends programs in order, and leaves them ended."""
        for name in names:
            self._programs[name].wanted = False
        self._wake.set()
        if not wait_until(lambda: not any(self._programs[name].runs() for name in names), 60):
            raise SetUpError(f"{', '.join(names)} did not end")

    def keep_databases(self, folder: Path) -> None:
        """Copies every database as it stands, to be put back later; PostgreSQL is away meanwhile."""
        self.stop("postgres")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["cp", "-a", self.layout.postgres.directory, folder], check=True)
        self.start("postgres")
        self.wait_until_healthy()

    def put_databases_back(self, folder: Path) -> None:
        """Puts a copy of the databases in the place of those that there are, with everything down, and starts everything again."""
        self.stop(*self.services, "postgres")
        shutil.rmtree(self.layout.postgres.directory)
        folder.rename(self.layout.postgres.directory)
        self.start("postgres", *self.services)
        self.wait_until_healthy()

    def lose_database(self, service: str, filled: Callable[[Layout], None] | None = None) -> None:
        """Drops a service's database; it is made anew, empty, as `make up` does. `filled` is called before the service starts."""
        self.stop(service)
        self.layout.postgres.drop_database(database_of(service))
        ensure_databases(self.layout)
        make_database_roles(self.layout)
        if filled is not None:
            filled(self.layout)
        self.start(service)
        self.wait_until_healthy([service])

    def lose_kafka(self) -> None:
        """Ends Kafka and removes its volume; it comes back with no topic."""
        self.stop("kafka")
        shutil.rmtree(self.layout.kafka.directory)
        self.start("kafka")
        self.wait_until_healthy(["kafka"])
        grant_kafka_access(self.layout, self.bootstrap)

    def restart(self, *names: str, seconds: float = READY_SECONDS) -> None:
        """Ends programs in order, starts them again and waits until they answer."""
        self.stop(*names)
        self.start(*names)
        self.wait_until_healthy(names, seconds)

    def wait_until_healthy(self, names: Iterable[str] | None = None, seconds: float = READY_SECONDS) -> None:
        """Waits until these programs (all that are wanted, unless told) answer. Raises SetUpError with the end of a log."""
        waiting = [program.name for program in self._programs.values() if program.wanted] if names is None else list(names)

        def all_answer() -> bool:
            if self._failure is not None:
                raise SetUpError(f"the supervisor of the test system failed: {self._failure}") from self._failure
            waiting[:] = [name for name in waiting if not self.is_healthy(name)]
            return not waiting

        if not wait_until(all_answer, seconds):
            raise SetUpError(f"{waiting[0]} did not answer within {seconds:.0f} s: {self.log_tail(waiting[0])}")

    def is_healthy(self, name: str) -> bool:
        """Whether a program answers now."""
        if not self._programs[name].runs():
            return False
        if name == SECOND_RELAY:
            return answers(self.layout.base_port + _SECOND_RELAY_METRICS)
        if name in PROGRAMS:
            return healthy(self.layout, name)
        return answers(next(node.port for node in self._nodes if _node_name(node) == name))

    def cairn(self, *words: str, seconds: float = 120, check: bool = True, person: str = "") -> subprocess.CompletedProcess[str]:
        """Runs the command line against this system. Raises AssertionError, with what it said, when it ends with another code than 0."""
        environment = {
            "COLUMNS": "200",  # so that a test reads what is said in a line
            **os.environ,
            **self.layout.caller_environment(),
            "CAIRN_HOME": str(self.layout.home),
            "NO_COLOR": "1",
            "CAIRN_PERSON": person,
        }
        done = run_command(words, environment, seconds)
        assert not check or done.returncode == 0, f"cairn {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done

    # -- the table of programs

    def _table(self, relays: int) -> Iterator[_Program]:
        postgres = self.layout.postgres
        yield _Program(
            "postgres",
            postgres.prepare,
            postgres.command,
            {},
            lambda: postgres.user,
            lambda: postgres.reach,
            self.layout.log_file("postgres"),
            signal.SIGINT,
        )
        for node in self._nodes:
            yield self._plain(_node_name(node) if len(self._nodes) > 1 else "kafka", node.command, node.environment(), node.prepare)
        for service in SERVICES:
            yield self._service(service.name)
        if relays > 1:
            yield self._service("relay", SECOND_RELAY, {"CAIRN_METRICS_PORT": str(self.layout.base_port + _SECOND_RELAY_METRICS)})

    def _service(self, name: str, alias: str | None = None, told: Mapping[str, str] | None = None) -> _Program:
        environment = {
            **self._verifying(self.layout.environment(name)),
            **_UNLIMITED,
            "CAIRN_OPERATOR_ISSUER_KEY": str(self.layout.keys / "operator-issuer.key"),
            "CAIRN_ISSUER_KEY": str(self.layout.keys / "issuer.key"),
            **self._told,
            **(told or {}),
        }
        return self._plain(alias or name, lambda: [sys.executable, "-m", BY_NAME[name].module], environment)

    def _tls_proxy(self) -> TlsProxy:
        postgres, certificate = self.layout.postgres, Certificate.of("postgres", self.layout.certificates)
        server_socket = Path(postgres.host) / f".s.PGSQL.{postgres.port}"
        return TlsProxy(self.layout.base_port + _ENCRYPTED_POSTGRES, certificate.file, certificate.key, server_socket)

    def _verifying(self, told: Mapping[str, str]) -> dict[str, str]:
        """What a service is told; where links are encrypted, that it reaches databases by TLS and verifies their server."""
        verifying = dict(told)
        if self._without_credentials:
            logs = json.loads(told.get("CAIRN_LOGS", "{}"))
            verifying |= {name: self._as_superuser(dsn) for name, dsn in told.items() if name.endswith("DATABASE_URL")}
            verifying["CAIRN_LOGS"] = json.dumps({log: self._as_superuser(dsn) for log, dsn in logs.items()})
            verifying["CAIRN_KAFKA_SECURITY_PROTOCOL"] = "PLAINTEXT"
        if self._before_postgres is not None:
            verifying |= {name: self.verified(dsn) for name, dsn in told.items() if name.endswith("DATABASE_URL")}
            logs = json.loads(told.get("CAIRN_LOGS", "{}"))
            verifying["CAIRN_LOGS"] = json.dumps({log: self.verified(dsn) for log, dsn in logs.items()})
        return verifying

    def _as_superuser(self, dsn: str) -> str:
        return self.layout.postgres.dsn(str(conninfo_to_dict(dsn)["dbname"]))

    def verified(self, dsn: str) -> str:
        """The same connection by TLS, to a server that shows a certificate of the installation."""
        port, authority = self.layout.base_port + _ENCRYPTED_POSTGRES, self.layout.certificates / "ca.pem"
        return make_conninfo(dsn, host=LOOPBACK, port=port, sslmode="verify-full", sslrootcert=str(authority))

    def _plain(
        self, name: str, command: Callable[[], list[str]], environment: Mapping[str, str], prepare: Callable[[], None] = lambda: None
    ) -> _Program:
        return _Program(name, prepare, command, environment, lambda: None, list, self.layout.log_file(name))

    # -- keeping them running

    def _supervise(self) -> None:
        try:
            while not self._stopping.is_set():
                for program in self._programs.values():
                    self._tend(program)
                self._wake.wait(_WATCH_SECONDS)
                self._wake.clear()
        except BaseException as failure:  # noqa: BLE001 - it is raised again where somebody waits
            self._failure = failure
        finally:
            self._end_all()

    def _tend(self, program: _Program) -> None:
        if program.wanted and not program.runs():
            if not program.started or time.monotonic() - program.started[-1] > _PAUSE_SECONDS:
                program.start()
        elif not program.wanted and program.runs() and program.child is not None:
            program.child.stop(program.stop_signal, 30)

    def _end_all(self) -> None:
        """Nobody looks at what they leave: what matters here is that they are gone."""
        for program in reversed(self._programs.values()):
            program.wanted = False
            if program.child is not None:
                # Killed, PostgreSQL would leave its children behind for a moment.
                program.child.stop(signal.SIGQUIT if program.name == "postgres" else signal.SIGKILL, 10)


def _node_name(node: KafkaNode) -> str:
    return f"kafka-{node.node_id}"


def _kafka_nodes(layout: Layout, brokers: int) -> list[KafkaNode]:
    if brokers == 1:
        return [layout.kafka]
    first, first_controller = layout.base_port + _BROKER_PORTS, layout.base_port + _CONTROLLER_PORTS
    voters = [f"{number}@{LOOPBACK}:{first_controller + number}" for number in range(1, brokers + 1)]
    cluster_id = new_cluster_id()
    return [
        KafkaNode(
            layout.home / f"kafka-{number}",
            first + number,
            first_controller + number,
            node_id=number,
            voters=voters,
            cluster_id=cluster_id,
            heap_megabytes=384,
            password=layout.kafka_password(BROKER),
        )
        for number in range(1, brokers + 1)
    ]


def _take_ports() -> tuple[int, IO[bytes]]:
    """The first of 200 free ports, and a file: as long as it is open, no other system that begins on this machine takes them."""
    for base in random.sample(_PORTS, len(_PORTS)):
        taken = (Path(tempfile.gettempdir()) / f"cairn-test-ports-{base}").open("ab")
        with suppress(BlockingIOError):
            fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if all(can_listen(base + offset) for offset in range(_PORTS.step)):
                return base, taken
        taken.close()
    raise SetUpError("there is no free range of 200 ports below 32000")
