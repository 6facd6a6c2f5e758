"""The services as an import asks them: patient with one that is away or busy, since nothing that an import says does harm said twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from google.protobuf.message import Message

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text, new_id
from chassis.rpc import DEADLINE
from chassis.texts import name_key
from gateway.backends import Backends, Method, ReferenceKind, pages_of
from gateway.importing.bulk import MOST_AT_ONCE, Definitions
from gateway.importing.refusal_reasons import NOT_CAUGHT_UP
from gateway.schemas.mapping import Json, JsonMapping
from gateway.schemas.objectives import OBJECTIVE

M = TypeVar("M")
A = TypeVar("A")
Wait: TypeAlias = Callable[[], Awaitable[Any]]

_PATIENCE: Final = 60.0  # seconds that a service may be away
_CATCHING_UP: Final = 900.0  # seconds that it may take until what an import has said is taken in
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_PAGE: Final = 1000
_ROWS_DEADLINE: Final = 3 * DEADLINE


class Asking(Protocol):
    """Somebody who asks the services of a tenant."""

    @property
    def backends(self) -> Backends:
        """The services that can be asked."""
        ...

    async def ask(self, method: Method[M, A], message: M, *, timeout: float = DEADLINE, key: str | None = None) -> A:
        """Asks a service on their behalf, under an idempotency key of the message's own, if it has one. Raises the Refused that it says."""
        ...

    async def ids_of(self, kind: ReferenceKind, references: Sequence[str]) -> list[Id | None]:
        """The ids behind references, in their order; None where there is none."""
        ...

    async def written(self, mapping: JsonMapping, message: Message) -> Json:
        """The JSON of a message, with the names of the people in it."""
        ...


class Services:
    """What an import asks for, in somebody's name. Every method raises the Refused that a service says."""

    at_once: int = MOST_AT_ONCE
    """As many things of a kind are taken at the same time."""

    def __init__(self, asking: Asking, catch_up: Wait, checkins_catches_up: Wait) -> None:
        """The last two return once everything appended so far is relayed and consumed everywhere, and by checkins."""
        self.backends: Final = asking.backends
        self.definitions: Final = Definitions(self._define_each)
        self._asking = asking
        self._catch_up = catch_up
        self._checkins_catches_up = checkins_catches_up

    async def catch_up(self) -> None:
        """Returns once everything appended so far is taken in everywhere."""
        await _however_long(self._catch_up)

    async def checkins_catches_up(self) -> None:
        """Returns once checkins has taken in everything appended so far: others may be behind, and catch up beside what comes next."""
        await _however_long(self._checkins_catches_up)

    async def ask(self, method: Method[M, A], message: M, *, key: str | None = None) -> A:
        """A service's answer. One that is away or busy is asked again, for a minute. `key`: what it is known by when it is sent again.

        What defines something new, and has no key of its own, goes together with what else does so at the same time.
        """
        if key is None and self.definitions.takes(message):
            return await _patiently(lambda: self.definitions.ask(message))  # type: ignore[return-value,arg-type]  # as the method has it
        return await _patiently(lambda: self._asking.ask(method, message, timeout=_ROWS_DEADLINE, key=key))

    async def _define_each(self, definitions: goals_pb2.DefineEachRequest) -> goals_pb2.DefineEachResponse:
        key = id_text(new_id())  # sent again, each of them is answered as it was the first time
        return await _patiently(lambda: self._asking.ask(self.backends.goals.DefineEach, definitions, timeout=_ROWS_DEADLINE, key=key))

    async def ids_of(self, kind: ReferenceKind, references: Sequence[str]) -> dict[str, Id]:
        """The ids of those of the references that something goes by, by `name_key`."""
        found = await _patiently(lambda: self._asking.ids_of(kind, references))
        return {name_key(reference): its_id for reference, its_id in zip(references, found, strict=True) if its_id}

    async def people(self) -> list[directory_pb2.Person]:
        """Everybody of the tenant."""
        pages = pages_of(self.ask, self.backends.directory.ListPeople, directory_pb2.ListPeopleRequest(page_size=_PAGE))
        return [person async for page in pages for person in page.people]

    async def teams(self) -> list[directory_pb2.Team]:
        """Every team of the tenant that is there."""
        pages = pages_of(self.ask, self.backends.directory.ListTeams, directory_pb2.ListTeamsRequest(page_size=_PAGE))
        return [team async for page in pages for team in page.teams]

    async def cycles(self) -> list[goals_pb2.Cycle]:
        """Every cycle of the tenant."""
        pages = pages_of(self.ask, self.backends.goals.ListCycles, goals_pb2.ListCyclesRequest(page_size=_PAGE))
        return [cycle async for page in pages for cycle in page.cycles]

    async def objective(self, objective_id: Id) -> Json | None:
        """An objective with its key results and their numbers, as REST answers it; None where there is none that the caller may see."""
        try:
            request = progress_pb2.GetObjectiveRequest(objective_id=objective_id)
            return await self.written(OBJECTIVE, (await self.ask(self.backends.progress.GetObjective, request)).objective)
        except Refused as refused:
            if refused.kind is not Kind.UNKNOWN:
                raise
            return None

    async def written(self, mapping: JsonMapping, message: Message) -> Json:
        """The JSON of a message, as REST answers it."""
        return await _patiently(lambda: self._asking.written(mapping, message))

    async def objective_of(self, key_result_id: Id) -> Json | None:
        """The home of a key result."""
        try:
            request = goals_pb2.DescribeKeyResultRequest(key_result_id=key_result_id)
            described = await self.ask(self.backends.goals.DescribeKeyResult, request)
        except Refused as refused:
            if refused.kind is not Kind.UNKNOWN:
                raise
            return None
        return await self.objective(described.objective_id)


async def _however_long(wait: Wait) -> None:
    """Waits for what takes longer than anybody else waits, of a large import. Raises the Refused of what does not come to an end."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _CATCHING_UP
    while True:
        try:
            await _patiently(wait)
            return
        except Refused as refused:
            if refused.reason != NOT_CAUGHT_UP or loop.time() > deadline:
                raise


async def _patiently(attempt: Callable[[], Awaitable[A]]) -> A:
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + _PATIENCE, _FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except Refused as refused:
            if refused.kind not in (Kind.BUSY, Kind.UNAVAILABLE) or loop.time() > deadline:
                raise
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
