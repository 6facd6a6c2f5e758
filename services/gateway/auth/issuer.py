"""The built-in issuer of the embedded default: signs anyone in, so it runs only where nobody else can reach it."""

from __future__ import annotations

import base64
import time
from ipaddress import ip_address
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.calls import Identity
from chassis.ids import id_of_name, id_text, new_id
from chassis.runtime import Settings

ISSUER: Final = "https://cairn.invalid/built-in"
AUDIENCE: Final = "cairn"
ALGORITHM: Final = "EdDSA"
LIFETIME: Final = 8 * 3600
"""Seconds that somebody stays signed in."""


def may_issue(settings: Settings) -> bool:
    """Whether the built-in issuer may run: only on the embedded default, and only where nobody else can reach it."""
    return settings.environment == "embedded" and _is_loopback(settings.host)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Issuer:
    """Signs people in on the embedded default."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key: Final = key
        self.public_key: Final = key.public_key()
        self.key_id: Final = key_id_of(self.public_key)

    def token(self, identity: Identity, lifetime: float = LIFETIME) -> str:
        """A bearer token for `identity`, good for `lifetime` seconds."""
        now = time.time()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": id_text(identity.person_id),
            "tenant": id_text(identity.tenant_id),
            "roles": sorted(identity.roles),
            "teams": sorted(identity.teams),
            "iat": now,
            "exp": now + lifetime,
            "jti": id_text(new_id()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self.key_id})

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK set."""
        raw = self.public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": self.key_id, "x": x}]}


def key_id_of(key: Ed25519PublicKey) -> str:
    """A name for a key that follows from it."""
    return id_text(id_of_name(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)))
