"""The people of a tenant, their roles and teams."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response
from typing_extensions import TypeAliasType

from cairn.directory.v1 import service_pb2
from cairn.directory.v1.service_pb2 import PERSON_STATE_LEFT
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text, parse_id
from gateway.backends import person_request
from gateway.http import Answer, AnyOf, Body, Change, Query, json_response
from gateway.routes.duties import Duty, duties_of, with_a_part
from gateway.routes.handing_over import Owned, owned_by
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import changes_response, command_response, page_token
from gateway.routes.service_status import taken_in_by
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.enums import PERSON_STATES, ROLES, PersonStateWord, RoleWord
from gateway.schemas.fields import (
    EMAIL,
    NO_SLASH,
    ONE_LINE,
    DayField,
    DayText,
    EmptiedList,
    EmptiedText,
    FromDay,
    IdText,
    Kept,
    Reference,
    Word,
    optional_day,
)
from gateway.schemas.lists import SearchText
from gateway.schemas.mapping import Json, JsonMapping, read
from gateway.schemas.mapping import person as person_read
from gateway.schemas.names import CreatedAt, CreatedBy, PersonName, TeamName, UpdatedAt, UpdatedBy, teams_with_ids
from gateway.schemas.results import CommandResult
from gateway.schemas.values import day_text, optional_text, reference_or_id
from gateway.security import log_change
from shared.roles import ADMIN, CHAMPION, MEMBER, SERVICE

people: Final = Resource("People", "Who belongs to the tenant, and what each may do.")

_REPORTING: Final = frozenset({ADMIN, CHAMPION, MEMBER, SERVICE})
"""The roles of which each lets a person report on what is theirs."""

Handle = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_SLASH, examples=["martin"])]
PersonsName = Annotated[str, Field(max_length=200, pattern=ONE_LINE, examples=["Martin Example"])]
EmailAddress = Annotated[str, Field(max_length=254, pattern=EMAIL, examples=["martin@example.com"])]
Teams = Annotated[list[Annotated[Word, Field(min_length=1)]], Field(max_length=100)]
Roles = Annotated[list[RoleWord], Field(max_length=6)]


class NewPerson(Body):
    """A person to be added."""

    handle: Handle
    """What others type to name the person; unique in the tenant."""
    name: PersonsName = ""
    email: EmailAddress = ""
    roles: Roles = Field(default_factory=list)
    """None: member."""
    teams: Teams = Field(default_factory=list)
    """Each by its name or its id; there must be such teams."""


class PersonChange(Change):
    """What shall be otherwise; what is left out stays, and null empties a name, an e-mail address and teams."""

    handle: Kept[Handle] = None
    """The one before stays theirs: what names them by it finds them."""
    name: EmptiedText[PersonsName] = None
    email: EmptiedText[EmailAddress] = None
    roles: Kept[Annotated[list[RoleWord], Field(min_length=1, max_length=6)]] = None
    teams: EmptiedList[Teams] = None
    """All that they are in from then on, each by its name or its id."""
    holds_from: FromDay | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> PersonChange:
        if not self.model_fields_set:
            raise ValueError("give what shall be otherwise: handle, name, email, roles, teams")
        return self

    def profile(self) -> service_pb2.ProfileChange | None:
        """What shall be otherwise of the profile; None: nothing."""
        changed = {field: value for field in ("handle", "name", "email") if (value := getattr(self, field)) is not None}
        return service_pb2.ProfileChange(**changed) if changed else None


class Person(Answer):
    """A person."""

    id: Annotated[IdText, read("person_id", write=id_text)]
    handle: Annotated[str | None, read("handle", write=optional_text)]
    """None: forgotten."""
    name: Annotated[str | None, read("name", write=optional_text)]
    email: Annotated[str | None, read("email", write=optional_text)]
    roles: Annotated[list[RoleWord], read("roles", write=ROLES.words)]
    teams: Annotated[list[TeamName], read("team_names", write=teams_with_ids)]
    manager: Annotated[PersonName | None, person_read("manager_id")]
    state: Annotated[PersonStateWord, read("state", write=PERSON_STATES.word)]
    """left: signs in no more, and may nothing; roles and teams are those that they come back with."""
    left_on: Annotated[DayText | None, read("left_on", write=day_text)]
    """The first day on which they were there no longer; null: they are there."""
    invited: Annotated[bool, read("invited")]
    """They are added and may sign in, and have not yet: neither that, nor changed anything of the organisation."""
    version: int
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class Managing(Body):
    """Who manages somebody."""

    manager: Reference | None
    """A person; null: nobody."""
    holds_from: FromDay | None = None


class PersonAsOf(Query):
    """Of which day."""

    as_of: DayField | None = None
    """The day of teams, manager and state; none: today."""


class PeopleQuery(Changes):
    """Which people: those that have one of the values of every parameter that is given."""

    text: SearchText = ""
    """Their handle, name and e-mail address have words that begin so: every word that is given, in any order, whatever their case and
    accents.
    """
    role: AnyOf[RoleWord] = Field(default_factory=list)
    """One of their roles."""
    team: AnyOf[Word] = Field(default_factory=list)
    """One of their teams, by its name or its id."""
    manager: AnyOf[Reference] = Field(default_factory=list)
    """Who manages them: a handle or an id."""
    handle: AnyOf[Reference] = Field(default_factory=list)
    """What they sign in under, or their id."""
    state: AnyOf[PersonStateWord] = Field(default_factory=list)
    """Whether they are there still."""
    invited: bool | None = None
    """true: those alone who are invited, and have not come yet; false: without them."""
    as_of: DayField | None = None
    """The day of teams, manager and state; none: today."""
    sort: Literal["id", "-id"] = "id"
    """Downwards with -. By id: as they joined."""


class PeoplePage(ChangesPageOf[Person]):
    """A page of people."""

    count: int
    """How many people the filters let through, on all pages together."""


PERSON: Final = JsonMapping(Person, service_pb2.Person)


@people.post(
    "/v1/people",
    body=NewPerson,
    example={"handle": "martin", "name": "Martin Example", "email": "martin@example.com", "roles": ["member"], "teams": ["core"]},
    answer=CommandResult,
    resource="/v1/people/{id}",
    status=201,
    command=True,
)
async def add_person(request: Request, body: NewPerson) -> Response:
    """Add a person. For admins.

    They sign in under their handle from then on, which stays theirs also when they leave. Whoever is added by an import or by this is
    the same person where the handle is the same.
    """
    message = service_pb2.AddPersonRequest(
        handle=body.handle, name=body.name, email=body.email, roles=map(ROLES.number, body.roles), teams=body.teams
    )
    answer = await request.ask(request.backends.directory.AddPerson, message)
    log_change("person_added", request.identity, of=id_text(answer.person.person_id), roles=",".join(ROLES.words(answer.person.roles)))
    return command_response(request, answer.person.person_id, answer.appended)


@people.get("/v1/people", at_once=LISTS, query=PeopleQuery, answer=PeoplePage, gone_on=True)
async def list_people(request: Request) -> Response:
    """List the people of the tenant that have one of the values of every filter, in the order in which they joined.

    Those who have left too, with `state: left`: what they own and did bears their name.
    With `changed_since`: who has joined, left, come back or was given other roles or teams since then.
    """
    page = request.query(PeopleQuery)
    message = service_pb2.ListPeopleRequest(
        text=page.text,
        page_size=page.limit,
        page_token=page_token(request, page),
        roles=map(ROLES.number, page.role),
        teams=page.team,
        person_ids=await request.person_ids(page.handle, "handle"),
        states=map(PERSON_STATES.number, page.state),
        invited=page.invited,
        as_of=optional_day(page.as_of),
        manager_ids=await request.person_ids(page.manager, "manager"),
        descending=page.sort == "-id",
        changed_since=await request.changed_since(page.changed_since),
    )
    answer = await request.ask(request.backends.directory.ListPeople, message)
    return changes_response(request, page, answer, await request.all_written(PERSON, answer.people), count=answer.count)


@people.get("/v1/people/{person}", query=PersonAsOf, answer=Person, versioned=True)
async def get_person(request: Request) -> Response:
    """Get a person, by id or handle; their teams, manager and state as they are now, or as they were on a day.

    Everybody of the tenant may look each other up.
    """
    person = await _person(request, optional_day(request.query(PersonAsOf).as_of))
    return json_response(await request.written(PERSON, person), version=person.version)


@people.patch(
    "/v1/people/{person}",
    body=PersonChange,
    example={"name": "Martin Sample", "roles": ["champion", "member"]},
    answer=CommandResult,
    resource="/v1/people/{id}",
    command=True,
    versioned=True,
)
async def change_person(request: Request, body: PersonChange) -> Response:
    """Change a person's handle, name, e-mail address, roles and teams. For admins; one's own name and e-mail address, for oneself.

    It holds at once where it is done, and everywhere within two seconds: whatever names the person shows the new name then, what was
    before included. A handle that they had stays theirs: who signs in by it, and a table that names it, is them, and nobody else is given
    it. Of somebody whose key was lost (`handle` and `name` are null) it is the profile that they have from now on. A tenant always keeps
    an admin.
    """
    person = await _person(request)
    profile = body.profile()
    if body.roles is None and body.teams is None:
        change = service_pb2.ChangePersonProfileRequest(
            person_id=person.person_id, profile=profile, expected_version=request.expected_version
        )
        appended = (await request.ask(request.backends.directory.ChangePersonProfile, change)).appended
        _log_profile_change(request, person.person_id, profile)
        return command_response(request, person.person_id, appended)
    message = service_pb2.ChangePersonRolesRequest(
        person_id=person.person_id,
        roles=person.roles if body.roles is None else map(ROLES.number, body.roles),
        teams=person.teams if body.teams is None else body.teams,
        # What is left out is taken from the version that was read, so this is the version to change.
        expected_version=request.expected_version or person.version,
        profile=profile,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.directory.ChangePersonRoles, message)
    _log_profile_change(request, person.person_id, profile)
    roles = ",".join(ROLES.words(message.roles))
    log_change("roles_changed", request.identity, of=id_text(person.person_id), roles=roles, teams=",".join(message.teams))
    return command_response(request, person.person_id, answer.appended)


@people.put(
    "/v1/people/{person}/manager",
    body=Managing,
    example={"manager": "admin"},
    answer=CommandResult,
    resource="/v1/people/{id}",
    command=True,
    versioned=True,
)
async def change_manager(request: Request, body: Managing) -> Response:
    """Say who manages a person, from a day on. For admins.

    Nobody comes to manage themselves, be it through others: what would close a circle is refused (409).
    """
    person = await _person(request)
    message = service_pb2.ChangeManagerRequest(
        person_id=person.person_id,
        manager_id=b"" if body.manager is None else await request.person_id(body.manager, "manager"),
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.directory.ChangeManager, message)
    return command_response(request, person.person_id, answer.appended)


class Leaving(Body):
    """Since when, and who takes over what they have."""

    hand_over_to: Reference | None = None
    """Their objectives, key results and tasks that have not ended become this person's; none: they stay theirs."""
    holds_from: FromDay | None = None
    """The first day on which they are there no longer, none after today; none: today. It says of who has left that it was another day."""


