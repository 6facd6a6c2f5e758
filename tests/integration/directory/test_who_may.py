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
from cairn.directory.v1.events_pb2 import ROLE_MEMBER
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, new_id
from directory import commands
from shared.roles import ADMIN, MEMBER, VIEWER
from tests.integration.directory.test_directory import OPERATING, Running, admin_of, running  # noqa: F401 - a fixture

QUERIES: Final = {"GetTenant", "ListTenants", "GetPerson", "ListPeople"}

OPERATORS: Final = {"RegisterTenant"}
"""For the operator of the installation alone: not even for a tenant's admin."""

REQUESTS: Final[dict[str, Callable[[Id], Message]]] = {
    "RegisterTenant": lambda _: api.RegisterTenantRequest(name="other"),
    "AddPerson": lambda _: api.AddPersonRequest(handle="ann"),
    "ChangePersonRoles": lambda person_id: api.ChangePersonRolesRequest(person_id=person_id, roles=[ROLE_MEMBER], teams=["ops"]),
}
METHODS: Final = [method.name for method in api.DESCRIPTOR.services_by_name["DirectoryService"].methods]


@pytest.mark.parametrize("name", [name for name in METHODS if name not in QUERIES])
async def test_a_command_is_refused_to_a_viewer_and_to_a_member(running: Running, name: str) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    person_id = (await running.person(admin_of(tenant_id), "bob")).aggregate_ids[0]
    assert name in REQUESTS, "give it a request here"
    request, command = REQUESTS[name](person_id), getattr(commands, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
    head = await running.log.head()
    for role in (VIEWER, MEMBER, ADMIN) if name in OPERATORS else (VIEWER, MEMBER):
        with pytest.raises(Refused) as refused:
            await command(running.directory, Call(Identity(tenant_id, new_id(), frozenset({role})), new_id()), request)
        assert refused.value.kind is Kind.FORBIDDEN, role
    assert await running.log.head() == head
    await command(running.directory, OPERATING if name in OPERATORS else admin_of(tenant_id), request)  # nothing else is wrong with it


def test_whatever_is_named_here_is_a_method() -> None:
    assert set(METHODS) == REQUESTS.keys() | QUERIES
