"""What it costs to say that a tree of 2,000 key results is unchanged: processor time of all services together, beside the whole tree's.

Each request is one that a reader makes who has the tree already (`If-None-Match`). What the system takes at rest meanwhile - its consumers
poll, its services compare - is measured as long afterwards, and taken off.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Final

import httpx

from tests.bench.commands import found_company
from tests.bench.figures import Figure
from tests.bench.trust import processor_seconds
from tests.support.system import System

OBJECTIVES: Final = 500
"""With four key results each."""
REQUESTS: Final = 500
ROUNDS: Final = 3
WHOLE_TREES: Final = 10
CEILING: Final = 3.0
"""Milliseconds."""
_TREE: Final = "/v1/tree?cycle=bench&limit=1000"


async def measure_unchanged(system: System) -> list[Figure]:
    """The figure of this file. The system runs without limits, and nobody else uses it."""
    company = await found_company(system.layout, OBJECTIVES)
    async with httpx.AsyncClient(base_url=system.url, timeout=120, headers={"Authorization": f"Bearer {company.bearer}"}) as client:
        (await client.post("/v1/catch-up")).raise_for_status()
        whole = await client.get(_TREE)
        whole.raise_for_status()
        has_it = {"If-None-Match": whole.headers["ETag"]}
        await _milliseconds(system, client, 50, has_it, 304)  # warm
        unchanged = [await _milliseconds(system, client, REQUESTS, has_it, 304) for _ in range(ROUNDS)]
        anew = await _milliseconds(system, client, WHOLE_TREES, {}, 200)
    note = "processor time of every process; rounds " + ", ".join(f"{each:.2f}" for each in unchanged)
    beside = f"{note}; the whole tree {anew:.0f} ms"
    return [
        Figure(
            "a GET of an unchanged tree of 2,000 key results with its ETag",
            statistics.median(unchanged),
            "ms",
            ceiling=CEILING,
            note=beside,
        )
    ]


async def _milliseconds(system: System, client: httpx.AsyncClient, requests: int, headers: dict[str, str], status: int) -> float:
    """The processor time that the system takes for one request, beyond what it takes at rest."""
    begun, before = time.monotonic(), await asyncio.to_thread(processor_seconds, system)
    for _ in range(requests):
        answer = await client.get(_TREE, headers=headers)
        if answer.status_code != status:
            raise RuntimeError(f"{answer.status_code} where {status} was to come: {answer.text[:200]}")
    lasted, after = time.monotonic() - begun, await asyncio.to_thread(processor_seconds, system)
    await asyncio.sleep(lasted)
    at_rest = await asyncio.to_thread(processor_seconds, system) - after
    return max(0.0, after - before - at_rest) / requests * 1e3
