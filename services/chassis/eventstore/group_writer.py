"""Groups of units into the log: one transaction a group; a conflict in it fails only the unit that has it, and what was decided on it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import psycopg
import structlog

from chassis.errors import Kind, Refused
from chassis.eventstore.append_queue import AppendQueue, AppendUnit
from chassis.eventstore.appends import (
    AppendConflict,
    ClockAhead,
    ConnectionLost,
    Guard,
    GuardFailed,
    KeyName,
    NewEvent,
    UniqueViolation,
    WriteRefused,
    Written,
)
from chassis.eventstore.reader import LogReader, unavailable
from chassis.eventstore.recovery import LogIsBehind, LogWentBack, NotComparedYet, behind, not_compared, went_back
from chassis.eventstore.writer import Writer
from chassis.ids import Id
from chassis.runtime import MachineClock

_FIRST_PAUSE: Final = 0.02  # seconds between two attempts to connect; doubled each time
_LONGEST_PAUSE: Final = 1.0
_REFUSED_PAUSE: Final = 0.25  # seconds before a group is written again that PostgreSQL would not take for now

_log = structlog.get_logger()


class GroupWriter:
    """Writes one group at a time, and answers each of its units."""

    def __init__(self, name: str, writer: Writer, reader: LogReader, queue: AppendQueue, clock: MachineClock, patience: float) -> None:
        self._name = name
        self._writer = writer
        self._reader = reader
        self._queue = queue
        self._clock = clock
        self._patience = patience
        self.events_written = 0
        self.groups_written = 0
        self.conflicts = 0

    async def commit(self, group: list[AppendUnit]) -> None:
        """Writes a group and answers its units. Those in conflict are answered last: what they lost to is durable by then."""
        conflicting: list[AppendUnit] = []
        while True:
            group = _without_invalidated(group, conflicting)
            if not group:
                break
            try:
                guards = _guards_outside(group)
                written = await self._writer.write([event for unit in group for event in unit.events], guards, self._clock.latest())
            except (UniqueViolation, GuardFailed):
                group = await self._without_conflicting(group, conflicting)
            except ConnectionLost as lost:
                group = await self._without_conflicting(await self._reconnect(group, lost), conflicting)
            except ClockAhead:
                _refuse(group)
                break
            except WriteRefused as refusal:
                group = await self._without_refused(group, refusal)
            else:
                self._answer(group, written)
                break
        self.conflicts += len(conflicting)
        for unit in conflicting:
            unit.fail(AppendConflict())

    def _answer(self, group: list[AppendUnit], written: Written) -> None:
        position, recorded_at, generation = written
        for unit in group:
            unit.succeed(Written(position, recorded_at, generation))
            position += len(unit.events)
        self.groups_written += 1
        self.events_written += position - written.first_position

    async def _without_conflicting(self, group: list[AppendUnit], conflicting: list[AppendUnit]) -> list[AppendUnit]:
        """After a violation or a lost connection: answers what is in the log already, sets aside what conflicts, returns the rest.

        A unit is in the log when its first event stands at its place: by the event's id, so whoever wrote it, it is there once.
        """
        if not group:
            return group
        places = await self._reader.places([event for unit in group for event in unit.events])
        named = [name for unit in group for event in unit.events if (name := event.key_name) is not None]
        keys = await self._reader.known_keys(named) if named else set()
        newest: dict[Id, int | None] = {aggregate_id: place.newest for (aggregate_id, _), place in places.items()}
        if guards := [aggregate_id for unit in group for aggregate_id, _ in unit.guards]:
            newest = {**await self._reader.newest_versions(guards), **newest}
        rest: list[AppendUnit] = []
        for unit in group:
            first = unit.events[0]
            place = places[first.aggregate_id, first.aggregate_version]
            if place.event_id == first.event_id:
                unit.succeed(Written(place.position, place.recorded_at, place.generation))
            elif not unit.invalidated and _guards_hold(unit, newest) and _follows_on(unit.events, newest, keys):
                rest.append(unit)
            else:
                unit.invalidate_basis()
                conflicting.append(unit)
        return rest

    async def _reconnect(self, group: list[AppendUnit], lost: ConnectionLost) -> list[AppendUnit]:
        """Connects again, however long it takes; returns the units of the group that still wait by then.

        Where the log may be an older one than before, it waits until that is known, and takes nothing while it is one.

        What is not in the log by then never will be by the lost connection: only so may a unit be told that nothing was appended.
        """
        _log.warning("log_connection_lost", log=self._name, error=str(lost))
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._writer.connect()
            except (psycopg.OperationalError, ConnectionLost) as error:
                group = self._queue.fail_older(group, self._patience, unavailable(self._name, error))
            except NotComparedYet:
                group = self._queue.fail_older(group, self._patience, not_compared(self._name))
            except LogIsBehind:
                group = self._queue.fail_older(group, 0.0, behind(self._name))
            except LogWentBack:
                group = self._queue.fail_older(group, 0.0, went_back(self._name))
            else:
                _log.info("log_connected", log=self._name)
                return group
            if self._queue.closed and not group and not self._queue:
                return []
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _without_refused(self, group: list[AppendUnit], refusal: WriteRefused) -> list[AppendUnit]:
        """A group that PostgreSQL would not take: waits when that may pass, else finds the unit that is at fault by halves."""
        if refusal.may_pass:
            _log.warning("log_write_refused", log=self._name, error=str(refusal))
            await asyncio.sleep(_REFUSED_PAUSE)
            return self._queue.fail_older(group, self._patience, unavailable(self._name, refusal))
        if len(group) == 1:
            _log.error("log_event_refused", log=self._name, event_type=group[0].events[0].event_type, error=str(refusal))
            group[0].fail(refusal)
            return []
        half = len(group) // 2
        await self.commit(group[:half])
        return group[half:]


def _refuse(group: list[AppendUnit]) -> None:
    """What would be recorded in the future is not recorded at all: no position of a log is ever taken back."""
    message = (
        "the clock has jumped ahead, and nothing is recorded in the future; send it again when the clock is right,"
        " or when the operator has said that it is (`cairn clock confirm`)"
    )
    for unit in group:
        unit.fail(Refused("CLOCK_JUMPED", message, kind=Kind.UNAVAILABLE))


def _without_invalidated(group: list[AppendUnit], conflicting: list[AppendUnit]) -> list[AppendUnit]:
    """The units whose bases still hold. One that rests on several states takes the others with it, and whoever follows on those."""
    rest: list[AppendUnit] = []
    for unit in group:
        if unit.invalidated:
            unit.invalidate_basis()
            conflicting.append(unit)
        else:
            rest.append(unit)
    return rest


def _guards_hold(unit: AppendUnit, newest: dict[Id, int | None]) -> bool:
    return all((newest[aggregate_id] or 0) == version for aggregate_id, version in unit.guards)


def _guards_outside(group: list[AppendUnit]) -> list[Guard]:
    """What PostgreSQL has to look at, which sees only what was there before the group: each once.

    An aggregate that one unit of the group moves stands, for those behind it, where that one leaves it. Raises GuardFailed.
    """
    moved: dict[Id, int] = {}
    outside: dict[Id, int] = {}
    for unit in group:
        for aggregate_id, version in unit.guards:
            stands_at = moved[aggregate_id] if aggregate_id in moved else outside.setdefault(aggregate_id, version)
            if stands_at != version:
                raise GuardFailed
        moved.update((event.aggregate_id, event.aggregate_version) for event in unit.events)
    return list(outside.items())


def _follows_on(events: Sequence[NewEvent], newest: dict[Id, int | None], keys: set[KeyName]) -> bool:
    """Whether a unit's versions follow on from the newest ones and its keys are new; if so, both take it in."""
    versions: dict[Id, int] = {}
    own_keys: set[KeyName] = set()
    for event in events:
        version = versions.get(event.aggregate_id, newest[event.aggregate_id])
        if version is not None and event.aggregate_version != version + 1:
            return False
        versions[event.aggregate_id] = event.aggregate_version
        if (key := event.key_name) is not None:
            if key in keys or key in own_keys:
                return False
            own_keys.add(key)
    newest.update(versions)
    keys |= own_keys
    return True
