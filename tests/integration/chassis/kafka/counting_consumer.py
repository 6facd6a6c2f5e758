"""A process that consumes a log with the effect of these tests: for killing. CAIRN_TEST_LOG, CAIRN_TEST_INSTANCE."""

from __future__ import annotations

import asyncio
import os
import signal

import uvloop

from chassis.kafka.consumer import Consumer
from chassis.runtime import Settings
from tests.integration.chassis.kafka.support import note


async def main() -> None:
    log = os.environ["CAIRN_TEST_LOG"]
    consumer = Consumer(Settings(), log, [log], note, owners={}, instance=os.environ["CAIRN_TEST_INSTANCE"])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await consumer.start()
    await stop.wait()
    await consumer.stop()


if __name__ == "__main__":
    uvloop.run(main())
