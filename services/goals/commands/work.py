"""What can be asked of goals about tasks, initiatives and milestones, one function a command, as `goals.commands` says.

What work is for is one that the caller sees and that has not ended; afterwards it is only named. Who may do something to work asks of what
it is for whether they see it: to everybody else it is unknown.
"""

from __future__ import annotations

from typing import Protocol

from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision
from chassis.ids import Id, new_id
from goals import policy
from goals.aggregates import INITIATIVE, MILESTONE, OBJECTIVE, TASK
from goals.commands.units import asked_of, reservation
from goals.domain import initiatives, key_results, milestones, objectives, tasks
from goals.domain.initiatives import Initiative
from goals.domain.milestones import Milestone
from goals.domain.objectives import Objective
from goals.domain.tasks import NOTHING, For, Task
from goals.service import Goals
from shared.holding import Asked


async def give_task(goals: Goals, call: Call, request: api.GiveTaskRequest) -> Appended:
    """A new task. The first aggregate of the answer is the task."""
    policy.require_definer(call.identity)
    policy.require_behalf(call.identity, request.on_behalf_of)
    task_id, giver_id = new_id(), request.on_behalf_of or call.identity.person_id
    serves = await _served(goals, call, request)
    about = Aggregate(TASK, task_id, may=CALLER_WAS_CHECKED, on_behalf_of=request.on_behalf_of)
    unit = [about.decision(tasks.give, task_id, giver_id, request, serves)]
    unit += _open(serves)
    return await goals.aggregates.decide_together(call, unit + reservation(goals, call, "task", request.reference, task_id, task_id))


async def revise_task(goals: Goals, call: Call, request: api.ReviseTaskRequest) -> Appended:
    """Changes what is set in the request, and differs; for its giver and admins."""
    about = await _task(goals, call, request, policy.require_task_edit, request.on_behalf_of)
    return await goals.aggregates.decide(call, about.decision(tasks.revise, request, asked_today(goals, call)))


async def finish_task(goals: Goals, call: Call, request: api.FinishTaskRequest) -> Appended:
    """It is done; for whoever has or gave it."""
    about = await _task(goals, call, request, policy.require_task_part, request.on_behalf_of)
    return await goals.aggregates.decide(call, about.decision(tasks.finish, asked_of(goals, call, request), imported=request.imported))


async def reopen_task(goals: Goals, call: Call, request: api.ReopenTaskRequest) -> Appended:
    """It is open again; for whoever has or gave it."""
    about = await _task(goals, call, request, policy.require_task_part)
    return await goals.aggregates.decide(call, about.decision(tasks.reopen, request.reason, asked_of(goals, call, request)))


async def cancel_task(goals: Goals, call: Call, request: api.CancelTaskRequest) -> Appended:
    """Gives a task up; for its giver and admins."""
    about = await _task(goals, call, request, policy.require_task_edit)
    return await goals.aggregates.decide(call, about.decision(tasks.cancel, request.reason, asked_of(goals, call, request)))


async def define_initiative(goals: Goals, call: Call, request: api.DefineInitiativeRequest) -> Appended:
    """A new initiative. The first aggregate of the answer is the initiative."""
    policy.require_definer(call.identity)
    initiative_id, creator_id = new_id(), call.identity.person_id
    serves = await _served(goals, call, request)
    about = Aggregate(INITIATIVE, initiative_id, may=CALLER_WAS_CHECKED)
    unit = [about.decision(initiatives.define, initiative_id, creator_id, request, serves), *_open(serves)]
    unit += reservation(goals, call, "initiative", request.reference, initiative_id, initiative_id)
    return await goals.aggregates.decide_together(call, unit)


async def revise_initiative(goals: Goals, call: Call, request: api.ReviseInitiativeRequest) -> Appended:
    """Changes what is set in the request, and differs; for its owner, who defined it, and admins."""
    known = (await goals.index.state(call.identity.tenant_id, INITIATIVE, request.initiative_id)).state
    may = policy.whoever_keeps_initiative(await objective_served(goals, call, known.serves))
    about: Aggregate[Initiative] = Aggregate(INITIATIVE, request.initiative_id, request.expected_version, may=may)
    return await goals.aggregates.decide(call, about.decision(initiatives.revise, request, asked_of(goals, call, request)))


async def plan_milestone(goals: Goals, call: Call, request: api.PlanMilestoneRequest) -> Appended:
    """A new milestone. The first aggregate of the answer is the milestone."""
    policy.require_definer(call.identity)
    milestone_id = new_id()
    about = Aggregate(MILESTONE, milestone_id, may=CALLER_WAS_CHECKED)
    unit = [about.decision(milestones.plan, milestone_id, call.identity.person_id, request)]
    unit += reservation(goals, call, "milestone", request.reference, milestone_id, milestone_id)
    return await goals.aggregates.decide_together(call, unit)


