"""What a log is known by, and the generation that each of its events belongs to."""

from __future__ import annotations

from uuid import UUID

import psycopg

from chassis.eventstore import Aggregates, EventLog, begin_generation
from chassis.ids import new_id
from chassis.positions import Position
from tests.integration.chassis.eventstore.cycles import call_of, decision, named, new_event, started


async def begin(log: EventLog) -> None:
    async with await psycopg.AsyncConnection.connect(log.dsn) as connection:
        await begin_generation(connection, "a test")


async def test_a_log_is_known_by_an_id_that_no_other_has_and_keeps_it(log: EventLog) -> None:
    log_id, (first,) = await log.reader.identity()
    assert UUID(bytes=log_id).version == 4
    assert (first.generation, first.first_position) == (1, 1)
    again = await started(log.dsn)
    assert (await again.reader.identity()).log_id == log_id
    await again.stop()


async def test_an_event_is_of_the_generation_that_began_before_it(log: EventLog) -> None:
    aggregate = new_id()
    written = [await log.append([new_event(aggregate, 1)]), await log.append([new_event(aggregate, 2)])]
    await begin(log)
    await begin(log)
    written.append(await log.append([new_event(aggregate, 3)]))
    assert [w.generation for w in written] == [1, 1, 3]
    assert [event.generation for event in await log.reader.read_aggregate(aggregate)] == [1, 1, 3]
    identity = await log.reader.identity()
    assert [(g.generation, g.first_position) for g in identity.generations] == [(1, 1), (2, 3), (3, 3)]
    assert [g.reason for g in identity.generations] == ["the log was made", "a test", "a test"]


async def test_an_answer_and_its_repeat_say_the_generation_that_their_events_are_of(log: EventLog, aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of(key="k")
    await begin(log)
    first = await aggregates.decide(call, decision(cycle, named("a")))
    assert first.positions == (Position("goals", log.partition(cycle), 1, 2),)
    await begin(log)
    again = await aggregates.decide(call, decision(cycle, named("a")))
    assert (again.repeated, again.positions) == (True, first.positions)