OwnedKindWord = TypeAliasType("OwnedKindWord", Annotated[Literal["objective", "key_result", "task"], Field(title="OwnedKind")])


class OwnedThing(Answer):
    """Something that somebody has, and that has not ended."""

    kind: OwnedKindWord
    id: IdText
    ref: str
    """Its reference, else its id."""
    title: str


class NotHandedOver(OwnedThing):
    """Something that could not be handed over."""

    reason: str
    """As of a problem."""
    detail: str


DutyKindWord = TypeAliasType("DutyKindWord", Annotated[Literal["team", "person", "initiative", "kpi"], Field(title="DutyKind")])


class HeldDuty(Answer):
    """What somebody answers for: a team that they lead, a person whom they manage, an initiative or a KPI of theirs that goes on."""

    kind: DutyKindWord
    id: IdText
    ref: str
    """Its reference, of a person the handle; else its id."""
    title: str
    """What it is called."""


class DutyNotHandedOver(HeldDuty):
    """A duty that could not be handed over."""

    reason: str
    """As of a problem."""
    detail: str


class Left(CommandResult):
    """A person has left."""

    model_config = ConfigDict(title="Left")

    handed_over: list[OwnedThing]
    not_handed_over: list[NotHandedOver]
    """What stays theirs, and why."""
    duties_handed_over: list[HeldDuty]
    """Teams that they led, people whom they managed, initiatives and KPIs of theirs."""
    duties_not_handed_over: list[DutyNotHandedOver]
    """Which of these stay theirs, and why."""
    parts_ended: list[OwnedThing]
    """Of the key results handed over, those to whose value they gave a part of their own: it counts there no longer."""


