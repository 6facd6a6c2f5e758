"""Uploads are read beside the event loop: who sends a large one holds up nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.routes import imports
from tests.support.gateway import Gateway, gateway_before_fakes


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


async def test_what_cannot_be_read_is_said_by_the_process_that_reads(gateway: Gateway) -> None:
    answer = await gateway.client.post("/v1/imports", content=b"PK", headers={"Content-Type": imports.ZIP})
    assert (answer.status_code, answer.json()["reason"]) == (422, "TABLES_UNREADABLE")
