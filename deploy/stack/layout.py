"""Where everything of one clone is: its programs, their ports, folders, databases and configuration.

Which processes there are stands in `stack.services`.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from chassis.postgres import DatabaseRole
from embedded.certificates import Certificate
from embedded.errors import SetUpError
from embedded.kafka import BROKER, OPERATOR, KafkaNode
from embedded.ports import LOOPBACK
from embedded.postgres import Postgres
from stack.database_roles import Login, database_of, logins_of, pgpass_file
from stack.kafka_users import KAFKA_USERS
from stack.services import BY_NAME, SERVICES

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_BASE_PORT = 8600
_METRICS = 100
_LONGEST_DISTANCE = timedelta(days=36_500)
_POSTGRES, _KAFKA, _KAFKA_CONTROLLER = 32, 92, 93

_DATABASE_SETTINGS = {
    DatabaseRole.OWNER: "CAIRN_DATABASE_URL",
    DatabaseRole.CONSUMER: "CAIRN_CONSUMER_DATABASE_URL",
    DatabaseRole.QUERY: "CAIRN_QUERY_DATABASE_URL",
}

SERVERS = ("postgres", "kafka")
"""What the services need first."""

PROGRAMS = (*SERVERS, *BY_NAME)
"""Every program under the process manager, in the order of their start."""


class Layout:
    """One installation: a folder for everything it keeps, and a base port that all its ports count from."""

    def __init__(self, home: Path | None = None, base_port: int | None = None):
        self.home = (home or Path(os.environ.get("CAIRN_HOME") or ROOT / ".cairn")).resolve()
        self.base_port = base_port or self._chosen_port()
        if not 1024 <= self.base_port <= 65535 - _METRICS - len(SERVICES):
            raise SetUpError(f"the base port {self.base_port} leaves no room: allowed are 1024 to {65535 - _METRICS - len(SERVICES)}")
        self.clock_ahead = self._chosen_clock()
        self.logs = self.home / "log"
        self.run = self.home / "run"
        self.keys = self.home / "keys"

    def _chosen_port(self) -> int:
        """The port told now, else the one of last time, else the default."""
        remembered = self.home / "base-port"
        told = os.environ.get("CAIRN_BASE_PORT") or (remembered.read_text().strip() if remembered.exists() else "")
        if told and not told.isdecimal():
            raise SetUpError(f"the base port {told!r} is not a number: say for instance `make up BASE_PORT=9600`")
        return int(told or DEFAULT_BASE_PORT)

    def _chosen_clock(self) -> int | None:
        """How many seconds the clock of this installation began before the machine's, negative behind it; None: it is not moved.

        CAIRN_CLOCK_STARTS_AT starts a fresh installation's elsewhere, CAIRN_CLOCK_MAY_BE_MOVED=true lets the operator
        move any on. With =false it stays where it is, and is moved no more.
        """
        if self._clock_file.exists():
            return int(self._clock_file.read_text())
        if not (starts_at := os.environ.get("CAIRN_CLOCK_STARTS_AT")):
            return 0 if os.environ.get("CAIRN_CLOCK_MAY_BE_MOVED") == "true" else None
        if (self.home / "postgres").exists():
            raise SetUpError("CAIRN_CLOCK_STARTS_AT starts a fresh installation: this one has its data already; say `cairn clock advance`")
        try:
            ahead = datetime.fromisoformat(starts_at) - datetime.now(UTC)
        except (ValueError, TypeError):
            raise SetUpError(f"CAIRN_CLOCK_STARTS_AT={starts_at!r} is not an instant with its zone, as 2027-03-01T09:00:00Z") from None
        if abs(ahead) > _LONGEST_DISTANCE:
            raise SetUpError(f"CAIRN_CLOCK_STARTS_AT={starts_at} is further away than a century")
        return round(ahead.total_seconds())

    @property
    def _clock_file(self) -> Path:
        return self.home / "clock-ahead"

    def clock_is_the_machines(self) -> None:
        """Keeps that the clock was moved on until it was the machine's: a database that is made anew begins there, too."""
        self.clock_ahead = 0
        self._clock_file.write_text("0\n")

    def remember(self) -> None:
        """Keeps the base port, and how far ahead the clock was started, for commands that are not told them."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "base-port").write_text(f"{self.base_port}\n")
        if self.clock_ahead is not None:
            self._clock_file.write_text(f"{self.clock_ahead}\n")

    # -- ports and addresses

    def port(self, name: str) -> int:
        """The port that a program serves on."""
        servers = {"postgres": _POSTGRES, "kafka": _KAFKA}
        return self.base_port + (servers[name] if name in servers else BY_NAME[name].port)

    def metrics_port(self, name: str) -> int:
        """The port of a service's metrics."""
        return self.port(name) + _METRICS

    def ports(self, name: str) -> list[int]:
        """Every port that a program listens on."""
        if name == "postgres":
            return [self.port(name)]
        if name == "kafka":
            return [self.port(name), self.base_port + _KAFKA_CONTROLLER]
        own = [] if BY_NAME[name].protocol == "metrics" else [self.port(name)]
        return [*own, self.metrics_port(name)]

    def address(self, name: str) -> str:
        """host:port of a program."""
        return f"{LOOPBACK}:{self.port(name)}"

    @property
    def gateway_url(self) -> str:
        """Where the API is."""
        return f"http{'s' if self.encrypts else ''}://{self.address('gateway')}"

    def caller_environment(self) -> dict[str, str]:
        """What the command line is told, or any other caller: where the API is, and who vouches for it."""
        authority = {"SSL_CERT_FILE": str(self.certificates / "ca.pem")} if self.encrypts else {}
        return {"CAIRN_URL": self.gateway_url, **authority}

    @staticmethod
    def shown(path: Path) -> str:
        """A path as its user sees it from the clone."""
        return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)

    @property
    def archive(self) -> Path:
        """A link to where PostgreSQL archives its WAL, once there is a backup."""
        return self.home / "wal-archive"

    @property
    def example_loaded(self) -> Path:
        """What tells that the example company was loaded once."""
        return self.home / "example-loaded"

    # -- certificates

    @property
    def certificates(self) -> Path:
        """The folder of the installation's certificates."""
        return self.keys / "tls"

    @property
    def encrypts(self) -> bool:
        """Whether links are encrypted: they are where there is an authority to vouch for both ends.

        But for the one to PostgreSQL, a socket in a folder of this machine: its wheel is built without TLS.
        """
        return (self.certificates / "ca.pem").exists()

    def certificate(self, program: str) -> Certificate | None:
        """A program's certificate, where links are encrypted. Raises SetUpError when it is missing."""
        return Certificate.of(program, self.certificates) if self.encrypts else None

    # -- the servers

    @cached_property
    def postgres(self) -> Postgres:
        """The PostgreSQL server."""
        password = self._password(self.keys / "postgres.password")
        return Postgres(self.home / "postgres", self.port("postgres"), password, archive=self.archive)

    @cached_property
    def kafka(self) -> KafkaNode:
        """The Kafka node."""
        own = self.kafka_password(BROKER)
        return KafkaNode(
            self.home / "kafka", self.port("kafka"), self.base_port + _KAFKA_CONTROLLER, password=own, certificate=self.certificate("kafka")
        )

    def kafka_password_file(self, user: str) -> Path:
        """Where the password of a user of Kafka is kept."""
        return self.keys / "kafka" / user / "password"

    def kafka_password(self, user: str) -> str:
        """The password of a user of Kafka."""
        return self._password(self.kafka_password_file(user))

    def kafka_passwords(self) -> dict[str, str]:
        """Of every user that is made in Kafka; the node's own is not, its configuration holds it."""
        return {name: self.kafka_password(name) for name in (*(user.name for user in KAFKA_USERS), OPERATOR)}

    @staticmethod
    def _password(path: Path) -> str:
        """The password that a file holds; made when it is first asked for, and readable by its owner alone."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            scratch = path.with_name(f".{path.name}.{os.getpid()}")
            scratch.touch(mode=0o600)
            scratch.write_text(secrets.token_urlsafe(24))
            scratch.replace(path)
        return path.read_text()

    def database_url(self, name: str) -> str:
        """The connection string of a service's own database, as the server's superuser."""
        return self.postgres.dsn(database_of(name))

    @property
    def database_passwords(self) -> Path:
        """The folder with the passwords of the databases' roles, by the process that uses them."""
        return self.keys / "postgres"

    def login(self, process: str, login: Login) -> str:
        """The connection string with which a process connects as a role; its password stands in a file."""
        return self.postgres.address(login.database, login.name, pgpass_file(self.database_passwords, process))

    # -- configuration

    @property
    def private_key(self) -> Path:
        """What the gateway signs identities with."""
        return self.keys / "identity.key"

    @property
    def public_key(self) -> Path:
        """What every service verifies identities with."""
        return self.keys / "identity.pub"

    def pid_file(self, program: str) -> Path:
        """Where a program's process identity is kept."""
        return self.run / f"{program}.pid"

    def log_file(self, program: str) -> Path:
        """A program's log."""
        return self.logs / f"{program}.log"

    def environment(self, name: str) -> dict[str, str]:
        """What a service is told in its environment."""
        service = BY_NAME[name]
        told = {
            "CAIRN_ENVIRONMENT": "embedded",
            "CAIRN_HOST": LOOPBACK,
            "CAIRN_PORT": str(self.port(name)),
            "CAIRN_METRICS_PORT": str(self.metrics_port(name)),
            "CAIRN_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "CAIRN_IDENTITY_PUBLIC_KEY": str(self.public_key),
        }
        if service.nice:
            told["CAIRN_NICE"] = str(service.nice)
        if any(user.name == name for user in KAFKA_USERS):
            told["CAIRN_KAFKA_SECURITY_PROTOCOL"] = self.kafka.protocol
            told["CAIRN_KAFKA_USERNAME"] = name
            told["CAIRN_KAFKA_PASSWORD_FILE"] = str(self.kafka_password_file(name))
        if (certificate := self.certificate(name)) is not None:
            told |= {
                "CAIRN_KAFKA_CA_FILE": str(certificate.authority),
                "CAIRN_TLS_CA_FILE": str(certificate.authority),
                "CAIRN_TLS_CERTIFICATE_FILE": str(certificate.file),
                "CAIRN_TLS_KEY_FILE": str(certificate.key),
            }
            if service.protocol == "http":
                told |= {"CAIRN_HTTPS_CERTIFICATE_FILE": str(certificate.file), "CAIRN_HTTPS_KEY_FILE": str(certificate.key)}
        if service.protocol == "http":
            told["CAIRN_IDENTITY_PRIVATE_KEY"] = str(self.private_key)
            told["CAIRN_BUILT_IN_SIGN_IN"] = "true"
            told["CAIRN_ISSUER_KEY"] = str(self.keys / "issuer.key")
            told["CAIRN_OPERATOR_ISSUER_KEY"] = str(self.keys / "operator-issuer.key")
        told |= {f"CAIRN_{other.upper()}_ADDRESS": self.address(other) for other in service.asks}
        logins = logins_of(service)
        told |= {_DATABASE_SETTINGS[login.role]: self.login(name, login) for login in logins if login.role in _DATABASE_SETTINGS}
        if service.has_database and self.clock_ahead is not None and os.environ.get("CAIRN_CLOCK_MAY_BE_MOVED") != "false":
            told |= {"CAIRN_CLOCK_MAY_BE_MOVED": "true", "CAIRN_CLOCK_AHEAD_SECONDS": str(self.clock_ahead)}
        if service.reads_logs:
            of_logs = (login for login in logins if login.role not in _DATABASE_SETTINGS)
            told["CAIRN_LOGS"] = json.dumps(dict(zip(service.reads_logs, (self.login(name, login) for login in of_logs), strict=True)))
        return told
