"""Who waits for a tenant's next event, and is told that one was taken in."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from chassis.events import RecordedEvent
from chassis.ids import Id


class Bell:
    """Rings for the tenants of the events of each batch."""

    def __init__(self) -> None:
        self._rung: Final[Counter[Id]] = Counter()
        self._waiting: Final[defaultdict[Id, set[asyncio.Future[None]]]] = defaultdict(set)

    async def ring(self, events: Sequence[RecordedEvent]) -> None:
        """For the consumer: these were taken in."""
        for tenant_id in {event.tenant_id for event in events}:
            self._rung[tenant_id] += 1
            for waiting in self._waiting.get(tenant_id, ()):
                if not waiting.done():
                    waiting.set_result(None)

    def rung(self, tenant_id: Id) -> int:
        """How often it has rung for a tenant: what `wait` is told."""
        return self._rung[tenant_id]

    async def wait(self, tenant_id: Id, rung: int, seconds: float) -> bool:
        """Waits until it has rung for a tenant since it had rung so often, for at most so long; whether it has."""
        if self._rung[tenant_id] != rung:
            return True
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[tenant_id].add(waiting)
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._waiting[tenant_id].discard(waiting)
            if not self._waiting[tenant_id]:
                del self._waiting[tenant_id]
