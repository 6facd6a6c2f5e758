"""Events of types that a consumer does not know: passed over and remembered, never put aside."""

from __future__ import annotations

import psycopg

from cairn.checkins.v1 import events_pb2 as checkins
from chassis.events import EventTypes
from chassis.eventstore import EventLog
from chassis.kafka.consumer import Consumer, UnknownEvents
from chassis.kafka.consumer.unknown_types import cover
from chassis.kafka.relay import Relay
from tests.integration.chassis.kafka.conftest import Consuming
from tests.integration.chassis.kafka.support import Aggregates, append, note, rows, settings_of, until
from tests.support.infrastructure import Broker

NEWER = "cairn.checkins.v1.CheckInPostponed"
TYPES = EventTypes(checkins, upcasters={})
LATER = EventTypes(checkins, upcasters={NEWER: lambda payload: ("cairn.checkins.v1.CheckInRecorded", payload)})


async def consumed_all(log: EventLog, relay: Relay, consumer: Consumer) -> None:
    async def relayed() -> bool:
        return relay.relayed == await log.head()

    await until(relayed, "all is relayed")
    await consumer.catch_up()


async def of_newer_and_known_types(log: EventLog) -> None:
    """Four events of two aggregates; the second and the third are of a newer type."""
    aggregates = Aggregates(2)
    first, second, third, fourth = aggregates.events(4)
    await append(log, [first, second._replace(event_type=NEWER), third._replace(event_type=NEWER), fourth])


async def test_a_type_of_a_newer_producer_is_remembered_with_its_first_position_and_blocks_nothing(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    consumer = await consuming(types=TYPES)
    await of_newer_and_known_types(log)
    await consumed_all(log, relay, consumer)
    assert await rows(effects, "SELECT position FROM effect ORDER BY position") == [(1,), (4,)]
    assert await consumer.unknown_event_types() == [UnknownEvents(log.name, NEWER, 2)]
    assert await consumer.count_dead_letters() == 0
    assert sum(c.lag for c in await consumer.consumption()) == 0


async def test_what_was_unknown_stays_remembered_when_a_newer_version_starts_and_is_forgotten_once_the_log_was_folded_anew(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str, kafka: Broker
) -> None:
    consumer = await consuming(types=TYPES)
    await of_newer_and_known_types(log)
    await consumed_all(log, relay, consumer)
    await consumer.stop()
    newer = Consumer(settings_of(kafka.bootstrap, effects), log.name, [log.name], note, owners={}, types=LATER, instance="one")
    await newer.start()
    try:
        assert [unknown.event_type in LATER for unknown in await newer.unknown_event_types()] == [True]
        with psycopg.connect(effects) as connection:
            cover(connection, log.name, log.dsn, LATER, await log.head())
        assert await newer.unknown_event_types() == []
        await of_newer_and_known_types(log)
        await consumed_all(log, relay, newer)
        assert await newer.unknown_event_types() == []
    finally:
        await newer.stop()


async def test_who_folds_a_log_anew_remembers_what_it_passes_over_before_the_consumer_has_come_to_it(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    consumer = await consuming(types=TYPES)
    await append(log, Aggregates().events(40))
    await consumed_all(log, relay, consumer)
    await consumer.stop()
    await of_newer_and_known_types(log)
    with psycopg.connect(effects) as connection:
        cover(connection, log.name, log.dsn, TYPES, 41)
        assert connection.execute("SELECT * FROM unknown_event_type").fetchall() == []
        cover(connection, log.name, log.dsn, TYPES, 44)
    assert await rows(effects, "SELECT log, event_type, first_position FROM unknown_event_type") == [(log.name, NEWER, 42)]


async def test_a_type_that_was_passed_over_and_is_not_in_the_log_is_forgotten_once_the_log_was_folded_anew(
    log: EventLog, relay: Relay, consuming: Consuming, effects: str
) -> None:
    consumer = await consuming(types=TYPES)
    await of_newer_and_known_types(log)
    await consumed_all(log, relay, consumer)
    with psycopg.connect(effects) as connection:
        connection.execute("INSERT INTO unknown_event_type VALUES (%s, 'cairn.checkins.v1.Forged', 3)", (log.name,))
        cover(connection, log.name, log.dsn, TYPES, await log.head())
    assert await consumer.unknown_event_types() == [UnknownEvents(log.name, NEWER, 2)]


async def test_of_many_types_that_nobody_knows_a_hundred_are_told(consuming: Consuming, effects: str) -> None:
    consumer = await consuming(types=TYPES)
    with psycopg.connect(effects) as connection:
        connection.execute("INSERT INTO unknown_event_type SELECT 'goals', 'cairn.goals.v1.N' || n, n FROM generate_series(1, 1000) AS n")
    assert len(await consumer.unknown_event_types()) == 100
