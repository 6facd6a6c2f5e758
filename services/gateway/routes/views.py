"""What teams, cycles and people come to: the views of progress."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import events_pb2
from cairn.notifications.v1 import service_pb2 as notifications_pb2
from cairn.progress.v1 import service_pb2
from chassis.days import Day
from chassis.ids import Id, id_text
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.http import json_response
from gateway.routes.comments import comments_as_json
from gateway.routes.limits import LISTS, REVIEWS, TREES
from gateway.routes.request import Request, Resource
from gateway.schemas.as_of import AsOf, as_of_message
from gateway.schemas.fields import optional_day
from gateway.schemas.mapping import Json
from gateway.schemas.names import cycle_name
from gateway.schemas.values import day_text, six_digits
from gateway.schemas.views import (
    COUNTED_OBJECTIVE,
    CYCLE_FIGURES,
    REPORTED_KEY_RESULT,
    CyclesCompared,
    CyclesComparedQuery,
    Participation,
    PersonsPage,
    PillarView,
    TeamView,
    TeamViewQuery,
)
from gateway.schemas.work import TASK
from shared.groups import SMALLEST_GROUP
from shared.roles import ADMIN

views: Final = Resource(
    "Views", "What teams and cycles come to, who takes part, and what is somebody's: never who of several people does better."
)

_TEAMS_AT_ONCE: Final = 500
_TASKS: Final = 1_000


@views.get("/v1/teams/{team}/progress", at_once=TREES, query=TeamViewQuery, answer=TeamView, waits=True)
async def get_team_progress(request: Request) -> Response:
    """Get what a team comes to: the mean of its own active objectives, as equals, and the same of each team below it.

    The teams are those of the day that is asked about, as they are known now; the numbers also as far as they were known at an instant.
    """
    question = request.query(TeamViewQuery)
    below = directory_pb2.ListTeamsBelowRequest(team=request.path_params["team"], as_of=_day(request, question))
    teams = (await request.ask(request.backends.directory.ListTeamsBelow, below)).teams
    cycle = None if question.cycle is None else await request.id_of(ReferenceKind.CYCLE, question.cycle, "cycle")
    seen: dict[Id, service_pb2.TeamProgress] = {}
    for start in range(0, len(teams), _TEAMS_AT_ONCE):
        message = service_pb2.GetTeamsProgressRequest(
            team_ids=[team.team_id for team in teams[start : start + _TEAMS_AT_ONCE]],
            cycle_id=cycle,
            as_of=as_of_message(question.as_of, question.known_at),
            after=position_messages(request.after),
        )
        answer = await request.ask(request.backends.progress.GetTeamsProgress, message)
        seen |= {team.team_id: team for team in answer.teams}
    leads = await request.people(team.lead_id for team in teams if team.lead_id)
    shown: dict[Id, Json] = {}
    for team in teams:  # parents first
        view = _team_view(team, seen[team.team_id], leads)
        if team.parent_team_id in shown:
            shown[team.parent_team_id]["teams"].append(view)
        shown[team.team_id] = view
    return json_response(shown[teams[0].team_id])


def _team_view(team: directory_pb2.TeamBelow, seen: service_pb2.TeamProgress, leads: Mapping[Id, Any]) -> Json:
    return {
        "team": {"id": id_text(team.team_id), "name": team.name},
        "lead": leads.get(team.lead_id),
        "progress": six_digits(seen.progress) if seen.HasField("progress") else None,
        "hidden": seen.hidden,
        "objectives": COUNTED_OBJECTIVE.all(seen.objectives),
        "teams": [],
    }


@views.get("/v1/pillars/{pillar}/progress", at_once=TREES, query=TeamViewQuery, answer=PillarView, waits=True)
async def get_pillar_progress(request: Request) -> Response:
    """Get what a strategic pillar comes to: the mean of the active objectives that name it, as equals.

    By its id also one that was removed: objectives may name it still.
    """
    question = request.query(TeamViewQuery)
    named = directory_pb2.GetPillarRequest(pillar=request.path_params["pillar"])
    pillar = (await request.ask(request.backends.directory.GetPillar, named)).pillar
    message = service_pb2.GetPillarsProgressRequest(
        pillar_ids=[pillar.pillar_id],
        cycle_id=None if question.cycle is None else await request.id_of(ReferenceKind.CYCLE, question.cycle, "cycle"),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    (seen,) = (await request.ask(request.backends.progress.GetPillarsProgress, message)).pillars
    return json_response(
        {
            "pillar": {"id": id_text(pillar.pillar_id), "title": pillar.title},
            "progress": six_digits(seen.progress) if seen.HasField("progress") else None,
            "hidden": seen.hidden,
            "objectives": COUNTED_OBJECTIVE.all(seen.objectives),
        }
    )


def _day(request: Request, question: AsOf) -> Day | None:
    """The day that is asked about, where that is another one than today: the one that is named, else that of the instant."""
    if question.as_of is None and question.known_at is not None:
        return request.identity.day_at(question.known_at)
    return optional_day(question.as_of)


@views.get("/v1/cycles/{cycle}/participation", at_once=TREES, query=AsOf, answer=Participation, waits=True)
async def get_participation(request: Request) -> Response:
    """Get how many of the check-ins that were due in a cycle were made, by cadence period and team.

    In a period one is due on every key result that is active at its end; a check-in, or an abstention, of a day of the period makes it.
    A team of fewer than five people is not shown, and people never are.
    """
    question = request.query(AsOf)
    cycle = await request.id_of(ReferenceKind.CYCLE, request.path_params["cycle"])
    message = service_pb2.GetParticipationRequest(
        cycle_id=cycle, as_of=as_of_message(question.as_of, question.known_at), after=position_messages(request.after)
    )
    answer = await request.ask(request.backends.progress.GetParticipation, message)
    team_ids = [team.team_id for team in answer.teams]
    members = directory_pb2.CountMembersRequest(team_ids=team_ids, days=[period.seen_on for period in answer.periods])
    counted = (await request.ask(request.backends.directory.CountMembers, members)).teams if team_ids else ()
    names = await request.people(team_ids)
    periods: list[Json] = [{"from": day_text(period.first_day), "to": day_text(period.last_day), "teams": []} for period in answer.periods]
    for team, counts in zip(answer.teams, counted, strict=True):
        named = {"id": id_text(team.team_id), "name": names[team.team_id]["name"] if team.team_id in names else None}
        for period, due, done, hidden, people in zip(periods, team.due, team.done, team.hidden, counts.members, strict=True):
            if due and people >= SMALLEST_GROUP:
                told = {"due": None, "done": None} if due < 0 else {"due": due, "done": done}
                period["teams"].append({"team": named, **told, "hidden": hidden})
    for period in periods:
        period["teams"].sort(key=lambda each: (each["team"]["name"] or "", each["team"]["id"]))
    return json_response({"cycle": cycle_name(cycle, answer.cycle_name), "periods": periods})


@views.get("/v1/cycle-comparison", at_once=REVIEWS, query=CyclesComparedQuery, answer=CyclesCompared, waits=True)
async def compare_cycles(request: Request) -> Response:
    """Compare cycles: what the objectives of each that are active or closed come to, as equals, each at the point that is asked about.

    Of a cycle that is closed these are the numbers of its end.
    """
    question = request.query(CyclesComparedQuery)
    message = service_pb2.CompareCyclesRequest(
        cycle_ids=[await request.id_of(ReferenceKind.CYCLE, each, "cycle") for each in question.cycle],
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    answer = await request.ask(request.backends.progress.CompareCycles, message)
    return json_response({"cycles": CYCLE_FIGURES.all(answer.cycles), "formula_version": answer.formula_version})


@views.get("/v1/people/{person}/page", at_once=LISTS, query=AsOf, answer=PersonsPage, waits=True)
async def get_persons_page(request: Request) -> Response:
    """Get what is a person's, as far as you may see it: objectives, key results, tasks that they have and that they gave; and what waits.

    Only what is active or open. Of yourself, how much of your inbox is unread, too.
    """
    question = request.query(AsOf)
    person_id = await request.id_of(ReferenceKind.PERSON, request.path_params["person"])
    found = await request.ask(request.backends.directory.GetPerson, directory_pb2.GetPersonRequest(person_id=person_id))
    person_id = found.person.person_id
    as_of, after, progress = as_of_message(question.as_of, question.known_at), position_messages(request.after), request.backends.progress
    open_tasks: Any = {
        "states": [events_pb2.TASK_STATE_OPEN],
        "order": service_pb2.TASK_ORDER_DUE_DAY,
        "page_size": _TASKS,
        "as_of": as_of,
        "after": after,
    }
    objectives, reported, tasks, given = await asyncio.gather(
        request.ask(
            progress.ListObjectives,
            service_pb2.ListObjectivesRequest(
                owner_ids=[person_id], states=[events_pb2.OBJECTIVE_STATE_ACTIVE], page_size=_TASKS, as_of=as_of, after=after
            ),
        ),
        request.ask(progress.ListReported, service_pb2.ListReportedRequest(person_id=person_id, as_of=as_of, after=after)),
        request.ask(progress.ListTasks, service_pb2.ListTasksRequest(assignee_ids=[person_id], **open_tasks)),
        request.ask(progress.ListTasks, service_pb2.ListTasksRequest(giver_ids=[person_id], **open_tasks)),
    )
    own = person_id == request.identity.person_id and as_of is None
    unread, approvals, feedback = (
        await asyncio.gather(_unread(request), _to_approve(request), _feedback_asked(request)) if own else (None, None, None)
    )
    return json_response(
        {
            "person": (await request.people([person_id]))[person_id],
            "objectives": COUNTED_OBJECTIVE.all(map(_counted, objectives.objectives)),
            "key_results": REPORTED_KEY_RESULT.all(reported.key_results),
            "tasks": await request.all_written(TASK, tasks.tasks),
            "given": await request.all_written(TASK, [task for task in given.tasks if task.assignee_id != person_id]),
            "check_ins_due": sum(each.HasField("due_by") for each in reported.key_results),
            "tasks_due": sum(0 < task.due_day <= reported.day for task in tasks.tasks),
            "unread": unread,
            "approvals": None if approvals is None else COUNTED_OBJECTIVE.all(map(_counted, approvals)),
            "feedback": feedback,
        }
    )


def _counted(objective: service_pb2.Objective) -> service_pb2.CountedObjective:
    name = service_pb2.Name(id=objective.objective_id, reference=objective.reference, title=objective.title)
    progress = objective.progress if objective.HasField("progress") else None
    return service_pb2.CountedObjective(objective=name, progress=progress, status=objective.status)


async def _to_approve(request: Request) -> list[service_pb2.Objective]:
    """The submitted drafts that wait for the caller: under objectives of theirs, and at the top for who is an admin; none of their own."""
    progress, me = request.backends.progress, request.identity.person_id
    submitted: Any = {"states": [events_pb2.OBJECTIVE_STATE_DRAFT], "approvals": [events_pb2.APPROVAL_SUBMITTED], "page_size": _TASKS}
    message = service_pb2.ListObjectivesRequest(**submitted, after=position_messages(request.after))
    waiting = [each for each in (await request.ask(progress.ListObjectives, message)).objectives if each.owner_id != me]
    theirs: set[Id] = set()
    if any(each.parent_objective_id for each in waiting):
        named = service_pb2.ListObjectivesRequest(owner_ids=[me], page_size=_TASKS)
        theirs = {each.objective_id for each in (await request.ask(progress.ListObjectives, named)).objectives}
    admin = request.identity.has(ADMIN)
    return [each for each in waiting if (each.parent_objective_id in theirs if each.parent_objective_id else admin)]


async def _feedback_asked(request: Request) -> list[Json]:
    message = service_pb2.ListCommentsRequest(
        asked_of_caller=True, descending=True, page_size=_TASKS, after=position_messages(request.after)
    )
    found = (await request.ask(request.backends.progress.ListComments, message)).comments
    return await comments_as_json(request, found)


async def _unread(request: Request) -> int:
    answer = await request.ask(request.backends.notifications.ListInbox, notifications_pb2.ListInboxRequest(page_size=1))
    return answer.unread
