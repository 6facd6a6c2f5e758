"""Tables that are made anew by the very effect that the consumer carries out: one fold, live and in a rebuild."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final

import psycopg

from chassis.events import EventTypes, RecordedEvent
from chassis.kafka.consumer.effects import Effect
from chassis.log_copy import read_recorded
from chassis.postgres import PLAN_ONCE
from chassis.rebuild.projection import Beside, Builder, FirstDeadLetters, Projection, stands_behind

_COMMITTED_TOGETHER: Final = 2_000  # events
_ANALYZE: Final = "SELECT format('ANALYZE %I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = (current_schemas(false))[2]"
"""Of the tables that are made: `projection.conninfo` has their schema behind public."""


def of_effect(
    schema: str,
    logs: tuple[str, ...],
    types: EventTypes | None,
    tables: str,
    indexes: str,
    effect: Effect,
    *,
    with_the_swap: Sequence[str] = (),
) -> Projection:
    """A projection that comes of carrying out an effect on every event of its logs, one log after another.

    So the effect may not depend on the order of two logs. `indexes` are made when all events are in.
    """

    def builder(beside: Beside) -> AbstractContextManager[Builder]:
        return _Builder(beside, types, indexes, effect)

    return Projection(schema, logs, types, tables, builder, with_the_swap)


class _Builder:
    """Carries out the effect, on a connection of its own."""

    def __init__(self, beside: Beside, types: EventTypes | None, indexes: str, effect: Effect) -> None:
        self.events = 0
        self._beside: Final = beside
        self._types: Final = types
        self._indexes: Final = indexes
        self._effect: Final = effect
        self._passed_over: Final[dict[str, dict[int, RecordedEvent]]] = {log: {} for log in beside.logs}
        self._loop: Final = asyncio.Runner()

    def __enter__(self) -> _Builder:
        self._connection: psycopg.AsyncConnection[Any] = self._loop.run(psycopg.AsyncConnection.connect(self._beside.conninfo))
        self._execute(PLAN_ONCE.decode())
        self._execute("SET synchronous_commit = off")  # the swap's commit makes everything before it durable
        return self

    def __exit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.run(self._connection.close())
        self._loop.close()

    def waiting(self, log: str) -> Collection[int]:
        return self._passed_over[log]

    def fill(self, heads: Mapping[str, int], letters: Mapping[str, FirstDeadLetters]) -> None:
        for log, head in heads.items():
            self._take(log, read_recorded(self._beside.logs[log], log, 0, head), letters[log])

    def finish(self) -> None:
        self._execute(self._indexes)
        self._loop.run(self._analyze())

    def follow(self, log: str, after: int, letters: FirstDeadLetters) -> int:
        passed_over = self._passed_over[log]
        let_go = [e for e in passed_over.values() if not stands_behind(e.aggregate_id, e.position, letters)]
        for event in let_go:
            del passed_over[event.position]
        self.events -= len(let_go)
        tail = list(read_recorded(self._beside.logs[log], log, after))
        self._take(log, [*sorted(let_go, key=lambda event: event.position), *tail], letters)
        return tail[-1].position if tail else after

    def _take(self, log: str, events: Iterable[RecordedEvent], letters: FirstDeadLetters) -> None:
        batch: list[RecordedEvent] = []
        for event in events:
            self.events += 1
            if letters and stands_behind(event.aggregate_id, event.position, letters):
                self._passed_over[log][event.position] = event
            elif self._types is None or event.event_type in self._types:
                batch.append(event)
            if len(batch) == _COMMITTED_TOGETHER:
                self._loop.run(self._carry_out(batch))
                batch = []
                self._beside.told()
        if batch:
            self._loop.run(self._carry_out(batch))
        self._beside.told()

    async def _carry_out(self, events: Sequence[RecordedEvent]) -> None:
        await self._effect(self._connection, events)
        await self._connection.commit()

    async def _analyze(self) -> None:
        for (statement,) in await (await self._connection.execute(_ANALYZE)).fetchall():
            await self._connection.execute(statement)
        await self._connection.commit()

    def _execute(self, statements: str) -> None:
        self._loop.run(self._executed(statements))

    async def _executed(self, statements: str) -> None:
        await self._connection.execute(statements.encode())
        await self._connection.commit()
