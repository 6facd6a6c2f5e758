"""Tenants: registered by the operator of the installation."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from chassis.ids import id_text
from chassis.rpc import DEADLINE, asked
from gateway.answers import POSITION_HEADER, json_answer, position_texts
from gateway.api import Routes, Visit
from gateway.fields import TENANT, TIME_ZONE, Answer, Body, IdText, Page, PositionText
from gateway.identity import require_operator

tenants: Final = Routes("Tenants", "Enterprises, each apart from every other. Only the operator of the installation sees this list.")

TenantName = Annotated[str, Field(min_length=1, max_length=63, pattern=TENANT, examples=["acme"])]


class NewTenant(Body):
    """A tenant to be."""

    name: TenantName
    time_zone: Annotated[str, Field(max_length=64, pattern=TIME_ZONE, examples=["Europe/Zurich"])] = "UTC"
    """An IANA name."""


class Tenant(Answer):
    """A tenant."""

    id: IdText
    name: str
    time_zone: str


class TenantRegistered(Tenant):
    """A tenant that was just registered; its first person has the handle `admin` and the role admin."""

    first_person_id: IdText
    """Who they are in the log of actions, and where a person is asked for."""
    version: int
    positions: list[PositionText]


class Tenants(Answer):
    """A page of tenants, in the order in which they were registered."""

    tenants: list[Tenant]
    next_cursor: str | None


@tenants.post(
    "/v1/tenants", body=NewTenant, example={"name": "acme", "time_zone": "Europe/Zurich"}, answer=TenantRegistered, status=201, command=True
)
async def register_tenant(visit: Visit, body: NewTenant) -> Response:
    """Register a tenant.

    Also adds its first person, with the handle `admin` and the role admin. For the operator.
    """
    require_operator(visit.identity)
    request = service_pb2.RegisterTenantRequest(name=body.name, time_zone=body.time_zone)
    answer = await asked(visit.edge.services.directory.RegisterTenant(request, metadata=visit.metadata(), timeout=DEADLINE))
    positions = position_texts(answer.appended.positions)
    registered = TenantRegistered(
        id=id_text(answer.tenant.tenant_id),
        name=answer.tenant.name,
        time_zone=answer.tenant.time_zone,
        first_person_id=id_text(answer.first_person_id),
        version=answer.appended.version,
        positions=positions,
    )
    response = json_answer(registered, 201)
    response.headers[POSITION_HEADER] = ",".join(positions)
    return response


@tenants.get("/v1/tenants", query=Page, answer=Tenants)
async def list_tenants(visit: Visit) -> Response:
    """List the tenants. For the operator."""
    require_operator(visit.identity)
    page = visit.query(Page)
    request = service_pb2.ListTenantsRequest(page_size=page.limit, page_token=visit.edge.cursors.opened("tenants", page.cursor))
    answer = await asked(visit.edge.services.directory.ListTenants(request, metadata=visit.metadata(), timeout=DEADLINE))
    return json_answer(
        Tenants(
            tenants=[Tenant(id=id_text(t.tenant_id), name=t.name, time_zone=t.time_zone) for t in answer.tenants],
            next_cursor=visit.edge.cursors.sealed("tenants", answer.next_page_token),
        )
    )
