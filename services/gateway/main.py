"""The gateway's process: the only place where it is wired and started."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import Field, PositiveInt

from cairn.directory.v1.service_pb2 import NotedSecurityEvent, NoteSecurityEventsRequest
from chassis.rpc import DEADLINE, IdentitySigner, asked, channel_credentials, write_keys
from chassis.runtime import Lifetime, Settings, run
from gateway.auth import (
    BrowserSessions,
    Client,
    Issuer,
    Issuers,
    OpenIdProvider,
    PeopleNames,
    PublishedKeys,
    Sessions,
    Standings,
    TrustedIssuer,
    VerifyingKey,
    is_loopback,
    is_private,
    verifying_keys,
)
from gateway.backends import LOGS, Backends, Cursors, KnownPositions, Rebuilds, References, problem_of
from gateway.dependencies import Dependencies
from gateway.forwarding import Forwarder
from gateway.http import AllowedHosts, Application, AtOnce, Cookies, RateLimit, RateLimiter, Tls, require_free, serving
from gateway.live import LiveChanges
from gateway.named_teams import found_named_teams
from gateway.routes.limit_catalogue import at_once_of
from gateway.routes.limits import PERSON_REQUESTS, TENANT_REQUESTS
from gateway.routes.request import Request
from gateway.routes.table import API
from gateway.security import SecurityEvents
from gateway.standing_answers import StandingAnswers
from gateway.web_app import WebApp

_WEB = Path(__file__).parents[1] / "web" / "dist"


class GatewaySettings(Settings):
    """What the gateway is told."""

    audit_address: str = "127.0.0.1:8606"
    hosts: list[str] = Field(
        default_factory=list, description="JSON: names by which this is called, and whose pages may ask, beside the loopback's"
    )
    built_in_sign_in: bool = Field(False, description="whether the built-in issuer signs anyone in; `make up` says so")
    issuer_key: Path = Path(".cairn/keys/issuer.key")
    operator_issuer_key: Path = Path(".cairn/keys/operator-issuer.key")
    oidc_issuer: str = Field("", description="whose tokens of the people of tenants are taken")
    oidc_name: str = Field("", description="what people know that issuer by; its host, where this says nothing")
    oidc_keys: Path | None = Field(None, description="a file with that issuer's JWK set; without one, the issuer is asked for its keys")
    oidc_client_id: str = Field("", description="as whom the issuer knows this installation, where browsers are signed in by it")
    oidc_client_secret_file: Path | None = Field(None, description="a file with the secret that it gave, if it gave one")
    oidc_scope: str = Field("openid profile email", description="what the issuer is asked to tell of people, with blanks between")
    oidc_tenant: str = Field("", description="the tenant of everybody whom the issuer signs for; empty: a claim says whose somebody is")
    oidc_tenant_claim: str = Field("tenant", description="the claim that names the tenant, by id or name")
    oidc_person_claim: str = Field("sub", description="the claim that names the person, by id or handle")
    web: Path = Field(_WEB, description="the folder with the web application, as it was built")
    public_address: str = Field(
        "", description="at which browsers find this, where that is another than it listens at: https://okrs.example.com"
    )
    browser_idle_hours: Annotated[float, Field(gt=0, le=24 * 14, description="after which a browser that nobody uses is signed out")] = 24
    operator_issuer: str = Field("", description="whose tokens of the installation's operators are taken")
    operator_keys: Path = Field(Path(), description="a file with that issuer's JWK set")
    directory_copy_seconds: Annotated[
        float, Field(gt=0, le=60, description="how old what is known of people and roles may be, before directory is asked of each")
    ] = 1.0
    https_certificate_file: Path | None = Field(None, description="with the key's: HTTPS with this certificate, PEM, its chain behind it")
    https_key_file: Path | None = Field(None, description="and its private key, PEM")
    rebuilds_at_once: Annotated[int, Field(ge=1)] = Field(2, description="of different services; each keeps a processor busy or two")
    requests_per_second: Annotated[float, Field(ge=0)] = Field(
        PERSON_REQUESTS.per_second, description="that one person may make; 0: as many as they like"
    )
    tenant_requests_per_second: Annotated[float, Field(ge=0)] = Field(
        TENANT_REQUESTS.per_second, description="that all people of a tenant may make together"
    )
    sign_ins_per_minute: Annotated[float, Field(ge=0)] = Field(60, description="to one account, from one address; 0: as many as they like")
    address_sign_ins_per_minute: Annotated[float, Field(ge=0)] = Field(600, description="from one address, to whatever accounts")
    at_once: dict[str, tuple[PositiveInt, PositiveInt, PositiveInt]] = Field(
        default_factory=dict, description="JSON: how many of a person, of a tenant and in all may be under way, by what it limits"
    )


def dependencies_of(settings: GatewaySettings) -> Dependencies:
    """The gateway's parts.

    Raises SystemExit with one line when a key is missing, nobody could sign in, or the built-in issuer may not run here.
    """
    private = _identity_key(settings.identity_private_key)
    signer = IdentitySigner(private)
    issuer = _built_in_issuer(settings) if settings.built_in_sign_in else None
    people = _issuer_of_people(settings)
    issuers = _issuers(settings, issuer, people)
    cookies = Cookies(_public_origin(settings), https=settings.https_certificate_file is not None)
    backends = Backends(
        {
            "directory": settings.directory_address,
            "goals": settings.goals_address,
            "checkins": settings.checkins_address,
            "progress": settings.progress_address,
            "notifications": settings.notifications_address,
            "audit": settings.audit_address,
        },
        channel_credentials(settings),
    )
    standings = Standings(backends.directory, signer, settings.directory_copy_seconds)
    sessions = Sessions(issuers, standings, signer)
    security = SecurityEvents(partial(_append, backends, standings))
    rebuilds = Rebuilds(backends, settings.rebuilds_at_once)
    return Dependencies(
        backends=backends,
        forwarder=Forwarder(backends.checkins, standings.own_metadata),
        sessions=sessions,
        browser_sessions=BrowserSessions(
            backends.directory, standings, _secret(private, b"cookies"), round(settings.browser_idle_hours * 3600)
        ),
        cookies=cookies,
        live=LiveChanges(backends, sessions),
        people=PeopleNames(backends.directory, standings),
        issuer=issuer,
        openid=_provider(settings, people, _secret(private, b"sign-in")),
        references=References(backends),
        cursors=Cursors(_secret(private, b"cursors")),
        rebuilds=rebuilds,
        security=security,
        standing_answers=StandingAnswers(),
        sign_ins=_sign_ins(settings),
        rates=(
            PERSON_REQUESTS._replace(per_second=settings.requests_per_second),
            TENANT_REQUESTS._replace(per_second=settings.tenant_requests_per_second),
        ),
        at_once=_at_once(settings),
        known_positions=KnownPositions({log: backends.operations[log] for log in LOGS}, settings.topic_partitions),
    )


def _secret(key: Ed25519PrivateKey, what_for: bytes) -> bytes:
    """A secret of every gateway that signs with the same key."""
    return hmac.new(key.private_bytes_raw(), what_for, hashlib.sha256).digest()


async def _append(backends: Backends, standings: Standings, events: Sequence[NotedSecurityEvent]) -> None:
    message = NoteSecurityEventsRequest(events=events)
    await asked(backends.directory.NoteSecurityEvents(message, metadata=standings.own_metadata(), timeout=DEADLINE))


def application(settings: GatewaySettings, dependencies: Dependencies) -> Application[Request]:
    """The gateway's HTTP application."""
    rate_limiter, hosts = RateLimiter(*dependencies.rates), AllowedHosts(_hosts(settings))
    pages = WebApp(settings.web, API).answer
    return Application(API, partial(Request, dependencies), problem_of, rate_limiter, hosts, dependencies.at_once, pages)


