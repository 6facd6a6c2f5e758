"""A log beside its topic: which of them is short, what stands there that is not the log's, and how a restored log goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from structlog.testing import capture_logs

from chassis.errors import Refused
from chassis.events import RecordedEvent
from chassis.eventstore import GENERATION_BEGAN, EventLog, Recovery, recover
from chassis.ids import id_text
from chassis.kafka.relay import Relay, relay_progress
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of
from tests.integration.chassis.kafka.conftest import Consuming
from tests.integration.chassis.kafka.support import (
    PARTITIONS,
    Aggregates,
    append,
    delete_topic,
    execute,
    messages_of,
    publish_raw,
    recorded,
    rows,
    settings_of,
    until,
)
from tests.support.infrastructure import Broker, DatabaseServer
from tests.support.messages import header_tuples


@asynccontextmanager
async def relaying(log: EventLog, kafka: Broker) -> AsyncIterator[None]:
    relay = Relay(log.name, log.dsn, settings_of(kafka.bootstrap))
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def all_relayed(log: EventLog) -> None:
    async def relayed() -> bool:
        return (await relay_progress(log.dsn))[1] == await log.head()

    await until(relayed, "the log is relayed")


async def relayed_once(log: EventLog, kafka: Broker) -> None:
    async with relaying(log, kafka):
        await all_relayed(log)


async def behind(log: EventLog) -> bool:
    return await rows(log.dsn, "SELECT behind FROM relay_position") == [(True,)]


async def compared_after(log: EventLog, kafka: Broker) -> None:
    """Until the relay, started now, has compared this log, whatever was found before."""
    await execute(log.dsn, "UPDATE relay_position SET compared_in = NULL")
    async with relaying(log, kafka):

        async def compared() -> bool:
            return await rows(log.dsn, "SELECT FROM relay_position WHERE compared_in IS NOT NULL") != []

        await until(compared, "the relay has compared the log with its topic")


@pytest.fixture
def copying(postgres: DatabaseServer, log: EventLog) -> Callable[[str], str]:
    """Makes a database that is what another one is now: a backup, and the restoring of one."""

    def copy(dsn: str) -> str:
        made, name = postgres.create_database(), str(conninfo_to_dict(dsn)["dbname"])
        target = str(conninfo_to_dict(made)["dbname"])
        with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{target}"'.encode())
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{name}"'.encode())
        return made

    return copy


async def opened(dsn: str, name: str, patience: float = 15.0) -> EventLog:
    log = EventLog(dsn, name, PARTITIONS, patience=patience, has_relay=True)
    await log.start()
    return log


async def events_of(log: EventLog) -> list[RecordedEvent]:
    return [event async for event in log.reader.read_all()]


async def beginnings_on(kafka: Broker, topic: str) -> list[ConsumerRecord]:
    """The messages of a topic that tell that a generation began, as far as they are there now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        ends, found = await consumer.end_offsets(partitions), []
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += [m for m in batch if dict(m.headers)["ce_type"] == GENERATION_BEGAN.encode()]
        return found
    finally:
        await consumer.stop()


async def positions_on(kafka: Broker, topic: str, count: int) -> list[int]:
    return sorted({int(dict(m.headers)["ce_sequence"]) for m in await messages_of(kafka.bootstrap, topic, count)})


# ---- the topic is shorter than the log


async def test_a_topic_that_lost_everything_gets_every_event_again(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates().events(300))
    await relayed_once(log, kafka)
    await delete_topic(kafka.bootstrap, events_topic(log.name))
    with capture_logs() as told:
        async with relaying(log, kafka):
            assert await positions_on(kafka, events_topic(log.name), 300) == list(range(1, 301))
    (shorter,) = [line for line in told if line["event"] == "relay.topic_is_shorter"]
    assert (shorter["relayed"], shorter["again_from"]) == (300, 0)


async def test_a_relay_with_nothing_to_send_notices_that_its_topic_lost_everything(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates().events(100))
    async with relaying(log, kafka):
        await all_relayed(log)
        await delete_topic(kafka.bootstrap, events_topic(log.name))
        assert await positions_on(kafka, events_topic(log.name), 100) == list(range(1, 101))


