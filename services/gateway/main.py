"""The gateway's process: the only place where it is wired and started."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Final

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt import PyJWKSet
from jwt.exceptions import PyJWTError
from pydantic import Field

from chassis.rpc import IdentitySigner, write_keys
from chassis.runtime import Lifetime, Settings, run
from gateway.allowance import Allowance
from gateway.api import Api
from gateway.cursors import Cursors
from gateway.edge import Edge
from gateway.forwarding import Forwarder
from gateway.identity import ISSUER, Issuer, Sessions, may_issue
from gateway.references import References
from gateway.routes.table import RESOURCES
from gateway.services import Services

_GRACE: Final = 3.0
_BACKLOG: Final = 2048


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
    requests_per_second: Annotated[float, Field(ge=0)] = Field(0, description="that one person may make; 0: as many as they like")


def edge_of(settings: GatewaySettings) -> Edge:
    """The gateway's parts.

    Raises SystemExit with one line when a key is missing, or when people could only sign in at a built-in issuer that may not run here.
    """
    try:
        private = load_pem_private_key(settings.identity_private_key.read_bytes(), password=None)
        signer = IdentitySigner.from_file(settings.identity_private_key)
    except (OSError, ValueError) as error:
        raise SystemExit(f"configuration: CAIRN_IDENTITY_PRIVATE_KEY: {error}") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SystemExit(f"configuration: CAIRN_IDENTITY_PRIVATE_KEY: {settings.identity_private_key} holds no Ed25519 key")
    if settings.oidc_issuer:
        issuer, sessions = None, Sessions(_keys_in(settings.oidc_keys), settings.oidc_issuer, signer)
    elif may_issue(settings):
        issuer = Issuer(_issuer_key(settings.issuer_key))
        sessions = Sessions({issuer.key_id: issuer.public_key}, ISSUER, signer)
    else:
        raise SystemExit(
            f"configuration: the built-in issuer signs anyone in, so it runs only with CAIRN_ENVIRONMENT=embedded on a loopback address; "
            f"here they are {settings.environment} and {settings.host}. Set CAIRN_OIDC_ISSUER and CAIRN_OIDC_KEYS instead"
        )
    services = Services(settings)
    secret = hmac.new(private.private_bytes_raw(), b"cursors", hashlib.sha256).digest()
    per_second = settings.requests_per_second
    return Edge(
        services,
        Forwarder(services.checkins),
        sessions,
        issuer,
        References(services),
        Cursors(secret),
        Allowance(per_second, max(1.0, 2 * per_second)),
    )


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
    """Answers HTTP while the context lasts."""
    edge = edge_of(settings)
    server = uvicorn.Server(
        uvicorn.Config(
            Api(edge, RESOURCES),
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,  # nothing here depends on the caller's address
            timeout_graceful_shutdown=int(_GRACE),
            backlog=_BACKLOG,
        )
    )
    listener = _listener(settings.host, settings.port)
    # uvicorn's own serve() takes the signals for itself; ours are the runner's.
    serving = asyncio.create_task(server._serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        await edge.services.close()


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise SystemExit(f"cannot listen on {host}:{port}: {error.strerror}; set CAIRN_PORT to another") from None
    listener.listen(_BACKLOG)
    return listener


if __name__ == "__main__":
    run("gateway", GatewaySettings, gateway)
