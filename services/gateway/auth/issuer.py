"""The built-in issuer of the embedded default: signs anyone in, so it runs only where somebody said so and nobody else can reach it."""

from __future__ import annotations

import base64
import time
from ipaddress import ip_address
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.ids import Id, id_of_name, id_text, new_id
from gateway.auth.issuers import ALGORITHM, AUDIENCE, TrustedIssuer
from gateway.auth.keys import VerifyingKey
from gateway.auth.operator import NO_TENANT

ISSUER: Final = "https://cairn.invalid/built-in"
OPERATORS_ISSUER: Final = "https://cairn.invalid/built-in/operators"
LIFETIME: Final = 15 * 60
"""Seconds that an access token is good for; its session goes on by a refresh token."""


def is_loopback(host: str) -> bool:
    """Whether a listener at `host` is reachable from this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Issuer:
    """Signs people in: the people of tenants with one key, operators with another."""

    def __init__(self, key: Ed25519PrivateKey, operators_key: Ed25519PrivateKey) -> None:
        self._people: Final = _Signing(ISSUER, key)
        self._operators: Final = _Signing(OPERATORS_ISSUER, operators_key)

    @property
    def trusted(self) -> tuple[TrustedIssuer, TrustedIssuer]:
        """As whom its tokens are believed."""
        people, operators = self._people, self._operators
        return (
            TrustedIssuer(people.name, {people.key_id: VerifyingKey(ALGORITHM, people.public_key)}),
            TrustedIssuer(operators.name, {operators.key_id: VerifyingKey(ALGORITHM, operators.public_key)}, of_operators=True),
        )

    def token(self, tenant_id: Id, person_id: Id, session_id: Id | None = None, lifetime: float = LIFETIME) -> str:
        """An access token of somebody, in one of their sessions, good for `lifetime` seconds. Whoever is of no tenant is an operator."""
        signing = self._operators if tenant_id == NO_TENANT else self._people
        now = time.time()
        claims = {
            "iss": signing.name,
            "aud": AUDIENCE,
            "sub": id_text(person_id),
            "tenant": id_text(tenant_id),
            "sid": id_text(session_id or new_id()),
            "iat": now,
            "exp": now + lifetime,
            "jti": id_text(new_id()),
        }
        return jwt.encode(claims, signing.key, algorithm=ALGORITHM, headers={"kid": signing.key_id})

    def jwks(self) -> dict[str, Any]:
        """The public key that the tokens of people are verified with, as a JWK set."""
        return {"keys": [self._people.jwk()]}

    def operators_jwks(self) -> dict[str, Any]:
        """The public key that the tokens of operators are verified with, as a JWK set."""
        return {"keys": [self._operators.jwk()]}


class _Signing:
    """A key, and in whose name it signs."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name: Final = name
        self.key: Final = key
        self.public_key: Final = key.public_key()
        self.key_id: Final = key_id_of(self.public_key)

    def jwk(self) -> dict[str, str]:
        raw = self.public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": self.key_id, "x": x}


def key_id_of(key: Ed25519PublicKey) -> str:
    """A name for a key that follows from it."""
    return id_text(id_of_name(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)))
