"""Effort: time that people spent on tasks and initiatives, so that a team sees where its weeks went. Never a measure of a person."""

from __future__ import annotations

from typing import Any, Final

from pydantic import model_validator
from starlette.responses import Response

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.ids import Id, id_text
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.http import Body, json_response
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response, page_response, page_token
from gateway.schemas.as_of import as_of_message
from gateway.schemas.effort import (
    EFFORT,
    OBJECTIVES_EFFORT,
    EffortPage,
    EffortQuery,
    Minutes,
    TeamEffort,
    TeamEffortQuery,
)
from gateway.schemas.fields import DayField, Kept, ShortText, optional_day
from gateway.schemas.results import CommandResult
from gateway.schemas.values import day_text

effort: Final = Resource(
    "Effort",
    "Time that people spent on tasks and initiatives. Everybody logs their own; a team sees where its weeks went, objective by objective."
    " No answer lines people up by it.",
)


class NewEffort(Body):
    """Time that you spent."""

    minutes: Minutes
    day: DayField | None = None
    """On which day; none: today."""
    note: ShortText = ""


class EffortCorrection(Body):
    """What it was instead; what is left out stays."""

    minutes: Kept[Minutes] = None
    note: Kept[ShortText] = None

    @model_validator(mode="after")
    def _corrects_something(self) -> EffortCorrection:
        if not self.model_fields_set:
            raise ValueError("give minutes or note")
        return self


class EffortRetraction(Body):
    """Why it is taken back."""

    reason: ShortText = ""


@effort.post(
    "/v1/tasks/{task}/effort",
    body=NewEffort,
    example={"minutes": 90, "note": "Wrote to three agencies."},
    answer=CommandResult,
    resource="/v1/tasks/{id}/effort",
    status=201,
    command=True,
)
async def log_task_effort(request: Request, body: NewEffort) -> Response:
    """Log time that you spent on a task that you may know of, today or on an earlier day.

    No day has more than 24 hours, whatever they went into. Of a task that is done or cancelled, and of one for an objective that has ended,
    up to the day of that.
    """
    task_id = await request.id_of(ReferenceKind.TASK, request.path_params["task"])
    return await _logged(request, body, service_pb2.LogEffortRequest(task_id=task_id), task_id)


@effort.post(
    "/v1/initiatives/{initiative}/effort",
    body=NewEffort,
    example={"minutes": 240},
    answer=CommandResult,
    resource="/v1/initiatives/{id}/effort",
    status=201,
    command=True,
)
async def log_initiative_effort(request: Request, body: NewEffort) -> Response:
    """Log time that you spent on an initiative itself, rather than on a task for it.

    As on a task: of one that is done or dropped, up to the day of that.
    """
    initiative_id = await request.id_of(ReferenceKind.INITIATIVE, request.path_params["initiative"])
    return await _logged(request, body, service_pb2.LogEffortRequest(initiative_id=initiative_id), initiative_id)


async def _logged(request: Request, body: NewEffort, message: service_pb2.LogEffortRequest, work_id: Id) -> Response:
    day = optional_day(body.day)
    whose = directory_pb2.GetPersonRequest(person_id=request.identity.person_id, as_of=day)
    person = (await request.ask(request.backends.directory.GetPerson, whose)).person
    asked = service_pb2.LogEffortRequest(
        minutes=body.minutes, day=day, note=body.note, team_ids=[team.team_id for team in person.team_names]
    )
    message.MergeFrom(asked)
    answer = await request.ask(request.backends.goals.LogEffort, message)
    return command_response(request, answer.effort_id, answer.appended, shown_at=work_id)


@effort.get("/v1/tasks/{task}/effort", at_once=LISTS, query=EffortQuery, answer=EffortPage, waits=True)
async def list_task_effort(request: Request) -> Response:
    """List the time that was logged on a task, the newest day first.

    You are shown your own, and, where you have or gave the task, that of others; everybody who may know of it is told how much it is in
    all, unless it is the time of one person alone.
    """
    task_id = await request.id_of(ReferenceKind.TASK, request.path_params["task"])
    return await _listed(request, progress_pb2.ListEffortRequest(task_id=task_id))


