"""What the gateway notes in a tenant's log is what directory says of whoever asked, and nothing that only their token claims."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cairn.directory.v1 import service_pb2 as directory
from gateway.auth import Issuer
from tests.support.gateway import PERSON, TENANT, Gateway, gateway_before_fakes


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


def issuer(gateway: Gateway) -> Issuer:
    assert gateway.dependencies.issuer is not None
    return gateway.dependencies.issuer


def expired(gateway: Gateway) -> str:
    return issuer(gateway).token(TENANT, PERSON, lifetime=-1)


def forged(_: Gateway) -> str:
    return Issuer(Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()).token(TENANT, PERSON)


def of_nobody(gateway: Gateway) -> str:
    gateway.fakes.answers["GetStanding"] = lambda _: directory.GetStandingResponse()
    return issuer(gateway).token(TENANT, PERSON)


def of_an_ended_session(gateway: Gateway) -> str:
    token = issuer(gateway).token(TENANT, PERSON)
    gateway.fakes.end_all_sessions()
    return token


CLAIMED: Final = [expired, forged, of_nobody]


async def noted(gateway: Gateway, token: str) -> list[directory.NotedSecurityEvent]:
    """What is put into directory's log when somebody asks with a token."""
    answer = await gateway.nobody.get("/v1/cycles", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    await gateway.dependencies.security.tell(all_of_it=True)
    return [event for asked in gateway.fakes.asked if asked.method == "NoteSecurityEvents" for event in asked.request.events]


@pytest.mark.parametrize("token", CLAIMED)
async def test_what_a_token_claims_writes_into_nobody_s_log(gateway: Gateway, token: Callable[[Gateway], str]) -> None:
    assert await noted(gateway, token(gateway)) == []


async def test_the_use_of_an_ended_session_is_told_to_whose_it_was(gateway: Gateway) -> None:
    (event,) = await noted(gateway, of_an_ended_session(gateway))
    assert (event.tenant_id, event.event.person_id, event.event.what) == (TENANT, PERSON, "SESSION_ENDED")
    assert len(event.id) == 16
