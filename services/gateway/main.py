"""The gateway's process: the only place where it is wired and started."""

from __future__ import annotations

import hashlib
import hmac
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt import PyJWKSet
from jwt.exceptions import PyJWTError
from pydantic import Field

from chassis.rpc import IdentitySigner, write_keys
from chassis.runtime import Lifetime, Settings, run
from gateway.auth import ISSUER, Issuer, Sessions, may_issue
from gateway.backends import Backends, Cursors, Rebuilds, References, problem_of
from gateway.dependencies import Dependencies
from gateway.forwarding import Forwarder
from gateway.http import Application, RateLimiter, listener, serving
from gateway.routes.request import Request
from gateway.routes.table import API


class GatewaySettings(Settings):
    """What the gateway is told."""

    directory_address: str = "127.0.0.1:8601"
    goals_address: str = "127.0.0.1:8602"
    checkins_address: str = "127.0.0.1:8603"
    progress_address: str = "127.0.0.1:8604"
    notifications_address: str = "127.0.0.1:8605"
    audit_address: str = "127.0.0.1:8606"
    issuer_key: Path = Path(".cairn/keys/issuer.key")
    oidc_issuer: str = Field("", description="whose tokens are taken; empty: the built-in issuer's, on the embedded default")
    oidc_keys: Path = Field(Path(), description="a file with that issuer's JWK set")
    rebuilds_at_once: Annotated[int, Field(ge=1)] = Field(2, description="of different services; each keeps a processor busy or two")
    requests_per_second: Annotated[float, Field(ge=0)] = Field(0, description="that one person may make; 0: as many as they like")


def dependencies_of(settings: GatewaySettings) -> Dependencies:
    """The gateway's parts.

    Raises SystemExit with one line when a key is missing, or when people could only sign in at a built-in issuer that may not run here.
    """
    private = _identity_key(settings.identity_private_key)
    issuer, sessions = _sign_in(settings, IdentitySigner(private))
    backends = Backends(
        {
            "directory": settings.directory_address,
            "goals": settings.goals_address,
            "checkins": settings.checkins_address,
            "progress": settings.progress_address,
            "notifications": settings.notifications_address,
            "audit": settings.audit_address,
        }
    )
    cursor_secret = hmac.new(private.private_bytes_raw(), b"cursors", hashlib.sha256).digest()
    rebuilds = Rebuilds(backends, settings.rebuilds_at_once)
    return Dependencies(backends, Forwarder(backends.checkins), sessions, issuer, References(backends), Cursors(cursor_secret), rebuilds)


def application(settings: GatewaySettings, dependencies: Dependencies) -> Application[Request]:
    """The gateway's HTTP application."""
    per_second = settings.requests_per_second
    return Application(API, partial(Request, dependencies), problem_of, RateLimiter(per_second, burst=max(1.0, 2 * per_second)))


def _sign_in(settings: GatewaySettings, signer: IdentitySigner) -> tuple[Issuer | None, Sessions]:
    """The built-in issuer, where people sign in at it, and whose tokens are taken."""
    if settings.oidc_issuer:
        return None, Sessions(_keys_in(settings.oidc_keys), settings.oidc_issuer, signer)
    if may_issue(settings):
        issuer = Issuer(_issuer_key(settings.issuer_key))
        return issuer, Sessions({issuer.key_id: issuer.public_key}, ISSUER, signer)
    raise SystemExit(
        f"configuration: the built-in issuer signs anyone in, so it runs only with CAIRN_ENVIRONMENT=embedded on a loopback address; "
        f"here they are {settings.environment} and {settings.host}. Set CAIRN_OIDC_ISSUER and CAIRN_OIDC_KEYS instead"
    )


def _identity_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SystemExit(f"configuration: CAIRN_IDENTITY_PRIVATE_KEY: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"configuration: CAIRN_IDENTITY_PRIVATE_KEY: {path} holds no Ed25519 key")
    return key


def _issuer_key(path: Path) -> Ed25519PrivateKey:
    write_keys(path, path.with_suffix(".pub"))
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"configuration: CAIRN_ISSUER_KEY: {path} holds no Ed25519 key")
    return key


def _keys_in(path: Path) -> dict[str, Ed25519PublicKey]:
    try:
        keys = PyJWKSet.from_json(path.read_text()).keys
    except (OSError, ValueError, PyJWTError) as error:
        raise SystemExit(f"configuration: CAIRN_OIDC_KEYS={str(path)!r}: {error}") from None
    return {key.key_id: key.key for key in keys if key.key_id and isinstance(key.key, Ed25519PublicKey)}


@asynccontextmanager
async def gateway(settings: GatewaySettings) -> Lifetime:
    """Answers HTTP while the context lasts. Raises SystemExit with one line when it cannot listen at its port."""
    dependencies = dependencies_of(settings)
    try:
        listening = listener(settings.host, settings.port)
    except OSError as error:
        raise SystemExit(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; set CAIRN_PORT to another") from None
    try:
        async with serving(application(settings, dependencies), listening):
            yield
    finally:
        await dependencies.backends.close()


if __name__ == "__main__":
    run("gateway", GatewaySettings, gateway)