async def test_who_lagged_when_the_topic_lost_everything_gets_what_it_lacks_once(
    log: EventLog, kafka: Broker, consuming: Consuming, effects: str
) -> None:
    aggregates = Aggregates()
    await append(log, aggregates.events(40))
    await relayed_once(log, kafka)
    await (consumer := await consuming()).catch_up()
    await consumer.stop()
    await append(log, aggregates.events(60))
    await relayed_once(log, kafka)
    await delete_topic(kafka.bootstrap, events_topic(log.name))
    async with relaying(log, kafka):
        await all_relayed(log)
        await consuming()

        async def all_taken() -> bool:
            return await rows(effects, "SELECT position FROM effect ORDER BY position") == [(n,) for n in range(1, 101)]

        await until(all_taken, "every event has taken effect, once")


# ---- the log is behind its topic


async def test_a_restored_log_takes_nothing_until_it_is_recovered_and_then_has_everything_again(
    log: EventLog, kafka: Broker, copying: Callable[[str], str]
) -> None:
    aggregates = Aggregates()
    await append(log, aggregates.events(40))
    await relayed_once(log, kafka)
    backup = copying(log.dsn)
    await append(log, aggregates.events(60))
    await relayed_once(log, kafka)
    before = await events_of(log)

    restored = await opened(copying(backup), log.name)
    try:
        assert await restored.head() == 40
        async with relaying(restored, kafka):
            appending = asyncio.create_task(restored.append([Aggregates().event()]))
            with pytest.raises(Refused) as refused:
                await appending
            assert (refused.value.reason, await behind(restored)) == ("LOG_BEHIND", True)
            assert [(p.reason, p.message) for p in await restored.problems()] == [("LOG_BEHIND", refused.value.message)]
            assert f"cairn log recover {log.name}" in refused.value.message

            would = await recover(restored.dsn, log.name, dry_run=True)
            assert (would.taken_back, would.first_position, await restored.head()) == (60, 101, 40)
            done = await recover(restored.dsn, log.name)
            assert done == would == Recovery(2, 101, 60, [], [])
            assert await events_of(restored) == before
            assert await restored.problems() == []

            written = await restored.append([aggregates.event()])
            assert (written.first_position, written.generation) == (101, 2)
            await all_relayed(restored)
            assert (await recover(restored.dsn, log.name)).generation == 2  # there is nothing more to recover
        beginnings = await beginnings_on(kafka, events_topic(log.name))
        assert sorted(m.partition for m in beginnings) == list(range(PARTITIONS))
        log_id = (await restored.reader.identity()).log_id
        for message in beginnings:
            headers = dict(message.headers)
            assert (message.key, message.value, headers["ce_source"]) == (None, b"", f"/cairn/{log.name}".encode())
            assert (headers["ce_generation"], headers["ce_sequence"]) == (b"2", b"100")
            assert headers["ce_logid"] == id_text(log_id).encode()
        last = max(await messages_of(kafka.bootstrap, events_topic(log.name), 101), key=lambda m: m.timestamp)
        assert dict(last.headers)["ce_generation"] == b"2"
    finally:
        await restored.stop()


async def test_a_log_whose_database_is_gone_is_had_again_from_its_topic_as_the_log_that_it_was(
    log: EventLog, kafka: Broker, postgres: DatabaseServer
) -> None:
    aggregates = Aggregates()
    await append(log, aggregates.events(40))
    await relayed_once(log, kafka)
    before, log_id = await events_of(log), (await log.reader.identity()).log_id

    empty = await opened(postgres.create_database(), log.name)
    try:
        async with relaying(empty, kafka):
            with pytest.raises(Refused) as refused:
                await empty.append([Aggregates().event()])
            assert refused.value.reason == "LOG_BEHIND"
            assert await recover(empty.dsn, log.name) == Recovery(2, 41, 40, [], [])
            identity = await empty.reader.identity()
            assert (await events_of(empty), identity.log_id, identity.generation) == (before, log_id, 2)
            written = await empty.append([aggregates.event()])
            assert (written.first_position, written.generation) == (41, 2)
            await all_relayed(empty)
            assert await empty.problems() == []
    finally:
        await empty.stop()


