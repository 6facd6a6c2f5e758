"""The roles that an identity carries. What each of them may do is said by the service that is asked."""

from __future__ import annotations

from typing import Final

from chassis.calls import Identity
from chassis.errors import Kind, Refused

ADMIN: Final = "admin"
CHAMPION: Final = "champion"
MEMBER: Final = "member"
VIEWER: Final = "viewer"
AUDITOR: Final = "auditor"
SERVICE: Final = "service"
"""Not a person: another system, or one of our own processes."""

GATEWAY: Final = "gateway"
"""The gateway in its own name: it asks directory who somebody is. Nobody is given it, and no token from outside bears it."""

OPERATOR: Final = "operator"
"""Of the installation, not of a tenant: registers tenants, sees no tenant's data."""


def require_operator(identity: Identity) -> None:
    """Raises Refused (FORBIDDEN) unless the caller operates the installation: for what reaches beyond one tenant."""
    if not identity.has(OPERATOR):
        has = ", ".join(sorted(identity.roles)) or "none"
        message = f"this concerns the whole installation and is for its operator alone: ask them; you have the roles {has}"
        raise Refused("ROLE_REQUIRED", message, kind=Kind.FORBIDDEN)
