"""An import of a whole company: 10,000 objectives with 30,000 key results and 100,000 check-ins, through REST, as anyone would.

Beside the seconds stand the processor seconds of every process until all of it is taken in everywhere, since what else the machine does
moves these less; and the largest of our processes meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Final

import httpx

from tests.bench.edge import weighed
from tests.bench.figures import Figure
from tests.bench.trust import processor_seconds_by_process
from tests.support.system import System

OBJECTIVES: Final = 10_000
SECONDS: Final = 60.0
MOST_MEGABYTES: Final = 400.0
_KEY_RESULTS: Final = 3  # of an objective
_DAYS: Final = ("2026-10-02", "2026-10-09", "2026-10-16", "2026-10-23")
_PEOPLE, _TEAMS, _FIRST_LEVEL = 200, 20, 20
_SHARED_EVERY: Final = 10


def tables_of(objectives: int) -> dict[str, str]:
    """A company of so many objectives, in a tree below twenty; ten check-ins on three key results, and each tenth key result is shared."""
    numbers = range(objectives)
    key_results = [(o, k) for o in numbers for k in range(_KEY_RESULTS)]
    return {
        "objectives.csv": table("objective,cycle,title,starts_on,ends_on,owner,team,level,parent", _objectives(objectives)),
        "key_results.csv": table(
            "key_result,title,kind,start,target,unit", (f"K{o}.{k},Key result {k} of {o},number,0,100,points" for o, k in key_results)
        ),
        "contributions.csv": table("objective,key_result", _contributions(objectives)),
        "checkins.csv": table("key_result,date,by,value,note", _check_ins(numbers)),
    }


def _objectives(objectives: int) -> Iterator[str]:
    for o in range(objectives):
        parent = "" if o < _FIRST_LEVEL else f"J{o // _FIRST_LEVEL}"
        yield f"J{o},bench,Objective {o},2026-10-01,2026-12-31,person{o % _PEOPLE},Team {o % _TEAMS},team,{parent}"


def _contributions(objectives: int) -> Iterator[str]:
    for o in range(objectives):
        for k in range(_KEY_RESULTS):
            yield f"J{o},K{o}.{k}"
            if not k and o and o % _SHARED_EVERY == 0:
                yield f"J{o - 1},K{o}.{k}"


def _check_ins(numbers: range) -> Iterator[str]:
    for o in numbers:
        for k in range(_KEY_RESULTS):
            for week, day in enumerate(_DAYS if k == 0 else _DAYS[:3]):
                yield f"K{o}.{k},{day},person{o % _PEOPLE},{10 * week + k},Two have signed."


def table(head: str, rows: Iterator[str]) -> str:
    """Of a folder to import: a CSV file."""
    return "\n".join([head, *rows]) + "\n"


async def measure_imports(system: System, objectives: int = OBJECTIVES) -> list[Figure]:
    """The figures of this file. Nobody else uses the system."""
    _, bearer = await founded(system, "import")
    body = json.dumps({"tables": tables_of(objectives)}).encode()
    before = await asyncio.to_thread(processor_seconds_by_process, system)
    begun = time.monotonic()
    async with weighed(system) as largest:
        report = await imported(system, bearer, body)
        lasted = time.monotonic() - begun
    after = await asyncio.to_thread(processor_seconds_by_process, system)
    used = {name: after[name] - before[name] for name in after}
    expected = {"objectives": objectives, "key_results": _KEY_RESULTS * objectives, "check_ins": (_KEY_RESULTS * 3 + 1) * objectives}
    if any(report[kind]["new"] != count for kind, count in expected.items()) or report["refused"]:
        raise RuntimeError(f"the import came to something else: {json.dumps(report)[:2000]}")
    what = f"import of {objectives:,} objectives, {expected['key_results']:,} key results and {expected['check_ins']:,} check-ins"
    by_process = ", ".join(f"{name} {seconds:.1f}" for name, seconds in sorted(used.items(), key=lambda one: -one[1]))
    size = largest[0]
    return [
        Figure(what, lasted, "s", ceiling=SECONDS if objectives == OBJECTIVES else None),
        Figure("the same, processor time of all processes", sum(used.values()), "s", note=by_process),
        Figure("the same, largest process of ours", size.megabytes, "MB", ceiling=MOST_MEGABYTES, note=size.service),
    ]


async def founded(system: System, prefix: str) -> tuple[str, str]:
    """A tenant of its own: its name, and its admin's token."""
    name = f"{prefix}-{time.time_ns():x}"
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        operator = (await client.post("/v1/sign-in", json={"operator": True})).raise_for_status().json()["access_token"]
        made = await client.post("/v1/tenants", json={"name": name}, headers={"Authorization": f"Bearer {operator}"})
        made.raise_for_status()
        admin = (await client.post("/v1/sign-in", json={"tenant": name, "person": "admin"})).raise_for_status().json()
    return name, str(admin["access_token"])


async def imported(system: System, bearer: str, body: bytes) -> dict[str, dict[str, int]]:
    """The report of an import, which comes when all of it is taken in everywhere."""
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    last = ""
    async with (
        httpx.AsyncClient(base_url=system.url, timeout=httpx.Timeout(900)) as client,
        client.stream("POST", "/v1/imports", content=body, headers=headers) as answer,
    ):
        if answer.status_code >= 300:
            raise RuntimeError(f"{answer.status_code}: {(await answer.aread())[:500]!r}")
        async for line in answer.aiter_lines():
            last = line or last
    told = json.loads(last)
    if "report" not in told:
        raise RuntimeError(f"the import ended with {last[:500]}")
    return dict(told["report"])
