"""A rebuild as a process beside the one that answers queries, told step by step."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

import orjson
import psycopg

from chassis.errors import Kind, Refused
from chassis.rebuild.course import refuse_if_running, running
from chassis.rebuild.projection import DONE, Step
from chassis.runtime import Settings, telemetry

_STOP_SECONDS: Final = 5.0


class RebuildProcess:
    """Starts `python -m` of a module that calls `command`, with the settings of this process; one at a time.

    A rebuild folds no dead letter. Behind its swap those that are left are carried out once more by `replay`, where there is one: what
    was kept out by what the tables had held, a forged message perhaps, comes in.
    """

    def __init__(self, module: str, settings: Settings, replay: Callable[[], Awaitable[object]] | None = None) -> None:
        self._module: Final = module
        self._replay: Final = replay
        self._database_url: Final = settings.database_url
        self._is_running = False
        self._environment: Final = {
            **os.environ,
            "CAIRN_DATABASE_URL": settings.database_url,
            "CAIRN_LOGS": orjson.dumps(settings.logs).decode(),
            "CAIRN_TOPIC_PARTITIONS": str(settings.topic_partitions),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }

    async def run(self) -> AsyncGenerator[Step]:
        """Rebuilds; yields each step. Whoever stops listening ends it.

        Raises Refused: REBUILD_RUNNING, before a process is started, when another one is at work; REBUILD_FAILED when it ended before its
        end; DATABASE_UNAVAILABLE; and what `rebuild` refuses with.
        """
        if self._is_running:
            raise running()
        self._is_running = True
        try:
            await self._refuse_if_running_elsewhere()
            async with aclosing(self._steps()) as steps:
                async for step in steps:
                    if step.phase == DONE and self._replay is not None:
                        await self._replay()
                    yield step
        finally:
            self._is_running = False

    async def _refuse_if_running_elsewhere(self) -> None:
        """By another process of this service."""
        try:
            await asyncio.to_thread(refuse_if_running, self._database_url)
        except psycopg.OperationalError as error:
            telemetry.logger().warning("rebuild.database_unavailable", reason=str(error))
            raise Refused("DATABASE_UNAVAILABLE", "the database does not answer now; ask again", kind=Kind.UNAVAILABLE) from None

    async def _steps(self) -> AsyncGenerator[Step]:
        # Not asyncio's own way: under uvloop that is a plain fork(), in which gRPC's handlers crash one child in forty while its threads
        # are at work; subprocess takes vfork(), which runs no handlers.
        process = await asyncio.to_thread(
            subprocess.Popen, [sys.executable, "-m", self._module], env=self._environment, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            while line := await asyncio.to_thread(process.stdout.readline):
                told = orjson.loads(line)
                if "refused" in told:
                    raise Refused(told["refused"], told["message"], kind=Kind(told["kind"]))
                yield Step(told["phase"], told["events"], told["total"])
            if code := await asyncio.to_thread(process.wait):
                raise Refused(
                    "REBUILD_FAILED", f"the rebuild ended with code {code}; the live tables are as they were", kind=Kind.UNAVAILABLE
                )
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    await asyncio.to_thread(process.wait, _STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
            # Not here: it waits for whoever still reads, until the rebuild's second process has ended, too.
            await asyncio.to_thread(process.stdout.close)
