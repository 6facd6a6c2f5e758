"""Whose bearer tokens are believed, and what one says: who somebody is. What they may do, directory says, and no token."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import jwt

from chassis.errors import Kind, Refused
from chassis.ids import Id, id_of_name, id_text, is_id, parse_id
from chassis.texts import is_line
from gateway.auth.keys import VerifyingKey
from gateway.auth.operator import NO_TENANT
from shared.roles import OPERATOR

AUDIENCE: Final = "cairn"
ALGORITHM: Final = "EdDSA"
_LONGEST_NAME: Final = 200
_END_OF_DATES: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
_REQUIRED: Final = ["exp", "iat", "iss", "aud", "sub"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a verified token says."""

    tenant: str
    """An id or a name."""
    person: str
    """An id or a handle."""
    is_operator: bool
    session_id: Id
    """Of the session that it was issued in; where its issuer has none, of the token alone."""
    issued_at: float
    expires_at: float
    """Both in seconds since 1970."""
    session_ends_at: float = 0.0
    """Of a browser's session, which goes on by itself: when it ends at the latest."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An issuer whose tokens are believed: of people of tenants, or of operators of the installation, never of both."""

    name: str
    """What stands in `iss`."""
    keys: Mapping[str, VerifyingKey]
    """By `kid`, as they are now: an issuer may publish others."""
    of_operators: bool = False
    tenant: str = ""
    """Of everybody whom it signs for, by id or name. Empty: a claim says whose."""
    tenant_claim: str = "tenant"
    person_claim: str = "sub"


class Issuers:
    """Verifies JWTs: the key says whose one is, and whose it is says what it may claim."""

    def __init__(self, *trusted: TrustedIssuer) -> None:
        """Raises ValueError when two issuers share a key."""
        self._trusted: Final = trusted
        if len({key_id for issuer in trusted for key_id in issuer.keys}) != sum(len(issuer.keys) for issuer in trusted):
            raise ValueError("two issuers have a key of one name; each needs keys of its own")

    def claimed(self, token: str) -> Claimed:
        """What a bearer token says, verified anew; whether it has expired meanwhile, its reader asks.

        Raises Refused (UNAUTHENTICATED): no token, forged, for somebody else.
        """
        if not token:
            raise unauthenticated("TOKEN_MISSING", "this needs the header Authorization: Bearer <token>; POST /v1/sign-in gives one")
        try:
            key_id = jwt.get_unverified_header(token).get("kid", "")
            signers = [issuer for issuer in self._trusted if key_id in issuer.keys]
            if len(signers) != 1:  # two only where one of them publishes another one's key
                raise unauthenticated("TOKEN_INVALID", "this token is signed by a key that is not known here")
            claims = verified(signers[0], token, AUDIENCE, may_have_expired=True)
            return _operator(claims, token) if signers[0].of_operators else person_claimed(claims, signers[0], token)
        except jwt.InvalidAudienceError:
            raise unauthenticated("TOKEN_INVALID", f"this token is meant for somebody else; its aud must be {AUDIENCE!r}") from None
        except UNREADABLE:
            raise unauthenticated("TOKEN_INVALID", "this is no token that a known issuer signed") from None


UNREADABLE: Final = (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError, ArithmeticError, RecursionError)
"""What reading a token that somebody made up may raise."""


def verified(issuer: TrustedIssuer, token: str, audience: str, *, may_have_expired: bool = False) -> Mapping[str, Any]:
    """The claims of a token that an issuer signed for this audience. Raises one of UNREADABLE."""
    signed_with = issuer.keys[jwt.get_unverified_header(token).get("kid", "")]
    claims: Mapping[str, Any] = jwt.decode(
        token,
        signed_with.key,
        algorithms=[signed_with.algorithm],
        audience=audience,
        issuer=issuer.name,
        options={"require": _REQUIRED, "verify_exp": not may_have_expired},
    )
    return claims


def person_claimed(claims: Mapping[str, Any], issuer: TrustedIssuer, token: str) -> Claimed:
    """Whose token it is, of which tenant. Raises one of UNREADABLE, and Refused (OPERATOR_OF_NO_ISSUER)."""
    tenant, person = issuer.tenant or str(claims[issuer.tenant_claim]), str(claims[issuer.person_claim])
    if issuer.person_claim == "email" and claims.get("email_verified") is False:
        raise ValueError("this address may be somebody else's")
    if max(len(tenant), len(person)) > _LONGEST_NAME:
        raise ValueError("nobody has such a name")
    if not (is_line(tenant) and is_line(person)):
        raise ValueError("a name is a line")
    if OPERATOR in (claims.get("roles") or ()) or tenant == id_text(NO_TENANT):
        raise unauthenticated("OPERATOR_OF_NO_ISSUER", f"{issuer.name} says who the people of tenants are, and not who operates Cairn")
    return Claimed(tenant, person, False, _session_id(claims, token), _instant(claims, "iat"), _instant(claims, "exp"))


def _operator(claims: Mapping[str, Any], token: str) -> Claimed:
    operator_id = operator_named(str(claims["sub"]))
    issued_at, expires_at = _instant(claims, "iat"), _instant(claims, "exp")
    return Claimed(id_text(NO_TENANT), id_text(operator_id), True, _session_id(claims, token), issued_at, expires_at)


def _instant(claims: Mapping[str, Any], name: str) -> float:
    """A claim's seconds since 1970. Raises ValueError for what is no number (RFC 7519: NumericDate), or lies in no year that a date has."""
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_DATES:  # NaN is not below either
        raise ValueError(f"{name} is no instant")
    return float(value)


def operator_named(subject: str) -> Id:
    """Who an operator is in the logs, by what their issuer calls them: an id, or any name."""
    try:
        return parse_id(subject)
    except ValueError:
        return id_of_name("operator", subject)


def _session_id(claims: Mapping[str, Any], token: str) -> Id:
    session = str(claims.get("sid", ""))
    if is_id(session):
        return parse_id(session)
    if session:
        return id_of_name("session", str(claims["iss"]), session)
    return id_of_name("token", str(claims["iss"]), str(claims.get("jti") or hashlib.sha256(token.encode()).hexdigest()))


def unauthenticated(reason: str, message: str) -> Refused:
    """The refusal of what somebody showed who is not known by it."""
    return Refused(reason, message, kind=Kind.UNAUTHENTICATED)