@effort.get("/v1/initiatives/{initiative}/effort", at_once=LISTS, query=EffortQuery, answer=EffortPage, waits=True)
async def list_initiative_effort(request: Request) -> Response:
    """List the time that was logged on an initiative and on the tasks for it, the newest day first.

    You are shown your own, and that of others on an initiative that you own or defined and on tasks that you have or gave.
    """
    initiative_id = await request.id_of(ReferenceKind.INITIATIVE, request.path_params["initiative"])
    return await _listed(request, progress_pb2.ListEffortRequest(initiative_id=initiative_id))


@effort.get("/v1/effort", at_once=LISTS, query=EffortQuery, answer=EffortPage, waits=True)
async def list_own_effort(request: Request) -> Response:
    """List the time that you logged, on whatever it was, the newest day first.

    Nobody else can ask this of you.
    """
    return await _listed(request, progress_pb2.ListEffortRequest())


async def _listed(request: Request, message: progress_pb2.ListEffortRequest) -> Response:
    question = request.query(EffortQuery)
    asked: dict[str, Any] = {"day_from": optional_day(question.from_), "day_to": optional_day(question.to)}
    message.MergeFrom(
        progress_pb2.ListEffortRequest(
            **asked,
            as_of=as_of_message(question.as_of, question.known_at),
            page_size=question.limit,
            page_token=page_token(request, question),
            after=position_messages(request.after),
        )
    )
    answer = await request.ask(request.backends.progress.ListEffort, message)
    minutes = answer.minutes if answer.HasField("minutes") else None
    items = await request.all_written(EFFORT, answer.efforts)
    return page_response(request, question, answer.next_page_token, items=items, minutes=minutes)


@effort.post(
    "/v1/effort/{effort}/correction",
    body=EffortCorrection,
    example={"minutes": 60},
    answer=CommandResult,
    resource="/v1/effort",
    status=201,
    command=True,
)
async def correct_effort(request: Request, body: EffortCorrection) -> Response:
    """Correct time that you logged: another time, or another note.

    Day and work stay: what was logged on the wrong ones is taken back, and logged anew. What was said before stays in the audit, and is
    told as known then.
    """
    message = service_pb2.CorrectEffortRequest(effort_id=_effort_id(request), minutes=body.minutes, note=body.note)
    answer = await request.ask(request.backends.goals.CorrectEffort, message)
    return command_response(request, message.effort_id, answer.appended)


@effort.post(
    "/v1/effort/{effort}/retraction",
    body=EffortRetraction,
    body_optional=True,
    example={"reason": "It was another task."},
    answer=CommandResult,
    resource="/v1/effort",
    status=201,
    command=True,
)
async def retract_effort(request: Request, body: EffortRetraction) -> Response:
    """Take back time that you logged: it counts no more.

    What was taken back stays so.
    """
    message = service_pb2.RetractEffortRequest(effort_id=_effort_id(request), reason=body.reason)
    answer = await request.ask(request.backends.goals.RetractEffort, message)
    return command_response(request, message.effort_id, answer.appended)


@effort.get("/v1/teams/{team}/effort", at_once=LISTS, query=TeamEffortQuery, answer=TeamEffort, waits=True)
async def get_team_effort(request: Request) -> Response:
    """Get where the weeks of a team went, objective by objective. For its people, who leads it or a team above it, admins and auditors.

    What those logged who were in the team on the day of it, without the teams below. It names nobody: what one person alone logged
    on an objective in a week is told of it to that person alone. It is in the sum of the week where it is not the only such. What went into
    an objective that you may not know of is in none of the sums.
    """
    question = request.query(TeamEffortQuery)
    named = directory_pb2.GetTeamRequest(team=request.path_params["team"])
    team = (await request.ask(request.backends.directory.GetTeam, named)).team
    message = progress_pb2.GetTeamEffortRequest(
        team_id=team.team_id,
        first_day=optional_day(question.from_),
        last_day=optional_day(question.to),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    answer = await request.ask(request.backends.progress.GetTeamEffort, message)
    weeks = [
        {"from": day_text(week.first_day), "to": day_text(week.last_day), "minutes": week.minutes, "withheld": week.withheld}
        for week in answer.weeks
    ]
    return json_response(
        {
            "team": {"id": id_text(team.team_id), "name": team.name},
            "weeks": weeks,
            "objectives": OBJECTIVES_EFFORT.all(answer.objectives),
            "minutes": answer.minutes,
            "hidden": answer.hidden,
        }
    )


def _effort_id(request: Request) -> Id:
    return request.id_in_path("effort", "id of an entry", "EFFORT_UNKNOWN")
