"""Who may do what with cycles and objectives. The one place; the tests read like the table of roles.

| who | may |
|---|---|
| admin, champion, service | define cycles and move them on |
| admin, champion, member, service | define objectives |
| an objective's creator, its owner, admins | edit it, its key results, what it is aligned to; let go of what counts for it |
| admin, champion, member, service | save templates of the tenant's own |
| a template's creator; admin, champion, service | save it again, remove it |
| admins; the owner of what an objective is aligned to, but not of their own | approve it, send it back |
| who edits both objectives | move a key result from one to the other |
| whoever sees an objective | align to it, count for it |
| admin, champion, member, service | define KPIs |
| a KPI's creator, its owner, admins | change it, measure it, retire it |
| services | measure KPIs |
| admin, champion, member, service | give tasks and define initiatives for what they see, plan milestones |
| a task's giver, admins | change it, give it to somebody else, cancel it |
| a task's assignee, its giver | do it, reopen it |
| admin, service | give, change and do tasks in somebody's name |
| an initiative's creator, its owner, admins | change it |
| admin, champion, member, service | log time that they spent on a task or an initiative that they see; correct it, take it back |
| a milestone's creator, admins, champions | change it, reach it, postpone it |
| viewer, auditor | change nothing |

Who sees an objective is told in docs/domain.md, once for all services: admins, auditors, its creator and the people it names;
its team, unless it is private; everyone of the tenant, if it is the company's. To everyone else it is unknown, not forbidden,
and so are its key results: each refusal of that kind is, to the letter, that of what is not there.

KPIs and milestones are everybody's to see; a task is its assignee's and its giver's, and, as an initiative, of those who see what it is
for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from goals.domain import cycles, kpis, milestones
from goals.domain.cycles import Cycle
from goals.domain.effort import DayOfEffort, unknown_effort
from goals.domain.initiatives import Initiative, unknown_initiative
from goals.domain.key_results import unknown_key_result
from goals.domain.kpis import Kpi
from goals.domain.milestones import Milestone
from goals.domain.objectives import Objective, unknown_objective
from goals.domain.tasks import Task, unknown_task
from goals.domain.templates import Template, unknown_template
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE
from shared.visibility import is_shown

_ID_BYTES: Final = 16
CHANGERS: Final = (ADMIN, CHAMPION, MEMBER, SERVICE)
CYCLE_KEEPERS: Final = (ADMIN, CHAMPION, SERVICE)


def require_cycle_keeper(identity: Identity) -> None:
    """Raises Refused (ROLE_REQUIRED) unless the caller may define cycles and move them on."""
    identity.require(*CYCLE_KEEPERS)


def require_definer(identity: Identity) -> None:
    """Raises Refused (ROLE_REQUIRED) unless the caller may define objectives."""
    identity.require(*CHANGERS)


def require_cycle_step(identity: Identity, cycle: Cycle) -> None:
    """Raises Refused (CYCLE_UNKNOWN, ROLE_REQUIRED) unless the caller may move the cycle on."""
    cycles.require_known(cycle)
    require_cycle_keeper(identity)


def require_template_keeper(identity: Identity, template: Template) -> None:
    """Raises Refused (TEMPLATE_UNKNOWN, ROLE_REQUIRED) unless there is the template, and the caller may change it."""
    if template.saved is None:
        raise unknown_template()
    created_it = identity.person_id == template.saved.creator_id
    identity.require(*(CHANGERS if created_it else CYCLE_KEEPERS))


def require_edit(identity: Identity, objective: Objective) -> None:
    """Raises Refused (OBJECTIVE_UNKNOWN, ROLE_REQUIRED, NOT_AN_EDITOR) unless the caller may change the objective."""
    if not sees(identity, objective):
        raise unknown_objective()
    _require_editor(identity, objective)


def whoever_edits(field: str) -> Callable[[Identity, Objective], None]:
    """Lets through who may change an objective that a field names. Raises Refused (OBJECTIVE_UNKNOWN, ROLE_REQUIRED, NOT_AN_EDITOR)."""

    def may(identity: Identity, objective: Objective) -> None:
        if not sees(identity, objective):
            raise unknown_objective(field)
        _require_editor(identity, objective)

    return may


def whoever_approves(above: Objective) -> Callable[[Identity, Objective], None]:
    """Lets through who may approve an objective, of those who see it; `above` is what it is aligned to, if it is to anything.

    Raises Refused (OBJECTIVE_UNKNOWN, ROLE_REQUIRED, NOT_AN_APPROVER).
    """

    def may(identity: Identity, objective: Objective) -> None:
        if not sees(identity, objective):
            raise unknown_objective()
        identity.require(*CHANGERS)
        own = identity.person_id in (objective.creator_id, objective.owner_id)
        if not (identity.has(ADMIN) or (identity.person_id == above.owner_id and sees(identity, above) and not own)):
            message = "admins approve objectives, and the owner of what they are aligned to; nobody else, and nobody their own"
            raise Refused("NOT_AN_APPROVER", message, kind=Kind.FORBIDDEN)

    return may


def require_key_result_edit(identity: Identity, home: Objective) -> None:
    """Raises Refused (KEY_RESULT_UNKNOWN, ROLE_REQUIRED, NOT_AN_EDITOR) unless the caller may change the key results of the objective."""
    if not sees(identity, home):
        raise unknown_key_result()
    _require_editor(identity, home)


def require_kpi_keeper(identity: Identity, kpi: Kpi) -> None:
    """Raises Refused (KPI_UNKNOWN, ROLE_REQUIRED, NOT_ITS_KEEPER) unless the caller may change the KPI."""
    kpis.require_known(kpi)
    _require_keeper(identity, (kpi.creator_id, kpi.owner_id), "only the KPI's owner, who defined it and admins change it")


def require_measurer(identity: Identity, kpi: Kpi) -> None:
    """As `require_kpi_keeper`; services measure any KPI."""
    kpis.require_known(kpi)
    if not identity.has(SERVICE):
        require_kpi_keeper(identity, kpi)


TaskRule = Callable[[Identity, Task], None]


def require_task_edit(identity: Identity, task: Task) -> None:
    """Raises Refused (ROLE_REQUIRED, NOT_ITS_GIVER) unless the caller may change the task."""
    identity.require(*CHANGERS)
    if not (identity.has(ADMIN) or identity.person_id == task.giver_id):
        raise Refused("NOT_ITS_GIVER", "only the task's giver and admins change it", kind=Kind.FORBIDDEN)


def require_task_part(identity: Identity, task: Task) -> None:
    """Raises Refused (ROLE_REQUIRED, NOT_ITS_ASSIGNEE) unless the caller has the task or gave it."""
    identity.require(*CHANGERS)
    if identity.person_id not in (task.assignee_id, task.giver_id):
        raise Refused("NOT_ITS_ASSIGNEE", "only the task's assignee and its giver do it", kind=Kind.FORBIDDEN)


def require_behalf(identity: Identity, on_behalf_of: Id) -> None:
    """Raises Refused (INVALID, ON_BEHALF_OF) unless the caller may speak for somebody; empty: for nobody."""
    if on_behalf_of and len(on_behalf_of) != _ID_BYTES:
        raise invalid("on_behalf_of", f"an id has {_ID_BYTES} bytes; this has {len(on_behalf_of)}")
    if on_behalf_of and on_behalf_of != identity.person_id and not identity.has(ADMIN, SERVICE):
        raise Refused("ON_BEHALF_OF", "only admins and integrations do this for somebody else", kind=Kind.FORBIDDEN, field="on_behalf_of")


def as_of_somebody(require: TaskRule, on_behalf_of: Id) -> TaskRule:
    """A rule as it is for somebody whom the caller speaks for; empty: for the caller."""
    if not on_behalf_of:
        return require

    def may(identity: Identity, task: Task) -> None:
        require(replace(identity, person_id=on_behalf_of), task)

    return may


def sees_task(identity: Identity, task: Task, objective: Objective | None) -> bool:
    """Whether there is the task, and the caller may know of it; `objective` is what it serves in the end."""
    if task.state == goals.TASK_STATE_UNSPECIFIED:
        return False
    if identity.has(ADMIN, AUDITOR) or identity.person_id in (task.assignee_id, task.giver_id):
        return True
    return objective is not None and sees(identity, objective)


def whoever_knows_of_task(objective: Objective | None, require: TaskRule) -> TaskRule:
    """Lets through whom a rule lets through, of those who may know of the task; to everyone else it is unknown."""

    def may(identity: Identity, task: Task) -> None:
        if not sees_task(identity, task, objective):
            raise unknown_task()
        require(identity, task)

    return may


def require_worker(identity: Identity, _task: Task) -> None:
    """Raises Refused (ROLE_REQUIRED) unless the caller may log what they spent on work."""
    identity.require(*CHANGERS)


def whoever_sees_initiative(objective: Objective | None) -> Callable[[Identity, Initiative], None]:
    """Lets through who may log time on an initiative, of those who see what it is for; to everyone else it is unknown."""

    def may(identity: Identity, initiative: Initiative) -> None:
        if initiative.state == goals.INITIATIVE_STATE_UNSPECIFIED or objective is None or not sees(identity, objective):
            raise unknown_initiative()
        identity.require(*CHANGERS)

    return may


def require_own_effort(identity: Identity, day: DayOfEffort) -> None:
    """Raises Refused (EFFORT_UNKNOWN, ROLE_REQUIRED) unless the day is one of which the caller has logged."""
    if day.person_id != identity.person_id:
        raise unknown_effort()
    identity.require(*CHANGERS)


def whoever_keeps_initiative(objective: Objective | None) -> Callable[[Identity, Initiative], None]:
    """Lets through owner, creator and admins, of those who see what the initiative is for; to everyone else it is unknown."""

    def may(identity: Identity, initiative: Initiative) -> None:
        if initiative.state == goals.INITIATIVE_STATE_UNSPECIFIED or objective is None or not sees(identity, objective):
            raise unknown_initiative()
        keepers = initiative.creator_id, initiative.owner_id
        _require_keeper(identity, keepers, "only the initiative's owner, who defined it and admins change it")

    return may


def require_milestone_keeper(identity: Identity, milestone: Milestone) -> None:
    """Raises Refused (MILESTONE_UNKNOWN, ROLE_REQUIRED, NOT_ITS_KEEPER) unless the caller may change the milestone."""
    milestones.require_known(milestone)
    _require_keeper(identity, (milestone.creator_id,), "only who planned the milestone, champions and admins change it", ADMIN, CHAMPION)


def whoever_sees(unknown: Refused) -> Callable[[Identity, Objective], None]:
    """Lets through who may know of an objective; to everyone else it, or what of it is named, is `unknown`."""

    def may(identity: Identity, objective: Objective) -> None:
        if not sees(identity, objective):
            raise unknown

    return may


def whoever_lets_go(key_result_id: Id, counts_for: Id, other: Objective) -> Callable[[Identity, Objective], None]:
    """Lets through, on the home of a key result, who may change that, and who may change the other objective that it counts for."""

    def may(identity: Identity, home: Objective) -> None:
        key_result = home.key_results.get(key_result_id)
        counts = key_result is not None and counts_for in key_result.counts_for
        if not (counts and sees(identity, other) and _is_editor(identity, other)):
            require_key_result_edit(identity, home)

    return may


def is_sure_to_see(person_id: Id, objective: Objective) -> bool:
    """Whether somebody may know of an objective, whatever their roles and teams are."""
    return objective.visibility == goals.VISIBILITY_COMPANY or _is_named(person_id, objective)


def sees(identity: Identity, objective: Objective) -> bool:
    """Whether there is the objective, and the caller may know of it."""
    if objective.state == goals.OBJECTIVE_STATE_UNSPECIFIED:
        return False
    if identity.has(ADMIN, AUDITOR) or _is_named(identity.person_id, objective):
        return True
    return is_shown(objective.visibility, objective.team_of(identity.tenant_id), identity.team_ids)


def _require_keeper(identity: Identity, keepers: Collection[Id], message: str, *roles: str) -> None:
    """Raises Refused (ROLE_REQUIRED, NOT_ITS_KEEPER) unless the caller is a keeper, or has one of the roles; none: an admin."""
    identity.require(*CHANGERS)
    if not (identity.has(*(roles or (ADMIN,))) or identity.person_id in keepers):
        raise Refused("NOT_ITS_KEEPER", message, kind=Kind.FORBIDDEN)


def _require_editor(identity: Identity, objective: Objective) -> None:
    identity.require(*CHANGERS)
    if not _is_editor(identity, objective):
        raise Refused("NOT_AN_EDITOR", "only the objective's creator, its owner and admins change it", kind=Kind.FORBIDDEN)


def _is_editor(identity: Identity, objective: Objective) -> bool:
    if not identity.has(*CHANGERS):
        return False
    return identity.has(ADMIN) or identity.person_id in (objective.creator_id, objective.owner_id)


def _is_named(person_id: Id, objective: Objective) -> bool:
    return (
        person_id in (objective.creator_id, objective.owner_id)
        or person_id in objective.contributor_ids
        or person_id in objective.named_person_ids
        or person_id in objective.key_result_owner_ids()
    )
