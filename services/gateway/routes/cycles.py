"""Cycles: the spans of time that objectives belong to."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from chassis.days import day_of
from chassis.rpc import DEADLINE, asked
from gateway.answers import Done, done, json_answer, optional_id
from gateway.api import Routes, Visit
from gateway.fields import NO_SLASH, Answer, Body, DayField, IdText, Page, Reference, day_text
from gateway.references import Thing
from gateway.words import CYCLE_KINDS, CYCLE_STATES, CycleKindWord, CycleStateWord

cycles: Final = Routes("Cycles", "The spans of time that objectives belong to: planning → active → review → closed.")


class NewCycle(Body):
    """A cycle to be defined."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=NO_SLASH, examples=["2026-Q1"])]
    """Unique in the tenant."""
    kind: CycleKindWord
    first_day: DayField
    last_day: DayField
    enclosing_cycle: Reference | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> NewCycle:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} lies before first_day {self.first_day}")
        return self


class Cycle(Answer):
    """A cycle."""

    id: IdText
    name: str
    kind: CycleKindWord
    first_day: str | None
    last_day: str | None
    enclosing_cycle: IdText | None
    state: CycleStateWord
    version: int


class Cycles(Answer):
    """A page of cycles, the newest first day first."""

    cycles: list[Cycle]
    next_cursor: str | None


@cycles.post(
    "/v1/cycles",
    body=NewCycle,
    example={"name": "2026-Q1", "kind": "tactical", "first_day": "2026-01-01", "last_day": "2026-03-31"},
    answer=Done,
    status=201,
    command=True,
)
async def define_cycle(visit: Visit, body: NewCycle) -> Response:
    """Define a cycle."""
    enclosing = b""
    if body.enclosing_cycle is not None:
        enclosing = await visit.edge.references.id_of(
            visit.identity.tenant_id, Thing.CYCLE, body.enclosing_cycle, visit.metadata(), "enclosing_cycle"
        )
    request = service_pb2.DefineCycleRequest(
        name=body.name,
        kind=CYCLE_KINDS.number(body.kind),
        first_day=day_of(body.first_day),
        last_day=day_of(body.last_day),
        enclosing_cycle_id=enclosing,
    )
    answer = await asked(visit.edge.services.goals.DefineCycle(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, answer.cycle_id, answer.appended)


@cycles.get("/v1/cycles", query=Page, answer=Cycles)
async def list_cycles(visit: Visit) -> Response:
    """List the cycles."""
    page = visit.query(Page)
    request = service_pb2.ListCyclesRequest(page_size=page.limit, page_token=visit.edge.cursors.opened("cycles", page.cursor))
    answer = await asked(visit.edge.services.goals.ListCycles(request, metadata=visit.metadata(), timeout=DEADLINE))
    shown = [_shown(cycle) for cycle in answer.cycles]
    return json_answer(Cycles(cycles=shown, next_cursor=visit.edge.cursors.sealed("cycles", answer.next_page_token)))


@cycles.get("/v1/cycles/{cycle}", answer=Cycle, versioned=True)
async def get_cycle(visit: Visit) -> Response:
    """Get a cycle, by id or name."""
    request = service_pb2.GetCycleRequest(cycle_id=await _cycle_id(visit))
    cycle = (await asked(visit.edge.services.goals.GetCycle(request, metadata=visit.metadata(), timeout=DEADLINE))).cycle
    return json_answer(_shown(cycle), version=cycle.version)


@cycles.post("/v1/cycles/{cycle}/start", answer=Done, command=True, versioned=True)
async def start_cycle(visit: Visit) -> Response:
    """Start a cycle: from planning to active."""
    return await _moved(visit, events_pb2.CYCLE_STATE_ACTIVE)


@cycles.post("/v1/cycles/{cycle}/review", answer=Done, command=True, versioned=True)
async def review_cycle(visit: Visit) -> Response:
    """Begin a cycle's review: from active to review."""
    return await _moved(visit, events_pb2.CYCLE_STATE_REVIEW)


@cycles.post("/v1/cycles/{cycle}/close", answer=Done, command=True, versioned=True)
async def close_cycle(visit: Visit) -> Response:
    """Close a cycle: from review to closed. It takes no new objectives then."""
    return await _moved(visit, events_pb2.CYCLE_STATE_CLOSED)


async def _moved(visit: Visit, to: events_pb2.CycleState.ValueType) -> Response:
    cycle_id = await _cycle_id(visit)
    request = service_pb2.MoveCycleRequest(cycle_id=cycle_id, to=to, expected_version=visit.expected_version)
    answer = await asked(visit.edge.services.goals.MoveCycle(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, cycle_id, answer.appended)


async def _cycle_id(visit: Visit) -> bytes:
    return await visit.edge.references.id_of(visit.identity.tenant_id, Thing.CYCLE, visit.path["cycle"], visit.metadata())


def _shown(cycle: service_pb2.Cycle) -> Cycle:
    return Cycle(
        id=optional_id(cycle.cycle_id) or "",
        name=cycle.name,
        kind=CYCLE_KINDS.word(cycle.kind),
        first_day=day_text(cycle.first_day),
        last_day=day_text(cycle.last_day),
        enclosing_cycle=optional_id(cycle.enclosing_cycle_id),
        state=CYCLE_STATES.word(cycle.state),
        version=cycle.version,
    )
