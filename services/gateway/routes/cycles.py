"""Cycles: the spans of time that objectives belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from chassis.days import day_of
from chassis.ids import Id, id_text
from gateway.backends import ReferenceKind
from gateway.http import Answer, AnyOf, Body, json_response
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import changes_response, command_response, page_token
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.enums import CYCLE_KINDS, CYCLE_STATES, CycleKindWord, CycleStateWord
from gateway.schemas.fields import NO_SLASH, DayField, DayText, IdText, Reference, optional_day
from gateway.schemas.lists import order_of
from gateway.schemas.mapping import JsonMapping, read
from gateway.schemas.names import CreatedAt, CreatedBy, CycleName, UpdatedAt, UpdatedBy, cycle_name
from gateway.schemas.results import CommandResult
from gateway.schemas.values import day_text
from shared.settings import CADENCES, WEEKDAYS, Cadence, Weekday

CadenceWord = Annotated[Cadence, Field(examples=["weekly"])]
WeekdayWord = Annotated[Weekday, Field(examples=["mon"])]

cycles: Final = Resource("Cycles", "The spans of time that objectives belong to: planning → active → review → closed.")


def _word_of(words: Sequence[str]) -> Callable[[str], str | None]:
    return lambda word: word if word in words else None


class NewCycle(Body):
    """A cycle to be defined."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=NO_SLASH, examples=["2026-Q1"])]
    """Unique in the tenant."""
    kind: CycleKindWord
    first_day: DayField
    last_day: DayField
    enclosing_cycle: Reference | None = None
    cadence: CadenceWord | None = None
    """How often check-ins are due in it; none: as the tenant's setting says."""
    weekday: WeekdayWord | None = None
    """On which they are due; none: as the tenant's setting says."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> NewCycle:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} lies before first_day {self.first_day}")
        return self


class Cycle(Answer):
    """A cycle."""

    id: Annotated[IdText, read("cycle_id", write=id_text)]
    name: str
    kind: Annotated[CycleKindWord, read("kind", write=CYCLE_KINDS.word)]
    first_day: Annotated[DayText | None, read("first_day", write=day_text)]
    last_day: Annotated[DayText | None, read("last_day", write=day_text)]
    enclosing_cycle: Annotated[CycleName | None, read("enclosing_cycle_id", "enclosing_cycle_name", write=cycle_name)]
    cadence: Annotated[CadenceWord | None, read("cadence", write=_word_of(CADENCES))]
    """null: as the tenant's setting says."""
    weekday: Annotated[WeekdayWord | None, read("weekday", write=_word_of(WEEKDAYS))]
    """null: as the tenant's setting says."""
    state: Annotated[CycleStateWord, read("state", write=CYCLE_STATES.word)]
    version: int
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class CyclesQuery(Changes):
    """Which cycles: those that have one of the values of every parameter that is given."""

    state: AnyOf[CycleStateWord] = Field(default_factory=list)
    """Where they are in their life."""
    kind: AnyOf[CycleKindWord] = Field(default_factory=list)
    """What they are for."""
    day: DayField | None = None
    """That lies in them."""
    sort: Literal["first_day", "-first_day", "last_day", "-last_day", "name", "-name"] = "-first_day"
    """Downwards with -. Names in the order of people: Q2 before Q10."""


class CyclesPage(ChangesPageOf[Cycle]):
    """A page of cycles."""


_CYCLE: Final = JsonMapping(Cycle, service_pb2.Cycle)


@cycles.post(
    "/v1/cycles",
    body=NewCycle,
    example={"name": "2026-Q1", "kind": "tactical", "first_day": "2026-01-01", "last_day": "2026-03-31"},
    answer=CommandResult,
    resource="/v1/cycles/{id}",
    status=201,
    command=True,
)
async def define_cycle(request: Request, body: NewCycle) -> Response:
    """Define a cycle. For admins, champions and services.

    It begins in planning, and takes objectives already. Cycles may overlap, as a year and its quarters do.
    """
    enclosing = b"" if body.enclosing_cycle is None else await request.id_of(ReferenceKind.CYCLE, body.enclosing_cycle, "enclosing_cycle")
    message = service_pb2.DefineCycleRequest(
        name=body.name,
        kind=CYCLE_KINDS.number(body.kind),
        first_day=day_of(body.first_day),
        last_day=day_of(body.last_day),
        enclosing_cycle_id=enclosing,
        cadence=body.cadence or "",
        weekday=body.weekday or "",
    )
    answer = await request.ask(request.backends.goals.DefineCycle, message)
    return command_response(request, answer.cycle_id, answer.appended)


