"""After an upgrade: events that were passed over because their type was not known are brought in from the log, beside the live tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final

from chassis.errors import Refused
from chassis.events import EventTypes
from chassis.kafka.consumer import UnknownEvents
from chassis.rebuild.projection import Step
from chassis.runtime import Backoff, telemetry


class UpgradeRebuild:
    """Rebuilds a projection when its service starts, if a type that it passed over once is known by now.

    `passed_over` tells what was; a rebuild makes it forget what it has brought in. Until that is done the live tables answer, as before.
    """

    def __init__(
        self,
        types: EventTypes,
        passed_over: Callable[[], Awaitable[Iterable[UnknownEvents]]],
        rebuild: Callable[[], AsyncIterator[Step]],
    ) -> None:
        self._types: Final = types
        self._passed_over: Final = passed_over
        self._rebuild: Final = rebuild
        self._log: Final = telemetry.logger()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Looks, and rebuilds if need be, while the service is up already."""
        self._task = asyncio.create_task(self.run())

    async def stop(self) -> None:
        """Ends at once; what was not brought in is, after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def run(self) -> None:
        """Returns when nothing is left that was passed over and is known by now. Whatever goes wrong: it is told, and tried again."""
        backoff = Backoff()
        while True:
            try:
                known = [p for p in await self._passed_over() if p.event_type in self._types]
                if not known:
                    return
                await self._bring_in(known)
            except Refused as refusal:  # another process may be at it
                self._log.warning("upgrade_rebuild.put_off", reason=refusal.reason, message=refusal.message)
            except Exception as failure:  # noqa: BLE001 - the service goes on without
                self._log.warning("upgrade_rebuild.interrupted", reason=f"{type(failure).__name__}: {failure}")
            await backoff.sleep()

    async def _bring_in(self, known: list[UnknownEvents]) -> None:
        """Raises Refused: REBUILD_RUNNING, REBUILD_FAILED."""
        types = {p.event_type: f"{p.log}:{p.first_position}" for p in known}
        self._log.info("upgrade_rebuild.started", passed_over_from=types)
        events = 0
        async for step in self._rebuild():
            events = step.events
        self._log.info("upgrade_rebuild.done", events=events, event_types=list(types))
