"""The writing end of a log: group commit on an event loop.

What waits while one group is written is the next group. A group is one transaction; a conflict in it fails only the unit that
has it, and what was decided on top of that unit. Any number of processes may write one log: versions and keys are unique in
PostgreSQL, so a second writer costs conflicts, never correctness.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import psycopg
import structlog

from chassis.errors import Kind, Refused
from chassis.eventstore.appends import (
    AppendConflict,
    Chain,
    ConnectionLost,
    Guard,
    GuardFailed,
    NewEvent,
    UniqueViolation,
    WriteRefused,
    Written,
)
from chassis.eventstore.reader import LogReader, unavailable
from chassis.eventstore.schema import create_schema
from chassis.eventstore.writer import Writer
from chassis.ids import Id
from chassis.partitions import partition_of
from chassis.runtime import tracing

Verdict = Written | Exception

_ROWS_A_GROUP: Final = 4_000
_ROWS_WAITING: Final = 100_000
_PARTITIONS_KEPT: Final = 200_000
_RECONNECT_PAUSE: Final = (0.02, 1.0)  # seconds: the first, the longest

_log = structlog.get_logger()


class _Request:
    """One caller's units; answered when the last of them is."""

    __slots__ = ("_answered", "_unanswered", "_verdicts")

    def __init__(self, units: int, answered: asyncio.Future[list[Verdict]]) -> None:
        self._verdicts: list[Any] = [None] * units  # None: not yet
        self._unanswered = units
        self._answered = answered

    def answer(self, number: int, verdict: Verdict) -> None:
        if self._verdicts[number] is not None:
            return
        self._verdicts[number] = verdict
        self._unanswered -= 1
        if not self._unanswered and not self._answered.done():
            self._answered.set_result(self._verdicts)


class _Unit:
    """Events that are appended together or not at all."""

    __slots__ = ("_number", "_request", "chain", "events", "guards", "since")

    def __init__(
        self, events: Sequence[NewEvent], chain: Chain | None, guards: Sequence[Guard], request: _Request, number: int, since: float
    ) -> None:
        self.events = events
        self.chain = chain
        self.guards = guards
        self.since = since
        self._request = request
        self._number = number

    @property
    def doomed(self) -> bool:
        return self.chain is not None and self.chain.dead

    def succeed(self, written: Written) -> None:
        self._request.answer(self._number, written)

    def fail(self, error: Exception) -> None:
        self.end_chain()
        self._request.answer(self._number, error)

    def end_chain(self) -> None:
        if self.chain is not None:
            self.chain.dead = True


class _Linger:
    """Under load a fuller group costs less than two: a wait for company while it keeps coming, left out for a while when nobody comes.

    A group of 8 costs PostgreSQL 50 µs an event, one of 32 costs 20. One wait in vain proves little: at 1,000 commands a second every
    seventh would be. Two in a row mean that all who could are waiting.
    """

    _STEP: Final = 0.002  # seconds: whoever comes within one is waited for
    _STEPS: Final = 5  # at most, one after the other
    _FULL: Final = 64  # events: enough company
    _IN_VAIN: Final = 2  # waits in a row
    _REST: Final = 32  # groups without a wait after that

    def __init__(self) -> None:
        self._rest = 0
        self._in_vain = 0
        self._had_company = False

    async def wait(self, waiting: Callable[[], int]) -> None:
        """Returns when the events that are waiting by then shall be written."""
        await asyncio.sleep(0)  # one turn of the loop: callers that are ready may join
        at_first = waiting()
        if self._rest:
            self._rest -= 1
        elif (self._had_company or at_first > 1) and at_first < self._FULL:
            await self._while_they_come(waiting)
            self._in_vain = self._in_vain + 1 if waiting() == at_first else 0
            if self._in_vain == self._IN_VAIN:
                self._rest, self._in_vain = self._REST, 0
        self._had_company = waiting() > 1

    async def _while_they_come(self, waiting: Callable[[], int]) -> None:
        for _ in range(self._STEPS):
            before = waiting()
            await asyncio.sleep(self._STEP)
            if waiting() == before or waiting() >= self._FULL:
                return


