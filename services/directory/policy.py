"""Who may, by what directory itself knows at present: what a token says of roles is not asked, since it was said before."""

from __future__ import annotations

from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.eventstore import ANYONE, Aggregate, Decision
from chassis.ids import Id, id_text, is_id, parse_id
from chassis.texts import name_key
from directory.aggregates import PERSON
from directory.domain import people
from directory.domain.people import Person
from directory.domain.saved_views import unknown_view
from directory.roster import Roster, ViewOf
from directory.service import Directory
from shared.roles import GATEWAY, OPERATOR


async def require_present(directory: Directory, call: Call) -> Person:
    """The caller, as a person of their tenant now. Raises Refused (FORBIDDEN) where there is no such person."""
    roster = await directory.roster.caught_up()
    member = roster.members(call.identity.tenant_id).get(call.identity.person_id)
    caller = member.person if member else Person()
    people.require_present(caller)
    return caller


async def require_reader(directory: Directory, call: Call) -> None:
    """Raises Refused (FORBIDDEN) unless the caller is of their tenant now, is the operator, or the gateway itself."""
    if not call.identity.has(OPERATOR, GATEWAY):
        await require_present(directory, call)


async def require_admin(directory: Directory, call: Call) -> Decision:
    """The requirement that the caller, who is an admin now, still is one when the unit is written. Raises Refused (FORBIDDEN)."""
    people.require_admin(await require_present(directory, call))
    return Aggregate(PERSON, call.identity.person_id, may=ANYONE).requirement(people.require_admin)


async def view_seen(directory: Directory, call: Call, named: str) -> ViewOf:
    """The view that the caller names by its id, or one of their own by its name, where they may see it.

    Theirs they may, and what somebody shares who is of the tenant still. Raises Refused: VIEW_UNKNOWN.
    """
    tenant_id, person_id = call.identity.tenant_id, call.identity.person_id
    roster = await directory.roster.caught_up()
    seen = [view for view in roster.views(tenant_id).there() if is_view_seen(roster, tenant_id, person_id, view)]
    if is_id(named):
        found = next((view for view in seen if view.view_id == parse_id(named)), None)
    else:
        keys, wanted = await directory.vault.keys(tenant_id, [person_id]), name_key(named)
        own = [view for view in seen if view.owner_id in keys]
        found = next((view for view in own if name_key(keys[view.owner_id].opened_view(view.kept.sealed).name) == wanted), None)
    if found is None:
        raise unknown_view(named)
    return found


def is_view_seen(roster: Roster, tenant_id: Id, person_id: Id, view: ViewOf) -> bool:
    """Whether somebody may see a view: their own, and what is shared by whoever has not left."""
    return view.owner_id == person_id or (view.kept.shared and not roster.members(tenant_id)[view.owner_id].person.left)


async def require_owner_of_view(directory: Directory, call: Call, view_id: Id) -> None:
    """Raises Refused (VIEW_UNKNOWN, NOT_ITS_OWNER) unless a view is the caller's own."""
    view = await view_seen(directory, call, id_text(view_id))
    if view.owner_id != call.identity.person_id:
        raise Refused("NOT_ITS_OWNER", "this view is somebody else's; save it as one of your own", kind=Kind.FORBIDDEN)


def require_gateway(call: Call) -> None:
    """Raises Refused (FORBIDDEN) unless the gateway asks in its own name."""
    call.identity.require(GATEWAY)


async def require_newest(directory: Directory) -> None:
    """Before it is said what somebody is: an older log may still know them as what they are no more. Raises Refused (UNAVAILABLE)."""
    await directory.log.require_newest()
