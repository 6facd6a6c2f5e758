"""Every command of goals and checkins is refused to whoever may not, on an objective that everyone of the tenant sees.

A new command fails here until it has a request, and a word on who may send it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

import pytest
from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.checkins.v1 import service_pb2 as checkins_api
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as goals_api
from chassis.errors import Kind
from chassis.ids import Id, new_id
from chassis.rpc import from_bytes
from shared.roles import AUDITOR, MEMBER, VIEWER
from tests.integration.goals_checkins.callers import MAR_31, Caller, Processes, a_row, check_in, nothing_appended, refusal_of

QUERIES: Final = {
    "GetCycle",
    "ListCycles",
    "ListTemplates",
    "DescribeKeyResult",
    "DescribeObjective",
    "FindTalkedAbout",
    "ResolveReferences",
    "ListTeamNames",
    "ConfirmDefinitions",
    "ListLeftOut",
    "ListBlockers",
    "DryRunCommand",
}

FOR_EVERY_MEMBER: Final = {
    "DefineKpi": "as DefineObjective",
    "StartObjectiveFromKpi": "as DefineObjective; everybody sees KPIs",
    "GiveTask": "whoever sees what a task is for gives it",
    "DefineInitiative": "whoever sees what it is for",
    "LogEffort": "whoever sees what work is for logs their own time on it",
    "PlanMilestone": "milestones are everybody's to see, and to plan",
    "WriteComment": "whoever sees something talks on it",
    "React": "as WriteComment",
    "DefineObjectiveWhole": "as DefineObjective",
    "CopyObjective": "the new one is their own, and whoever sees an objective may say the same",
    "SaveTemplate": "members save templates: there is none yet that somebody else could have",
    "DefineObjective": "members define objectives of their own: there is no objective yet that somebody else could have",
}
NOT_THEIRS_TO_KNOW: Final = {"CorrectEffort", "RetractEffort"}
"""Commands on what is unknown to everybody but its author."""
ANSWERED_EACH: Final = {
    "DefineEach": "each as the command of its own: test_defining_many.py",
    "AnswerFeedback": "whoever was asked answers, and nobody else: tests/unit/checkins/test_conversations.py",
    "RecordForwarded": "the gateway sends it; what is asked is whether each check-in's own sender may",
}


class Things(NamedTuple):
    """What an admin defined: all of it the company's to see."""

    cycle_id: Id
    draft_id: Id
    objective_id: Id  # active
    other_id: Id  # active, and counted for by the key result
    key_result_id: Id  # of the active objective, with a check-in
    check_in_id: Id
    other_key_result_id: Id  # of the other objective
    template_id: Id
    kpi_id: Id  # with a value
    measurement_id: Id
    task_id: Id  # for the key result
    initiative_id: Id
    milestone_id: Id
    comment_id: Id  # on the active objective
    effort_id: Id  # on the task
    next_cycle_id: Id  # of the same days


WORDS: Final = checkins_api.Words(text="What keeps it?")

