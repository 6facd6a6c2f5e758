"""What can be asked of directory, one function a command: what is it about, who may, decide and append.

Who may is asked of the caller's roles, before all. Each raises Refused: ROLE_REQUIRED, what its decisions refuse with, and what
`Aggregates.decide` does.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, PersonProfile
from chassis.calls import Call
from chassis.errors import invalid
from chassis.eventstore import CALLER_WAS_CHECKED, Aggregate, Appended, Decision
from chassis.ids import Id, new_id
from directory.aggregates import NAME, PERSON, TENANT
from directory.domain import names, people, tenants
from directory.service import Directory
from shared.roles import ADMIN, OPERATOR

INSTALLATION: Final[Id] = bytes(16)
"""Whose the names of tenants are: no tenant's."""

FIRST_PERSON: Final = "admin"
"""The handle of the person that a new tenant comes with."""


async def register_tenant(directory: Directory, call: Call, request: api.RegisterTenantRequest) -> Appended:
    """A new tenant, under a name that no other has, with its first admin.

    The second aggregate of the answer is the tenant, the third the admin. The name comes first: the call's idempotency key is
    kept with the first event, and the caller's tenant is the installation.
    """
    call.identity.require(OPERATOR)
    tenant_id, admin_id = new_id(), new_id()
    name_id = directory.vault.tenant_name_id(request.name)
    name = Aggregate(NAME, name_id, may=CALLER_WAS_CHECKED, partition_key=tenant_id, tenant_id=INSTALLATION)
    tenant = Aggregate(TENANT, tenant_id, may=CALLER_WAS_CHECKED, tenant_id=tenant_id)
    admin = Aggregate(PERSON, admin_id, may=CALLER_WAS_CHECKED, tenant_id=tenant_id)
    time_zone = _time_zone(request.time_zone)
    profile = await directory.vault.sealed(tenant_id, admin_id, PersonProfile(handle=FIRST_PERSON))
    unit = [
        name.decision(names.reserve, "tenant", request.name, tenant_id),
        tenant.event(tenants.register, tenant_id, request.name, time_zone),
        admin.event(people.add, admin_id, profile, [ROLE_ADMIN], []),
        _handle_is_taken(directory, tenant_id, FIRST_PERSON, admin_id),
    ]
    return await directory.aggregates.decide_together(call, unit)


async def add_person(directory: Directory, call: Call, request: api.AddPersonRequest) -> Appended:
    """A new person, under a handle that nobody else of the tenant has. The first aggregate of the answer is the person."""
    call.identity.require(ADMIN)
    names.require_handle(request.handle)
    people.require_name(request.name)
    people.require_email(request.email)
    tenant_id, person_id = call.identity.tenant_id, new_id()
    profile = PersonProfile(handle=request.handle, name=request.name, email=request.email)
    sealed = await directory.vault.sealed(tenant_id, person_id, profile)
    unit = [
        Aggregate(PERSON, person_id, may=CALLER_WAS_CHECKED).event(people.add, person_id, sealed, request.roles, request.teams),
        _handle_is_taken(directory, tenant_id, request.handle, person_id),
    ]
    return await directory.aggregates.decide_together(call, unit)


async def change_person_roles(directory: Directory, call: Call, request: api.ChangePersonRolesRequest) -> Appended:
    """Other roles and teams for a person."""
    call.identity.require(ADMIN)
    person = Aggregate(PERSON, request.person_id, request.expected_version, may=CALLER_WAS_CHECKED)
    change = person.decision(people.change_roles, request.person_id, request.roles, request.teams)
    return await directory.aggregates.decide(call, change)


def _handle_is_taken(directory: Directory, tenant_id: Id, handle: str, person_id: Id) -> Decision:
    name_id = directory.vault.handle_id(tenant_id, handle)
    name = Aggregate(NAME, name_id, may=CALLER_WAS_CHECKED, partition_key=person_id, tenant_id=tenant_id)
    return name.decision(names.reserve, "person", handle, person_id)


def _time_zone(name: str) -> str:
    if name in ("", "UTC"):
        return "UTC"
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid("time_zone", f"{name!r} is no time zone; one looks like Europe/Zurich", "TIME_ZONE_UNKNOWN") from None
