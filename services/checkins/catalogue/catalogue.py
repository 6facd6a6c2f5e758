"""The key results that can be checked in on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from chassis.calls import Call
from chassis.events import RecordedEvent
from chassis.ids import Id
from chassis.postgres import migrate
from checkins.catalogue import consuming
from checkins.catalogue.asking import ask_goals
from checkins.catalogue.changes import listen
from checkins.catalogue.memory import Memory
from checkins.catalogue.reading import read_key_results
from checkins.domain.key_results import KeyResult

if TYPE_CHECKING:
    from cairn.goals.v1.service_pb2_grpc import GoalsServiceAsyncStub  # a name of the type stubs alone


class Catalogue:
    """Finds key results: in memory, in the copy's tables, at goals.

    `owner_dsn` connects as the owner of the tables, where that is another role than the one that reads them.
    """

    def __init__(
        self,
        database_url: str,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        goals_service: GoalsServiceAsyncStub,
        size: int = 50_000,
        *,
        owner_dsn: str = "",
    ) -> None:
        self._database_url = database_url
        self._owner_dsn = owner_dsn or database_url
        self._pool = pool
        self._goals = goals_service
        self._memory = Memory(size)
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Brings the tables to their newest version, and begins to listen.

        Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
        """
        await migrate(self._owner_dsn, "checkins", consuming.STEPS)
        self._listener = asyncio.create_task(listen(self._database_url, self._memory), name="key results that change")

    async def stop(self) -> None:
        """Listens no longer."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)

    def known(self, key_result_id: Id) -> KeyResult | None:
        """The key result, if it is in memory."""
        return self._memory.known(key_result_id)

    async def find(self, key_result_ids: Iterable[Id], *, as_committed: bool = False) -> dict[Id, KeyResult]:
        """Those of the key results that are known here, from memory or in one query.

        With `as_committed` memory alone is not believed: the news of a commit may still be on its way to it.
        Raises Refused (CATALOGUE_UNAVAILABLE).
        """
        found: dict[Id, KeyResult] = {}
        missing: list[Id] = []
        for key_result_id in dict.fromkeys(key_result_ids):
            if (key_result := self._memory.known(key_result_id)) is not None:
                found[key_result_id] = key_result
            if key_result is None or as_committed:
                missing.append(key_result_id)
        for key_result in await self._read(missing) if missing else ():
            known = found.get(key_result.key_result_id)
            if known is None or known.version <= key_result.version:
                found[key_result.key_result_id] = key_result
        return found

    async def ask(self, call: Call, key_result_id: Id) -> KeyResult:
        """The key result as goals has it now, asked in the caller's name.

        Raises Refused: KEY_RESULT_UNKNOWN, or UNAVAILABLE when goals does not answer.
        """
        key_result = await ask_goals(self._goals, call, key_result_id)
        self._memory.keep(key_result)
        return key_result

    async def take_in(self, connection: AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
        """The consumer's effect: writes what the events say about objectives and key results."""
        await consuming.take_in(connection, events)

    async def _read(self, key_result_ids: list[Id]) -> list[KeyResult]:
        changes = self._memory.changes
        key_results = await read_key_results(self._pool, key_result_ids)
        self._memory.keep_read(key_results, changes)
        return key_results
