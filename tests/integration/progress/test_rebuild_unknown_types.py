"""A rebuild makes good for event types that are known by now, and remembers those that are not."""

from __future__ import annotations

import asyncio

from chassis.kafka.consumer import UnknownEvents
from chassis.kafka.consumer.unknown_types import unknown_event_types
from chassis.rebuild import RebuildProcess, SelfRebuild, passed_over_unknown
from chassis.runtime import Settings
from progress.facts import EVENT_TYPES
from progress.rebuild import rebuild
from tests.support.events import an_id
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import PARTITIONS, projection
from tests.support.recorded import Log
from tests.support.served_progress import objective

_SECONDS = 60  # until a rebuild is done
NEWER = "cairn.goals.v1.KeyResultPostponed"


async def test_what_is_known_now_is_forgotten_and_what_is_not_stays_or_is_noted(postgres: DatabaseServer) -> None:
    log = Log("goals")
    events = [log.append(objective(name), aggregate_id=an_id(name)) for name in "OPQ"]
    events[2] = events[2]._replace(event_type=NEWER)
    logs = await create_logs(postgres, iter(events))
    async with projection(postgres.create_database()) as live, live.pool.connection() as connection:
        await connection.execute("INSERT INTO unknown_event_type VALUES ('goals', 'cairn.goals.v1.ObjectiveDefined', 1)")
        await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS)
        found = await (await connection.execute("SELECT log, event_type, first_position FROM unknown_event_type")).fetchall()
        assert found == [("goals", NEWER, 3)]
        assert await (await connection.execute("SELECT count(*) FROM dead_letter")).fetchone() == (0,)


async def test_after_an_upgrade_what_was_passed_over_is_brought_in_beside_the_live_tables(postgres: DatabaseServer) -> None:
    log = Log("goals")
    logs = await create_logs(postgres, [log.append(objective(name), aggregate_id=an_id(name)) for name in "OP"])
    database = postgres.create_database()
    async with projection(database) as live:
        await live.take(log.events[:1])
        async with live.pool.connection() as connection:  # the version before did not know what it says of P
            await connection.execute("UPDATE consumed SET position = 2")
            await connection.execute("INSERT INTO unknown_event_type VALUES ('goals', 'cairn.goals.v1.ObjectiveDefined', 2)")

        brought_in = asyncio.Event()

        async def passed_over() -> list[UnknownEvents]:
            async with live.pool.connection() as connection:
                left = await unknown_event_types(connection)
            if not left:
                brought_in.set()
            return left

        process = RebuildProcess("progress.rebuild", Settings(database_url=database, logs=logs, topic_partitions=PARTITIONS))
        running = SelfRebuild(process.run, lambda: False, passed_over_unknown(EVENT_TYPES, passed_over))
        running.start()
        await asyncio.wait_for(brought_in.wait(), _SECONDS)
        await running.stop()
        assert (await live.digest(log.tenant_id)).objectives == 2
