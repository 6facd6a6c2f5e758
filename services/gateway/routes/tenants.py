"""Tenants: registered by the operator of the installation."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from chassis.ids import id_text, is_id, parse_id
from gateway.backends import person_request
from gateway.http import Answer, Body, json_response
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response, page_response, page_token, with_place, with_positions
from gateway.schemas.fields import TENANT, TIME_ZONE, IdText, PositionText, Word
from gateway.schemas.mapping import JsonMapping, read
from gateway.schemas.names import CreatedAt, CreatedBy, UpdatedAt, UpdatedBy
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.results import CommandResult
from gateway.schemas.values import position_texts
from gateway.security import log_change
from shared.roles import require_operator

tenants: Final = Resource("Tenants", "Enterprises, each apart from every other. Only the operator of the installation sees this list.")

TenantName = Annotated[str, Field(min_length=1, max_length=63, pattern=TENANT, examples=["acme"])]


class NewTenant(Body):
    """A tenant to be."""

    name: TenantName
    time_zone: Annotated[str, Field(max_length=64, pattern=TIME_ZONE, examples=["Europe/Zurich"])] = "UTC"
    """An IANA name."""


class Tenant(Answer):
    """A tenant."""

    id: Annotated[IdText, read("tenant_id", write=id_text)]
    name: str
    time_zone: str
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class TenantRegistered(Tenant):
    """A tenant that was just registered; its first person has the handle `admin` and the role admin."""

    first_person_id: IdText
    """Who they are in the log of actions, and where a person is asked for."""
    version: int
    positions: list[PositionText]


class TenantsPage(PageOf[Tenant]):
    """A page of tenants, in the order in which they were registered."""


class NewAdmin(Body):
    """Who shall be an admin."""

    person: Word
    """A person of the tenant, by id or handle."""


TENANT_JSON: Final = JsonMapping(Tenant, service_pb2.Tenant)


@tenants.post(
    "/v1/tenants",
    body=NewTenant,
    example={"name": "acme", "time_zone": "Europe/Zurich"},
    answer=TenantRegistered,
    resource="/v1/tenants/{id}",
    status=201,
    command=True,
)
async def register_tenant(request: Request, body: NewTenant) -> Response:
    """Register a tenant.

    Also adds its first person, with the handle `admin` and the role admin. For the operator.
    """
    require_operator(request.identity)
    message = service_pb2.RegisterTenantRequest(name=body.name, time_zone=body.time_zone)
    answer = await request.ask(request.backends.directory.RegisterTenant, message)
    log_change("tenant_registered", request.identity, registered=id_text(answer.tenant.tenant_id))
    positions = position_texts(answer.appended.positions)
    registered = {
        **await request.written(TENANT_JSON, answer.tenant),
        "first_person_id": id_text(answer.first_person_id),
        "version": answer.appended.version,
        "positions": positions,
    }
    response = with_place(request, json_response(registered, request.operation.status), answer.tenant.tenant_id)
    return with_positions(response, positions)


@tenants.get("/v1/tenants", at_once=LISTS, query=Page, answer=TenantsPage)
async def list_tenants(request: Request) -> Response:
    """List the tenants. For the operator.

    In the order in which they were registered.
    """
    require_operator(request.identity)
    page = request.query(Page)
    message = service_pb2.ListTenantsRequest(page_size=page.limit, page_token=page_token(request, page))
    answer = await request.ask(request.backends.directory.ListTenants, message)
    return page_response(request, page, answer.next_page_token, items=await request.all_written(TENANT_JSON, answer.tenants))


@tenants.get("/v1/tenants/{tenant}", answer=Tenant)
async def get_tenant(request: Request) -> Response:
    """Get a tenant, by id or name. For the operator.

    Its people, objectives and cycles are its own: the operator is not shown them.
    """
    require_operator(request.identity)
    return json_response(TENANT_JSON.json(await _tenant(request)))


@tenants.post("/v1/tenants/{tenant}/appoint-admin", body=NewAdmin, example={"person": "ann"}, answer=CommandResult, command=True)
async def appoint_admin(request: Request, body: NewAdmin) -> Response:
    """Make a person an admin of a tenant that has none any more. For the operator.

    Where there is an admin, it is theirs to say who else is one.
    """
    require_operator(request.identity)
    tenant_id = (await _tenant(request)).tenant_id
    question = person_request(body.person)
    question.tenant_id = tenant_id
    person_id = (await request.ask(request.backends.directory.GetPerson, question)).person.person_id
    message = service_pb2.AppointAdminRequest(tenant_id=tenant_id, person_id=person_id)
    answer = await request.ask(request.backends.directory.AppointAdmin, message)
    log_change("admin_appointed", request.identity, of=id_text(person_id), in_tenant=id_text(tenant_id))
    return command_response(request, person_id, answer.appended)


async def _tenant(request: Request) -> service_pb2.Tenant:
    name = request.path_params["tenant"]
    by = service_pb2.GetTenantRequest(tenant_id=parse_id(name)) if is_id(name) else service_pb2.GetTenantRequest(name=name)
    return (await request.ask(request.backends.directory.GetTenant, by)).tenant
