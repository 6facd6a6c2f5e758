"""The people of a tenant, their roles and teams."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from chassis.ids import Id, id_text
from chassis.rpc import DEADLINE, asked
from gateway.answers import Done, done, json_answer
from gateway.api import Routes, Visit
from gateway.fields import EMAIL, NO_SLASH, ONE_LINE, Answer, Body, IdText, Page, Word
from gateway.references import Thing, person_request
from gateway.words import ROLES, RoleWord

people: Final = Routes("People", "Who belongs to the tenant, and what each may do.")

Handle = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_SLASH, examples=["martin"])]
Teams = Annotated[list[Word], Field(max_length=100)]
Roles = Annotated[list[RoleWord], Field(max_length=6)]


class NewPerson(Body):
    """A person to be added."""

    handle: Handle
    """What others type to name the person; unique in the tenant."""
    name: Annotated[str, Field(max_length=200, pattern=ONE_LINE, examples=["Martin Example"])] = ""
    email: Annotated[str, Field(max_length=254, pattern=EMAIL, examples=["martin@example.com"])] = ""
    roles: Roles = Field(default_factory=list)
    """None: member."""
    teams: Teams = Field(default_factory=list)


class PersonChange(Body):
    """What shall be otherwise; what is left out stays."""

    roles: Annotated[list[RoleWord], Field(min_length=1, max_length=6)] | None = None
    teams: Teams | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> PersonChange:
        if self.roles is None and self.teams is None:
            raise ValueError("give roles, teams or both")
        return self


class Person(Answer):
    """A person."""

    id: IdText
    handle: str | None
    """None: forgotten."""
    name: str | None
    email: str | None
    roles: list[RoleWord]
    teams: list[str]
    version: int


class People(Answer):
    """A page of people, in the order in which they joined."""

    people: list[Person]
    next_cursor: str | None


@people.post(
    "/v1/people",
    body=NewPerson,
    example={"handle": "martin", "name": "Martin Example", "email": "martin@example.com", "roles": ["member"], "teams": ["core"]},
    answer=Done,
    status=201,
    command=True,
)
async def add_person(visit: Visit, body: NewPerson) -> Response:
    """Add a person. For admins."""
    request = service_pb2.AddPersonRequest(
        handle=body.handle, name=body.name, email=body.email, roles=map(ROLES.number, body.roles), teams=body.teams
    )
    answer = await asked(visit.edge.services.directory.AddPerson(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, answer.person.person_id, answer.appended)


@people.get("/v1/people", query=Page, answer=People)
async def list_people(visit: Visit) -> Response:
    """List the people of the tenant."""
    page = visit.query(Page)
    request = service_pb2.ListPeopleRequest(page_size=page.limit, page_token=visit.edge.cursors.opened("people", page.cursor))
    answer = await asked(visit.edge.services.directory.ListPeople(request, metadata=visit.metadata(), timeout=DEADLINE))
    shown = [_shown(person) for person in answer.people]
    return json_answer(People(people=shown, next_cursor=visit.edge.cursors.sealed("people", answer.next_page_token)))


@people.get("/v1/people/{person}", answer=Person, versioned=True)
async def get_person(visit: Visit) -> Response:
    """Get a person, by id or handle."""
    person = await _person(visit)
    return json_answer(_shown(person), version=person.version)


@people.patch(
    "/v1/people/{person}", body=PersonChange, example={"roles": ["champion", "member"]}, answer=Done, command=True, versioned=True
)
async def change_person(visit: Visit, body: PersonChange) -> Response:
    """Change a person's roles and teams. For admins."""
    person = await _person(visit)
    request = service_pb2.ChangePersonRolesRequest(
        person_id=person.person_id,
        roles=person.roles if body.roles is None else map(ROLES.number, body.roles),
        teams=person.teams if body.teams is None else body.teams,
        # What is left out is taken from the version that was read, so this is the version to change.
        expected_version=visit.expected_version or person.version,
    )
    answer = await asked(visit.edge.services.directory.ChangePersonRoles(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, person.person_id, answer.appended)


async def person_ids(visit: Visit, references: list[str], field: str) -> list[Id]:
    """The ids of people named in `field`. Raises Refused (INVALID) when there is no such person."""
    metadata = visit.metadata()
    tenant = visit.identity.tenant_id
    return [await visit.edge.references.id_of(tenant, Thing.PERSON, reference, metadata, field) for reference in references]


async def _person(visit: Visit) -> service_pb2.Person:
    request = person_request(visit.path["person"])
    return (await asked(visit.edge.services.directory.GetPerson(request, metadata=visit.metadata(), timeout=DEADLINE))).person


def _shown(person: service_pb2.Person) -> Person:
    return Person(
        id=id_text(person.person_id),
        handle=person.handle or None,
        name=person.name or None,
        email=person.email or None,
        roles=[ROLES.word(role) for role in person.roles],
        teams=list(person.teams),
        version=person.version,
    )
