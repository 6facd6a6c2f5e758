"""A tenant's history, told to the progress service of a bench: in batches, as they come from each partition."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from chassis.days import Day
from chassis.events import RecordedEvent, event_type_of
from chassis.ids import Id, id_of_name
from chassis.partitions import partition_of
from tests.support.consumed import PARTITIONS
from tests.support.served_progress import TENANT, Served
from tests.support.told import DAY, START

_BATCH = 2_000


class Happened(NamedTuple):
    """An event, with the log and the aggregate that it is of, and the day that it was recorded on."""

    log: str
    aggregate_id: Id
    event: Any
    day: Day = START


async def tell(served: Served, history: Iterable[Happened]) -> None:
    """Folds a history in, and lets PostgreSQL learn what its tables are like."""
    positions, versions = {"goals": 0, "checkins": 0}, dict[bytes, int]()
    events = []
    for log, aggregate, event, day in history:
        positions[log] += 1
        versions[aggregate] = versions.get(aggregate, 0) + 1
        own = event.check_in_id if log == "checkins" else id_of_name(f"event {log} {positions[log]}")
        home = getattr(event, "objective_id", aggregate)
        envelope = (log, positions[log], own, TENANT, aggregate, versions[aggregate], day * DAY + positions[log])
        by = id_of_name("somebody")
        events.append(RecordedEvent(*envelope, by, None, home, None, home, event_type_of(event), event.SerializeToString()))

    def place(event: RecordedEvent) -> tuple[bool, int]:
        return event.log == "checkins", partition_of(event.partition_key, PARTITIONS)

    for _, its in groupby(sorted(events, key=place), key=place):
        of_partition = list(its)
        for start in range(0, len(of_partition), _BATCH):
            await served.live.take(of_partition[start : start + _BATCH])
    async with served.live.pool.connection() as connection:
        for table in ("objective_now", "objective", "key_result_now", "key_result", "check_in", "ending"):
            await connection.execute(f"VACUUM ANALYZE {table}".encode())
