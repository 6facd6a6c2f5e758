"""Cycles: the spans of time that objectives belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from starlette.responses import Response
from typing_extensions import TypeAliasType

from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2, service_pb2
from chassis.days import day_of
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from gateway.backends import ReferenceKind
from gateway.http import Answer, AnyOf, Body, Change, Query, json_response
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import changes_response, command_response, page_token
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.enums import CYCLE_KINDS, CYCLE_STATES, CycleKindWord, CycleStateWord
from gateway.schemas.fields import NO_NUL, NO_SLASH, DayField, DayText, FromDay, IdText, Kept, LongText, Reference, ShortText, optional_day
from gateway.schemas.lists import order_of
from gateway.schemas.mapping import JsonMapping, read
from gateway.schemas.names import CreatedAt, CreatedBy, CycleName, UpdatedAt, UpdatedBy, cycle_name
from gateway.schemas.results import CommandResult
from gateway.schemas.values import day_text
from shared.settings import CADENCES, WEEKDAYS, Cadence, Weekday

CadenceWord = TypeAliasType("CadenceWord", Annotated[Cadence, Field(title="Cadence")])
WeekdayWord = TypeAliasType("WeekdayWord", Annotated[Weekday, Field(title="Weekday")])

cycles: Final = Resource("Cycles", "The spans of time that objectives belong to: planning → active → review → closed; and reopened.")


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


class CycleChange(Change):
    """What shall be otherwise; what is left out stays."""

    name: Kept[Annotated[str, Field(min_length=1, max_length=100, pattern=NO_SLASH, examples=["2026-Q1"])]] = None
    """A name that it had stays its own: by it, too, it is found."""
    first_day: Kept[DayField] = None
    last_day: Kept[DayField] = None
    kind: Kept[CycleKindWord] = None
    enclosing_cycle: Reference | None = None
    """The longer one that it lies in. null: none."""
    cadence: CadenceWord | None = None
    """How often check-ins are due in it, in all of its time; what was known before stays so. null: as the tenant's setting says."""
    weekday: WeekdayWord | None = None
    """On which they are due; null: as the tenant's setting says."""
    objectives: Literal["refuse", "move"] = "refuse"
    """What becomes of objectives that would lie outside: they are named, and it is refused; or their days are cut to the cycle's."""

    @model_validator(mode="after")
    def _changes_something(self) -> CycleChange:
        if not self.model_fields_set - {"objectives"}:
            raise ValueError("give at least one field to change")
        return self


class LookBack(Body):
    """What is said of an objective at the closing of its cycle; what is left out stays as it was said before."""

    objective: Reference
    outcome: LongText | None = None
    """What came of it."""
    well: LongText | None = None
    """What went well."""
    learnt: LongText | None = None
    """What was learnt."""
    carry: bool | None = None
    """Whether it is carried over to another cycle; that is done by itself (POST /v1/objectives/{ref}/carry-over)."""


class ClosingGrade(Body):
    """The grade of a key result at the closing."""

    key_result: Reference
    grade: Annotated[float, Field(ge=0, le=1)] | None
    """null: it is abstained from."""
    note: ShortText = ""
    """Why."""


class CycleClosing(Body):
    """How a cycle ended."""

    holds_from: FromDay | None = None
    """The day on which it, and what is active of it, ends; none after today; none: today."""
    objectives: Annotated[list[LookBack], Field(max_length=10_000)] = Field(default_factory=list)
    """What is said of its objectives, each once."""
    grades: Annotated[list[ClosingGrade], Field(max_length=10_000)] = Field(default_factory=list)
    """Grades of key results, each once; for whoever may grade them, as of the day of the closing."""


class ClosingQuery(Query):
    """How to close."""

    dry_run: bool = False
    """Tell whether it would be refused, and change nothing: its `version` is then the one that there is, and nothing is recorded."""


