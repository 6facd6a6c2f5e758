"""Uploads are read beside the event loop: who sends a large one holds up nobody."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.goals.v1 import service_pb2 as goals
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


@pytest.mark.parametrize("name", ["I\u202eda", "x" * 120, ".."], ids=ascii)
async def test_a_dry_run_refuses_the_names_that_the_import_would(gateway: Gateway, name: str) -> None:
    gateway.fakes.answers["ResolveReferences"] = lambda request: goals.ResolveReferencesResponse(ids=[b""] * len(request.references))
    objectives = f"objective,cycle,title,owner,starts_on,ends_on\nA,C,Grow,,2026-07-01,2026-09-30\n{name},C,Grow,,2026-07-01,2026-09-30\n"
    tables = {
        "objectives.csv": objectives + f"B,{name},Grow,,2026-07-01,2026-09-30\nD,C,Grow,{name},2026-07-01,2026-09-30\n",
        "key_results.csv": f"objective,number,title,kind,start,target\nA,1,Trees,number,0,5\nA,{name},Trees,number,0,5\n",
        "checkins.csv": f"objective,key_result,date,by,score,value,note\nA,1,2026-07-02,{name},,3,\nA,1,2026-07-02,Ida,,3,\n",
    }
    answer = await gateway.client.post("/v1/imports?dry_run=true", json={"tables": tables})
    report = json.loads(answer.text.splitlines()[-1])["report"]
    refused = [(row["file"], row["line"]) for row in report["refused"]]
    assert report["refused"][-1]["consequences"] == [{"file": "checkins.csv", "rows": 1}]
    assert refused == [("key_results.csv", 3), ("objectives.csv", 3), ("objectives.csv", 4), ("objectives.csv", 5)]
    assert (report["people"]["refused"], report["cycles"]["refused"], report["check_ins"]["new"]) == (1, 1, 1)


async def test_a_dry_run_refuses_a_handle_with_a_slash(gateway: Gateway) -> None:
    tables = {
        "objectives.csv": "objective,cycle,title,owner,starts_on,ends_on\nA,C,Grow,a/b,2026-07-01,2026-09-30\n",
        "key_results.csv": "objective,number,title,kind\n",
    }
    answer = await gateway.client.post("/v1/imports?dry_run=true", json={"tables": tables})
    report = json.loads(answer.text.splitlines()[-1])["report"]
    assert (report["people"]["refused"], report["objectives"]["refused"]) == (1, 1)
