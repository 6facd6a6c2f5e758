"""The installation's clock: kept in the database of each service, moved on and never back, and what is recorded follows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from chassis.days import instant_of
from chassis.errors import Refused
from chassis.eventstore import EventLog, schema
from chassis.ids import new_id
from chassis.postgres import migrate
from chassis.runtime import InstallationClock, Settings
from tests.integration.chassis.eventstore.cycles import new_event, started

DAY, WEEK = timedelta(days=1), timedelta(days=7)
BUSY = timedelta(minutes=5)
"""So long a test may take between two looks at the machine's clock."""


@pytest.fixture
async def log(database: str) -> AsyncIterator[EventLog]:
    log = await started(database)
    yield log
    await log.stop()


ClockOf = Callable[..., InstallationClock]


@pytest.fixture
async def clock_of() -> AsyncIterator[ClockOf]:
    """Makes clocks of a database; they are stopped with the test."""
    clocks: list[InstallationClock] = []

    def make(dsn: str, *, of_log: bool = True, may_be_moved: bool = True, **settings: Any) -> InstallationClock:
        clocks.append(InstallationClock(Settings(database_url=dsn, clock_may_be_moved=may_be_moved, **settings), of_log=of_log))
        return clocks[-1]

    yield make
    for clock in clocks:
        await clock.stop()


async def append(log: EventLog) -> datetime:
    """An event's time of recording."""
    return instant_of((await log.append([new_event(new_id(), 1)])).recorded_at)


def is_ahead(instant: datetime, by: timedelta) -> bool:
    return by - BUSY < instant - datetime.now(UTC) < by + BUSY


async def test_it_is_the_machines_unless_somebody_says_otherwise(log: EventLog, clock_of: ClockOf) -> None:
    clock = clock_of(log.dsn, may_be_moved=False)
    await clock.start()
    assert clock.ahead == timedelta()
    assert is_ahead(clock.now(), timedelta())
    assert is_ahead(await append(log), timedelta())


@pytest.mark.parametrize("of_log", [True, False], ids=["with a log", "without a log"])
async def test_a_fresh_installation_starts_where_it_is_told_and_goes_on_there(log: EventLog, clock_of: ClockOf, of_log: bool) -> None:
    clock = clock_of(log.dsn, of_log=of_log, clock_ahead_seconds=WEEK.total_seconds())
    await clock.start()
    assert is_ahead(clock.now(), WEEK)
    started_again = clock_of(log.dsn, of_log=of_log, clock_ahead_seconds=3 * WEEK.total_seconds())
    await started_again.start()
    assert started_again.ahead == WEEK


async def test_what_is_recorded_has_its_time(log: EventLog, clock_of: ClockOf) -> None:
    clock = clock_of(log.dsn, clock_ahead_seconds=WEEK.total_seconds())
    await clock.start()
    assert is_ahead(await append(log), WEEK)
    await clock.advance_to(2 * WEEK)
    assert is_ahead(await append(log), 2 * WEEK)


async def test_it_never_runs_backwards(log: EventLog, clock_of: ClockOf) -> None:
    clock = clock_of(log.dsn, clock_ahead_seconds=WEEK.total_seconds())
    await clock.start()
    before = await append(log)
    await clock.advance_to(DAY)
    assert clock.ahead == WEEK
    assert await append(log) >= before


async def test_a_log_that_has_events_already_does_not_start_elsewhere(database: str, clock_of: ClockOf) -> None:
    await migrate(database, "event store", [schema.DDL])  # as the release left it that knew no clock
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE log_head SET position = 1")
    await (await started(database)).stop()
    clock = clock_of(database, clock_ahead_seconds=WEEK.total_seconds())
    await clock.start()
    assert clock.ahead == timedelta()


async def test_it_stays_where_the_installation_does_not_say_that_it_may_be_moved(log: EventLog, clock_of: ClockOf) -> None:
    clock = clock_of(log.dsn, may_be_moved=False)
    await clock.start()
    with pytest.raises(Refused) as refused:
        await clock.advance_to(WEEK)
    assert refused.value.reason == "CLOCK_MAY_NOT_BE_MOVED"
    assert is_ahead(await append(log), timedelta())


async def test_a_configuration_that_moves_a_clock_which_stays_is_refused_in_one_sentence(log: EventLog, clock_of: ClockOf) -> None:
    with pytest.raises(SystemExit, match="CAIRN_CLOCK_AHEAD_SECONDS moves the clock; CAIRN_CLOCK_MAY_BE_MOVED=true says that it may be"):
        await clock_of(log.dsn, may_be_moved=False, clock_ahead_seconds=WEEK.total_seconds()).start()


async def test_one_that_began_in_the_past_is_moved_up_to_the_machines(log: EventLog, clock_of: ClockOf) -> None:
    clock = clock_of(log.dsn, clock_ahead_seconds=-WEEK.total_seconds())
    await clock.start()
    assert is_ahead(await append(log), -WEEK)
    await clock.advance_to(timedelta())
    assert is_ahead(await append(log), timedelta())


async def test_a_production_installation_does_not_begin_in_the_past(log: EventLog, clock_of: ClockOf) -> None:
    with pytest.raises(SystemExit, match="CAIRN_CLOCK_AHEAD_SECONDS is negative"):
        await clock_of(log.dsn, clock_ahead_seconds=-1, environment="production").start()


async def test_another_process_of_the_service_hears_that_it_was_moved(log: EventLog, clock_of: ClockOf) -> None:
    one, other = clock_of(log.dsn), clock_of(log.dsn)
    await one.start()
    await other.start()
    await one.advance_to(WEEK)
    async with asyncio.timeout(30):
        while other.ahead != WEEK:  # noqa: ASYNC110 - whoever reads a clock is told of nothing
            await asyncio.sleep(0.01)
