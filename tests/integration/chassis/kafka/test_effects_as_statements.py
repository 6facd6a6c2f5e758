"""An effect that is told as statements: committed as a whole or not at all, and what PostgreSQL refuses is found step by step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import psycopg
import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from chassis.events import EventTypes, RecordedEvent
from chassis.kafka.consumer import schema
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effect_store import EffectStore, Fenced
from chassis.kafka.consumer.effects import Statement
from chassis.postgres import Connection
from tests.support.infrastructure import DatabaseServer
from tests.support.recorded import Log, message_of

TYPES = EventTypes(checkins, upcasters={})
NEWER = "cairn.checkins.v1.CheckInPostponed"
NOTE = "INSERT INTO effect (position, told) VALUES (%s, %s)"


def as_statements(events: Sequence[RecordedEvent]) -> list[Statement] | None:
    """Two statements an event; not told of a batch in which one is to be asked for first."""
    if any(event.payload == b"ask" for event in events):
        return None
    return [statement for event in events for statement in ((NOTE, (event.position, True)), ("SELECT pg_notify('noted', '')", ()))]


async def effect(connection: Connection, events: Sequence[RecordedEvent]) -> None:
    for event in events:
        await connection.execute(NOTE, (event.position, False))


@pytest.fixture
def dsn(postgres: DatabaseServer) -> str:
    database = postgres.create_database()
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE effect (position bigint PRIMARY KEY CHECK (position <> 3), told boolean NOT NULL)")
    return database


@pytest.fixture
async def store(dsn: str) -> AsyncIterator[EffectStore]:
    await schema.create_schema(dsn)
    store = EffectStore(dsn, "test", effect, TYPES, as_statements)
    await store.open()
    yield store
    await store.close()


def events(count: int) -> list[RecordedEvent]:
    log = Log("checkins")
    return [log.append(checkins.CheckInRecorded()) for _ in range(count)]


async def take(store: EffectStore, *batch: RecordedEvent) -> list[RecordedEvent]:
    return await store.take(await store.load("checkins", 0), delivered(*batch))


def delivered(*batch: RecordedEvent) -> list[Delivery]:
    return [Delivery(message_of(event, event.position - 1), event) for event in batch]


def effects(dsn: str) -> list[tuple[int, bool]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT position, told FROM effect ORDER BY position").fetchall()


async def test_an_effect_that_can_be_told_is_and_any_other_is_carried_out(store: EffectStore, dsn: str) -> None:
    first, second, third = events(4)[:2] + events(4)[3:]
    second = second._replace(payload=b"ask")
    for event in (first, second, third):
        assert await take(store, event) == [event]
    assert effects(dsn) == [(1, True), (2, False), (4, True)]


async def test_what_was_taken_before_has_no_effect_again(store: EffectStore, dsn: str) -> None:
    first, second = events(2)
    await take(store, first)
    assert await take(store, first, second) == [second]
    assert effects(dsn) == [(1, True), (2, True)]


@pytest.mark.parametrize("before", [0, 2])
async def test_an_event_that_postgresql_refuses_is_dead_lettered_and_those_beside_it_take_effect(
    before: int, store: EffectStore, dsn: str
) -> None:
    """On a connection that has prepared nothing yet, and on one that has."""
    batch = events(5)
    for event in batch[:before]:
        await take(store, event)
    assert await take(store, *batch[before:]) == [event for event in batch[before:] if event.position != 3]
    assert [position for position, _ in effects(dsn)] == [1, 2, 4, 5]
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT position, reason LIKE 'CheckViolation%' FROM dead_letter").fetchall() == [(3, True)]


async def test_what_postgresql_refuses_only_when_it_commits_is_dead_lettered_too(store: EffectStore, dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE one (told boolean UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        connection.execute(
            "CREATE RULE noted AS ON INSERT TO effect WHERE new.position = 2 DO ALSO INSERT INTO one VALUES (new.told), (new.told)"
        )
    first, second = events(2)
    assert await take(store, first, second) == [first]
    assert effects(dsn) == [(1, True)]


async def test_a_connection_that_is_lost_in_the_middle_is_made_anew_and_the_effect_is_there_once(store: EffectStore, dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE attempt")  # its numbers are not rolled back
        connection.execute(
            "CREATE RULE lost AS ON INSERT TO effect WHERE nextval('attempt') = 1 DO ALSO SELECT pg_terminate_backend(pg_backend_pid())"
        )
    (event,) = events(1)
    assert await take(store, event) == [event]
    assert effects(dsn) == [(1, True)]


async def test_nothing_is_written_where_another_process_has_moved_the_partition_on(store: EffectStore, dsn: str) -> None:
    first, second = events(2)
    state = await store.load("checkins", 0)
    await take(store, first)
    with pytest.raises(Fenced):
        await store.take(state, delivered(first, second))
    assert effects(dsn) == [(1, True)]
    assert await take(store, second) == [second]


async def test_an_unknown_type_among_known_ones_is_passed_over_and_remembered(store: EffectStore, dsn: str) -> None:
    first, second, *_ = events(2)
    assert await take(store, first, second._replace(event_type=NEWER)) == [first]
    assert effects(dsn) == [(1, False)]
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT event_type, first_position FROM unknown_event_type").fetchall() == [(NEWER, 2)]


async def test_what_waits_behind_a_dead_letter_is_dead_lettered_too(store: EffectStore, dsn: str) -> None:
    batch = events(4)
    batch[3] = batch[3]._replace(aggregate_id=batch[2].aggregate_id)
    state = await store.load("checkins", 0)
    assert await store.take(state, delivered(*batch[:3])) == batch[:2]
    assert await store.take(state, delivered(batch[3])) == []
    assert [position for position, _ in effects(dsn)] == [1, 2]
