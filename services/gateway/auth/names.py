"""What people, teams and pillars are called: a copy beside that of what they may, and as right as that one.

A tree of thousands bears the name of whoever owns each objective; to ask for each would cost more than the tree. Names are asked for
many at once, and held until directory tells, through the changes that the copy of standings takes, that something of that person is
otherwise: a name that is forgotten is gone from here within the time that a standing may be old. While that copy may not be asked,
neither is this one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from cairn.directory.v1 import service_pb2
from chassis.ids import Id, id_text
from chassis.rpc import DEADLINE, asked
from gateway.auth.operator import OPERATOR_ID
from gateway.auth.standings import Standings
from shared.services import SERVICES

if TYPE_CHECKING:
    from cairn.directory.v1.service_pb2_grpc import DirectoryServiceAsyncStub

NamedPerson = Mapping[str, str | None]
"""A person as answers show one: `id`, `handle` and `name`. Whoever is forgotten, and what is no person, has no handle."""

MOST_BYTES: Final = 64 << 20
"""That the copy may take: some hundred thousand people."""
_MOST_IN_A_CALL: Final = 1000
_BYTES_BESIDE: Final = 700
"""That a person takes beside handle and name: ids, a dictionary, their places in it."""


class PeopleNames:
    """The copy, of at most so many bytes."""

    def __init__(self, directory: DirectoryServiceAsyncStub, standings: Standings, most_bytes: int = MOST_BYTES) -> None:
        self._directory: Final = directory
        self._standings: Final = standings
        self._most_bytes: Final = most_bytes
        self._held: Final[OrderedDict[tuple[Id, Id], NamedPerson]] = OrderedDict()
        self._bytes = 0
        standings.tells(self)

    @property
    def bytes_held(self) -> int:
        """About so many bytes of memory."""
        return self._bytes

    async def of(self, tenant_id: Id, person_ids: Iterable[Id]) -> dict[Id, NamedPerson]:
        """What each of these people and teams of a tenant is called; whoever is nobody there has an id alone.

        Raises Refused (UNAVAILABLE) when a name is not here and directory does not answer.
        """
        wanted = dict.fromkeys(person_ids)
        fresh = self._standings.fresh
        named: dict[Id, NamedPerson] = {}
        missing = []
        for person_id in wanted:
            if (service := _SERVICES.get(person_id)) is not None:
                named[person_id] = service
            elif fresh and (held := self._held.get((tenant_id, person_id))) is not None:
                named[person_id] = held
            else:
                missing.append(person_id)
        for start in range(0, len(missing), _MOST_IN_A_CALL):
            named |= await self._asked(tenant_id, missing[start : start + _MOST_IN_A_CALL])
        return named

    def changed(self, tenant_id: Id, own_id: Id) -> None:
        """The name of a person or a team is asked for anew: it may be another, or forgotten."""
        held = self._held.pop((tenant_id, own_id), None)
        if held is not None:
            self._bytes -= _bytes_of(held)

    def lost(self) -> None:
        """Every name is asked for anew."""
        self._held.clear()
        self._bytes = 0

    async def _asked(self, tenant_id: Id, person_ids: list[Id]) -> dict[Id, NamedPerson]:
        message = service_pb2.NamePeopleRequest(tenant_id=tenant_id, person_ids=person_ids)
        answer = await asked(self._directory.NamePeople(message, metadata=self._standings.own_metadata(), timeout=DEADLINE))
        told = {name.person_id: name for name in answer.names}
        named = {}
        for person_id in person_ids:
            name = told.get(person_id)
            person = named[person_id] = _person(id_text(person_id), name.handle if name else "", name.name if name else "")
            if name is not None and answer.position >= self._standings.position:  # else a change of it may have been passed over
                self._hold((tenant_id, person_id), person)
        return named

    def _hold(self, of: tuple[Id, Id], person: NamedPerson) -> None:
        self.changed(*of)
        self._held[of] = person
        self._bytes += _bytes_of(person)
        while self._bytes > self._most_bytes:
            _, oldest = self._held.popitem(last=False)
            self._bytes -= _bytes_of(oldest)


def _person(own_id: str, handle: str, name: str) -> NamedPerson:
    return {"id": own_id, "handle": handle or None, "name": name or None}


def _bytes_of(person: NamedPerson) -> int:
    return _BYTES_BESIDE + sum(4 * len(text) for text in (person["handle"], person["name"]) if text)


_SERVICES: Final[dict[Id, NamedPerson]] = {
    OPERATOR_ID: _person(id_text(OPERATOR_ID), "", "operator"),
    **{service_id: _person(id_text(service_id), "", name) for name, service_id in SERVICES.items()},
}
"""Who acts, and is nobody of a tenant."""
