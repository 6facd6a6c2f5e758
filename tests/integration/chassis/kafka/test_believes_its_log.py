"""A consumer believes its log, not its bus: what is not in the log has no effect, or is found, and a rebuild mends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager

import psycopg
import pytest

from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent
from chassis.eventstore import EventChecksums, EventLog, LogChecksums, PartitionPlace, begin_generation
from chassis.ids import new_id
from chassis.kafka.consumer import Consumer, Consumption, LogOwner, Replayed, schema
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.effect_store import EffectStore, Fenced
from chassis.kafka.consumer.settling import HOLD, settle
from chassis.kafka.consumer.verification import FURTHER_WITHOUT_OWNER
from chassis.kafka.topics import events_topic
from chassis.positions import Position
from tests.integration.chassis.kafka.conftest import Consuming
from tests.integration.chassis.kafka.support import (
    PARTITIONS,
    Aggregates,
    append,
    made_topic,
    note,
    publish,
    publish_raw,
    rows,
    until,
)
from tests.support.infrastructure import Broker
from tests.support.messages import header_tuples
from tests.support.recorded import message_of

ATTACKER = new_id()
AWAY = Refused("UNAVAILABLE", "nobody answers", kind=Kind.UNAVAILABLE)


class Owner:
    """The log's owner, which may be away, and counts what it is asked."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self.away = False
        self.asked = 0
        self.looked_up = 0  # events, one by one: comparing goes on beside it

    async def checksums(self, places: Sequence[PartitionPlace]) -> LogChecksums:
        self._ask()
        return await self._log.sums.checksums(places)

    async def event_checksums(self, positions: Collection[int]) -> EventChecksums:
        self._ask()
        self.looked_up += 1
        return await self._log.sums.event_checksums(positions)

    def _ask(self) -> None:
        self.asked += 1
        if self.away:
            raise AWAY


class Bus:
    """The log's topic, written by hand: by its relay, and by who is not."""

    def __init__(self, log: EventLog, kafka: Broker) -> None:
        self.log, self.kafka = log, kafka
        self.aggregates = Aggregates(1)
        self.partition = log.partition(self.aggregates.ids[0])

    async def append(self, count: int = 1) -> list[RecordedEvent]:
        """Appends events of the one aggregate; they are not relayed."""
        await append(self.log, self.aggregates.events(count))
        return await self.log.reader.read(await self.log.head() - count, count)

    async def relay(self, count: int = 1) -> list[RecordedEvent]:
        """Appends events and relays them."""
        events = await self.append(count)
        await publish(self.kafka.bootstrap, events)
        return events

    async def forge(self, *events: RecordedEvent) -> None:
        await publish(self.kafka.bootstrap, [event._replace(actor_id=ATTACKER) for event in events])

    async def next_forged(self, ahead: int = 1) -> RecordedEvent:
        """An event that is not in the log, at a position that its next one may have."""
        (newest,) = await self.log.reader.read(await self.log.head() - 1, 1)
        return newest._replace(position=newest.position + ahead, event_id=new_id(), payload=b"forged")

    async def began(self, generation: int, after: int) -> None:
        """What the relay tells every partition of a generation's beginning."""
        headers = {"ce_specversion": "1.0", "ce_source": f"/cairn/{self.log.name}", "ce_type": "cairn.log.v1.GenerationBegan"}
        headers |= {"ce_generation": str(generation), "ce_sequence": str(after)}
        told = [(name, value.encode()) for name, value in headers.items()]
        await publish_raw(self.kafka.bootstrap, events_topic(self.log.name), self.partition, b"", told, None)


@pytest.fixture
def owner(log: EventLog) -> Owner:
    return Owner(log)


@pytest.fixture
async def bus(log: EventLog, kafka: Broker) -> Bus:
    await made_topic(kafka.bootstrap, log.name)
    return Bus(log, kafka)


@pytest.fixture
async def consumer(consuming: Consuming, owner: LogOwner) -> Consumer:
    return await consuming(owner=owner)


