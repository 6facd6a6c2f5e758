"""What an import finds said before: read from the log once, and believed only while the log still says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest

from cairn.checkins.v1.events_pb2 import CheckInRecorded
from chassis.calls import Call, Identity
from chassis.events import RecordedEvent
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id, new_id
from checkins.aggregates import EVENT_TYPES, check_ins_of
from checkins.domain.check_ins import CheckIns
from checkins.said import SaidOfKeyResults
from shared.roles import ADMIN
from tests.unit.checkins.examples import METRIC

KEY_RESULT, TENANT = METRIC.key_result_id, METRIC.tenant_id


@pytest.fixture
async def log(database: str) -> AsyncIterator[EventLog]:
    log = EventLog(database, "checkins", 6)
    await log.start()
    yield log
    await log.stop()


class Read:
    """Aggregates whose events are counted as they are read."""

    def __init__(self, log: EventLog) -> None:
        self.aggregates = Aggregates(log, EVENT_TYPES)
        self.events: Counter[Id] = Counter()

    async def pages_of_streams(self, aggregate_ids: set[Id], since: Mapping[Id, int] = {}) -> AsyncIterator[list[RecordedEvent]]:
        async for page in self.aggregates.pages_of_streams(aggregate_ids, since):
            self.events.update(event.aggregate_id for event in page)
            yield page


async def record(log: EventLog, *values: float) -> None:
    def recorded(check_ins: CheckIns) -> tuple[CheckInRecorded, ...]:
        assert check_ins is not None
        return tuple(CheckInRecorded(check_in_id=new_id(), key_result_id=KEY_RESULT, as_of=20_000, value=value) for value in values)

    call = Call(Identity(TENANT, new_id(), frozenset({ADMIN})), new_id(), operation="Record")
    await Aggregates(log, EVENT_TYPES).decide(call, check_ins_of(METRIC).decision(recorded))


async def values(said: SaidOfKeyResults) -> list[float | None]:
    return [check_in.value for check_in in (await said.read([KEY_RESULT]))[KEY_RESULT].check_ins.values()]


async def test_what_was_read_is_not_read_again_but_for_its_last_event(log: EventLog) -> None:
    read = Read(log)
    said = SaidOfKeyResults(read)  # type: ignore[arg-type]
    assert await values(said) == []
    await record(log, *range(1_200))  # more than two pages
    assert await values(said) == list(range(1_200))
    read.events.clear()
    assert await values(said) == list(range(1_200))
    assert read.events[KEY_RESULT] == 1
    await record(log, 7, 8)
    assert (await values(said))[-2:] == [7, 8]
    assert read.events[KEY_RESULT] == 1 + 3


async def test_what_is_no_longer_in_the_log_is_not_believed(log: EventLog, database: str) -> None:
    said = SaidOfKeyResults(Aggregates(log, EVENT_TYPES))
    await record(log, 1, 2, 3)
    assert await values(said) == [1, 2, 3]
    await log.reader.rows("DELETE FROM event WHERE aggregate_version > 1 RETURNING 1", ())  # as an older backup would
    assert await values(said) == [1]
    await record(log, 4, 5, 6)
    assert await values(said) == [1, 4, 5, 6]
    await log.reader.rows("DELETE FROM event WHERE aggregate_version > 2 RETURNING 1", ())
    await record(log, 8, 9)  # as many as there were
    assert await values(said) == [1, 4, 8, 9]


async def test_what_is_kept_is_bounded_by_bytes_and_read_again_when_it_is_asked_for(log: EventLog) -> None:
    read = Read(log)
    said = SaidOfKeyResults(read, most_bytes=2_000)  # type: ignore[arg-type]
    await record(log, *range(10))
    assert await values(said) == await values(said) == list(range(10))
    assert read.events[KEY_RESULT] == 20