class Reopening(Body):
    """Why something goes on that had ended."""

    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=NO_NUL, examples=["Two grades were missing."])]


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
    closings: int
    """How often it was closed: so many reports of it there are."""
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


@cycles.patch(
    "/v1/cycles/{cycle}",
    body=CycleChange,
    example={"last_day": "2026-04-30", "objectives": "move"},
    answer=CommandResult,
    resource="/v1/cycles/{id}",
    command=True,
    versioned=True,
)
async def revise_cycle(request: Request, body: CycleChange) -> Response:
    """Change a cycle: its name, its days and what else it is, as long as it is not closed. For admins, champions and services.

    Where it is shortened, objectives that lay within it and no longer would are named, and it is refused (409), unless they are to move:
    then their days, and those of their key results, are cut to the cycle's. What ended stays as it is.
    """
    said, enclosing = body.model_fields_set, b""
    if body.enclosing_cycle is not None:
        enclosing = await request.id_of(ReferenceKind.CYCLE, body.enclosing_cycle, "enclosing_cycle")
    message = service_pb2.ReviseCycleRequest(
        cycle_id=await _cycle_id(request),
        expected_version=request.expected_version,
        name=body.name,
        first_day=optional_day(body.first_day),
        last_day=optional_day(body.last_day),
        move_objectives=body.objectives == "move",
        kind=None if body.kind is None else CYCLE_KINDS.number(body.kind),
        enclosing_cycle_id=enclosing if "enclosing_cycle" in said else None,
        cadence=(body.cadence or "") if "cadence" in said else None,
        weekday=(body.weekday or "") if "weekday" in said else None,
    )
    answer = await request.ask(request.backends.goals.ReviseCycle, message)
    return command_response(request, message.cycle_id, answer.appended)


@cycles.post("/v1/cycles/{cycle}/start", answer=CommandResult, resource="/v1/cycles/{id}", command=True, versioned=True)
async def start_cycle(request: Request) -> Response:
    """Start a cycle: from planning to active. For admins, champions and services.

    A cycle moves one step at a time. Check-ins do not wait for it: an objective takes them from its own activation on.
    """
    return await _moved_to(request, events_pb2.CYCLE_STATE_ACTIVE)


@cycles.post("/v1/cycles/{cycle}/review", answer=CommandResult, resource="/v1/cycles/{id}", command=True, versioned=True)
async def review_cycle(request: Request) -> Response:
    """Begin a cycle's review: from active to review. For admins, champions and services.

    The time in which what was reached is graded; check-ins are taken still.
    """
    return await _moved_to(request, events_pb2.CYCLE_STATE_REVIEW)


@cycles.post(
    "/v1/cycles/{cycle}/close",
    body=CycleClosing,
    body_optional=True,
    query=ClosingQuery,
    example={"objectives": [{"objective": "J1", "outcome": "Three of four were hired.", "learnt": "Begin earlier.", "carry": True}]},
    answer=CommandResult,
    resource="/v1/cycles/{id}",
    command=True,
    versioned=True,
)
async def close_cycle(request: Request, body: CycleClosing) -> Response:
    """Close a cycle: from review to closed. For admins, champions and services.

    `grades` are recorded, all or none, and its active objectives are closed with it, all or none; its report stands from then on. It takes
    no objectives and no check-ins any more; drafts stay drafts, and can be copied to another cycle. A dry run is refused where, and as, the
    closing would be: the cycle, what is said of its objectives and each of the grades are tried by the rules themselves.
    """
    message = service_pb2.CloseCycleRequest(
        cycle_id=await _cycle_id(request),
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
        look_backs=[
            service_pb2.LookBack(
                objective_id=await request.id_of(
                    ReferenceKind.OBJECTIVE, row.objective, f"objectives.{number}.objective", f"look_backs[{number}].objective_id"
                ),
                outcome=row.outcome,
                well=row.well,
                learnt=row.learnt,
                carried_over=row.carry,
            )
            for number, row in enumerate(body.objectives)
        ],
    )
    if request.query(ClosingQuery).dry_run:
        return await _tried(request, body, message)
    if body.grades:
        await _grade(request, body, message)
    answer = await request.ask(request.backends.goals.CloseCycle, message)
    return command_response(request, message.cycle_id, answer.appended)


