"""A process that is told to end (SIGTERM) answers what it has taken; what comes after hears that it is away, and never of a fault."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from embedded.ports import wait_until
from tests.support.company import Company
from tests.support.load import CheckInLoad
from tests.support.system import System

_TAKEN_BY = 2.0  # seconds


@pytest.mark.parametrize("victim", ["directory", "goals", "checkins", "gateway"])
async def test_under_load_nobody_hears_of_a_fault_and_nothing_is_lost(system: System, company: Company, victim: str) -> None:
    async with CheckInLoad(system.url, company.admin.token, company.key_results, callers=8, seed=5, name=f"{victim}-ends") as load:
        await load.until_acknowledged(50)
        await asyncio.to_thread(system.restart, victim)
        await load.until_acknowledged(len(load.outcome.acknowledged) + 50)
    company.admin.wait_until_well()
    assert set(load.outcome.failed_with) <= {503}
    assert (load.outcome.refused, load.outcome.abandoned) == ([], [])


@pytest.mark.parametrize("victim", ["progress", "gateway"])
def test_whoever_waits_for_an_answer_gets_it_before_the_process_ends(system: System, company: Company, victim: str) -> None:
    # The newest event of goals is in another partition than that of all before it: to one of two the log never comes.
    head = company.admin.heads()["goals"]
    never = f"goals:0:{head},goals:1:{head}"
    headers = {"Authorization": f"Bearer {company.admin.token}", "Cairn-After": never}
    try:
        with ThreadPoolExecutor(1) as beside:
            sent_at = time.monotonic()
            answered = beside.submit(httpx.get, f"{system.url}/v1/objectives/O1", headers=headers, timeout=30)
            # It takes five seconds: by the second one it has come to progress, and is not answered.
            assert wait_until(lambda: time.monotonic() - sent_at > _TAKEN_BY, 5)
            assert not answered.done()
            system.stop(victim)
            assert answered.result(30).json()["reason"] == "NOT_YET_CONSUMED"
    finally:
        system.start(victim)
        system.wait_until_healthy()
