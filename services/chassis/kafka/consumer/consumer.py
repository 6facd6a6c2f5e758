"""What a service sees of its consumer, and how its parts hang together."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from chassis.checksums import checksum_of
from chassis.errors import Kind, Refused
from chassis.events import EventTypes, RecordedEvent
from chassis.eventstore import position_lost
from chassis.ids import Id
from chassis.kafka.consumer import dead_letters, schema, unknown_types
from chassis.kafka.consumer.assignment import AfterCommit, Assignment
from chassis.kafka.consumer.dead_letters import DeadLetter, Replayed
from chassis.kafka.consumer.effect_store import EffectStore
from chassis.kafka.consumer.effects import Effect, EffectAsStatements
from chassis.kafka.consumer.ends import TopicEnds
from chassis.kafka.consumer.log_owner import ASKED_AT_ONCE, LogOwner
from chassis.kafka.consumer.reached import PartitionKey, ReachedPositions
from chassis.kafka.consumer.reconciliation import Reconciliation
from chassis.kafka.consumer.standing import Standing, standings
from chassis.kafka.consumer.subscription import AT_LEISURE, AT_ONCE, Subscription
from chassis.kafka.consumer.unknown_types import UnknownEvents
from chassis.kafka.consumer.verification import NEW_GENERATION, Verification
from chassis.kafka.consumer.watch import Watch
from chassis.kafka.envelope import EnvelopeReader, MalformedEnvelope
from chassis.kafka.security import broker_security
from chassis.kafka.topics import events_topic
from chassis.positions import Position, newest_positions, positions_text
from chassis.runtime import Backoff, Settings, attempt, telemetry

_KAFKA_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Consumption:
    """How far one partition of one log is consumed."""

    log: str
    partition: int
    position: int  # of the last event whose effect is committed
    lag: int  # messages on the topic that are not consumed yet
    standing: Standing


class Consumer:
    """Consumes logs from Kafka: effect and position in one transaction, poison set aside, for ever.

    `owners` tell what is in the logs: what is odd is asked of them, and what was taken is compared with what they say. A log without an
    owner is believed as it comes off Kafka.

    Several processes of one service share the partitions among them (`name` is the group). Without `types` the effect gets events of
    every type. With them, which is every event type that the protos of the logs have, it gets those, whether it wants them or not; one
    that is not among them comes from a newer version: it is passed over, and its type is remembered (`unknown_event_types`). With
    `as_statements` a batch is committed in one round trip where its effect can be told so. `instance` names this process among those of
    its group, the same after a restart, so that a restart takes its partitions over at once; host and port where it is not given. A
    consumer `at_leisure` lets events wait up to a quarter of a second for company: at 200 events a second that is a twentieth of the
    transactions and of the fetches.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        logs: Iterable[str],
        effect: Effect,
        after_commit: AfterCommit | None = None,
        *,
        owners: Mapping[str, LogOwner],
        types: EventTypes | None = None,
        as_statements: EffectAsStatements | None = None,
        instance: str | None = None,
        at_leisure: bool = False,
    ) -> None:
        self._settings: Final = settings
        self._name: Final = name
        self._instance: Final = instance or f"{name}-{socket.gethostname()}-{settings.port}"
        self._security: Final = broker_security(settings)
        self._fetching: Final = AT_LEISURE if at_leisure else AT_ONCE
        self._readers: Final = {events_topic(log): EnvelopeReader(log, settings.topic_partitions) for log in logs}
        self._store: Final = EffectStore(settings.consumer_dsn, name, effect, types, as_statements)
        self._reached: Final = ReachedPositions(settings.consumer_dsn, self._store.pool)
        self._ends: Final = TopicEnds(settings)
        self._owners: Final = owners
        self._verifications: Final = {log: Verification(name, log, owners.get(log)) for log in self.logs}
        self._assignment: Final = Assignment(name, self._readers, self._store, self._reached, self._ends, self._verifications, after_commit)
        self._reconciliation: Final = Reconciliation(
            name, owners, self._verifications, self._store.pool, lambda: list(self._assignment.states.values())
        )
        self._log: Final = telemetry.logger(consumer=name)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Makes the tables and begins to consume; comes back at once, also while Kafka does not answer.

        Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
        """
        await schema.create_schema(self._settings.database_url)
        await self._store.open()
        listening = await self._reached.connect()
        self._tasks = [asyncio.create_task(self._consume_for_ever()), asyncio.create_task(self._reached.listen(listening))]
        if self._owners:
            self._tasks.append(asyncio.create_task(self._reconciliation.run()))

    async def stop(self) -> None:
        """Ends the batch that is under way, and leaves."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._ends.close()
        await self._store.close()

    # -- consuming -----------------------------------------------------------------------------------------------------------------

    async def _consume_for_ever(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await attempt(self._consume(backoff))
            except* Exception as failures:  # noqa: BLE001 - whatever it is: it is told, and consuming goes on
                self._log.error("consumer.interrupted", reasons=[f"{type(failure).__name__}: {failure}" for failure in _each(failures)])
            await backoff.sleep()

    async def _consume(self, backoff: Backoff) -> None:
        """One stay in the group, until something fails."""
        subscription = Subscription(
            self._settings, self._security, self._name, self._instance, self._readers, self._fetching, self._assignment
        )
        watch = Watch(self._name, self._assignment, subscription, self._ends, self._store.pool)
        async with subscription.joined() as kafka, self._assignment.working(), asyncio.TaskGroup() as tasks:
            backoff.reset()
            self._log.info("consumer.started", instance=self._instance, topics=list(self._readers))
            tasks.create_task(self._assignment.read(kafka))
            await watch.keep(kafka)  # here: a group that fails while it only waits for its tasks leaves this one half cancelled

    # -- how far it is -------------------------------------------------------------------------------------------------------------

    @property
    def logs(self) -> list[str]:
        """What it consumes."""
        return [reader.log for reader in self._readers.values()]

    @property
    def assigned(self) -> list[PartitionKey]:
        """The partitions that this process consumes; what is missing another one of its group does."""
        return [(state.log, state.partition) for state in self._assignment.states.values()]

    def has_taken_what_was_lost(self) -> bool:
        """Whether a partition of this process stopped because its log was restored from an older state: a rebuild makes it go on."""
        return any(state.stop is not None and state.stop.reason == NEW_GENERATION for state in self._assignment.states.values())

    async def wait_for(self, positions: Iterable[Position], timeout: float) -> None:
        """Waits until the effects up to these positions are committed, by whichever process: so that one reads one's own writes.

        Positions of logs that this service does not consume are passed over. Raises Refused: NOT_YET_CONSUMED after `timeout` seconds,
        PARTITION_STOPPED at once where one of them is not to be reached, POSITION_LOST where the log lost it in a restore.
        """
        consumed = [position for position in positions if position.log in self.logs]
        for position in consumed:  # each of them: a later generation's does not make up for one that was lost
            identity = self._verifications[position.log].identity
            if identity is not None and identity.has_lost(position):
                raise position_lost(position)
        wanted = newest_positions(consumed)
        if not await self._reached.until({(p.log, p.partition): p.position for p in wanted}, timeout):
            names = positions_text(wanted)
            raise Refused(
                "NOT_YET_CONSUMED", f"{self._name} has not come to {names} within {timeout:g} s; ask again", kind=Kind.UNAVAILABLE
            )

    async def catch_up(self) -> None:
        """Returns once everything that the topics hold now is consumed. Raises Refused: KAFKA_UNAVAILABLE, PARTITION_STOPPED."""
        await self._reached.until_read(await self._end_offsets())

    async def consumption(self) -> list[Consumption]:
        """How far each partition is, as all processes of this service have brought it. Raises Refused (KAFKA_UNAVAILABLE)."""
        ends = await self._end_offsets()
        reached = await self._reached.read()
        async with self._store.pool.connection() as connection:
            known = await standings(connection)
        found = []
        for (log, partition), end in sorted(ends.items()):
            position, next_offset = reached.get((log, partition), (0, 0))
            stands = known.get((log, partition), Standing())
            found.append(Consumption(log, partition, position, max(0, end - next_offset), stands))
        return found

    async def compare(self) -> None:
        """Compares what this process consumes with the logs' owners now, besides doing so every ten seconds. Raises Refused."""
        for log in self._owners:
            await self._reconciliation.compare(log)

    async def reach_kafka(self) -> None:
        """Returns when Kafka answers, and has handed this process its partitions since it was started: until then nothing is consumed,
        and whoever waits for a position would wait in vain. Raises KafkaError, or waits for as long as it does not.
        """
        await self._assignment.joined.wait()
        await self._ends.reach()

    async def _end_offsets(self) -> Mapping[PartitionKey, int]:
        """Where each partition of each log's topic ends now."""
        partitions = [TopicPartition(topic, number) for topic in self._readers for number in range(self._settings.topic_partitions)]
        try:
            async with asyncio.timeout(_KAFKA_SECONDS):
                ends = await self._ends.of(partitions)
        except (KafkaError, TimeoutError) as failure:
            self._log.warning("consumer.kafka_unavailable", reason=f"{type(failure).__name__}: {failure}")
            raise Refused("KAFKA_UNAVAILABLE", "Kafka does not answer now; ask again", kind=Kind.UNAVAILABLE) from None
        return {(self._readers[p.topic].log, p.partition): end for p, end in ends.items()}

    async def unknown_event_types(self) -> list[UnknownEvents]:
        """What was passed over because nobody here knew its type, by whichever process and version of this service.

        A type that `types` has by now is to be made good for, from the log: a projection is rebuilt, which calls `unknown_types.cover`.
        """
        async with self._store.pool.connection() as connection:
            return await unknown_types.unknown_event_types(connection)

    # -- dead letters --------------------------------------------------------------------------------------------------------------

    async def count_dead_letters(self, tenant_id: Id | None = None) -> int:
        """How many dead letters there are: of one tenant, or of all and of nobody known."""
        async with self._store.pool.connection() as connection:
            return await dead_letters.count_dead_letters(connection, tenant_id)

    async def list_dead_letters(
        self, after: int = 0, limit: int = 100, tenant_id: Id | None = None, logs: Sequence[str] = (), reason: str = ""
    ) -> list[DeadLetter]:
        """Dead letters with an id above `after`, oldest first, at most `limit`: of one tenant, or of all and of nobody known.

        Of these logs, if any are named; with a reason that begins so.
        """
        async with self._store.pool.connection() as connection:
            return await dead_letters.list_dead_letters(connection, after, limit, tenant_id, logs, reason)

    async def replay_dead_letters(self, ids: Iterable[int] = (), tenant_id: Id | None = None) -> Replayed:
        """Carries out the effects of dead letters once more, oldest first: of these, each after the older ones of its aggregate, or of all.

        What was refused, since the log did not have it, is no dead letter any more where the log has it by now, as after a recovery, and it
        was taken since: the relay has sent it again. All else that was refused stays; what the log has is brought in by a rebuild.
        With `tenant_id` only those of that tenant. One that fails again stays, with its new
        reason, and the later ones of its aggregate with it.
        """
        async with self._store.pool.connection() as connection:
            letters = await dead_letters.letters_to_replay(connection, ids, tenant_id)
        taken_since = await self._taken_since([letter for letter in letters if letter.position is None])
        replayed: list[RecordedEvent] = []
        blocked = set()
        for letter in letters:
            if letter.position is None or letter.aggregate_id in blocked:  # the first: it is no event of the log
                continue
            event = await self._store.replay(letter, self._readers[letter.kafka_topic])
            if event is not None:
                replayed.append(event)
                await self._assignment.tell([event])
            elif letter.aggregate_id is not None:
                blocked.add(letter.aggregate_id)
        remaining = await self.count_dead_letters(tenant_id)
        self._log.info("consumer.dead_letters_replayed", replayed=len(replayed), taken_since=taken_since, remaining=remaining)
        return Replayed(len(replayed) + taken_since, remaining)

    async def _taken_since(self, refused: Sequence[DeadLetter]) -> int:
        """Takes away those refused messages that the log has by now and that were taken since; answers how many."""
        settled = 0
        for log, owner in self._owners.items():
            events = dict[int, RecordedEvent]()
            for letter in refused:
                if letter.log == log:
                    with suppress(MalformedEnvelope):
                        events[letter.dead_letter_id] = self._readers[letter.kafka_topic].read(letter.message())
            positions = sorted({event.position for event in events.values()})[:ASKED_AT_ONCE]
            if not positions:
                continue
            try:
                _, in_log = await owner.event_checksums(positions)
            except Refused as refusal:
                if refusal.kind is not Kind.UNAVAILABLE:
                    raise
                continue  # nobody can tell now: they stay
            for letter in refused:
                event = events.get(letter.dead_letter_id)
                if event is not None and in_log.get(event.position) == checksum_of(event):
                    settled += await self._store.settle_refused(letter, event.position)
        return settled


def _each(failures: BaseExceptionGroup[Exception]) -> list[BaseException]:
    """The failures of a group, and of groups in it."""
    return [leaf for failure in failures.exceptions for leaf in (_each(failure) if isinstance(failure, BaseExceptionGroup) else [failure])]
