"""`python -m chassis.kafka.relay`: relays every log of CAIRN_LOGS, each in a task of its own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from chassis.kafka.relay.relay import Relay
from chassis.runtime import Lifetime, Settings, run


@asynccontextmanager
async def relaying(settings: Settings) -> Lifetime:
    """Relays while the context lasts. Raises SystemExit when no log is configured."""
    if not settings.logs:
        raise SystemExit('configuration: CAIRN_LOGS is empty; it names each log\'s database, as {"goals": "postgresql://…"}')
    tasks = [asyncio.create_task(Relay(log, dsn, settings).run()) for log, dsn in settings.logs.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    run("relay", Settings, relaying)
