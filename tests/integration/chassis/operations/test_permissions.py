"""Who may ask a service for what of its operation: the table in docs/security.md, held to every method and every role.

A tenant's roles reach what is of their tenant. What reaches beyond it is the operator's, or tells and costs nobody else anything.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cairn.operations.v1 import operations_pb2 as pb
from cairn.operations.v1.operations_pb2_grpc import OperationsServiceStub, add_OperationsServiceServicer_to_server
from chassis.calls import Identity
from chassis.ids import new_id
from chassis.operations import SERVICE_NAME, Operated, OperationsServicer
from chassis.rpc import IDENTITY, IdentitySigner, IdentityVerifier, serving
from chassis.runtime import InstallationClock, Settings
from embedded.ports import free_ports
from shared.operations import PERMISSIONS
from shared.roles import ADMIN, AUDITOR, CHAMPION, GATEWAY, MEMBER, OPERATOR, SERVICE, VIEWER

KEY: Final = Ed25519PrivateKey.generate()
ROLES: Final = (ADMIN, CHAMPION, MEMBER, VIEWER, AUDITOR, SERVICE, OPERATOR, GATEWAY)
METHODS: Final = {method.name: method for method in pb.DESCRIPTOR.services_by_name["OperationsService"].methods}
WITHOUT_AN_IDENTITY: Final = "services"
ANYBODY: Final = "anybody"


def documented() -> dict[str, str]:
    """By method: who may, as docs/security.md says it."""
    text = (Path(__file__).parents[4] / "docs" / "security.md").read_text()
    section = text.partition("## What concerns the installation\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| [^|]* \| ([\w, ]+) \|", section, re.MULTILINE))


def may(method: str) -> set[str]:
    """The roles that are answered, or told that there is nothing of it."""
    who = documented()[method]
    return set(ROLES) if who in (ANYBODY, WITHOUT_AN_IDENTITY) else set(who.split(", "))


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """A service without a log and without a consumer: whoever may ask is answered, or told that there is nothing of it."""
    machine = SimpleNamespace(confirm=lambda: None, jump=timedelta())
    clock = SimpleNamespace(ahead=timedelta(), may_be_moved=True, machine=machine, now=lambda: datetime.now(UTC), advance_to=_advance_to)
    servicer = OperationsServicer("audit", IdentityVerifier(KEY.public_key()), Operated(PERMISSIONS, cast(InstallationClock, clock)))
    settings = Settings(port=free_ports(1)[0])
    async with serving(settings, [(add_OperationsServiceServicer_to_server, servicer)], [SERVICE_NAME]):
        yield f"127.0.0.1:{settings.port}"


async def _advance_to(_: timedelta) -> None:
    pass


async def code_of(address: str, name: str, role: str) -> grpc.StatusCode:
    """How a call of somebody with a role ends."""
    metadata = ((IDENTITY, IdentitySigner(KEY).sign(Identity(new_id(), new_id(), frozenset({role})), "audit")),)
    async with grpc.aio.insecure_channel(address) as channel:
        call = getattr(OperationsServiceStub(channel), name)(getattr(pb, f"{name}Request")(), metadata=metadata, timeout=10)
        try:
            if METHODS[name].server_streaming:
                async for _ in call:
                    pass
            else:
                await call
        except grpc.aio.AioRpcError as error:
            return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize("name", METHODS)
async def test_a_method_of_operations_is_answered_to_whom_the_documentation_names(address: str, name: str) -> None:
    codes = {role: await code_of(address, name, role) for role in ROLES}
    assert {role for role, code in codes.items() if code is not grpc.StatusCode.PERMISSION_DENIED} == may(name), codes


def test_every_method_of_operations_is_documented() -> None:
    assert set(documented()) == set(METHODS)