_ORDERS: Final[dict[str, service_pb2.CycleOrder.ValueType]] = {
    "first_day": service_pb2.CYCLE_ORDER_FIRST_DAY,
    "last_day": service_pb2.CYCLE_ORDER_LAST_DAY,
    "name": service_pb2.CYCLE_ORDER_NAME,
}


@cycles.get("/v1/cycles", at_once=LISTS, query=CyclesQuery, answer=CyclesPage, gone_on=True)
async def list_cycles(request: Request) -> Response:
    """List the cycles that have one of the values of every filter.

    Closed ones too; everybody of the tenant sees them all. With `changed_since`: those that were defined, started, reviewed or closed since
    then.
    """
    page = request.query(CyclesQuery)
    order, descending = order_of(page.sort, _ORDERS)
    message = service_pb2.ListCyclesRequest(
        page_size=page.limit,
        page_token=page_token(request, page),
        states=map(CYCLE_STATES.number, page.state),
        kinds=map(CYCLE_KINDS.number, page.kind),
        day=optional_day(page.day),
        order=order,
        descending=descending,
        changed_since=await request.changed_since(page.changed_since),
    )
    answer = await request.ask(request.backends.goals.ListCycles, message)
    return changes_response(request, page, answer, await request.all_written(_CYCLE, answer.cycles))


@cycles.get("/v1/cycles/{cycle}", answer=Cycle, versioned=True)
async def get_cycle(request: Request) -> Response:
    """Get a cycle, by id or name.

    Its objectives are at GET /v1/tree and GET /v1/objectives, with `cycle`.
    """
    message = service_pb2.GetCycleRequest(cycle_id=await _cycle_id(request))
    cycle = (await request.ask(request.backends.goals.GetCycle, message)).cycle
    return json_response(await request.written(_CYCLE, cycle), version=cycle.version)


@cycles.post("/v1/cycles/{cycle}/start", answer=CommandResult, resource="/v1/cycles/{id}", command=True, versioned=True)
async def start_cycle(request: Request) -> Response:
    """Start a cycle: from planning to active. For admins, champions and services.

    A cycle moves one step at a time, and never back. Check-ins do not wait for it: an objective takes them from its own activation on.
    """
    return await _moved_to(request, events_pb2.CYCLE_STATE_ACTIVE)


@cycles.post("/v1/cycles/{cycle}/review", answer=CommandResult, resource="/v1/cycles/{id}", command=True, versioned=True)
async def review_cycle(request: Request) -> Response:
    """Begin a cycle's review: from active to review. For admins, champions and services.

    The time in which what was reached is graded; check-ins are taken still.
    """
    return await _moved_to(request, events_pb2.CYCLE_STATE_REVIEW)


@cycles.post("/v1/cycles/{cycle}/close", answer=CommandResult, resource="/v1/cycles/{id}", command=True, versioned=True)
async def close_cycle(request: Request) -> Response:
    """Close a cycle: from review to closed. For admins, champions and services.

    It takes no new objectives and no check-ins then. The objectives that it has are closed or cancelled each by itself.
    """
    return await _moved_to(request, events_pb2.CYCLE_STATE_CLOSED)


async def _moved_to(request: Request, state: events_pb2.CycleState.ValueType) -> Response:
    cycle_id = await _cycle_id(request)
    message = service_pb2.MoveCycleRequest(cycle_id=cycle_id, to=state, expected_version=request.expected_version)
    answer = await request.ask(request.backends.goals.MoveCycle, message)
    return command_response(request, cycle_id, answer.appended)


async def _cycle_id(request: Request) -> Id:
    return await request.id_of(ReferenceKind.CYCLE, request.path_params["cycle"])
