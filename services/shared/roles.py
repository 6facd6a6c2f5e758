"""The roles that an identity carries. What each of them may do is said by the service that is asked."""

from __future__ import annotations

from typing import Final

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
