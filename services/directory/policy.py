"""Who may, by what directory itself knows at present: what a token says of roles is not asked, since it was said before."""

from __future__ import annotations

from chassis.calls import Call
from chassis.eventstore import ANYONE, Aggregate, Decision
from directory.aggregates import PERSON
from directory.domain import people
from directory.domain.people import Person
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


def require_gateway(call: Call) -> None:
    """Raises Refused (FORBIDDEN) unless the gateway asks in its own name."""
    call.identity.require(GATEWAY)


async def require_newest(directory: Directory) -> None:
    """Before it is said what somebody is: an older log may still know them as what they are no more. Raises Refused (UNAVAILABLE)."""
    await directory.log.require_newest()
