"""A rebuild as a process beside the one that answers queries, told step by step."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Final

import orjson

from chassis.errors import Kind, Refused
from chassis.runtime import Settings
from progress.rebuild.rebuild import Step

_STOP_SECONDS: Final = 5.0


class RebuildProcess:
    """Starts `python -m progress.rebuild` with the settings of this process."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {
            **os.environ,
            "CAIRN_DATABASE_URL": settings.database_url,
            "CAIRN_LOGS": orjson.dumps(settings.logs).decode(),
            "CAIRN_TOPIC_PARTITIONS": str(settings.topic_partitions),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }

    async def run(self) -> AsyncIterator[Step]:
        """Rebuilds; yields each step. Whoever stops listening ends it.

        Raises Refused: REBUILD_RUNNING when another one is at work, REBUILD_FAILED when it ended before its end.
        """
        # Not asyncio's own way: under uvloop that is a plain fork(), in which gRPC's handlers crash one child in forty while its threads
        # are at work; subprocess takes vfork(), which runs no handlers.
        process = await asyncio.to_thread(
            subprocess.Popen, [sys.executable, "-m", "progress.rebuild"], env=self._environment, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            while line := await asyncio.to_thread(process.stdout.readline):
                told = orjson.loads(line)
                if "refused" in told:
                    raise Refused(told["refused"], told["message"], kind=Kind.BUSY)
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
