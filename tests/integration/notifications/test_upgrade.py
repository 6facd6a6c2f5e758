"""Inboxes of a version that kept words and no log: nobody notices, and what was read is in the log from now on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from cairn.notifications.v1.events_pb2 import NotificationsRead
from cairn.progress.v1.events_pb2 import Status
from chassis.days import instant_of, microseconds_of
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id, id_text
from chassis.kafka.consumer.schema import create_schema as create_consumer_schema
from chassis.rebuild import rebuild
from chassis.runtime import InstallationClock, Settings
from notifications import schema
from notifications.aggregates import EVENT_TYPES
from notifications.items import Item, items_of
from notifications.rebuild import PROJECTION
from notifications.upgrade import bring_read_marks_into_the_log, rebuild_wanted
from notifications.wording import subject
from shared.services import NOTIFICATIONS
from tests.support.consumed import PARTITIONS
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.turns import announced

VERSION_1 = Path(__file__).parents[2] / "support" / "schemas_of_version_1" / "notifications.sql"
_KEPT_IN_WORDS = "INSERT INTO notification VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def _in_words(item: Item, read_at: int | None) -> tuple[Any, ...]:
    words = subject("O1 Of: on track → behind, at 7 %", item.status_from, item.status_to, item.progress)
    ids = (id_text(i) for i in (item.notification_id, item.tenant_id, item.person_id))
    read = read_at and instant_of(read_at)
    assert item.objective_id is not None
    return (*ids, item.kind, id_text(item.objective_id), words, id_text(item.caused_by), instant_of(item.created_at), read)


def _columns(of: str, dsn: str) -> list[Any]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(of.encode()).fetchall()


async def test_what_was_kept_in_words_is_kept_in_figures_and_what_was_read_is_an_event_a_person(postgres: DatabaseServer) -> None:
    r, database = Random(1), postgres.create_database()
    log = announced(r, 60)
    items = [item for event in log.events for item in items_of(log.messages[event.event_id], event)]
    read = {item.notification_id: item.created_at + r.randrange(10**9) for item in items if r.random() < 0.5}
    with psycopg.connect(database) as connection:
        connection.execute(VERSION_1.read_bytes())
        connection.cursor().executemany(_KEPT_IN_WORDS, [_in_words(item, read.get(item.notification_id)) for item in items])
    own = EventLog(database, "notifications", PARTITIONS)
    await own.start()
    await schema.create_schema(database)
    dsn = schema.conninfo(database)

    rounded = _columns("SELECT uuid_send(notification_id), status_from, status_to, round(progress::numeric, 3)::float8 FROM item", dsn)
    assert {row[0]: (Status.Name(row[1]), Status.Name(row[2])) for row in rounded} == {
        item.notification_id: (Status.Name(item.status_from), Status.Name(item.status_to)) for item in items
    }
    assert all(abs({i: p for i, *_, p in rounded}[item.notification_id] - item.progress) <= 0.001 for item in items)
    assert sorted(await rebuild_wanted(database)()) == ["inboxes tell of more than statuses", "the figures of items were kept as words"]

    await _brought_in_once(database, own, items, read)
    await create_consumer_schema(database)
    logs = {**await create_logs(postgres, log.events, ("goals", "checkins", "progress")), "notifications": database}
    await asyncio.to_thread(rebuild, PROJECTION, database, logs, PARTITIONS)
    assert await rebuild_wanted(database)() == []
    exact = _columns("SELECT uuid_send(notification_id), progress FROM item", dsn)
    assert dict(exact) == {item.notification_id: item.progress for item in items}
    marks = _columns("SELECT uuid_send(notification_id), read_at FROM read_mark", dsn)
    assert {notification_id: microseconds_of(at) for notification_id, at in marks} == read
    await own.stop()


async def _brought_in_once(database: str, own: EventLog, items: list[Item], read: dict[Id, int]) -> None:
    for _ in range(2):
        await bring_read_marks_into_the_log(database, Aggregates(own, EVENT_TYPES))
    events = await own.reader.read()
    readers = {item.person_id for item in items if item.notification_id in read}
    assert {event.aggregate_id for event in events} == readers
    assert len(events) == len(readers)
    assert {(event.actor_id, event.on_behalf_of == event.aggregate_id) for event in events} == {(NOTIFICATIONS, True)}
    told = [NotificationsRead.FromString(event.payload) for event in events]
    assert {i: at for event in told for i, at in zip(event.notification_ids, event.read_at, strict=True)} == read


async def test_the_clock_that_was_kept_beside_the_items_goes_on_in_the_log(database: str) -> None:
    settings = Settings(database_url=database, clock_may_be_moved=True)
    before = InstallationClock(settings, of_log=False)
    await before.start()
    await before.advance_to(timedelta(days=7))
    await before.stop()
    own = EventLog(database, "notifications", PARTITIONS)
    await own.start()
    await schema.create_schema(database)
    after = InstallationClock(settings, of_log=True)
    await after.start()
    assert after.ahead == timedelta(days=7)
    await after.stop()
    await own.stop()
