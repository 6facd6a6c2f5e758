"""How a browser is signed in at the installation's own issuer: there, and back.

Both are links that a browser follows, so both answer with where to go next; what went wrong on the way back, the sign-in page says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode

from pydantic import ConfigDict, Field
from starlette.responses import Response

from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_SIGN_IN_FAILED
from chassis.errors import Kind, Refused
from gateway.auth import OpenIdProvider, expired
from gateway.auth.openid import ATTEMPT_SECONDS
from gateway.http import Problem, Query
from gateway.routes.browser_session import end_session_before, sign_in_as
from gateway.routes.request import Request, Resource
from gateway.routes.sign_in import SignIn, who_signs_in
from gateway.schemas.fields import PATH_HERE
from gateway.security import NOBODY

issuer_sign_in: Final = Resource("Sign-in at an issuer", "How browsers are signed in where people sign in elsewhere: links to follow.")

CALLBACK: Final = "/v1/session/callback"
"""What the issuer is told to send browsers back to, behind the installation's own origin."""
_ATTEMPT_COOKIE: Final = "sign_in"
_SIGN_IN_PAGE: Final = "/sign-in"
_A_LINK: Final[Mapping[str, Any]] = {
    "status": 302,
    "leads": True,
    "media_type": "text/plain",
    "answer_example": "",
    "signed_in": False,
    "personal": True,
}
"""What a browser follows, whoever it is, and is led on from."""
_NO_PERSON: Final = ("TENANT_UNKNOWN", "PERSON_UNKNOWN", "PERSON_LEFT")


class SignInAtIssuerQuery(Query):
    """Where the person wanted to be."""

    return_to: Annotated[str, Field(pattern=PATH_HERE, max_length=2000, examples=["/objectives"])] = "/"
    """A path of this installation."""


class CallbackQuery(Query):
    """What the issuer answers. Whatever else it adds is passed over."""

    model_config = ConfigDict(extra="ignore")
    state: str = ""
    """What it was asked with."""
    code: str = ""
    """What a token is worth to the gateway."""
    iss: str = ""
    """Which issuer answers (RFC 9207)."""
    error: str = ""
    """Why it signs nobody in."""


@issuer_sign_in.get("/v1/session/sign-in", query=SignInAtIssuerQuery, **_A_LINK)
async def sign_in_at_issuer(request: Request) -> Response:
    """Go to the issuer to sign in.

    A link to follow: the answer leads to the installation's own issuer (OpenID Connect, authorization code with PKCE), from where the
    browser comes back signed in, to `return_to`. The session that it had before ends.
    """
    query = request.query(SignInAtIssuerQuery)
    await end_session_before(request)  # on the way back it would not be seen: the link comes from elsewhere
    address, kept = await _provider(request).begin(_callback(request), query.return_to)
    cookies = request.dependencies.cookies
    # Lax: the way back is a link of the issuer's, with which no strict cookie is sent.
    request.answer_headers.append(cookies.set(_ATTEMPT_COOKIE, request.headers, kept, ATTEMPT_SECONDS, same_site="Lax"))
    return _to(address)


@issuer_sign_in.get(CALLBACK, query=CallbackQuery, **_A_LINK)
async def come_back_from_issuer(request: Request) -> Response:
    """Come back from the issuer.

    Where the issuer sends the browser: it is signed in, and led to where it wanted to be; or to the sign-in page, with the reason for which
    it is not in `failed`. Of an answer that nobody asked for, nothing comes.
    """
    provider, cookies = _provider(request), request.dependencies.cookies
    return_to = "/"
    try:
        kept = cookies.value(_ATTEMPT_COOKIE, request.headers)
        request.answer_headers.append(cookies.clear(_ATTEMPT_COOKIE, request.headers))
        if not kept:
            raise expired()
        attempt = provider.attempt_of(kept)
        return_to = attempt.return_to
        said = dict(parse_qsl(request.query_string.decode("ascii")))
        claimed = await provider.claimed(attempt, _callback(request), said)
        tenant_id, person_id = await who_signs_in(request, SignIn(tenant=claimed.tenant, person=claimed.person))
        await sign_in_as(request, tenant_id, person_id)
    except (Refused, Problem) as refused:
        if refused.reason not in _NO_PERSON:  # which are noted of their tenant
            request.dependencies.security.note(SECURITY_EVENT_KIND_SIGN_IN_FAILED, NOBODY, NOBODY, refused.reason)
        return _to(f"{_SIGN_IN_PAGE}?{urlencode({'failed': refused.reason, 'return_to': return_to})}")
    return _to(return_to)


def _provider(request: Request) -> OpenIdProvider:
    """Raises Refused (ISSUER_OFF) where browsers are not signed in at an issuer."""
    provider = request.dependencies.openid
    if provider is None or provider.client is None:
        raise Refused("ISSUER_OFF", "browsers are not signed in at an issuer here; GET /v1/session says how they are", kind=Kind.FORBIDDEN)
    return provider


def _callback(request: Request) -> str:
    return request.dependencies.cookies.origin(request.headers) + CALLBACK


def _to(address: str) -> Response:
    return Response(status_code=302, headers={"Location": address}, media_type="text/plain")
