# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What reacts to a number: announces an objective's status when it turns.

Numbers are computed after the commit, by one process at a time (an advisory lock; another one stands by), from the ids that
batches have left in `number_moved`, and for every active objective of a tenant when a day begins in its time zone. What is announced,
`status_turns` decides.

A process may lose the lock with its connection and not know it, while its announcement waits: then it is refused.

What fails for one tenant stops no other: all of its objectives are looked at again a while later, as if its day had not begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from operator import itemgetter
from time import monotonic
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError

import psycopg

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Call, Identity
from chassis.days import Day, day_in
from chassis.errors import Refused
from chassis.events import RecordedEvent
from chassis.eventstore import Aggregates, Decision
from chassis.ids import Id, id_text, new_id
from chassis.postgres.binary import UUID
from chassis.runtime import Backoff, Clock, telemetry
from progress.domain.formulas import NEWEST
from progress.projection import ANNOUNCER_LOCK, prepare_for_queries
from progress.queries import WHOLE_ROWS, AsOf, as_it_stands, load_below, with_numbers
from progress.status_turns import Causes, decisions
from shared.roles import SERVICE
from shared.services import PROGRESS

_TURN: Final = 50  # objectives that are looked at together: a few milliseconds, so that queries hardly wait
_BATCHES: Final = 100
_GATHER_SECONDS: Final = 0.25  # at 200 check-ins a second, fifty are looked at together instead of one by one
_IDLE_SECONDS: Final = 1.0
_STAND_BY_SECONDS: Final = 2.0
_LOOK_AGAIN_SECONDS: Final = 0.01
_SET_ASIDE_SECONDS: Final = 30.0  # a tenant for whom it failed

_NEXT: Final = f"SELECT batch, objective_ids, event_ids FROM number_moved ORDER BY batch LIMIT {_BATCHES}"

# Whose number may have moved: those that the key results of the moved ones count for, and whoever rolls up from any of them. Of the events
# that moved it the newest one counts: ids made later sort later.
_MOVED: Final = f"""
WITH RECURSIVE named AS (
  SELECT * FROM unnest(%(moved)s::uuid[], %(by)s::uuid[]) AS n(objective_id, event_id)
), moved AS (
  SELECT objective_id, event_id FROM named
  UNION
  SELECT l.objective_id, n.event_id
  FROM named n JOIN key_result_now k ON k.objective_id = n.objective_id JOIN counts_for_now l ON l.key_result_id = k.key_result_id
), above AS (
  SELECT objective_id, event_id FROM moved
  UNION
  SELECT p.objective_id, above.event_id FROM above JOIN objective_now o ON o.objective_id = above.objective_id
  JOIN objective_now p ON p.objective_id = o.parent_objective_id AND p.roll_up <> {goals.ROLL_UP_KEY_RESULTS}
)
SELECT DISTINCT ON (o.tenant_id, o.objective_id) o.tenant_id, coalesce(t.time_zone, 'UTC'), o.objective_id, above.event_id
FROM above JOIN objective_now o USING (objective_id) LEFT JOIN tenant_now t USING (tenant_id)
WHERE o.state = {goals.OBJECTIVE_STATE_ACTIVE} ORDER BY o.tenant_id, o.objective_id, above.event_id DESC NULLS LAST"""

_TIME_ZONES: Final = "SELECT DISTINCT time_zone FROM tenant_now"
_NOT_BEGUN: Final = """
SELECT t.tenant_id, today.day FROM tenant_now t JOIN unnest(%s::text[], %s::integer[]) AS today (time_zone, day) USING (time_zone)
LEFT JOIN day_begun b USING (tenant_id) WHERE b.day IS NULL OR b.day < today.day ORDER BY t.tenant_id"""
_ACTIVE: Final = f"""SELECT objective_id FROM objective_now
WHERE tenant_id = %s::uuid AND state = {goals.OBJECTIVE_STATE_ACTIVE} ORDER BY objective_id"""
_BEGUN: Final = """INSERT INTO day_begun (tenant_id, day) VALUES (%s::uuid, %s)
ON CONFLICT (tenant_id) DO UPDATE SET day = excluded.day"""
_TO_BEGIN_AGAIN: Final = "DELETE FROM day_begun WHERE tenant_id = %s::uuid"


