"""Who may do what with cycles and objectives. The one place; the tests read like the table of roles.

| who | may |
|---|---|
| admin, champion, service | define cycles and move them on |
| admin, champion, member, service | define objectives |
| an objective's creator, its owner, admins | edit it, its key results, and what it is aligned to |
| whoever sees an objective | align to it, count for it |
| viewer, auditor | change nothing |

Who sees an objective is told in docs/domain.md, once for all services: admins, auditors, its creator and the people it names;
its team, unless it is private; everyone of the tenant, if it is the company's. To everyone else it is unknown, not forbidden.
"""

from __future__ import annotations

from typing import Final

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from goals.domain.objectives import Objective, require_known, unknown_objective
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE

CHANGERS: Final = (ADMIN, CHAMPION, MEMBER, SERVICE)
CYCLE_KEEPERS: Final = (ADMIN, CHAMPION, SERVICE)


def require_cycle_keeper(identity: Identity) -> None:
    """Raises Refused (ROLE_REQUIRED) unless the caller may define cycles and move them on."""
    identity.require(*CYCLE_KEEPERS)


def require_definer(identity: Identity) -> None:
    """Raises Refused (ROLE_REQUIRED) unless the caller may define objectives."""
    identity.require(*CHANGERS)


def require_edit(identity: Identity, objective: Objective) -> None:
    """Raises Refused (OBJECTIVE_UNKNOWN, ROLE_REQUIRED, NOT_AN_EDITOR) unless the caller may change the objective."""
    require_seen(objective, identity)
    identity.require(*CHANGERS)
    if identity.has(ADMIN) or identity.person_id in (objective.creator_id, objective.owner_id):
        return
    raise Refused("NOT_AN_EDITOR", "only the objective's creator, its owner and admins change it", kind=Kind.FORBIDDEN)


def require_seen(objective: Objective, identity: Identity, field: str = "objective_id") -> None:
    """Raises Refused (OBJECTIVE_UNKNOWN) unless there is the objective and the caller may know of it."""
    require_known(objective, field)
    if not sees(identity, objective):
        raise unknown_objective(field)


def sees(identity: Identity, objective: Objective) -> bool:
    """Whether the caller may know of the objective."""
    if identity.has(ADMIN, AUDITOR) or _is_named(identity.person_id, objective):
        return True
    match objective.visibility:
        case goals.VISIBILITY_COMPANY | goals.VISIBILITY_UNSPECIFIED:
            return True
        case goals.VISIBILITY_TEAM:
            return objective.team in identity.teams
        case goals.VISIBILITY_PRIVATE:
            return False
        case visibility:
            raise ValueError(f"who sees what has visibility {visibility} is not decided")


def _is_named(person_id: Id, objective: Objective) -> bool:
    return (
        person_id in (objective.creator_id, objective.owner_id)
        or person_id in objective.contributor_ids
        or person_id in objective.named_person_ids
        or person_id in objective.key_result_owner_ids()
    )
