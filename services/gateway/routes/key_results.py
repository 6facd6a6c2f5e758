"""Key results: how it is measured that an objective is reached."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import day_of
from chassis.ids import Id
from chassis.positions import to_proto
from chassis.rpc import DEADLINE, asked
from gateway.answers import Done, done, json_answer
from gateway.api import Routes, Visit, path_words
from gateway.fields import Body, DayField, OwnReference, Reference, Title, Unit, optional_day
from gateway.numbers import AsOf, KeyResult, as_of_message, shown_key_result
from gateway.problems import Problem
from gateway.references import Thing, unknown
from gateway.routes.objectives import Cancelling, objective_id
from gateway.routes.people import person_ids
from gateway.words import MeasureWord

key_results: Final = Routes(
    "Key results", "How it is measured that an objective is reached. `{ref}` is a key result's id or its reference (J1/3)."
)

Weight = Annotated[float, Field(ge=0, le=1e9, examples=[1])]
People = Annotated[list[Reference], Field(max_length=20)]


class NewMilestone(Body):
    """A part of the way."""

    title: Title
    weight: Annotated[float, Field(gt=0, le=1e9, examples=[1])] = 1
    due_day: DayField | None = None


class NewKeyResult(Body):
    """A key result to be defined."""

    reference: OwnReference = ""
    """What people shall call it: J1/3. Unique in the tenant."""
    title: Title
    owners: People = Field(default_factory=list)
    """None: the objective's owner."""
    weight: Weight = 1
    due_day: DayField | None = None
    """None: the objective's."""
    measure: MeasureWord
    start: float | None = None
    """Of a metric."""
    target: float | None = None
    """Of a metric; another number than start."""
    unit: Unit = ""
    """Of a metric: percent, CHF, people."""
    milestones: Annotated[list[NewMilestone], Field(max_length=50)] = Field(default_factory=list)
    counts_for: Annotated[list[Reference], Field(max_length=50)] = Field(default_factory=list)
    """Other objectives that its check-ins move too."""

    @model_validator(mode="after")
    def _fits_its_measure(self) -> NewKeyResult:
        if self.measure == "metric":
            if self.start is None or self.target is None:
                raise ValueError("a metric needs start and target")
            if self.start == self.target:
                raise ValueError(f"start and target are both {self.start:g}; a metric needs a way to go")
        elif self.start is not None or self.target is not None or self.unit:
            raise ValueError(f"start, target and unit belong to a metric, not to {self.measure}")
        if bool(self.milestones) != (self.measure == "milestones"):
            raise ValueError("the measure milestones, and no other, needs a list of milestones")
        return self


class KeyResultChange(Body):
    """What shall be otherwise; what is left out stays."""

    title: Title | None = None
    owners: People | None = None
    weight: Weight | None = None
    due_day: DayField | None = None
    start: float | None = None
    target: float | None = None
    unit: Unit | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> KeyResultChange:
        if not self.model_fields_set:
            raise ValueError("give at least one field to change")
        return self


