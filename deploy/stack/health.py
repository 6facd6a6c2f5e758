"""Whether a program answers: each kind asked in its own way."""

from __future__ import annotations

import http.client

import grpc
import psycopg
from grpc_health.v1 import health_pb2

from embedded.certificates import Certificate
from embedded.kafka import takes_clients
from embedded.ports import LOOPBACK, answers
from stack.layout import Layout
from stack.services import BY_NAME

_SECONDS = 2.0


def healthy(layout: Layout, program: str) -> bool:
    """Whether the program answers its health check now."""
    if program == "postgres":
        return _postgres_answers(layout)
    if program == "kafka":
        return takes_clients(layout.port("kafka"), layout.certificate("kafka"))
    protocol = BY_NAME[program].protocol
    if protocol == "grpc":
        return _grpc_serves(layout.address(program), layout.certificate(program))
    if protocol == "http":
        return _http_ok(layout.port(program), "/health", layout.certificate(program))
    return _http_ok(layout.metrics_port(program), "/metrics")


def _postgres_answers(layout: Layout) -> bool:
    try:
        with psycopg.connect(layout.postgres.dsn()):
            return True
    except psycopg.OperationalError:
        return False


def _grpc_serves(address: str, certificate: Certificate | None) -> bool:
    with _channel(address, certificate) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            answer = check(health_pb2.HealthCheckRequest(), timeout=_SECONDS)
        except grpc.RpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def _channel(address: str, certificate: Certificate | None) -> grpc.Channel:
    if certificate is None:
        return grpc.insecure_channel(address)
    files = (file.read_bytes() for file in (certificate.authority, certificate.key, certificate.file))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(*files))


def _http_ok(port: int, path: str, certificate: Certificate | None = None) -> bool:
    if not answers(port):
        return False
    if certificate is None:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_SECONDS)
    else:
        connection = http.client.HTTPSConnection(LOOPBACK, port, timeout=_SECONDS, context=certificate.client_context())
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
