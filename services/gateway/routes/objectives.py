"""Objectives: defined, revised, aligned, activated, closed, cancelled; and their numbers."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.ids import Id
from chassis.positions import to_proto
from chassis.rpc import DEADLINE, asked
from gateway.answers import Done, done, json_answer
from gateway.api import Routes, Visit
from gateway.fields import Body, DayField, Label, LongText, OwnReference, Reference, ShortText, Title, Word, optional_day
from gateway.numbers import AsOf, Objective, as_of_message, shown_objective
from gateway.references import Thing
from gateway.routes.people import person_ids
from gateway.words import LEVELS, OBJECTIVE_KINDS, ROLL_UPS, VISIBILITIES, LevelWord, ObjectiveKindWord, RollUpWord, VisibilityWord

objectives: Final = Routes(
    "Objectives", "What is to be reached: draft → active → closed, or cancelled. `{ref}` is an objective's id or its reference (J1)."
)

People = Annotated[list[Reference], Field(max_length=100)]
Labels = Annotated[list[Label], Field(max_length=50)]


class ParentRef(Body):
    """What an objective hangs under: an objective or a key result; neither: it stands at the top."""

    objective: Reference | None = None
    key_result: Reference | None = None

    @model_validator(mode="after")
    def _is_one(self) -> ParentRef:
        if self.objective is not None and self.key_result is not None:
            raise ValueError("a parent is an objective or a key result, not both")
        return self


class NewObjective(Body):
    """An objective to be drafted."""

    cycle: Reference
    reference: OwnReference = ""
    """What people shall call it: J1. Unique in the tenant."""
    title: Title
    why: LongText = ""
    level: LevelWord = "company"
    owner: Reference | None = None
    """A person; none: you."""
    team: Word = ""
    contributors: People = Field(default_factory=list)
    named_people: People = Field(default_factory=list)
    """Who else may see a private one."""
    start_day: DayField | None = None
    """None: the cycle's."""
    due_day: DayField | None = None
    """None: the cycle's."""
    kind: ObjectiveKindWord = "committed"
    visibility: VisibilityWord = "company"
    roll_up: RollUpWord = "key_results"
    """Where its number comes from."""
    labels: Labels = Field(default_factory=list)
    parent: ParentRef | None = None


class ObjectiveChange(Body):
    """What shall be otherwise; what is left out stays."""

    title: Title | None = None
    why: LongText | None = None
    level: LevelWord | None = None
    owner: Reference | None = None
    team: Word | None = None
    contributors: People | None = None
    named_people: People | None = None
    start_day: DayField | None = None
    due_day: DayField | None = None
    kind: ObjectiveKindWord | None = None
    visibility: VisibilityWord | None = None
    roll_up: RollUpWord | None = None
    labels: Labels | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> ObjectiveChange:
        if not self.model_fields_set:
            raise ValueError("give at least one field to change")
        return self


class Closing(Body):
    """How it ended."""

    outcome: LongText = ""


class Cancelling(Body):
    """Why it is given up."""

    reason: ShortText = ""


