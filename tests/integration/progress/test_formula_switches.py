"""A tenant that is older than a version of the formulas is switched to it once, in its part of progress's log."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest

from cairn.progress.v1.events_pb2 import FormulaSwitched
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import id_text
from progress.aggregates import EVENT_TYPES
from progress.domain.formulas import NEWEST
from progress.formula_switches import FormulaSwitches, formulas_id
from progress.projection import conninfo, create_schema
from tests.support.events import an_id
from tests.support.infrastructure import DatabaseServer

OLD, YOUNG = an_id("old tenant"), an_id("young tenant")


@pytest.fixture
async def log(postgres: DatabaseServer) -> AsyncIterator[EventLog]:
    """Progress's log, in a database that was brought forward with one tenant in it."""
    database = postgres.create_database()
    await create_schema(database)
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute("INSERT INTO public.formula_to_switch VALUES (%s, 1)", (id_text(OLD),))
    log = EventLog(database, "progress", partitions=6)
    await log.start()
    yield log
    await log.stop()


def switches(log: EventLog) -> FormulaSwitches:
    """As after a restart: nothing is remembered."""
    return FormulaSwitches(conninfo(log.dsn), Aggregates(log, EVENT_TYPES))


async def test_a_tenant_is_switched_once_and_what_was_known_before_is_computed_by_the_version_of_then(log: EventLog) -> None:
    assert [await switches(log).switch_all(), await switches(log).switch_all()] == [1, 0]
    (event,) = (await log.reader.read_aggregates([formulas_id(OLD)]))[formulas_id(OLD)]
    assert event.tenant_id == OLD
    switched = FormulaSwitched.FromString(event.payload)
    assert (getattr(switched, "from"), switched.to) == (1, NEWEST.version)
    found = switches(log)
    asked = (None, event.recorded_at, event.recorded_at - 1)
    assert [(await found.known_at(OLD, instant)).version for instant in asked] == [NEWEST.version, NEWEST.version, 1]
    assert [(await found.known_at(YOUNG, instant)).version for instant in asked] == [NEWEST.version] * 3


async def test_a_switch_that_was_interrupted_is_not_made_twice(log: EventLog) -> None:
    await switches(log).switch_all()
    async with await psycopg.AsyncConnection.connect(log.dsn, autocommit=True) as connection:  # as if it had ended before it said so
        await connection.execute("INSERT INTO public.formula_to_switch VALUES (%s, 1)", (id_text(OLD),))
    assert await switches(log).switch_all() == 1
    assert await log.head() == 1
