"""gRPC in: a request becomes a command or a query, its outcome an answer. A refusal is turned into a status by `handler`."""

from __future__ import annotations

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.service_pb2_grpc import DirectoryServiceServicer
from chassis.calls import Call
from chassis.rpc import IdentityVerifier, Servicer, appended_message, handler
from directory import commands, queries
from directory.service import Directory


class DirectoryServicer(Servicer, DirectoryServiceServicer):
    """cairn.directory.v1.DirectoryService."""

    def __init__(self, directory: Directory, verifier: IdentityVerifier) -> None:
        super().__init__("directory", verifier)
        self._directory = directory

    @handler
    async def RegisterTenant(self, request: api.RegisterTenantRequest, call: Call) -> api.RegisterTenantResponse:
        appended = await commands.register_tenant(self._directory, call, request)
        _, tenant_id, first_person_id, *_ = appended.aggregate_ids
        found = await queries.get_tenant(self._directory, call, api.GetTenantRequest(tenant_id=tenant_id))
        return api.RegisterTenantResponse(tenant=found.tenant, appended=appended_message(appended), first_person_id=first_person_id)

    @handler
    async def GetTenant(self, request: api.GetTenantRequest, call: Call) -> api.GetTenantResponse:
        return await queries.get_tenant(self._directory, call, request)

    @handler
    async def ListTenants(self, request: api.ListTenantsRequest, call: Call) -> api.ListTenantsResponse:
        return await queries.list_tenants(self._directory, call, request)

    @handler
    async def AddPerson(self, request: api.AddPersonRequest, call: Call) -> api.AddPersonResponse:
        appended = await commands.add_person(self._directory, call, request)
        person_id = appended.aggregate_ids[0]
        found = await queries.get_person(self._directory, call, api.GetPersonRequest(person_id=person_id))
        return api.AddPersonResponse(person=found.person, appended=appended_message(appended))

    @handler
    async def ChangePersonRoles(self, request: api.ChangePersonRolesRequest, call: Call) -> api.ChangePersonRolesResponse:
        appended = await commands.change_person_roles(self._directory, call, request)
        return api.ChangePersonRolesResponse(appended=appended_message(appended))

    @handler
    async def GetPerson(self, request: api.GetPersonRequest, call: Call) -> api.GetPersonResponse:
        return await queries.get_person(self._directory, call, request)

    @handler
    async def ListPeople(self, request: api.ListPeopleRequest, call: Call) -> api.ListPeopleResponse:
        return await queries.list_people(self._directory, call, request)
