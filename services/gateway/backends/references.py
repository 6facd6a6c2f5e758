"""Resolves references (J1, J1/3, a cycle's name, a person's handle, a team's name, a pillar's title) to ids.

A reference, once given, stays with its holder for ever, so what was found is cached without an end; but not what a
team or a pillar is called.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from enum import Enum
from typing import Final, TypeVar, assert_never

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id, parse_id
from chassis.rpc import DEADLINE, Metadata, asked
from chassis.texts import is_line
from gateway.backends.asking import Method
from gateway.backends.stubs import Backends

M = TypeVar("M")
A = TypeVar("A")

_MOST_CACHED: Final = 100_000
_MOST_IN_A_CALL: Final = 2000
_LONGEST: Final = 100
"""Characters that a reference may have."""


NOTHING: Final[Id] = NIL
"""The id of nothing, in any tenant: what a reference is handed on as that nothing goes by."""


class ReferenceKind(Enum):
    """The kinds of things that have references."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key result"
    CYCLE = "cycle"
    PERSON = "person"
    KPI = "KPI"
    TASK = "task"
    INITIATIVE = "initiative"
    MILESTONE = "milestone"
    TEAM = "team"
    """Called otherwise tomorrow, perhaps: what a name of a team names is not kept."""
    PILLAR = "pillar"
    """As a team."""


_CALLED_OTHERWISE: Final = frozenset({ReferenceKind.TEAM, ReferenceKind.PILLAR})
_OF_DIRECTORY: Final = frozenset({ReferenceKind.PERSON, *_CALLED_OTHERWISE})