class OwnedThings(Answer):
    """What somebody has that has not ended: objectives that they own, then key results, then tasks; and what else they answer for."""

    things: list[OwnedThing]
    duties: list[HeldDuty]
    """Teams that they lead, then people whom they manage, then initiatives and KPIs of theirs that go on."""
    parts: list[OwnedThing]
    """Of the key results, those to whose value they gave a part of their own: once handed over, it counts there no longer."""


@people.get("/v1/people/{person}/owned", at_once=LISTS, answer=OwnedThings, waits=True)
async def list_owned(request: Request) -> Response:
    """Get what a person has that has not ended, as far as you may know of it: what is to be handed over when they leave.

    Their objectives, the key results that they own, alone or with others, and their open tasks; the teams that they lead, the people whom
    they manage, and their initiatives and KPIs that go on.
    """
    person = await _person(request)
    things = list(map(_owned, await owned_by(request, person.person_id)))
    duties = list(map(_owned, await duties_of(request, person.person_id)))
    return json_response({"things": things, "duties": duties, "parts": _among(things, await with_a_part(request, person.person_id))})


@people.post(
    "/v1/people/{person}/leave",
    body=Leaving,
    body_optional=True,
    example={"holds_from": "2026-03-31"},
    answer=Left,
    resource="/v1/people/{id}",
    command=True,
    versioned=True,
)
async def leave_person(request: Request, body: Leaving) -> Response:
    """Note that a person has left: they sign in no more, and every session of theirs ends. For admins.

    They sign in no more at once where it is done, and everywhere within two seconds, whichever day they left on; in their teams they are
    until that day (`holds_from`). What is theirs keeps their name, unless it is handed over: with `hand_over_to` their objectives, key
    results and tasks that have not ended become somebody else's, from today on, and so do the teams that they lead, the people whom they
    manage, and their initiatives and KPIs. The parts that they gave of a key result count no longer once it is handed over. Sent again,
    it hands over what is left, and says that it was another day. Their handle stays theirs. A tenant always keeps an admin.
    """
    person = await _person(request)
    to = None if body.hand_over_to is None else await _successor(request, person.person_id, body.hand_over_to)
    message = service_pb2.LeavePersonRequest(
        person_id=person.person_id, expected_version=request.expected_version, holds_from=optional_day(body.holds_from)
    )
    answer = await request.ask(request.backends.directory.LeavePerson, message)
    log_change("person_left", request.identity, of=id_text(person.person_id))
    handed = _HandedOver() if to is None else await _all_handed_over(request, person.person_id, to)
    return command_response(
        request,
        person.person_id,
        answer.appended,
        handed_over=handed.things,
        not_handed_over=handed.things_kept,
        duties_handed_over=handed.duties,
        duties_not_handed_over=handed.duties_kept,
        parts_ended=handed.parts_ended,
    )


