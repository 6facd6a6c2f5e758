"""The log: gap-free and ordered, a conflict fails only its own, whatever is written together."""

from __future__ import annotations

import asyncio
import itertools
import random

import psycopg
import pytest

from chassis.eventstore import CHANNEL, AppendConflict, EventLog, WriteRefused, Written, create_schema
from chassis.eventstore.appends import KeyName
from chassis.ids import new_id
from chassis.log_copy import read_packed
from tests.integration.chassis.eventstore.cycles import BothStates, OneState, new_event, started


async def positions(log: EventLog) -> list[int]:
    return [event.position async for event in log.reader.read_all()]


async def test_events_get_gap_free_positions_in_the_order_of_their_commit(log: EventLog) -> None:
    written = await asyncio.gather(*[log.append([new_event(new_id(), 1), new_event(new_id(), 1)]) for _ in range(100)])
    assert sorted(w.first_position for w in written) == list(range(1, 201, 2))
    events = await log.reader.read(limit=1000)
    assert [e.position for e in events] == list(range(1, 201))
    assert all(a.recorded_at <= b.recorded_at for a, b in itertools.pairwise(events))
    assert await log.head() == 200


async def test_every_column_of_the_envelope_comes_back(log: EventLog) -> None:
    event = new_event(new_id(), 1, on_behalf_of=new_id(), causation_id=new_id(), partition_key=new_id())
    written = await log.append([event])
    (read,) = await log.reader.read()
    assert (read.log, read.position, read.recorded_at) == ("goals", 1, written.recorded_at)
    for field in event._fields:
        if field not in {"unit_size", "idempotency_key", "operation", "fingerprint"}:
            assert getattr(read, field) == getattr(event, field), field
    assert await log.reader.read_aggregate(event.aggregate_id) == [read]


async def test_the_packed_reader_tells_the_same_as_the_other(log: EventLog) -> None:
    await log.append([new_event(new_id(), 1), new_event(new_id(), 1, on_behalf_of=new_id()), new_event(new_id(), 1, payload=b"")])
    expected = [
        (
            e.position,
            e.event_id,
            e.tenant_id,
            e.aggregate_id,
            e.aggregate_version,
            e.recorded_at,
            e.actor_id,
            e.on_behalf_of,
            e.event_type,
            e.payload,
        )
        for e in await log.reader.read()
    ]
    assert list(read_packed(log.dsn)) == expected
    assert list(read_packed(log.dsn, after=1, upto=2)) == expected[1:2]
    first = read_packed(log.dsn)
    assert next(first) == expected[0]
    first.close()  # type: ignore[attr-defined]


async def test_the_packed_reader_says_when_the_log_cannot_be_read(database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="event"):
        list(read_packed(database))


async def test_a_version_conflict_fails_only_its_own_unit(log: EventLog) -> None:
    taken = new_id()
    await log.append([new_event(taken, 1)])
    units = [([new_event(new_id(), 1)], None), ([new_event(taken, 1)], None), ([new_event(new_id(), 1), new_event(taken, 2)], None)]
    first, second, third = await log.append_each(units)
    assert isinstance(second, AppendConflict)
    assert (first, third) == (Written(2, first.recorded_at, 1), Written(3, first.recorded_at, 1))  # type: ignore[union-attr]
    assert await positions(log) == [1, 2, 3, 4]


async def test_a_unit_with_a_conflict_in_any_of_its_rows_leaves_nothing_behind(log: EventLog) -> None:
    taken, other = new_id(), new_id()
    await log.append([new_event(taken, 1)])
    with pytest.raises(AppendConflict):
        await log.append([new_event(other, 1), new_event(taken, 1)])
    assert await log.reader.read_aggregate(other) == []
    assert await log.head() == 1


async def test_what_was_decided_on_top_of_a_failed_append_fails_too(log: EventLog) -> None:
    aggregate = new_id()
    await log.append([new_event(aggregate, 1)])
    basis = OneState()  # decided on version 0: behind the times
    outcomes = await asyncio.gather(*[log.append([new_event(aggregate, v)], basis) for v in (1, 2, 3)], return_exceptions=True)
    assert [type(v) for v in outcomes] == [AppendConflict] * 3
    assert basis.invalidated
    assert await positions(log) == [1]


async def test_a_unit_that_rests_on_a_failed_append_takes_its_other_aggregates_with_it(log: EventLog) -> None:
    """And what was decided on those after it: else their next version would go in without the one before."""
    one, other = new_id(), new_id()
    await log.append([new_event(other, 1)])
    failed, alive = OneState(), OneState()
    failed.invalidated = True  # a unit before these lost to another process
    units = log.append_each([([new_event(one, 1), new_event(other, 2)], BothStates(failed, alive)), ([new_event(other, 3)], alive)])
    assert [type(outcome) for outcome in await units] == [AppendConflict] * 2
    assert [event.aggregate_version for event in await log.reader.read_aggregate(other)] == [1]


