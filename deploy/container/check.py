"""A container's health check: `python check.py grpc|http|metrics`, exit code 0 when the service in it answers."""

from __future__ import annotations

import os
import ssl
import sys
import urllib.request
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2

_SECONDS = 3.0


def grpc_serves(port: str) -> bool:
    """Whether the gRPC server says that it serves."""
    with _channel(f"localhost:{port}") as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            return bool(check(health_pb2.HealthCheckRequest(), timeout=_SECONDS).status == health_pb2.HealthCheckResponse.SERVING)
        except grpc.RpcError:
            return False


def _channel(address: str) -> grpc.Channel:
    """As the service's settings say: by mutual TLS under its own certificate, which is to be valid for localhost, too."""
    if "CAIRN_TLS_CA_FILE" not in os.environ:
        return grpc.insecure_channel(address)
    files = (Path(os.environ[f"CAIRN_TLS_{name}_FILE"]).read_bytes() for name in ("CA", "KEY", "CERTIFICATE"))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(*files))


def http_answers(port: str, path: str, *, encrypted: bool = False) -> bool:
    """Whether the path answers with 200."""
    context = ssl.create_default_context(cafile=os.environ.get("CAIRN_TLS_CA_FILE")) if encrypted else None
    url = f"https://localhost:{port}{path}" if encrypted else f"http://localhost:{port}{path}"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS, context=context) as answer:  # noqa: S310 - one of the two above
            return bool(answer.status == 200)
    except OSError:
        return False


def main() -> int:
    """The command line above."""
    kind = sys.argv[1]
    if kind == "grpc":
        healthy = grpc_serves(os.environ["CAIRN_PORT"])
    elif kind == "http":
        healthy = http_answers(os.environ["CAIRN_PORT"], "/health", encrypted="CAIRN_HTTPS_KEY_FILE" in os.environ)
    else:
        healthy = http_answers(os.environ["CAIRN_METRICS_PORT"], "/metrics")
    return 0 if healthy else 1


if __name__ == "__main__":
    raise SystemExit(main())
