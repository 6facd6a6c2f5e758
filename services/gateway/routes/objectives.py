"""Objectives: defined, revised, aligned, activated, closed, cancelled; and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Final

from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import day_of
from chassis.errors import Refused
from chassis.ids import Id, id_text
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.http import Body, Change, json_response
from gateway.routes.cycles import Reopening
from gateway.routes.limits import LISTS
from gateway.routes.new_key_results import NewKeyResult, new_key_result_message
from gateway.routes.request import Request, Resource, person_left
from gateway.routes.responses import changes_response, command_response, dated_response, page_token
from gateway.schemas.as_of import AsOf, as_of_message
from gateway.schemas.enums import (
    APPROVALS,
    LEVELS,
    OBJECTIVE_KINDS,
    OBJECTIVE_STATES,
    ROLL_UPS,
    STATUSES,
    VISIBILITIES,
    LevelWord,
    ObjectiveKindWord,
    RollUpWord,
    VisibilityWord,
)
from gateway.schemas.fields import (
    DayField,
    EmptiedList,
    EmptiedText,
    HoldsFrom,
    Kept,
    Label,
    LongText,
    OwnReference,
    Reference,
    ShortText,
    Title,
    Word,
    optional_day,
)
from gateway.schemas.lists import ObjectivesPage, ObjectivesQuery, due_bounds, order_of, total_of
from gateway.schemas.objectives import OBJECTIVE, Objective
from gateway.schemas.results import CommandResult, DatedResult
from shared.limits import LARGEST_WEIGHT, MOST_KEY_RESULTS

objectives: Final = Resource(
    "Objectives", "What is to be reached: draft → active → closed, or cancelled. `{ref}` is an objective's id or its reference (J1)."
)

People = Annotated[list[Reference], Field(max_length=100)]
Labels = Annotated[list[Label], Field(max_length=50)]
ChildWeight = Annotated[float, Field(ge=0, le=LARGEST_WEIGHT, examples=[1])]


class ParentRef(Body):
    """What an objective hangs under: an objective or a key result; neither: it stands at the top."""

    objective: Reference | None = None
    key_result: Reference | None = None
    holds_from: HoldsFrom | None = None

    @model_validator(mode="after")
    def _is_one(self) -> ParentRef:
        if self.objective is not None and self.key_result is not None:
            raise ValueError("a parent is an objective or a key result, not both")
        return self


class NewObjectiveOfCycle(Body):
    """What a new objective says, but for its words."""

    cycle: Reference
    reference: OwnReference = ""
    """What people shall call it: J1. Unique in the tenant."""
    owner: Reference | None = None
    """A person; none: you."""
    team: Word = ""
    """By its name or its id; there must be such a team. Empty: none."""
    contributors: People = Field(default_factory=list)
    named_people: People = Field(default_factory=list)
    """Who else may see a private one."""
    start_day: DayField | None = None
    """None: the cycle's."""
    due_day: DayField | None = None
    """None: the cycle's."""
    visibility: VisibilityWord | None = None
    """None: as the tenant's setting says, company unless that was changed."""
    roll_up: RollUpWord = "key_results"
    """Where its number comes from."""
    child_weight: ChildWeight = 1
    """How much it counts among the children of what it hangs under; where all of these weigh 0, there is no number."""
    labels: Labels = Field(default_factory=list)
    pillar: Word = ""
    """The strategic pillar that it serves, by its id, its reference or its title; there must be such a pillar. Empty: none."""
    parent: ParentRef | None = None


class NewObjective(NewObjectiveOfCycle):
    """An objective to be drafted."""

    title: Title
    why: LongText = ""
    level: LevelWord = "company"
    kind: ObjectiveKindWord = "committed"


class NewObjectiveWhole(NewObjective):
    """An objective to be drafted, with its key results or without any."""

    model_config = ConfigDict(title="NewObjective")

    key_results: Annotated[list[NewKeyResult], Field(max_length=MOST_KEY_RESULTS)] = Field(default_factory=list)
    """Defined together with it, each as by POST /v1/objectives/{ref}/key-results: all of it or nothing."""


