"""Who is asking, as the installation knows them."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from gateway.http import Answer, json_response
from gateway.routes.people import PERSON, Person
from gateway.routes.request import Request, Resource
from gateway.routes.tenants import TENANT_JSON, Tenant
from gateway.schemas.mapping import Json
from shared.roles import OPERATOR

me: Final = Resource("Who is asking", "As the installation knows them, whatever their token says.")


class Caller(Answer):
    """Who is asking: a person of a tenant, or the installation's operator, who is of none."""

    tenant: Tenant | None
    person: Person | None
    roles: list[str]
    """What they may now, whatever their token says."""


@me.get("/v1/me", answer=Caller)
async def get_me(request: Request) -> Response:
    """Tell who is asking.

    Whom the token stands for, in which tenant and with which roles and teams, as it is now: a token says who somebody is, never what
    they may.
    """
    return json_response(await caller_of(request))


async def caller_of(request: Request) -> Json:
    """Who is asking, as JSON. Raises the Refused of directory."""
    identity = request.identity
    if identity.has(OPERATOR):
        return {"tenant": None, "person": None, "roles": [OPERATOR]}
    directory = request.backends.directory
    tenant = await request.ask(directory.GetTenant, service_pb2.GetTenantRequest(tenant_id=identity.tenant_id))
    person = await request.ask(directory.GetPerson, service_pb2.GetPersonRequest(person_id=identity.person_id))
    return {
        "tenant": await request.written(TENANT_JSON, tenant.tenant),
        "person": await request.written(PERSON, person.person),
        "roles": sorted(identity.roles),
    }