class EventLog:
    """The log of a service. While PostgreSQL is away appends wait for it, up to `patience` seconds."""

    def __init__(self, dsn: str, name: str, partitions: int, *, patience: float = 15.0) -> None:
        self.dsn: Final = dsn
        self.name: Final = name
        self.partitions: Final = partitions
        self.reader: Final = LogReader(dsn, name, patience=patience)
        self.events_written = 0
        self.groups_written = 0
        self.conflicts = 0
        self._patience = patience
        self._writer = Writer(dsn)
        self._queue: deque[_Unit] = deque()
        self._rows_waiting = 0
        self._wake = asyncio.Event()
        self._linger = _Linger()
        self._running: asyncio.Task[None] | None = None
        self._stopping = False
        self._partition_of: dict[Id, int] = {}

    async def start(self) -> None:
        """Creates the tables where they are missing, and connects.

        Raises psycopg.OperationalError when the database does not answer.
        """
        await create_schema(self.dsn)
        await self.reader.start()
        await self._writer.connect()
        self._stopping = False
        self._running = asyncio.create_task(self._run(), name=f"log of {self.name}")

    async def stop(self) -> None:
        """Writes what is waiting, and closes."""
        self._stopping = True
        self._wake.set()
        if self._running is not None:
            await self._running
        self._writer.close()
        await self.reader.stop()

    async def head(self) -> int:
        """The newest position; 0 of an empty log."""
        return await self.reader.head()

    def partition(self, key: Id) -> int:
        """The partition of the log's topic that a key belongs to."""
        partition = self._partition_of.get(key)
        if partition is None:
            if len(self._partition_of) >= _PARTITIONS_KEPT:
                self._partition_of.clear()
            partition = self._partition_of[key] = partition_of(key, self.partitions)
        return partition

    async def append(self, events: Sequence[NewEvent], chain: Chain | None = None, guards: Sequence[Guard] = ()) -> Written:
        """Appends events together, while all guards hold; returns when they are durable.

        Raises AppendConflict, WriteRefused (PostgreSQL does not take such events), and Refused: LOG_BUSY, or LOG_UNAVAILABLE, after
        which the events may still turn out to be in the log: the same request with its idempotency key tells.
        """
        (verdict,) = await self._submit([(events, chain, guards)])
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    def append_each(self, units: Sequence[tuple[Sequence[NewEvent], Chain | None]]) -> asyncio.Future[list[Verdict]]:
        """Appends several units in the same group, a verdict each, in order; returns when the last one is durable or refused."""
        return self._submit([(events, chain, ()) for events, chain in units])

    def _submit(self, units: Sequence[tuple[Sequence[NewEvent], Chain | None, Sequence[Guard]]]) -> asyncio.Future[list[Verdict]]:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[list[Verdict]] = loop.create_future()
        request = _Request(len(units), answered)
        now = loop.time()
        for number, (events, chain, guards) in enumerate(units):
            unit = _Unit(events, chain, guards, request, number, now)
            if self._stopping or self._rows_waiting >= _ROWS_WAITING:
                unit.fail(self._no_room())
            else:
                self._queue.append(unit)
                self._rows_waiting += len(events)
        self._wake.set()
        if tracing.is_on():
            tracing.appending(self.name, [event for events, *_ in units for event in events], answered)
        return answered

    def _no_room(self) -> Refused:
        if self._stopping:
            return Refused("LOG_UNAVAILABLE", f"the log of {self.name} is stopping; send the request again later", kind=Kind.UNAVAILABLE)
        waiting = f"{self._rows_waiting} events wait for the log of {self.name}"
        return Refused("LOG_BUSY", f"{waiting}; send the request again later", kind=Kind.BUSY)

    async def _run(self) -> None:
        while True:
            if not self._queue:
                if self._stopping:
                    return
                self._wake.clear()
                await self._wake.wait()
            await self._linger.wait(lambda: self._rows_waiting)
            group = self._next_group()
            try:
                await self._commit(group)
            except Exception as error:  # noqa: BLE001 - whatever it is, its callers hear of it, and the log goes on
                _log.error("log_group_failed", log=self.name, events=sum(len(unit.events) for unit in group), error=repr(error))
                _fail(group, error)

    def _next_group(self) -> list[_Unit]:
        group: list[_Unit] = []
        rows = 0
        while self._queue and (not group or rows + len(self._queue[0].events) <= _ROWS_A_GROUP):
            unit = self._queue.popleft()
            rows += len(unit.events)
            group.append(unit)
        self._rows_waiting -= rows
        return group

    async def _commit(self, group: list[_Unit]) -> None:
        """Writes a group and answers its units. Losers are answered last: what they lost to is durable by then."""
        losers: list[_Unit] = []
        while True:
            group = _without_the_doomed(group, losers)
            if not group:
                break
            guards = [guard for unit in group for guard in unit.guards]
            try:
                if guards and _fails_within(group):
                    raise GuardFailed
                written = await self._writer.write([event for unit in group for event in unit.events], guards)
            except (UniqueViolation, GuardFailed):
                group = await self._sift(group, losers)
            except ConnectionLost as lost:
                group = await self._sift(await self._reconnect(group, lost), losers)
            except WriteRefused as refusal:
                group = await self._without_the_refused(group, refusal)
            else:
                self._answer(group, written)
                break
        self.conflicts += len(losers)
        for unit in losers:
            unit.fail(AppendConflict())

    def _answer(self, group: list[_Unit], written: Written) -> None:
        position, recorded_at = written
        for unit in group:
            unit.succeed(Written(position, recorded_at))
            position += len(unit.events)
        self.groups_written += 1
        self.events_written += position - written.first_position

    async def _sift(self, group: list[_Unit], losers: list[_Unit]) -> list[_Unit]:
        """After a violation or a lost connection: answers what is in the log already, sorts the losers out, returns the rest.

        A unit is in the log when its first event stands at its place: by the event's id, so whoever wrote it, it is there once.
        """
        if not group:
            return group
        places = await self.reader.places([event for unit in group for event in unit.events])
        named = [(event.tenant_id, event.idempotency_key) for unit in group for event in unit.events if event.idempotency_key is not None]
        keys = await self.reader.known_keys(named) if named else set()
        newest: dict[Id, int | None] = {aggregate_id: place.newest for (aggregate_id, _), place in places.items()}
        if guards := [aggregate_id for unit in group for aggregate_id, _ in unit.guards]:
            newest = {**await self.reader.newest_versions(guards), **newest}
        rest: list[_Unit] = []
        for unit in group:
            first = unit.events[0]
            place = places[first.aggregate_id, first.aggregate_version]
            if place.event_id == first.event_id:
                unit.succeed(Written(place.position, place.recorded_at))
            elif not unit.doomed and _guards_hold(unit, newest) and _follows_on(unit.events, newest, keys):
                rest.append(unit)
            else:
                unit.end_chain()
                losers.append(unit)
        return rest

    async def _reconnect(self, group: list[_Unit], lost: ConnectionLost) -> list[_Unit]:
        """Connects again, however long it takes; returns the units of the group that still wait by then.

        What is not in the log by then never will be by the lost connection: only so may a unit be told that nothing was appended.
        """
        _log.warning("log_connection_lost", log=self.name, error=str(lost))
        pause, longest = _RECONNECT_PAUSE
        while True:
            try:
                await self._writer.connect()
            except (psycopg.OperationalError, ConnectionLost) as error:
                group = self._fail_impatient(group, error)
                if self._stopping and not group and not self._queue:
                    return []
                await asyncio.sleep(pause)
                pause = min(pause * 2, longest)
            else:
                _log.info("log_connected", log=self.name)
                return group

    def _fail_impatient(self, group: list[_Unit], error: Exception) -> list[_Unit]:
        """Fails what has waited too long, in the group and behind it; returns what is left of the group."""
        too_old = asyncio.get_running_loop().time() - self._patience
        refusal = unavailable(self.name, error)
        _fail([unit for unit in group if unit.since <= too_old], refusal)
        while self._queue and self._queue[0].since <= too_old:
            unit = self._queue.popleft()
            self._rows_waiting -= len(unit.events)
            unit.fail(refusal)
        return [unit for unit in group if unit.since > too_old]

    async def _without_the_refused(self, group: list[_Unit], refusal: WriteRefused) -> list[_Unit]:
        """A group that PostgreSQL would not take: waits when that may pass, else finds the unit that is at fault by halves."""
        if refusal.may_pass:
            _log.warning("log_write_refused", log=self.name, error=str(refusal))
            await asyncio.sleep(_RECONNECT_PAUSE[1] / 4)
            return self._fail_impatient(group, refusal)
        if len(group) == 1:
            _log.error("log_event_refused", log=self.name, event_type=group[0].events[0].event_type, error=str(refusal))
            _fail(group, refusal)
            return []
        half = len(group) // 2
        await self._commit(group[:half])
        return group[half:]


