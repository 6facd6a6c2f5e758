"""What the consumer's transaction holds for the live projection: all of a batch or nothing, whoever is at work beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.events import RecordedEvent
from chassis.kafka.consumer import EffectAsStatements
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effect_store import EffectStore, Fenced
from progress.facts import EVENT_TYPES
from progress.projection import LIVE, TABLE_NAMES, as_statements, project
from tests.support.events import abstained, an_id, corrected, graded, retracted
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import Projection, projection
from tests.support.recorded import Log, message_of
from tests.support.served_progress import check_in, metric, objective
from tests.support.told import START

pytestmark = pytest.mark.timeout(180)


class Taking:
    """A consumer of one partition, as a process has it that has just started."""

    def __init__(self, dsn: str, told: EffectAsStatements | None) -> None:
        self.store = EffectStore(dsn, "progress", project, EVENT_TYPES, told)

    async def __call__(self, *events: RecordedEvent) -> list[RecordedEvent]:
        state = await self.store.load(events[0].log, 0)
        return await self.store.take(state, [Delivery(message_of(e, n), e) for n, e in enumerate(events, state.next_offset)])


@asynccontextmanager
async def taking(dsn: str, told: EffectAsStatements | None = as_statements) -> AsyncIterator[Taking]:
    take = Taking(dsn, told)
    await take.store.open()
    try:
        yield take
    finally:
        await take.store.close()


@pytest.fixture
async def live(postgres: DatabaseServer) -> AsyncIterator[Projection]:
    """A projection that knows of the objective O with the key results a and b."""
    async with projection(postgres.create_database()) as live, taking(live.dsn) as take:
        await take(*defined())
        yield live


def defined() -> list[RecordedEvent]:
    log = Log("goals")
    return [log.append(event, aggregate_id=an_id("O")) for event in (objective("O"), metric("O", "a"), metric("O", "b"))]


def recorded(log: Log, name: str, value: float, as_of: int = START, **more: Any) -> RecordedEvent:
    event = check_in("O", name, value, as_of, **more)
    return log.append(event, aggregate_id=an_id(name), on_behalf_of=an_id("assistant") if value == 2 else None)


async def moved(live: Projection) -> list[tuple[Any, ...]]:
    async with live.pool.connection() as connection:
        return await (
            await connection.execute("SELECT objective_ids::text[], event_ids::text[] FROM number_moved ORDER BY batch")
        ).fetchall()


async def test_a_batch_comes_to_the_same_rows_as_statements_and_step_by_step(postgres: DatabaseServer) -> None:
    log = Log("checkins")
    of_b: dict[str, Any] = {"key_result_id": an_id("b")}
    batches = [
        [recorded(log, "a", 1)],
        [recorded(log, "a", 2, START + 3), recorded(log, "a", 3, START + 1), recorded(log, "unknown", 5)],
        [log.append(abstained("na", as_of=START, **of_b)), log.append(corrected("na", "amended", 7, START, **of_b))],
        [recorded(log, "b", 2), log.append(retracted("amended", START, **of_b)), log.append(graded(0.7, START, START, **of_b))],
    ]
    definitions = defined()
    found = []
    for effect in (as_statements, None):
        async with projection(postgres.create_database()) as live, taking(live.dsn, effect) as take:
            for batch in (definitions, *batches):
                assert await take(*batch) == batch
            found.append((await live.rows(), await moved(live)))
    assert found[0] == found[1]


async def test_a_check_in_that_is_here_before_its_definition_has_a_live_row_of_its_own(live: Projection) -> None:
    log = Log("checkins")
    async with taking(live.dsn) as take:
        for batch in ([recorded(log, "a", 1), recorded(log, "unknown", 2)], [recorded(log, "unknown", 3, START + 1)]):
            assert await take(*batch) == batch
    assert len((await live.rows())["key_result_now"]) == 3
    assert await value_of(live, "unknown") == 3


async def test_nothing_is_changed_where_another_process_has_moved_the_partition_on(live: Projection) -> None:
    log = Log("checkins")
    first, second = recorded(log, "a", 1), recorded(log, "a", 2)
    async with taking(live.dsn) as take, taking(live.dsn) as other:
        state = await take.store.load("checkins", 0)
        await other(first)
        rows, follow = await live.rows(), await moved(live)
        with pytest.raises(Fenced):
            await take.store.take(state, [Delivery(message_of(first, 0), first), Delivery(message_of(second, 1), second)])
        assert (await live.rows(), await moved(live)) == (rows, follow)


@pytest.mark.parametrize(
    ("poison", "reason"),
    [({"payload": b"\xff"}, "DecodeError"), ({"payload": check_in("O", "b", 2, START, comment="\0").SerializeToString()}, "CharacterNot")],
)
async def test_a_poison_event_among_a_few_is_put_aside_and_the_others_are_folded(
    poison: dict[str, Any], reason: str, live: Projection
) -> None:
    """One that cannot be read, and one that PostgreSQL does not take."""
    log = Log("checkins")
    batch = [recorded(log, "a", 1), recorded(log, "b", 2)._replace(**poison), recorded(log, "a", 3)]
    async with taking(live.dsn) as take:
        assert await take(*batch) == [batch[0], batch[2]]
    async with live.pool.connection() as connection:
        letters = await (await connection.execute("SELECT position, reason FROM dead_letter")).fetchall()
        positions = await (await connection.execute("SELECT position FROM check_in ORDER BY 1")).fetchall()
    assert [(position, text.startswith(reason)) for position, text in letters] == [(2, True)]
    assert positions == [(1,), (3,)]


async def test_a_live_row_that_is_being_defined_anew_is_waited_for_and_keeps_both(live: Projection) -> None:
    revised = Log("goals", events=defined()).append(
        goals.KeyResultRevised(objective_id=an_id("O"), key_result_id=an_id("a"), target=600), aggregate_id=an_id("O")
    )
    check = recorded(Log("checkins"), "a", 42)
    async with taking(live.dsn) as take, await psycopg.AsyncConnection.connect(live.dsn) as connection:
        await project(connection, [revised])
        taking_it = asyncio.create_task(take(check))
        await _until_one_waits(live)
        await connection.commit()
        assert await taking_it == [check]
    async with live.pool.connection() as connection:
        found = await (
            await connection.execute("SELECT target, value FROM key_result_now WHERE key_result_id = %s::uuid", (an_id("a").hex(),))
        ).fetchone()
    assert found == (600, 42)


@pytest.mark.parametrize("before", [0, 1, 8])
async def test_a_batch_that_waited_for_a_rebuild_is_written_to_the_new_tables(before: int, live: Projection) -> None:
    """Whether its statements are new to the connection, have been prepared before, or have a plan that PostgreSQL keeps."""
    log = Log("checkins")
    async with taking(live.dsn) as take, await psycopg.AsyncConnection.connect(live.dsn) as connection:
        for n in range(before):
            await take(recorded(log, "a", n))
        await _copy_tables(connection)
        await connection.execute("LOCK TABLE consumed, dead_letter IN EXCLUSIVE MODE")
        check = recorded(log, "a", 42)
        taking_it = asyncio.create_task(take(check))
        await _until_one_waits(live)
        await connection.execute(f"ALTER SCHEMA {LIVE} RENAME TO progress_old")
        await connection.execute(f"ALTER SCHEMA progress_next RENAME TO {LIVE}")
        await connection.commit()
        assert await taking_it == [check]
    rows = await live.rows()
    assert len(rows["check_in"]) == before + 1
    assert any(an_id("a").hex()[:8] in row and ",42," in row for (row,) in rows["key_result_now"])


async def value_of(live: Projection, name: str) -> Any:
    async with live.pool.connection() as connection:
        cursor = await connection.execute("SELECT value FROM key_result_now WHERE key_result_id = %s::uuid", (an_id(name).hex(),))
        (value,) = await cursor.fetchone() or (None,)
        return value


async def _copy_tables(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.execute("CREATE SCHEMA progress_next")
    for name in TABLE_NAMES:
        copied = f"progress_next.{name}"
        await connection.execute(f"CREATE TABLE {copied} (LIKE {name} INCLUDING ALL); INSERT INTO {copied} TABLE {name}".encode())
    await connection.commit()


async def _until_one_waits(live: Projection) -> None:
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20), live.pool.connection() as connection:
        while await (await connection.execute(waiting)).fetchone() is None:  # noqa: ASYNC110 - it is PostgreSQL that waits
            await asyncio.sleep(0.01)
