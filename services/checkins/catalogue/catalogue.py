"""The key results that can be checked in on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from chassis.calls import Call
from chassis.events import RecordedEvent
from chassis.ids import Id
from chassis.postgres import migrate
from checkins.catalogue import consuming
from checkins.catalogue.asking import ask_goals, ask_who_sees
from checkins.catalogue.changes import listen
from checkins.catalogue.confirming import Confirmations
from checkins.catalogue.memory import Memory
from checkins.catalogue.reading import read_key_results
from checkins.domain.audience import Audience
from checkins.domain.key_results import KeyResult

if TYPE_CHECKING:
    from cairn.goals.v1.service_pb2_grpc import GoalsServiceAsyncStub  # a name of the type stubs alone

_GOALS: Final = "goals"


class Catalogue:
    """Finds key results: in memory, in the copy's tables, at goals.

    `owner_dsn` connects as the owner of the tables, where that is another role than the one that reads them. While goals does not answer,
    what it confirmed at most `longest_age` seconds ago is still acted on.
    """

    def __init__(
        self,
        database_url: str,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        goals_service: GoalsServiceAsyncStub,
        size: int = 50_000,
        *,
        owner_dsn: str = "",
        longest_age: float = 60.0,
    ) -> None:
        self._database_url = database_url
        self._owner_dsn = owner_dsn or database_url
        self._pool = pool
        self._goals = goals_service
        self._memory = Memory(size)
        self._confirmations = Confirmations(goals_service, self._memory, longest_age)
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Brings the tables to their newest version, and begins to listen.

        Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
        """
        await migrate(self._owner_dsn, "checkins", consuming.STEPS)
        self._listener = asyncio.create_task(listen(self._database_url, self._memory), name="key results that change")

    async def stop(self) -> None:
        """Listens and asks no longer."""
        await self._confirmations.stop()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)

    async def confirm(self, call: Call) -> None:
        """Returns once what is in memory may be acted on: as new as goals was a moment ago, and as the positions that the call names.

        Raises Refused: POSITION_UNKNOWN, or DEFINITIONS_TOO_OLD when goals has not answered for too long.
        """
        if call.after or not self._confirmations.is_good(call):
            await self._confirmations.confirm(call, [position for position in call.after if position.log == _GOALS])

    def known(self, key_result_id: Id) -> KeyResult | None:
        """The key result, if it is in memory."""
        return self._memory.known(key_result_id)

    async def find(self, call: Call, key_result_ids: Iterable[Id]) -> dict[Id, KeyResult]:
        """Those of the key results that are known here, whole, as goals has them, from memory, or in one query and one question.

        While goals does not answer, those of which nothing newer was heard of. Raises Refused (CATALOGUE_UNAVAILABLE).
        """
        found: dict[Id, KeyResult] = {}
        missing: list[Id] = []
        for key_result_id in dict.fromkeys(key_result_ids):
            if (key_result := self._memory.known(key_result_id)) is not None:
                found[key_result_id] = key_result
            else:
                missing.append(key_result_id)
        read = await read_key_results(self._pool, missing) if missing else ()
        newest = await self._confirmations.versions(call, [i for key_result in read for i, _ in key_result.rests_on if i]) if read else {}
        for key_result in read:
            if newest is None:
                if not self._memory.is_outdated(key_result):
                    found[key_result.key_result_id] = key_result
            elif not key_result.lacks_way and all(newest.get(aggregate_id) == version for aggregate_id, version in key_result.rests_on):
                self._memory.keep(key_result)
                found[key_result.key_result_id] = key_result
        return found

    async def ask(self, call: Call, key_result_id: Id) -> KeyResult:
        """The key result as goals has it now, asked in the caller's name.

        Raises Refused: KEY_RESULT_UNKNOWN, or UNAVAILABLE when goals does not answer.
        """
        key_result = await ask_goals(self._goals, call, key_result_id)
        self._memory.keep(key_result)
        return key_result

    async def objective_talked_about(self, call: Call, objective_id: Id) -> Audience:
        """An objective, and who may know of it, as goals has it now, not before the positions that the call names.

        Raises as `asking.ask_who_sees` does, and POSITION_UNKNOWN, POSITION_LOST and GOALS_UNAVAILABLE.
        """
        if after := [position for position in call.after if position.log == _GOALS]:
            await self._confirmations.confirm(call, after)
        return await ask_who_sees(self._goals, call, objective_id)

    async def take_in(self, connection: AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
        """The consumer's effect: writes what the events say about objectives and key results."""
        await consuming.take_in(connection, events)
