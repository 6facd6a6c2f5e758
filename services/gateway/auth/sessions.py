"""Who is asking: bearer tokens (EdDSA JWTs) that a known issuer signed, and the identity handed on to services."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import parse_id
from chassis.rpc import IdentitySigner
from gateway.auth.issuer import ALGORITHM, AUDIENCE

_MOST_CACHED: Final = 20_000
"""Sessions that are cached; a token that is not is verified once more."""
_RENEWED_AFTER: Final = 60.0
"""Seconds after which an internal token is minted anew, well before it expires."""


@dataclass(slots=True)
class Session:
    """A verified bearer token, and the identity token that stands for it inside."""

    identity: Identity
    internal: str = ""
    minted_at: float = 0.0


class Sessions:
    """Verifies bearer tokens. A verified one is cached whole, signature included, until it expires."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey], issuer: str, signer: IdentitySigner) -> None:
        self._keys: Final = keys
        self._issuer: Final = issuer
        self._signer: Final = signer
        self._sessions: Final[OrderedDict[str, Session]] = OrderedDict()

    def session_of(self, token: str) -> Session:
        """The session of a bearer token.

        Raises Refused (UNAUTHENTICATED): no token, forged, expired, for somebody else.
        """
        session = self._sessions.get(token)
        if session is None:
            session = Session(self._verified(token))
            self._sessions[token] = session
            if len(self._sessions) > _MOST_CACHED:
                self._sessions.popitem(last=False)
        if session.identity.expires_at <= time.time():
            self._sessions.pop(token, None)
            raise _unauthenticated("TOKEN_EXPIRED", "this token has expired; sign in again")
        return session

    def internal_token(self, session: Session) -> str:
        """The identity token to hand on to services, never older than a minute."""
        now = time.time()
        if now - session.minted_at > _RENEWED_AFTER:
            session.internal = self._signer.sign(session.identity)
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
