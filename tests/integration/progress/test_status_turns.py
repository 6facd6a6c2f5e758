"""Each turn of a status is announced once, whatever is folded, repeated or rebuilt."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from cairn.directory.v1.events_pb2 import TenantRegistered
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import events_pb2 as progress_events
from chassis.days import day_of
from chassis.errors import Refused
from chassis.events import EventTypes
from chassis.eventstore import Aggregates, EventLog
from chassis.kafka.compacted import CompactedTopic
from chassis.postgres.binary import take_arrays
from chassis.runtime import Settings
from progress import follower, queries
from progress.follower import Follower
from progress.states import StateWitness
from shared.services import PROGRESS
from tests.support.events import an_id
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import Projection, projection
from tests.support.served_progress import TENANT, Served, check_in, metric, objective
from tests.support.told import START
from tests.support.told_states import SetClock

pytestmark = pytest.mark.timeout(180)


def without_kafka(dsn: str) -> CompactedTopic:
    """A topic that is not there: announcing does not wait for it."""
    return CompactedTopic("nowhere", Settings(), StateWitness(dsn))


class Following:
    """A projection whose status turns are announced by hand."""

    def __init__(self, live: Projection, log: EventLog, clock: SetClock) -> None:
        self.served = Served(None, None, None, live, [])  # type: ignore[arg-type]
        self.log = log
        self.clock = clock

    async def follow(self) -> None:
        """As after a restart: nothing is remembered."""
        types = EventTypes(progress_events, upcasters={})
        one = Follower(self.served.live.dsn, Aggregates(self.log, types), self.clock, without_kafka(self.served.live.dsn))
        async with await psycopg.AsyncConnection.connect(self.served.live.dsn, autocommit=True) as connection:
            take_arrays(connection)
            while await one.follow_moved(connection):
                pass
            await one.begin_days(connection)

    async def turned_on(self) -> list[tuple[str, str, int]]:
        """What was announced: (objective, status, day)."""
        async with await psycopg.AsyncConnection.connect(self.log.dsn) as connection:
            rows = await (await connection.execute("SELECT payload, uuid_send(actor_id) FROM event ORDER BY position")).fetchall()
        assert {actor for _, actor in rows} <= {PROGRESS}
        events = [progress_events.ObjectiveStatusTurned.FromString(payload) for payload, _ in rows]
        return [(e.title, progress_events.Status.Name(e.to).removeprefix("STATUS_").lower(), e.on_day) for e in events]

    async def turned(self) -> list[tuple[str, str]]:
        """The same, without the day."""
        return [(title, status) for title, status, _ in await self.turned_on()]

    async def causes(self) -> list[tuple[str, bytes | None]]:
        """What each announcement carries as its cause, by the objective's title."""
        async with await psycopg.AsyncConnection.connect(self.log.dsn) as connection:
            rows = await (await connection.execute("SELECT payload, uuid_send(causation_id) FROM event ORDER BY position")).fetchall()
        return [(progress_events.ObjectiveStatusTurned.FromString(payload).title, cause) for payload, cause in rows]


@pytest.fixture
async def following(postgres: DatabaseServer) -> AsyncIterator[Following]:
    database = postgres.create_database()
    async with projection(database) as live:
        log = EventLog(database, "progress", 6)
        await log.start()
        try:
            following = Following(live, log, SetClock(START))
            await following.served.tell(TenantRegistered(tenant_id=TENANT, name="acme", time_zone="UTC"))
            yield following
        finally:
            await log.stop()


def active(name: str, **more: Any) -> tuple[Any, Any]:
    return objective(name, **more), goals.ObjectiveActivated(objective_id=an_id(name))


async def test_a_turn_is_announced_once_whoever_follows_again(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("O"), metric("O", "a"))
    await following.follow()
    assert await following.turned() == []  # not started is where everything begins
    await tell(check_in("O", "a", 10, START))
    await following.follow()
    async with following.served.live.pool.connection() as connection:
        await connection.execute(
            "INSERT INTO number_moved (objective_ids, event_ids) VALUES (ARRAY[%s]::uuid[], ARRAY[NULL]::uuid[])", (an_id("O").hex(),)
        )
    await following.follow()
    assert await following.turned() == [("O", "on_track")]
    following.clock.day = START + 1
    await tell(check_in("O", "a", 500, START + 1))
    await following.follow()
    assert await following.turned() == [("O", "on_track"), ("O", "achieved")]


