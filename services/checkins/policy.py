"""Who may check in on a key result, and grade it. The one place; the tests read like the table of roles.

| who | may |
|---|---|
| the objective's owner and contributors, the key result's owners | check in, correct, retract, grade |
| admin, service | the same on anyone's behalf |
| viewer, auditor | change nothing |

A key result of another tenant, or of an objective that the caller may not know of (docs/domain.md), is unknown to them, not forbidden.
"""

from __future__ import annotations

from typing import Final

from chassis.calls import Identity
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from checkins.domain.key_results import KeyResult, unknown_key_result
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE
from shared.visibility import is_shown

REPORTERS: Final = (ADMIN, CHAMPION, MEMBER, SERVICE)


def require_report(identity: Identity, key_result: KeyResult, on_behalf_of: Id = b"") -> None:
    """Raises Refused unless the caller may report of the key result: KEY_RESULT_UNKNOWN, ROLE_REQUIRED, NOT_A_REPORTER, ON_BEHALF_OF."""
    if not sees(identity, key_result):
        raise unknown_key_result()
    identity.require(*REPORTERS)
    if on_behalf_of and len(on_behalf_of) != 16:
        raise invalid("on_behalf_of", f"an id has 16 bytes; this has {len(on_behalf_of)}")
    if identity.has(ADMIN, SERVICE):
        return
    if on_behalf_of and on_behalf_of != identity.person_id:
        raise Refused("ON_BEHALF_OF", "only admins and integrations report on somebody's behalf", kind=Kind.FORBIDDEN, field="on_behalf_of")
    if identity.person_id not in key_result.reporters:
        raise Refused(
            "NOT_A_REPORTER",
            "only the objective's owner and contributors and the key result's owners report of it",
            kind=Kind.FORBIDDEN,
        )


def sees(identity: Identity, key_result: KeyResult) -> bool:
    """Whether the caller may know of the key result."""
    if identity.tenant_id != key_result.tenant_id:
        return False
    person = identity.person_id
    if identity.has(ADMIN, AUDITOR) or person in key_result.reporters or person in key_result.readers:
        return True
    return is_shown(key_result.visibility, key_result.team_id, identity.team_ids)
