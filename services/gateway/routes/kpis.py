"""KPIs: defined, revised, measured, retired; with their values."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.ids import Id, id_text
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.http import Body, Change, json_response
from gateway.routes.limits import LISTS
from gateway.routes.objectives import NewObjective, NewObjectiveOfCycle, fields_of_new_objective, new_objective_message
from gateway.routes.request import Request, Resource
from gateway.routes.responses import changes_response, command_response, dated_response, page_response, page_token
from gateway.schemas.as_of import AsOf, as_of_message
from gateway.schemas.enums import LevelWord, ObjectiveKindWord
from gateway.schemas.fields import (
    DayField,
    EmptiedText,
    HoldsFrom,
    IdText,
    Kept,
    LongText,
    OwnReference,
    Reference,
    ShortText,
    Title,
    Unit,
    Word,
    optional_day,
)
from gateway.schemas.kpis import KPI, KPI_VALUE, Kpi, KpisPage, KpisQuery, KpiValuesPage, KpiValuesQuery
from gateway.schemas.lists import order_of
from gateway.schemas.results import CommandResult, DatedResult

kpis: Final = Resource(
    "KPIs", "Measures of health, with a range in which all is well; everybody sees all of them. `{kpi}` is a KPI's id or its reference."
)


class NewKpi(Body):
    """A KPI to be defined."""

    reference: Annotated[OwnReference, Field(examples=["churn"])] = ""
    """What people shall call it. Unique in the tenant."""
    title: Title
    unit: Unit = ""
    low: float | None = None
    """The lowest value with which all is well; null: none."""
    high: float | None = None
    """The highest, not below low."""
    owner: Reference | None = None
    """A person; none: you."""
    team: Word = ""

    @model_validator(mode="after")
    def _is_a_range(self) -> NewKpi:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not lie above high")
        return self


class KpiChange(Change):
    """What shall be otherwise; what is left out stays, and null empties unit and team, or takes a bound away."""

    title: Kept[Title] = None
    unit: EmptiedText[Unit] = None
    low: float | None = None
    """null: there is no such bound any more."""
    high: float | None = None
    """null: there is no such bound any more."""
    owner: Kept[Reference] = None
    team: EmptiedText[Word] = None
    holds_from: HoldsFrom | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> KpiChange:
        if not self.model_fields_set - {"holds_from"}:
            raise ValueError("give at least one field to change")
        return self


class NewKpiValue(Body):
    """A value of a KPI."""

    value: float
    as_of: DayField | None = None
    """The day that it is true of; none: today."""
    comment: ShortText = ""


class KpiValueRetraction(Body):
    """Why a value of a KPI is taken back."""

    reason: ShortText = ""


class Retiring(Body):
    """Why a KPI is watched no longer."""

    reason: ShortText = ""
    holds_from: HoldsFrom | None = None


@kpis.post(
    "/v1/kpis",
    body=NewKpi,
    example={"reference": "churn", "title": "Churn", "unit": "percent", "high": 3},
    answer=CommandResult,
    resource="/v1/kpis/{id}",
    status=201,
    command=True,
)
async def define_kpi(request: Request, body: NewKpi) -> Response:
    """Define a KPI.

    It is yours unless `owner` names somebody else. In its range is what lies between `low` and `high`, both included; without a bound there
    is no limit on that side.
    """
    message = service_pb2.DefineKpiRequest(
        reference=body.reference,
        title=body.title,
        unit=body.unit,
        low=body.low,
        high=body.high,
        owner_id=await request.responsible_one(body.owner, "owner"),
        team=body.team,
    )
    answer = await request.ask(request.backends.goals.DefineKpi, message)
    return command_response(request, answer.kpi_id, answer.appended)


_ORDERS: Final[dict[str, progress_pb2.KpiOrder.ValueType]] = {
    "id": progress_pb2.KPI_ORDER_UNSPECIFIED,
    "ref": progress_pb2.KPI_ORDER_REF,
    "title": progress_pb2.KPI_ORDER_TITLE,
}


@kpis.get("/v1/kpis", at_once=LISTS, query=KpisQuery, answer=KpisPage, waits=True, gone_on=True)
async def list_kpis(request: Request) -> Response:
    """List KPIs, each with its value and whether that is in range: those that have one of the values of every filter.

    Each is what GET /v1/kpis/{kpi} says of it. With `changed_since`: those that were defined, changed or measured since then.
    """
    question = request.query(KpisQuery)
    order, descending = order_of(question.sort, _ORDERS)
    message = progress_pb2.ListKpisRequest(
        owner_ids=await request.person_ids(question.owner, "owner"),
        teams=question.team,
        in_range=question.in_range,
        retired=question.retired,
        order=order,
        descending=descending,
        page_size=question.limit,
        page_token=page_token(request, question),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
        changed_since=await request.changed_since(question.changed_since),
    )
    answer = await request.ask(request.backends.progress.ListKpis, message)
    return changes_response(request, question, answer, await request.all_written(KPI, answer.kpis))


@kpis.get("/v1/kpis/{kpi}", query=AsOf, answer=Kpi, waits=True, versioned=True)
async def get_kpi(request: Request) -> Response:
    """Get a KPI, as of any day, as far as it was known at any instant.

    With its value, and whether that is in range; all of its values are at GET /v1/kpis/{kpi}/values.
    """
    question = request.query(AsOf)
    message = progress_pb2.GetKpiRequest(
        kpi_id=await _kpi_id(request),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    kpi = (await request.ask(request.backends.progress.GetKpi, message)).kpi
    return json_response(await request.written(KPI, kpi), version=kpi.version)


@kpis.patch(
    "/v1/kpis/{kpi}",
    body=KpiChange,
    example={"high": 2.5},
    answer=DatedResult,
    resource="/v1/kpis/{id}",
    command=True,
    versioned=True,
)
async def revise_kpi(request: Request, body: KpiChange) -> Response:
    """Change a KPI: what it is called, whose it is, its range. For its owner, who defined it, and admins.

    A range holds from a day on; the values before it are judged by the range that they had.
    """
    kpi_id = await _kpi_id(request)

    async def already() -> list[Id]:
        return [(await request.ask(request.backends.progress.GetKpi, progress_pb2.GetKpiRequest(kpi_id=kpi_id))).kpi.owner_id]

    message = service_pb2.ReviseKpiRequest(
        kpi_id=kpi_id,
        expected_version=request.expected_version,
        title=body.title,
        unit=body.unit,
        low=events_pb2.Bound(value=body.low) if "low" in body.model_fields_set else None,
        high=events_pb2.Bound(value=body.high) if "high" in body.model_fields_set else None,
        owner_id=None if body.owner is None else await request.responsible_one(body.owner, "owner", already),
        team=body.team,
        holds_from=optional_day(body.holds_from),
    )
    return dated_response(request, message.kpi_id, await request.ask(request.backends.goals.ReviseKpi, message))


@kpis.post(
    "/v1/kpis/{kpi}/retire",
    body=Retiring,
    body_optional=True,
    example={"reason": "It is measured elsewhere now."},
    answer=DatedResult,
    resource="/v1/kpis/{id}",
    command=True,
    versioned=True,
)
async def retire_kpi(request: Request, body: Retiring) -> Response:
    """Watch a KPI no longer. For its owner, who defined it, and admins.

    It keeps its values, and takes none any more.
    """
    message = service_pb2.RetireKpiRequest(
        kpi_id=await _kpi_id(request),
        expected_version=request.expected_version,
        reason=body.reason,
        holds_from=optional_day(body.holds_from),
    )
    return dated_response(request, message.kpi_id, await request.ask(request.backends.goals.RetireKpi, message))


class ObjectiveOfKpi(NewObjectiveOfCycle):
    """Where and for whom an objective is started from a KPI."""

    title: Title | None = None
    """null: by what the KPI is called."""
    why: LongText = ""
    level: LevelWord = "company"
    kind: ObjectiveKindWord = "committed"


class StartedResult(CommandResult):
    """An objective was drafted from a KPI, with a key result that follows it."""

    model_config = ConfigDict(title="DoneFromAKpi")

    key_result: IdText
    """The id of its key result."""


@kpis.post(
    "/v1/kpis/{kpi}/objectives",
    body=ObjectiveOfKpi,
    example={"cycle": "2026-Q1", "reference": "C1"},
    answer=StartedResult,
    resource="/v1/objectives/{id}",
    status=201,
    command=True,
)
async def start_objective_from_kpi(request: Request, body: ObjectiveOfKpi) -> Response:
    """Draft an objective from a KPI that is out of its range. For whoever may define objectives.

    With a key result that follows the KPI, from where it is today to the bound that it has left; it is called by the objective's
    reference: C1/1.
    """
    named = body.model_copy(update={"title": body.title or "-"})
    objective = await new_objective_message(request, NewObjective(**{name: getattr(named, name) for name in NewObjective.model_fields}))
    objective.title = body.title or ""
    message = service_pb2.StartObjectiveFromKpiRequest(kpi_id=await _kpi_id(request), objective=objective)
    with fields_of_new_objective():
        answer = await request.ask(request.backends.goals.StartObjectiveFromKpi, message)
    return command_response(request, answer.objective_id, answer.appended, key_result=id_text(answer.key_result_id))


@kpis.post(
    "/v1/kpis/{kpi}/values",
    body=NewKpiValue,
    example={"value": 2.4},
    answer=CommandResult,
    resource="/v1/kpis/{id}",
    status=201,
    command=True,
)
async def measure_kpi(request: Request, body: NewKpiValue) -> Response:
    """Record a value of a KPI. For its owner, who defined it, admins and services.

    The value of the latest day is the KPI's; of one day the one that was recorded last. So a wrong one is mended by another one of the same
    day, or taken back.
    """
    kpi_id = await _kpi_id(request)
    message = service_pb2.MeasureKpiRequest(kpi_id=kpi_id, value=body.value, as_of=optional_day(body.as_of), comment=body.comment)
    answer = await request.ask(request.backends.goals.MeasureKpi, message)
    return command_response(request, answer.measurement_id, answer.appended, shown_at=kpi_id)


@kpis.get("/v1/kpis/{kpi}/values", at_once=LISTS, query=KpiValuesQuery, answer=KpiValuesPage, waits=True)
async def list_kpi_values(request: Request) -> Response:
    """List the values of a KPI, the newest day first.

    Those that were taken back, too. Each is judged by the range of its own day.
    """
    question = request.query(KpiValuesQuery)
    message = progress_pb2.ListKpiValuesRequest(
        kpi_id=await _kpi_id(request),
        as_of_from=optional_day(question.as_of_from),
        as_of_to=optional_day(question.as_of_to),
        retracted=question.retracted,
        descending=question.sort == "-as_of",
        page_size=question.limit,
        page_token=page_token(request, question),
        after=position_messages(request.after),
    )
    answer = await request.ask(request.backends.progress.ListKpiValues, message)
    return page_response(request, question, answer.next_page_token, items=await request.all_written(KPI_VALUE, answer.values))


@kpis.post(
    "/v1/kpis/{kpi}/values/{measurement}/retraction",
    body=KpiValueRetraction,
    body_optional=True,
    example={"reason": "Typed into the wrong row."},
    answer=CommandResult,
    resource="/v1/kpis/{id}",
    status=201,
    command=True,
)
async def retract_kpi_value(request: Request, body: KpiValueRetraction) -> Response:
    """Take a value of a KPI back: the one before it counts again.

    For those who may record one; also of a KPI that is retired.
    """
    kpi_id = await _kpi_id(request)
    measurement_id = request.id_in_path("measurement", "id of a value", "MEASUREMENT_UNKNOWN")
    message = service_pb2.RetractKpiMeasurementRequest(kpi_id=kpi_id, measurement_id=measurement_id, reason=body.reason)
    answer = await request.ask(request.backends.goals.RetractKpiMeasurement, message)
    return command_response(request, message.measurement_id, answer.appended, shown_at=kpi_id)


async def _kpi_id(request: Request) -> Id:
    return await request.id_of(ReferenceKind.KPI, request.path_params["kpi"])