async def revise_milestone(goals: Goals, call: Call, request: api.ReviseMilestoneRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    return await goals.aggregates.decide(call, _milestone(request).decision(milestones.revise, request, asked_today(goals, call)))


async def reach_milestone(goals: Goals, call: Call, request: api.ReachMilestoneRequest) -> Appended:
    """It was reached."""
    return await goals.aggregates.decide(call, _milestone(request).decision(milestones.reach, asked_of(goals, call, request)))


async def postpone_milestone(goals: Goals, call: Call, request: api.PostponeMilestoneRequest) -> Appended:
    """It will be on a later day."""
    postponed = _milestone(request).decision(milestones.postpone, request.to_day, request.reason, asked_of(goals, call, request))
    return await goals.aggregates.decide(call, postponed)


def asked_today(goals: Goals, call: Call) -> Asked:
    """From today on."""
    return Asked(None, goals.day_of(call))


class _OnTask(Protocol):
    task_id: Id
    expected_version: int


class _OnMilestone(Protocol):
    milestone_id: Id
    expected_version: int


def _milestone(request: _OnMilestone) -> Aggregate[Milestone]:
    return Aggregate(MILESTONE, request.milestone_id, request.expected_version, may=policy.require_milestone_keeper)


async def _task(goals: Goals, call: Call, request: _OnTask, require: policy.TaskRule, on_behalf_of: Id = b"") -> Aggregate[Task]:
    """A task at the version that the caller has seen, for those whom a rule lets through who know of what it is for.

    `on_behalf_of`: whom the rule is asked about, where an admin or a service speaks for somebody.
    """
    policy.require_behalf(call.identity, on_behalf_of)
    known = (await goals.index.state(call.identity.tenant_id, TASK, request.task_id)).state
    may = policy.whoever_knows_of_task(await objective_served(goals, call, known.serves), policy.as_of_somebody(require, on_behalf_of))
    return Aggregate(TASK, request.task_id, request.expected_version, may=may, on_behalf_of=on_behalf_of)


async def objective_served(goals: Goals, call: Call, serves: For) -> Objective | None:
    """What work serves in the end; None: nothing. It changes where a key result is moved."""
    if not serves.objective_id:
        return None
    return (await goals.index.state(call.identity.tenant_id, OBJECTIVE, (await by_now(goals, call, serves)).objective_id)).state


async def by_now(goals: Goals, call: Call, serves: For) -> For:
    """What work serves, with the objective that its key result belongs to by now."""
    if not serves.key_result_id:
        return serves
    return serves._replace(objective_id=await goals.index.home_of(call.identity.tenant_id, serves.key_result_id))


async def _served(goals: Goals, call: Call, request: api.GiveTaskRequest | api.DefineInitiativeRequest) -> For:
    """What new work is for. Raises Refused (INITIATIVE_UNKNOWN)."""
    match request.WhichOneof("serves"):
        case "objective_id":
            return For(request.objective_id)
        case "key_result_id":
            return For(await goals.index.home_of(call.identity.tenant_id, request.key_result_id), request.key_result_id)
        case "initiative_id":
            initiative_id: Id = request.initiative_id  # type: ignore[union-attr]  # only a task is for one
            known = (await goals.index.state(call.identity.tenant_id, INITIATIVE, initiative_id)).state
            initiatives.require_known(known)
            return (await by_now(goals, call, known.serves))._replace(initiative_id=initiative_id)
        case _:
            return NOTHING


def _open(serves: For) -> list[Decision]:
    """That what new work is for is one that the caller sees, and has not ended."""
    if not serves.objective_id:
        return []
    if serves.initiative_id:
        unknown = initiatives.unknown_initiative()
    elif serves.key_result_id:
        unknown = key_results.unknown_key_result()
    else:
        unknown = objectives.unknown_objective()
    objective = Aggregate(OBJECTIVE, serves.objective_id, may=policy.whoever_sees(unknown))
    field = "initiative_id" if serves.initiative_id else "key_result_id" if serves.key_result_id else "objective_id"
    if serves.key_result_id:
        unit = [objective.requirement(key_results.require_standing, serves.key_result_id, field)]
    else:
        unit = [objective.requirement(objectives.require_open, field)]
    if serves.initiative_id:
        unit.append(Aggregate(INITIATIVE, serves.initiative_id, may=ANYONE).requirement(initiatives.require_under_way))
    return unit