@objectives.post(
    "/v1/objectives",
    body=NewObjective,
    example={"cycle": "2026-Q1", "reference": "J1", "title": "Expand the team", "owner": "admin", "level": "company"},
    answer=Done,
    status=201,
    command=True,
)
async def define_objective(visit: Visit, body: NewObjective) -> Response:
    """Draft an objective."""
    request = service_pb2.DefineObjectiveRequest(
        cycle_id=await _found(visit, Thing.CYCLE, body.cycle, "cycle"),
        reference=body.reference,
        title=body.title,
        why=body.why,
        level=LEVELS.number(body.level),
        owner_id=(await person_ids(visit, [body.owner], "owner"))[0] if body.owner else b"",
        team=body.team,
        contributor_ids=await person_ids(visit, body.contributors, "contributors"),
        named_person_ids=await person_ids(visit, body.named_people, "named_people"),
        start_day=optional_day(body.start_day),
        due_day=optional_day(body.due_day),
        kind=OBJECTIVE_KINDS.number(body.kind),
        visibility=VISIBILITIES.number(body.visibility),
        roll_up=ROLL_UPS.number(body.roll_up),
        labels=body.labels,
    )
    if body.parent is not None and body.parent.objective is not None:
        request.parent_objective_id = await _found(visit, Thing.OBJECTIVE, body.parent.objective, "parent.objective")
    if body.parent is not None and body.parent.key_result is not None:
        request.parent_key_result_id = await _found(visit, Thing.KEY_RESULT, body.parent.key_result, "parent.key_result")
    answer = await asked(visit.edge.services.goals.DefineObjective(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, answer.objective_id, answer.appended)


@objectives.get("/v1/objectives/{ref}", query=AsOf, answer=Objective, versioned=True, waits=True)
async def get_objective(visit: Visit) -> Response:
    """Get an objective with its key results and their numbers.

    Now, or as it stood on a day, as far as it was known at an instant. With Cairn-After it waits until these events are folded in.
    """
    question = visit.query(AsOf)
    request = progress_pb2.GetObjectiveRequest(
        objective_id=await objective_id(visit),
        as_of=as_of_message(question.as_of, question.known_at),
        after=to_proto(visit.after),
    )
    answer = await asked(visit.edge.services.progress.GetObjective(request, metadata=visit.metadata(), timeout=DEADLINE))
    return json_answer(shown_objective(answer.objective), version=answer.objective.version)


@objectives.patch(
    "/v1/objectives/{ref}", body=ObjectiveChange, example={"title": "Expand the core team"}, answer=Done, command=True, versioned=True
)
async def revise_objective(visit: Visit, body: ObjectiveChange) -> Response:
    """Revise an objective. For its creator, its owner and admins."""
    request = service_pb2.ReviseObjectiveRequest(
        objective_id=await objective_id(visit),
        expected_version=visit.expected_version,
        title=body.title,
        why=body.why,
        level=LEVELS.number(body.level) if body.level else None,
        owner_id=(await person_ids(visit, [body.owner], "owner"))[0] if body.owner else None,
        team=body.team,
        start_day=optional_day(body.start_day),
        due_day=optional_day(body.due_day),
        kind=OBJECTIVE_KINDS.number(body.kind) if body.kind else None,
        visibility=VISIBILITIES.number(body.visibility) if body.visibility else None,
        roll_up=ROLL_UPS.number(body.roll_up) if body.roll_up else None,
        labels=None if body.labels is None else events_pb2.Labels(labels=body.labels),
    )
    if body.contributors is not None:
        request.contributors.CopyFrom(events_pb2.People(person_ids=await person_ids(visit, body.contributors, "contributors")))
    if body.named_people is not None:
        request.named_people.CopyFrom(events_pb2.People(person_ids=await person_ids(visit, body.named_people, "named_people")))
    answer = await asked(visit.edge.services.goals.ReviseObjective(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.objective_id, answer.appended)


@objectives.put("/v1/objectives/{ref}/parent", body=ParentRef, example={"objective": "J1"}, answer=Done, command=True, versioned=True)
async def align_objective(visit: Visit, body: ParentRef) -> Response:
    """Hang an objective under another one, or under a key result, or at the top. Parents never form a loop."""
    request = service_pb2.AlignObjectiveRequest(objective_id=await objective_id(visit), expected_version=visit.expected_version)
    if body.objective is not None:
        request.parent_objective_id = await _found(visit, Thing.OBJECTIVE, body.objective, "objective")
    if body.key_result is not None:
        request.parent_key_result_id = await _found(visit, Thing.KEY_RESULT, body.key_result, "key_result")
    answer = await asked(visit.edge.services.goals.AlignObjective(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.objective_id, answer.appended)


@objectives.post("/v1/objectives/{ref}/activate", answer=Done, command=True, versioned=True)
async def activate_objective(visit: Visit) -> Response:
    """Activate an objective: from now on its key results take check-ins."""
    request = service_pb2.ActivateObjectiveRequest(objective_id=await objective_id(visit), expected_version=visit.expected_version)
    answer = await asked(visit.edge.services.goals.ActivateObjective(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.objective_id, answer.appended)


@objectives.post(
    "/v1/objectives/{ref}/close",
    body=Closing,
    body_optional=True,
    example={"outcome": "Three of four were hired."},
    answer=Done,
    command=True,
    versioned=True,
)
async def close_objective(visit: Visit, body: Closing) -> Response:
    """Close an objective."""
    request = service_pb2.CloseObjectiveRequest(
        objective_id=await objective_id(visit), expected_version=visit.expected_version, outcome=body.outcome
    )
    answer = await asked(visit.edge.services.goals.CloseObjective(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.objective_id, answer.appended)


@objectives.post(
    "/v1/objectives/{ref}/cancel",
    body=Cancelling,
    body_optional=True,
    example={"reason": "The plan has changed."},
    answer=Done,
    command=True,
    versioned=True,
)
async def cancel_objective(visit: Visit, body: Cancelling) -> Response:
    """Cancel an objective."""
    request = service_pb2.CancelObjectiveRequest(
        objective_id=await objective_id(visit), expected_version=visit.expected_version, reason=body.reason
    )
    answer = await asked(visit.edge.services.goals.CancelObjective(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.objective_id, answer.appended)


async def objective_id(visit: Visit) -> Id:
    """The id of the objective in the path. Raises Refused (UNKNOWN)."""
    return await visit.edge.references.id_of(visit.identity.tenant_id, Thing.OBJECTIVE, visit.path["ref"], visit.metadata())


async def _found(visit: Visit, thing: Thing, reference: str, field: str) -> Id:
    return await visit.edge.references.id_of(visit.identity.tenant_id, thing, reference, visit.metadata(), field)
