from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterable
from itertools import groupby

from aiokafka import ConsumerRecord
from structlog.testing import capture_logs

from chassis.eventstore import EventLog
from chassis.kafka.envelope import EnvelopeReader
from chassis.kafka.relay import Relay, relay_progress
from chassis.kafka.relay.relay import STANDBY_SECONDS
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of
from tests.integration.chassis.kafka.support import (
    PARTITIONS,
    Aggregates,
    append,
    child_environment,
    execute,
    kill,
    messages_of,
    position_of,
    rows,
    settings_of,
    start_child,
    until,
)
from tests.support.infrastructure import Broker
from tests.support.messages import header_tuples


def never_ahead(messages: Iterable[ConsumerRecord], of_partition: dict[int, list[int]]) -> bool:
    """Whether no position comes before all that are older in its partition, repeats left aside."""
    for partition, group in groupby(sorted(messages, key=lambda m: (m.partition, m.offset)), key=lambda m: m.partition):
        first_seen = list(dict.fromkeys(position_of(m) for m in group))
        if first_seen != of_partition[partition]:
            return False
    return True


async def positions_by_partition(log: EventLog) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {n: [] for n in range(PARTITIONS)}
    async for event in log.reader.read_all():
        found[partition_of(event.partition_key, PARTITIONS)].append(event.position)
    return found


async def test_every_event_arrives_in_order_with_its_whole_envelope(log: EventLog, relay: Relay, kafka: Broker) -> None:
    await append(log, Aggregates().events(2_500))
    messages = await messages_of(kafka.bootstrap, events_topic(log.name), 2_500)
    log_id, _ = await log.reader.identity()
    written = [event._replace(log_id=log_id) async for event in log.reader.read_all()]
    reader = EnvelopeReader(log.name)
    assert sorted((reader.read(m) for m in messages), key=lambda e: e.position) == written
    assert never_ahead(messages, await positions_by_partition(log))
    by_position = {position_of(m): m for m in messages}
    for event in written[:50]:
        message = by_position[event.position]
        assert sorted(message.headers) == sorted(header_tuples(event))
        assert message.partition == partition_of(event.partition_key, PARTITIONS)


async def test_events_that_fill_several_batches_arrive(log: EventLog, relay: Relay, kafka: Broker) -> None:
    aggregates = Aggregates(2)
    sizes = [400_000, 700_000, 10, 2_000_000, 5, 899_999, 300_000, 1, 0, 9_000_000]
    await append(log, [aggregates.event(payload=b"x" * size, number=n) for n, size in enumerate(sizes)], group=3)
    messages = await messages_of(kafka.bootstrap, events_topic(log.name), len(sizes))
    assert [len(m.value) for m in sorted(messages, key=position_of)] == sizes
    assert never_ahead(messages, await positions_by_partition(log))


def relay_environment(log: EventLog, kafka: Broker) -> dict[str, str]:
    return child_environment(CAIRN_LOGS=json.dumps({log.name: log.dsn}), CAIRN_KAFKA_BOOTSTRAP=kafka.bootstrap)


async def relayed(log: EventLog) -> int:
    return (await relay_progress(log.dsn))[1]


