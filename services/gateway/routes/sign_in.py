"""Signing in at the built-in issuer of the embedded default."""

from __future__ import annotations

import math
import time
from collections.abc import Hashable
from typing import Annotated, Any, Final

from pydantic import Field, WithJsonSchema, model_validator
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from cairn.directory.v1.events_pb2 import (
    SECURITY_EVENT_KIND_REFRESH_TOKEN_REUSED,
    SECURITY_EVENT_KIND_SIGN_IN_FAILED,
    SECURITY_EVENT_KIND_SIGNED_IN,
)
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.rpc import Metadata, asked
from chassis.texts import name_key
from gateway.auth import LIFETIME, NO_TENANT, OPERATOR_ID, Issuer
from gateway.backends import person_request
from gateway.http import Answer, Body, json_response
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response
from gateway.schemas.fields import IdText, InstantText, Word
from gateway.schemas.results import CommandResult
from gateway.schemas.values import instant_text
from gateway.security import NOBODY, log_change
from shared.roles import OPERATOR

sign_in: Final = Resource(
    "Sign-in", "Who is asking. The built-in issuer serves the embedded default only; elsewhere tokens come from your own issuer."
)


class SignIn(Body):
    """Who wants to sign in: a person of a tenant, or the operator of the installation."""

    tenant: Word = ""
    """The tenant's name."""
    person: Word = ""
    """The person's handle, or their id."""
    operator: bool = False
    """True: as the operator, who registers tenants and sees no tenant's data."""

    @model_validator(mode="after")
    def _names_somebody(self) -> SignIn:
        if self.operator == bool(self.tenant or self.person) or bool(self.tenant) != bool(self.person):
            raise ValueError('name a tenant and a person, or say "operator": true')
        return self


