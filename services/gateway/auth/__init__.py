"""Who is asking, and what they show for it."""

from gateway.auth.issuer import AUDIENCE, ISSUER, LIFETIME, Issuer, may_issue
from gateway.auth.operator import operator, require_operations, require_operator
from gateway.auth.sessions import Session, Sessions

__all__ = [
    "AUDIENCE",
    "ISSUER",
    "LIFETIME",
    "Issuer",
    "Session",
    "Sessions",
    "may_issue",
    "operator",
    "require_operations",
    "require_operator",
]