async def positions(effects: str) -> list[int]:
    return [position for (position,) in await rows(effects, "SELECT position FROM effect ORDER BY nth")]


async def comes_to(effects: str, *wanted: int) -> None:
    async def reached() -> bool:
        return await positions(effects) == list(wanted)

    await until(reached, f"the effects are {wanted}")


async def standing(consumer: Consumer, bus: Bus) -> Consumption:
    (found,) = [c for c in await consumer.consumption() if c.partition == bus.partition]
    return found


async def stands(consumer: Consumer, bus: Bus, as_wanted: Callable[[Consumption], bool], what: str) -> Consumption:
    async def does() -> bool:
        return as_wanted(await standing(consumer, bus))

    await until(does, what)
    return await standing(consumer, bus)


async def holds_the_partition(consumer: Consumer, bus: Bus) -> None:
    """Its partitions are handed to a consumer one by one."""
    await stands(consumer, bus, lambda _: (bus.log.name, bus.partition) in consumer.assigned, "the partition is handed out")


async def rebuilt(effects: str, log: EventLog) -> None:
    """What a rebuild does: the effects of the log itself, and the consumption settled, in one transaction."""
    events = [event async for event in log.reader.read_all()]
    head = events[-1].position if events else 0

    def swap() -> None:
        with psycopg.connect(effects) as connection:
            connection.execute(HOLD)
            connection.execute("DELETE FROM effect")
            for event in events:
                values = (event.position, event.aggregate_id, event.aggregate_version, event.payload)
                connection.execute(
                    "INSERT INTO effect (position, aggregate_id, aggregate_version, payload) VALUES (%s, %s, %s, %s)", values
                )
            settle(connection, log.name, log.dsn, upto=head, partitions=PARTITIONS)

    await asyncio.to_thread(swap)


async def test_what_the_log_has_not_come_to_is_refused_and_has_no_effect(bus: Bus, consumer: Consumer, effects: str) -> None:
    await bus.relay(3)
    await bus.forge((await bus.next_forged())._replace(position=10**15))
    await bus.relay(2)
    await comes_to(effects, 1, 2, 3, 4, 5)
    assert (await standing(consumer, bus)).standing.refused == 1
    (letter,) = await consumer.list_dead_letters()
    assert letter.reason.startswith(f"NOT_IN_LOG: the log of {bus.log.name} has no such event at {10**15}")
    assert (letter.position, letter.aggregate_id) == (None, None)
    assert (await consumer.replay_dead_letters()).replayed == 0
    await consumer.compare()
    assert (await standing(consumer, bus)).standing.agreed_position == 5


async def test_an_event_of_the_log_with_another_payload_or_actor_is_refused_where_it_is_odd(
    bus: Bus, consumer: Consumer, effects: str
) -> None:
    events = await bus.relay(4)
    await comes_to(effects, 1, 2, 3, 4)
    await bus.forge(events[1], events[2]._replace(payload=b"forged"), events[3]._replace(event_id=new_id()))
    await bus.relay()
    await comes_to(effects, 1, 2, 3, 4, 5)
    assert (await standing(consumer, bus)).standing.refused == 3


async def test_a_compressed_batch_is_refused_as_it_is_and_the_partition_goes_on(bus: Bus, consumer: Consumer, effects: str) -> None:
    await bus.relay()
    (event,) = await bus.append()
    topic, key = events_topic(bus.log.name), event.aggregate_id
    await publish_raw(bus.kafka.bootstrap, topic, bus.partition, bytes(64 << 20), header_tuples(event), key, "gzip")  # 64 KB are sent
    await publish(bus.kafka.bootstrap, [event])
    await comes_to(effects, 1, 2)
    assert (await standing(consumer, bus)).standing.refused == 1
    (letter,) = await consumer.list_dead_letters()
    assert letter.reason.startswith("COMPRESSED")
    assert len(letter.payload or b"") < 1_000