@key_results.post(
    "/v1/objectives/{ref}/key-results",
    body=NewKeyResult,
    example={"reference": "J1/1", "title": "Hire three developers", "measure": "metric", "start": 0, "target": 3, "unit": "people"},
    answer=Done,
    status=201,
    command=True,
    versioned=True,
)
async def define_key_result(visit: Visit, body: NewKeyResult) -> Response:
    """Define a key result of an objective."""
    _require_reachable(visit, body.reference)
    request = service_pb2.DefineKeyResultRequest(
        objective_id=await objective_id(visit),
        expected_version=visit.expected_version,
        reference=body.reference,
        title=body.title,
        owners=[events_pb2.Owner(person_id=person) for person in await person_ids(visit, body.owners, "owners")],
        weight=body.weight,
        due_day=optional_day(body.due_day),
        counts_for=[
            await visit.edge.references.id_of(visit.identity.tenant_id, Thing.OBJECTIVE, other, visit.metadata(), "counts_for")
            for other in body.counts_for
        ],
    )
    match body.measure:
        case "metric":
            request.metric.CopyFrom(events_pb2.Metric(start=body.start or 0, target=body.target or 0, unit=body.unit))
        case "binary":
            request.binary.SetInParent()
        case "graded":
            request.graded.SetInParent()
        case "milestones":
            for milestone in body.milestones:
                due = 0 if milestone.due_day is None else day_of(milestone.due_day)
                request.milestones.milestones.add(title=milestone.title, weight=milestone.weight, due_day=due)
    answer = await asked(visit.edge.services.goals.DefineKeyResult(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, answer.key_result_id, answer.appended)


@key_results.get("/v1/key-results/{ref}", query=AsOf, answer=KeyResult, waits=True)
async def get_key_result(visit: Visit) -> Response:
    """Get a key result and its numbers, now or as of a day and an instant."""
    question = visit.query(AsOf)
    wanted = await key_result_id(visit)
    services, metadata = visit.edge.services, visit.metadata()
    described = await asked(
        services.goals.DescribeKeyResult(service_pb2.DescribeKeyResultRequest(key_result_id=wanted), metadata=metadata, timeout=DEADLINE)
    )
    request = progress_pb2.GetObjectiveRequest(
        objective_id=described.objective_id, as_of=as_of_message(question.as_of, question.known_at), after=to_proto(visit.after)
    )
    answer = await asked(services.progress.GetObjective(request, metadata=metadata, timeout=DEADLINE))
    for key_result in answer.objective.key_results:
        if key_result.key_result_id == wanted:
            return json_answer(shown_key_result(key_result))
    raise unknown(Thing.KEY_RESULT, visit.path["ref"])


@key_results.patch("/v1/key-results/{ref}", body=KeyResultChange, example={"target": 4}, answer=Done, command=True, versioned=True)
async def revise_key_result(visit: Visit, body: KeyResultChange) -> Response:
    """Revise a key result. `version`, ETag and If-Match are those of its objective."""
    request = service_pb2.ReviseKeyResultRequest(
        key_result_id=await key_result_id(visit),
        expected_version=visit.expected_version,
        title=body.title,
        weight=body.weight,
        due_day=optional_day(body.due_day),
        start=body.start,
        target=body.target,
        unit=body.unit,
    )
    if body.owners is not None:
        owners = [events_pb2.Owner(person_id=person) for person in await person_ids(visit, body.owners, "owners")]
        request.owners.CopyFrom(events_pb2.Owners(owners=owners))
    answer = await asked(visit.edge.services.goals.ReviseKeyResult(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.key_result_id, answer.appended)


@key_results.post(
    "/v1/key-results/{ref}/cancel",
    body=Cancelling,
    body_optional=True,
    example={"reason": "It is measured elsewhere now."},
    answer=Done,
    command=True,
    versioned=True,
)
async def cancel_key_result(visit: Visit, body: Cancelling) -> Response:
    """Cancel a key result: it no longer counts."""
    request = service_pb2.CancelKeyResultRequest(
        key_result_id=await key_result_id(visit), expected_version=visit.expected_version, reason=body.reason
    )
    answer = await asked(visit.edge.services.goals.CancelKeyResult(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.key_result_id, answer.appended)


@key_results.put("/v1/key-results/{ref}/counts-for/{objective}", answer=Done, command=True, versioned=True)
async def share_key_result(visit: Visit) -> Response:
    """Let a key result count for another objective too: one check-in then moves both.

    `version`, ETag and If-Match are those of its own objective.
    """
    request = service_pb2.ShareKeyResultRequest(
        key_result_id=await key_result_id(visit), counts_for=await _counted_for(visit), expected_version=visit.expected_version
    )
    answer = await asked(visit.edge.services.goals.ShareKeyResult(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.key_result_id, answer.appended)


@key_results.delete("/v1/key-results/{ref}/counts-for/{objective}", answer=Done, command=True, versioned=True)
async def unshare_key_result(visit: Visit) -> Response:
    """Let a key result no longer count for another objective. `version`, ETag and If-Match are those of its own objective."""
    request = service_pb2.UnshareKeyResultRequest(
        key_result_id=await key_result_id(visit), counts_for=await _counted_for(visit), expected_version=visit.expected_version
    )
    answer = await asked(visit.edge.services.goals.UnshareKeyResult(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.key_result_id, answer.appended)


@cache
def _words_of_paths(resources: tuple[Routes, ...]) -> frozenset[str]:
    return frozenset(path_words(operation for routes in resources for operation in routes.operations))


def _require_reachable(visit: Visit, reference: str) -> None:
    """Raises Problem (422) for a reference that a path would take for something else: J1/history is the history of J1."""
    taken = [part for part in reference.split("/")[1:] if part in _words_of_paths(visit.resources)]
    if taken:
        detail = f"{reference!r}: after a slash, {taken[0]!r} is a word of the paths of this interface; call it something else"
        raise Problem(422, "INVALID_ARGUMENT", detail, [("reference", detail)])


async def key_result_id(visit: Visit) -> Id:
    """The id of the key result in the path. Raises Refused (UNKNOWN)."""
    references, tenant_id, reference = visit.edge.references, visit.identity.tenant_id, visit.path["ref"]
    known = references.remembered(tenant_id, Thing.KEY_RESULT, reference)
    return known or await references.id_of(tenant_id, Thing.KEY_RESULT, reference, visit.metadata())


async def _counted_for(visit: Visit) -> Id:
    return await visit.edge.references.id_of(visit.identity.tenant_id, Thing.OBJECTIVE, visit.path["objective"], visit.metadata())