class RefreshedSession(Body):
    """A session that shall go on."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]
    """From the last sign-in or refresh; it is good once. One that comes twice ends its session."""


class SignedIn(Answer):
    """A bearer token, and how to get the next one."""

    access_token: str
    """For the header Authorization: Bearer <token>."""
    token_type: Annotated[str, WithJsonSchema({"const": "Bearer", "type": "string"})] = "Bearer"  # noqa: S105 - a type, not a token
    expires_in: int
    """Seconds that the token is good for."""
    refresh_token: str
    """For POST /v1/sign-in/refresh, once."""
    session_expires_at: InstantText
    """When the session ends: after that its person signs in anew."""
    tenant_id: IdText
    person_id: IdText
    roles: list[str]


class KeySet(Answer):
    """The public keys that tokens are verified with (RFC 7517)."""

    keys: list[dict[str, Any]] = Field(examples=[[{"kty": "OKP", "crv": "Ed25519", "kid": "…", "x": "…"}]])


_SECONDS: Final = 5.0
"""That directory has to answer who signs in; it may be starting."""
_OF_PROXIES: Final = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via")
"""Headers of requests that came from another machine, perhaps, through a proxy on this one."""


def issuer_of(request: Request) -> Issuer:
    """Raises Refused (FORBIDDEN) where the built-in issuer is off, and for what may have come from another machine."""
    if request.dependencies.issuer is None:
        raise Refused("BUILT_IN_ISSUER_OFF", "people do not sign in here; bring a token of the configured issuer", kind=Kind.FORBIDDEN)
    if any(header in request.headers for header in _OF_PROXIES):
        raise Refused(
            "SIGN_IN_FORWARDED", "whoever calls from this machine is signed in here, and this came through a proxy", kind=Kind.FORBIDDEN
        )
    return request.dependencies.issuer


def require_seldom(request: Request, account: Hashable) -> None:
    """Raises Problem (429) where there were too many sign-ins from the request's address, or from there to the account.

    Those from elsewhere to the same account are counted by themselves: a flood of them does not keep its owner out.
    """
    address, limiter = request.address, request.dependencies.sign_ins
    quotas = limiter.take((address, (address, account)))
    if quotas and not quotas[-1].granted:
        request.dependencies.security.note(SECURITY_EVENT_KIND_SIGN_IN_FAILED, NOBODY, NOBODY, "TOO_MANY_REQUESTS")
        raise limiter.exceeded(quotas[-1])


@sign_in.post("/v1/sign-in", body=SignIn, example={"tenant": "demo", "person": "admin"}, answer=SignedIn, signed_in=False)
async def sign_in_person(request: Request, body: SignIn) -> Response:
    """Sign in.

    On the embedded default only, where the listener is reachable from this machine alone: no password is asked.
    """
    issuer = issuer_of(request)
    tenant_id, person_id = await who_signs_in(request, body)
    security = request.dependencies.security
    message = service_pb2.OpenSessionRequest(tenant_id=tenant_id, person_id=person_id)
    opened = await asked(request.backends.directory.OpenSession(message, metadata=_own(request), timeout=_SECONDS, wait_for_ready=True))
    response = await _signed_in(request, issuer, opened.session)
    security.note(SECURITY_EVENT_KIND_SIGNED_IN, tenant_id, person_id, request.operation.name)
    return response


@sign_in.post("/v1/sign-in/refresh", body=RefreshedSession, example={"refresh_token": "cairn_refresh_…"}, answer=SignedIn, signed_in=False)
async def refresh_session(request: Request, body: RefreshedSession) -> Response:
    """Get the next access token of a session.

    The refresh token is used up by it; the answer bears the next one. One that comes a second time may be in somebody else's hands:
    its session is ended.
    """
    issuer = issuer_of(request)
    require_seldom(request, body.refresh_token)
    message = service_pb2.RefreshSessionRequest(refresh_token=body.refresh_token)
    answer = await asked(request.backends.directory.RefreshSession(message, metadata=_own(request), timeout=_SECONDS, wait_for_ready=True))
    if answer.HasField("reused"):
        whose = answer.reused
        request.dependencies.security.note(
            SECURITY_EVENT_KIND_REFRESH_TOKEN_REUSED, whose.tenant_id, whose.person_id, request.operation.name
        )
    if not answer.HasField("session"):
        raise Refused(
            "REFRESH_TOKEN_INVALID", "this refresh token is used up, or its session has ended; sign in again", kind=Kind.UNAUTHENTICATED
        )
    return await _signed_in(request, issuer, answer.session)


@sign_in.post("/v1/sign-out", answer=CommandResult, command=True)
async def sign_out(request: Request) -> Response:
    """Sign out: end the session that the token was issued in.

    No token of it is taken any more, and none is refreshed. A token of an issuer that has no sessions is refused from now on by itself.
    """
    session = request.session
    message = service_pb2.SignOutRequest(session_id=session.claimed.session_id)
    message.valid_until.FromSeconds(math.ceil(max(session.claimed.expires_at, time.time() + LIFETIME)))
    answer = await request.ask(request.backends.directory.SignOut, message)
    log_change("signed_out", request.identity)
    return command_response(request, message.session_id, answer.appended)


async def who_signs_in(request: Request, body: SignIn) -> tuple[Id, Id]:
    """The ids of somebody and their tenant.

    Raises Problem (429) where they are named too often, and Refused: TENANT_UNKNOWN, PERSON_UNKNOWN, PERSON_LEFT.
    """
    require_seldom(request, "operator" if body.operator else (name_key(body.tenant), name_key(body.person)))
    return (NO_TENANT, OPERATOR_ID) if body.operator else await _person(request, body.tenant, body.person)


async def _signed_in(request: Request, issuer: Issuer, session: service_pb2.Session) -> Response:
    if session.tenant_id == NO_TENANT:
        roles = [OPERATOR]  # directory is not asked: while its log is behind it says of nobody who they are, and the operator recovers it
    else:
        standing = await request.dependencies.sessions.standings.of(id_text(session.tenant_id), id_text(session.person_id))
        if standing is None:
            raise Refused("PERSON_UNKNOWN", "there is no such person any more", kind=Kind.UNAUTHENTICATED)
        roles = sorted(standing.identity.roles)
    signed_in = SignedIn(
        access_token=issuer.token(session.tenant_id, session.person_id, session.session_id),
        expires_in=LIFETIME,
        refresh_token=session.refresh_token,
        session_expires_at=instant_text(session.expires_at),
        tenant_id=id_text(session.tenant_id),
        person_id=id_text(session.person_id),
        roles=roles,
    )
    response = json_response(signed_in)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _person(request: Request, tenant_name: str, handle: str) -> tuple[Id, Id]:
    """The ids of a tenant and of one of its people, by handle or id. Raises Refused: TENANT_UNKNOWN, PERSON_UNKNOWN, PERSON_LEFT."""
    directory, own = request.backends.directory, _own(request)
    tenant_id = NOBODY
    try:
        asked_for = service_pb2.GetTenantRequest(name=tenant_name)
        tenant_id = (await asked(directory.GetTenant(asked_for, metadata=own, timeout=_SECONDS, wait_for_ready=True))).tenant.tenant_id
        message = person_request(handle)
        message.tenant_id = tenant_id
        person = (await asked(directory.GetPerson(message, metadata=own, timeout=_SECONDS, wait_for_ready=True))).person
        if person.state == service_pb2.PERSON_STATE_LEFT:
            left = f"{handle!r} has left this tenant; an admin of it may let them come back"
            raise Refused("PERSON_LEFT", left, kind=Kind.FORBIDDEN, field="person")
        return tenant_id, person.person_id
    except Refused as refused:
        if refused.kind in (Kind.UNKNOWN, Kind.FORBIDDEN):
            request.dependencies.security.note(SECURITY_EVENT_KIND_SIGN_IN_FAILED, tenant_id, NOBODY, refused.reason)
        raise


def _own(request: Request) -> Metadata:
    """The gateway asks in its own name: nobody is signed in yet."""
    return request.dependencies.sessions.standings.own_metadata(request.correlation_id)


@sign_in.get("/.well-known/jwks.json", answer=KeySet, signed_in=False, local=True)
async def get_keys(request: Request) -> Response:
    """Get the public keys.

    What the built-in issuer's tokens are verified with; no key where it is off.
    """
    keys = request.dependencies.issuer.jwks() if request.dependencies.issuer else {"keys": []}
    return json_response(keys)
