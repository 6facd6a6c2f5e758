"""Uploads are read beside the event loop: who sends a large one holds up nobody."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.importing import TableUnreadable
from gateway.routes import imports
from tests.support.gateway import Gateway, gateway_before_fakes


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


async def test_a_zip_is_unpacked_in_another_thread(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def unpacked(_: bytes) -> Any:
        threads.append(threading.current_thread())
        raise TableUnreadable("it cannot be read")

    monkeypatch.setattr(imports, "tables_in_zip", unpacked)
    answer = await gateway.client.post("/v1/imports", content=b"PK", headers={"Content-Type": imports.ZIP})
    assert (answer.status_code, answer.json()["detail"]) == (422, "it cannot be read")
    assert threads != [threading.main_thread()]
