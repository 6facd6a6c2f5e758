"""After a log was restored from an older state: who had taken what it lost makes its tables anew at once, beside the live ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from chassis.errors import Refused
from chassis.rebuild.projection import Step
from chassis.runtime import Backoff, telemetry

_LOOK_SECONDS: Final = 1.0


class RestoredRebuild:
    """Rebuilds a projection whenever `has_lost` says that a log began a generation before what was taken of it."""

    def __init__(
        self, has_lost: Callable[[], bool], rebuild: Callable[[], AsyncIterator[Step]], *, look_seconds: float = _LOOK_SECONDS
    ) -> None:
        self._has_lost: Final = has_lost
        self._rebuild: Final = rebuild
        self._look_seconds: Final = look_seconds
        self._log: Final = telemetry.logger()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Looks, and rebuilds if need be, from now on."""
        self._task = asyncio.create_task(self.run())

    async def stop(self) -> None:
        """Ends at once; after the next start it is begun anew."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def run(self) -> None:
        """Looks for ever. Whatever goes wrong: it is told, and tried again."""
        backoff = Backoff()
        while True:
            await asyncio.sleep(self._look_seconds)
            if not self._has_lost():
                backoff.reset()
                continue
            try:
                self._log.info("restored_rebuild.started")
                async for step in self._rebuild():
                    if step.phase == "done":
                        self._log.info("restored_rebuild.done", events=step.events)
            except Refused as refusal:  # another process may be at it
                self._log.warning("restored_rebuild.put_off", reason=refusal.reason, message=refusal.message)
            except Exception as failure:  # noqa: BLE001 - the service goes on without
                self._log.warning("restored_rebuild.interrupted", reason=f"{type(failure).__name__}: {failure}")
            await backoff.sleep()
