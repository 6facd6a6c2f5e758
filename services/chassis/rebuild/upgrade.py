"""A service that rebuilds by itself when it starts: an upgrade makes it necessary. Beside the live tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final

from chassis.errors import Refused
from chassis.events import EventTypes
from chassis.kafka.consumer import UnknownEvents
from chassis.rebuild.projection import Step
from chassis.runtime import Backoff, telemetry

Reasons = Callable[[], Awaitable[list[str]]]
"""Why there should be a rebuild, each in a few words; none when there is no need. A rebuild takes away what it is the remedy of."""


def passed_over_unknown(types: EventTypes, passed_over: Callable[[], Awaitable[Iterable[UnknownEvents]]]) -> Reasons:
    """Event types that were passed over because nobody knew them, and that are among `types` by now."""

    async def reasons() -> list[str]:
        return [f"{p.event_type} from {p.log}:{p.first_position}" for p in await passed_over() if p.event_type in types]

    return reasons


class UpgradeRebuild:
    """Rebuilds a projection when its service starts, while there is any reason. Until that is done the live tables answer, as before."""

    def __init__(self, rebuild: Callable[[], AsyncIterator[Step]], *reasons: Reasons) -> None:
        self._rebuild: Final = rebuild
        self._reasons: Final = reasons
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
        """Returns when no reason is left. Whatever goes wrong: it is told, and tried again."""
        backoff = Backoff()
        while True:
            try:
                reasons = [reason for ask in self._reasons for reason in await ask()]
                if not reasons:
                    return
                await self._bring_in(reasons)
            except Refused as refusal:  # another process may be at it
                self._log.warning("upgrade_rebuild.put_off", reason=refusal.reason, message=refusal.message)
            except Exception as failure:  # noqa: BLE001 - the service goes on without
                self._log.warning("upgrade_rebuild.interrupted", reason=f"{type(failure).__name__}: {failure}")
            await backoff.sleep()

    async def _bring_in(self, reasons: list[str]) -> None:
        """Raises Refused: REBUILD_RUNNING, REBUILD_FAILED."""
        self._log.info("upgrade_rebuild.started", reasons=reasons)
        events = 0
        async for step in self._rebuild():
            events = step.events
        self._log.info("upgrade_rebuild.done", events=events, reasons=reasons)
