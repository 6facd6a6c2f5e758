"""Checkins' own copy of key results: from goals' log, through the relay and Kafka, into its database and its memory."""

from __future__ import annotations

import asyncio
import random
import string
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from cairn.checkins.v1 import service_pb2 as checkins_api
from cairn.goals.v1 import events_pb2 as events
from cairn.goals.v1 import service_pb2 as goals_api
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.eventstore import Aggregates, Appended, EventLog
from chassis.ids import new_id
from chassis.kafka.consumer.schema import create_schema as create_consumer_schema
from chassis.positions import Position
from chassis.rebuild import rebuild
from checkins.aggregates import EVENT_TYPES as CHECK_IN_EVENTS
from checkins.catalogue import Catalogue, conninfo
from checkins.commands import correct_check_in, grade_key_result, record_check_in, retract_check_in
from checkins.domain.key_results import KeyResult, Way
from checkins.key_results import KeyResults
from checkins.rebuild import PROJECTION
from checkins.service import CheckInsService
from goals import queries
from goals.aggregates import EVENT_TYPES
from goals.commands.cycles import define_cycle, move_cycle
from goals.commands.key_results import cancel_key_result, define_key_result, revise_key_result
from goals.commands.objectives import activate_objective, close_objective, define_objective, move_objective, revise_objective
from goals.index import Index
from goals.service import Goals
from shared.roles import ADMIN
from tests.integration.goals_checkins.callers import JAN_1, MAR_31, NOTHING_IS_SAID, a_row
from tests.support.infrastructure import DatabaseServer

PARTITIONS, PATIENCE = 3, 30.0


class GoalsInProcess:
    """What checkins asks, answered without a network; or not at all."""

    def __init__(self, goals: Goals, call: Call) -> None:
        self._goals = goals
        self._call = call
        self.answers = True
        self.asked = 0

    async def DescribeKeyResult(self, request: goals_api.DescribeKeyResultRequest, **_: Any) -> goals_api.DescribeKeyResultResponse:
        self.asked += 1
        if not self.answers:
            raise Refused("UNAVAILABLE", "goals is away", kind=Kind.UNAVAILABLE)
        return await queries.describe_key_result(self._goals, self._call, request)

    async def ConfirmDefinitions(self, request: goals_api.ConfirmDefinitionsRequest, **_: Any) -> goals_api.ConfirmDefinitionsResponse:
        if not self.answers:
            raise Refused("UNAVAILABLE", "goals is away", kind=Kind.UNAVAILABLE)
        return await queries.confirm_definitions(self._goals, self._call, request)


@dataclass
class Both:
    """Goals with its log, and checkins' catalogue, in this process."""

    goals: Goals
    log: EventLog
    call: Call
    stub: GoalsInProcess
    catalogue: Catalogue
    database: str  # of checkins
    pool: AsyncConnectionPool[AsyncConnection[Any]]

    async def an_objective(self, cycle: str = "2019-Q1") -> bytes:
        defined = await define_cycle(
            self.goals,
            self.call,
            goals_api.DefineCycleRequest(name=cycle, kind=events.CYCLE_KIND_TACTICAL, first_day=JAN_1, last_day=MAR_31),
        )
        request = goals_api.DefineObjectiveRequest(cycle_id=defined.aggregate_ids[0], title="Expand the team")
        return (await define_objective(self.goals, self.call, request)).aggregate_ids[0]

    async def a_key_result(self, objective_id: bytes) -> bytes:
        request = goals_api.DefineKeyResultRequest(objective_id=objective_id, title="Hire", metric=events.Metric(start=0, target=3))
        return (await define_key_result(self.goals, self.call, request)).event_ids[0]

    async def activate(self, objective_id: bytes) -> Appended:
        return await activate_objective(self.goals, self.call, goals_api.ActivateObjectiveRequest(objective_id=objective_id))

    async def close(self, objective_id: bytes) -> Appended:
        return await close_objective(self.goals, self.call, goals_api.CloseObjectiveRequest(objective_id=objective_id))

    async def to_another_cycle(self, objective_id: bytes) -> Appended:
        defining = goals_api.DefineCycleRequest(name="elsewhere", kind=events.CYCLE_KIND_TACTICAL, first_day=JAN_1, last_day=MAR_31)
        defined = await define_cycle(self.goals, self.call, defining)
        request = goals_api.MoveObjectiveRequest(objective_id=objective_id, cycle_id=defined.aggregate_ids[0])
        return await move_objective(self.goals, self.call, request)

    async def take_in_all(self, after: int = 0) -> None:
        """What the consumer does with the log, again from its beginning or from a position on."""
        recorded = await self.log.reader.read(after)
        async with self.pool.connection() as connection, connection.transaction():
            await self.catalogue.take_in(connection, recorded)

    async def as_goals_says(self, key_result_id: bytes) -> KeyResult:
        """The key result as goals describes it now."""
        return await Catalogue(self.database, self.pool, self.stub).ask(self.call, key_result_id)  # type: ignore[arg-type]


