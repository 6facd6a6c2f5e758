"""Every command of directory is refused to whoever may not.

A new command fails here until it has a request, and a word on who may send it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from google.protobuf.message import Message

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_MEMBER, ROLE_VIEWER, SecurityEventNoted
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id, new_id
from directory import commands, queries
from shared.roles import ADMIN, GATEWAY, MEMBER, VIEWER
from tests.integration.directory.test_directory import OPERATING, Running, call_of, running  # noqa: F401 - a fixture

QUERIES: Final = {
    "GetTenant",
    "ListTenants",
    "GetPerson",
    "ListPeople",
    "GetTeam",
    "ListTeams",
    "ListTeamsBelow",
    "ListMembers",
    "ListMemberships",
    "CountMembers",
    "ListSettings",
    "GetVision",
    "GetPillar",
    "ListViews",
    "GetView",
}

ONES_OWN: Final = {"SignOut", "RevokeSessions"}
"""What anybody may do to themselves."""

OF_ONES_OWN: Final = {"SaveView", "ReviseView", "RemoveView"}
"""What anybody of the tenant may, with what is theirs alone: tests/integration/directory/test_saved_views.py."""

FOR_THE_GATEWAY: Final = {"GetStanding", "ListStandingChanges", "NamePeople", "OpenSession", "RefreshSession", "ContinueSession"}
"""What the gateway asks in its own name, and changes nothing of anybody."""

GATEWAYS: Final = {"NoteSecurityEvents", "FoundNamedTeams"}
"""For the gateway in its own name: not even for the operator."""

NO_TENANT: Final = NIL
GATEWAY_S: Final = call_of(NO_TENANT, NO_TENANT, GATEWAY)

OPERATORS: Final = {"RegisterTenant", "AppointAdmin"}
"""For the operator of the installation alone: not even for a tenant's admin."""

REQUESTS: Final[dict[str, Callable[[Id], Message]]] = {
    "RegisterTenant": lambda _: api.RegisterTenantRequest(name="other"),
    "AddPerson": lambda _: api.AddPersonRequest(handle="ann"),
    "AppointAdmin": lambda person_id: api.AppointAdminRequest(tenant_id=NO_TENANT, person_id=person_id),
    "RevokeSessions": lambda person_id: api.RevokeSessionsRequest(person_id=person_id),
    "FoundNamedTeams": lambda person_id: api.FoundNamedTeamsRequest(tenant_id=person_id, names=["sales"]),
    "NoteSecurityEvents": lambda person_id: api.NoteSecurityEventsRequest(
        events=[api.NotedSecurityEvent(tenant_id=NO_TENANT, event=SecurityEventNoted(person_id=person_id, count=1))]
    ),
    "LeavePerson": lambda person_id: api.LeavePersonRequest(person_id=person_id),
    "ReinstatePerson": lambda person_id: api.ReinstatePersonRequest(person_id=person_id),
    "ChangePersonProfile": lambda person_id: api.ChangePersonProfileRequest(person_id=person_id, profile=api.ProfileChange(handle="bobby")),
    "ChangePersonRoles": lambda person_id: api.ChangePersonRolesRequest(person_id=person_id, roles=[ROLE_MEMBER], teams=["ops"]),
    "ChangeManager": lambda person_id: api.ChangeManagerRequest(person_id=person_id),
    "ChangeSetting": lambda _: api.ChangeSettingRequest(setting="approval", value="on"),
    "StateVision": lambda _: api.StateVisionRequest(mission="To be of use."),
    "AddPillar": lambda _: api.AddPillarRequest(title="Growth"),
    "RevisePillar": lambda _: api.RevisePillarRequest(pillar="trust", title="Care"),
    "RemovePillar": lambda _: api.RemovePillarRequest(pillar="trust"),
    "FoundTeam": lambda person_id: api.FoundTeamRequest(name="Sales", lead_id=person_id),
    "ReviseTeam": lambda person_id: api.ReviseTeamRequest(team="ops", lead_id=person_id),
    "DissolveTeam": lambda _: api.DissolveTeamRequest(team="ops"),
    "AddMember": lambda person_id: api.AddMemberRequest(team="ops", person_id=person_id),
    "RemoveMember": lambda person_id: api.RemoveMemberRequest(team="ops", person_id=person_id),
}
METHODS: Final = [method.name for method in api.DESCRIPTOR.services_by_name["DirectoryService"].methods]


@pytest.mark.parametrize("name", [name for name in METHODS if name not in QUERIES | FOR_THE_GATEWAY | OF_ONES_OWN | {"SignOut"}])
async def test_a_command_is_refused_to_a_viewer_and_to_a_member(running: Running, name: str) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    person_id = (await running.person(admin, "bob")).aggregate_ids[0]
    await running.team(admin, "ops")
    await commands.add_pillar(running.directory, admin, api.AddPillarRequest(title="Trust", reference="trust"))
    viewer = (await running.person(admin, "vic", roles=[ROLE_VIEWER])).aggregate_ids[0]
    assert name in REQUESTS, "give it a request here"
    request, command = REQUESTS[name](person_id), getattr(commands, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
    head = await running.log.head()
    callers = {
        "a viewer": call_of(tenant_id, viewer, VIEWER),
        "a viewer whose token says admin": call_of(tenant_id, viewer, ADMIN),
        "a member": call_of(tenant_id, person_id, MEMBER) if name not in ONES_OWN else call_of(tenant_id, viewer, MEMBER),
        "nobody whom directory knows": call_of(tenant_id, new_id(), ADMIN),
    }
    if name in OPERATORS | GATEWAYS:
        callers["the admin"] = admin
    if name in GATEWAYS:
        callers["the operator"] = OPERATING
    for caller, call in callers.items():
        with pytest.raises(Refused) as refused:
            await command(running.directory, call, request)
        assert refused.value.kind is Kind.FORBIDDEN, caller
    assert await running.log.head() == head
    if name == "AppointAdmin":
        return  # only where there is no admin any more: test_roles.py
    may = OPERATING if name in OPERATORS else GATEWAY_S if name in GATEWAYS else admin
    await command(running.directory, may, request)  # nothing else is wrong with it


@pytest.mark.parametrize("name", sorted(FOR_THE_GATEWAY))
async def test_what_the_gateway_asks_is_answered_to_nobody_else(running: Running, name: str) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    ask, request = getattr(queries, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()), getattr(api, f"{name}Request")()
    for call in (running.admin_of(tenant_id), OPERATING):
        with pytest.raises(Refused) as refused:
            await ask(running.directory, call, request)
        assert refused.value.kind is Kind.FORBIDDEN


def test_whatever_is_named_here_is_a_method() -> None:
    assert set(METHODS) == REQUESTS.keys() | QUERIES | FOR_THE_GATEWAY | OF_ONES_OWN | {"SignOut"}
