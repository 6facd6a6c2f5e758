"""Work that serves objectives: tasks and initiatives; and milestones of the company and teams."""

from __future__ import annotations

from typing import Final

from pydantic import model_validator
from starlette.responses import Response

from cairn.goals.v1 import service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import day_of
from chassis.ids import Id
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.http import Body, Change, json_response
from gateway.routes.limits import LISTS
from gateway.routes.objectives import Cancelling
from gateway.routes.request import Request, Resource
from gateway.routes.responses import changes_response, command_response, dated_response, page_token
from gateway.schemas.as_of import AsOf, as_of_message
from gateway.schemas.enums import (
    INITIATIVE_STATES,
    MILESTONE_PHASES,
    PRIORITIES,
    TASK_STATES,
    InitiativeStateWord,
    PriorityWord,
)
from gateway.schemas.fields import (
    DayField,
    EmptiedText,
    HoldsFrom,
    Kept,
    OwnReference,
    Reference,
    ShortText,
    Title,
    Word,
    optional_day,
)
from gateway.schemas.lists import order_of
from gateway.schemas.results import CommandResult, DatedResult
from gateway.schemas.work import (
    INITIATIVE,
    MILESTONE,
    TASK,
    InitiativesPage,
    InitiativesQuery,
    MilestonesPage,
    MilestonesQuery,
    TasksPage,
    TasksQuery,
)
from gateway.schemas.work import Initiative as InitiativeAnswer
from gateway.schemas.work import Task as TaskAnswer
from gateway.schemas.work import TimelineMilestone as MilestoneAnswer

tasks: Final = Resource("Tasks", "Things to do, each of one person: open → done, or cancelled. `{task}` is a task's id or its reference.")
initiatives: Final = Resource(
    "Initiatives", "Hypotheses of what moves a key result or an objective. `{initiative}` is an initiative's id or its reference."
)
milestones: Final = Resource(
    "Milestones", "Events on the timeline of the company or a team. `{milestone}` is a milestone's id or its reference."
)