async def test_a_log_that_is_begun_anew_is_the_log_that_its_topic_has_without_what_it_had(
    log: EventLog, kafka: Broker, postgres: DatabaseServer
) -> None:
    await append(log, Aggregates().events(5))
    await relayed_once(log, kafka)
    empty = await opened(postgres.create_database(), log.name)
    try:
        await compared_after(empty, kafka)
        done = await recover(empty.dsn, log.name, take_back=False)
        assert (done.taken_back, len(done.lost), done.first_position) == (0, 5, 1)
        await append(empty, Aggregates().events(3))
        await relayed_once(empty, kafka)
        assert (await empty.reader.identity()).log_id == (await log.reader.identity()).log_id
        assert (await behind(empty), await empty.problems()) == (False, [])
    finally:
        await empty.stop()


async def test_what_is_not_to_be_taken_back_is_listed_event_by_event(log: EventLog, kafka: Broker, copying: Callable[[str], str]) -> None:
    aggregates = Aggregates()
    await append(log, aggregates.events(40))
    await relayed_once(log, kafka)
    backup = copying(log.dsn)
    await append(log, aggregates.events(7))
    await relayed_once(log, kafka)
    gone = (await events_of(log))[40:]

    restored = await opened(copying(backup), log.name)
    try:
        await compared_after(restored, kafka)
        done = await recover(restored.dsn, log.name, take_back=False)
        assert [(lost.claim.position, lost.claim.event_id, lost.claim.tenant_id, lost.claim.recorded_at) for lost in done.lost] == [
            (event.position, event.event_id, event.tenant_id, event.recorded_at) for event in gone
        ]
        assert (done.taken_back, done.first_position) == (0, 41)
        written = await restored.append([Aggregates().event()])
        assert (written.first_position, written.generation) == (41, 2)
        await relayed_once(restored, kafka)  # what was lost is no news to it any more
        assert not await behind(restored)
        assert await rows(restored.dsn, "SELECT count(*) FROM not_in_log") == [(0,)]
    finally:
        await restored.stop()


async def test_a_log_restored_from_before_its_last_recovery_goes_on_in_a_third_generation(
    log: EventLog, kafka: Broker, copying: Callable[[str], str]
) -> None:
    aggregates = Aggregates(6)
    await append(log, aggregates.events(20))
    await relayed_once(log, kafka)
    backup = copying(log.dsn)
    await append(log, aggregates.events(30))
    await relayed_once(log, kafka)
    first = await opened(copying(backup), log.name)
    await compared_after(first, kafka)
    await recover(first.dsn, log.name, take_back=False)
    others = Aggregates(6)
    await append(first, others.events(10))
    await relayed_once(first, kafka)
    before = await events_of(first)
    await first.stop()

    second = await opened(copying(backup), log.name)
    try:
        await compared_after(second, kafka)
        done = await recover(second.dsn, log.name)
        assert (done.generation, done.taken_back, done.first_position) == (3, 10, 31)
        assert [lost.claim.position for lost in done.lost] == list(range(21, 51))  # as of the recovery before, which this log knows not of
        assert await events_of(second) == before
        assert [g.first_position for g in (await second.reader.identity()).generations] == [1, 21, 31]
    finally:
        await second.stop()


# ---- what is not the log's


async def forge(log: EventLog, kafka: Broker, event: RecordedEvent) -> None:
    partition = partition_of(event.partition_key, PARTITIONS)
    await publish_raw(kafka.bootstrap, events_topic(log.name), partition, event.payload, header_tuples(event), event.partition_key)


@pytest.mark.parametrize("position", [5, 11, 10**15], ids=["taken", "next", "far"])
async def test_a_forged_message_at_the_end_does_not_stop_the_relay(log: EventLog, kafka: Broker, position: int) -> None:
    aggregates = Aggregates(3)
    await append(log, aggregates.events(10))
    await relayed_once(log, kafka)
    identity = await log.reader.identity()
    forged = recorded(log.name, aggregates.event()._replace(aggregate_version=77), position)
    await forge(log, kafka, forged._replace(recorded_at=2**50, log_id=identity.log_id))
    with capture_logs() as told:
        async with relaying(log, kafka):
            await all_relayed(log)
            await until(lambda: _is_ill(log), "the relay has found it")
            (problem,) = await log.problems()
            await log.append([Aggregates(1).event()])
            await all_relayed(log)
    assert [line["count"] for line in told if line["event"] == "relay.foreign_messages"] == [1]
    assert (problem.reason, f"it claims position {position})" in problem.message) == ("FOREIGN_MESSAGES", True)