@pytest.fixture
async def both(postgres: DatabaseServer) -> AsyncIterator[Both]:
    goals_database, checkins_database = postgres.create_database(), conninfo(postgres.create_database())
    log = EventLog(goals_database, "".join(random.choices(string.ascii_lowercase, k=12)), PARTITIONS)
    index = Index(goals_database, EVENT_TYPES, 6, log.reader)
    await log.start()
    await index.start()
    goals = Goals(Aggregates(log, EVENT_TYPES), index)
    call = Call(Identity(new_id(), new_id(), frozenset({ADMIN})), new_id(), token="token")
    stub = GoalsInProcess(goals, call)
    async with AsyncConnectionPool(checkins_database, min_size=1, max_size=2, kwargs={"autocommit": True}, open=False) as pool:
        catalogue = Catalogue(checkins_database, pool, stub)  # type: ignore[arg-type]
        await catalogue.start()
        yield Both(goals, log, call, stub, catalogue, checkins_database, pool)
        await catalogue.stop()
    await index.stop()
    await log.stop()


async def test_the_copy_is_what_goals_would_say_after_every_kind_of_event(both: Both) -> None:
    objective_id = await both.an_objective()
    key_result_id = await both.a_key_result(objective_id)
    another_id = await both.a_key_result(objective_id)
    bob, goals, call = new_id(), both.goals, both.call
    steps = [
        both.activate(objective_id),
        revise_objective(
            goals,
            call,
            goals_api.ReviseObjectiveRequest(
                objective_id=objective_id,
                owner_id=bob,
                team_id=new_id(),
                visibility=events.VISIBILITY_TEAM,
                contributors=events.People(person_ids=[new_id(), new_id()]),
                named_people=events.People(person_ids=[new_id()]),
            ),
        ),
        revise_objective(
            goals, call, goals_api.ReviseObjectiveRequest(objective_id=objective_id, team_id=b"", contributors=events.People())
        ),
        revise_key_result(goals, call, goals_api.ReviseKeyResultRequest(key_result_id=key_result_id, weight=2)),
        revise_key_result(goals, call, goals_api.ReviseKeyResultRequest(key_result_id=key_result_id, target=30)),
        revise_key_result(goals, call, goals_api.ReviseKeyResultRequest(key_result_id=key_result_id, start=0.5)),
        revise_key_result(
            goals,
            call,
            goals_api.ReviseKeyResultRequest(key_result_id=key_result_id, owners=events.Owners(owners=[events.Owner(person_id=bob)])),
        ),
        revise_key_result(
            goals,
            call,
            goals_api.ReviseKeyResultRequest(key_result_id=another_id, owners=events.Owners(owners=[events.Owner(person_id=new_id())])),
        ),
        both.to_another_cycle(objective_id),
        cancel_key_result(goals, call, goals_api.CancelKeyResultRequest(key_result_id=key_result_id)),
        both.close(objective_id),
    ]
    for step in steps:
        await step
        await both.take_in_all()
        expected = {key_result_id: await both.as_goals_says(key_result_id)}
        without_memory = Catalogue(both.database, both.pool, both.stub)  # type: ignore[arg-type]
        assert await without_memory.find(both.call, [key_result_id]) == expected
        await until(lambda: both.catalogue.find(both.call, [key_result_id]), expected)