REQUESTS: Final[dict[str, Callable[[Things], Message]]] = {
    "DefineCycle": lambda _: goals_api.DefineCycleRequest(
        name="next", kind=goals.CYCLE_KIND_TACTICAL, first_day=MAR_31 + 1, last_day=MAR_31 + 90
    ),
    "MoveCycle": lambda of: goals_api.MoveCycleRequest(cycle_id=of.cycle_id, to=goals.CYCLE_STATE_ACTIVE),
    "ReviseCycle": lambda of: goals_api.ReviseCycleRequest(cycle_id=of.cycle_id, last_day=MAR_31 + 30),
    "CloseCycle": lambda of: goals_api.CloseCycleRequest(cycle_id=of.cycle_id),
    "ReopenCycle": lambda of: goals_api.ReopenCycleRequest(cycle_id=of.cycle_id, reason="too early"),
    "DefineObjectiveWhole": lambda of: goals_api.DefineObjectiveWholeRequest(
        objective=goals_api.DefineObjectiveRequest(cycle_id=of.cycle_id, title="Grow"),
        key_results=[goals_api.DefineKeyResultRequest(title="Be there", binary=goals.Binary())],
    ),
    "CopyObjective": lambda of: goals_api.CopyObjectiveRequest(objective_id=of.objective_id),
    "ReopenObjective": lambda of: goals_api.ReopenObjectiveRequest(objective_id=of.objective_id, reason="too early"),
    "DefineObjective": lambda of: goals_api.DefineObjectiveRequest(cycle_id=of.cycle_id, title="Grow"),
    "SaveTemplate": lambda _: goals_api.SaveTemplateRequest(title="Grow"),
    "RemoveTemplate": lambda of: goals_api.RemoveTemplateRequest(template_id=of.template_id),
    "ReviseObjective": lambda of: goals_api.ReviseObjectiveRequest(objective_id=of.objective_id, title="Grow"),
    "AlignObjective": lambda of: goals_api.AlignObjectiveRequest(objective_id=of.objective_id, parent_objective_id=of.other_id),
    "SubmitObjective": lambda of: goals_api.SubmitObjectiveRequest(objective_id=of.draft_id),
    "ApproveObjective": lambda of: goals_api.ApproveObjectiveRequest(objective_id=of.draft_id),
    "SendObjectiveBack": lambda of: goals_api.SendObjectiveBackRequest(objective_id=of.draft_id, reason="no number"),
    "ActivateObjective": lambda of: goals_api.ActivateObjectiveRequest(objective_id=of.draft_id),
    "CloseObjective": lambda of: goals_api.CloseObjectiveRequest(objective_id=of.objective_id),
    "CancelObjective": lambda of: goals_api.CancelObjectiveRequest(objective_id=of.objective_id, reason="no budget"),
    "MoveObjective": lambda of: goals_api.MoveObjectiveRequest(objective_id=of.objective_id, cycle_id=of.next_cycle_id),
    "DefineKeyResult": lambda of: goals_api.DefineKeyResultRequest(objective_id=of.objective_id, title="Be there", binary=goals.Binary()),
    "ReviseKeyResult": lambda of: goals_api.ReviseKeyResultRequest(key_result_id=of.key_result_id, title="Add four developers"),
    "ShareKeyResult": lambda of: goals_api.ShareKeyResultRequest(key_result_id=of.key_result_id, counts_for=of.draft_id),
    "UnshareKeyResult": lambda of: goals_api.UnshareKeyResultRequest(key_result_id=of.key_result_id, counts_for=of.other_id),
    "MoveKeyResult": lambda of: goals_api.MoveKeyResultRequest(key_result_id=of.key_result_id, to_objective_id=of.other_id),
    "CancelKeyResult": lambda of: goals_api.CancelKeyResultRequest(key_result_id=of.key_result_id, reason="no budget"),
    "RecordCheckIn": lambda of: check_in(of.key_result_id, 2.0),
    "RecordCheckIns": lambda of: checkins_api.RecordCheckInsRequest(
        mode=checkins_api.BATCH_MODE_ALL_OR_NOTHING, check_ins=[a_row(of.key_result_id, 2.0)]
    ),
    "CorrectCheckIn": lambda of: checkins_api.CorrectCheckInRequest(key_result_id=of.key_result_id, check_in_id=of.check_in_id, value=2.0),
    "RetractCheckIn": lambda of: checkins_api.RetractCheckInRequest(key_result_id=of.key_result_id, check_in_id=of.check_in_id),
    "GradeKeyResult": lambda of: checkins_api.GradeKeyResultRequest(key_result_id=of.key_result_id, grade=0.7),
    "GradeKeyResults": lambda of: checkins_api.GradeKeyResultsRequest(
        grades=[checkins_api.GradeKeyResultRequest(key_result_id=of.key_result_id, grade=0.7)]
    ),
    "DefineKpi": lambda _: goals_api.DefineKpiRequest(title="Churn"),
    "StartObjectiveFromKpi": lambda of: goals_api.StartObjectiveFromKpiRequest(
        kpi_id=of.kpi_id, objective=goals_api.DefineObjectiveRequest(cycle_id=of.cycle_id)
    ),
    "ReviseKpi": lambda of: goals_api.ReviseKpiRequest(kpi_id=of.kpi_id, title="Churn of a month"),
    "MeasureKpi": lambda of: goals_api.MeasureKpiRequest(kpi_id=of.kpi_id, value=3),
    "RetractKpiMeasurement": lambda of: goals_api.RetractKpiMeasurementRequest(kpi_id=of.kpi_id, measurement_id=of.measurement_id),
    "RetireKpi": lambda of: goals_api.RetireKpiRequest(kpi_id=of.kpi_id),
    "GiveTask": lambda of: goals_api.GiveTaskRequest(title="Ask", key_result_id=of.key_result_id),
    "ReviseTask": lambda of: goals_api.ReviseTaskRequest(task_id=of.task_id, title="Ask again"),
    "FinishTask": lambda of: goals_api.FinishTaskRequest(task_id=of.task_id),
    "ReopenTask": lambda of: goals_api.ReopenTaskRequest(task_id=of.task_id),
    "CancelTask": lambda of: goals_api.CancelTaskRequest(task_id=of.task_id),
    "DefineInitiative": lambda of: goals_api.DefineInitiativeRequest(title="Refer", key_result_id=of.key_result_id),
    "ReviseInitiative": lambda of: goals_api.ReviseInitiativeRequest(initiative_id=of.initiative_id, title="Refer friends"),
    "LogEffort": lambda of: goals_api.LogEffortRequest(task_id=of.task_id, minutes=30),
    "CorrectEffort": lambda of: goals_api.CorrectEffortRequest(effort_id=of.effort_id, minutes=45),
    "RetractEffort": lambda of: goals_api.RetractEffortRequest(effort_id=of.effort_id),
    "PlanMilestone": lambda _: goals_api.PlanMilestoneRequest(title="The office opens", on_day=MAR_31),
    "ReviseMilestone": lambda of: goals_api.ReviseMilestoneRequest(milestone_id=of.milestone_id, title="It opens"),
    "ReachMilestone": lambda of: goals_api.ReachMilestoneRequest(milestone_id=of.milestone_id),
    "PostponeMilestone": lambda of: goals_api.PostponeMilestoneRequest(milestone_id=of.milestone_id, to_day=MAR_31 + 30),
    "WriteComment": lambda of: checkins_api.WriteCommentRequest(on=checkins_api.TalkedAbout(objective_id=of.objective_id), words=WORDS),
    "EditComment": lambda of: checkins_api.EditCommentRequest(comment_id=of.comment_id, words=checkins_api.Words(text="What else?")),
    "TakeCommentBack": lambda of: checkins_api.TakeCommentBackRequest(comment_id=of.comment_id),
    "React": lambda of: checkins_api.ReactRequest(comment_id=of.comment_id, reaction=checkins.REACTION_HEART),
    "ImportCheckIns": lambda of: checkins_api.ImportCheckInsRequest(rows=[checkins_api.CheckInRow(check_in=a_row(of.key_result_id, 2.0))]),
    "ImportGrades": lambda of: checkins_api.ImportGradesRequest(
        rows=[checkins_api.GradeRow(grade=checkins_api.GradeKeyResultRequest(key_result_id=of.key_result_id, grade=0.7))]
    ),
}
METHODS: Final = {
    method.name: service.name
    for api in (goals_api, checkins_api)
    for service in api.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
COMMANDS: Final = [name for name in METHODS if name not in QUERIES | ANSWERED_EACH.keys()]


async def some_things(ann: Caller, **more: Any) -> Things:
    cycle_id = await ann.a_cycle(f"cycle {new_id().hex()}")
    draft_id, objective_id, other_id = [await ann.an_objective(cycle_id, title, **more) for title in ("Draft", "Objective", "Other")]
    key_result_id = await ann.a_key_result(objective_id, counts_for=[other_id])
    for defined in (objective_id, other_id):
        other_key_result_id = await ann.a_key_result(defined, "Be there", binary=goals.Binary())
        await ann.activate(defined)
    await ann.a_key_result(draft_id)
    check_in_id = (await ann.check_in(key_result_id)).check_in_id
    template_id = (await ann.goals("SaveTemplate", goals_api.SaveTemplateRequest(title="Grow"))).template_id
    kpi_id = (await ann.goals("DefineKpi", goals_api.DefineKpiRequest(title="Churn", high=1))).kpi_id
    measured = await ann.goals("MeasureKpi", goals_api.MeasureKpiRequest(kpi_id=kpi_id, value=2))
    task = await ann.goals("GiveTask", goals_api.GiveTaskRequest(title="Ask", key_result_id=key_result_id))
    initiative = await ann.goals("DefineInitiative", goals_api.DefineInitiativeRequest(title="Refer", key_result_id=key_result_id))
    milestone = await ann.goals("PlanMilestone", goals_api.PlanMilestoneRequest(title="The office opens", on_day=MAR_31))
    on = checkins_api.TalkedAbout(objective_id=objective_id)
    comment = await ann.checkins("WriteComment", checkins_api.WriteCommentRequest(on=on, words=WORDS))
    effort = await ann.goals("LogEffort", goals_api.LogEffortRequest(task_id=task.task_id, minutes=60))
    return Things(
        cycle_id,
        draft_id,
        objective_id,
        other_id,
        key_result_id,
        check_in_id,
        other_key_result_id,
        template_id,
        kpi_id,
        measured.measurement_id,
        task.task_id,
        initiative.initiative_id,
        milestone.milestone_id,
        comment.comment_id,
        effort.effort_id,
        await ann.a_cycle(f"cycle {new_id().hex()}"),
    )


def send(caller: Caller, name: str, request: Message, **more: Any) -> Any:
    return {"GoalsService": caller.goals, "CheckInsService": caller.checkins}[METHODS[name]](name, request, **more)


async def in_state(ann: Caller, cycle_id: Id, state: goals.CycleState.ValueType) -> None:
    for to in (goals.CYCLE_STATE_ACTIVE, goals.CYCLE_STATE_REVIEW, goals.CYCLE_STATE_CLOSED):
        if to <= state:
            await ann.goals("MoveCycle", goals_api.MoveCycleRequest(cycle_id=cycle_id, to=to))


APPROVING: Final = (("approval", "on"),)
"""Of a tenant: its objectives are approved before they become active."""


def submit(ann: Caller, of: Things) -> Awaitable[Any]:
    return ann.goals("SubmitObjective", goals_api.SubmitObjectiveRequest(objective_id=of.draft_id))


BEFORE: Final[dict[str, Callable[[Caller, Things], Awaitable[Any]]]] = {
    "CloseCycle": lambda ann, of: in_state(ann, of.cycle_id, goals.CYCLE_STATE_REVIEW),
    "ReopenCycle": lambda ann, of: in_state(ann, of.cycle_id, goals.CYCLE_STATE_CLOSED),
    "ApproveObjective": submit,
    "SendObjectiveBack": submit,
    "ReopenTask": lambda ann, of: ann.goals("FinishTask", goals_api.FinishTaskRequest(task_id=of.task_id)),
    "ReopenObjective": lambda ann, of: ann.goals("CloseObjective", goals_api.CloseObjectiveRequest(objective_id=of.objective_id)),
}
"""What has to be done before there is something to do."""


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_is_refused_to_a_viewer_and_to_a_member_who_may_not_edit(processes: Processes, name: str) -> None:
    ann = processes.caller(settings=APPROVING)
    assert name in REQUESTS, "give it a request here; for everybody is only what FOR_EVERY_MEMBER says so of"
    things = await some_things(ann)
    if name in BEFORE:
        await BEFORE[name](ann, things)
    request = REQUESTS[name](things)
    refused = (VIEWER,) if name in FOR_EVERY_MEMBER else (VIEWER, MEMBER)
    kind = Kind.UNKNOWN if name in NOT_THEIRS_TO_KNOW else Kind.FORBIDDEN
    async with nothing_appended(processes):
        for role in refused:
            assert (await refusal_of(send(ann.colleague(role), name, request))).kind is kind, role
    await send(ann.colleague(MEMBER) if name in FOR_EVERY_MEMBER else ann, name, request)  # nothing else is wrong with it


@pytest.mark.parametrize("role", [VIEWER, AUDITOR])
@pytest.mark.parametrize("name", COMMANDS)
async def test_a_viewer_and_an_auditor_change_nothing_not_even_their_own(processes: Processes, name: str, role: str) -> None:
    """They see it, so that they are told that they may not, and not that there is no such thing."""
    ann = processes.caller(settings=APPROVING)
    owner = ann.colleague(role)
    things = await some_things(ann, owner_id=owner.person_id)
    if name in BEFORE:
        await BEFORE[name](ann, things)
    kind = Kind.UNKNOWN if name in NOT_THEIRS_TO_KNOW else Kind.FORBIDDEN
    async with nothing_appended(processes):
        assert (await refusal_of(send(owner, name, REQUESTS[name](things)))).kind is kind


@pytest.mark.parametrize("role", [VIEWER, MEMBER])
async def test_a_row_of_its_own_and_a_check_in_that_is_forwarded_are_refused_to_them_too(processes: Processes, role: str) -> None:
    ann = processes.caller()
    things = await some_things(ann)
    colleague = ann.colleague(role)
    reason = "ROLE_REQUIRED" if role == VIEWER else "NOT_A_REPORTER"
    row_by_row = checkins_api.RecordCheckInsRequest(mode=checkins_api.BATCH_MODE_ROW_BY_ROW, check_ins=[a_row(things.key_result_id, 2.0)])
    sent = checkins_api.ForwardedCheckIn(identity=colleague.token, request=check_in(things.key_result_id, 2.0))
    async with nothing_appended(processes):
        (row,) = (await colleague.checkins("RecordCheckIns", row_by_row)).verdicts
        (answer,) = await ann.forwarded(sent)
    refusal = from_bytes(answer.refusal)
    assert (row.reason, refusal.reason, refusal.kind) == (reason, reason, Kind.FORBIDDEN)


def test_whatever_is_named_here_is_a_method() -> None:
    assert METHODS.keys() == REQUESTS.keys() | QUERIES | ANSWERED_EACH.keys()
    assert FOR_EVERY_MEMBER.keys() <= REQUESTS.keys()