def _without_the_doomed(group: list[_Unit], losers: list[_Unit]) -> list[_Unit]:
    """The units whose chains still hold. One that rests on several states takes the others with it, and whoever follows on those."""
    rest: list[_Unit] = []
    for unit in group:
        if unit.doomed:
            unit.end_chain()
            losers.append(unit)
        else:
            rest.append(unit)
    return rest


def _guards_hold(unit: _Unit, newest: dict[Id, int | None]) -> bool:
    return all((newest[aggregate_id] or 0) == version for aggregate_id, version in unit.guards)


def _fails_within(group: list[_Unit]) -> bool:
    """Whether a unit looks at an aggregate that one before it in the group moves: PostgreSQL sees only what was there before the group."""
    moved: set[Id] = set()
    for unit in group:
        if any(aggregate_id in moved for aggregate_id, _ in unit.guards):
            return True
        moved.update(event.aggregate_id for event in unit.events)
    return False


def _follows_on(events: Sequence[NewEvent], newest: dict[Id, int | None], keys: set[tuple[Id, str]]) -> bool:
    """Whether a unit's versions follow on from the newest ones and its keys are new; if so, both take it in."""
    versions: dict[Id, int] = {}
    own_keys: set[tuple[Id, str]] = set()
    for event in events:
        version = versions.get(event.aggregate_id, newest[event.aggregate_id])
        if version is not None and event.aggregate_version != version + 1:
            return False
        versions[event.aggregate_id] = event.aggregate_version
        if event.idempotency_key is not None:
            key = (event.tenant_id, event.idempotency_key)
            if key in keys or key in own_keys:
                return False
            own_keys.add(key)
    newest.update(versions)
    keys |= own_keys
    return True


def _fail(units: Collection[_Unit], error: Exception) -> None:
    for unit in units:
        unit.fail(error)
