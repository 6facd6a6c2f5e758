"""A check-in on a key result that counts for ten objectives, five levels below one at the top: until it is in the number there."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import httpx

from tests.bench.figures import Figure
from tests.support.company import found_company
from tests.support.system import System

COUNTS_FOR: Final = 10
LEVELS: Final = 5
CHECK_INS: Final = 500
PER_SECOND: Final = 20.0
CEILING: Final = 100.0  # ms


async def measure_reach(system: System) -> list[Figure]:
    """The figure of this file. The system runs without limits, and nobody else uses it."""
    company = await asyncio.to_thread(found_company, system.url, objectives=COUNTS_FOR, key_results=1)
    admin = company.admin
    await asyncio.to_thread(_put_under_each_other, admin)
    headers = {"Authorization": str(admin.http.headers["Authorization"])}
    async with httpx.AsyncClient(base_url=system.url, timeout=60, headers=headers) as client:
        for value in range(1, 50):  # warm
            await _until_at_the_top(client, value)
        waits = []
        for number in range(CHECK_INS):
            begun = time.perf_counter()
            waits.append(await _until_at_the_top(client, number % 99 + 1))
            await asyncio.sleep(max(0.0, 1 / PER_SECOND - (time.perf_counter() - begun)))
    waits.sort()
    name = f"check-in that counts for {COUNTS_FOR} objectives, answered → in the number {LEVELS} levels above, {PER_SECOND:.0f}/s, p99"
    note = f"p50 {waits[len(waits) // 2]:.1f} ms over {len(waits)} check-ins, through REST"
    return [Figure(name, waits[int(len(waits) * 0.99)], "ms", ceiling=CEILING, note=note)]


def _put_under_each_other(admin: Any) -> None:
    parent: dict[str, Any] = {}
    for level in range(LEVELS):
        reference = f"above-{level}"
        body = {"cycle": "now", "reference": reference, "title": f"Level {level}", "roll_up": "children", **parent}
        admin.post("/v1/objectives", body)
        admin.post(f"/v1/objectives/{reference}/activate")
        parent = {"parent": {"objective": reference}}
    for number in range(1, COUNTS_FOR + 1):
        admin.put(f"/v1/objectives/O{number}/parent", parent["parent"])
        if number > 1:
            admin.post(f"/v1/key-results/O{number}/1/cancel", {"reason": "the one that is shared is enough"})
            admin.put(f"/v1/key-results/O1/1/counts-for/O{number}")
    admin.catch_up()


async def _until_at_the_top(client: httpx.AsyncClient, value: int) -> float:
    """Milliseconds from the answer to a check-in to that of the objective at the top, which has it."""
    sent = await client.post("/v1/key-results/O1/1/check-ins", json={"value": value})
    sent.raise_for_status()
    answered = time.perf_counter()
    seen = await client.get("/v1/objectives/above-0", headers={"Cairn-After": sent.headers["Cairn-Position"]})
    waited = (time.perf_counter() - answered) * 1e3
    if round(seen.json()["progress"] * 100) != value:
        raise RuntimeError(f"{value} was not in the number at the top: {seen.text[:200]}")
    return waited
