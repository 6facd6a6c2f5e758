"""Signing in at the built-in issuer of the embedded default."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, WithJsonSchema, model_validator
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import id_text
from chassis.rpc import DEADLINE, asked, metadata
from gateway.auth import LIFETIME, Issuer, Session, operator
from gateway.http import Answer, Body, json_response
from gateway.routes.request import Request, Resource
from gateway.schemas.enums import ROLES
from gateway.schemas.fields import IdText, Word

sign_in: Final = Resource(
    "Sign-in", "Who is asking. The built-in issuer serves the embedded default only; elsewhere tokens come from your own issuer."
)


class SignIn(Body):
    """Who wants to sign in: a person of a tenant, or the operator of the installation."""

    tenant: Word = ""
    """The tenant's name."""
    person: Word = ""
    """The person's handle."""
    operator: bool = False
    """True: as the operator, who registers tenants and sees no tenant's data."""

    @model_validator(mode="after")
    def _names_somebody(self) -> SignIn:
        if self.operator == bool(self.tenant or self.person) or bool(self.tenant) != bool(self.person):
            raise ValueError('name a tenant and a person, or say "operator": true')
        return self


class SignedIn(Answer):
    """A bearer token."""

    access_token: str
    """For the header Authorization: Bearer <token>."""
    token_type: Annotated[str, WithJsonSchema({"const": "Bearer", "type": "string"})] = "Bearer"  # noqa: S105 - a type, not a token
    expires_in: int
    """Seconds that the token is good for."""
    tenant_id: IdText
    person_id: IdText
    roles: list[str]


class KeySet(Answer):
    """The public keys that tokens are verified with (RFC 7517)."""

    keys: list[dict[str, Any]] = Field(examples=[[{"kty": "OKP", "crv": "Ed25519", "kid": "…", "x": "…"}]])


def _issuer(request: Request) -> Issuer:
    if request.dependencies.issuer is None:
        raise Refused("BUILT_IN_ISSUER_OFF", "people do not sign in here; bring a token of the configured issuer", kind=Kind.FORBIDDEN)
    return request.dependencies.issuer


@sign_in.post("/v1/sign-in", body=SignIn, example={"tenant": "demo", "person": "admin"}, answer=SignedIn, signed_in=False)
async def sign_in_person(request: Request, body: SignIn) -> Response:
    """Sign in.

    On the embedded default only, where the listener is reachable from this machine alone: no password is asked.
    """
    issuer = _issuer(request)
    who = operator() if body.operator else await _person(request, body.tenant, body.person)
    signed_in = SignedIn(
        access_token=issuer.token(who),
        expires_in=LIFETIME,
        tenant_id=id_text(who.tenant_id),
        person_id=id_text(who.person_id),
        roles=sorted(who.roles),
    )
    response = json_response(signed_in)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _person(request: Request, tenant_name: str, handle: str) -> Identity:
    own = metadata(request.dependencies.sessions.internal_token(Session(operator())), correlation_id=request.correlation_id)
    directory = request.backends.directory
    tenant = (await asked(directory.GetTenant(service_pb2.GetTenantRequest(name=tenant_name), metadata=own, timeout=DEADLINE))).tenant
    message = service_pb2.GetPersonRequest(handle=handle, tenant_id=tenant.tenant_id)
    person = (await asked(directory.GetPerson(message, metadata=own, timeout=DEADLINE))).person
    roles = frozenset(ROLES.words(person.roles))
    return Identity(tenant.tenant_id, person.person_id, roles, frozenset(person.teams))


@sign_in.get("/.well-known/jwks.json", answer=KeySet, signed_in=False, local=True)
async def get_keys(request: Request) -> Response:
    """Get the public keys.

    What the built-in issuer's tokens are verified with; no key where it is off.
    """
    keys = request.dependencies.issuer.jwks() if request.dependencies.issuer else {"keys": []}
    return json_response(keys)
