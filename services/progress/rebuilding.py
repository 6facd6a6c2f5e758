"""A rebuild as a process beside the one that answers queries, told step by step."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import orjson

from chassis.config import Settings
from chassis.errors import Kind, Refused
from progress.rebuild import Step

_STOP_SECONDS: Final = 5.0


class Rebuilding:
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
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "progress.rebuild", env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                told = orjson.loads(line)
                if "refused" in told:
                    raise Refused(told["refused"], told["message"], kind=Kind.BUSY)
                yield Step(told["phase"], told["events"], told["total"])
            if code := await process.wait():
                raise Refused(
                    "REBUILD_FAILED", f"the rebuild ended with code {code}; the live tables are as they were", kind=Kind.UNAVAILABLE
                )
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.terminate()
                async with asyncio.timeout(_STOP_SECONDS):
                    await process.wait()