class ObjectiveChange(Change):
    """What shall be otherwise; what is left out stays, and null empties why, team, contributors, named_people, labels and pillar."""

    title: Kept[Title] = None
    why: EmptiedText[LongText] = None
    level: Kept[LevelWord] = None
    owner: Kept[Reference] = None
    team: EmptiedText[Word] = None
    contributors: EmptiedList[People] = None
    named_people: EmptiedList[People] = None
    start_day: Kept[DayField] = None
    due_day: Kept[DayField] = None
    kind: Kept[ObjectiveKindWord] = None
    visibility: Kept[VisibilityWord] = None
    roll_up: Kept[RollUpWord] = None
    child_weight: Kept[ChildWeight] = None
    labels: EmptiedList[Labels] = None
    pillar: EmptiedText[Word] = None
    holds_from: HoldsFrom | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> ObjectiveChange:
        if not self.model_fields_set - {"holds_from"}:
            raise ValueError("give at least one field to change")
        return self


class Dating(Body):
    """From which day on it holds."""

    holds_from: HoldsFrom | None = None


class Submission(Body):
    """A draft is to be approved."""

    comment: ShortText = ""
    """What whoever approves it should know."""


class Approving(Body):
    """What goes with the approval."""

    comment: ShortText = ""
    """What whoever submitted it should know."""


class SendingBack(Body):
    """Why a draft is not approved as it is."""

    reason: Annotated[ShortText, Field(min_length=1, examples=["The second key result has no number."])]


class Closing(Body):
    """How it ended."""

    outcome: LongText = ""
    holds_from: HoldsFrom | None = None


class Cancelling(Body):
    """Why it is given up."""

    reason: ShortText = ""
    holds_from: HoldsFrom | None = None


class ObjectiveMove(Body):
    """The cycle where an objective shall belong, and with which days."""

    cycle: Reference
    """The other cycle."""
    holds_from: HoldsFrom | None = None
    """From that day on; none: from today, and since ever while the objective is a draft."""
    start_day: DayField | None = None
    """Its first day from then on, wherever that lies; none: the new cycle's where it was the old one's, else as it was."""
    due_day: DayField | None = None
    """Its last day from then on, wherever that lies; none: the new cycle's where it was the old one's, else as it was."""
    fit_days: bool = False
    """Cut to the new cycle what would lie outside of it; unless set, it is refused."""


class Copying(Body):
    """What is otherwise of the copy."""

    cycle: Reference | None = None
    """Whose days it has then; none: the same cycle, and the same days."""
    reference: OwnReference = ""
    """What people shall call it; unique in the tenant. Its key results are called by it then: E1/1, E1/2, past numbers that are taken."""
    title: Title | None = None
    owner: Reference | None = None
    """None: you."""


class CarryingOver(Body):
    """Where it goes on, and what is otherwise there."""

    cycle: Reference
    reference: OwnReference = ""
    """What people shall call it; unique in the tenant. Its key results are called by it then: E1/1, E1/2, past numbers that are taken."""
    title: Title | None = None
    owner: Reference | None = None
    """None: the same."""
    targets: Annotated[dict[Reference, float], Field(max_length=100, examples=[{"J1/1": 12}])] = Field(default_factory=dict)
    """New targets of metrics, by key result; a metric that got to its target needs one."""


@objectives.post(
    "/v1/objectives",
    body=NewObjectiveWhole,
    example={
        "cycle": "2026-Q1",
        "reference": "J1",
        "title": "Expand the team",
        "owner": "admin",
        "level": "company",
        "key_results": [
            {"reference": "J1/1", "title": "Hire three developers", "measure": "metric", "start": 0, "target": 3, "unit": "people"}
        ],
    },
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    status=201,
    command=True,
)
async def define_objective(request: Request, body: NewObjectiveWhole) -> Response:
    """Draft an objective, with its key results where they are given.

    It is yours unless `owner` names somebody else. A draft takes key results, and no check-ins before it is activated. In a closed
    cycle none is defined.
    """
    message = await new_objective_message(request, body)
    if not body.key_results:
        answer = await request.ask(request.backends.goals.DefineObjective, message)
        return dated_response(request, answer.objective_id, answer)
    key_results = [
        await new_key_result_message(request, each.root, f"key_results[{number}].") for number, each in enumerate(body.key_results)
    ]
    whole = service_pb2.DefineObjectiveWholeRequest(objective=message, key_results=key_results)
    with fields_of_new_objective():
        made = await request.ask(request.backends.goals.DefineObjectiveWhole, whole)
    # What is said of a draft holds since ever.
    return command_response(request, made.objective_id, made.appended, holds_from=date.min.isoformat())


