"""Somebody who calls goals and checkins over gRPC, and what tests ask of the logs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
import pytest
from google.protobuf.message import Message

from cairn.checkins.v1 import service_pb2 as checkins_api
from cairn.checkins.v1.service_pb2_grpc import CheckInsServiceStub
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as goals_api
from cairn.goals.v1.service_pb2_grpc import GoalsServiceStub
from chassis.calls import Identity
from chassis.errors import Refused
from chassis.ids import Id, new_id
from chassis.positions import Position
from chassis.rpc import IdentitySigner, asked, channel, metadata, streamed
from shared.roles import ADMIN, MEMBER

JAN_1, MAR_31 = 17897, 17986  # 2019

NOTHING_IS_SAID: Any = None
"""For a service of which nobody asks anything about comments."""

Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True)
class Processes:
    """Where the services answer, and where their logs are."""

    goals_address: str
    checkins_address: str
    goals_database: str
    checkins_database: str
    signer: IdentitySigner

    async def heads(self) -> tuple[int, int]:
        """The newest positions of both logs."""
        return await head(self.goals_database), await head(self.checkins_database)

    def caller(
        self,
        *roles: str,
        tenant_id: Id | None = None,
        person_id: Id | None = None,
        time_zone: str = "UTC",
        settings: tuple[tuple[str, str], ...] = (),
    ) -> Caller:
        """Somebody with these roles, of a tenant of their own unless told; an admin by default."""
        return Caller(self, tenant_id or new_id(), person_id or new_id(), frozenset(roles or (ADMIN,)), time_zone, settings)


@dataclass
class Caller:
    """Who calls, with a token of their own."""

    processes: Processes
    tenant_id: Id
    person_id: Id
    roles: frozenset[str]
    time_zone: str = "UTC"
    settings: tuple[tuple[str, str], ...] = ()  # of the tenant
    token: str = field(init=False)

    def __post_init__(self) -> None:
        identity = Identity(self.tenant_id, self.person_id, self.roles, time_zone=self.time_zone, settings=self.settings)
        self.token = self.processes.signer.sign(identity, "goals", "checkins", lifetime=3600)

    def colleague(self, *roles: str) -> Caller:
        """Somebody else of the same tenant; a member by default."""
        return self.processes.caller(*(roles or (MEMBER,)), tenant_id=self.tenant_id, settings=self.settings)

    async def goals(self, method: str, request: Message, **more: Any) -> Any:
        """Goals' answer. Raises the Refused that it said."""
        async with channel(self.processes.goals_address) as connection:
            return await self._ask(getattr(GoalsServiceStub(connection), method), request, **more)

    async def checkins(self, method: str, request: Message, **more: Any) -> Any:
        """Checkins' answer. Raises the Refused that it said."""
        async with channel(self.processes.checkins_address) as connection:
            return await self._ask(getattr(CheckInsServiceStub(connection), method), request, **more)

    async def forwarded(self, *sent: checkins_api.ForwardedCheckIn) -> list[checkins_api.ForwardedAnswer]:
        """Checkins' answers to check-ins that a gateway sends on, as they come."""
        async with channel(self.processes.checkins_address) as connection:
            request = checkins_api.RecordForwardedRequest(check_ins=sent)
            answering = CheckInsServiceStub(connection).RecordForwarded(request, metadata=metadata(self.token), timeout=20.0)
            return [answer async for response in streamed(aiter(answering)) for answer in response.answers]

    async def _ask(
        self, method: Callable[..., Awaitable[Answer]], request: Message, key: str = "", after: tuple[Position, ...] = ()
    ) -> Answer:
        return await asked(method(request, metadata=metadata(self.token, idempotency_key=key, after=after), timeout=20.0))

    async def a_cycle(self, name: str = "2019-Q1", **more: Any) -> Id:
        """A new cycle."""
        said = {"kind": goals.CYCLE_KIND_TACTICAL, "first_day": JAN_1, "last_day": MAR_31, **more}
        request = goals_api.DefineCycleRequest(name=name, **said)
        cycle_id: Id = (await self.goals("DefineCycle", request)).cycle_id
        return cycle_id

    async def an_objective(self, cycle_id: Id, title: str = "Expand the team", **more: Any) -> Id:
        """A new draft."""
        answer = await self.goals("DefineObjective", goals_api.DefineObjectiveRequest(cycle_id=cycle_id, title=title, **more))
        objective_id: Id = answer.objective_id
        return objective_id

    async def a_key_result(self, objective_id: Id, title: str = "Add three developers", **more: Any) -> Id:
        """A new key result; a metric from 0 to 3 unless told."""
        if not more.keys() & {"metric", "binary", "milestones", "graded", "sum"}:
            more["metric"] = goals.Metric(start=0, target=3, unit="people")
        request = goals_api.DefineKeyResultRequest(objective_id=objective_id, title=title, **more)
        key_result_id: Id = (await self.goals("DefineKeyResult", request)).key_result_id
        return key_result_id

    async def activate(self, objective_id: Id) -> None:
        """From draft to active."""
        await self.goals("ActivateObjective", goals_api.ActivateObjectiveRequest(objective_id=objective_id))

    async def an_active_key_result(self, **more: Any) -> tuple[Id, Id]:
        """An active objective in a cycle of its own, and its key result."""
        objective_id = await self.an_objective(await self.a_cycle(name=f"cycle {new_id().hex()}"))
        key_result_id = await self.a_key_result(objective_id, **more)
        await self.activate(objective_id)
        return objective_id, key_result_id

    async def check_in(self, key_result_id: Id, value: float = 1.0, **more: Any) -> checkins_api.RecordCheckInResponse:
        """A check-in on 2019-01-15 with a value."""
        answer: checkins_api.RecordCheckInResponse = await self.checkins("RecordCheckIn", check_in(key_result_id, value), **more)
        return answer


def check_in(key_result_id: Id, value: float = 1.0, **more: Any) -> checkins_api.RecordCheckInRequest:
    """A check-in on 2019-01-15 with a value."""
    return checkins_api.RecordCheckInRequest(check_in=a_row(key_result_id, value, **more))


def a_row(key_result_id: Id, value: float = 1.0, **more: Any) -> checkins_api.CheckIn:
    """A row of a batch, on 2019-01-15."""
    return checkins_api.CheckIn(key_result_id=key_result_id, value=value, as_of=JAN_1 + 14, **more)


async def head(database: str) -> int:
    """The newest position of a log."""
    async with await psycopg.AsyncConnection.connect(database) as connection:
        row = await (await connection.execute("SELECT count(*) FROM event")).fetchone()
    assert row is not None
    return int(row[0])


async def recorded_events(database: str, aggregate_id: Id) -> list[bytes]:
    """The payloads of an aggregate's events, in order."""
    async with await psycopg.AsyncConnection.connect(database) as connection:
        query = "SELECT payload FROM event WHERE aggregate_id = %s::uuid ORDER BY aggregate_version"
        return [payload for (payload,) in await (await connection.execute(query, (aggregate_id.hex(),))).fetchall()]


@asynccontextmanager
async def nothing_appended(processes: Processes) -> AsyncIterator[None]:
    """Whatever happens inside leaves no event behind."""
    before = await processes.heads()
    yield
    assert await processes.heads() == before


async def refusal_of(call: Awaitable[Any]) -> Refused:
    """What a call is refused with."""
    with pytest.raises(Refused) as caught:
        await call
    return caught.value