async def _tried(request: Request, body: CycleClosing, closing: service_pb2.CloseCycleRequest) -> Response:
    """The answer to a closing of which nothing is recorded. Raises Refused as the closing would, in the same order."""
    await request.ask(request.backends.goals.DryRunCommand, service_pb2.DryRunCommandRequest(close_cycle=closing))
    if body.grades:
        await request.ask(request.backends.checkins.GradeKeyResults, await _grades_to_try(request, body))
    cycle = (await request.ask(request.backends.goals.GetCycle, service_pb2.GetCycleRequest(cycle_id=closing.cycle_id))).cycle
    return command_response(request, closing.cycle_id, common_pb2.Appended(version=cycle.version))


async def _grade(request: Request, body: CycleClosing, closing: service_pb2.CloseCycleRequest) -> None:
    """Records the grades of a closing, once it is known that both they and the closing itself would be taken.

    A closing that would be refused records none: it is refused right after this, or answered as it was, if it was sent before. Raises
    Refused as grading does.
    """
    try:
        await request.ask(request.backends.goals.DryRunCommand, service_pb2.DryRunCommandRequest(close_cycle=closing))
    except Refused as refused:
        if refused.kind in (Kind.BUSY, Kind.UNAVAILABLE):
            raise  # nothing is known of the closing: it may be taken right after this, and the grades would be lost
        return
    grades = await _grades_to_try(request, body)
    await request.ask(request.backends.checkins.GradeKeyResults, grades)
    grades.dry_run = False
    await request.ask(request.backends.checkins.GradeKeyResults, grades)


async def _grades_to_try(request: Request, body: CycleClosing) -> checkins_pb2.GradeKeyResultsRequest:
    """The grades of a closing, as checkins is asked whether it would take them."""
    return checkins_pb2.GradeKeyResultsRequest(
        dry_run=True,
        grades=[
            checkins_pb2.GradeKeyResultRequest(
                key_result_id=await request.id_of(
                    ReferenceKind.KEY_RESULT, row.key_result, f"grades.{number}.key_result", f"grades[{number}].key_result_id"
                ),
                grade=row.grade,
                as_of=optional_day(body.holds_from),
                reason=row.note,
            )
            for number, row in enumerate(body.grades)
        ],
    )


@cycles.post(
    "/v1/cycles/{cycle}/reopen",
    body=Reopening,
    example={"reason": "Two grades were missing."},
    answer=CommandResult,
    resource="/v1/cycles/{id}",
    command=True,
    versioned=True,
)
async def reopen_cycle(request: Request, body: Reopening) -> Response:
    """Reopen a closed cycle, into its review. For admins, champions and services.

    The objectives that were closed with it go on, and those alone. The report of its closing is kept; closed again, it has another one.
    """
    message = service_pb2.ReopenCycleRequest(
        cycle_id=await _cycle_id(request), expected_version=request.expected_version, reason=body.reason
    )
    answer = await request.ask(request.backends.goals.ReopenCycle, message)
    return command_response(request, message.cycle_id, answer.appended)


async def _moved_to(request: Request, state: events_pb2.CycleState.ValueType) -> Response:
    cycle_id = await _cycle_id(request)
    message = service_pb2.MoveCycleRequest(cycle_id=cycle_id, to=state, expected_version=request.expected_version)
    answer = await request.ask(request.backends.goals.MoveCycle, message)
    return command_response(request, cycle_id, answer.appended)


async def _cycle_id(request: Request) -> Id:
    return await request.id_of(ReferenceKind.CYCLE, request.path_params["cycle"])