async def test_an_event_of_the_log_in_another_partition_than_its_own_is_refused(
    bus: Bus, consumer: Consumer, effects: str, kafka: Broker
) -> None:
    (event,) = await bus.relay()
    await comes_to(effects, 1)
    elsewhere = (bus.partition + 1) % PARTITIONS
    topic, headers = events_topic(bus.log.name), header_tuples(event)
    await publish_raw(kafka.bootstrap, topic, elsewhere, event.payload, headers, event.partition_key)
    await consumer.catch_up()
    assert await positions(effects) == [1]
    (letter,) = await consumer.list_dead_letters()
    assert letter.reason.startswith("WRONG_PARTITION")


async def test_what_was_refused_is_no_dead_letter_any_more_once_the_log_has_it_and_it_was_taken(
    bus: Bus, consumer: Consumer, effects: str, kafka: Broker
) -> None:
    await bus.relay(2)
    await comes_to(effects, 1, 2)
    later = await bus.append(2)
    async with restored_to(bus.log, 2):
        await publish(kafka.bootstrap, [later[1], later[1]._replace(position=10**12)])

        async def refused() -> bool:
            return (await standing(consumer, bus)).standing.refused == 2

        await until(refused, "the log does not have them")
        assert (await consumer.replay_dead_letters()).replayed == 0
    assert (await consumer.replay_dead_letters()).replayed == 0  # the log has it again, and it was not taken yet
    await publish(kafka.bootstrap, later)
    await comes_to(effects, 1, 2, 3, 4)
    assert await consumer.replay_dead_letters() == Replayed(1, 1)
    await bus.relay()
    await comes_to(effects, 1, 2, 3, 4, 5)
    assert (await standing(consumer, bus)).standing.refused == 1