async def test_a_unit_goes_in_only_while_what_it_looked_at_stands_where_it_stood(log: EventLog) -> None:
    looked_at, one = new_id(), new_id()
    await log.append([new_event(one, 1)], guards=[(looked_at, 0)])
    await log.append([new_event(looked_at, 1)])
    with pytest.raises(AppendConflict):
        await log.append([new_event(one, 2)], guards=[(looked_at, 0)])
    await log.append([new_event(one, 2)], guards=[(looked_at, 1)])
    moved, late = await asyncio.gather(  # in one group, where PostgreSQL sees only what was there before it
        log.append([new_event(looked_at, 2)]), log.append([new_event(one, 3)], guards=[(looked_at, 1)]), return_exceptions=True
    )
    assert [type(moved), type(late)] == [Written, AppendConflict]
    assert await positions(log) == [1, 2, 3, 4]


async def test_two_units_with_one_idempotency_key_in_one_group_are_written_once(log: EventLog) -> None:
    key = {"idempotency_key": "k", "operation": "Name", "fingerprint": b"f", "unit_size": 1}
    first, second = await log.append_each([([new_event(new_id(), 1, **key)], None), ([new_event(new_id(), 1, **key)], None)])
    assert isinstance(first, Written)
    assert isinstance(second, AppendConflict)
    name = KeyName(bytes(15) + b"\1", bytes(15) + b"\2", "Name", "k")
    others = [name._replace(tenant_id=new_id()), name._replace(person_id=new_id()), name._replace(operation="Other")]
    found = await log.reader.find_by_keys([*others, name])
    assert found.keys() == {name}
    keyed = found[name]
    assert (keyed.fingerprint, [e.position for e in keyed.events]) == (b"f", [1])


async def test_an_event_that_postgresql_does_not_take_fails_only_its_own_unit(log: EventLog) -> None:
    units = [([new_event(new_id(), 1)], None) for _ in range(7)]
    units[3] = ([new_event(new_id(), 1, event_type="x" * 64)], None)
    units[5] = ([new_event(new_id(), 1, idempotency_key="\udc80")], None)
    outcomes = await log.append_each(units)
    assert [n for n, v in enumerate(outcomes) if isinstance(v, WriteRefused)] == [3, 5]
    assert await positions(log) == [1, 2, 3, 4, 5]


async def test_a_unit_larger_than_a_group_is_still_one_unit(log: EventLog) -> None:
    written = await log.append([new_event(new_id(), 1) for _ in range(5_000)])
    assert (written.first_position, await log.head(), log.groups_written) == (1, 5_000, 1)


async def test_a_caller_that_gives_up_does_not_take_its_event_back(log: EventLog) -> None:
    aggregate = new_id()
    given_up = asyncio.create_task(log.append([new_event(aggregate, 1)]))
    await asyncio.sleep(0)
    given_up.cancel()
    await log.append([new_event(new_id(), 1)])
    assert len(await log.reader.read_aggregate(aggregate)) == 1


async def test_stopping_writes_what_waits(database: str) -> None:
    log = await started(database)
    waiting = log.append_each([([new_event(new_id(), 1)], None)])
    await log.stop()
    assert [type(v) for v in await waiting] == [Written]
    async with await psycopg.AsyncConnection.connect(database) as connection:
        assert await (await connection.execute("SELECT count(*) FROM event")).fetchone() == (1,)


async def test_an_append_notifies(log: EventLog) -> None:
    async with await psycopg.AsyncConnection.connect(log.dsn, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        await log.append([new_event(new_id(), 1)])
        assert [n.channel async for n in connection.notifies(timeout=5, stop_after=1)] == [CHANNEL]


async def test_tables_are_made_once_however_many_processes_start(database: str) -> None:
    await asyncio.gather(*[create_schema(database) for _ in range(8)])


@pytest.mark.parametrize("seed", range(3))
async def test_two_writers_under_random_conflicts_leave_no_gaps_and_no_version_twice(database: str, seed: int) -> None:
    """Two logs on one database, random units on few aggregates: what was acknowledged stands where it was said to stand."""
    chance = random.Random(seed)
    logs = [await started(database) for _ in range(2)]
    aggregates = [new_id() for _ in range(4)]
    acknowledged: dict[bytes, int] = {}

    async def write(log: EventLog) -> None:
        for _ in range(40):
            chosen = chance.sample(aggregates, chance.randint(1, 2))
            newest = await log.reader.read_aggregates(chosen)
            unit = [new_event(a, len(newest[a]) + n) for a in chosen for n in range(1, chance.randint(2, 3))]
            try:
                written = await log.append(unit)
            except AppendConflict:
                continue
            acknowledged.update((event.event_id, written.first_position + n) for n, event in enumerate(unit))

    await asyncio.gather(*[write(log) for log in logs for _ in range(5)])
    events = await logs[0].reader.read(limit=10_000)
    assert {e.event_id: e.position for e in events} == acknowledged
    assert [e.position for e in events] == list(range(1, len(events) + 1))
    assert await logs[0].head() == len(events)
    assert all(a.recorded_at <= b.recorded_at for a, b in itertools.pairwise(events))
    for aggregate in aggregates:
        versions = [e.aggregate_version for e in events if e.aggregate_id == aggregate]
        assert versions == list(range(1, len(versions) + 1))
    assert sum(log.conflicts for log in logs) > 0
    for log in logs:
        await log.stop()
