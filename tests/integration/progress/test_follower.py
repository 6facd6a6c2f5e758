"""The follower announces each turn of a status once, whatever is folded, repeated or rebuilt."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import events_pb2 as progress_events
from chassis.errors import Refused
from chassis.events import EventTypes
from chassis.eventstore import Aggregates, EventLog
from chassis.postgres.binary import take_arrays
from progress.status_turns import SYSTEM, Follower
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import Projection, projection
from tests.support.served_progress import Served, check_in, metric, objective
from tests.support.told import START, key

pytestmark = pytest.mark.timeout(180)


class SetClock:
    """A clock that is set by hand."""

    def __init__(self, day: int) -> None:
        self.day = day

    def now(self) -> datetime:
        return datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=self.day)


class Following:
    """A projection whose follower is driven by hand."""

    def __init__(self, live: Projection, log: EventLog, clock: SetClock) -> None:
        self.served = Served(None, None, live, [])  # type: ignore[arg-type]
        self.log = log
        self.clock = clock

    async def follow(self, *, new_day: bool = False) -> None:
        """As after a restart: nothing is remembered."""
        types = EventTypes(progress_events, upcasters={})
        follower = Follower(self.served.live.dsn, Aggregates(self.log, types), self.clock)
        async with await psycopg.AsyncConnection.connect(self.served.live.dsn, autocommit=True) as connection:
            take_arrays(connection)
            while await follower.follow_moved(connection):
                pass
            if new_day:
                await follower.begin_day(connection, self.clock.day)

    async def turned(self) -> list[tuple[str, str]]:
        """What was announced: (objective, status)."""
        async with await psycopg.AsyncConnection.connect(self.log.dsn) as connection:
            rows = await (await connection.execute("SELECT payload, uuid_send(actor_id) FROM event ORDER BY position")).fetchall()
        assert {actor for _, actor in rows} <= {SYSTEM}
        events = [progress_events.ObjectiveStatusTurned.FromString(payload) for payload, _ in rows]
        return [(e.title, progress_events.Status.Name(e.to).removeprefix("STATUS_").lower()) for e in events]


@pytest.fixture
async def following(postgres: DatabaseServer) -> AsyncIterator[Following]:
    database = postgres.create_database()
    async with projection(database) as live:
        log = EventLog(database, "progress", 6)
        await log.start()
        try:
            yield Following(live, log, SetClock(START))
        finally:
            await log.stop()


def active(name: str, **more: Any) -> tuple[Any, Any]:
    return objective(name, **more), goals.ObjectiveActivated(objective_id=key(name))


async def test_a_turn_is_announced_once_whoever_follows_again(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("O"), metric("O", "a"))
    await following.follow()
    assert await following.turned() == []  # not started is where everything begins
    await tell(check_in("O", "a", 10, START))
    await following.follow()
    async with following.served.live.pool.connection() as connection:
        await connection.execute(
            "INSERT INTO number_moved (objective_ids, event_ids) VALUES (ARRAY[%s]::uuid[], ARRAY[NULL]::uuid[])", (key("O").hex(),)
        )
    await following.follow(new_day=True)
    assert await following.turned() == [("O", "on_track")]
    await tell(check_in("O", "a", 500, START + 1))
    await following.follow()
    assert await following.turned() == [("O", "on_track"), ("O", "achieved")]


@pytest.mark.parametrize("late", ["deciding", "appending"])
async def test_a_follower_that_has_lost_its_lock_announces_nothing_after_its_successor(
    following: Following, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """Its successor has announced the same by then, and the opposite: what is announced looks as if there had been no successor."""
    tell = following.served.tell
    await tell(*active("O"), metric("O", "a"), check_in("O", "a", 10, START))
    await following.follow()
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
        with pytest.raises(Refused, match="announced by another follower"):
            await Follower(following.served.live.dsn, aggregates, following.clock).follow_moved(connection)
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
        await following.follow(new_day=True)
    assert [status for _, status in await following.turned()] == ["on_track", "behind", "at_risk"]


async def test_a_shared_key_result_turns_every_objective_and_the_parents_that_roll_up_from_them(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("top", roll_up=goals.ROLL_UP_CHILDREN), *active("home"), *active("other"), *active("apart"))
    await tell(goals.ObjectiveAligned(objective_id=key("other"), parent_objective_id=key("top")))
    await tell(metric("home", "a", counts_for=[key("other")]), metric("apart", "b"))
    await following.follow()
    await tell(check_in("home", "a", 500, START))
    await following.follow()
    assert sorted(await following.turned()) == [("home", "achieved"), ("other", "achieved"), ("top", "achieved")]


async def test_a_parent_that_loses_a_child_turns_too(following: Following) -> None:
    tell = following.served.tell
    await tell(*active("top", roll_up=goals.ROLL_UP_CHILDREN), *active("done"), *active("late"))
    await tell(*(goals.ObjectiveAligned(objective_id=key(child), parent_objective_id=key("top")) for child in ("done", "late")))
    await tell(metric("done", "a"), metric("late", "b"), check_in("done", "a", 500, START), check_in("late", "b", 0, START))
    following.clock.day = START + 60
    await following.follow()
    assert ("top", "on_track") in await following.turned()  # 0.6 − 0.5
    await tell(goals.ObjectiveAligned(objective_id=key("done")))
    await following.follow()
    assert (await following.turned())[-1] == ("top", "at_risk")


async def test_drafts_and_what_is_over_do_not_turn(following: Following) -> None:
    tell = following.served.tell
    await tell(objective("draft"), metric("draft", "a"), check_in("draft", "a", 500, START))
    await tell(*active("over"), goals.ObjectiveCancelled(objective_id=key("over")), metric("over", "b"), check_in("over", "b", 500, START))
    await following.follow(new_day=True)
    assert await following.turned() == []
