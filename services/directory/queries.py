"""What directory answers about tenants and people."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, TypeVar

from cairn.directory.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from directory.domain.people import unknown_person
from directory.domain.tenants import Tenant
from directory.roster import Member
from directory.service import Directory
from shared.roles import OPERATOR

T = TypeVar("T")
_PAGE: Final = 50


async def get_tenant(directory: Directory, call: Call, request: api.GetTenantRequest) -> api.GetTenantResponse:
    """A tenant, to the operator and to its own people. Raises Refused: TENANT_UNKNOWN, for another's too."""
    roster = await directory.roster.caught_up()
    tenant_id = request.tenant_id or roster.holder(directory.vault.tenant_name_id(request.name)) or b""
    tenant = roster.tenants.get(tenant_id)
    if tenant is None or not (call.identity.has(OPERATOR) or tenant_id == call.identity.tenant_id):
        raise _unknown_tenant(request.name or id_text(request.tenant_id))
    return api.GetTenantResponse(tenant=_tenant(tenant_id, tenant))


async def list_tenants(directory: Directory, call: Call, request: api.ListTenantsRequest) -> api.ListTenantsResponse:
    """All tenants, in the order in which they were registered, to the operator."""
    call.identity.require(OPERATOR)
    roster = await directory.roster.caught_up()
    page, token = _page(roster.tenants.items(), request.page_size, request.page_token)
    return api.ListTenantsResponse(tenants=[_tenant(tenant_id, tenant) for tenant_id, tenant in page], next_page_token=token)


async def get_person(directory: Directory, call: Call, request: api.GetPersonRequest) -> api.GetPersonResponse:
    """A person of the caller's tenant; the operator names a tenant. Raises Refused: PERSON_UNKNOWN."""
    tenant_id = _tenant_asked(call, request.tenant_id)
    roster = await directory.roster.caught_up()
    person_id = request.person_id or roster.holder(directory.vault.handle_id(tenant_id, request.handle)) or b""
    member = roster.members(tenant_id).get(person_id)
    if member is None:
        raise unknown_person(request.handle or id_text(request.person_id))
    return api.GetPersonResponse(person=(await _people(directory, tenant_id, [(person_id, member)]))[0])


async def list_people(directory: Directory, call: Call, request: api.ListPeopleRequest) -> api.ListPeopleResponse:
    """The people of the caller's tenant, in the order in which they joined."""
    tenant_id = call.identity.tenant_id
    roster = await directory.roster.caught_up()
    page, token = _page(roster.members(tenant_id).items(), request.page_size, request.page_token)
    return api.ListPeopleResponse(people=await _people(directory, tenant_id, page), next_page_token=token)


def _tenant_asked(call: Call, tenant_id: Id) -> Id:
    if call.identity.has(OPERATOR):
        if not tenant_id:
            raise invalid("tenant_id", "an operator belongs to no tenant; name one")
        return tenant_id
    if tenant_id and tenant_id != call.identity.tenant_id:
        raise _unknown_tenant(tenant_id.hex())
    return call.identity.tenant_id


def _unknown_tenant(name: str) -> Refused:
    return Refused("TENANT_UNKNOWN", f"there is no tenant {name!r}", kind=Kind.UNKNOWN)


def _page(items: Iterable[T], size: int, token: str) -> tuple[list[T], str]:
    """A page of what only ever grows at its end; the token is the number of items before it."""
    if token and not token.isdecimal():
        raise invalid("page_token", "this is no page token of this list")
    start, size = int(token[:18] or 0), size or _PAGE
    page = list(islice(items, start, start + size + 1))
    return page[:size], str(start + size) if len(page) > size else ""


def _tenant(tenant_id: Id, tenant: Tenant) -> api.Tenant:
    return api.Tenant(tenant_id=tenant_id, name=tenant.name, time_zone=tenant.time_zone)


async def _people(directory: Directory, tenant_id: Id, members: list[tuple[Id, Member]]) -> list[api.Person]:
    profiles = await directory.vault.opened(tenant_id, {person_id: member.person.sealed_profile for person_id, member in members})
    return [
        api.Person(
            person_id=person_id,
            handle=profiles[person_id].handle,
            name=profiles[person_id].name,
            email=profiles[person_id].email,
            roles=member.person.roles,
            teams=member.person.teams,
            version=member.version,
        )
        for person_id, member in members
    ]
