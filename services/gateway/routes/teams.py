"""The teams of a tenant: a tree, who leads each and who is in it, on any day."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from chassis.ids import Id, id_text, parse_id
from gateway.backends import ReferenceKind
from gateway.http import Answer, AnyOf, Body, Change, Query, json_response
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response, page_response, page_token
from gateway.schemas.fields import NO_SLASH, DayField, DayText, FromDay, IdText, Kept, Reference, optional_day
from gateway.schemas.mapping import JsonMapping, person, read
from gateway.schemas.names import CreatedAt, CreatedBy, PersonName, TeamName, UpdatedAt, UpdatedBy, team_with_id
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.results import CommandResult
from gateway.schemas.values import day_text

teams: Final = Resource(
    "Teams", "A tree of teams, who leads each and who is in it; each thing holds from a day on, and any day can be asked about."
)

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_SLASH, examples=["Core"])]


class NewTeam(Body):
    """A team to be founded."""

    name: Name
    """Unique among the teams that are there, whether its letters are small or capital."""
    parent: Reference | None = None
    """The team above it, by its name or its id; none: it stands at the top."""
    lead: Reference | None = None
    """Who leads it: a handle or an id."""
    holds_from: FromDay | None = None


class TeamChange(Change):
    """What shall be otherwise; what is left out stays. null: at the top, and led by nobody."""

    name: Kept[Name] = None
    parent: Reference | None = None
    lead: Reference | None = None
    holds_from: FromDay | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> TeamChange:
        if not self.model_fields_set & {"name", "parent", "lead"}:
            raise ValueError("give name, parent or lead, or several of them")
        return self


class Dissolution(Body):
    """From which day on it holds."""

    holds_from: FromDay | None = None


class Membership(Body):
    """From which day on it holds."""

    holds_from: FromDay | None = None


class OnDay(Query):
    """From which day on it holds."""

    holds_from: FromDay | None = None
    """From that day on they are in it no longer; none: from today."""


class Team(Answer):
    """A team."""

    id: Annotated[IdText, read("team_id", write=id_text)]
    name: str
    parent: Annotated[TeamName | None, read("parent", write=lambda parent: team_with_id(parent) if parent.team_id else None)]
    """null: it stands at the top."""
    lead: Annotated[PersonName | None, person("lead_id")]
    """null: nobody leads it."""
    founded_on: Annotated[DayText | None, read("founded_on", write=day_text)]
    """null: it has been there since ever."""
    dissolved_on: Annotated[DayText | None, read("dissolved_on", write=day_text)]
    """The first day on which it is there no longer; null: it is there."""
    members: int
    """How many people are in it, without those in the teams below."""
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class Member(Answer):
    """Somebody who is in a team."""

    person: Annotated[PersonName, person("person_id")]
    since: Annotated[DayText | None, read("since", write=day_text)]
    """null: since ever."""


class TeamAsOf(Query):
    """Of which day."""

    as_of: DayField | None = None
    """As it was on this day; none: as it is now."""


class TeamsQuery(Page):
    """Which teams: those that have one of the values of every parameter that is given."""

    parent: AnyOf[Reference] = Field(default_factory=list)
    """Right below which they stand, by its name or its id."""
    lead: AnyOf[Reference] = Field(default_factory=list)
    """Who leads them: a handle or an id."""
    as_of: DayField | None = None
    """As they were on this day; none: as they are now."""


class MembersQuery(Page):
    """Of which day."""

    as_of: DayField | None = None
    """Who was in it on this day; none: who is in it now."""


class TeamsPage(PageOf[Team]):
    """A page of teams, in the order in which they were founded."""


class MembersPage(PageOf[Member]):
    """A page of people, in the order in which they joined the tenant."""


_TEAM: Final = JsonMapping(Team, service_pb2.Team)
_MEMBER: Final = JsonMapping(Member, service_pb2.Member)


@teams.post(
    "/v1/teams",
    body=NewTeam,
    example={"name": "Core", "lead": "admin"},
    answer=CommandResult,
    resource="/v1/teams/{id}",
    status=201,
    command=True,
)
async def found_team(request: Request, body: NewTeam) -> Response:
    """Found a team, at the top or below another one. For admins.

    Its name is unique among the teams that are there. People are put into it by `PUT /v1/teams/{team}/members/{person}`.
    """
    message = service_pb2.FoundTeamRequest(
        name=body.name,
        parent=body.parent or "",
        lead_id=await _lead(request, body.lead),
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.directory.FoundTeam, message)
    return command_response(request, answer.team_id, answer.appended)


@teams.get("/v1/teams", at_once=LISTS, query=TeamsQuery, answer=TeamsPage)
async def list_teams(request: Request) -> Response:
    """List the teams that are there, now or on a day, in the order in which they were founded.

    Those that have one of the values of every filter. Everybody of the tenant may.
    """
    page = request.query(TeamsQuery)
    message = service_pb2.ListTeamsRequest(
        page_size=page.limit,
        page_token=page_token(request, page),
        as_of=optional_day(page.as_of),
        parents=page.parent,
        lead_ids=await request.person_ids(page.lead, "lead"),
    )
    answer = await request.ask(request.backends.directory.ListTeams, message)
    return page_response(request, page, answer.next_page_token, items=await request.all_written(_TEAM, answer.teams))


@teams.get("/v1/teams/{team}", query=TeamAsOf, answer=Team)
async def get_team(request: Request) -> Response:
    """Get a team, by its name or its id, as it is now or was on a day.

    By its id also one that is there no longer. A name is that of the day; what no team is called on that day names the one that was, or
    came to be, called so last.
    """
    as_of = optional_day(request.query(TeamAsOf).as_of)
    message = service_pb2.GetTeamRequest(team=request.path_params["team"], as_of=as_of)
    answer = await request.ask(request.backends.directory.GetTeam, message)
    return json_response(await request.written(_TEAM, answer.team))


@teams.patch("/v1/teams/{team}", body=TeamChange, example={"lead": "admin"}, answer=CommandResult, resource="/v1/teams/{id}", command=True)
async def revise_team(request: Request, body: TeamChange) -> Response:
    """Call a team otherwise, put it below another one or at the top, or let somebody else lead it, from a day on. For admins.

    It keeps its id, and is called so everywhere at once. A team that would come to stand below itself is refused (409).
    """
    said = body.model_fields_set
    message = service_pb2.ReviseTeamRequest(
        team=await _team(request),
        name=body.name,
        parent=(body.parent or "") if "parent" in said else None,
        lead_id=await _lead(request, body.lead) if "lead" in said else None,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.directory.ReviseTeam, message)
    return command_response(request, parse_id(message.team), answer.appended)


@teams.post(
    "/v1/teams/{team}/dissolve",
    body=Dissolution,
    body_optional=True,
    example={"holds_from": "2026-02-02"},
    answer=CommandResult,
    resource="/v1/teams/{id}",
    command=True,
)
async def dissolve_team(request: Request, body: Dissolution) -> Response:
    """Dissolve a team that has no team below it, from a day on: whoever was in it is in it no longer. For admins.

    Its name is free for another one; what was true of it before that day can be asked still.
    """
    message = service_pb2.DissolveTeamRequest(team=await _team(request), holds_from=optional_day(body.holds_from))
    answer = await request.ask(request.backends.directory.DissolveTeam, message)
    return command_response(request, parse_id(message.team), answer.appended)


@teams.get("/v1/teams/{team}/members", at_once=LISTS, query=MembersQuery, answer=MembersPage)
async def list_members(request: Request) -> Response:
    """List who is in a team, now or on a day.

    Without those in the teams below, and without those who have left.
    """
    page = request.query(MembersQuery)
    message = service_pb2.ListMembersRequest(
        team=request.path_params["team"],
        page_size=page.limit,
        page_token=page_token(request, page),
        as_of=optional_day(page.as_of),
    )
    answer = await request.ask(request.backends.directory.ListMembers, message)
    return page_response(request, page, answer.next_page_token, items=await request.all_written(_MEMBER, answer.members))


@teams.put(
    "/v1/teams/{team}/members/{person}",
    body=Membership,
    body_optional=True,
    example={"holds_from": "2026-02-02"},
    answer=CommandResult,
    resource="/v1/people/{id}",
    command=True,
)
async def add_member(request: Request, body: Membership) -> Response:
    """Let a person be in a team from a day on. For admins.

    They stay in the teams that they are in.
    """
    message = service_pb2.AddMemberRequest(
        team=await _team(request), person_id=await _member(request), holds_from=optional_day(body.holds_from)
    )
    answer = await request.ask(request.backends.directory.AddMember, message)
    return command_response(request, message.person_id, answer.appended)


@teams.delete("/v1/teams/{team}/members/{person}", query=OnDay, answer=CommandResult, resource="/v1/people/{id}", command=True)
async def remove_member(request: Request) -> Response:
    """Let a person be in a team no longer, from a day on. For admins.

    That they were in it before that day can be asked still.
    """
    message = service_pb2.RemoveMemberRequest(
        team=await _team(request),
        person_id=await _member(request),
        holds_from=optional_day(request.query(OnDay).holds_from),
    )
    answer = await request.ask(request.backends.directory.RemoveMember, message)
    return command_response(request, message.person_id, answer.appended)


async def _team(request: Request) -> str:
    """The id of the team that the path names."""
    return id_text(await request.id_of(ReferenceKind.TEAM, request.path_params["team"]))


async def _member(request: Request) -> Id:
    return await request.id_of(ReferenceKind.PERSON, request.path_params["person"])


async def _lead(request: Request, lead: str | None) -> Id:
    return b"" if lead is None else await request.id_of(ReferenceKind.PERSON, lead, "lead", "lead")
