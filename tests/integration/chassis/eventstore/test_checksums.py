from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.checksums import NOTHING, Checksum, checksum_of
from chassis.eventstore import EventLog, LogSums, PartitionPlace
from chassis.eventstore.checksums import INTERVAL
from chassis.log_checksums import read_checksums
from tests.integration.chassis.kafka.support import Aggregates, append, execute, rows

PARTITIONS = 3


@pytest.fixture
async def log(database: str) -> AsyncIterator[EventLog]:
    log = EventLog(database, "goals", PARTITIONS)
    await log.start()
    yield log
    await log.stop()


async def by_hand(log: EventLog, place: PartitionPlace) -> Checksum:
    events = [event async for event in log.reader.read_all() if event.position <= place.position]
    return NOTHING.plus(checksum_of(event) for event in events if log.partition(event.partition_key) == place.partition)


async def test_the_database_counts_an_event_as_a_consumer_does(log: EventLog) -> None:
    await append(log, Aggregates(5).events(40))
    events = [event async for event in log.reader.read_all()]
    head, counted = await log.sums.event_checksums([event.position for event in events] + [41, 10**15])
    assert (head, counted) == (40, {event.position: checksum_of(event) for event in events})
    changed: dict[str, Any] = {
        "position": 41,
        "tenant_id": bytes(16),
        "actor_id": bytes(16),
        "causation_id": b"\1" * 16,
        "on_behalf_of": b"\1" * 16,
        "aggregate_version": 9,
        "event_type": "cairn.x",
        "payload": b"other",
        "recorded_at": 0,
    }
    for name, value in changed.items():
        forged = events[1]._replace(**{name: value})
        assert (checksum_of(forged) == counted[2]) == (forged == events[1]), name


async def test_sums_are_told_at_any_position_before_and_behind_a_checkpoint_and_after_a_restart(log: EventLog) -> None:
    aggregates = Aggregates(30)
    await append(log, aggregates.events(3 * INTERVAL + 17), group=1_000)
    asked = [0, 1, 999, INTERVAL - 1, INTERVAL, INTERVAL + 1, 2 * INTERVAL + 3, 3 * INTERVAL + 16, 3 * INTERVAL + 17, 10**15]
    places = [PartitionPlace(number, position) for position in asked for number in range(PARTITIONS)]
    right = [await by_hand(log, place) for place in places]
    assert (await log.sums.checksums(places)).checksums == right
    assert await rows(log.dsn, "SELECT position FROM log_checksum") == [(INTERVAL,), (2 * INTERVAL,)]
    restarted = LogSums(log.reader, log.partition, PARTITIONS)
    assert (await restarted.checksums(places)).checksums == right
    assert (await restarted.checksums(places)).checksums == right
    await append(log, aggregates.events(5))
    behind = [PartitionPlace(number, 10**15) for number in range(PARTITIONS)]
    assert (await log.sums.checksums(behind)).checksums == [await by_hand(log, place) for place in behind]
    for upto in (0, INTERVAL, INTERVAL + 5, 3 * INTERVAL + 22):
        assert read_checksums(log.dsn, PARTITIONS, upto) == [await by_hand(log, PartitionPlace(n, upto)) for n in range(PARTITIONS)]


async def test_a_log_that_was_brought_back_to_an_older_state_is_added_up_anew(log: EventLog) -> None:
    await append(log, Aggregates(3).events(20))
    ends = [PartitionPlace(number, 10**15) for number in range(PARTITIONS)]
    await log.sums.checksums(ends)
    await execute(log.dsn, "DELETE FROM event WHERE position > 10; UPDATE log_head SET position = 10")
    found = await log.sums.checksums(ends)
    assert (found.head, found.checksums) == (10, [await by_hand(log, place) for place in ends])
