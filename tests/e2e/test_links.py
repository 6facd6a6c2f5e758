"""Every link encrypted at once: gRPC by mutual TLS, Kafka by SASL_SSL, PostgreSQL by verify-full, the API by HTTPS."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import grpc
import httpx
import psycopg
import pytest
from aiokafka.errors import KafkaError
from grpc_health.v1 import health_pb2
from psycopg.conninfo import make_conninfo

from chassis.postgres import DatabaseRole
from stack.database_roles import Login, database_of
from stack.services import SERVICES
from tests.support.certificates import write_certificates
from tests.support.company import found_company
from tests.support.poison import poison_topic
from tests.support.system import System

GRPC_SERVICES = [service.name for service in SERVICES if service.protocol == "grpc"]


@pytest.fixture(scope="module")
def encrypted() -> Iterator[System]:
    with System(encrypted=True) as running:
        yield running


@pytest.fixture
def trusting(encrypted: System, monkeypatch: pytest.MonkeyPatch) -> System:
    """The system, whose authority this process's HTTP clients believe."""
    for name, value in encrypted.layout.caller_environment().items():
        monkeypatch.setenv(name, value)
    return encrypted


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificates of somebody else's installation."""
    folder = tmp_path_factory.mktemp("strangers") / "tls"
    write_certificates(folder, ["gateway"])
    return folder


def test_what_is_reported_comes_to_the_number_and_to_the_audit_over_encrypted_links_alone(trusting: System, tmp_path: Path) -> None:
    company = found_company(trusting.url, owner="ann")
    company.admin.post(f"/v1/key-results/{company.key_results[0]}/check-ins", {"value": 60})
    company.admin.catch_up()
    before = company.admin.digest()
    company.admin.operator().rebuild()
    assert company.admin.digest() == before
    assert company.admin.get("/v1/audit/actions")["items"]
    exported = tmp_path / "company.cairn-export"
    trusting.cairn("export", str(exported), "--tenant", company.name)
    assert before in trusting.cairn("replay", str(exported)).stdout
    assert all(service["healthy"] for service in company.admin.get("/v1/status")["services"])


def _health(address: str, credentials: grpc.ChannelCredentials | None) -> str:
    """What a service says of itself, or how it refuses to."""
    with grpc.insecure_channel(address) if credentials is None else grpc.secure_channel(address, credentials) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            return health_pb2.HealthCheckResponse.ServingStatus.Name(check(health_pb2.HealthCheckRequest(), timeout=5).status)
        except grpc.RpcError as error:
            return str(cast(Any, error).code().name)


@pytest.mark.parametrize("service", GRPC_SERVICES)
def test_a_service_lets_in_who_shows_a_certificate_of_the_installation_and_nobody_else(
    encrypted: System, strangers: Path, service: str
) -> None:
    address, ours = encrypted.address(service), encrypted.layout.certificates
    authority = (ours / "ca.pem").read_bytes()

    def shown(folder: Path) -> grpc.ChannelCredentials:
        return grpc.ssl_channel_credentials(authority, (folder / "gateway.key").read_bytes(), (folder / "gateway.pem").read_bytes())

    assert _health(address, shown(ours)) == "SERVING"
    assert _health(address, shown(strangers)) == "UNAVAILABLE"
    assert _health(address, grpc.ssl_channel_credentials(authority)) == "UNAVAILABLE"
    assert _health(address, None) == "UNAVAILABLE"


def test_the_api_answers_https_alone_and_shows_a_certificate_of_the_installation(encrypted: System) -> None:
    believed = ssl.create_default_context(cafile=str(encrypted.layout.certificates / "ca.pem"))
    assert httpx.get(f"{encrypted.url}/health", verify=believed).status_code == 200
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{encrypted.url}/health", verify=ssl.create_default_context())
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://{encrypted.address('gateway')}/health")


async def test_kafka_takes_nobody_who_does_not_encrypt(encrypted: System) -> None:
    plain = encrypted.kafka_settings().model_copy(update={"kafka_security_protocol": "SASL_PLAINTEXT"})
    with pytest.raises(KafkaError):
        await poison_topic(plain, "cairn.checkins.events.v1", partitions=1)


def test_processes_reach_postgresql_encrypted_alone_and_believe_no_other_server(encrypted: System, strangers: Path) -> None:
    login = encrypted.verified(encrypted.layout.login("goals", Login(database_of("goals"), DatabaseRole.QUERY)))
    with psycopg.connect(login) as connection:
        assert connection.pgconn.ssl_in_use
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(make_conninfo(login, sslrootcert=str(strangers / "ca.pem")))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(make_conninfo(login, sslmode="disable"))
