"""Which services are ready: they answer, and what they need is there. Asked once a moment, however many want to know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

import grpc
from grpc_health.v1 import health_pb2

from cairn.operations.v1 import operations_pb2

HealthCheck = grpc.aio.UnaryUnaryMultiCallable[health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse]
Name = TypeVar("Name", bound=str)

_NAME: Final = operations_pb2.DESCRIPTOR.services_by_name["OperationsService"].full_name
_KEPT_SECONDS: Final = 0.5
_DEADLINE: Final = 2.0


class ServicesReady(Generic[Name]):
    """Asks services by their health checks. Every service bears the name of cairn.operations.v1, so it is asked under that."""

    def __init__(self, checks: Mapping[Name, HealthCheck]) -> None:
        self._checks: Final = checks
        self._asking: Final = asyncio.Lock()
        self._asked_at = float("-inf")
        self._away: list[Name] = []

    async def away(self) -> list[Name]:
        """Those that are not ready now, or were not half a second ago."""
        async with self._asking:
            if time.monotonic() - self._asked_at > _KEPT_SECONDS:
                ready = await asyncio.gather(*(_is_ready(check) for check in self._checks.values()))
                self._away = [name for name, is_ready in zip(self._checks, ready, strict=True) if not is_ready]
                self._asked_at = time.monotonic()
            return self._away


async def _is_ready(check: HealthCheck) -> bool:
    try:
        answer = await check(health_pb2.HealthCheckRequest(service=_NAME), timeout=_DEADLINE)
    except grpc.aio.AioRpcError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
