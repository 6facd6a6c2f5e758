"""Who there is, folded from directory's own log. Every question first reads what was appended since the last one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from cairn.directory.v1.events_pb2 import NameReserved, PersonAdded, PersonRolesChanged, TenantRegistered
from chassis.events import RecordedEvent
from chassis.eventstore import LogReader
from chassis.ids import Id
from directory.aggregates import EVENT_TYPES
from directory.domain import people
from directory.domain.people import Person
from directory.domain.tenants import Tenant

_PAGE = 2000


@dataclass(slots=True)
class Member:
    """A person, and the version they are at."""

    person: Person = field(default_factory=Person)
    version: int = 0


class Roster:
    """The tenants and their people, in the order in which they came."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self._position = 0
        self._catching_up = asyncio.Lock()
        self.tenants: dict[Id, Tenant] = {}
        self._members: dict[Id, dict[Id, Member]] = {}
        self._holders: dict[Id, Id] = {}

    async def caught_up(self) -> Roster:
        """The roster with everything that is in the log by now: what a caller was answered is in it."""
        async with self._catching_up:
            while events := await self._reader.read(self._position, _PAGE):
                for event in events:
                    self._fold(event)
                self._position = events[-1].position
        return self

    def members(self, tenant_id: Id) -> dict[Id, Member]:
        """The people of a tenant."""
        return self._members.get(tenant_id, {})

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
            case NameReserved():
                self._holders[recorded.aggregate_id] = event.holder_id
            case PersonAdded() | PersonRolesChanged():
                member = self._members.setdefault(recorded.tenant_id, {}).setdefault(event.person_id, Member())
                people.apply(member.person, event)
                member.version = recorded.aggregate_version
            case _:
                raise TypeError(f"{recorded.event_type} is an event that the roster does not name")
