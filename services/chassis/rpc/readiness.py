"""Whether a service is ready: alive it is as long as it answers, ready only while what it needs is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import psycopg
from grpc_health.v1 import health, health_pb2

from chassis.runtime import Settings, telemetry

Need = Callable[[], Awaitable[object]]
"""Returns while something that a service needs is there, and raises when it is away."""

_LOOK_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = 3.0

_log = telemetry.logger()


class Readiness:
    """Tells gRPC's health service how this one is: under "" that it is alive, under each of `names` whether it is ready."""

    def __init__(self, servicer: health.aio.HealthServicer, names: Iterable[str], needs: Mapping[str, Need]) -> None:
        self._servicer: Final = servicer
        self._names: Final = tuple(names)
        self._needs: Final = needs
        self._away: set[str] | None = None  # not looked yet
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Alive from now on, and ready once what is needed has been found."""
        await self._servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        for name in self._names:
            await self._servicer.set(name, health_pb2.HealthCheckResponse.NOT_SERVING)
        self._watching = asyncio.create_task(self._watch(), name="what is needed is looked after")

    async def stop(self) -> None:
        """Neither alive nor ready any more, to whoever asks."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._servicer.enter_graceful_shutdown()

    async def _watch(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self) -> None:
        found = await asyncio.gather(*(_is_away(need) for need in self._needs.values()))
        away = {name for name, is_away in zip(self._needs, found, strict=True) if is_away}
        if away == self._away:
            return
        if away or self._away:
            _log.warning("service.not_ready" if away else "service.ready", away=sorted(away))
        self._away = away
        status = health_pb2.HealthCheckResponse.NOT_SERVING if away else health_pb2.HealthCheckResponse.SERVING
        for name in self._names:
            await self._servicer.set(name, status)


async def _is_away(need: Need) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await need()
    except Exception:  # noqa: BLE001 - however it fails, it is not there
        return True
    return False


class DatabaseNeed:
    """The service's own database, asked over a connection that is kept."""

    def __init__(self, settings: Settings) -> None:
        self._dsn: Final = settings.query_dsn
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def __call__(self) -> None:
        """Raises psycopg.Error, or TimeoutError, while it does not answer."""
        try:
            if self._connection is None:
                self._connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=2)
            await self._connection.execute(b"SELECT 1")
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Ends the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                await connection.close()
