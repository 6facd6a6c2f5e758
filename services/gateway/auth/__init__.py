"""Who is asking, what they show for it, and what they are now."""

from gateway.auth.browser_sessions import BrowserSessions
from gateway.auth.issuer import ISSUER, LIFETIME, OPERATORS_ISSUER, Issuer, is_loopback
from gateway.auth.issuers import AUDIENCE, Claimed, Issuers, TrustedIssuer
from gateway.auth.keys import VerifyingKey, verifying_keys
from gateway.auth.names import PeopleNames
from gateway.auth.openid import Client, OpenIdProvider, PublishedKeys, expired, is_private
from gateway.auth.operator import NO_TENANT, OPERATOR_ID, gateway_itself, operator
from gateway.auth.sessions import Session, SessionEnded, Sessions
from gateway.auth.standings import Standing, Standings

__all__ = [
    "AUDIENCE",
    "ISSUER",
    "LIFETIME",
    "NO_TENANT",
    "OPERATORS_ISSUER",
    "OPERATOR_ID",
    "BrowserSessions",
    "Claimed",
    "Client",
    "Issuer",
    "Issuers",
    "OpenIdProvider",
    "PeopleNames",
    "PublishedKeys",
    "Session",
    "SessionEnded",
    "Sessions",
    "Standing",
    "Standings",
    "TrustedIssuer",
    "VerifyingKey",
    "expired",
    "gateway_itself",
    "is_loopback",
    "is_private",
    "operator",
    "verifying_keys",
]
