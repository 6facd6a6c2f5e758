"""A service that rebuilds by itself, beside the live tables: an upgrade makes it necessary, or a log that was restored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final

from chassis.errors import Refused
from chassis.events import EventTypes
from chassis.kafka.consumer import UnknownEvents
from chassis.rebuild.projection import Step
from chassis.runtime import Backoff, telemetry

_LOOK_SECONDS: Final = 1.0

Reasons = Callable[[], Awaitable[list[str]]]
"""Why there should be a rebuild, each in a few words; none when there is no need. A rebuild takes away what it is the remedy of."""


def passed_over_unknown(types: EventTypes, passed_over: Callable[[], Awaitable[Iterable[UnknownEvents]]]) -> Reasons:
    """Event types that were passed over because nobody knew them, and that are among `types` by now."""

    async def reasons() -> list[str]:
        return [f"{p.event_type} from {p.log}:{p.first_position}" for p in await passed_over() if p.event_type in types]

    return reasons


class SelfRebuild:
    """Rebuilds a projection while there is a reason. Until that is done the live tables answer, as before.

    Who had taken what a log lost in a restore (`has_lost`) has one at any time. An upgrade's reasons (`at_start`) are there when the
    service starts or not at all: they are asked for until none is left.
    """

    def __init__(
        self,
        rebuild: Callable[[], AsyncIterator[Step]],
        has_lost: Callable[[], bool],
        *at_start: Reasons,
        look_seconds: float = _LOOK_SECONDS,
    ) -> None:
        self._rebuild: Final = rebuild
        self._has_lost: Final = has_lost
        self._at_start = at_start
        self._look_seconds: Final = look_seconds
        self._log: Final = telemetry.logger()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Looks, and rebuilds if need be, while the service is up already."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends at once; what was not done is begun anew after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        """Looks for ever. Whatever goes wrong: it is told, and tried again."""
        backoff = Backoff()
        while True:
            try:
                if reasons := await self._reasons():
                    await self._rebuild_for(reasons)
                else:
                    backoff.reset()
                    await asyncio.sleep(self._look_seconds)
                    continue
            except Refused as refusal:  # another process may be at it
                self._log.warning("self_rebuild.put_off", reason=refusal.reason, message=refusal.message)
            except Exception as failure:  # noqa: BLE001 - the service goes on without
                self._log.warning("self_rebuild.interrupted", reason=f"{type(failure).__name__}: {failure}")
            await backoff.sleep()

    async def _reasons(self) -> list[str]:
        upgrade = [reason for ask in self._at_start for reason in await ask()]
        if not upgrade:
            self._at_start = ()
        return [*upgrade, *(["a log was restored"] if self._has_lost() else [])]

    async def _rebuild_for(self, reasons: list[str]) -> None:
        """Raises Refused: REBUILD_RUNNING, REBUILD_FAILED."""
        self._log.info("self_rebuild.started", reasons=reasons)
        events = 0
        async for step in self._rebuild():
            events = step.events
        self._log.info("self_rebuild.done", events=events, reasons=reasons)
