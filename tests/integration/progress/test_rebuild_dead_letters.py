"""A rebuild keeps to the rule of the consumer: what follows a dead letter in its aggregate waits behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import psycopg
import pytest
from aiokafka import ConsumerRecord

from cairn.goals.v1 import events_pb2 as goals
from chassis.events import RecordedEvent, event_type_of
from chassis.kafka.consumer import dead_letters
from chassis.kafka.consumer.dead_letters import BLOCKED, DeadLetter
from chassis.kafka.consumer.deliveries import read_deliveries
from chassis.kafka.consumer.effect_store import EffectStore
from chassis.kafka.envelope import EnvelopeReader
from chassis.kafka.headers import headers_sql, read_headers
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of
from chassis.rebuild import Step
from progress.facts import EVENT_TYPES
from progress.projection import project
from progress.rebuild import rebuild
from tests.support.events import an_id
from tests.support.filled_logs import append, create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import PARTITIONS, Projection, projection
from tests.support.recorded import Log
from tests.support.served_progress import TENANT, check_in, metric, objective
from tests.support.told import START

pytestmark = pytest.mark.timeout(180)

REVISED = (
    objective("O"),
    goals.ObjectiveRevised(objective_id=an_id("O"), title="second title"),
    goals.ObjectiveActivated(objective_id=an_id("O")),
    objective("P"),
)


async def test_what_follows_a_dead_letter_is_not_folded_and_blocked_if_it_had_not_come(postgres: DatabaseServer) -> None:
    logs, events = await _recorded(postgres, *REVISED)
    poison = [events[1].event_id]
    async with projection(postgres.create_database()) as live, projection(postgres.create_database()) as consumed:
        await _consume(live, logs, poison, goals=2)
        assert await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS) == len(events)
        await _consume(consumed, logs, poison)
        assert await live.rows() == await consumed.rows()
        assert list(map(_content, await _letters(live))) == list(map(_content, await _letters(consumed)))
        await _come_to_the_whole(live, logs, [(2, False), (3, True)], postgres)


async def test_what_follows_a_definition_that_is_a_dead_letter_waits_for_it(postgres: DatabaseServer) -> None:
    logs, events = await _recorded(postgres, *REVISED)
    async with projection(postgres.create_database()) as live:
        await _consume(live, logs, [events[0].event_id], goals=1)
        await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS)
        await _come_to_the_whole(live, logs, [(1, False), (2, True), (3, True)], postgres)


async def test_what_the_consumer_blocks_during_a_rebuild_stays_blocked(postgres: DatabaseServer) -> None:
    logs, events = await _recorded(postgres, *REVISED)
    async with projection(postgres.create_database()) as live:
        await _consume(live, logs, [events[1].event_id], goals=2)

        def park(step: Step) -> None:
            if step.phase == "swap":
                asyncio.run(_consume(live, logs))

        await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS, park)
        await _come_to_the_whole(live, logs, [(2, False), (3, True)], postgres)


async def test_what_waited_is_folded_when_its_dead_letter_is_replayed_during_a_rebuild(postgres: DatabaseServer) -> None:
    logs, events = await _recorded(postgres, *REVISED)
    async with projection(postgres.create_database()) as live:
        await _consume(live, logs, [events[1].event_id], goals=2)

        def replay(step: Step) -> None:
            if step.phase == "swap":
                assert asyncio.run(_replay(live)) == 1

        assert await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS, replay) == len(events)
        await _come_to_the_whole(live, logs, [], postgres)


async def test_what_is_appended_during_a_rebuild_behind_a_dead_letter_is_blocked(postgres: DatabaseServer) -> None:
    logs, events = await _recorded(postgres, *REVISED, until=2)
    async with projection(postgres.create_database()) as live:
        await _consume(live, logs, [events[1].event_id])

        def append_more(step: Step) -> None:
            if step.phase == "swap":
                append(logs, events[2:])

        assert await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS, append_more) == len(events)
        await _come_to_the_whole(live, logs, [(2, False), (3, True)], postgres)


async def test_check_ins_behind_a_dead_letter_wait_whichever_process_comes_to_them(postgres: DatabaseServer) -> None:
    logs, events = await _recorded(
        postgres, objective("O"), metric("O", "a"), objective("P"), metric("P", "b"),
        *(check_in(home, name, value, START + value) for value in range(1, 7) for home, name in (("O", "a"), ("P", "b"))),
    )  # fmt: skip
    async with projection(postgres.create_database()) as live:
        await _consume(live, logs, [events[6].event_id], checkins=5)  # the third check-in, the second one on O
        assert await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS, in_ranges_of=1) == len(events)
        await _come_to_the_whole(live, logs, [(3, False), (5, True), (7, True), (9, True), (11, True)], postgres)


async def _come_to_the_whole(live: Projection, logs: dict[str, str], letters: list[tuple[int, bool]], postgres: DatabaseServer) -> None:
    """These positions, blocked or not, are dead letters, whatever comes again; replayed, they make what is made without dead letters."""
    assert [(letter.position, letter.reason == BLOCKED) for letter in await _letters(live)] == letters
    await _consume(live, logs)
    assert [(letter.position, letter.reason == BLOCKED) for letter in await _letters(live)] == letters
    assert await _replay(live) == len(letters)
    async with projection(postgres.create_database()) as whole:
        await _consume(whole, logs)
        assert await live.rows() == await whole.rows()
    rows = await live.rows()
    await asyncio.to_thread(rebuild, live.dsn, logs, PARTITIONS)
    assert await live.rows() == rows
    assert await _letters(live) == []


async def _recorded(postgres: DatabaseServer, *messages: Any, until: int | None = None) -> tuple[dict[str, str], list[RecordedEvent]]:
    """Databases that hold these messages, or the first of them, as events; and all the events."""
    of = {name: Log(name, tenant_id=TENANT) for name in ("goals", "checkins")}
    events = [
        of["checkins" if "checkins" in event_type_of(message) else "goals"].append(
            message, aggregate_id=message.objective_id, on_behalf_of=an_id("boss")
        )
        for message in messages
    ]
    return await create_logs(postgres, events[:until]), events


async def _consume(live: Projection, logs: Mapping[str, str], poison: Collection[bytes] = (), **upto: int) -> None:
    """As the consumer takes what the relay has sent: of each log up to a position, or everything."""

    async def effect(connection: Any, events: Sequence[RecordedEvent]) -> None:
        if any(event.event_id in poison for event in events):
            raise ValueError("poison")
        await project(connection, events)

    store = EffectStore(live.dsn, "progress", effect, EVENT_TYPES)
    await store.open()
    for log, dsn in logs.items():
        for partition, messages in _sent(log, dsn, upto.get(log)).items():
            state = await store.load(log, partition)
            deliveries = read_deliveries(messages[state.next_offset :], EnvelopeReader(log))
            if deliveries:
                await store.take(state, deliveries)
    await store.close()


def _sent(log: str, dsn: str, upto: int | None) -> dict[int, list[ConsumerRecord]]:
    """The messages of a log, by partition."""
    query = f"SELECT uuid_send(partition_key), payload, {headers_sql(log)} FROM event WHERE position <= %s ORDER BY position"
    sent: dict[int, list[ConsumerRecord]] = {}
    with psycopg.connect(dsn) as connection:
        for home, payload, section in connection.execute(query.encode(), (2**62 if upto is None else upto,)):
            partition = partition_of(home, PARTITIONS)
            messages = sent.setdefault(partition, [])
            headers = tuple(read_headers(section))
            messages.append(
                ConsumerRecord(events_topic(log), partition, len(messages), 0, 0, home, payload, None, 16, len(payload), headers)
            )
    return sent


async def _replay(live: Projection) -> int:
    store = EffectStore(live.dsn, "progress", project, EVENT_TYPES)
    await store.open()
    async with store.pool.connection() as connection:
        letters = await dead_letters.letters_to_replay(connection, (), None)
    replayed = [await store.replay(letter, EnvelopeReader(letter.log)) for letter in letters]
    await store.close()
    return len(replayed) - replayed.count(None)


async def _letters(live: Projection) -> list[DeadLetter]:
    async with live.pool.connection() as connection:
        return await dead_letters.list_dead_letters(connection, 0, 100, None)


def _content(letter: DeadLetter) -> tuple[Any, ...]:
    """All but when and where it was found."""
    return (
        *(letter.log, letter.partition, letter.kafka_topic, letter.position, letter.tenant_id, letter.aggregate_id, letter.event_id),
        *(letter.event_type, letter.message(), letter.reason, letter.attempts),
    )
