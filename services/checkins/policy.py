"""Who may check in on a key result, and grade it. The one place; the tests read like the table of roles.

| who | may |
|---|---|
| the objective's owner and contributors, the key result's owners | check in, correct, retract, grade |
| admin, service | the same on anyone's behalf |
| admin, champion, member, service, of what they may know of | comment, react, thank, take note, ask for feedback |
| a comment's author | edit it, take it back |
| who was asked for feedback | give or decline it |
| admin | take back anybody's comment |
| viewer, auditor | change nothing |

A key result of another tenant, or of an objective that the caller may not know of (docs/domain.md), is unknown to them, not forbidden.
"""

from __future__ import annotations

from typing import Final

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from checkins.domain.audience import Audience
from checkins.domain.key_results import KeyResult, unknown_key_result
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE
from shared.visibility import is_shown

REPORTERS: Final = (ADMIN, CHAMPION, MEMBER, SERVICE)


def require_report(identity: Identity, key_result: KeyResult, on_behalf_of: Id = b"") -> None:
    """Raises Refused unless the caller may report of the key result: KEY_RESULT_UNKNOWN, ROLE_REQUIRED, NOT_A_REPORTER, ON_BEHALF_OF."""
    if not sees(identity, key_result):
        raise unknown_key_result()
    identity.require(*REPORTERS)
    _require_behalf(identity, on_behalf_of)
    if identity.has(ADMIN, SERVICE):
        return
    if identity.person_id not in key_result.reporters:
        raise Refused(
            "NOT_A_REPORTER",
            "only the objective's owner and contributors and the key result's owners report of it",
            kind=Kind.FORBIDDEN,
        )


def require_speaker(identity: Identity, on_behalf_of: Id = b"") -> None:
    """Raises Refused unless the caller may say something of what they may know of: ROLE_REQUIRED, ON_BEHALF_OF."""
    identity.require(*REPORTERS)
    _require_behalf(identity, on_behalf_of)


def may_speak(identity: Identity) -> bool:
    """Whether somebody may answer what they are asked."""
    return identity.has(*REPORTERS)


def takes_back_anything(identity: Identity) -> bool:
    """Whether somebody may take back what others wrote."""
    return identity.has(ADMIN)


def _require_behalf(identity: Identity, on_behalf_of: Id) -> None:
    if on_behalf_of and len(on_behalf_of) != 16:
        raise invalid("on_behalf_of", f"an id has 16 bytes; this has {len(on_behalf_of)}")
    if on_behalf_of and on_behalf_of != identity.person_id and not identity.has(ADMIN, SERVICE):
        raise Refused("ON_BEHALF_OF", "only admins and integrations report on somebody's behalf", kind=Kind.FORBIDDEN, field="on_behalf_of")


def sees(identity: Identity, key_result: KeyResult) -> bool:
    """Whether the caller may know of the key result."""
    people = key_result.reporters | key_result.readers
    return _sees(identity, key_result.tenant_id, key_result.visibility, key_result.team_id, people)


def sees_what_is_talked_about(identity: Identity, audience: Audience) -> bool:
    """Whether somebody may know of it."""
    return _sees(identity, audience.tenant_id, audience.visibility, audience.team_id, audience.people)


def _sees(identity: Identity, tenant_id: Id, visibility: goals.Visibility.ValueType, team_id: Id, people: frozenset[Id]) -> bool:
    if identity.tenant_id != tenant_id:
        return False
    return identity.has(ADMIN, AUDITOR) or identity.person_id in people or is_shown(visibility, team_id, identity.team_ids)
