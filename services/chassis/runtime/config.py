"""The one place for configuration: environment variables `CAIRN_*`, checked before anything starts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """What every process of Cairn is told. A service adds its own fields in its `main.py`."""

    model_config = SettingsConfigDict(env_prefix="CAIRN_", extra="ignore", frozen=True)

    environment: Literal["embedded", "production"] = "embedded"
    database_url: Annotated[str, Field(description="of this service's own database, as libpq takes it: as the tables' owner")] = ""
    consumer_database_url: Annotated[str, Field(description="the same database, as who writes it; empty: as the owner")] = ""
    query_database_url: Annotated[str, Field(description="the same database, as who reads one tenant at a time; empty: as the owner")] = ""
    logs: dict[str, str] = Field(
        default_factory=dict, description="JSON: the databases of the logs that this process reads, by the log's name, as their reader"
    )
    directory_address: Annotated[str, Field(description="host:port of who keeps the log of that name, and is asked what is in it")] = (
        "127.0.0.1:8601"
    )
    goals_address: str = "127.0.0.1:8602"
    checkins_address: str = "127.0.0.1:8603"
    progress_address: str = "127.0.0.1:8604"
    notifications_address: str = "127.0.0.1:8605"
    kafka_bootstrap: str = "127.0.0.1:8692"
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_username: Annotated[str, Field(description="with SASL: whom this process signs in as, by SCRAM-SHA-512")] = ""
    kafka_password: Annotated[SecretStr, Field(description="with SASL: that user's password, unless a file holds it")] = SecretStr("")
    kafka_password_file: Annotated[Path | None, Field(description="read at every sign-in")] = None
    kafka_ca_file: Annotated[Path | None, Field(description="with SSL: who vouches for brokers, PEM; else whom the system trusts")] = None
    topic_partitions: Annotated[int, Field(ge=1, le=1000)] = 6
    topic_replication: Annotated[int, Field(ge=1, le=9)] = 1
    host: str = "127.0.0.1"
    port: Port = 8600
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0  # 0: no metrics
    clock_may_be_moved: bool = False
    clock_ahead_seconds: Annotated[float, Field(description="of a fresh installation's clock, before the machine's; or behind it")] = 0
    nice: Annotated[int, Field(ge=0, le=19, description="how far the process goes behind others of its machine, as nice(1) says")] = 0
    calls_at_once: Annotated[int, Field(ge=1, description="over gRPC, of all callers together; more are refused")] = 2048
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otlp_endpoint: Annotated[str, Field(description="where traces go; empty: nowhere")] = ""
    tls_ca_file: Annotated[Path | None, Field(description="who vouches for services, PEM: with it gRPC takes and shows certificates")] = (
        None
    )
    tls_certificate_file: Annotated[
        Path | None, Field(description="this process's certificate, PEM; of its address, and for both ends")
    ] = None
    tls_key_file: Annotated[Path | None, Field(description="and its private key")] = None
    identity_public_key: Path = Path(".cairn/keys/identity.pub")
    identity_private_key: Path = Path(".cairn/keys/identity.key")

    @property
    def consumer_dsn(self) -> str:
        """How the process connects for what it writes: its log, what it takes in. It spans tenants, and changes no table's form."""
        return self.consumer_database_url or self.database_url

    @property
    def query_dsn(self) -> str:
        """How the process connects for what it answers: with one tenant's rows before it at a time."""
        return self.query_database_url or self.database_url

    def owner_address(self, log: str) -> str:
        """host:port of the service that keeps a log. Raises AttributeError where no service of ours does."""
        address: str = getattr(self, f"{log}_address")
        return address


S = TypeVar("S", bound=Settings)


def load(settings: type[S]) -> S:
    """The settings of this process. A wrong value ends it with one line that says which, and what is allowed."""
    try:
        return settings()
    except ValidationError as error:
        for fault in error.errors():
            name = "CAIRN_" + "_".join(str(part) for part in fault["loc"]).upper()
            print(f"configuration: {name}={fault.get('input')!r}: {fault['msg']}", file=sys.stderr)
        raise SystemExit(2) from None