async def test_an_older_event_does_not_replace_what_goals_said_since(both: Both) -> None:
    objective_id = await both.an_objective()
    key_result_id = await both.a_key_result(objective_id)
    draft = await both.log.reader.read()
    await both.activate(objective_id)
    await until(lambda: _asked_and_kept(both, key_result_id), True)  # once it hears of changes
    newest = both.catalogue.known(key_result_id)
    assert newest is not None
    async with both.pool.connection() as connection, connection.transaction():
        await both.catalogue.take_in(connection, draft)
    other = await both.an_objective("2019-Q2")  # its news comes after that of the draft
    key_result_of_other = await both.a_key_result(other)
    await both.catalogue.ask(both.call, key_result_of_other)
    await both.activate(other)
    await both.take_in_all(after=len(draft) + 1)
    await until(lambda: _at_once(both.catalogue.known(key_result_of_other)), None)
    assert both.catalogue.known(key_result_id) == newest
    assert newest.objective_state == events.OBJECTIVE_STATE_ACTIVE


async def test_a_process_hears_of_what_another_one_consumed(both: Both) -> None:
    objective_id = await both.an_objective()
    key_result_id = await both.a_key_result(objective_id)
    await both.activate(objective_id)
    await both.take_in_all()
    elsewhere = Catalogue(both.database, both.pool, both.stub)  # type: ignore[arg-type]
    await elsewhere.start()

    async def kept() -> bool:
        return bool(await elsewhere.find(both.call, [key_result_id])) and elsewhere.known(key_result_id) is not None

    await until(kept, True)
    await both.close(objective_id)
    await both.take_in_all()
    await until(lambda: _at_once(elsewhere.known(key_result_id)), None)
    assert (await elsewhere.find(both.call, [key_result_id]))[key_result_id].objective_state == events.OBJECTIVE_STATE_CLOSED
    await elsewhere.stop()


async def test_a_rebuild_lets_every_process_forget_what_it_kept(both: Both) -> None:
    objective_id = await both.an_objective()
    key_result_id = await both.a_key_result(objective_id)
    await both.activate(objective_id)
    await both.take_in_all()
    async with both.pool.connection() as connection:  # wrongly, and nobody was told
        await connection.execute("UPDATE known_objective SET state = %s", (events.OBJECTIVE_STATE_CLOSED,))

    async def kept() -> bool:
        return bool(await both.catalogue.find(both.call, [key_result_id])) and both.catalogue.known(key_result_id) is not None

    await until(kept, True)
    await create_consumer_schema(both.database)
    await asyncio.to_thread(rebuild, PROJECTION, both.database, {"goals": both.log.dsn}, PARTITIONS)
    await until(lambda: _at_once(both.catalogue.known(key_result_id)), None)
    found = await both.catalogue.find(both.call, [key_result_id])
    assert found[key_result_id].objective_state == events.OBJECTIVE_STATE_ACTIVE


async def test_what_was_taken_in_before_starts_and_targets_were_is_asked_of_goals_until_a_rebuild_fills_them(both: Both) -> None:
    objective_id = await both.an_objective()
    key_result_id = await both.a_key_result(objective_id)
    await both.activate(objective_id)
    await both.take_in_all()
    async with both.pool.connection() as connection:  # as the step that adds the columns leaves them
        await connection.execute("UPDATE known_key_result SET start = NULL, target = NULL")
    without_memory = Catalogue(both.database, both.pool, both.stub)  # type: ignore[arg-type]
    assert await without_memory.find(both.call, [key_result_id]) == {}
    asked = both.stub.asked
    assert (await KeyResults(without_memory).reportable(both.call, key_result_id)).way == Way(0, 3)
    assert both.stub.asked == asked + 1
    both.stub.answers = False  # what is known is acted on, and nothing is asked about
    assert (await KeyResults(without_memory).reportable(both.call, key_result_id)).way is None
    both.stub.answers = True

    await create_consumer_schema(both.database)
    await asyncio.to_thread(rebuild, PROJECTION, both.database, {"goals": both.log.dsn}, PARTITIONS)
    assert (await without_memory.find(both.call, [key_result_id]))[key_result_id].way == Way(0, 3)


