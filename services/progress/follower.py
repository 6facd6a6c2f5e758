# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What reacts to a number: announces an objective's status when it turns, and tells what objectives and key results come to now.

Numbers are computed after the commit, by one process at a time (an advisory lock; another one stands by), once for both: from the ids
that batches have left in `number_moved`, and when a day begins in a tenant's time zone. What is announced, `status_turns` decides; states
are told on a topic. Kafka may be away: then they are owed, and announcing goes on. What is owed is told a few at a time, after what moved.

A process may lose the lock with its connection and not know it. Its announcement is refused then; a state that it still tells stands in
the topic where the next process knows of none, and is told anew by that.

What fails for one tenant stops no other: all of its objectives are looked at again a while later, as if its day had not begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from operator import itemgetter
from time import monotonic
from typing import Any, Final, NamedTuple

import psycopg

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1.state_pb2 import Computation
from chassis.calls import Call, Identity
from chassis.days import Day, day_in
from chassis.errors import Refused
from chassis.events import RecordedEvent
from chassis.eventstore import Aggregates, Decision
from chassis.ids import Id, id_text, new_id
from chassis.kafka.compacted import CompactedTopic, KeyedMessage
from chassis.postgres.binary import UUID, Array
from chassis.runtime import Backoff, Clock, telemetry
from progress import states
from progress.domain.evaluation import Evaluated
from progress.domain.formulas import NEWEST
from progress.domain.points import BEFORE_ALL_DAYS
from progress.domain.tree import KeyResult, Objective
from progress.projection import FOLLOWER_LOCK, prepare_for_queries
from progress.queries import WHOLE_ROWS, AsOf, as_it_stands, load_below, with_numbers
from progress.status_turns import decisions
from shared.roles import SERVICE
from shared.services import PROGRESS

_TURN: Final = 50  # objectives that are looked at together: a few milliseconds, so that queries hardly wait
_BATCHES: Final = 100
_GATHER_SECONDS: Final = 0.25  # at 200 check-ins a second, fifty are looked at together instead of one by one
_IDLE_SECONDS: Final = 1.0
_STAND_BY_SECONDS: Final = 2.0
_LOOK_AGAIN_SECONDS: Final = 0.01
_SET_ASIDE_SECONDS: Final = 30.0  # a tenant for whom it failed


_NEWEST: Final = "SELECT max(batch) FROM number_moved"
_LEFT: Final = "SELECT FROM number_moved WHERE batch <= %s LIMIT 1"
_NEXT: Final = f"SELECT batch, objective_ids, event_ids FROM number_moved ORDER BY batch LIMIT {_BATCHES}"

# Whose number may have moved: those that the key results of the moved ones count for, and whoever rolls up from any of them. Of the events
# that moved it the newest one counts: ids made later sort later. Something happened to the named ones themselves, or to their key results.
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
SELECT DISTINCT ON (o.tenant_id, o.objective_id) o.tenant_id, coalesce(t.time_zone, 'UTC'), o.objective_id,
  o.state = {goals.OBJECTIVE_STATE_ACTIVE}, o.objective_id = ANY(%(moved)s::uuid[]), above.event_id
FROM above JOIN objective_now o USING (objective_id) LEFT JOIN tenant_now t USING (tenant_id)
WHERE o.cycle_id IS NOT NULL ORDER BY o.tenant_id, o.objective_id, above.event_id DESC NULLS LAST"""

# The homes of the sums that the moved ones feed: by key results of theirs, or by KPIs among them, be it through other sums. Asked by
# itself, since planned together with the rest nobody knows how few they are.
_FED: Final = """
WITH RECURSIVE fed AS (
  SELECT s.key_result_id, s.objective_id, n.event_id
  FROM unnest(%(moved)s::uuid[], %(by)s::uuid[]) AS n(thing, event_id) CROSS JOIN LATERAL (
    SELECT * FROM key_result_now k WHERE k.feeds IS NOT NULL
    AND k.feeds && (ARRAY(SELECT key_result_id FROM key_result_now WHERE objective_id = n.thing) || n.thing) OFFSET 0) s
  UNION
  SELECT s.key_result_id, s.objective_id, fed.event_id
  FROM fed JOIN key_result_now s ON s.feeds IS NOT NULL AND s.feeds @> ARRAY[fed.key_result_id]
)
SELECT objective_id, event_id FROM fed WHERE objective_id IS NOT NULL"""

_TIME_ZONES: Final = "SELECT DISTINCT time_zone FROM tenant_now"
_NOT_BEGUN: Final = """
SELECT t.tenant_id, today.day FROM tenant_now t JOIN unnest(%s::text[], %s::integer[]) AS today (time_zone, day) USING (time_zone)
LEFT JOIN day_begun b USING (tenant_id) WHERE b.day IS NULL OR b.day < today.day ORDER BY t.tenant_id"""
# What ended stays as it was; unless something on it was dated later than today, and counts from today on.
_OF_TODAY: Final = f"""
SELECT objective_id, state = {goals.OBJECTIVE_STATE_ACTIVE}, true, NULL::uuid FROM objective_now o
WHERE tenant_id = %(tenant)s::uuid AND cycle_id IS NOT NULL
  AND (state IN ({goals.OBJECTIVE_STATE_DRAFT}, {goals.OBJECTIVE_STATE_ACTIVE}) OR EXISTS (
    SELECT FROM dated_ahead d LEFT JOIN day_begun b USING (tenant_id)
    WHERE d.tenant_id = o.tenant_id AND d.day <= %(today)s AND d.day > coalesce(b.day, {BEFORE_ALL_DAYS})))
