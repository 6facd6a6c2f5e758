"""A container's health check: `python check.py grpc|http|metrics`, exit code 0 when the service in it answers."""

from __future__ import annotations

import os
import sys
import urllib.request

import grpc
from grpc_health.v1 import health_pb2

_SECONDS = 3.0


def grpc_serves(port: str) -> bool:
    """Whether the gRPC server says that it serves."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            return bool(check(health_pb2.HealthCheckRequest(), timeout=_SECONDS).status == health_pb2.HealthCheckResponse.SERVING)
        except grpc.RpcError:
            return False


def http_answers(port: str, path: str) -> bool:
    """Whether the path answers with 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=_SECONDS) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def main() -> int:
    """The command line above."""
    kind = sys.argv[1]
    if kind == "grpc":
        healthy = grpc_serves(os.environ["CAIRN_PORT"])
    elif kind == "http":
        healthy = http_answers(os.environ["CAIRN_PORT"], "/health")
    else:
        healthy = http_answers(os.environ["CAIRN_METRICS_PORT"], "/metrics")
    return 0 if healthy else 1


if __name__ == "__main__":
    raise SystemExit(main())
