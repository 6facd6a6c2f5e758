"""Names that were reserved while J1 and j1 were two: each is found as it was, and none can be taken again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from cairn.goals.v1 import events_pb2
from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import ReferenceReserved
from chassis.calls import Call, Identity
from chassis.errors import Refused
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id, id_of_name, new_id
from goals import queries
from goals.aggregates import EVENT_TYPES
from goals.commands.cycles import define_cycle
from goals.index import Index
from goals.service import Goals
from shared.roles import ADMIN
from tests.integration.goals_checkins.callers import JAN_1, MAR_31

CALL = Call(Identity(new_id(), new_id(), frozenset({ADMIN})), new_id())


class running_on:  # noqa: N801 - reads as a function
    def __init__(self, dsn: str) -> None:
        self._log = EventLog(dsn, "goals", 6)
        self._index = Index(dsn, EVENT_TYPES, 6, self._log.reader)

    async def __aenter__(self) -> Goals:
        await self._log.start()
        await self._index.start()
        return Goals(Aggregates(self._log, EVENT_TYPES), self._index)

    async def __aexit__(self, *_: object) -> None:
        await self._index.stop()
        await self._log.stop()


async def a_cycle(goals: Goals, name: str) -> Id:
    request = api.DefineCycleRequest(name=name, kind=events_pb2.CYCLE_KIND_TACTICAL, first_day=JAN_1, last_day=MAR_31)
    return (await define_cycle(goals, CALL, request)).aggregate_ids[0]


async def cycles_called(goals: Goals, *names: str) -> list[Id]:
    request = api.ResolveReferencesRequest(kind=api.REFERENCE_KIND_CYCLE, references=names)
    return list((await queries.resolve_references(goals, CALL, request)).ids)


def as_before(dsn: str, goals: Goals, renamed: dict[str, str]) -> None:
    """Writes the reservations as the release before did: under what follows from the name as it is typed."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for name, earlier in renamed.items():
            _write_as_before(connection, goals.index.name_id(CALL.identity.tenant_id, "cycle", name), earlier)
        connection.execute("DROP TABLE earlier_name, named_team")
        connection.execute("UPDATE schema_version SET version = 1 WHERE name = 'goals'")


def _write_as_before(connection: psycopg.Connection[Any], name_id: Id, earlier: str) -> None:
    row = connection.execute("SELECT payload FROM event WHERE aggregate_id = %s", (UUID(bytes=name_id),)).fetchone()
    assert row is not None
    reserved = ReferenceReserved.FromString(row[0])
    reserved.reference = earlier
    earlier_id = id_of_name(CALL.identity.tenant_id, "cycle", earlier)
    written = (UUID(bytes=earlier_id), reserved.SerializeToString(), UUID(bytes=name_id))
    connection.execute("UPDATE event SET aggregate_id = %s, payload = %s WHERE aggregate_id = %s", written)


async def test_a_name_of_before_is_found_and_taken_however_it_is_written(database: str) -> None:
    async with running_on(database) as goals:
        cycle_id = await a_cycle(goals, "Zoe\u0308 H2")
        as_before(database, goals, {"Zoe\u0308 H2": "Zoe\u0308 H2"})
    async with running_on(database) as upgraded:
        assert await cycles_called(upgraded, "Zoe\u0308 H2", "Zoë H2", "ZOË h2", "Zoe H2") == [cycle_id] * 3 + [b""]
        for written in ("Zoe\u0308 H2", "zoë h2"):
            with pytest.raises(Refused) as refused:
                await a_cycle(upgraded, written)
            assert refused.value.reason == "REFERENCE_TAKEN"


async def test_two_names_of_before_that_are_one_now_are_found_by_what_each_was_called(database: str) -> None:
    async with running_on(database) as goals:
        first, second = await a_cycle(goals, "Q1"), await a_cycle(goals, "another")
        as_before(database, goals, {"Q1": "Ab", "another": "aB"})
    async with running_on(database) as upgraded:
        assert await cycles_called(upgraded, "Ab", "aB", "AB", "ab") == [first, second, first, first]
        with pytest.raises(Refused) as refused:
            await a_cycle(upgraded, "AB")
        assert refused.value.reason == "REFERENCE_TAKEN"
