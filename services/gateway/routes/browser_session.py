"""The session of a browser: a person signed in by a cookie, which no script reads."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_SIGNED_IN
from chassis.errors import Kind, Refused
from chassis.ids import Id
from gateway.auth import LIFETIME
from gateway.http import Answer, json_response
from gateway.routes.me import Caller, caller_of
from gateway.routes.request import Request, Resource
from gateway.routes.responses import note_appended
from gateway.routes.sign_in import SignIn, issuer_of, who_signs_in
from gateway.schemas.fields import InstantText
from gateway.security import log_change

browser_session: Final = Resource("Browser", "What the web application is signed in by.")


class SignedInByCookie(Caller):
    """Who is signed in."""

    time_zone: str
    """Of the tenant: its days begin by it."""
    expires_at: InstantText
    """When the session ends at the latest; it ends sooner when nobody uses it."""


class SignInAtIssuer(Answer):
    """Where people sign in, if not here."""

    name: str
    href: str
    """A link to follow, with `?return_to=` a path of this installation."""


class HowToSignIn(Answer):
    """How one signs in here."""

    built_in: bool
    """By naming a tenant and a person (POST /v1/session)."""
    issuer: SignInAtIssuer | None


class BrowserSession(Answer):
    """Whether somebody is signed in, and how one is."""

    session: SignedInByCookie | None
    ended: str | None
    """The reason, where the browser bore a session that is good no more."""
    sign_in: HowToSignIn


@browser_session.get("/v1/session", answer=BrowserSession, signed_in=False, personal=True)
async def get_browser_session(request: Request) -> Response:
    """Tell who is signed in by the browser's cookie, and how one signs in.

    It is answered to everybody; where nobody is signed in, `session` is null. A token says nothing here: `GET /v1/me` tells whose that is.
    """
    ended = None
    try:
        await request.find_browser_session()
    except Refused as refused:
        if refused.kind is not Kind.UNAUTHENTICATED:
            raise
        ended = refused.reason
    return await _told(request, ended)


@browser_session.post(
    "/v1/session", body=SignIn, example={"tenant": "demo", "person": "admin"}, answer=BrowserSession, signed_in=False, personal=True
)
async def sign_in_browser(request: Request, body: SignIn) -> Response:
    """Sign in, in a browser.

    On the embedded default only, as POST /v1/sign-in. The session is in a cookie of which no script learns, and goes on by itself while it
    is used; the one that the browser had before ends. It takes the header `Cairn-Csrf: 1`, from a page of this very origin.
    """
    request.dependencies.cookies.require_own_page(request.operation.method, request.headers)
    issuer_of(request)
    tenant_id, person_id = await who_signs_in(request, body)
    await end_session_before(request)
    await sign_in_as(request, tenant_id, person_id)
    return await _told(request)


@browser_session.delete("/v1/session", answer=BrowserSession, signed_in=False, personal=True)
async def sign_out_browser(request: Request) -> Response:
    """Sign out, in a browser: the session ends everywhere, and its cookie is worth nothing to whoever has it.

    Where nobody is signed in there is nothing to do. It takes the header `Cairn-Csrf: 1`, from a page of this very origin.
    """
    request.dependencies.cookies.require_own_page(request.operation.method, request.headers)
    await end_session_before(request)
    request.forget_cookie()
    return await _told(request)


async def sign_in_as(request: Request, tenant_id: Id, person_id: Id) -> None:
    """Opens a session of somebody, in the browser that asks."""
    browsers = request.dependencies.browser_sessions
    cookie, ends_at = await browsers.open(tenant_id, person_id, request.correlation_id)
    await request.use_cookie(cookie)
    request.keep_cookie(cookie, math.floor(ends_at - time.time()))
    request.note(SECURITY_EVENT_KIND_SIGNED_IN)


async def end_session_before(request: Request) -> None:
    """Ends the session that the browser has, if it has one: nobody goes on with one that was there before they signed in."""
    try:
        if not await request.find_browser_session():
            return
    except Refused as refused:
        if refused.kind is not Kind.UNAUTHENTICATED:
            raise
        return
    session = request.session
    message = service_pb2.SignOutRequest(session_id=session.claimed.session_id)
    message.valid_until.FromSeconds(math.ceil(time.time() + LIFETIME))
    answer = await request.ask(request.backends.directory.SignOut, message)
    note_appended(request, answer.appended)
    log_change("signed_out", request.identity)
    request.end_session()


async def _told(request: Request, ended: str | None = None) -> Response:
    session = None
    if request.is_signed_in:
        claimed, identity = request.session.claimed, request.session.identity
        ends_at = datetime.fromtimestamp(math.floor(claimed.session_ends_at), UTC).replace(tzinfo=None).isoformat()
        session = {**await caller_of(request), "time_zone": identity.time_zone, "expires_at": f"{ends_at}Z"}
    how = {"built_in": request.dependencies.issuer is not None, "issuer": _issuer(request)}
    return json_response({"session": session, "ended": ended, "sign_in": how})


def _issuer(request: Request) -> dict[str, str] | None:
    provider = request.dependencies.openid
    return None if provider is None or provider.client is None else {"name": provider.name, "href": "/v1/session/sign-in"}