async def test_nothing_is_lost_or_reordered_when_the_relay_is_killed_again_and_again(log: EventLog, kafka: Broker) -> None:
    aggregates, total, chance = Aggregates(), 12_000, random.Random(7)

    async def write() -> None:
        for _ in range(total // 200):
            await append(log, aggregates.events(200), group=20)
            await asyncio.sleep(0.02)

    writing = asyncio.create_task(write())
    for _ in range(3):
        before = await relayed(log)
        process = await start_child("chassis.kafka.relay", relay_environment(log, kafka))

        async def further(before: int = before) -> bool:
            return await relayed(log) > before or before >= total

        await until(further, "the relay goes on after a kill")
        await asyncio.sleep(chance.uniform(0.0, 0.2))
        await kill(process)
    await writing
    process = await start_child("chassis.kafka.relay", relay_environment(log, kafka))
    try:
        messages = await messages_of(kafka.bootstrap, events_topic(log.name), total)
    finally:
        await kill(process)
    assert never_ahead(messages, await positions_by_partition(log))


async def test_a_second_relay_stands_by_and_takes_over_within_seconds(log: EventLog, relay: Relay, kafka: Broker) -> None:
    """The relay of this process stands by while another process holds the log's lock, and takes over when that one is killed."""
    aggregates = Aggregates()
    await append(log, aggregates.events(10))

    async def all_relayed() -> bool:
        return relay.relayed == await log.head()

    await until(all_relayed, "the first relay is active")
    other = await start_child("chassis.kafka.relay", relay_environment(log, kafka))
    try:
        [(holder,)] = await lock_holders(log)
        await execute(log.dsn, f"SELECT pg_terminate_backend({holder})")

        async def held_by_one() -> bool:
            return len(await lock_holders(log)) == 1

        await until(held_by_one, "one of the two holds the lock")
        await append(log, aggregates.events(10))

        async def carried() -> bool:
            return await relayed(log) == await log.head()

        await until(carried, "one of the two relays on")
    finally:
        await kill(other)
    killed = time.monotonic()
    await append(log, aggregates.events(10))
    await until(all_relayed, "the one that is left has taken over", seconds=8)
    assert time.monotonic() - killed < 8
    messages = await messages_of(kafka.bootstrap, events_topic(log.name), 30)
    assert never_ahead(messages, await positions_by_partition(log))


async def lock_holders(log: EventLog) -> list[tuple[int]]:
    query = (
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return [(pid,) for (pid,) in await rows(log.dsn, query)]


async def test_the_relay_comes_back_after_its_database_connections_are_lost(log: EventLog, relay: Relay, kafka: Broker) -> None:
    aggregates = Aggregates()

    async def all_relayed() -> bool:
        return relay.relayed == await log.head()

    for round_ in range(3):
        await append(log, aggregates.events(100))
        if round_:
            for (pid,) in await lock_holders(log):
                await execute(log.dsn, f"SELECT pg_terminate_backend({pid})")
        await append(log, aggregates.events(100))
        await until(all_relayed, "the relay has come back")
    messages = await messages_of(kafka.bootstrap, events_topic(log.name), 600)
    assert never_ahead(messages, await positions_by_partition(log))


async def test_a_relay_that_is_up_before_its_log_waits_quietly_for_it(database: str, log_name: str, kafka: Broker) -> None:
    with capture_logs() as told:
        relay = Relay(log_name, database, settings_of(kafka.bootstrap))
        task = asyncio.create_task(relay.run())

        async def waiting() -> bool:
            return any(line["event"] == "relay.waiting_for_log" for line in told)

        try:
            await until(waiting, "the relay has found no log")
            await asyncio.sleep(STANDBY_SECONDS * 2.5)  # it looks again, and says nothing
            log = EventLog(database, log_name, PARTITIONS)
            await log.start()
            await append(log, Aggregates().events(3))
            await messages_of(kafka.bootstrap, events_topic(log_name), 3)
            await log.stop()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    told_by_relay = [(line["event"], line["log_level"]) for line in told if line["event"].startswith("relay.")]
    assert told_by_relay == [("relay.active", "info"), ("relay.waiting_for_log", "info")]


async def test_a_log_with_a_gap_is_not_relayed_past_it(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates().events(5), group=5)
    await execute(log.dsn, "DELETE FROM event WHERE position = 3")
    relay = Relay(log.name, log.dsn, settings_of(kafka.bootstrap))
    task = asyncio.create_task(relay.run())
    try:
        done, _ = await asyncio.wait([task], timeout=2.0)
        assert not done
        assert relay.relayed == 0
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_log_that_a_newer_release_wrote_is_not_relayed(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates().events(3))
    await execute(log.dsn, "UPDATE public.schema_version SET version = 99 WHERE name = 'event store'")
    relay = Relay(log.name, log.dsn, settings_of(kafka.bootstrap))
    with capture_logs() as told:
        relaying = asyncio.create_task(relay.run())

        async def refused() -> bool:
            return any(entry["event"] == "relay.interrupted" for entry in told)

        try:
            await until(refused, "the relay refuses the log")
        finally:
            relaying.cancel()
            await asyncio.gather(relaying, return_exceptions=True)
    assert "have version 99 and this program knows them up to" in str(told)
    assert (await relay_progress(log.dsn))[1] == 0