def _public_origin(settings: GatewaySettings) -> str:
    """Raises SystemExit with one line where it is none, or one at which a cookie would travel in the clear."""
    parts = urlsplit(settings.public_address)
    if settings.public_address and (parts.path.strip("/") or not parts.hostname or parts.query or parts.fragment or parts.username):
        raise SystemExit(f"configuration: CAIRN_PUBLIC_ADDRESS={settings.public_address!r} is no origin; one is https://okrs.example.com")
    if settings.public_address and parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise SystemExit("configuration: CAIRN_PUBLIC_ADDRESS begins with https://, since browsers are signed in by a cookie")
    return settings.public_address.rstrip("/")


def _hosts(settings: GatewaySettings) -> list[str]:
    """The names by which this is called, beside the loopback's."""
    public = urlsplit(settings.public_address).hostname
    return [*settings.hosts, *([public] if public else [])]


def _sign_ins(settings: GatewaySettings) -> RateLimiter:
    per_minute = {"address": settings.address_sign_ins_per_minute, "account": settings.sign_ins_per_minute}
    return RateLimiter(*(RateLimit(kind, most / 60, burst_seconds=120) for kind, most in per_minute.items()))


def _at_once(settings: GatewaySettings) -> dict[str, AtOnce]:
    """What the settings say of what may be under way at once. Raises SystemExit with one line where there is no such limit."""
    defaults = at_once_of(API)
    if unknown := settings.at_once.keys() - defaults.keys():
        raise SystemExit(f"configuration: CAIRN_AT_ONCE: there is no limit of {min(unknown)!r}; {', '.join(sorted(defaults))} are limited")
    return {
        what: defaults[what]._replace(person=person, tenant=tenant, all=all_) for what, (person, tenant, all_) in settings.at_once.items()
    }