async def test_a_message_with_position_and_id_of_an_event_and_another_payload_is_foreign(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates(3).events(10))
    await relayed_once(log, kafka)
    (event,) = await log.reader.read(9, 1)
    await forge(log, kafka, event._replace(payload=b"forged"))
    await compared_after(log, kafka)
    (problem,) = await log.problems()
    assert (problem.reason, "and what it says is not what the log has there" in problem.message) == ("FOREIGN_MESSAGES", True)


async def test_such_a_message_is_foreign_also_where_the_relay_was_killed_before_it_could_note_how_far_it_was(
    log: EventLog, kafka: Broker
) -> None:
    await append(log, Aggregates(3).events(10))
    await relayed_once(log, kafka)
    (event,) = await log.reader.read(9, 1)
    await forge(log, kafka, event._replace(payload=b"forged"))
    await execute(log.dsn, "UPDATE relay_position SET position = 8")
    with capture_logs() as told:
        await compared_after(log, kafka)
    assert [line["count"] for line in told if line["event"] == "relay.foreign_messages"] == [1]
    assert not await behind(log)


async def test_what_is_taken_back_is_what_was_said_first_and_a_later_copy_with_another_payload_is_listed(
    log: EventLog, kafka: Broker, copying: Callable[[str], str]
) -> None:
    aggregates = Aggregates(3)
    await append(log, aggregates.events(10))
    await relayed_once(log, kafka)
    backup = copying(log.dsn)
    await append(log, aggregates.events(5))
    await relayed_once(log, kafka)
    before = await events_of(log)
    await forge(log, kafka, before[11]._replace(payload=b"forged"))

    restored = await opened(copying(backup), log.name)
    try:
        await compared_after(restored, kafka)
        done = await recover(restored.dsn, log.name)
        assert (done.taken_back, done.lost) == (5, [])
        assert [(claim.position, claim.event_id) for claim in done.foreign] == [(12, before[11].event_id)]
        assert await events_of(restored) == before
    finally:
        await restored.stop()


@pytest.mark.parametrize("partitions", [[1], list(range(PARTITIONS))], ids=["on one partition", "on every partition"])
async def test_a_forged_generation_takes_nothing_from_a_log_that_is_restored_later(
    log: EventLog, kafka: Broker, copying: Callable[[str], str], partitions: list[int]
) -> None:
    aggregates = Aggregates()
    await append(log, aggregates.events(40))
    await relayed_once(log, kafka)
    backup = copying(log.dsn)
    headers = [
        ("ce_specversion", b"1.0"), ("ce_type", GENERATION_BEGAN.encode()), ("ce_source", f"/cairn/{log.name}".encode()),
        ("ce_logid", id_text((await log.reader.identity()).log_id).encode()), ("ce_generation", b"2"), ("ce_sequence", b"5"),
    ]  # fmt: skip
    await append(log, aggregates.events(1))
    async with relaying(log, kafka):
        await all_relayed(log)
        for partition in partitions:
            await publish_raw(kafka.bootstrap, events_topic(log.name), partition, b"", headers, None)
        await append(log, aggregates.events(59))
        await all_relayed(log)
    before = await events_of(log)

    restored = await opened(copying(backup), log.name)
    try:
        await compared_after(restored, kafka)
        done = await recover(restored.dsn, log.name)
        assert (done.taken_back, done.lost, await events_of(restored)) == (60, [], before)
    finally:
        await restored.stop()


async def test_foreign_messages_make_nobody_ill_once_events_of_the_log_stand_behind_them(log: EventLog, kafka: Broker) -> None:
    aggregates = Aggregates(1)
    await append(log, aggregates.events(3))
    await relayed_once(log, kafka)
    await forge(log, kafka, recorded(log.name, aggregates.event()._replace(aggregate_version=77), 10**15))
    async with relaying(log, kafka):
        await until(lambda: _is_ill(log), "the relay has found it")
        await append(log, [aggregates.event()._replace(aggregate_version=4)])

        async def well() -> bool:
            return not await _is_ill(log)

        await until(well, "an event of the log stands behind it")


