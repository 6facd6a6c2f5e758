"""Who there is, folded from directory's own log. Every question first reads what was appended since the last one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cairn.directory.v1.events_pb2 import (
    NameReserved,
    PersonAdded,
    PersonLeft,
    PersonProfileChanged,
    PersonReinstated,
    PersonRolesChanged,
    SecurityEventNoted,
    SessionsRevoked,
    SignedOut,
    TenantRegistered,
)
from chassis.days import Microseconds
from chassis.events import RecordedEvent
from chassis.eventstore import LogReader
from chassis.ids import Id
from chassis.partitions import partition_of
from chassis.positions import Position
from directory.aggregates import EVENT_TYPES
from directory.domain import people, sessions
from directory.domain.people import Person
from directory.domain.sessions import Sessions
from directory.domain.tenants import Tenant

_PAGE = 2000
_REMEMBERED_CHANGES: Final = 10_000


_NOWHERE: Final = Position("directory", 0, 0)


class Edits(NamedTuple):
    """Who made somebody or something known here, and who changed it last."""

    created_at: Microseconds
    created_by: Id
    updated_at: Microseconds
    updated_by: Id


@dataclass(slots=True)
class Member:
    """A person, and the version they are at."""

    person: Person = field(default_factory=Person)
    version: int = 0
    edits: Edits | None = None
    told_at: Position = _NOWHERE
    """Where the newest event of theirs stands."""
    told_on: Microseconds = 0


class Change(NamedTuple):
    """That something of a person became otherwise."""

    position: int
    tenant_id: Id
    person_id: Id


class Roster:
    """The tenants and their people, in the order in which they came."""

    def __init__(self, reader: LogReader, partitions: int) -> None:
        self._reader = reader
        self._partitions = partitions
        self.position = 0
        """In the log, up to which it knows."""
        self._catching_up = asyncio.Lock()
        self.tenants: dict[Id, Tenant] = {}
        self.registrations: dict[Id, Edits] = {}
        """By tenant: who registered it, and when."""
        self._members: dict[Id, dict[Id, Member]] = {}
        self._told_at: dict[Id, dict[int, Position]] = {}
        self._holders: dict[Id, Id] = {}
        self._sessions: dict[tuple[Id, Id], Sessions] = {}
        self._changes: deque[Change] = deque(maxlen=_REMEMBERED_CHANGES)

    async def caught_up(self) -> Roster:
        """The roster with everything that is in the log by now: what a caller was answered is in it."""
        async with self._catching_up:
            while events := await self._reader.read(self.position, _PAGE):
                for event in events:
                    self._fold(event)
                self.position = events[-1].position
        return self

    def members(self, tenant_id: Id) -> dict[Id, Member]:
        """The people of a tenant, those who have left among them."""
        return self._members.get(tenant_id, {})

    def told_at(self, tenant_id: Id) -> Collection[Position]:
        """Where the newest event of the people of a tenant stands, in each partition that has one."""
        return self._told_at.get(tenant_id, {}).values()

    def admins(self, tenant_id: Id) -> list[Id]:
        """Who is an admin of a tenant, in the order in which they joined."""
        return [person_id for person_id, member in self.members(tenant_id).items() if people.is_admin(member.person)]

    def sessions(self, tenant_id: Id, person_id: Id) -> Sessions:
        """What ended of a person's sessions."""
        return self._sessions.get((tenant_id, person_id)) or Sessions()

    def changed_after(self, position: int) -> Collection[tuple[Id, Id]] | None:
        """Whose standing changed after a position, each (tenant, person) once; None: it is too long ago to tell."""
        oldest = self._changes[0].position if len(self._changes) == _REMEMBERED_CHANGES else 0
        if position < oldest:
            return None
        found: dict[tuple[Id, Id], None] = {}
        for change in reversed(self._changes):
            if change.position <= position:
                break
            found[change.tenant_id, change.person_id] = None
        return found

    def holder(self, name_id: Id) -> Id | None:
        """Who holds a name; None: nobody."""
        return self._holders.get(name_id)

    def _fold(self, recorded: RecordedEvent) -> None:
        if recorded.event_type not in EVENT_TYPES:
            return
        event = EVENT_TYPES.decode(recorded.event_type, recorded.payload)
        match event:
            case TenantRegistered():
                self.tenants[event.tenant_id] = Tenant(event.name, event.time_zone)
                self.registrations[event.tenant_id] = _edited(None, recorded)
            case NameReserved():
                self._holders[recorded.aggregate_id] = event.holder_id
            case PersonAdded() | PersonProfileChanged() | PersonRolesChanged() | PersonLeft() | PersonReinstated():
                member = self._members.setdefault(recorded.tenant_id, {}).setdefault(event.person_id, Member())
                people.apply(member.person, event)
                member.version = recorded.aggregate_version
                member.edits = _edited(member.edits, recorded)
                partition = partition_of(recorded.partition_key, self._partitions)
                member.told_at = Position(recorded.log, partition, recorded.position, recorded.generation)
                member.told_on = recorded.recorded_at
                self._told_at.setdefault(recorded.tenant_id, {})[partition] = member.told_at
                self._changes.append(Change(recorded.position, recorded.tenant_id, event.person_id))
            case SignedOut() | SessionsRevoked():
                sessions.apply(self._sessions.setdefault((recorded.tenant_id, event.person_id), Sessions()), event)
                self._changes.append(Change(recorded.position, recorded.tenant_id, event.person_id))
            case SecurityEventNoted():
                pass  # nobody is otherwise for it
            case _:
                raise TypeError(f"{recorded.event_type} is an event that the roster does not name")


def _edited(before: Edits | None, recorded: RecordedEvent) -> Edits:
    now = recorded.recorded_at, recorded.actor_id
    return Edits(*now, *now) if before is None else Edits(before.created_at, before.created_by, *now)
