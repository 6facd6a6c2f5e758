"""What a clock that jumped ahead would record in the future is not recorded; a lead that a log has already stops nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from chassis.days import instant_of
from chassis.errors import Kind, Refused
from chassis.eventstore import EventLog
from chassis.ids import new_id
from chassis.runtime import MachineClock
from chassis.runtime.machine_clock import steady_clock, wall_clock
from tests.integration.chassis.eventstore.cycles import new_event, started
from tests.support.settable_clock import SEARCH_PATH, SET_AHEAD, SETTABLE

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


class Machine:
    """The machine of a log and of its database: its clock can be set."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._ahead = timedelta()
        self.clock = MachineClock(lambda: wall_clock() + self._ahead // MICROSECOND, steady_clock)

    async def set_ahead(self, ahead: timedelta) -> None:
        self._ahead = ahead
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
            await connection.execute(SET_AHEAD, (ahead,))


@pytest.fixture
async def machine(database: str) -> Machine:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(SETTABLE)
    return Machine(database)


@pytest.fixture
async def log(database: str, machine: Machine) -> AsyncIterator[EventLog]:
    dsn = make_conninfo(database, options=f"-c search_path={SEARCH_PATH.replace(' ', '')}")
    log = await started(dsn, machine_clock=machine.clock)
    yield log
    await log.stop()


async def recorded_at(log: EventLog) -> datetime:
    return instant_of((await log.append([new_event(new_id(), 1)])).recorded_at)


async def test_what_would_be_recorded_in_the_future_is_refused_until_the_clock_is_right(log: EventLog, machine: Machine) -> None:
    before = await recorded_at(log)
    await machine.set_ahead(2 * DAY)
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await recorded_at(log)
        assert (refused.value.reason, refused.value.kind) == ("CLOCK_JUMPED", Kind.UNAVAILABLE)
    await machine.set_ahead(timedelta())
    assert before < await recorded_at(log) <= datetime.now(UTC)
    assert await log.head() == 2


async def test_what_refers_to_what_was_refused_is_not_recorded_later(log: EventLog, machine: Machine) -> None:
    aggregate = new_id()
    await log.append([new_event(aggregate, 1)])
    await machine.set_ahead(2 * DAY)
    with pytest.raises(Refused):
        await log.append([new_event(aggregate, 2)], guards=[(aggregate, 1)])
    await machine.set_ahead(timedelta())
    await log.append([new_event(aggregate, 2)], guards=[(aggregate, 1)])
    assert [event.aggregate_version for event in await log.reader.read_aggregate(aggregate)] == [1, 2]


async def test_a_clock_that_is_confirmed_is_recorded_by(log: EventLog, machine: Machine) -> None:
    await machine.set_ahead(2 * DAY)
    with pytest.raises(Refused):
        await recorded_at(log)
    machine.clock.confirm()
    assert await recorded_at(log) > datetime.now(UTC) + DAY


async def test_a_database_whose_clock_is_ahead_of_the_services_is_refused_whatever_is_confirmed(
    log: EventLog, machine: Machine, database: str
) -> None:
    await Machine(database).set_ahead(2 * DAY)  # of the database's machine alone
    machine.clock.confirm()
    with pytest.raises(Refused) as refused:
        await recorded_at(log)
    assert refused.value.reason == "CLOCK_JUMPED"
    times = await log.reader.times()
    assert instant_of(times.now) > datetime.now(UTC) + DAY


async def test_a_lead_that_a_log_has_already_stops_nobody(log: EventLog, machine: Machine) -> None:
    await machine.set_ahead(2 * DAY)
    machine.clock.confirm()
    lead = await recorded_at(log)
    await machine.set_ahead(timedelta())
    assert await recorded_at(log) == lead  # it never runs backwards
    assert (await log.reader.times()).recorded_at > wall_clock()
