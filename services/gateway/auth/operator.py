"""The operator of the installation: looks after it and its tenants, and belongs to none."""

from __future__ import annotations

from typing import Final

from chassis.calls import Identity
from chassis.ids import NIL, Id, id_of_name
from shared.roles import GATEWAY, OPERATOR

NO_TENANT: Final[Id] = NIL
"""The tenant of the installation's operator: none."""
OPERATOR_ID: Final = id_of_name("operator")
"""The operator whom the built-in issuer signs in."""


def operator(person_id: Id = OPERATOR_ID) -> Identity:
    """An operator of this installation: registers tenants, sees no tenant's data."""
    return Identity(NO_TENANT, person_id, frozenset({OPERATOR}))


def gateway_itself() -> Identity:
    """The gateway in its own name."""
    return Identity(NO_TENANT, NO_TENANT, frozenset({GATEWAY}))