async def _successor(request: Request, leaver: Id, named: str) -> Id:
    """Who takes over. Raises Refused: INVALID, PERSON_LEFT, MAY_NOT_REPORT."""
    request.identity.require(ADMIN)
    to = await request.person_id(named, "hand_over_to")
    if to == leaver:
        raise invalid("hand_over_to", "name somebody else than who leaves")
    successor = (await request.ask(request.backends.directory.GetPerson, person_request(named))).person
    if successor.state == PERSON_STATE_LEFT:
        raise invalid("hand_over_to", "this person has left; name somebody who is there", "PERSON_LEFT")
    if _REPORTING.isdisjoint(roles := ROLES.words(successor.roles)):
        message = f"as {' and '.join(roles)} this person may report on nothing; name somebody who may, or give them another role first"
        raise invalid("hand_over_to", message, "MAY_NOT_REPORT")
    return to


_HANDED_OVER_AT_ONCE: Final = 16
"""Things: each waits until nobody acts on what was before it, and takes little else."""


class _HandedOver(NamedTuple):
    """What was handed over of whoever has left, what was not, and which of their parts count no longer."""

    things: Sequence[Json] = ()
    things_kept: Sequence[Json] = ()
    duties: Sequence[Json] = ()
    duties_kept: Sequence[Json] = ()
    parts_ended: Sequence[Json] = ()