ORDER BY objective_id"""
_BEGUN: Final = """INSERT INTO day_begun (tenant_id, day) VALUES (%s::uuid, %s)
ON CONFLICT (tenant_id) DO UPDATE SET day = excluded.day"""
_TO_BEGIN_AGAIN: Final = "DELETE FROM day_begun WHERE tenant_id = %s::uuid"
_ONE_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_POSITIONS: Final = """
SELECT log, array_agg(coalesce(position, 0) ORDER BY partition)
FROM (SELECT log, generate_series(0, max(partition)) AS partition FROM public.consumed GROUP BY log) every
LEFT JOIN public.consumed USING (log, partition) GROUP BY log"""


class Moved(NamedTuple):
    """An objective whose number may have moved."""

    objective_id: Id
    active: bool
    named: bool  # something happened to itself, or to its key results
    event_id: Id | None  # that moved it; None: many may have


class Turn(NamedTuple):
    """Objectives of a tenant that are looked at together, on a day."""

    tenant_id: Id
    day: Day
    objective_ids: Sequence[Id]


class Computed(NamedTuple):
    """What they come to, and what that rests on."""

    numbers: Evaluated[Objective, KeyResult]
    rests_on: Computation


class Follower:
    """Follows the projection of `conninfo` (as progress.projection.conninfo makes it): announces through `aggregates`, tells on `topic`."""

    def __init__(self, conninfo: str, aggregates: Aggregates, clock: Clock, topic: CompactedTopic) -> None:
        self._conninfo: Final = conninfo
        self._aggregates: Final = aggregates
        self._clock: Final = clock
        self._topic: Final = topic
        self._bell: Final = asyncio.Event()
        self._log: Final = telemetry.logger()
        self._task: asyncio.Task[None] | None = None
        self._set_aside: Final[dict[Id, float]] = {}  # tenants for whom it failed, and when they are tried again

    def start(self) -> None:
        """Follows from now on."""
        self._task = asyncio.create_task(self._follow_for_ever())

    async def stop(self) -> None:
        """Ends at once: what was not told yet is, by whoever follows next."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def after_commit(self, _events: Sequence[RecordedEvent]) -> None:
        """For the consumer: there is something to look at."""
        self._bell.set()

    async def caught_up(self) -> None:
        """Returns once everything that has moved so far was looked at and told, by whichever process follows."""
        async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            newest = await (await connection.execute(_NEWEST)).fetchone()
            while True:
                left = await connection.execute(_LEFT, newest)
                if await left.fetchone() is None:
                    break
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            await states.all_told(connection)

    async def waiting(self) -> int:
        """How many states are still to be told, of objectives; some may count twice."""
        async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            return await states.waiting(connection)

    async def _follow_for_ever(self) -> None:
        backoff = Backoff()
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                    await prepare_for_queries(connection)
                    await self._become_the_one(connection)
                    async with self._topic.kept():
                        while True:
                            await self._once(connection)
                            backoff.reset()
            except Exception as failure:  # noqa: BLE001 - whatever it is: it is told, and following goes on
                self._log.warning("numbers.interrupted", reason=f"{type(failure).__name__}: {failure}")
            await backoff.sleep()

    async def _become_the_one(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Waits until no other process follows; the lock falls with its connection, also after a kill -9."""
        while True:
            row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (FOLLOWER_LOCK,))).fetchone()
            if row is not None and row[0]:
                self._log.info("numbers.followed")
                return
            await asyncio.sleep(_STAND_BY_SECONDS)

    async def _once(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """One round: what may have moved, where a day has begun, and some of what is owed; else waits for the bell."""
        self._bell.clear()
        looked_at = await self.follow_moved(connection)
        await self.begin_days(connection)
        if await self.tell_owed(connection):
            return
        if 0 < looked_at < _BATCHES:
            await asyncio.sleep(_GATHER_SECONDS)
        if not looked_at:
            try:
                await asyncio.wait_for(self._bell.wait(), _IDLE_SECONDS)
            except TimeoutError:
                return  # another process may have folded something

    async def follow_moved(self, connection: psycopg.AsyncConnection[Any]) -> int:
        """Looks at what the next batches moved; answers how many batches those were.

        The work list is cleared when all is announced, and told or owed: a crash before only looks again.
        """
        cursor = connection.cursor(binary=True)
        await cursor.execute(_NEXT.encode(), prepare=True)
        batches = await cursor.fetchall()
        if batches:
            moved_by: dict[Id, Id | None] = {}  # None: many events may have
            for _, objective_ids, event_ids in batches:
                moved_by.update(zip(objective_ids, event_ids, strict=True))
            await cursor.execute(_FED.encode(), _columns(moved_by), prepare=True)
            for home, event_id in await cursor.fetchall():
                moved_by[home] = max(event_id or b"", moved_by.get(home) or b"") or None
            await cursor.execute(_MOVED.encode(), _columns(moved_by), prepare=True)
            found = await cursor.fetchall()
            now = self._clock.now()
            for (tenant_id, time_zone), rows in groupby(found, itemgetter(0, 1)):
                moved_of_tenant = [Moved(*row[2:]) for row in rows]
                if self._is_set_aside(tenant_id):
                    await states.owe(connection, [m.objective_id for m in moved_of_tenant])
                    continue
                async with self._apart(connection, tenant_id, [m.objective_id for m in moved_of_tenant]):
                    await self._look_at(connection, tenant_id, day_in(time_zone, now), moved_of_tenant, by_events=True)
            await connection.execute("DELETE FROM number_moved WHERE batch = ANY(%s)", ([batch for batch, _, _ in batches],))
        return len(batches)

    async def begin_days(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Looks at what changes because time passed, for each tenant where it is a later day than the last one that was begun."""
        cursor = connection.cursor(binary=True)
        await cursor.execute(_TIME_ZONES.encode(), prepare=True)
        today = self._today([time_zone for (time_zone,) in await cursor.fetchall()])
        await cursor.execute(_NOT_BEGUN.encode(), (list(today), list(today.values())), prepare=True)
        for tenant_id, day in await cursor.fetchall():
            if not self._is_set_aside(tenant_id):
                async with self._apart(connection, tenant_id, []):
                    await cursor.execute(_OF_TODAY.encode(), {"tenant": tenant_id.hex(), "today": day}, prepare=True)
                    await self._look_at(connection, tenant_id, day, [Moved(*row) for row in await cursor.fetchall()], by_events=False)
                    await connection.execute(_BEGUN.encode(), (tenant_id.hex(), day))

    def _today(self, time_zones: Sequence[str]) -> dict[str, Day]:
        """The day that it is in each time zone."""
        now = self._clock.now()
        return {time_zone: day_in(time_zone, now) for time_zone in time_zones}

    def _is_set_aside(self, tenant_id: Id) -> bool:
        return self._set_aside.get(tenant_id, 0.0) > monotonic()

    @asynccontextmanager
    async def _apart(self, connection: psycopg.AsyncConnection[Any], tenant_id: Id, objective_ids: Sequence[Id]) -> AsyncIterator[None]:
        """What fails here, fails for one tenant: it is set aside, its day is to begin again, and the states of these objectives are owed.

        Raises what concerns everybody: Refused, of the log or of whoever has lost the lock, and whatever the connection did not outlive.
        """
        try:
            yield
        except Exception as failure:
            if isinstance(failure, Refused) or connection.closed:
                raise
            self._log.exception("numbers.failed_for_tenant", tenant=id_text(tenant_id))
            self._set_aside[tenant_id] = monotonic() + _SET_ASIDE_SECONDS
            await connection.execute(_TO_BEGIN_AGAIN.encode(), (tenant_id.hex(),))
            await states.owe(connection, objective_ids)
        else:
            self._set_aside.pop(tenant_id, None)

    async def tell_owed(self, connection: psycopg.AsyncConnection[Any]) -> int:
        """Tells some of what is owed; answers how many objectives and gone things were, 0 while Kafka is away."""
        cursor, told = connection.cursor(binary=True), 0
        if not self._topic.takes:
            return told
        for (tenant_id, time_zone), rows in groupby(await states.owed(cursor, _TURN), lambda row: (row.tenant_id, row.time_zone)):
            its = list(rows)
            if tenant_id is None:  # they are no more, and owed to be gone
                await states.clear_owed(connection, its)
            elif self._is_set_aside(tenant_id):
                await states.owe(connection, [o.objective_id for o in its])  # behind what others are owed
            else:
                async with self._apart(connection, tenant_id, [o.objective_id for o in its]):
                    told += await self._tell_owed(cursor, tenant_id, day_in(time_zone, self._clock.now()), its)
        if gone := await states.gone(cursor, _TURN):
            messages = [states.gone_message(g.thing_id, g.tenant_id, g.message_type) for g in gone if not g.is_there]
            if await self._told(connection, messages):
                await states.clear_gone(connection, gone)
                told += len(gone)
        return told

    async def _tell_owed(self, cursor: psycopg.AsyncCursor[Any], tenant_id: Id, day: Day, owed: Sequence[states.Owed]) -> int:
        connection, turn = cursor.connection, Turn(tenant_id, day, [o.objective_id for o in owed])
        computed, everything = await self._computed(cursor, turn), set(turn.objective_ids)
        await states.note_statuses(connection, tenant_id, computed.numbers, turn.objective_ids, everything, day)
        if not await self._told(connection, _messages(computed, turn, everything)):
            return 0
        await states.clear_owed(connection, owed)
        return len(owed)

    async def _look_at(
        self, connection: psycopg.AsyncConnection[Any], tenant_id: Id, day: Day, moved: Sequence[Moved], *, by_events: bool
    ) -> None:
        for start in range(0, len(moved), _TURN):
            its = moved[start : start + _TURN]
            turn = Turn(tenant_id, day, [m.objective_id for m in its])
            causes = {m.objective_id: m.event_id for m in its if m.active}
            # First the announcements, then the numbers, on the connection that holds the lock: as long as it answers no other
            # process follows, so whatever a successor announces is not among these.
            times = await self._aggregates.versions(list(causes)) if causes else {}  # an event an announcement
            computed = await self._computed(connection.cursor(binary=True), turn)
            await self._decide(tenant_id, decisions(computed.numbers, list(causes), times, day, causes if by_events else None))
            named = {m.objective_id for m in its if m.named}
            await states.note_statuses(connection, tenant_id, computed.numbers, turn.objective_ids, named, day)
            if not await self._told(connection, _messages(computed, turn, named)):
                await states.owe(connection, turn.objective_ids)
            await asyncio.sleep(0)  # queries first

    async def _computed(self, cursor: psycopg.AsyncCursor[Any], turn: Turn) -> Computed:
        """Of one snapshot, so that what it rests on is neither more nor less."""
        tenant_id = turn.tenant_id
        async with cursor.connection.transaction():
            await cursor.execute(_ONE_SNAPSHOT)
            await cursor.execute(_POSITIONS.encode(), prepare=True)
            positions = dict(await cursor.fetchall())
            as_of = await as_it_stands(cursor, tenant_id, AsOf(today=turn.day))
            tree = await load_below(cursor, WHOLE_ROWS, tenant_id, turn.objective_ids, as_of)
            numbers = await with_numbers(cursor, WHOLE_ROWS, tenant_id, tree, as_of, NEWEST)
        return Computed(numbers, states.computation_of(turn.day, self._clock.now(), NEWEST, positions))

    async def _told(self, connection: psycopg.AsyncConnection[Any], messages: list[KeyedMessage]) -> bool:
        if messages and not await self._topic.write(messages):
            return False
        await states.remember_ends(connection, self._topic.ends)
        return True

    async def _decide(self, tenant_id: Id, wanted: list[Decision]) -> None:
        """Raises the first Refused: the round is interrupted, and what has moved stays on the work list."""
        if not wanted:
            return
        identity = Identity(tenant_id, PROGRESS, frozenset({SERVICE}))
        for verdict in await self._aggregates.decide_each(Call(identity, correlation_id=new_id()), wanted):
            if isinstance(verdict, Refused):
                raise verdict


def _columns(moved_by: Mapping[Id, Id | None]) -> dict[str, Array]:
    """The parameters of what looks at what moved."""
    return {"moved": UUID.array(list(moved_by)), "by": UUID.array(list(moved_by.values()))}


def _messages(computed: Computed, turn: Turn, with_key_results: set[Id]) -> list[KeyedMessage]:
    """The states of the objectives of a turn that there are, and of the key results of some."""
    seen, rests_on = computed
    messages: list[KeyedMessage] = []
    for objective_id in turn.objective_ids:
        if objective_id in seen.tree.objectives:
            messages.append(states.objective_message(seen, objective_id, rests_on, turn.tenant_id))
            if objective_id in with_key_results:
                messages += states.key_result_messages(seen, objective_id, rests_on, turn.tenant_id)
    return messages