class StatusAnnouncer:
    """Follows the projection of `conninfo` (as progress.projection.conninfo makes it) and announces through `aggregates`."""

    def __init__(self, conninfo: str, aggregates: Aggregates, clock: Clock) -> None:
        self._conninfo: Final = conninfo
        self._aggregates: Final = aggregates
        self._clock: Final = clock
        self._bell: Final = asyncio.Event()
        self._log: Final = telemetry.logger()
        self._task: asyncio.Task[None] | None = None
        self._set_aside: Final[dict[Id, float]] = {}  # tenants for whom it failed, and when they are tried again
        self._unknown_zones: Final[set[str]] = set()

    def start(self) -> None:
        """Follows from now on."""
        self._task = asyncio.create_task(self._follow_for_ever())

    async def stop(self) -> None:
        """Ends at once: what was not announced yet is, by whoever follows next."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def after_commit(self, _events: Sequence[RecordedEvent]) -> None:
        """For the consumer: there is something to look at."""
        self._bell.set()

    async def caught_up(self) -> None:
        """Returns once everything that has moved so far was looked at, by whichever process follows."""
        async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            newest = await (await connection.execute("SELECT max(batch) FROM number_moved")).fetchone()
            while True:
                left = await connection.execute("SELECT 1 FROM number_moved WHERE batch <= %s LIMIT 1", newest)
                if await left.fetchone() is None:
                    return
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _follow_for_ever(self) -> None:
        backoff = Backoff()
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                    await prepare_for_queries(connection)
                    await self._become_the_one(connection)
                    while True:
                        await self._once(connection)
                        backoff.reset()
            except Exception as failure:  # noqa: BLE001 - whatever it is: it is told, and following goes on
                self._log.warning("status_turns.interrupted", reason=f"{type(failure).__name__}: {failure}")
            await backoff.sleep()

    async def _become_the_one(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Waits until no other process follows; the lock falls with its connection, also after a kill -9."""
        while True:
            row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (ANNOUNCER_LOCK,))).fetchone()
            if row is not None and row[0]:
                self._log.info("status_turns.started")
                return
            await asyncio.sleep(_STAND_BY_SECONDS)

    async def _once(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """One round: the objectives whose number may have moved, and every active one where a day has begun; else waits for the bell."""
        self._bell.clear()
        looked_at = await self.announce_moved(connection)
        await self.begin_days(connection)
        if 0 < looked_at < _BATCHES:
            await asyncio.sleep(_GATHER_SECONDS)
        if not looked_at:
            try:
                await asyncio.wait_for(self._bell.wait(), _IDLE_SECONDS)
            except TimeoutError:
                return  # another process may have folded something

    async def announce_moved(self, connection: psycopg.AsyncConnection[Any]) -> int:
        """Announces what turned among those that the next batches moved; answers how many batches those were.

        The work list is cleared after the announcement: a crash between the two only looks again.
        """
        cursor = connection.cursor(binary=True)
        await cursor.execute(_NEXT.encode(), prepare=True)
        batches = await cursor.fetchall()
        if batches:
            moved_by: dict[Id, Id | None] = {}  # None: many events may have
            for _, objective_ids, event_ids in batches:
                moved_by.update(zip(objective_ids, event_ids, strict=True))
            moved = {"moved": UUID.array(list(moved_by)), "by": UUID.array(list(moved_by.values()))}
            await cursor.execute(_MOVED.encode(), moved, prepare=True)
            found = await cursor.fetchall()
            now = self._clock.now()
            for (tenant_id, time_zone), rows in groupby(found, itemgetter(0, 1)):
                causes = {objective_id: event_id for _, _, objective_id, event_id in rows}
                if not self._is_set_aside(tenant_id):
                    async with self._apart(connection, tenant_id):
                        await self._announce(cursor, tenant_id, list(causes), day_in(time_zone, now), causes)
            await connection.execute("DELETE FROM number_moved WHERE batch = ANY(%s)", ([batch for batch, _, _ in batches],))
        return len(batches)

    async def begin_days(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Announces what turned because time passed, for each tenant where it is a later day than the last one that was begun."""
        cursor = connection.cursor(binary=True)
        await cursor.execute(_TIME_ZONES.encode(), prepare=True)
        today = self._today([time_zone for (time_zone,) in await cursor.fetchall()])
        await cursor.execute(_NOT_BEGUN.encode(), (list(today), list(today.values())), prepare=True)
        for tenant_id, day in await cursor.fetchall():
            if not self._is_set_aside(tenant_id):
                async with self._apart(connection, tenant_id):
                    await cursor.execute(_ACTIVE.encode(), (tenant_id.hex(),), prepare=True)
                    await self._announce(cursor, tenant_id, [objective_id for (objective_id,) in await cursor.fetchall()], day, None)
                    await connection.execute(_BEGUN.encode(), (tenant_id.hex(), day))

    def _today(self, time_zones: Sequence[str]) -> dict[str, Day]:
        """The day that it is in each time zone that this machine knows: no day begins in another one until it does."""
        now, today = self._clock.now(), dict[str, Day]()
        for time_zone in time_zones:
            try:
                today[time_zone] = day_in(time_zone, now)
            except ZoneInfoNotFoundError:
                if time_zone not in self._unknown_zones:
                    self._log.error("status_turns.time_zone_unknown", time_zone=time_zone)
                    self._unknown_zones.add(time_zone)
        return today

    def _is_set_aside(self, tenant_id: Id) -> bool:
        return self._set_aside.get(tenant_id, 0.0) > monotonic()

    @asynccontextmanager
    async def _apart(self, connection: psycopg.AsyncConnection[Any], tenant_id: Id) -> AsyncIterator[None]:
        """What fails here, fails for one tenant: it is set aside, and its day is to begin again.

        Raises what concerns everybody: Refused, of the log or of whoever has lost the lock, and whatever the connection did not outlive.
        """
        try:
            yield
        except Exception as failure:
            if isinstance(failure, Refused) or connection.closed:
                raise
            self._log.exception("status_turns.failed_for_tenant", tenant=id_text(tenant_id))
            self._set_aside[tenant_id] = monotonic() + _SET_ASIDE_SECONDS
            await connection.execute(_TO_BEGIN_AGAIN.encode(), (tenant_id.hex(),))
        else:
            self._set_aside.pop(tenant_id, None)

    async def _announce(
        self, cursor: psycopg.AsyncCursor[Any], tenant_id: Id, objective_ids: Sequence[Id], day: Day, causes: Causes | None
    ) -> None:
        for start in range(0, len(objective_ids), _TURN):
            turned = objective_ids[start : start + _TURN]
            # First the announcements, then the numbers, on the connection that holds the lock: as long as it answers no other
            # process follows, so whatever a successor announces is not among these.
            times = await self._aggregates.versions(turned)  # an event an announcement
            as_of = await as_it_stands(cursor, tenant_id, AsOf(today=day))
            tree = await load_below(cursor, WHOLE_ROWS, tenant_id, turned, as_of)
            numbers = await with_numbers(cursor, WHOLE_ROWS, tenant_id, tree, as_of, NEWEST)
            await self._decide(tenant_id, decisions(numbers, turned, times, day, causes))
            await asyncio.sleep(0)  # queries first

    async def _decide(self, tenant_id: Id, wanted: list[Decision]) -> None:
        """Raises the first Refused: the round is interrupted, and what has moved stays on the work list."""
        if not wanted:
            return
        identity = Identity(tenant_id, PROGRESS, frozenset({SERVICE}))
        for verdict in await self._aggregates.decide_each(Call(identity, correlation_id=new_id()), wanted):
            if isinstance(verdict, Refused):
                raise verdict
