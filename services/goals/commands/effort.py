"""What can be asked of goals about effort, one function a command, as `goals.commands` says.

Everybody logs their own time alone, on work that they see; correcting and taking back needs no more than that it is theirs.
"""

from __future__ import annotations

from typing import NamedTuple

from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.days import Day
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision
from chassis.ids import Id, new_id
from goals import policy
from goals.aggregates import EFFORT, INITIATIVE, OBJECTIVE, TASK
from goals.commands.work import by_now, objective_served
from goals.domain import effort
from goals.domain.effort import DayOfEffort, Logging, Spent
from goals.domain.tasks import For
from goals.service import Goals


async def log_effort(goals: Goals, call: Call, request: api.LogEffortRequest) -> Appended:
    """Time that the caller spent, today or on the day named. The id of the entry is that of its event: the first of the answer."""
    today = goals.day_of(call)
    day = request.day if request.HasField("day") else today
    work = await _work(goals, call, request, day)
    tenant_id, person_id, effort_id = call.identity.tenant_id, call.identity.person_id, new_id()
    its_day: Aggregate[DayOfEffort] = Aggregate(
        EFFORT, effort.day_id(tenant_id, person_id, day), may=CALLER_WAS_CHECKED, event_id=effort_id
    )
    spent = Spent(request.task_id, work.serves, tuple(dict.fromkeys(request.team_ids)))
    logged = its_day.decision(effort.log, Logging(effort_id, person_id, day, today, request.minutes, request.note, spent))
    return await goals.aggregates.decide_together(call, [logged, *work.requirements])


async def correct_effort(goals: Goals, call: Call, request: api.CorrectEffortRequest) -> Appended:
    """Another time or another note of what the caller logged."""
    its_day = await _own_day(goals, call, request.effort_id)
    return await goals.aggregates.decide(call, its_day.decision(effort.correct, request.effort_id, request))


async def retract_effort(goals: Goals, call: Call, request: api.RetractEffortRequest) -> Appended:
    """Takes back what the caller logged."""
    its_day = await _own_day(goals, call, request.effort_id)
    return await goals.aggregates.decide(call, its_day.decision(effort.retract, request.effort_id, request.reason))


class _Work(NamedTuple):
    """What time is spent on: what it serves by now, and what it has to be for that."""

    serves: For
    requirements: list[Decision]


async def _work(goals: Goals, call: Call, request: api.LogEffortRequest, day: Day) -> _Work:
    """A task, or an initiative, that the caller sees, and that was not over on a day."""
    tenant_id = call.identity.tenant_id
    if request.WhichOneof("on") == "task_id":
        task = (await goals.index.state(tenant_id, TASK, request.task_id)).state
        serves = await by_now(goals, call, task.serves)
        may = policy.whoever_knows_of_task(await objective_served(goals, call, serves), policy.require_worker)
        about = Aggregate(TASK, request.task_id, may=may).requirement(effort.require_worked_on, day)
    else:
        initiative = (await goals.index.state(tenant_id, INITIATIVE, request.initiative_id)).state
        serves = (await by_now(goals, call, initiative.serves))._replace(initiative_id=request.initiative_id)
        its = policy.whoever_sees_initiative(await objective_served(goals, call, serves))
        about = Aggregate(INITIATIVE, request.initiative_id, may=its).requirement(effort.require_moved, day)
    requirements = [about]
    if serves.objective_id:
        requirements.append(Aggregate(OBJECTIVE, serves.objective_id, may=ANYONE).requirement(effort.require_served, day))
    return _Work(serves, requirements)


async def _own_day(goals: Goals, call: Call, effort_id: Id) -> Aggregate[DayOfEffort]:
    """The day of which an entry was logged, for whoever logged it."""
    day_id = await goals.index.day_of_effort(call.identity.tenant_id, effort_id)
    return Aggregate(EFFORT, day_id, may=policy.require_own_effort)