_ORDERS: Final[dict[str, progress_pb2.ObjectiveOrder.ValueType]] = {
    "id": progress_pb2.OBJECTIVE_ORDER_UNSPECIFIED,
    "ref": progress_pb2.OBJECTIVE_ORDER_REF,
    "title": progress_pb2.OBJECTIVE_ORDER_TITLE,
    "start_day": progress_pb2.OBJECTIVE_ORDER_START_DAY,
    "due_day": progress_pb2.OBJECTIVE_ORDER_DUE_DAY,
}


@objectives.get("/v1/objectives", at_once=LISTS, query=ObjectivesQuery, answer=ObjectivesPage, waits=True, gone_on=True)
async def list_objectives(request: Request) -> Response:
    """List objectives with their numbers: those that have one of the values of every filter.

    With `text` they are searched: `grow rev` finds "Grow recurring revenue". `total` says how many there are. Each is what
    GET /v1/objectives/{ref} says of it. With `changed_since`: what has changed since then.
    """
    question = request.query(ObjectivesQuery)
    order, descending = order_of(question.sort, _ORDERS)
    due_from, due_to = due_bounds(question)
    message = progress_pb2.ListObjectivesRequest(
        cycle_ids=await request.named_ids(ReferenceKind.CYCLE, question.cycle, "cycle", "cycle_ids"),
        owner_ids=await request.person_ids(question.owner, "owner"),
        contributor_ids=await request.person_ids(question.contributor, "contributor"),
        parent_objective_ids=await request.named_ids(ReferenceKind.OBJECTIVE, question.parent, "parent", "parent_objective_ids"),
        team_ids=await request.team_ids(question.team, "team"),
        pillar_ids=await request.pillar_ids(question.pillar, "pillar"),
        labels=question.label,
        states=map(OBJECTIVE_STATES.number, question.state),
        approvals=map(APPROVALS.number, question.approval),
        kinds=map(OBJECTIVE_KINDS.number, question.kind),
        levels=map(LEVELS.number, question.level),
        visibilities=map(VISIBILITIES.number, question.visibility),
        statuses=map(STATUSES.number, question.status),
        text=question.text,
        due_from=due_from,
        due_to=due_to,
        order=order,
        descending=descending,
        page_size=question.limit,
        page_token=page_token(request, question),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
        changed_since=await request.changed_since(question.changed_since),
    )
    answer = await request.ask(request.backends.progress.ListObjectives, message)
    items = await request.all_written(OBJECTIVE, answer.objectives)
    return changes_response(request, question, answer, items, total=total_of(answer))