def _built_in_issuer(settings: GatewaySettings) -> Issuer:
    """Raises SystemExit with one line where it may not run."""
    if settings.environment != "embedded" or not is_loopback(settings.host):
        raise SystemExit(
            f"configuration: CAIRN_BUILT_IN_SIGN_IN lets anyone in, so it goes only with CAIRN_ENVIRONMENT=embedded on a loopback address; "
            f"here they are {settings.environment} and {settings.host}. Set CAIRN_OIDC_ISSUER instead"
        )
    if settings.oidc_issuer or settings.operator_issuer:
        raise SystemExit("configuration: CAIRN_BUILT_IN_SIGN_IN lets anyone in, so it does not go with an issuer of your own")
    return Issuer(
        _issuer_key(settings.issuer_key, "CAIRN_ISSUER_KEY"), _issuer_key(settings.operator_issuer_key, "CAIRN_OPERATOR_ISSUER_KEY")
    )


def _issuer_of_people(settings: GatewaySettings) -> TrustedIssuer | None:
    """Raises SystemExit with one line where its keys are missing, or would be asked for in the clear."""
    if not settings.oidc_issuer:
        return None
    if settings.oidc_keys is None and not is_private(settings.oidc_issuer):
        raise SystemExit(
            f"configuration: CAIRN_OIDC_ISSUER={settings.oidc_issuer!r} is asked for its keys, so it begins with https://; or name a file "
            f"with them in CAIRN_OIDC_KEYS"
        )
    return TrustedIssuer(
        settings.oidc_issuer,
        PublishedKeys() if settings.oidc_keys is None else _keys_in(settings.oidc_keys, "CAIRN_OIDC_KEYS"),
        tenant=settings.oidc_tenant,
        tenant_claim=settings.oidc_tenant_claim,
        person_claim=settings.oidc_person_claim,
    )


def _provider(settings: GatewaySettings, people: TrustedIssuer | None, key: bytes) -> OpenIdProvider | None:
    """The issuer of people, where it is asked for something. Raises SystemExit with one line where browsers cannot be signed in by it."""
    if people is None or (settings.oidc_keys is not None and not settings.oidc_client_id):
        return None
    keys = people.keys if isinstance(people.keys, PublishedKeys) else None
    if not settings.oidc_client_id:
        return OpenIdProvider(people, keys, None, settings.oidc_name, key)
    if not is_private(settings.oidc_issuer):
        raise SystemExit(f"configuration: CAIRN_OIDC_ISSUER={settings.oidc_issuer!r} signs browsers in, so it begins with https://")
    secret = _content_of(settings.oidc_client_secret_file, "CAIRN_OIDC_CLIENT_SECRET_FILE")
    scope = settings.oidc_scope if "openid" in settings.oidc_scope.split() else f"openid {settings.oidc_scope}"
    return OpenIdProvider(people, keys, Client(settings.oidc_client_id, secret, scope), settings.oidc_name, key)