@pytest.mark.parametrize("late", ["deciding", "appending"])
async def test_a_process_that_has_lost_its_lock_announces_nothing_after_its_successor(
    following: Following, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """Its successor has announced the same by then, and the opposite: what is announced looks as if there had been no successor."""
    tell = following.served.tell
    await tell(*active("O"), metric("O", "a"), check_in("O", "a", 10, START))
    await following.follow()
    following.clock.day = START + 2
    await tell(check_in("O", "a", 500, START + 1))
    log = EventLog(following.log.dsn, "progress", 6)
    await log.start()
    aggregates = Aggregates(log, EventTypes(progress_events, upcasters={}))

    async def successor() -> None:
        await following.follow()
        await tell(check_in("O", "a", 10, START + 2))
        await following.follow()

    if late == "deciding":
        monkeypatch.setattr(aggregates, "decide_each", before_first_call(successor, aggregates.decide_each))
    else:
        monkeypatch.setattr(log, "append_each", before_first_call(successor, log.append_each))
    async with await psycopg.AsyncConnection.connect(following.served.live.dsn, autocommit=True) as connection:
        take_arrays(connection)
        dsn = following.served.live.dsn
        late_one = Follower(dsn, aggregates, following.clock, without_kafka(dsn))
        with pytest.raises(Refused, match="announced by another process"):
            await late_one.follow_moved(connection)
    await log.stop()
    await following.follow()  # whatever is left
    assert await following.turned() == [("O", "on_track"), ("O", "achieved"), ("O", "on_track")]


def before_first_call(happening: Callable[[], Awaitable[None]], function: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """The function, but before the first call of it something happens."""
    calls = itertools.count()

    async def called(*arguments: Any) -> Any:
        if next(calls) == 0:
            await happening()
        return await function(*arguments)

    return called


async def test_a_status_turns_because_time_passes(following: Following) -> None:
    await following.served.tell(*active("O"), metric("O", "a"), check_in("O", "a", 50, START))
    for days in (0, 10, 30, 30, 90):
        following.clock.day = START + days
        await following.follow()
    assert [status for _, status in await following.turned()] == ["on_track", "behind", "at_risk"]


async def test_a_shared_key_result_turns_every_objective_and_the_parents_that_roll_up_from_them(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("top", roll_up=goals.ROLL_UP_CHILDREN), *active("home"), *active("other"), *active("apart"))
    await tell(goals.ObjectiveAligned(objective_id=an_id("other"), parent_objective_id=an_id("top")))
    await tell(metric("home", "a", counts_for=[an_id("other")]), metric("apart", "b"))
    await following.follow()
    await tell(check_in("home", "a", 500, START))
    await following.follow()
    assert sorted(await following.turned()) == [("home", "achieved"), ("other", "achieved"), ("top", "achieved")]


async def test_a_parent_that_loses_a_child_turns_too(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("top", roll_up=goals.ROLL_UP_CHILDREN), *active("done"), *active("late"))
    await tell(*(goals.ObjectiveAligned(objective_id=an_id(child), parent_objective_id=an_id("top")) for child in ("done", "late")))
    await tell(metric("done", "a"), metric("late", "b"), check_in("done", "a", 500, START), check_in("late", "b", 0, START))
    following.clock.day = START + 60
    await following.follow()
    assert ("top", "on_track") in await following.turned()  # 0.6 − 0.5
    await tell(goals.ObjectiveAligned(objective_id=an_id("done")))
    await following.follow()
    assert (await following.turned())[-1] == ("top", "at_risk")


def total(objective: str, name: str, *feeds: str, **more: Any) -> goals.KeyResultDefined:
    fed = goals.Sum(start=0, target=500, feeds=map(an_id, feeds))
    return goals.KeyResultDefined(objective_id=an_id(objective), key_result_id=an_id(name), title=name, weight=1, sum=fed, **more)


async def test_what_feeds_a_sum_turns_every_objective_that_the_sum_counts_for(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("home"), *active("other"), *active("sums"), *active("above"), *active("apart"))
    await tell(metric("home", "a"), metric("apart", "b"), total("sums", "k", "a", counts_for=[an_id("other")]), total("above", "m", "k"))
    await following.follow()
    await tell(check_in("home", "a", 500, START))
    await following.follow()
    assert sorted(await following.turned()) == [(name, "achieved") for name in ("above", "home", "other", "sums")]


async def test_a_value_of_a_kpi_turns_what_follows_it_from_its_day_on(following: Following) -> None:
    tell = following.served.tell
    kpi_id = an_id("churn")
    event: Any = {"kpi_id": kpi_id, "measurement_id": an_id("m")}
    await tell(goals.KpiDefined(kpi_id=kpi_id, title="churn", holds_from=0), *active("O"), total("O", "k", "churn"))
    await following.follow()
    await tell(goals.KpiMeasured(value=500, as_of=START, **event))
    await following.follow()
    assert await following.causes() == [("O", following.served.events[-1].event_id)]
    await tell(goals.KpiMeasurementRetracted(as_of=START, **event))
    await tell(goals.KpiMeasured(kpi_id=kpi_id, measurement_id=an_id("n"), value=500, as_of=START + 1))
    await following.follow()
    following.clock.day = START + 1
    await following.follow()
    assert [turn[1:] for turn in await following.turned_on()] == [("achieved", START), ("not_started", START), ("achieved", START + 1)]


async def test_drafts_and_what_is_over_do_not_turn(following: Following) -> None:
    tell = following.served.tell
    await tell(objective("draft"), metric("draft", "a"), check_in("draft", "a", 500, START))
    await tell(
        *active("over"), goals.ObjectiveCancelled(objective_id=an_id("over")), metric("over", "b"), check_in("over", "b", 500, START)
    )
    await following.follow()
    assert await following.turned() == []


async def test_a_turn_carries_the_event_that_moved_the_number(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("top", roll_up=goals.ROLL_UP_CHILDREN), *active("home"), *active("other"))
    await tell(goals.ObjectiveAligned(objective_id=an_id("other"), parent_objective_id=an_id("top")))
    await tell(metric("home", "a", counts_for=[an_id("other")]))
    await following.follow()
    await tell(check_in("home", "a", 10, START), check_in("home", "a", 500, START + 1))
    await following.follow()
    newest = following.served.events[-1].event_id
    assert sorted(await following.causes()) == [("home", newest), ("other", newest), ("top", newest)]


async def test_a_turn_of_the_calendar_alone_has_no_cause(following: Following) -> None:
    await following.served.tell(*active("O"), metric("O", "a"), check_in("O", "a", 50, START))
    await following.follow()
    following.clock.day = START + 30
    await following.follow()
    assert await following.causes() == [("O", following.served.events[-1].event_id), ("O", None)]


async def test_after_a_rebuild_the_newest_event_that_the_number_came_from_is_the_cause(following: Following) -> None:
    await following.served.tell(*active("O"), metric("O", "a"), check_in("O", "a", 500, START))
    async with following.served.live.pool.connection() as connection:
        await connection.execute("UPDATE number_moved SET event_ids = array_fill(NULL::uuid, ARRAY[cardinality(objective_ids)])")
    await following.follow()
    _, _, activated, defined, checked_in = (event.event_id for event in following.served.events)
    assert await following.causes() == [("O", max(activated, defined, checked_in))]


MIDNIGHTS = [
    ("Pacific/Kiritimati", "2019-05-05", "2019-05-04T10:00Z"),
    ("UTC", "2019-05-05", "2019-05-05T00:00Z"),
    ("Pacific/Pago_Pago", "2019-05-05", "2019-05-05T11:00Z"),
    ("Europe/Zurich", "2019-03-31", "2019-03-30T23:00Z"),  # clocks are put forward on this day
    ("Europe/Zurich", "2019-04-01", "2019-03-31T22:00Z"),
    ("Europe/Zurich", "2019-10-27", "2019-10-26T22:00Z"),  # and back on this
    ("Europe/Zurich", "2019-10-28", "2019-10-27T23:00Z"),
    ("America/Santiago", "2019-09-08", "2019-09-08T04:00Z"),  # clocks are put forward at midnight: the day begins at one
]
"""Days, and when they begin, from 14 hours ahead of UTC to 11 behind it."""


async def test_a_status_turns_at_midnight_where_its_tenant_is(following: Following) -> None:
    cases = []
    for number, (zone, day, begins) in enumerate(MIDNIGHTS):
        name, turns = f"O{number}", day_of(date.fromisoformat(day))
        start = turns - 21  # 0.1 on track up to 0.2 of the span
        tenant = an_id(f"tenant {number}")
        await following.served.tell(
            TenantRegistered(tenant_id=tenant, name=name, time_zone=zone),
            *active(name, start_day=start, due_day=start + 100),
            metric(name, f"{name}/1"),
            check_in(name, f"{name}/1", 50, start),
            day=start,
            tenant=tenant,
        )
        cases.append((datetime.fromisoformat(begins), name, turns))
    for midnight, name, turns in sorted(cases):
        following.clock.set(midnight - timedelta(minutes=1))
        await following.follow()
        assert (name, "behind", turns) not in await following.turned_on()
        following.clock.set(midnight)
        await following.follow()
        assert (name, "behind", turns) in await following.turned_on()


async def test_what_a_check_in_turns_is_told_of_the_day_that_it_is_where_its_tenant_is(following: Following) -> None:
    for name, zone in (("east", "Pacific/Kiritimati"), ("west", "Pacific/Pago_Pago")):
        tenant = an_id(name)
        await following.served.tell(TenantRegistered(tenant_id=tenant, name=name, time_zone=zone), tenant=tenant)
        await following.served.tell(*active(name), metric(name, f"{name}/1"), check_in(name, f"{name}/1", 50, START), tenant=tenant)
    following.clock.day = START + 5
    following.clock.hour = 10.5
    await following.follow()
    assert sorted(await following.turned_on()) == [("east", "on_track", START + 6), ("west", "on_track", START + 4)]


async def test_a_day_is_begun_once_and_a_clock_that_is_set_back_begins_none(following: Following) -> None:
    await following.served.tell(*active("O"), metric("O", "a"), check_in("O", "a", 50, START))
    for days in (30, 29, 10, 30):
        following.clock.day = START + days
        await following.follow()
    assert await following.turned_on() == [("O", "behind", START + 30)]


@pytest.fixture
async def two(following: Following, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Two tenants with an objective each; says whether the numbers of the first one can be computed."""
    computed = queries.with_numbers
    broken = True

    async def computing(cursor: Any, rows: Any, tenant_id: bytes, *rest: Any) -> Any:
        if broken and tenant_id == an_id("broken"):
            raise ArithmeticError("a number that nobody thought of")
        return await computed(cursor, rows, tenant_id, *rest)

    def break_or_mend(now_broken: bool) -> None:
        nonlocal broken
        broken = now_broken

    monkeypatch.setattr(follower, "with_numbers", computing)
    for name in ("broken", "whole"):
        tenant = an_id(name)
        await following.served.tell(TenantRegistered(tenant_id=tenant, name=name, time_zone="UTC"), tenant=tenant)
        await following.served.tell(*active(name), metric(name, f"{name}/1"), check_in(name, f"{name}/1", 50, START), tenant=tenant)
    return break_or_mend


async def test_what_fails_for_one_tenant_stops_no_other_and_is_tried_again(following: Following, two: Callable[[bool], None]) -> None:
    await following.follow()
    assert await following.turned() == [("whole", "on_track")]
    following.clock.day = START + 30
    await following.follow()
    assert await following.turned() == [("whole", "on_track"), ("whole", "behind")]
    two(False)
    await following.follow()
    assert (await following.turned())[2:] == [("broken", "behind")]


async def test_a_tenant_for_whom_it_failed_later_on_the_day_is_tried_again_on_that_day(
    following: Following, two: Callable[[bool], None]
) -> None:
    two(False)
    await following.follow()
    two(True)
    for name in ("broken", "whole"):
        await following.served.tell(check_in(name, f"{name}/1", 500, START), tenant=an_id(name))
    await following.follow()
    two(False)
    await following.follow()
    assert (await following.turned())[2:] == [("whole", "achieved"), ("broken", "achieved")]


async def test_days_of_a_time_zone_that_the_machine_does_not_know_begin_as_those_of_utc(following: Following) -> None:
    for name, zone in (("there", "Mars/Olympus"), ("here", "UTC")):
        tenant = an_id(name)
        await following.served.tell(TenantRegistered(tenant_id=tenant, name=name, time_zone=zone), tenant=tenant)
        await following.served.tell(*active(name), metric(name, f"{name}/1"), check_in(name, f"{name}/1", 50, START), tenant=tenant)
    await following.follow()
    following.clock.day = START + 30
    await following.follow()
    assert sorted(await following.turned()) == [("here", "behind"), ("here", "on_track"), ("there", "behind"), ("there", "on_track")]