@asynccontextmanager
async def restored_to(log: EventLog, head: int) -> AsyncIterator[None]:
    """The log has lost what is behind a position, until it is taken back."""
    before = await log.head()
    async with await psycopg.AsyncConnection.connect(log.dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE TABLE taken_back AS SELECT * FROM event WHERE position > {head}".encode())
        await connection.execute("DELETE FROM event WHERE position > %s", (head,))
        await connection.execute("UPDATE log_head SET position = %s", (head,))
        yield
        await connection.execute("INSERT INTO event SELECT * FROM taken_back ORDER BY position")
        await connection.execute("UPDATE log_head SET position = %s", (before,))


async def test_a_flood_of_what_is_not_in_the_log_is_counted_and_a_hundred_of_it_kept(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str
) -> None:
    await bus.relay(2)
    forged = await bus.next_forged()
    await bus.forge(*(forged._replace(position=10**12 + number, event_id=new_id()) for number in range(1_500)))
    await bus.relay(2)
    consumer = await consuming(owner=owner)
    await comes_to(effects, 1, 2, 3, 4)
    assert (await standing(consumer, bus)).standing.refused == 1_500
    assert await consumer.count_dead_letters() == 100
    assert owner.asked < 30


async def test_what_the_relay_sends_again_is_dropped_also_by_who_does_not_remember_it(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str, kafka: Broker
) -> None:
    first = await consuming(owner=owner)
    await holds_the_partition(first, bus)
    events = await bus.relay(5)
    await comes_to(effects, 1, 2, 3, 4, 5)
    looked_up = owner.looked_up
    await publish(kafka.bootstrap, events)
    await first.catch_up()
    assert owner.looked_up == looked_up  # it remembers
    await first.stop()
    await publish(kafka.bootstrap, events)
    second = await consuming(owner=owner)
    await bus.relay()
    await comes_to(effects, 1, 2, 3, 4, 5, 6)
    assert (await standing(second, bus)).standing.stop is None


async def test_a_plausible_forgery_is_found_and_told_where_and_mended_by_a_rebuild_for_good(
    bus: Bus, consumer: Consumer, effects: str, kafka: Broker
) -> None:
    await bus.relay(3)
    await comes_to(effects, 1, 2, 3)
    await consumer.compare()
    forged = await bus.next_forged()
    await bus.forge(forged)
    await comes_to(effects, 1, 2, 3, 4)
    await consumer.compare()
    found = (await standing(consumer, bus)).standing.difference
    assert found is not None
    assert (found.after, found.at) == (3, 4)
    assert found.message == "the event that was taken at 4 is not in the log (4 events were taken where the log has 3)"
    await rebuilt(effects, bus.log)
    (true,) = await bus.relay()  # in its place, once the forged one is no more
    await comes_to(effects, 1, 2, 3, 4)
    await publish(kafka.bootstrap, [true])
    await bus.relay()
    await comes_to(effects, 1, 2, 3, 4, 5)
    await consumer.compare()
    stood = (await standing(consumer, bus)).standing
    assert (stood.difference, stood.stop, stood.agreed_position) == (None, None, 5)


async def test_a_true_event_that_arrives_after_the_rebuild_which_took_it_in_stops_nothing(
    bus: Bus, consumer: Consumer, effects: str, kafka: Broker
) -> None:
    await bus.relay(3)
    await comes_to(effects, 1, 2, 3)
    await bus.forge(await bus.next_forged())
    await comes_to(effects, 1, 2, 3, 4)
    (true,) = await bus.append()
    await rebuilt(effects, bus.log)
    await publish(kafka.bootstrap, [true])
    await bus.relay()
    await comes_to(effects, 1, 2, 3, 4, 5)
    assert (await standing(consumer, bus)).standing.stop is None


async def test_a_forgery_far_back_is_found_within_the_positions_that_are_known_to_agree(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str
) -> None:
    await bus.relay(3)
    first = await consuming(owner=owner)
    await comes_to(effects, 1, 2, 3)
    await first.compare()
    await bus.forge(await bus.next_forged())
    await comes_to(effects, 1, 2, 3, 4)
    await first.stop()  # and forgets what it took
    await bus.append()
    consumer = await consuming(owner=owner)
    await holds_the_partition(consumer, bus)
    await consumer.compare()
    found = (await standing(consumer, bus)).standing.difference
    assert found is not None
    assert (found.after, found.at) == (3, 4)
    assert found.message.startswith("what was taken behind 3 and up to 4 is not what the log has there")


async def test_an_event_of_the_log_at_a_position_that_was_taken_stops_the_partition_until_the_rebuild(
    bus: Bus, consumer: Consumer, effects: str
) -> None:
    await bus.relay(3)
    await comes_to(effects, 1, 2, 3)
    await bus.forge(await bus.next_forged())
    await comes_to(effects, 1, 2, 3, 4)
    waiting = asyncio.create_task(consumer.wait_for([Position(bus.log.name, bus.partition, 6)], 30))
    await bus.relay(3)
    with pytest.raises(Refused, match="until this service is rebuilt") as refused:
        await asyncio.wait_for(waiting, 20)
    assert refused.value.reason == "PARTITION_STOPPED"
    stop = (await standing(consumer, bus)).standing.stop
    assert stop is not None
    assert (stop.reason, stop.position) == ("CONTRADICTED", 4)
    with pytest.raises(Refused, match="the log has an event at 4"):
        await consumer.catch_up()
    await rebuilt(effects, bus.log)
    await bus.relay(2)
    await consumer.wait_for([Position(bus.log.name, bus.partition, 8)], 20)
    assert await positions(effects) == [1, 2, 3, 4, 5, 6, 7, 8]
    await consumer.catch_up()
    await consumer.compare()
    stood = (await standing(consumer, bus)).standing
    assert (stood.stop, stood.difference, stood.agreed_position) == (None, None, 8)


async def test_a_stopped_partition_stays_so_after_a_restart_and_tells_whoever_waits_elsewhere(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str
) -> None:
    first = await consuming(owner=owner)
    await bus.relay(1)
    await comes_to(effects, 1)
    await bus.forge(await bus.next_forged())
    await comes_to(effects, 1, 2)
    await bus.relay(2)
    await stands(first, bus, lambda c: c.standing.stop is not None, "it stops")
    await first.stop()
    second = await consuming(owner=owner)
    await bus.relay(1)
    with pytest.raises(Refused) as refused:
        await second.wait_for([Position(bus.log.name, bus.partition, 4)], 30)
    assert refused.value.reason == "PARTITION_STOPPED"
    assert await positions(effects) == [1, 2]


async def test_other_partitions_go_on_beside_a_stopped_one(bus: Bus, consumer: Consumer, effects: str, kafka: Broker) -> None:
    others = Aggregates(20)
    await bus.relay(1)
    await comes_to(effects, 1)
    await bus.forge(await bus.next_forged())
    await comes_to(effects, 1, 2)
    await bus.relay(1)
    await stands(consumer, bus, lambda c: c.standing.stop is not None, "it stops")
    await append(bus.log, others.events(20))
    await publish(kafka.bootstrap, await bus.log.reader.read(2, 20))
    elsewhere = [number for number, aggregate in enumerate(others.ids, 3) if bus.log.partition(aggregate) != bus.partition]

    async def taken() -> bool:
        return sorted(await positions(effects)) == [1, 2, *elsewhere]

    await until(taken, "what is elsewhere is taken")


async def test_while_its_owner_is_away_what_is_in_sequence_goes_on_and_what_is_odd_waits(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str
) -> None:
    owner.away = True
    consumer = await consuming(owner=owner)
    await bus.relay(3)
    await comes_to(effects, 1, 2, 3)
    await bus.forge((await bus.next_forged())._replace(position=10**15))
    await bus.relay(2)
    asked = owner.asked

    async def asked_again() -> bool:
        return owner.asked > asked + 1

    await until(asked_again, "the owner is asked again and again")
    assert await positions(effects) == [1, 2, 3]
    stood = (await standing(consumer, bus)).standing
    assert stood.waits_for is not None
    assert stood.waits_for.endswith(f"nothing beyond {FURTHER_WITHOUT_OWNER} is taken without it")
    assert stood.waits_since is not None
    owner.away = False
    await comes_to(effects, 1, 2, 3, 4, 5)
    stood = (await standing(consumer, bus)).standing
    assert (stood.refused, stood.waits_for, stood.waits_since) == (1, None, None)


async def test_messages_that_are_not_on_a_topic_made_anew_stop_the_partition(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str, kafka: Broker
) -> None:
    await bus.relay(2)
    first = await consuming(owner=owner)
    await comes_to(effects, 1, 2)
    await first.stop()
    await rows(effects, "UPDATE consumed SET kafka_offset = 1000 WHERE partition = %s RETURNING 1", (bus.partition,))
    lost, *_ = await bus.append(3)
    await publish(kafka.bootstrap, await bus.log.reader.read(lost.position, 2))
    consumer = await consuming(owner=owner)
    found = await stands(consumer, bus, lambda c: c.standing.stop is not None, "it stops")
    assert found.standing.stop is not None
    assert (found.standing.stop.reason, found.standing.stop.position) == ("MESSAGES_MISSING", 4)
    assert await positions(effects) == [1, 2]
    await rebuilt(effects, bus.log)
    await bus.relay()
    await comes_to(effects, 1, 2, 3, 4, 5, 6)


async def test_a_topic_made_anew_that_lacks_nothing_is_read_again(bus: Bus, owner: Owner, consuming: Consuming, effects: str) -> None:
    await bus.relay(3)
    first = await consuming(owner=owner)
    await comes_to(effects, 1, 2, 3)
    await first.stop()
    await rows(effects, "UPDATE consumed SET kafka_offset = 1000 WHERE partition = %s RETURNING 1", (bus.partition,))
    await bus.relay(2)
    consumer = await consuming(owner=owner)
    await comes_to(effects, 1, 2, 3, 4, 5)
    assert (await standing(consumer, bus)).standing.stop is None


async def _older_state(log: EventLog, head: int) -> None:
    """The log's database is brought back, and a generation begins."""
    async with await psycopg.AsyncConnection.connect(log.dsn) as connection:
        await connection.execute("DELETE FROM event WHERE position > %s", (head,))
        await connection.execute("UPDATE log_head SET position = %s", (head,))
        await begin_generation(connection, "restored")


async def test_a_generation_that_began_before_what_was_taken_stops_the_partition(bus: Bus, consumer: Consumer, effects: str) -> None:
    await bus.relay(5)
    await comes_to(effects, 1, 2, 3, 4, 5)
    await _older_state(bus.log, 3)
    await bus.began(2, 3)
    found = await stands(consumer, bus, lambda c: c.standing.stop is not None, "it stops")
    assert found.standing.stop is not None
    assert (found.standing.stop.reason, found.standing.stop.position) == ("NEW_GENERATION", 4)
    await rebuilt(effects, bus.log)
    await bus.relay(2)
    await comes_to(effects, 1, 2, 3, 4, 5)
    lost, of_the_new_generation = Position(bus.log.name, bus.partition, 5), Position(bus.log.name, bus.partition, 4, 2)
    for waited_for in ([lost], [lost, of_the_new_generation], [of_the_new_generation, lost]):
        with pytest.raises(Refused) as refused:
            await consumer.wait_for(waited_for, 5)
        assert refused.value.reason == "POSITION_LOST"


async def test_who_had_not_come_so_far_goes_on_in_the_new_generation_and_passes_over_what_was_lost(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str
) -> None:
    await bus.relay(5)
    await _older_state(bus.log, 3)
    await bus.began(2, 3)
    consumer = await consuming(owner=owner)
    await comes_to(effects, 1, 2, 3)
    await consumer.catch_up()
    assert await positions(effects) == [1, 2, 3]
    stood = (await standing(consumer, bus)).standing
    assert (stood.refused, stood.stop) == (0, None)


async def test_a_generation_that_the_log_does_not_have_is_refused(bus: Bus, consumer: Consumer, effects: str) -> None:
    await bus.relay(2)
    await bus.began(2, 0)
    await bus.relay(1)
    await comes_to(effects, 1, 2, 3)
    stood = (await standing(consumer, bus)).standing
    assert (stood.refused, stood.stop) == (1, None)


async def test_what_an_older_release_consumed_is_adopted_and_compared_from_then_on(
    bus: Bus, owner: Owner, consuming: Consuming, effects: str
) -> None:
    await bus.relay(3)
    first = await consuming(owner=owner)
    await comes_to(effects, 1, 2, 3)
    await first.stop()
    await rows(effects, "UPDATE consumed SET events = NULL, checksum = NULL RETURNING 1")
    consumer = await consuming(owner=owner)
    await bus.relay(1)
    await comes_to(effects, 1, 2, 3, 4)

    async def agreed() -> bool:
        await consumer.compare()
        return (await standing(consumer, bus)).standing.agreed_position == 4

    await until(agreed, "what was adopted is what the log says")
    await bus.forge(await bus.next_forged())
    await comes_to(effects, 1, 2, 3, 4, 5)
    await consumer.compare()
    assert (await standing(consumer, bus)).standing.difference is not None


async def test_what_was_looked_up_before_its_checksum_was_adopted_does_not_undo_that(bus: Bus, effects: str) -> None:
    await schema.create_schema(effects)
    store = EffectStore(effects, "one", note, None)
    await store.open()
    try:
        await store.load(bus.log.name, bus.partition)
        await rows(effects, "UPDATE consumed SET events = NULL, checksum = NULL RETURNING 1")
        before = await store.load(bus.log.name, bus.partition)
        await rows(effects, "UPDATE consumed SET events = 0, checksum = 0 RETURNING 1")
        (event,) = await bus.append()
        with pytest.raises(Fenced):
            await store.take(before, [Delivery(message_of(event, 0), event)])
    finally:
        await store.close()


async def test_a_dead_letter_counts_as_soon_as_it_is_one(bus: Bus, consumer: Consumer, effects: str) -> None:
    await append(bus.log, [bus.aggregates.event(payload=b"poison")])
    await publish(bus.kafka.bootstrap, await bus.log.reader.read(0, 1))
    await bus.relay(2)  # they wait behind it

    async def set_aside() -> bool:
        return await consumer.count_dead_letters() == 3

    await until(set_aside, "they are dead letters")
    await consumer.compare()
    assert (await standing(consumer, bus)).standing.agreed_position == 3