def _content_of(path: Path | None, setting: str) -> str:
    try:
        return "" if path is None else path.read_text().strip()
    except (OSError, ValueError) as error:
        raise SystemExit(f"configuration: {setting}={str(path)!r}: {error}") from None


def _issuers(settings: GatewaySettings, built_in: Issuer | None, people: TrustedIssuer | None) -> Issuers:
    """Whose tokens are taken. Raises SystemExit with one line when nobody's are, or a key is missing or is two issuers'."""
    trusted = [*(built_in.trusted if built_in else ()), *([people] if people else ())]
    if settings.operator_issuer:
        keys = _keys_in(settings.operator_keys, "CAIRN_OPERATOR_KEYS")
        trusted.append(TrustedIssuer(settings.operator_issuer, keys, of_operators=True))
    if not trusted:
        raise SystemExit(
            "configuration: nobody could sign in. Set CAIRN_OIDC_ISSUER, and that of operators with its keys with "
            "CAIRN_OPERATOR_ISSUER and CAIRN_OPERATOR_KEYS; `make up` sets CAIRN_BUILT_IN_SIGN_IN=true"
        )
    try:
        return Issuers(*trusted)
    except ValueError as error:
        raise SystemExit(f"configuration: CAIRN_OIDC_KEYS and CAIRN_OPERATOR_KEYS: {error}") from None


def _tls(settings: GatewaySettings) -> Tls | None:
    """The files of the certificate and its key, for HTTPS. Raises SystemExit with one line when they are not a pair."""
    certificate, key = settings.https_certificate_file, settings.https_key_file
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise SystemExit("configuration: HTTPS takes both of CAIRN_HTTPS_CERTIFICATE_FILE and CAIRN_HTTPS_KEY_FILE")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except OSError as error:  # an SSLError is one, too
        raise SystemExit(f"configuration: CAIRN_HTTPS_CERTIFICATE_FILE={str(certificate)!r}: {error}") from None
    return Tls(certificate, key)


def _identity_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SystemExit(f"configuration: CAIRN_IDENTITY_PRIVATE_KEY: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"configuration: CAIRN_IDENTITY_PRIVATE_KEY: {path} holds no Ed25519 key")
    return key


def _issuer_key(path: Path, setting: str) -> Ed25519PrivateKey:
    write_keys(path, path.with_suffix(".pub"))
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"configuration: {setting}: {path} holds no Ed25519 key")
    return key


def _keys_in(path: Path, setting: str) -> dict[str, VerifyingKey]:
    try:
        return verifying_keys(json.loads(path.read_text()))
    except (OSError, ValueError) as error:
        raise SystemExit(f"configuration: {setting}={str(path)!r}: {error}") from None


@asynccontextmanager
async def gateway(settings: GatewaySettings) -> Lifetime:
    """Answers HTTP while the context lasts. Raises SystemExit with one line when it cannot listen at its port."""
    tls = _tls(settings)
    dependencies = dependencies_of(settings)
    try:
        require_free(settings.host, settings.port)
    except OSError as error:
        raise SystemExit(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; set CAIRN_PORT to another") from None
    standings = dependencies.sessions.standings
    following = [
        asyncio.create_task(standings.follow(), name="the copy of what directory says"),
        asyncio.create_task(dependencies.security.follow(), name="security events"),
        asyncio.create_task(dependencies.live.look_after(), name="whoever listens to changes"),
        asyncio.create_task(found_named_teams(dependencies.backends, standings), name="teams that were names"),
    ]
    if dependencies.openid is not None:
        following.append(asyncio.create_task(dependencies.openid.follow(), name="the keys of the issuer"))
    try:
        async with serving(application(settings, dependencies), settings.host, settings.port, tls):
            yield
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        await dependencies.backends.close()


if __name__ == "__main__":
    run("gateway", GatewaySettings, gateway)