class NewServes(Body):
    """What work is for: one of these."""

    objective: Reference | None = None
    key_result: Reference | None = None
    initiative: Reference | None = None
    """Of a task."""

    @model_validator(mode="after")
    def _is_one(self) -> NewServes:
        if len(self.model_fields_set) != 1 or all(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("give one of objective, key_result and initiative")
        return self


class NewTask(Body):
    """A task to be given."""

    reference: OwnReference = ""
    """What people shall call it. Unique in the tenant."""
    title: Title
    assignee: Reference | None = None
    """A person; none: you."""
    priority: PriorityWord = "normal"
    due_day: DayField | None = None
    serves: NewServes | None = None
    """None: nothing in particular."""


class TaskChange(Change):
    """What shall be otherwise; what is left out stays, and null takes the due day away."""

    title: Kept[Title] = None
    assignee: Kept[Reference] = None
    """Who has it from now on."""
    priority: Kept[PriorityWord] = None
    due_day: DayField | None = None


class Finishing(Body):
    """On which day it was done or reached."""

    holds_from: HoldsFrom | None = None


class TaskReopening(Body):
    """Why it is open again."""

    reason: ShortText = ""
    holds_from: HoldsFrom | None = None


class NewInitiative(Body):
    """An initiative to be defined."""

    reference: OwnReference = ""
    """What people shall call it. Unique in the tenant."""
    title: Title
    owner: Reference | None = None
    """A person; none: you."""
    serves: NewServes
    state: InitiativeStateWord = "planned"
    start_day: DayField | None = None
    end_day: DayField | None = None


class InitiativeChange(Change):
    """What shall be otherwise; what is left out stays, and null takes a day away."""

    title: Kept[Title] = None
    owner: Kept[Reference] = None
    state: Kept[InitiativeStateWord] = None
    start_day: DayField | None = None
    end_day: DayField | None = None
    holds_from: HoldsFrom | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> InitiativeChange:
        if not self.model_fields_set - {"holds_from"}:
            raise ValueError("give at least one field to change")
        return self


class NewTimelineMilestone(Body):
    """A milestone to be planned."""

    reference: OwnReference = ""
    """What people shall call it. Unique in the tenant."""
    title: Title
    day: DayField
    team: Word = ""
    """Whose it is; none: the company's."""


class MilestoneChange(Change):
    """What shall be otherwise; what is left out stays, and null makes it the company's."""

    title: Kept[Title] = None
    team: EmptiedText[Word] = None


class Postponing(Body):
    """To which day, and why."""

    day: DayField
    reason: ShortText = ""
    holds_from: HoldsFrom | None = None


@tasks.post(
    "/v1/tasks",
    body=NewTask,
    example={"title": "Ask the agency for candidates", "priority": "high", "due_day": "2026-02-15"},
    answer=CommandResult,
    resource="/v1/tasks/{id}",
    status=201,
    command=True,
)
async def give_task(request: Request, body: NewTask) -> Response:
    """Give somebody a task, or yourself.

    It may be for an objective, a key result or an initiative that you see and that has not ended. Whoever has it and whoever gave it see
    it, and who may see what it is for.
    """
    message = service_pb2.GiveTaskRequest(
        reference=body.reference,
        title=body.title,
        assignee_id=await request.responsible_one(body.assignee, "assignee"),
        priority=PRIORITIES.number(body.priority),
        due_day=_day(body.due_day),
    )
    if body.serves is not None:
        await _write_served(request, body.serves, message)
    answer = await request.ask(request.backends.goals.GiveTask, message)
    return command_response(request, answer.task_id, answer.appended)


_TASK_ORDERS: Final[dict[str, progress_pb2.TaskOrder.ValueType]] = {
    "id": progress_pb2.TASK_ORDER_UNSPECIFIED,
    "title": progress_pb2.TASK_ORDER_TITLE,
    "due_day": progress_pb2.TASK_ORDER_DUE_DAY,
    "priority": progress_pb2.TASK_ORDER_PRIORITY,
}


@tasks.get("/v1/tasks", at_once=LISTS, query=TasksQuery, answer=TasksPage, waits=True, gone_on=True)
async def list_tasks(request: Request) -> Response:
    """List tasks that you may know of: those that have one of the values of every filter.

    Those that you have and those that you gave, and those for what you may see. With `changed_since`: what has changed since then.
    """
    question = request.query(TasksQuery)
    order, descending = order_of(question.sort, _TASK_ORDERS)
    message = progress_pb2.ListTasksRequest(
        mine=question.mine,
        given=question.given,
        assignee_ids=await request.person_ids(question.assignee, "assignee"),
        giver_ids=await request.person_ids(question.giver, "giver"),
        objective_ids=await request.named_ids(ReferenceKind.OBJECTIVE, question.objective, "objective", "objective_ids"),
        key_result_ids=await request.named_ids(ReferenceKind.KEY_RESULT, question.key_result, "key_result", "key_result_ids"),
        initiative_ids=await request.named_ids(ReferenceKind.INITIATIVE, question.initiative, "initiative", "initiative_ids"),
        states=map(TASK_STATES.number, question.state),
        priorities=map(PRIORITIES.number, question.priority),
        due_from=optional_day(question.due_from),
        due_to=optional_day(question.due_to),
        order=order,
        descending=descending,
        page_size=question.limit,
        page_token=page_token(request, question),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
        changed_since=await request.changed_since(question.changed_since),
    )
    answer = await request.ask(request.backends.progress.ListTasks, message)
    return changes_response(request, question, answer, await request.all_written(TASK, answer.tasks))


@tasks.get("/v1/tasks/{task}", query=AsOf, answer=TaskAnswer, waits=True, versioned=True)
async def get_task(request: Request) -> Response:
    """Get a task, as of any day, as far as it was known at any instant.

    What it is for is named where you may know of that.
    """
    question = request.query(AsOf)
    message = progress_pb2.GetTaskRequest(
        task_id=await _task_id(request), as_of=as_of_message(question.as_of, question.known_at), after=position_messages(request.after)
    )
    task = (await request.ask(request.backends.progress.GetTask, message)).task
    return json_response(await request.written(TASK, task), version=task.version)


@tasks.patch(
    "/v1/tasks/{task}",
    body=TaskChange,
    example={"priority": "high"},
    answer=CommandResult,
    resource="/v1/tasks/{id}",
    command=True,
    versioned=True,
)
async def revise_task(request: Request, body: TaskChange) -> Response:
    """Change an open task, or give it to somebody else. For its giver and admins.

    What it is for stays as it is.
    """
    task_id = await _task_id(request)

    async def already() -> list[Id]:
        return [(await request.ask(request.backends.progress.GetTask, progress_pb2.GetTaskRequest(task_id=task_id))).task.assignee_id]

    message = service_pb2.ReviseTaskRequest(
        task_id=task_id,
        expected_version=request.expected_version,
        title=body.title,
        priority=PRIORITIES.optional_number(body.priority),
        due_day=_day(body.due_day) if "due_day" in body.model_fields_set else None,
        assignee_id=None if body.assignee is None else await request.responsible_one(body.assignee, "assignee", already),
    )
    return command_response(request, message.task_id, (await request.ask(request.backends.goals.ReviseTask, message)).appended)


@tasks.post(
    "/v1/tasks/{task}/finish",
    body=Finishing,
    body_optional=True,
    example={},
    answer=DatedResult,
    resource="/v1/tasks/{id}",
    command=True,
    versioned=True,
)
async def finish_task(request: Request, body: Finishing) -> Response:
    """Note that a task is done. For its assignee and its giver.

    Today, or on the day named; what was done already stays so.
    """
    message = service_pb2.FinishTaskRequest(
        task_id=await _task_id(request), expected_version=request.expected_version, holds_from=optional_day(body.holds_from)
    )
    return dated_response(request, message.task_id, await request.ask(request.backends.goals.FinishTask, message))


@tasks.post(
    "/v1/tasks/{task}/reopen",
    body=TaskReopening,
    body_optional=True,
    example={"reason": "The agency asks back."},
    answer=DatedResult,
    resource="/v1/tasks/{id}",
    command=True,
    versioned=True,
)
async def reopen_task(request: Request, body: TaskReopening) -> Response:
    """Open a task again that was done or cancelled. For its assignee and its giver.

    What is open stays so.
    """
    message = service_pb2.ReopenTaskRequest(
        task_id=await _task_id(request),
        expected_version=request.expected_version,
        reason=body.reason,
        holds_from=optional_day(body.holds_from),
    )
    return dated_response(request, message.task_id, await request.ask(request.backends.goals.ReopenTask, message))


@tasks.post(
    "/v1/tasks/{task}/cancel",
    body=Cancelling,
    body_optional=True,
    example={"reason": "Nobody needs it any more."},
    answer=DatedResult,
    resource="/v1/tasks/{id}",
    command=True,
    versioned=True,
)
async def cancel_task(request: Request, body: Cancelling) -> Response:
    """Give an open task up. For its giver and admins.

    It may be opened again.
    """
    message = service_pb2.CancelTaskRequest(
        task_id=await _task_id(request),
        expected_version=request.expected_version,
        reason=body.reason,
        holds_from=optional_day(body.holds_from),
    )
    return dated_response(request, message.task_id, await request.ask(request.backends.goals.CancelTask, message))


@initiatives.post(
    "/v1/initiatives",
    body=NewInitiative,
    example={"title": "A referral programme", "serves": {"key_result": "J1/1"}},
    answer=CommandResult,
    resource="/v1/initiatives/{id}",
    status=201,
    command=True,
)
async def define_initiative(request: Request, body: NewInitiative) -> Response:
    """Define an initiative: what shall move a key result, or an objective.

    For one that you see and that has not ended; who may see that sees the initiative.
    """
    message = service_pb2.DefineInitiativeRequest(
        reference=body.reference,
        title=body.title,
        owner_id=await request.responsible_one(body.owner, "owner"),
        state=INITIATIVE_STATES.number(body.state),
        start_day=_day(body.start_day),
        end_day=_day(body.end_day),
    )
    await _write_served(request, body.serves, message)
    answer = await request.ask(request.backends.goals.DefineInitiative, message)
    return command_response(request, answer.initiative_id, answer.appended)


_INITIATIVE_ORDERS: Final[dict[str, progress_pb2.InitiativeOrder.ValueType]] = {
    "id": progress_pb2.INITIATIVE_ORDER_UNSPECIFIED,
    "title": progress_pb2.INITIATIVE_ORDER_TITLE,
    "start_day": progress_pb2.INITIATIVE_ORDER_START_DAY,
    "end_day": progress_pb2.INITIATIVE_ORDER_END_DAY,
}


@initiatives.get("/v1/initiatives", at_once=LISTS, query=InitiativesQuery, answer=InitiativesPage, waits=True, gone_on=True)
async def list_initiatives(request: Request) -> Response:
    """List initiatives for what you may see: those that have one of the values of every filter.

    With `changed_since`: what has changed since then.
    """
    question = request.query(InitiativesQuery)
    order, descending = order_of(question.sort, _INITIATIVE_ORDERS)
    message = progress_pb2.ListInitiativesRequest(
        owner_ids=await request.person_ids(question.owner, "owner"),
        objective_ids=await request.named_ids(ReferenceKind.OBJECTIVE, question.objective, "objective", "objective_ids"),
        key_result_ids=await request.named_ids(ReferenceKind.KEY_RESULT, question.key_result, "key_result", "key_result_ids"),
        states=map(INITIATIVE_STATES.number, question.state),
        order=order,
        descending=descending,
        page_size=question.limit,
        page_token=page_token(request, question),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
        changed_since=await request.changed_since(question.changed_since),
    )
    answer = await request.ask(request.backends.progress.ListInitiatives, message)
    return changes_response(request, question, answer, await request.all_written(INITIATIVE, answer.initiatives))


@initiatives.get("/v1/initiatives/{initiative}", query=AsOf, answer=InitiativeAnswer, waits=True, versioned=True)
async def get_initiative(request: Request) -> Response:
    """Get an initiative, as of any day, as far as it was known at any instant.

    For whoever may see what it is for.
    """
    question = request.query(AsOf)
    message = progress_pb2.GetInitiativeRequest(
        initiative_id=await _initiative_id(request),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    initiative = (await request.ask(request.backends.progress.GetInitiative, message)).initiative
    return json_response(await request.written(INITIATIVE, initiative), version=initiative.version)


@initiatives.patch(
    "/v1/initiatives/{initiative}",
    body=InitiativeChange,
    example={"state": "running"},
    answer=DatedResult,
    resource="/v1/initiatives/{id}",
    command=True,
    versioned=True,
)
async def revise_initiative(request: Request, body: InitiativeChange) -> Response:
    """Change an initiative: what it is called, whose it is, how far it is. For its owner, who defined it, and admins.

    What it is for stays as it is. One that is done or dropped may go on again.
    """
    initiative_id = await _initiative_id(request)

    async def already() -> list[Id]:
        question = progress_pb2.GetInitiativeRequest(initiative_id=initiative_id)
        return [(await request.ask(request.backends.progress.GetInitiative, question)).initiative.owner_id]

    message = service_pb2.ReviseInitiativeRequest(
        initiative_id=initiative_id,
        expected_version=request.expected_version,
        title=body.title,
        owner_id=None if body.owner is None else await request.responsible_one(body.owner, "owner", already),
        state=INITIATIVE_STATES.optional_number(body.state),
        start_day=_day(body.start_day) if "start_day" in body.model_fields_set else None,
        end_day=_day(body.end_day) if "end_day" in body.model_fields_set else None,
        holds_from=optional_day(body.holds_from),
    )
    return dated_response(request, message.initiative_id, await request.ask(request.backends.goals.ReviseInitiative, message))


@milestones.post(
    "/v1/milestones",
    body=NewTimelineMilestone,
    example={"title": "The office in Zurich opens", "day": "2026-05-01"},
    answer=CommandResult,
    resource="/v1/milestones/{id}",
    status=201,
    command=True,
)
async def plan_milestone(request: Request, body: NewTimelineMilestone) -> Response:
    """Plan a milestone of the company, or of a team.

    Everybody of the tenant sees it.
    """
    message = service_pb2.PlanMilestoneRequest(reference=body.reference, title=body.title, on_day=day_of(body.day), team=body.team)
    answer = await request.ask(request.backends.goals.PlanMilestone, message)
    return command_response(request, answer.milestone_id, answer.appended)


_MILESTONE_ORDERS: Final[dict[str, progress_pb2.MilestoneOrder.ValueType]] = {
    "id": progress_pb2.MILESTONE_ORDER_UNSPECIFIED,
    "title": progress_pb2.MILESTONE_ORDER_TITLE,
    "day": progress_pb2.MILESTONE_ORDER_DAY,
}


@milestones.get("/v1/milestones", at_once=LISTS, query=MilestonesQuery, answer=MilestonesPage, waits=True, gone_on=True)
async def list_milestones(request: Request) -> Response:
    """List milestones: those that have one of the values of every filter.

    With `changed_since`: what has changed since then.
    """
    question = request.query(MilestonesQuery)
    order, descending = order_of(question.sort, _MILESTONE_ORDERS)
    message = progress_pb2.ListMilestonesRequest(
        teams=question.team,
        phases=map(MILESTONE_PHASES.number, question.phase),
        day_from=optional_day(question.day_from),
        day_to=optional_day(question.day_to),
        order=order,
        descending=descending,
        page_size=question.limit,
        page_token=page_token(request, question),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
        changed_since=await request.changed_since(question.changed_since),
    )
    answer = await request.ask(request.backends.progress.ListMilestones, message)
    return changes_response(request, question, answer, await request.all_written(MILESTONE, answer.milestones))


@milestones.get("/v1/milestones/{milestone}", query=AsOf, answer=MilestoneAnswer, waits=True, versioned=True)
async def get_milestone(request: Request) -> Response:
    """Get a milestone, as of any day, as far as it was known at any instant.

    With the day that it has and the day that was planned first.
    """
    question = request.query(AsOf)
    message = progress_pb2.GetMilestoneRequest(
        milestone_id=await _milestone_id(request),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    milestone = (await request.ask(request.backends.progress.GetMilestone, message)).milestone
    return json_response(await request.written(MILESTONE, milestone), version=milestone.version)


@milestones.patch(
    "/v1/milestones/{milestone}",
    body=MilestoneChange,
    example={"title": "The office in Zurich is open"},
    answer=CommandResult,
    resource="/v1/milestones/{id}",
    command=True,
    versioned=True,
)
async def revise_milestone(request: Request, body: MilestoneChange) -> Response:
    """Change what a milestone is called, or whose it is. For who planned it, champions and admins.

    Its day is changed by postponing it.
    """
    message = service_pb2.ReviseMilestoneRequest(
        milestone_id=await _milestone_id(request), expected_version=request.expected_version, title=body.title, team=body.team
    )
    return command_response(request, message.milestone_id, (await request.ask(request.backends.goals.ReviseMilestone, message)).appended)


@milestones.post(
    "/v1/milestones/{milestone}/reach",
    body=Finishing,
    body_optional=True,
    example={},
    answer=DatedResult,
    resource="/v1/milestones/{id}",
    command=True,
    versioned=True,
)
async def reach_milestone(request: Request, body: Finishing) -> Response:
    """Note that a milestone was reached. For who planned it, champions and admins.

    Today, or on the day named.
    """
    message = service_pb2.ReachMilestoneRequest(
        milestone_id=await _milestone_id(request), expected_version=request.expected_version, holds_from=optional_day(body.holds_from)
    )
    return dated_response(request, message.milestone_id, await request.ask(request.backends.goals.ReachMilestone, message))


@milestones.post(
    "/v1/milestones/{milestone}/postpone",
    body=Postponing,
    example={"day": "2026-06-01", "reason": "The landlord needs a month more."},
    answer=DatedResult,
    resource="/v1/milestones/{id}",
    command=True,
    versioned=True,
)
async def postpone_milestone(request: Request, body: Postponing) -> Response:
    """Postpone a milestone to a later day. For who planned it, champions and admins.

    The day that was planned first is remembered.
    """
    message = service_pb2.PostponeMilestoneRequest(
        milestone_id=await _milestone_id(request),
        expected_version=request.expected_version,
        to_day=day_of(body.day),
        reason=body.reason,
        holds_from=optional_day(body.holds_from),
    )
    return dated_response(request, message.milestone_id, await request.ask(request.backends.goals.PostponeMilestone, message))


async def _write_served(
    request: Request, serves: NewServes, message: service_pb2.GiveTaskRequest | service_pb2.DefineInitiativeRequest
) -> None:
    if serves.objective is not None:
        message.objective_id = await request.id_of(ReferenceKind.OBJECTIVE, serves.objective, "serves.objective")
    if serves.key_result is not None:
        message.key_result_id = await request.id_of(ReferenceKind.KEY_RESULT, serves.key_result, "serves.key_result")
    if serves.initiative is not None and isinstance(message, service_pb2.GiveTaskRequest):
        message.initiative_id = await request.id_of(ReferenceKind.INITIATIVE, serves.initiative, "serves.initiative")


def _day(value: DayField | None) -> int:
    """The day number of a date; 0: none."""
    return 0 if value is None else day_of(value)


async def _task_id(request: Request) -> Id:
    return await request.id_of(ReferenceKind.TASK, request.path_params["task"])


async def _initiative_id(request: Request) -> Id:
    return await request.id_of(ReferenceKind.INITIATIVE, request.path_params["initiative"])


async def _milestone_id(request: Request) -> Id:
    return await request.id_of(ReferenceKind.MILESTONE, request.path_params["milestone"])
