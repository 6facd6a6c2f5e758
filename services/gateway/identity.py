"""Who is asking: bearer tokens (EdDSA JWTs), the built-in issuer of the embedded default, and the identity handed on to services."""

from __future__ import annotations

import base64
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_of_name, id_text, new_id, parse_id
from chassis.rpc import IdentitySigner
from chassis.runtime import Settings
from shared.roles import ADMIN, OPERATOR

ISSUER: Final = "https://cairn.invalid/built-in"
AUDIENCE: Final = "cairn"
ALGORITHM: Final = "EdDSA"
LIFETIME: Final = 8 * 3600
"""Seconds that somebody stays signed in."""

NO_TENANT: Final[Id] = bytes(16)
"""The tenant of the installation's operator: none."""
OPERATOR_ID: Final = id_of_name("operator")

_SESSIONS: Final = 20_000
_RENEW: Final = 60.0  # an internal token is minted anew after this many seconds, well before it expires


def operator() -> Identity:
    """The operator of this installation: registers tenants, sees no tenant's data."""
    return Identity(NO_TENANT, OPERATOR_ID, frozenset({OPERATOR}))


def may_issue(settings: Settings) -> bool:
    """Whether the built-in issuer may run: only on the embedded default, and only where nobody else can reach it."""
    return settings.environment == "embedded" and _is_loopback(settings.host)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class Session:
    """A verified bearer token, and the identity token that stands for it inside."""

    identity: Identity
    internal: str = ""
    minted_at: float = 0.0


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


class Sessions:
    """From bearer tokens to identities; a verified token is remembered whole, signature included, until it expires."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey], issuer: str, signer: IdentitySigner) -> None:
        self._keys: Final = keys
        self._issuer: Final = issuer
        self._signer: Final = signer
        self._sessions: Final[OrderedDict[str, Session]] = OrderedDict()

    def of(self, token: str) -> Session:
        """The session of a bearer token.

        Raises Refused (UNAUTHENTICATED): no token, forged, expired, for somebody else.
        """
        session = self._sessions.get(token)
        if session is None:
            session = Session(self._verified(token))
            self._sessions[token] = session
            if len(self._sessions) > _SESSIONS:
                self._sessions.popitem(last=False)
        if session.identity.expires_at <= time.time():
            self._sessions.pop(token, None)
            raise _unauthenticated("TOKEN_EXPIRED", "this token has expired; sign in again")
        return session

    def internal_token(self, session: Session) -> str:
        """The identity token to hand on to services, never older than a minute."""
        now = time.time()
        if now - session.minted_at > _RENEW:
            who = session.identity
            session.internal = self._signer.sign(who.tenant_id, who.person_id, who.roles, who.teams)
            session.minted_at = now
        return session.internal

    def _verified(self, token: str) -> Identity:
        if not token:
            raise _unauthenticated("TOKEN_MISSING", "this needs the header Authorization: Bearer <token>; POST /v1/sign-in gives one")
        try:
            key = self._keys.get(jwt.get_unverified_header(token).get("kid", ""))
            if key is None:
                raise _unauthenticated("TOKEN_INVALID", "this token is signed by a key that is not known here")
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=self._issuer,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "tenant"]},
            )
            return Identity(
                tenant_id=parse_id(claims["tenant"]),
                person_id=parse_id(claims["sub"]),
                roles=frozenset(map(str, claims.get("roles", ()))),
                teams=frozenset(map(str, claims.get("teams", ()))),
                expires_at=float(claims["exp"]),
            )
        except jwt.ExpiredSignatureError:
            raise _unauthenticated("TOKEN_EXPIRED", "this token has expired; sign in again") from None
        except jwt.InvalidAudienceError:
            raise _unauthenticated("TOKEN_INVALID", f"this token is meant for somebody else; its aud must be {AUDIENCE!r}") from None
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            raise _unauthenticated("TOKEN_INVALID", "this is no token that a known issuer signed") from None


def _unauthenticated(reason: str, message: str) -> Refused:
    return Refused(reason, message, kind=Kind.UNAUTHENTICATED)


def require_operator(identity: Identity) -> None:
    """Raises Refused (FORBIDDEN) unless the caller operates this installation."""
    identity.require(OPERATOR)


def require_operations(identity: Identity) -> None:
    """Raises Refused (FORBIDDEN) unless the caller may look after the installation's machinery."""
    identity.require(OPERATOR, ADMIN)
