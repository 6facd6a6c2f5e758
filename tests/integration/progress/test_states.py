"""A consumer that reads the topic of states from its beginning has what queries answer, whatever happened before."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1.events_pb2 import TenantRegistered
from cairn.goals.v1 import events_pb2 as goals
from cairn.operations.v1.operations_pb2 import RebuildRequest
from cairn.progress.v1.events_pb2 import STATUS_AT_RISK, STATUS_ON_TRACK
from cairn.progress.v1.state_pb2 import ObjectiveState
from chassis.events import RecordedEvent
from chassis.ids import id_text, new_id
from chassis.kafka.compacted import CompactedTopic, KeyedMessage
from chassis.partitions import partition_of
from chassis.runtime import Clock
from progress.states import StateWitness
from shared.roles import OPERATOR
from tests.support.events import an_id
from tests.support.filled_logs import create_logs
from tests.support.history import DENSE, History
from tests.support.infrastructure import Broker, DatabaseServer
from tests.support.projection import PARTITIONS
from tests.support.served_progress import TENANT, Served, activated, check_in, metric, objective, serve
from tests.support.told import START
from tests.support.told_states import (
    SetClock,
    Telling,
    answered,
    consumed_from_the_beginning,
    environment,
    settings_of,
    telling,
    without_computation,
)

pytestmark = pytest.mark.timeout(180)


class Followed:
    """A progress service with its topic."""

    def __init__(self, progress: Served, following: Telling, kafka: Broker, topic: str, log: str) -> None:
        self.progress = progress
        self.following = following
        self.kafka = kafka
        self.topic = topic
        self.log = log
        self.tell = progress.tell

    async def told(self) -> dict[bytes, Any]:
        """What a consumer has that begins now, without what is gone."""
        await self.following.follow()
        found = await consumed_from_the_beginning(self.kafka.bootstrap, self.topic)
        return {key: without_computation(value) for key, (_, value) in found.items() if value is not None}

    async def tells_what_is_answered(self, tenant: bytes = TENANT) -> None:
        told, expected = await self.told(), await answered(self.progress, tenant)
        assert told.keys() == expected.keys()
        for key, state in expected.items():
            assert told[key] == state

    async def messages(self) -> int:
        return sum(self.following.topic.ends.values())


@asynccontextmanager
async def followed(
    postgres: DatabaseServer, kafka: Broker, folder: Path, events: list[RecordedEvent], clock: Clock | None = None
) -> AsyncIterator[Followed]:
    """On a topic of its own."""
    logs, topic, log = await create_logs(postgres, events), f"states-{new_id().hex()}", postgres.create_database()
    async with (
        serve(postgres.create_database(), logs, folder, clock) as progress,
        telling(progress.live.dsn, log, kafka.bootstrap, topic, clock) as following,
    ):
        yield Followed(progress, following, kafka, topic, log)


@pytest.fixture
async def company(postgres: DatabaseServer, kafka: Broker, tmp_path: Path) -> AsyncIterator[Followed]:
    async with followed(postgres, kafka, tmp_path, []) as company:
        yield company


@pytest.mark.parametrize("seed", [5])
async def test_a_consumer_that_starts_today_has_what_queries_answer(
    postgres: DatabaseServer, kafka: Broker, tmp_path: Path, seed: int
) -> None:
    history = History(700, seed, DENSE)
    events, r = list(history.events()), random.Random(seed)
    (tenant,) = history.tenants
    async with followed(postgres, kafka, tmp_path, events) as company:
        for start in range(0, len(events), 250):
            await company.progress.live.take_all(events[start : start + 250], r)
            await company.following.follow()
        await company.tells_what_is_answered(tenant)
        [step async for step in company.progress("Rebuild", RebuildRequest(), role=OPERATOR)]
        before = await company.messages()
        await company.tells_what_is_answered(tenant)
        things = len(await answered(company.progress, tenant))
        assert things <= await company.messages() - before <= 1.2 * things  # everything once, a few that stand above others twice


async def test_what_a_command_changes_is_told(company: Followed) -> None:
    tell = company.tell
    await tell(objective("top", roll_up=goals.ROLL_UP_BOTH), objective("O"), objective("draft", visibility=goals.VISIBILITY_PRIVATE))
    await tell(*activated("top", "O"), metric("O", "a", counts_for=[an_id("top")]), metric("O", "b"))
    await company.tells_what_is_answered()
    for happens in (
        [check_in("O", "a", 120, START + 40, confidence=7)],
        [checkins.CheckInCorrected(**_on("a"), check_in_id=an_id(f"a@{START + 40}"), correction_id=new_id(), as_of=START + 40, value=90)],
        [checkins.CheckInRetracted(**_on("a"), check_in_id=an_id(f"a@{START + 40}"), as_of=START + 40)],
        [checkins.CheckInAbstained(**_on("b"), check_in_id=an_id("none"), as_of=START + 41)],
        [checkins.KeyResultGraded(**_on("b"), grade=0.7, as_of=START + 50, graded_on=START + 50)],
        [goals.ObjectiveRevised(objective_id=an_id("O"), title="Otherwise", owner_id=an_id("Eve"))],  # no number moves
        [goals.KeyResultRevised(**_on("b"), title="b, otherwise", weight=3)],
        [goals.ObjectiveAligned(objective_id=an_id("O"), parent_objective_id=an_id("top"))],
        [goals.KeyResultUnshared(**_on("a"), counts_for=an_id("top"))],
        [goals.KeyResultShared(**_on("b"), counts_for=an_id("draft"))],
        [goals.KeyResultCancelled(**_on("a"))],
        [goals.ObjectiveClosed(objective_id=an_id("O"))],
        [goals.ObjectiveCancelled(objective_id=an_id("draft"))],
    ):
        await tell(*happens, day=START + 60)
        await company.tells_what_is_answered()


def _on(key_result: str) -> dict[str, Any]:
    return {"objective_id": an_id("O"), "key_result_id": an_id(key_result)}


async def test_a_state_says_what_it_rests_on_and_stands_where_its_key_belongs(company: Followed) -> None:
    await company.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 500, START))
    await company.following.follow()
    found = await consumed_from_the_beginning(company.kafka.bootstrap, company.topic)
    headers, state = found[an_id("a")]
    assert state is not None
    assert (
        headers.items()
        >= {
            "ce_type": "cairn.progress.v1.KeyResultState",
            "ce_source": "/cairn/progress",
            "ce_tenant": id_text(TENANT),
            "ce_subject": id_text(an_id("a")),
        }.items()
    )
    positions = {p.log: list(p.of_partitions) for p in state.computed.positions}
    assert positions["checkins"][partition_of(an_id("O"), PARTITIONS)] == 1
    assert max(positions["goals"]) == 3
    assert sum(company.following.topic.ends.values()) >= len(found)


async def test_kafka_made_anew_is_filled_again(company: Followed) -> None:
    await company.tell(objective("O"), *activated("O"), metric("O", "a"), objective("draft"))
    await company.tells_what_is_answered()
    admin = AIOKafkaAdminClient(bootstrap_servers=company.kafka.bootstrap)
    await admin.start()
    await admin.delete_topics([company.topic])
    await admin.close()
    await company.tell(check_in("O", "a", 5, START))  # while it is away, what moves is owed
    async with asyncio.timeout(60):
        while sum(company.following.topic.ends.values()) != 0:  # noqa: ASYNC110 - of Kafka
            await asyncio.sleep(0.05)
    await company.tells_what_is_answered()


async def test_what_nobody_remembers_to_have_written_is_written_anew(company: Followed) -> None:
    """By a process that had lost its lock, or that died before it could remember; what never was is taken away."""
    await company.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 500, START))
    await company.tells_what_is_answered()
    async with company.progress.live.pool.connection() as connection:
        await connection.execute("DELETE FROM state_topic")
    other = CompactedTopic(company.topic, settings_of(company.kafka.bootstrap), StateWitness(company.progress.live.dsn))
    async with other.kept(), asyncio.timeout(30):
        while not other.takes:  # noqa: ASYNC110 - of Kafka
            await asyncio.sleep(0.02)
        assert await other.write([KeyedMessage(an_id("O"), b"", []), KeyedMessage(an_id("never"), b"", [])])
    async with asyncio.timeout(30):
        while company.following.topic.ends != other.ends:  # noqa: ASYNC110 - of Kafka
            await asyncio.sleep(0.05)
    await company.tells_what_is_answered()
    found = await consumed_from_the_beginning(company.kafka.bootstrap, company.topic)
    assert found[an_id("never")][1] is None


async def test_what_no_log_has_any_more_is_taken_away(company: Followed) -> None:
    await company.tell(objective("lost"), metric("lost", "a"))  # then the log is restored from a state before it
    assert (await company.told()).keys() == {an_id("lost"), an_id("a")}
    [step async for step in company.progress("Rebuild", RebuildRequest(), role=OPERATOR)]
    assert await company.told() == {}
    found = await consumed_from_the_beginning(company.kafka.bootstrap, company.topic)
    assert [found[an_id(name)][1] for name in ("lost", "a")] == [None, None]
    assert found[an_id("a")][0]["ce_type"] == "cairn.progress.v1.KeyResultState"


async def test_a_process_may_be_killed_at_any_time(postgres: DatabaseServer, kafka: Broker, tmp_path: Path) -> None:
    history = History(500, 11, DENSE)
    events, r = list(history.events()), random.Random(11)
    (tenant,) = history.tenants
    async with followed(postgres, kafka, tmp_path, events) as company:
        told = environment(company.progress.live.dsn, company.log, kafka.bootstrap, company.topic)
        for start in range(0, len(events), 130):
            command = [sys.executable, "-m", "tests.support.told_states"]
            process = await asyncio.create_subprocess_exec(*command, env=told, stdout=asyncio.subprocess.PIPE)
            assert process.stdout is not None
            async with asyncio.timeout(60):
                while b"following" not in (line := await process.stdout.readline()):  # it logs to the same place
                    assert line, "it ended"
            await company.progress.live.take_all(events[start : start + 130], r)
            await asyncio.sleep(r.random() / 5)
            process.kill()
            await process.wait()
        await company.tells_what_is_answered(tenant)


async def test_a_day_that_begins_is_told(postgres: DatabaseServer, kafka: Broker, tmp_path: Path) -> None:
    """Paces move on, and what was dated ahead counts; what ended stays as it was."""
    clock = SetClock(START + 10)
    async with followed(postgres, kafka, tmp_path, [], clock) as company:
        await company.tell(TenantRegistered(tenant_id=TENANT, name="acme", time_zone="UTC"))
        await company.tell(
            objective("O"), objective("draft"), objective("over"), *activated("O", "over"), metric("O", "a"), metric("over", "b")
        )
        await company.tell(check_in("O", "a", 60, START + 10), check_in("over", "b", 10, START + 5), check_in("O", "a", 90, START + 12))
        await company.tell(goals.ObjectiveClosed(objective_id=an_id("over"), holds_from=START + 9))
        statuses = []
        for day in (10, 11, 12, 60):
            clock.day = START + day
            await company.tells_what_is_answered()
            told = await consumed_from_the_beginning(kafka.bootstrap, company.topic)
            state = told[an_id("O")][1]
            assert isinstance(state, ObjectiveState)
            assert state.computed.on_day == START + day
            statuses.append((state.progress, state.status))
        assert statuses == [(0.12, STATUS_ON_TRACK), (0.12, STATUS_ON_TRACK), (0.18, STATUS_ON_TRACK), (0.18, STATUS_AT_RISK)]
