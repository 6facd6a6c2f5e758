from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import psutil
import psycopg
import pytest

from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent
from chassis.eventstore import EventLog
from chassis.kafka.consumer import Consumer
from chassis.kafka.relay import Relay
from chassis.kafka.topics import dead_letters_topic
from chassis.partitions import partition_of
from chassis.positions import Position
from tests.integration.chassis.kafka.conftest import Consuming
from tests.integration.chassis.kafka.support import (
    PARTITIONS,
    Aggregates,
    append,
    child_environment,
    copy_effects,
    delete_topic,
    kill,
    made_topic,
    note,
    publish,
    publish_raw,
    recorded,
    rows,
    settings_of,
    start_child,
    until,
)
from tests.support.infrastructure import Broker
from tests.support.messages import header_tuples


async def applied(effects: str) -> list[int]:
    return [position for (position,) in await rows(effects, "SELECT position FROM effect ORDER BY position")]


async def applied_count(effects: str) -> int:
    [(count,)] = await rows(effects, "SELECT count(*) FROM effect")
    return int(count)


async def each_aggregate_in_order(effects: str) -> bool:
    found = await rows(effects, "SELECT aggregate_id, aggregate_version FROM effect ORDER BY nth")
    versions: dict[bytes, list[int]] = {}
    for aggregate_id, version in found:
        versions.setdefault(aggregate_id, []).append(version)
    return all(later == earlier + 1 for each in versions.values() for earlier, later in pairwise(each))