async def test_memory_is_bounded_and_what_left_it_is_found_again(both: Both) -> None:
    objective_id = await both.an_objective()
    ids = [await both.a_key_result(objective_id) for _ in range(3)]
    await both.take_in_all()
    small = Catalogue(both.database, both.pool, both.stub, size=2)  # type: ignore[arg-type]
    await small.start()

    async def kept() -> int:
        assert set(await small.find(both.call, ids)) == set(ids)
        return [small.known(key_result_id) is not None for key_result_id in ids].count(True)

    await until(kept, 2)
    assert await kept() == 2
    await small.stop()
    assert small.known(ids[-1]) is None


@pytest.fixture
async def service(both: Both, database: str) -> AsyncIterator[CheckInsService]:
    check_ins = EventLog(database, "checkins", PARTITIONS)
    await check_ins.start()
    yield CheckInsService(Aggregates(check_ins, CHECK_IN_EVENTS), KeyResults(both.catalogue), NOTHING_IS_SAID)
    await check_ins.stop()


async def reason_of(work: Awaitable[Any]) -> str:
    try:
        await work
    except Refused as refused:
        return refused.reason
    return ""


async def test_what_was_taken_back_is_honoured_at_once_whatever_was_consumed(both: Both, service: CheckInsService) -> None:
    objective_id = await both.an_objective()
    request = checkins_api.RecordCheckInRequest(check_in=a_row(await both.a_key_result(objective_id)))
    await both.activate(objective_id)
    await both.take_in_all()
    assert await reason_of(record_check_in(service, both.call, request)) == ""
    asked = both.stub.asked
    assert await reason_of(record_check_in(service, both.call, request)) == ""  # from memory
    assert both.stub.asked == asked
    await both.close(objective_id)
    assert await reason_of(record_check_in(service, both.call, request)) == "OBJECTIVE_CLOSED"


async def test_while_goals_is_away_what_it_confirmed_is_acted_on_for_a_while(both: Both, service: CheckInsService) -> None:
    objective_id, other_id = await both.an_objective(), await both.an_objective("2019-Q2")
    request, of_other = [checkins_api.RecordCheckInRequest(check_in=a_row(await both.a_key_result(i))) for i in (objective_id, other_id)]
    await both.activate(objective_id)
    await both.activate(other_id)
    await both.take_in_all()
    assert await reason_of(record_check_in(service, both.call, request)) == ""
    await both.close(other_id)
    assert await reason_of(record_check_in(service, both.call, request)) == ""  # this process hears of the end by the way
    both.stub.answers = False
    await asyncio.sleep(both.goals.confirmed_for)  # what was confirmed is no longer good; the test's own clock, not a hope
    assert await reason_of(record_check_in(service, both.call, request)) == ""
    assert await reason_of(record_check_in(service, both.call, of_other)) == "UNAVAILABLE"  # known to have changed, and not how
    unknown = checkins_api.RecordCheckInRequest(check_in=a_row(new_id()))
    assert await reason_of(record_check_in(service, both.call, unknown)) == "UNAVAILABLE"

    too_old = Catalogue(both.database, both.pool, both.stub, longest_age=0)  # type: ignore[arg-type]
    await too_old.start()
    service = CheckInsService(service.aggregates, KeyResults(too_old), NOTHING_IS_SAID)
    assert await reason_of(record_check_in(service, both.call, request)) == "DEFINITIONS_TOO_OLD"
    both.stub.answers = True
    assert await reason_of(record_check_in(service, both.call, request)) == ""
    await too_old.stop()