class References:
    """Resolves references of any tenant, and caches what it found."""

    def __init__(self, backends: Backends) -> None:
        self._backends: Final = backends
        self._known: Final[OrderedDict[tuple[Id, ReferenceKind, str], Id]] = OrderedDict()

    async def id_of(self, tenant: Id, kind: ReferenceKind, reference: str, metadata: Metadata, field: str = "") -> Id:
        """The id behind `reference`, which may be an id itself.

        Raises Refused: UNKNOWN, or INVALID at `field` when the reference stands in a field of the request.
        """
        found = self.cached(tenant, kind, reference)
        if found is None:
            found = (await self.ids_of(tenant, kind, [reference], metadata))[0]
        if found is None:
            raise reference_unknown(kind, reference, field)
        return found

    async def ids_of(self, tenant: Id, kind: ReferenceKind, references: Sequence[str], metadata: Metadata) -> list[Id | None]:
        """The ids behind `references`, in their order; None where there is none."""
        found = {reference: self.cached(tenant, kind, reference) for reference in references}
        missing = [reference for reference, known in found.items() if known is None and _may_be_a_reference(reference)]
        for start in range(0, len(missing), _MOST_IN_A_CALL):
            asked_for = missing[start : start + _MOST_IN_A_CALL]
            for reference, value in zip(asked_for, await self._asked(kind, asked_for, metadata), strict=True):
                if value:
                    found[reference] = value
                if value and kind not in _CALLED_OTHERWISE:
                    self._remember((tenant, kind, reference), value)
        return [found[reference] for reference in references]

    async def look_up_anew(self, tenant: Id, kind: ReferenceKind, references: Sequence[str], metadata: Metadata) -> None:
        """Asks for those of the references that are answered from the cache, as if nothing were known of them.

        Whoever names what they may not know of waits as long as whoever names nothing: the cache holds what others found, too.
        """
        remembered = [reference for reference in references if (tenant, kind, reference) in self._known]
        for start in range(0, len(remembered), _MOST_IN_A_CALL):
            await self._asked(kind, remembered[start : start + _MOST_IN_A_CALL], metadata)

    def cached(self, tenant: Id, kind: ReferenceKind, reference: str) -> Id | None:
        """The id behind `reference`, where it is an id itself or was found before; None: it has to be looked up.

        Whether there is anything by that id in the tenant is told by the service that keeps such things, when it is handed the id. Nobody
        but directory knows people, teams and pillars, so their ids are looked up like names.
        """
        known = self._known.get((tenant, kind, reference))
        if known is not None or len(reference) != 36 or kind in _OF_DIRECTORY:
            return known
        try:
            return parse_id(reference)
        except ValueError:
            return None

    async def _asked(self, kind: ReferenceKind, references: list[str], metadata: Metadata) -> Sequence[Id]:
        match kind:
            case ReferenceKind.PERSON:
                return [await self._person(reference, metadata) for reference in references]
            case ReferenceKind.TEAM:
                return [await self._team(reference, metadata) for reference in references]
            case ReferenceKind.PILLAR:
                return [await self._pillar(reference, metadata) for reference in references]
            case ReferenceKind.OBJECTIVE:
                return await self._asked_goals(goals_pb2.REFERENCE_KIND_OBJECTIVE, references, metadata)
            case ReferenceKind.KEY_RESULT:
                return await self._asked_goals(goals_pb2.REFERENCE_KIND_KEY_RESULT, references, metadata)
            case ReferenceKind.CYCLE:
                return await self._asked_goals(goals_pb2.REFERENCE_KIND_CYCLE, references, metadata)
            case ReferenceKind.KPI:
                return await self._asked_goals(goals_pb2.REFERENCE_KIND_KPI, references, metadata)
            case ReferenceKind.TASK:
                return await self._asked_goals(goals_pb2.REFERENCE_KIND_TASK, references, metadata)
            case ReferenceKind.INITIATIVE:
                return await self._asked_goals(goals_pb2.REFERENCE_KIND_INITIATIVE, references, metadata)
            case ReferenceKind.MILESTONE:
                return await self._asked_goals(goals_pb2.REFERENCE_KIND_MILESTONE, references, metadata)
            case unknown_kind:
                assert_never(unknown_kind)

    async def _asked_goals(self, kind: goals_pb2.ReferenceKind.ValueType, references: list[str], metadata: Metadata) -> Sequence[Id]:
        request = goals_pb2.ResolveReferencesRequest(kind=kind, references=references)
        answer = await asked(self._backends.goals.ResolveReferences(request, metadata=metadata, timeout=DEADLINE))
        return answer.ids

    async def _person(self, reference: str, metadata: Metadata) -> Id:
        answer = await _asked_of_directory(self._backends.directory.GetPerson, person_request(reference), metadata)
        return b"" if answer is None else answer.person.person_id

    async def _team(self, reference: str, metadata: Metadata) -> Id:
        answer = await _asked_of_directory(self._backends.directory.GetTeam, directory_pb2.GetTeamRequest(team=reference), metadata)
        return b"" if answer is None else answer.team.team_id

    async def _pillar(self, reference: str, metadata: Metadata) -> Id:
        answer = await _asked_of_directory(self._backends.directory.GetPillar, directory_pb2.GetPillarRequest(pillar=reference), metadata)
        return b"" if answer is None else answer.pillar.pillar_id

    def _remember(self, key: tuple[Id, ReferenceKind, str], value: Id) -> None:
        self._known[key] = value
        if len(self._known) > _MOST_CACHED:
            self._known.popitem(last=False)


def person_request(reference: str) -> directory_pb2.GetPersonRequest:
    """Asks directory for the person whom a handle or an id names."""
    try:
        return directory_pb2.GetPersonRequest(person_id=parse_id(reference))
    except ValueError:
        return directory_pb2.GetPersonRequest(handle=reference)


def _may_be_a_reference(reference: str) -> bool:
    return 0 < len(reference) <= _LONGEST and is_line(reference)


def reference_unknown(kind: ReferenceKind, reference: str, field: str = "") -> Refused:
    """The refusal of a reference that nothing goes by: UNKNOWN; INVALID where it stands in a `field` of the request."""
    message = f"there is no {kind.value} {reference[:100]!r} in this tenant; give its id or its reference"
    return Refused(unknown_reason(kind), message, kind=Kind.INVALID if field else Kind.UNKNOWN, field=field)


def unknown_reason(kind: ReferenceKind) -> str:
    """The reason with which any service refuses what is not there, or not to be known of."""
    return f"{kind.name}_UNKNOWN"


async def _asked_of_directory(method: Method[M, A], request: M, metadata: Metadata) -> A | None:
    """What directory answers; None where there is no such thing."""
    try:
        return await asked(method(request, metadata=metadata, timeout=DEADLINE))
    except Refused as refused:
        if refused.kind is Kind.UNKNOWN:
            return None
        raise