async def test_each_event_takes_effect_once_when_the_consumer_is_killed_again_and_again(
    log: EventLog, relay: Relay, kafka: Broker, effects: str
) -> None:
    total, chance = 12_000, random.Random(11)
    aggregates = Aggregates()

    async def write() -> None:
        for _ in range(total // 200):
            await append(log, aggregates.events(200), group=20)
            await asyncio.sleep(0.02)

    environment = child_environment(
        CAIRN_TEST_LOG=log.name, CAIRN_TEST_INSTANCE="one", CAIRN_DATABASE_URL=effects, CAIRN_KAFKA_BOOTSTRAP=kafka.bootstrap
    )
    module = "tests.integration.chassis.kafka.counting_consumer"
    writing = asyncio.create_task(write())
    for _ in range(3):
        before = await applied_count(effects)
        process = await start_child(module, environment)

        async def further(before: int = before) -> bool:
            return await applied_count(effects) > before or before >= total

        await until(further, "the consumer goes on after a kill")
        await asyncio.sleep(chance.uniform(0.0, 0.1))
        await kill(process)
    await writing
    process = await start_child(module, environment)

    async def all_applied() -> bool:
        return await applied_count(effects) >= total

    try:
        await until(all_applied, "all events take effect")
    finally:
        await kill(process)
    assert await applied(effects) == list(range(1, total + 1))
    assert await each_aggregate_in_order(effects)


async def test_each_event_takes_effect_once_while_consumers_come_and_go(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    """A slow effect holds a batch open across the rebalances: whoever lost its partition is fenced off."""
    aggregates, total = Aggregates(), 3_000

    async def slow(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
        await note(connection, events)
        await connection.execute("SELECT pg_sleep(0.05)")

    async def write() -> None:
        for _ in range(total // 100):
            await append(log, aggregates.events(100), group=10)
            await asyncio.sleep(0.05)

    first = await consuming(slow, "one")
    writing = asyncio.create_task(write())

    async def begun() -> bool:
        return await applied_count(effects) > 0

    await until(begun, "the first consumer consumes")
    second = await consuming(slow, "two")

    async def second_has_some() -> bool:
        return bool(second.assigned)

    await until(second_has_some, "the second consumer is given partitions")
    assert len(first.assigned) < PARTITIONS or not first.assigned
    await writing
    await second.catch_up()

    async def all_applied() -> bool:
        return await applied_count(effects) >= total

    await until(all_applied, "all events take effect")
    assert await applied(effects) == list(range(1, total + 1))
    assert await each_aggregate_in_order(effects)


async def test_a_zombie_cannot_commit_what_another_process_has_taken_over(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    """Another process moves the partition on while an effect is under way: that effect is rolled back, and what follows is taken once."""
    aggregates = Aggregates(1)
    interfered = False

    async def interfering(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
        nonlocal interfered
        await note(connection, events)
        if not interfered:
            interfered = True
            # What a lost COMMIT looks like: it took place, and the connection is gone.
            await connection.execute("COMMIT")
            raise psycopg.OperationalError("the connection was lost")

    consumer = await consuming(interfering)
    await append(log, aggregates.events(10), group=10)
    await consumer.wait_for([Position(log.name, log.partition(aggregates.ids[0]), 10)], 20)
    assert interfered
    assert await applied(effects) == list(range(1, 11))


async def test_repeats_of_the_relay_are_dropped(kafka: Broker, log_name: str, consuming: Consuming, effects: str) -> None:
    await made_topic(kafka.bootstrap, log_name)
    aggregates = Aggregates(1)
    events = [recorded(log_name, aggregates.event(), position) for position in range(1, 7)]
    await publish(kafka.bootstrap, [*events[:4], *events[:4], *events[2:], *events])
    consumer = await consuming()
    await consumer.catch_up()
    assert await applied(effects) == [1, 2, 3, 4, 5, 6]
    assert sum(c.lag for c in await consumer.consumption()) == 0
    assert max(c.position for c in await consumer.consumption()) == 6


async def test_a_poison_event_is_put_aside_with_its_reason_and_its_aggregate_waits_behind_it(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    aggregates = Aggregates(2)
    sick, sound = aggregates.ids
    payloads = [(sick, b"1"), (sound, b"2"), (sick, b"poison 3"), (sound, b"4"), (sick, b"5"), (sick, b"6"), (sound, b"7")]
    await append(log, [aggregates.event(aggregate, payload) for aggregate, payload in payloads], group=10)
    healed = False

    async def effect(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
        await (copy_effects if healed else note)(connection, events)

    told: list[int] = []

    async def after_commit(events: Sequence[RecordedEvent]) -> None:
        told.extend(event.position for event in events)

    consumer = await consuming(effect, after_commit=after_commit)
    await relayed_all(log, relay)
    await consumer.catch_up()
    assert await applied(effects) == [1, 2, 4, 7]
    letters = await consumer.list_dead_letters()
    assert [letter.position for letter in letters] == [3, 5, 6]
    assert letters[0].reason == "ValueError: cannot read b'poison 3'"
    assert [letter.attempts for letter in letters] == [1, 0, 0]
    assert letters[0].aggregate_id == sick
    assert all(letter.reason.startswith("PARKED") for letter in letters[1:])

    # While it is not healed a replay changes nothing but the count; asked for the last one, it begins with the first of that aggregate.
    assert (await consumer.replay_dead_letters([letters[2].dead_letter_id])).remaining == 3
    assert [letter.attempts for letter in await consumer.list_dead_letters()] == [2, 0, 0]
    await append(log, [aggregates.event(sick, b"8")])
    await relayed_all(log, relay)
    await consumer.catch_up()
    assert [letter.position for letter in await consumer.list_dead_letters()] == [3, 5, 6, 8]

    healed = True
    outcome = await consumer.replay_dead_letters()
    assert (outcome.replayed, outcome.remaining) == (4, 0)
    await append(log, [aggregates.event(sick, b"9")])
    await relayed_all(log, relay)
    await consumer.catch_up()
    assert await applied(effects) == list(range(1, 10))
    assert await each_aggregate_in_order(effects)
    assert sorted(told) == list(range(1, 10))


async def relayed_all(log: EventLog, relay: Relay) -> None:
    async def done() -> bool:
        return relay.relayed == await log.head()

    await until(done, "all is relayed")


async def test_a_message_that_is_no_event_becomes_a_dead_letter_and_the_partition_goes_on(
    kafka: Broker, log_name: str, consuming: Consuming, effects: str
) -> None:
    topic = await made_topic(kafka.bootstrap, log_name)
    aggregates = Aggregates(1)
    key = aggregates.ids[0]
    partition = partition_of(key, PARTITIONS)
    first, second = (recorded(log_name, aggregates.event(), position) for position in (1, 2))
    await publish(kafka.bootstrap, [first])
    await publish_raw(kafka.bootstrap, topic, partition, b"\x00\xff not an event", [], None)
    forged = [(name, b"999999999999" if name == "ce_sequence" else value) for name, value in header_tuples(first)]
    await publish_raw(kafka.bootstrap, topic, partition, b"x", [(n, b"nonsense" if n == "ce_time" else v) for n, v in forged], key)
    await publish_raw(kafka.bootstrap, topic, partition, b"x", [(n, b"/cairn/other" if n == "ce_source" else v) for n, v in forged], key)
    await publish(kafka.bootstrap, [second])
    consumer = await consuming()
    await consumer.catch_up()
    assert await applied(effects) == [1, 2]
    letters = await consumer.list_dead_letters()
    assert [letter.reason.split(":")[0] for letter in letters] == ["MalformedEnvelope"] * 3
    assert [(letter.position, letter.aggregate_id) for letter in letters] == [(None, None)] * 3
    assert letters[0].payload == b"\x00\xff not an event"
    assert [x.dead_letter_id for x in await consumer.list_dead_letters(after=letters[0].dead_letter_id, limit=1)] == [
        letters[1].dead_letter_id
    ]
    assert (await consumer.replay_dead_letters()).remaining == 3

    async def copied() -> bool:
        return not await rows(effects, "SELECT FROM dead_letter WHERE published_at IS NULL")

    await until(copied, f"the copies are on {dead_letters_topic(log_name)}")


async def test_a_message_that_is_sent_again_is_one_dead_letter_though_nobody_can_read_its_envelope(
    kafka: Broker, log_name: str, consuming: Consuming
) -> None:
    topic = await made_topic(kafka.bootstrap, log_name)
    event = recorded(log_name, Aggregates(1).event(), 1)
    unreadable = [(name, b"nonsense" if name == "ce_time" else value) for name, value in header_tuples(event)]
    other = [(name, b"nonsense, too" if name == "ce_time" else value) for name, value in header_tuples(event)]
    consumer = await consuming()
    for headers in (unreadable, unreadable, other):
        await publish_raw(kafka.bootstrap, topic, 0, b"x", headers, event.partition_key)
        await consumer.catch_up()
    await publish_raw(kafka.bootstrap, topic, 0, None, unreadable, event.partition_key)
    await publish_raw(kafka.bootstrap, topic, 0, None, unreadable, event.partition_key)
    await consumer.catch_up()
    assert [letter.kafka_offset for letter in await consumer.list_dead_letters()] == [0, 2, 3]


async def test_the_partition_waits_while_the_world_does_not_let_the_effect_happen(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    failures: list[Exception] = [
        psycopg.errors.DeadlockDetected("deadlock"),
        psycopg.errors.SerializationFailure("serialization"),
        psycopg.errors.UndefinedTable("being rebuilt"),
        ConnectionError("lost"),
        Refused("AWAY", "goals does not answer", kind=Kind.UNAVAILABLE),
    ]

    async def effect(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
        await note(connection, events)
        if failures:
            raise failures.pop(0)

    consumer = await consuming(effect)
    await append(log, Aggregates().events(200))
    await relayed_all(log, relay)
    await consumer.catch_up()
    assert not failures
    assert await applied(effects) == list(range(1, 201))
    assert await consumer.count_dead_letters() == 0


async def test_the_consumer_comes_back_after_its_database_connections_are_lost(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    aggregates = Aggregates()
    consumer = await consuming()
    for _ in range(4):
        await append(log, aggregates.events(200))
        await rows(
            effects, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await append(log, aggregates.events(200))
    await relayed_all(log, relay)
    await consumer.catch_up()
    assert await applied(effects) == list(range(1, 1601))


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_write_can_be_waited_for_whichever_process_consumes_it(
    elsewhere: bool, log: EventLog, relay: Relay, kafka: Broker, consuming: Consuming, effects: str
) -> None:
    aggregates = Aggregates()
    one = await consuming()
    two = await consuming(instance="two")

    async def shared() -> bool:
        return bool(one.assigned) and bool(two.assigned)

    await until(shared, "the two share the partitions")
    written = await log.append(aggregates.events(40))
    positions = [
        Position(log.name, log.partition(aggregate), written.first_position + number) for number, aggregate in enumerate(aggregates.ids)
    ]
    waiting: Consumer = two if elsewhere else one
    await waiting.wait_for([*positions, Position("nobody", 0, 10**9)], 20)
    assert await applied(effects) == list(range(1, 41))


async def test_waiting_for_what_does_not_come_ends_with_a_refusal(consuming: Consuming, log_name: str) -> None:
    consumer = await consuming()
    with pytest.raises(Refused) as refused:
        await consumer.wait_for([Position(log_name, 0, 1)], 0.1)
    assert refused.value.reason == "NOT_YET_CONSUMED"
    assert refused.value.kind is Kind.UNAVAILABLE


async def test_a_topic_that_was_made_anew_is_read_from_its_beginning(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str, kafka: Broker
) -> None:
    """Kafka was lost and set up again; the stored offsets point behind its end. What comes is taken, what comes again is dropped."""
    aggregates = Aggregates(1)
    await append(log, aggregates.events(3))
    await relayed_all(log, relay)
    partition = log.partition(aggregates.ids[0])
    consumer = await consuming()
    await consumer.catch_up()
    await consumer.stop()
    await rows(effects, "UPDATE consumed SET kafka_offset = 1000 WHERE partition = %s RETURNING 1", (partition,))
    consumer = await consuming()
    await append(log, aggregates.events(2))
    await consumer.wait_for([Position(log.name, partition, 5)], 20)
    assert await applied(effects) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("stopped_meanwhile", [True, False], ids=["a consumer that was away", "a consumer that was reading"])
async def test_of_a_topic_made_anew_that_is_longer_than_the_one_before_nothing_is_left_out(
    log: EventLog, consuming: Consuming, effects: str, kafka: Broker, stopped_meanwhile: bool
) -> None:
    """What stands at the offset where it left off is not what would have followed there."""
    aggregates = Aggregates(1)
    topic, partition = await made_topic(kafka.bootstrap, log.name), log.partition(aggregates.ids[0])
    await append(log, aggregates.events(4))
    events = await log.reader.read()
    await publish(kafka.bootstrap, [*events[:2], *events[:2], *events[:2]])  # six messages, of which four are repeats
    consumer = await consuming()
    await consumer.wait_for([Position(log.name, partition, 2)], 20)
    await consumer.catch_up()
    if stopped_meanwhile:
        await consumer.stop()
    await delete_topic(kafka.bootstrap, topic)
    await made_topic(kafka.bootstrap, log.name)
    await publish(kafka.bootstrap, [*events, *events[3:], *events[3:], *events[3:], *events[3:]])  # what it lacks is before offset 6
    if stopped_meanwhile:
        consumer = await consuming()
    await consumer.wait_for([Position(log.name, partition, 4)], 20)
    assert await applied(effects) == [1, 2, 3, 4]


@pytest.mark.parametrize("restarted", [False, True], ids=["a consumer that goes on", "a consumer that is restarted"])
async def test_a_topic_that_was_not_there_when_partitions_were_handed_out_is_read_once_it_is(
    log: EventLog, effects: str, kafka: Broker, restarted: bool
) -> None:
    """As after the loss of Kafka's volume: a process may join again before all topics are made anew."""
    other = f"{log.name}x"
    topic = await made_topic(kafka.bootstrap, log.name)
    logs = [log.name, other]

    async def started() -> Consumer:
        consumer = Consumer(settings_of(kafka.bootstrap, effects), log.name, logs, note, owners={}, instance="one")
        await consumer.start()
        return consumer

    consumer = await started()
    try:
        await until(lambda: has(consumer, set(logs)), "both are read")
        await delete_topic(kafka.bootstrap, topic)
        await until(lambda: has(consumer, {other}), "Kafka has taken away what is gone")
        if restarted:
            await consumer.stop()
            consumer = await started()  # which makes the topic, and is given what it had
        else:
            await made_topic(kafka.bootstrap, log.name)
        await until(lambda: has(consumer, set(logs)), "both are read again")
    finally:
        await consumer.stop()


async def has(consumer: Consumer, logs: set[str]) -> bool:
    return {log for log, _ in consumer.assigned} == logs


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.06, 0.15])
async def test_a_consumer_that_is_stopped_while_it_joins_leaves_nothing_behind(seconds: float, consuming: Consuming, kafka: Broker) -> None:
    gc.collect()  # what earlier tests dropped is not this consumer's
    connections, tasks = connections_to(kafka), asyncio.all_tasks()
    consumer = await consuming()
    await asyncio.sleep(seconds)  # somewhere on its way into the group
    await consumer.stop()

    async def gone() -> bool:
        return connections_to(kafka) <= connections and asyncio.all_tasks() <= tasks

    await until(gone, "neither a connection nor a task is left")


def connections_to(kafka: Broker) -> set[tuple[str, int]]:
    """This process's ends of its connections to the broker."""
    ports = {int(server.rpartition(":")[2]) for server in kafka.bootstrap.split(",")}
    return {c.laddr for c in psutil.Process().net_connections("tcp") if getattr(c.raddr, "port", 0) in ports}


async def test_a_consumer_reaches_kafka_once_it_has_been_handed_its_partitions(log: EventLog, consuming: Consuming) -> None:
    consumer = await consuming()
    await asyncio.wait_for(consumer.reach_kafka(), 30)
    assert len(consumer.assigned) == PARTITIONS