async def test_foreign_messages_that_the_operator_has_seen_make_nobody_ill_also_after_the_relays_next_start(
    log: EventLog, kafka: Broker
) -> None:
    await append(log, Aggregates(1).events(3))
    await relayed_once(log, kafka)
    await forge(log, kafka, recorded(log.name, Aggregates(1).event(), 10**15))
    await compared_after(log, kafka)
    assert await _is_ill(log)
    assert len((await recover(log.dsn, log.name, dry_run=True)).foreign) == 1
    assert await _is_ill(log)
    assert len((await recover(log.dsn, log.name)).foreign) == 1
    assert not await _is_ill(log)
    await compared_after(log, kafka)
    assert not await _is_ill(log)
    await forge(log, kafka, recorded(log.name, Aggregates(1).event(), 10**15 + 1))
    await compared_after(log, kafka)
    assert "1 messages" in (await log.problems())[0].message  # the new one alone


async def _is_ill(log: EventLog) -> bool:
    return [problem.reason for problem in await log.problems()] == ["FOREIGN_MESSAGES"]


async def test_messages_that_nobody_can_read_do_not_stop_the_relay(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates().events(10))
    await relayed_once(log, kafka)
    for number in range(600):  # more than are looked at first
        await publish_raw(kafka.bootstrap, events_topic(log.name), number % 2, b"?", [("ce_type", b"nonsense")], None)
    await relayed_once(log, kafka)
    await log.append([Aggregates(1).event()])
    await relayed_once(log, kafka)


# ---- who appends meanwhile


async def test_what_is_appended_after_a_start_of_the_server_waits_for_the_relay(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates().events(3))
    await relayed_once(log, kafka)
    await execute(log.dsn, "UPDATE relay_position SET compared_in = 'before the server was started'")
    again = await opened(log.dsn, log.name)
    try:
        appending = asyncio.create_task(again.append([Aggregates().event()]))
        async with relaying(again, kafka):
            assert (await appending).first_position == 4
    finally:
        await again.stop()


async def test_while_the_relay_is_away_it_is_refused(log: EventLog, kafka: Broker) -> None:
    await append(log, Aggregates().events(3))
    await relayed_once(log, kafka)
    await execute(log.dsn, "UPDATE relay_position SET compared_in = 'before the server was started'")
    again = await opened(log.dsn, log.name, patience=0.1)
    try:
        with pytest.raises(Refused) as refused:
            await again.append([Aggregates().event()])
        assert refused.value.reason == "LOG_NOT_COMPARED"
        assert [problem.reason for problem in await again.problems()] == ["LOG_NOT_COMPARED"]
        with pytest.raises(Refused) as refused:
            await recover(log.dsn, log.name)
        assert refused.value.reason == "LOG_NOT_COMPARED"
    finally:
        await again.stop()


async def disconnect(log: EventLog) -> None:
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    await execute(log.dsn, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


async def test_a_process_that_finds_its_newest_event_again_does_not_wait_for_the_relay(log: EventLog, kafka: Broker) -> None:
    aggregates = Aggregates()
    await append(log, aggregates.events(3))
    await relayed_once(log, kafka)
    await execute(log.dsn, "UPDATE relay_position SET compared_in = 'before the server was started'")
    await disconnect(log)
    assert (await log.append([aggregates.event()])).first_position == 4


async def test_a_process_whose_newest_event_is_gone_takes_nothing_more(log: EventLog, kafka: Broker) -> None:
    aggregates = Aggregates()
    await append(log, aggregates.events(3))
    await execute(log.dsn, "DELETE FROM event WHERE position = 3")
    await execute(log.dsn, "UPDATE log_head SET position = 2")
    await disconnect(log)
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await log.append([Aggregates().event()])
        assert refused.value.reason == "LOG_WENT_BACK"
        assert [problem.reason for problem in await log.problems()] == ["LOG_WENT_BACK"]