async def test_a_command_comes_after_the_positions_of_goals_that_it_names(both: Both, service: CheckInsService) -> None:
    objective_id = await both.an_objective()
    request = checkins_api.RecordCheckInRequest(check_in=a_row(await both.a_key_result(objective_id)))
    activated = (await both.activate(objective_id)).positions[0]._replace(log="goals")
    after = replace(both.call, after=(activated, Position("progress", 0, 10**9)))  # what is not goals' does not concern it
    assert await reason_of(record_check_in(service, after, request)) == ""
    ahead = replace(both.call, after=(activated._replace(position=10**9),))
    assert await reason_of(record_check_in(service, ahead, request)) == "POSITION_UNKNOWN"
    both.stub.answers = False
    assert await reason_of(record_check_in(service, ahead, request)) == "GOALS_UNAVAILABLE"


async def test_a_cycle_that_is_closed_takes_no_more_check_ins(both: Both, service: CheckInsService) -> None:
    objective_id = await both.an_objective()
    request = checkins_api.RecordCheckInRequest(check_in=a_row(await both.a_key_result(objective_id)))
    await both.activate(objective_id)
    await both.take_in_all()
    check_in_id = (await record_check_in(service, both.call, request)).check_in_id
    cycle_id = (await both.goals.index.cycles_of(both.call.identity.tenant_id))[0]
    for state in (events.CYCLE_STATE_ACTIVE, events.CYCLE_STATE_REVIEW):
        await move_cycle(both.goals, both.call, goals_api.MoveCycleRequest(cycle_id=cycle_id, to=state))
        assert await reason_of(record_check_in(service, both.call, request)) == ""
    await move_cycle(both.goals, both.call, goals_api.MoveCycleRequest(cycle_id=cycle_id, to=events.CYCLE_STATE_CLOSED))
    about: dict[str, Any] = {"key_result_id": request.check_in.key_result_id}
    for refused in (
        record_check_in(service, both.call, request),
        correct_check_in(service, both.call, checkins_api.CorrectCheckInRequest(**about, check_in_id=check_in_id, value=2)),
        retract_check_in(service, both.call, checkins_api.RetractCheckInRequest(**about, check_in_id=check_in_id)),
    ):
        assert await reason_of(refused) == "OBJECTIVE_CLOSED"  # closing a cycle closes every objective of it that is active
    grade = checkins_api.GradeKeyResultRequest(**about, grade=0.7)
    assert await reason_of(grade_key_result(service, both.call, grade)) == ""  # the figure at the end may come after it


async def test_news_of_more_than_can_be_told_makes_a_process_forget_what_it_kept(both: Both, service: CheckInsService) -> None:
    objective_id = await both.an_objective()
    request = checkins_api.RecordCheckInRequest(check_in=a_row(await both.a_key_result(objective_id)))
    await both.activate(objective_id)
    assert await reason_of(record_check_in(service, both.call, request)) == ""
    async with await AsyncConnection.connect(both.log.dsn) as connection:  # as after a restore: another generation goes on from here
        await connection.execute("UPDATE log_head SET generation = 2")
    await both.close(objective_id)
    assert await reason_of(record_check_in(service, both.call, request)) == "OBJECTIVE_CLOSED"


async def until(ask: Callable[[], Awaitable[Any]], expected: Any) -> None:
    """Polls until what is asked for is what is expected."""
    deadline = time.monotonic() + PATIENCE
    while (found := await ask()) != expected:
        assert time.monotonic() < deadline, f"{found} is not {expected}"
        await asyncio.sleep(0.02)


async def _asked_and_kept(both: Both, key_result_id: bytes) -> bool:
    return await both.catalogue.ask(both.call, key_result_id) == both.catalogue.known(key_result_id)


async def _at_once(value: Any) -> Any:
    return value


async def test_the_index_is_asked_in_the_name_of_a_tenant(both: Both) -> None:
    with pytest.raises(TypeError, match="in the name of a tenant"):
        await both.goals.index.read()
