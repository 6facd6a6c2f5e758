"""From what people call things to ids. A name, once given, stays with its holder for ever, so what was found is remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from enum import Enum
from typing import Final

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.errors import Kind, Refused
from chassis.ids import Id, parse_id
from chassis.rpc import DEADLINE, Metadata, asked
from gateway.backends.stubs import Backends

_REMEMBERED: Final = 100_000
_AT_ONCE: Final = 2000
_LONGEST: Final = 100


class Thing(Enum):
    """What can be called by a reference."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key result"
    CYCLE = "cycle"
    PERSON = "person"


_KINDS: Final = {
    Thing.OBJECTIVE: goals_pb2.REFERENCE_KIND_OBJECTIVE,
    Thing.KEY_RESULT: goals_pb2.REFERENCE_KIND_KEY_RESULT,
    Thing.CYCLE: goals_pb2.REFERENCE_KIND_CYCLE,
}


class References:
    """Finds the ids behind references, of one tenant at a time."""

    def __init__(self, backends: Backends) -> None:
        self._backends: Final = backends
        self._known: Final[OrderedDict[tuple[Id, Thing, str], Id]] = OrderedDict()

    async def id_of(self, tenant: Id, thing: Thing, reference: str, metadata: Metadata, field: str = "") -> Id:
        """The id behind `reference`, which may be an id itself.

        Raises Refused: UNKNOWN, or INVALID at `field` when the reference stands in a field of the request.
        """
        found = self.remembered(tenant, thing, reference)
        if found is None:
            found = (await self.ids_of(tenant, thing, [reference], metadata))[0]
        if found is None:
            raise unknown(thing, reference, field)
        return found

    async def ids_of(self, tenant: Id, thing: Thing, references: Sequence[str], metadata: Metadata) -> list[Id | None]:
        """The ids behind `references`, in their order; None where there is none."""
        found = {reference: self.remembered(tenant, thing, reference) for reference in references}
        missing = [reference for reference, known in found.items() if known is None and _can_be_a_name(reference)]
        for start in range(0, len(missing), _AT_ONCE):
            asked_for = missing[start : start + _AT_ONCE]
            for reference, value in zip(asked_for, await self._asked(thing, asked_for, metadata), strict=True):
                if value:
                    found[reference] = value
                    self._remember((tenant, thing, reference), value)
        return [found[reference] for reference in references]

    def remembered(self, tenant: Id, thing: Thing, reference: str) -> Id | None:
        """The id behind `reference`, if it is an id itself or was found before.

        Whether there is anything by that id in the tenant is told by the service that keeps such things, when it is handed the id. Nobody
        but directory knows people, so a person's id is looked up like a handle.
        """
        known = self._known.get((tenant, thing, reference))
        if known is not None or len(reference) != 36 or thing is Thing.PERSON:
            return known
        try:
            return parse_id(reference)
        except ValueError:
            return None

    async def _asked(self, thing: Thing, references: list[str], metadata: Metadata) -> Sequence[Id]:
        if thing is Thing.PERSON:
            return [await self._person(reference, metadata) for reference in references]
        request = goals_pb2.ResolveReferencesRequest(kind=_KINDS[thing], references=references)
        answer = await asked(self._backends.goals.ResolveReferences(request, metadata=metadata, timeout=DEADLINE))
        return answer.ids

    async def _person(self, reference: str, metadata: Metadata) -> Id:
        try:
            answer = await asked(self._backends.directory.GetPerson(person_request(reference), metadata=metadata, timeout=DEADLINE))
        except Refused as refused:
            if refused.kind is Kind.UNKNOWN:
                return b""
            raise
        return answer.person.person_id

    def _remember(self, key: tuple[Id, Thing, str], value: Id) -> None:
        self._known[key] = value
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def person_request(reference: str) -> directory_pb2.GetPersonRequest:
    """Asks directory for the person whom a handle or an id names."""
    try:
        return directory_pb2.GetPersonRequest(person_id=parse_id(reference))
    except ValueError:
        return directory_pb2.GetPersonRequest(handle=reference)


def _can_be_a_name(reference: str) -> bool:
    return 0 < len(reference) <= _LONGEST and reference.isprintable()


def unknown(thing: Thing, reference: str, field: str = "") -> Refused:
    """That nothing goes by `reference`; where it stands in a field, the request is what is wrong."""
    message = f"there is no {thing.value} {reference[:100]!r} in this tenant; give its id or its reference"
    kind = Kind.INVALID if field else Kind.UNKNOWN
    return Refused(f"{thing.name}_UNKNOWN", message, kind=kind, field=field)
