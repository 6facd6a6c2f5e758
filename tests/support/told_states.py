"""States that a projection tells on a compacted topic of a test's own, and what a consumer makes of it that starts today."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition

from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.state_pb2 import KeyResultState, ObjectiveState
from chassis.days import day_of
from chassis.events import EventTypes
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id
from chassis.kafka.compacted import CompactedTopic
from chassis.runtime import Clock, MachineClock, Settings
from progress.follower import Follower
from progress.projection import prepare_for_queries
from progress.states import StateWitness, waiting
from shared.roles import ADMIN
from tests.support.projection import PARTITIONS
from tests.support.served_progress import Served

State = ObjectiveState | KeyResultState
MESSAGES = {message.DESCRIPTOR.full_name: message for message in (ObjectiveState, KeyResultState)}


class SetClock:
    """A clock that is set by hand."""

    def __init__(self, day: int) -> None:
        self.day = day
        self.hour = 12.0

    def set(self, instant: datetime) -> None:
        """In UTC."""
        self.day, self.hour = day_of(instant.date()), instant.hour + instant.minute / 60

    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=self.day, hours=self.hour)


def settings_of(bootstrap: str) -> Settings:
    return Settings(kafka_bootstrap=bootstrap, topic_partitions=PARTITIONS)


@dataclass
class Telling:
    """Who follows a projection."""

    follower: Follower
    topic: CompactedTopic
    connection: psycopg.AsyncConnection[Any]

    async def follow(self) -> None:
        """Until nothing is left to be told."""
        async with asyncio.timeout(60):
            while True:
                await self.follow_once()
                if not await waiting(self.connection):
                    return
                await asyncio.sleep(0.02)  # Kafka is asked for, or compared

    async def follow_once(self) -> None:
        await self.follower.follow_moved(self.connection)
        await self.follower.begin_days(self.connection)
        await self.follower.tell_owed(self.connection)


@asynccontextmanager
async def telling(dsn: str, log_dsn: str, bootstrap: str, topic_name: str, clock: Clock | None = None) -> AsyncIterator[Telling]:
    """As a process that has the lock and is told to do each round."""
    async with AsyncExitStack() as stack:
        log = EventLog(log_dsn, "progress", PARTITIONS)
        await log.start()
        stack.push_async_callback(log.stop)
        topic = CompactedTopic(topic_name, settings_of(bootstrap), StateWitness(dsn))
        aggregates = Aggregates(log, EventTypes(progress_events, upcasters={}))
        connection = await stack.enter_async_context(await psycopg.AsyncConnection.connect(dsn, autocommit=True))
        await prepare_for_queries(connection)
        await stack.enter_async_context(topic.kept())
        yield Telling(Follower(dsn, aggregates, clock or MachineClock(), topic), topic, connection)


async def consumed_from_the_beginning(bootstrap: str, topic: str) -> dict[Id, tuple[dict[str, str], State | None]]:
    """By key, the headers and the value of the last message; None: a tombstone."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    found: dict[Id, tuple[dict[str, str], State | None]] = {}
    try:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        async with asyncio.timeout(30):
            while any([await consumer.position(place) < ends[place] for place in places]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        headers = {name: value.decode() for name, value in record.headers}
                        found[record.key] = headers, record.value and MESSAGES[headers["ce_type"]].FromString(record.value)
    finally:
        await consumer.stop()
    return found


def without_computation(told: State | None) -> State | None:
    """What it says of the thing, without when it was computed."""
    assert told is not None
    bare = type(told).FromString(told.SerializeToString())
    bare.ClearField("computed")
    return bare


async def answered(progress: Served, tenant: Id) -> dict[Id, State]:
    """What GetObjective says to an admin of everything that a tenant has."""
    async with progress.live.pool.connection() as connection:
        rows = await (
            await connection.execute(
                "SELECT uuid_send(objective_id) FROM objective_now WHERE cycle_id IS NOT NULL AND tenant_id = %s::uuid", (tenant.hex(),)
            )
        ).fetchall()
    states: dict[Id, State] = {}
    for (objective_id,) in rows:
        request = pb.GetObjectiveRequest(objective_id=objective_id)
        objective = (await progress("GetObjective", request, tenant=tenant, role=ADMIN)).objective
        states[objective_id] = _objective_state(objective)
        for key_result in objective.key_results:
            if key_result.objective_id == objective_id:
                states[key_result.key_result_id] = _key_result_state(key_result, objective.cycle_id)
    return states


def _objective_state(objective: pb.Objective) -> ObjectiveState:
    state = ObjectiveState()
    _copy_same_names(objective, state)
    return state


def _key_result_state(key_result: pb.KeyResult, cycle_id: Id) -> KeyResultState:
    state = KeyResultState(cycle_id=cycle_id, owner_ids=[owner.person_id for owner in key_result.owners])
    match key_result.measure:
        case pb.MEASURE_METRIC:
            state.metric.start, state.metric.target, state.metric.unit = key_result.start, key_result.target, key_result.unit
        case pb.MEASURE_MILESTONES:
            state.milestones.SetInParent()
            for milestone in key_result.milestones:
                state.milestones.milestones.add(title=milestone.title, weight=milestone.weight, due_day=milestone.due_day)
            if key_result.check_in_id:
                state.milestones_done = sum(milestone.done << n for n, milestone in enumerate(key_result.milestones))
        case pb.MEASURE_MAINTAIN:
            kept = state.maintain
            kept.unit, kept.mode = key_result.unit, key_result.mode
            for bound in ("low", "high"):
                if key_result.HasField(bound):
                    setattr(kept, bound, getattr(key_result, bound))
        case pb.MEASURE_BINARY:
            state.binary.SetInParent()
        case _:
            state.graded.SetInParent()
    _copy_same_names(key_result, state)
    return state


def _copy_same_names(answer: Any, state: Any) -> None:
    for field in answer.DESCRIPTOR.fields:
        same = state.DESCRIPTOR.fields_by_name.get(field.name)
        if same is None or same.message_type is not None or (field.has_presence and not answer.HasField(field.name)):
            continue
        setattr(state, field.name, getattr(answer, field.name))


def environment(dsn: str, log_dsn: str, bootstrap: str, topic: str) -> dict[str, str]:
    """Of a process that follows by itself, and says a line when it begins to: `python -m tests.support.told_states`."""
    told = {"DSN": dsn, "LOG": log_dsn, "BOOTSTRAP": bootstrap, "TOPIC": topic}
    return os.environ | {f"CAIRN_TEST_{name}": value for name, value in told.items()}


async def _main() -> None:
    dsn, log, bootstrap, topic = (os.environ[f"CAIRN_TEST_{name}"] for name in ("DSN", "LOG", "BOOTSTRAP", "TOPIC"))
    async with telling(dsn, log, bootstrap, topic) as following:
        print("following", flush=True)
        while True:
            await following.follow_once()


if __name__ == "__main__":
    asyncio.run(_main())