@objectives.get("/v1/objectives/{ref}", query=AsOf, answer=Objective, versioned=True, waits=True)
async def get_objective(request: Request) -> Response:
    """Get an objective with its key results and their numbers.

    Now, or as it stood on a day, as far as it was known at an instant. With Cairn-After it waits until these events are folded in.
    """
    question = request.query(AsOf)
    message = progress_pb2.GetObjectiveRequest(
        objective_id=await objective_id(request),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    answer = await request.ask(request.backends.progress.GetObjective, message)
    return json_response(await request.written(OBJECTIVE, answer.objective), version=answer.objective.version)


@objectives.patch(
    "/v1/objectives/{ref}",
    body=ObjectiveChange,
    example={"title": "Expand the core team"},
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def revise_objective(request: Request, body: ObjectiveChange) -> Response:
    """Revise an objective. For its creator, its owner and admins.

    What is left out stays. With `holds_from` it holds from an earlier day on, and numbers as of days since then are told anew.
    """
    revised = await objective_id(request)

    async def already() -> list[Id]:
        described = await _described(request, revised)
        return [described.owner_id, *described.contributor_ids]

    message = service_pb2.ReviseObjectiveRequest(
        objective_id=revised,
        expected_version=request.expected_version,
        title=body.title,
        why=body.why,
        level=LEVELS.optional_number(body.level),
        owner_id=await request.responsible_one(body.owner, "owner", already) if body.owner else None,
        team_id=None if body.team is None else await request.standing_team(body.team, "team"),
        start_day=optional_day(body.start_day),
        due_day=optional_day(body.due_day),
        kind=OBJECTIVE_KINDS.optional_number(body.kind),
        visibility=VISIBILITIES.optional_number(body.visibility),
        roll_up=ROLL_UPS.optional_number(body.roll_up),
        labels=None if body.labels is None else events_pb2.Labels(labels=body.labels),
        child_weight=body.child_weight,
        pillar_id=None if body.pillar is None else await request.standing_pillar(body.pillar, "pillar"),
        holds_from=optional_day(body.holds_from),
    )
    if body.contributors is not None:
        contributors = await request.responsible(body.contributors, "contributors", already)
        message.contributors.CopyFrom(events_pb2.People(person_ids=contributors))
    if body.named_people is not None:
        message.named_people.CopyFrom(events_pb2.People(person_ids=await request.person_ids(body.named_people, "named_people")))
    answer = await request.ask(request.backends.goals.ReviseObjective, message)
    return dated_response(request, message.objective_id, answer)


@objectives.put(
    "/v1/objectives/{ref}/parent",
    body=ParentRef,
    example={"objective": "J1"},
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def align_objective(request: Request, body: ParentRef) -> Response:
    """Hang an objective under another one, or under a key result, or at the top.

    Parents never form a loop: what would close one is refused (409).
    """
    message = service_pb2.AlignObjectiveRequest(
        objective_id=await objective_id(request),
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
    )
    if body.objective is not None:
        message.parent_objective_id = await request.id_of(ReferenceKind.OBJECTIVE, body.objective, "objective", "parent_objective_id")
    if body.key_result is not None:
        message.parent_key_result_id = await request.id_of(ReferenceKind.KEY_RESULT, body.key_result, "key_result")
    answer = await request.ask(request.backends.goals.AlignObjective, message)
    return dated_response(request, message.objective_id, answer)


@objectives.post(
    "/v1/objectives/{ref}/submit",
    body=Submission,
    body_optional=True,
    example={"comment": "As we said on Monday."},
    answer=CommandResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def submit_objective(request: Request, body: Submission) -> Response:
    """Submit a draft for approval, where the setting `approval` is on. For its creator, its owner and admins.

    Admins approve it, and who owns what it is aligned to. Whatever is changed of it after it was approved takes that away.
    """
    message = service_pb2.SubmitObjectiveRequest(
        objective_id=await objective_id(request), expected_version=request.expected_version, comment=body.comment
    )
    answer = await request.ask(request.backends.goals.SubmitObjective, message)
    return command_response(request, message.objective_id, answer.appended)


@objectives.post(
    "/v1/objectives/{ref}/approve",
    body=Approving,
    body_optional=True,
    example={"comment": "Go."},
    answer=CommandResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def approve_objective(request: Request, body: Approving) -> Response:
    """Approve what was submitted, as it stands: it may be activated then. For admins, and who owns what it is aligned to.

    Nobody but admins approves what is their own. With If-Match what was changed meanwhile is not approved unseen.
    """
    message = service_pb2.ApproveObjectiveRequest(
        objective_id=await objective_id(request), expected_version=request.expected_version, comment=body.comment
    )
    answer = await request.ask(request.backends.goals.ApproveObjective, message)
    return command_response(request, message.objective_id, answer.appended)


@objectives.post(
    "/v1/objectives/{ref}/send-back",
    body=SendingBack,
    example={"reason": "The second key result has no number."},
    answer=CommandResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def send_objective_back(request: Request, body: SendingBack) -> Response:
    """Send back what was submitted, or approved and not activated yet, with a reason. For whom it is to approve it.

    It is worked over, and submitted again.
    """
    message = service_pb2.SendObjectiveBackRequest(
        objective_id=await objective_id(request), expected_version=request.expected_version, reason=body.reason
    )
    answer = await request.ask(request.backends.goals.SendObjectiveBack, message)
    return command_response(request, message.objective_id, answer.appended)


@objectives.post(
    "/v1/objectives/{ref}/activate",
    body=Dating,
    body_optional=True,
    example={"holds_from": "2026-01-12"},
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def activate_objective(request: Request, body: Dating) -> Response:
    """Activate an objective: from now on its key results take check-ins.

    Where the setting `approval` is on, it is approved first, unless an admin activates it. It was active from its own first day on, if that
    is earlier than today or the day named.
    """
    message = service_pb2.ActivateObjectiveRequest(
        objective_id=await objective_id(request),
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.goals.ActivateObjective, message)
    return dated_response(request, message.objective_id, answer)


@objectives.post(
    "/v1/objectives/{ref}/close",
    body=Closing,
    body_optional=True,
    example={"outcome": "Three of four were hired."},
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def close_objective(request: Request, body: Closing) -> Response:
    """Close an objective.

    It and its key results take no check-ins any more, and keep their numbers; key results are graded still.
    """
    message = service_pb2.CloseObjectiveRequest(
        objective_id=await objective_id(request),
        expected_version=request.expected_version,
        outcome=body.outcome,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.goals.CloseObjective, message)
    return dated_response(request, message.objective_id, answer)


@objectives.post(
    "/v1/objectives/{ref}/cancel",
    body=Cancelling,
    body_optional=True,
    example={"reason": "The plan has changed."},
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def cancel_objective(request: Request, body: Cancelling) -> Response:
    """Cancel an objective.

    It counts nowhere from the day on that it is given up: its parent's number is made without it.
    """
    message = service_pb2.CancelObjectiveRequest(
        objective_id=await objective_id(request),
        expected_version=request.expected_version,
        reason=body.reason,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.goals.CancelObjective, message)
    return dated_response(request, message.objective_id, answer)


@objectives.post(
    "/v1/objectives/{ref}/reopen",
    body=Reopening,
    example={"reason": "It was closed by mistake."},
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def reopen_objective(request: Request, body: Reopening) -> Response:
    """Reopen an objective that was closed or cancelled: it goes on as what it was before. For its creator, its owner and admins.

    Known from now on, its end is none on any day. In a closed cycle nothing is reopened but the cycle itself.
    """
    message = service_pb2.ReopenObjectiveRequest(
        objective_id=await objective_id(request), expected_version=request.expected_version, reason=body.reason
    )
    answer = await request.ask(request.backends.goals.ReopenObjective, message)
    return dated_response(request, message.objective_id, answer)


@objectives.post(
    "/v1/objectives/{ref}/move",
    body=ObjectiveMove,
    example={"cycle": "2026-Q2"},
    answer=DatedResult,
    resource="/v1/objectives/{id}",
    command=True,
    versioned=True,
)
async def move_objective(request: Request, body: ObjectiveMove) -> Response:
    """Move an objective to another cycle, with its key results. For its creator, its owner and admins.

    From that day on it stands in the other cycle's tree, with its reference, its check-ins and its place under what it is aligned to;
    before, and in reports of before, it stands where it stood. Its first day is the new cycle's where it was the old one's, and so is its
    last; likewise what is due with either. Whatever else would lie outside of the new cycle is named and refused, unless `start_day` and
    `due_day` say otherwise, or `fit_days` asks for it to be cut. What has ended is not moved, nor into or out of a closed cycle.
    """
    message = service_pb2.MoveObjectiveRequest(
        objective_id=await objective_id(request),
        cycle_id=await request.id_of(ReferenceKind.CYCLE, body.cycle, "cycle"),
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
        start_day=optional_day(body.start_day),
        due_day=optional_day(body.due_day),
        fit_days=body.fit_days,
    )
    answer = await request.ask(request.backends.goals.MoveObjective, message)
    return dated_response(request, message.objective_id, answer)


@objectives.post(
    "/v1/objectives/{ref}/copy",
    body=Copying,
    body_optional=True,
    example={"cycle": "2026-Q2", "title": "Expand the team in Zurich"},
    answer=CommandResult,
    resource="/v1/objectives/{id}",
    status=201,
    command=True,
)
async def copy_objective(request: Request, body: Copying) -> Response:
    """Draft a copy of an objective, with its key results that stand. For whoever sees it and may define objectives.

    It hangs where that one does, as long as something can be hung there, and is seen by those who see that one.
    """
    copied = await objective_id(request)
    described = await _described(request, copied)
    message = service_pb2.CopyObjectiveRequest(
        objective_id=copied,
        cycle_id=await request.id_of(ReferenceKind.CYCLE, body.cycle, "cycle") if body.cycle else b"",
        reference=body.reference,
        title=body.title or "",
        owner_id=await request.responsible_one(body.owner, "owner"),
        left_person_ids=await request.left(_people_of(described)),
    )
    answer = await request.ask(request.backends.goals.CopyObjective, message)
    return command_response(request, answer.objective_id, answer.appended)


@objectives.post(
    "/v1/objectives/{ref}/carry-over",
    body=CarryingOver,
    example={"cycle": "2026-Q2", "targets": {"J1/1": 12}},
    answer=CommandResult,
    resource="/v1/objectives/{id}",
    status=201,
    command=True,
)
async def carry_objective_over(request: Request, body: CarryingOver) -> Response:
    """Draft an objective that carries this one on in another cycle, and points back to it. For its creator, its owner and admins.

    A metric begins at its last value, of milestones those go on that are not done, and whatever else stands goes on as it was.
    """
    carried = await objective_id(request)
    targets = {await request.id_of(ReferenceKind.KEY_RESULT, ref, "targets"): target for ref, target in body.targets.items()}
    described = await _described(request, carried)
    left = await request.left(_people_of(described))
    if body.owner is None and described.owner_id in left:
        handle = (await request.people([described.owner_id]))[described.owner_id]["handle"]
        raise person_left(handle or id_text(described.owner_id), "owner")
    told = progress_pb2.GetObjectiveRequest(objective_id=carried, after=[described.position])  # also what was defined a moment before
    found = await request.ask(request.backends.progress.GetObjective, told)
    reached = {
        key_result.key_result_id: service_pb2.Reached(
            key_result_id=key_result.key_result_id,
            value=key_result.value if key_result.HasField("value") else None,
            milestones_done=sum(1 << number for number, milestone in enumerate(key_result.milestones) if milestone.done),
        )
        for key_result in found.objective.key_results
        if key_result.objective_id == carried
    }
    for key_result_id, target in targets.items():
        reached.setdefault(key_result_id, service_pb2.Reached(key_result_id=key_result_id)).target = target
    message = service_pb2.CopyObjectiveRequest(
        objective_id=carried,
        cycle_id=await request.id_of(ReferenceKind.CYCLE, body.cycle, "cycle"),
        reference=body.reference,
        title=body.title or "",
        owner_id=await request.responsible_one(body.owner, "owner"),
        left_person_ids=left,
        carry_over=True,
        reached=reached.values(),
    )
    answer = await request.ask(request.backends.goals.CopyObjective, message)
    return command_response(request, answer.objective_id, answer.appended)


async def new_objective_message(request: Request, body: NewObjective) -> service_pb2.DefineObjectiveRequest:
    """What goals is asked for a new objective. Raises Refused as `Request.responsible` does."""
    message = service_pb2.DefineObjectiveRequest(
        cycle_id=await request.id_of(ReferenceKind.CYCLE, body.cycle, "cycle"),
        reference=body.reference,
        title=body.title,
        why=body.why,
        level=LEVELS.number(body.level),
        owner_id=await request.responsible_one(body.owner, "owner"),
        team_id=await request.standing_team(body.team, "team"),
        contributor_ids=await request.responsible(body.contributors, "contributors"),
        named_person_ids=await request.person_ids(body.named_people, "named_people"),
        start_day=optional_day(body.start_day),
        due_day=optional_day(body.due_day),
        kind=OBJECTIVE_KINDS.number(body.kind),
        visibility=VISIBILITIES.optional_number(body.visibility),
        roll_up=ROLL_UPS.number(body.roll_up),
        labels=body.labels,
        child_weight=body.child_weight,
        pillar_id=await request.standing_pillar(body.pillar, "pillar"),
    )
    if body.parent is not None and body.parent.holds_from is not None:
        message.holds_from = day_of(body.parent.holds_from)
    if body.parent is not None and body.parent.objective is not None:
        message.parent_objective_id = await request.id_of(ReferenceKind.OBJECTIVE, body.parent.objective, "parent.objective")
    if body.parent is not None and body.parent.key_result is not None:
        message.parent_key_result_id = await request.id_of(ReferenceKind.KEY_RESULT, body.parent.key_result, "parent.key_result")
    return message


async def _described(request: Request, described_id: Id) -> service_pb2.DescribeObjectiveResponse:
    """An objective as it stands, in the words of whoever keeps it. Raises Refused (UNKNOWN)."""
    return await request.ask(request.backends.goals.DescribeObjective, service_pb2.DescribeObjectiveRequest(objective_id=described_id))


def _people_of(described: service_pb2.DescribeObjectiveResponse) -> list[Id]:
    """Everybody who is responsible for something of an objective."""
    return [described.owner_id, *described.contributor_ids, *described.key_result_owner_ids]


@contextmanager
def fields_of_new_objective() -> Iterator[None]:
    """What is wrong with an objective's own fields, which stand in the body itself, as wrong with these."""
    try:
        yield
    except Refused as refused:
        field = refused.field.removeprefix("objective").removeprefix(".")
        raise Refused(refused.reason, refused.message, kind=refused.kind, field=field) from None


async def objective_id(request: Request) -> Id:
    """The id of the objective in the path. Raises Refused (UNKNOWN)."""
    return await request.id_of(ReferenceKind.OBJECTIVE, request.path_params["ref"])
