"""The tables of every service: made anew or brought forward from version 1, which knew no versions, they are the same."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

import audit.schema
import chassis.eventstore.schema
import chassis.kafka.consumer.schema
import notifications.schema
import progress.projection
from cairn.goals.v1 import events_pb2
from cairn.goals.v1.service_pb2_grpc import GoalsServiceStub
from chassis.events import EventTypes
from chassis.eventstore import LogReader
from chassis.postgres import NewerSchema, connection_pool
from chassis.rpc import channel
from checkins.catalogue import Catalogue
from directory.vault import Vault
from goals.index import Index
from tests.support.infrastructure import DatabaseServer

VERSION_1 = Path(__file__).parents[1] / "support" / "schemas_of_version_1"
"""As the release wrote them whose databases carried no version."""

SCHEMAS_OF_ROWS = "('public', 'audit', 'catalogue', 'notifications', 'progress')"
# Progress's tables without the order of columns: one that came later stands at the end, and whatever writes facts names their columns.
STRUCTURE = f"""
SELECT 'column', concat_ws(' ', table_schema, table_name, CASE WHEN table_schema <> 'progress' THEN ordinal_position END, column_name,
  data_type, udt_name, is_nullable, column_default, is_identity)
FROM information_schema.columns WHERE table_schema IN {SCHEMAS_OF_ROWS}
UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname IN {SCHEMAS_OF_ROWS}
UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0
  AND connamespace::regnamespace::text IN {SCHEMAS_OF_ROWS}
UNION ALL SELECT 'function', proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2
"""

Create = Callable[[str], Awaitable[None]]


def create_schema_of(module: ModuleType) -> Create:
    async def create(dsn: str) -> None:
        await module.create_schema(dsn)

    return create


async def event_store_and_goals(dsn: str) -> None:
    await chassis.eventstore.schema.create_schema(dsn)
    index = Index(dsn, EventTypes(events_pb2, upcasters={}), 6, LogReader(dsn, "goals"))
    await index.start()
    await index.stop()


async def catalogue(dsn: str) -> None:
    async with connection_pool(dsn) as pool, channel("127.0.0.1:1") as nobody:
        catalogue = Catalogue(dsn, pool, GoalsServiceStub(nobody))
        await catalogue.start()
        await catalogue.stop()


async def event_store_and_notifications(dsn: str) -> None:
    await chassis.eventstore.schema.create_schema(dsn)
    await notifications.schema.create_schema(dsn)


async def event_store_and_vault(dsn: str) -> None:
    await chassis.eventstore.schema.create_schema(dsn)
    async with connection_pool(dsn) as pool:
        await Vault(dsn, pool).create()


SCHEMAS: dict[str, tuple[tuple[str, ...], Create]] = {
    "event store": (("event_store",), create_schema_of(chassis.eventstore.schema)),
    "consumer": (("consumer",), create_schema_of(chassis.kafka.consumer.schema)),
    "goals": (("event_store", "goals"), event_store_and_goals),
    "checkins": (("checkins",), catalogue),
    "directory": (("event_store", "directory"), event_store_and_vault),
    "progress": (("progress",), create_schema_of(progress.projection)),
    "notifications": (("event_store", "notifications"), event_store_and_notifications),
    "audit": (("audit",), create_schema_of(audit.schema)),
}


def structure(dsn: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(STRUCTURE.encode()).fetchall()


@pytest.mark.parametrize("name", SCHEMAS)
async def test_tables_of_version_1_are_brought_to_what_a_fresh_database_has(postgres: DatabaseServer, database: str, name: str) -> None:
    files, create = SCHEMAS[name]
    fresh = postgres.create_database()
    await create(fresh)
    with psycopg.connect(database, autocommit=True) as connection:
        for file in files:
            connection.execute((VERSION_1 / f"{file}.sql").read_bytes())
    await create(database)
    assert structure(database) == structure(fresh)


@pytest.mark.parametrize("name", SCHEMAS)
async def test_tables_that_a_newer_release_wrote_are_refused(database: str, name: str) -> None:
    _, create = SCHEMAS[name]
    await create(database)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE schema_version SET version = 1000 WHERE name = %s", (name,))
    with pytest.raises(NewerSchema, match=f"tables of the {name} in the database"):
        await create(database)


def test_a_service_over_newer_tables_ends_with_one_sentence(database: str) -> None:
    asyncio.run(event_store_and_notifications(database))
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE schema_version SET version = 1000 WHERE name = 'notifications'")
    command = [sys.executable, "-m", "notifications.main"]
    ended = subprocess.run(command, env={**os.environ, "CAIRN_DATABASE_URL": database}, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("notifications: the tables of the notifications in the database")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("service", ["notifications", "audit"])
def test_a_service_that_is_refused_in_the_middle_of_its_start_ends_as_well(database: str, service: str) -> None:
    """By then it has connections open, which it closes before it goes."""
    asyncio.run(chassis.kafka.consumer.schema.create_schema(database))
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE schema_version SET version = 1000 WHERE name = 'consumer'")
    environment = {**os.environ, "CAIRN_DATABASE_URL": database}
    command = [sys.executable, "-m", f"{service}.main"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert f"{service}: the tables of the consumer in the database" in ended.stderr