async def _all_handed_over(request: Request, leaver: Id, to: Id) -> _HandedOver:
    """Hands over what somebody has, and what else they answer for, by all that was said until they left."""
    await taken_in_by(request, "progress")
    given = await with_a_part(request, leaver)
    things, things_kept = await _each_handed_over(request, await owned_by(request, leaver), leaver, to)
    return _HandedOver(
        things, things_kept, *await _each_handed_over(request, await duties_of(request, leaver), leaver, to), _among(things, given)
    )


async def _each_handed_over(request: Request, all_of_it: Sequence[Owned | Duty], leaver: Id, to: Id) -> tuple[list[Json], list[Json]]:
    """Hands over some things, several at once; answers what was, and what was not.

    What is of one objective goes one after the other: each would change it under the others.
    """
    of_one: dict[Id, list[Owned | Duty]] = {}
    for thing in all_of_it:
        of_one.setdefault(thing.within, []).append(thing)
    lanes = asyncio.Semaphore(_HANDED_OVER_AT_ONCE)
    refused: dict[Id, Refused] = {}
    handed: set[Id] = set()

    async def hand_over(things: Sequence[Owned | Duty]) -> None:
        async with lanes:
            for thing in things:
                try:
                    if await thing.hand_over(request, leaver, to):  # else somebody else was given it a moment before
                        handed.add(thing.id)
                except Refused as why:
                    refused[thing.id] = why

    await asyncio.gather(*map(hand_over, of_one.values()))
    if (away := next((why for why in refused.values() if why.kind is Kind.UNAVAILABLE), None)) is not None:
        raise away
    kept = [(thing, refused[thing.id]) for thing in all_of_it if thing.id in refused]
    return (
        [_owned(thing) for thing in all_of_it if thing.id in handed],
        [{**_owned(thing), "reason": why.reason, "detail": why.message} for thing, why in kept],
    )


def _among(things: list[Json], key_results: set[Id]) -> list[Json]:
    return [thing for thing in things if thing["kind"] == "key_result" and parse_id(thing["id"]) in key_results]


def _owned(thing: Owned | Duty) -> Json:
    return {"kind": thing.kind, "id": id_text(thing.id), "ref": reference_or_id(thing.reference, thing.id), "title": thing.title}


@people.post("/v1/people/{person}/reinstate", answer=CommandResult, resource="/v1/people/{id}", command=True, versioned=True)
async def reinstate_person(request: Request) -> Response:
    """Let a person who has left come back, with the roles and teams that they have. For admins.

    Whoever shall come back with other roles is given them first.
    """
    person = await _person(request)
    message = service_pb2.ReinstatePersonRequest(person_id=person.person_id, expected_version=request.expected_version)
    answer = await request.ask(request.backends.directory.ReinstatePerson, message)
    log_change("person_reinstated", request.identity, of=id_text(person.person_id), roles=",".join(ROLES.words(person.roles)))
    return command_response(request, person.person_id, answer.appended)


@people.post("/v1/people/{person}/sign-out", answer=CommandResult, resource="/v1/people/{id}", command=True)
async def sign_out_person(request: Request) -> Response:
    """End every session of a person. For admins, and for oneself.

    No token that they have is taken any more, of whichever issuer; whoever may sign in does so anew.
    """
    person = await _person(request)
    message = service_pb2.RevokeSessionsRequest(person_id=person.person_id)
    answer = await request.ask(request.backends.directory.RevokeSessions, message)
    log_change("sessions_revoked", request.identity, of=id_text(person.person_id))
    return command_response(request, person.person_id, answer.appended)


def _log_profile_change(request: Request, person_id: Id, profile: service_pb2.ProfileChange | None) -> None:
    """Which fields are otherwise: what they say is personal."""
    if profile is not None:
        fields = ",".join(field.name for field, _ in profile.ListFields())
        log_change("profile_changed", request.identity, of=id_text(person_id), fields=fields)


async def _person(request: Request, as_of: Day | None = None) -> service_pb2.Person:
    message = person_request(request.path_params["person"])
    if as_of is not None:
        message.as_of = as_of
    return (await request.ask(request.backends.directory.GetPerson, message)).person
